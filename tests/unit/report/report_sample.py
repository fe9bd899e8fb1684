"""A hand-made appraisal with all 17 drugs, for looking at reports and testing them.

The verdicts, doses and numbers are invented, so that every kind of row occurs: they are not
evidence.
"""

from datetime import date

from report_sample_words import (
    BLOOD_PRESSURE,
    CARDIAC,
    CLASS_ONLY,
    GENOTYPE,
    NO_TRIAL,
    QTC,
    SEIZURE,
    TRAMADOL,
    TRIALS,
)

from assuage.options.appraisal import (
    Appraisal,
    Certainty,
    DoseOption,
    Interval,
    Option,
    Origin,
    OutcomeEstimate,
    Question,
    Reason,
    Verdict,
)
from assuage.options.leading import leading
from assuage.provenance import Stamp
from assuage.units import mg_per_day

DRUGS = [
    "amitriptyline",
    "nortriptyline",
    "imipramine",
    "desipramine",
    "clomipramine",
    "duloxetine",
    "venlafaxine",
    "desvenlafaxine",
    "milnacipran",
    "paroxetine",
    "citalopram",
    "escitalopram",
    "fluoxetine",
    "sertraline",
    "bupropion",
    "mirtazapine",
    "trazodone",
]

STAMP = Stamp(software="0.1.0", knowledge="2026.1", release="2026.1", today=date(2026, 6, 15))

TRIALS_FROM = Origin(
    kind="trials",
    statement="8 trials of duloxetine, 2,540 people",
    trials=8,
    participants=2540,
    reconstructed=True,
)
FEW_FROM = Origin(
    kind="trials", statement="2 trials, 184 people", trials=2, participants=184, derived=True
)
CLASS_FROM = Origin(
    kind="class", statement="class of SNRIs, 14 trials, 3,902 people", trials=14, participants=3902
)
NO_FROM = Origin(kind="none", statement="no trial reports it")

MODERATE = Certainty(level="moderate", reasons=("some trials at high risk of bias",))
LOW = Certainty(level="low", reasons=("few people", "some trials at high risk of bias"))
VERY_LOW = Certainty(level="very low", reasons=("class evidence only", "few people", "wide"))


def estimate(
    outcome: str, placebo: float, low: float, mid: float, high: float, rest: tuple = ()
) -> OutcomeEstimate:
    """Invent an estimate from the placebo risk and the difference's bounds, per 1,000."""
    origin, certainty = rest or (TRIALS_FROM, MODERATE)
    return OutcomeEstimate(
        outcome=outcome,
        unit="points" if outcome == "pain_change" else "per_1000",
        with_drug=Interval(
            estimate=placebo + mid, low=placebo + low * 1.1, high=placebo + high * 1.1
        ),
        with_placebo=Interval(
            estimate=placebo, low=placebo - abs(placebo) * 0.15, high=placebo + abs(placebo) * 0.15
        ),
        difference=Interval(estimate=mid, low=low, high=high),
        certainty=certainty,
        origin=origin,
    )


def nothing(outcome: str) -> OutcomeEstimate:
    return OutcomeEstimate(
        outcome=outcome,
        unit="per_1000",
        with_drug=None,
        with_placebo=None,
        difference=None,
        certainty=None,
        origin=NO_FROM,
    )


def dose(mg: str, *outcomes: OutcomeEstimate) -> DoseOption:
    return DoseOption(dose=mg_per_day(mg), outcomes=outcomes)


def snri_dose(mg: str, benefit: float, harm: float) -> DoseOption:
    return dose(
        mg,
        estimate("pain_relief_50", 262.4, benefit - 61, benefit, benefit + 64),
        estimate("pain_relief_30", 410.2, benefit - 70, benefit + 12, benefit + 90),
        estimate("pain_change", -1.72, -1.31, -0.94, -0.58),
        estimate("withdrawal_adverse_event", 48.3, harm - 30, harm, harm + 41),
        estimate("serious_adverse_event", 21.0, -9, 0.3, 14, (TRIALS_FROM, LOW)),
        estimate("somnolence", 63.0, harm + 12, harm + 55, harm + 118),
        estimate("nausea", 71.0, harm + 60, harm + 102, harm + 171),
        nothing("dry_mouth"),
        nothing("headache"),
    )


def tca_dose(mg: str, benefit: float, harm: float) -> DoseOption:
    few = (FEW_FROM, LOW)
    return dose(
        mg,
        estimate("pain_relief_50", 262.4, benefit - 120, benefit, benefit + 131, few),
        nothing("pain_relief_30"),
        nothing("pain_change"),
        estimate("withdrawal_adverse_event", 48.3, harm - 52, harm, harm + 120, few),
        nothing("serious_adverse_event"),
        estimate("somnolence", 63.0, 10, 121, 262, few),
        nothing("nausea"),
        estimate("dry_mouth", 90.0, 60, 182, 330, (FEW_FROM, VERY_LOW)),
        nothing("headache"),
    )


def class_dose(mg: str) -> DoseOption:
    weak = (CLASS_FROM, VERY_LOW)
    return dose(
        mg,
        estimate("pain_relief_50", 262.4, -42, 81, 214, weak),
        estimate("withdrawal_adverse_event", 48.3, -12, 51, 150, weak),
        nothing("nausea"),
    )


def empty_dose(mg: str) -> DoseOption:
    return dose(mg, nothing("pain_relief_50"), nothing("withdrawal_adverse_event"))


def option(
    drug: str,
    verdict: Verdict,
    reasons: tuple[Reason, ...],
    doses: tuple[DoseOption, ...],
    place: tuple[int, float] | None = None,
) -> Option:
    classes = {"duloxetine": "snri", "venlafaxine": "snri", "desvenlafaxine": "snri"}
    classes |= {"milnacipran": "snri", "bupropion": "ndri", "mirtazapine": "nassa"}
    classes |= dict.fromkeys(DRUGS[:5], "tca") | {"trazodone": "sari"}
    return Option(
        drug=drug,
        drug_class=classes.get(drug, "ssri"),
        verdict=verdict,
        reasons=reasons,
        doses=doses,
        rank=place[0] if place else None,
        best_probability=place[1] if place else None,
        leading=leading(reasons, verdict),
    )


SUITABLE, CAUTION = Verdict.SUITABLE, Verdict.CAUTION
TCA_DOSES = (tca_dose("75", 163, 61), tca_dose("25", 71, 22))
OPTIONS = (
    option("amitriptyline", CAUTION, (CARDIAC, TRIALS, GENOTYPE), TCA_DOSES, (3, 0.21)),
    option("nortriptyline", CAUTION, (CARDIAC, TRIALS), TCA_DOSES, (2, 0.302)),
    option("imipramine", CAUTION, (CARDIAC, TRIALS), (tca_dose("75", 91, 71),), (6, 0.042)),
    option("desipramine", CAUTION, (CARDIAC, TRIALS), (tca_dose("100", 88, 80),), (7, 0.021)),
    option("clomipramine", Verdict.AVOID, (TRAMADOL, CARDIAC, CLASS_ONLY), (class_dose("75"),)),
    option(
        "duloxetine",
        SUITABLE,
        (TRIALS, BLOOD_PRESSURE),
        (snri_dose("60", 152, 62), snri_dose("30", 98, 21), snri_dose("120", 158, 129)),
        (1, 0.376),
    ),
    option(
        "venlafaxine",
        SUITABLE,
        (BLOOD_PRESSURE, TRIALS),
        (class_dose("75"), class_dose("150")),
        (4, 0.033),
    ),
    option(
        "desvenlafaxine",
        SUITABLE,
        (TRIALS, BLOOD_PRESSURE),
        (snri_dose("100", 62, 104),),
        (5, 0.011),
    ),
    option("milnacipran", SUITABLE, (CLASS_ONLY,), (class_dose("100"),), (8, 0.003)),
    option("paroxetine", Verdict.AVOID, (TRAMADOL, CLASS_ONLY), (class_dose("20"),)),
    option(
        "citalopram", Verdict.NOT_ENOUGH_INFORMATION, (QTC, GENOTYPE, TRIALS), (class_dose("20"),)
    ),
    option("escitalopram", Verdict.NOT_ENOUGH_INFORMATION, (QTC, CLASS_ONLY), (class_dose("10"),)),
    option("fluoxetine", Verdict.AVOID, (TRAMADOL, TRIALS), (class_dose("20"),)),
    option("sertraline", Verdict.AVOID, (TRAMADOL, CLASS_ONLY), (class_dose("50"),)),
    option("bupropion", Verdict.CONTRAINDICATED, (SEIZURE, NO_TRIAL), (empty_dose("150"),)),
    option("mirtazapine", SUITABLE, (NO_TRIAL,), (empty_dose("15"),)),
    option("trazodone", SUITABLE, (NO_TRIAL,), ()),
)

APPRAISAL = Appraisal(
    stamp=STAMP,
    patient="Woman of 58; painful diabetic neuropathy since 2024, pain 7 of 10; hypertension, "
    "stable angina, epilepsy; takes metformin, ramipril, tramadol 200 mg/day; CrCl 64 mL/min",
    condition="painful diabetic neuropathy",
    questions=(
        Question(
            fact="QTc",
            why="QTc is not recorded. If above 500 ms: avoid for citalopram (torsade de pointes).",
            drugs=("citalopram", "escitalopram"),
        ),
    ),
    options=OPTIONS,
    choices={
        "Baseline risk": "placebo arms in painful diabetic neuropathy (31 trials), shrunk to all",
        "Weights": "pain at least halved 100, stopping for side effects 50",
        "Reference": "placebo",
    },
    not_checked=("CYP2D6 genotype is not recorded", "alcohol is not recorded"),
)
