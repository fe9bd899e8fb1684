"""A hand-made appraisal with all 17 drugs, for looking at reports and testing them.

The verdicts, doses and numbers are invented, so that every kind of row occurs: they are not
evidence. Sources are named as in real reports.
"""

from datetime import date
from decimal import Decimal

from assuage.evidence.outcome import OutcomeDefinition
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
from assuage.provenance import Citation, Source, Stamp
from assuage.report.presentation import Presentation
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


def outcome(name: str, label: str, patient: str, *, benefit: bool, order: int) -> OutcomeDefinition:
    points = name == "pain_change"
    return OutcomeDefinition(
        id=name,
        label=label,
        patient_label=patient,
        kind="continuous" if points else "binary",
        direction="benefit" if benefit else "harm",
        higher_is_better=benefit and not points,
        unit="points" if points else "per_1000",
        family="pain relief" if benefit else "side effects",
        order=order,
        primary=name in {"pain_relief_50", "withdrawal_adverse_event"},
    )


OUTCOMES = (
    outcome(
        "pain_relief_50",
        "At least half the pain gone",
        "Your pain is down to half or less",
        benefit=True,
        order=1,
    ),
    outcome(
        "pain_relief_30",
        "At least 30% of the pain gone",
        "Your pain is clearly less",
        benefit=True,
        order=2,
    ),
    outcome(
        "pain_change",
        "Change in pain, 0-10",
        "How many points your pain goes down",
        benefit=True,
        order=3,
    ),
    outcome(
        "withdrawal_adverse_event",
        "Stopped for a side effect",
        "You stop the medicine because of a side effect",
        benefit=False,
        order=4,
    ),
    outcome(
        "serious_adverse_event",
        "Serious adverse event",
        "Something serious happens to your health",
        benefit=False,
        order=5,
    ),
    outcome("somnolence", "Sleepiness", "You feel sleepy", benefit=False, order=6),
    outcome("nausea", "Nausea", "You feel sick", benefit=False, order=7),
    outcome("dry_mouth", "Dry mouth", "Your mouth is dry", benefit=False, order=8),
    outcome("headache", "Headache", "You have a headache", benefit=False, order=9),
)
PRESENTATION = Presentation(
    outcomes={o.id: o for o in OUTCOMES},
    targets={"duloxetine": Decimal(60), "amitriptyline": Decimal(75), "nortriptyline": Decimal(75)},
)

CYMBALTA = Source(
    id="cymbalta-us",
    title="Cymbalta (duloxetine) US label (FDA), effective 2023-08-18",
    url="https://github.com/PharmGKB/fda-labels-monitored/blob/0eb56364/NDA021427.json",
)
CELEXA = Source(
    id="celexa-us",
    title="Celexa (citalopram) US label (FDA), effective 2023",
    url="https://www.accessdata.fda.gov/drugsatfda_docs/label/celexa.pdf",
)
PAMELOR = Source(
    id="pamelor-us",
    title="Pamelor (nortriptyline) US label (FDA), effective 2020",
    url="https://www.accessdata.fda.gov/drugsatfda_docs/label/pamelor.pdf",
)
BUPROPION = Source(
    id="bupropion-us", title="Bupropion HCl XL tablets US label (FDA), undated copy", url=""
)
CPIC = Source(
    id="cpic-sri",
    title="CPIC guideline for CYP2D6, CYP2C19 and serotonin reuptake inhibitors (2023)",
    url="https://www.pharmgkb.org/guidelineAnnotation/PA166127638",
)
NETWORK = Source(
    id="release", title="Network meta-analysis of 96 trials, evidence release 2026.1", url=""
)


def reason(effect: str, sentence: str, source: Source, **more: str) -> Reason:
    slug = sentence.split(":", maxsplit=1)[0].lower().replace(" ", "-")
    return Reason(
        rule=f"{effect}-{slug}",
        effect=effect,
        sentence=sentence,
        finding=more.get("finding", "present"),
        because=more.get("because", ""),
        do=more.get("do", ""),
        citation=Citation(
            source=source, locator=more.get("locator", ""), grade=more.get("grade", "A")
        ),
        region=more.get("region", "US"),
    )


TRIALS = reason(
    "evidence",
    "Compared with placebo in trials of neuropathic pain",
    NETWORK,
    locator="pain at least halved",
    region="",
)
CLASS_ONLY = reason(
    "evidence",
    "No trial in neuropathic pain: the numbers are those of its class",
    NETWORK,
    locator="class level",
    region="",
)
NO_TRIAL = reason(
    "evidence",
    "No trial in neuropathic pain, and none of its class",
    NETWORK,
    finding="absent",
    locator="coverage",
    region="",
)
BLOOD_PRESSURE = reason(
    "monitor",
    "Hypertension: recorded (patient file, line 9).",
    CYMBALTA,
    because="blood pressure may rise",
    do="Measure before starting and during treatment.",
    locator="section 5.11",
)
TRAMADOL = reason(
    "avoid",
    "Tramadol: taken since 2026-03-01, 200 mg/day.",
    CELEXA,
    because="serotonin syndrome and seizures",
    do="Choose another analgesic or another antidepressant.",
    locator="section 7, table 5",
)
CARDIAC = reason(
    "caution",
    "Stable angina: recorded (patient file, line 10).",
    PAMELOR,
    because="arrhythmia, tachycardia and slowed conduction",
    do="Record an ECG first; prefer another class where possible.",
    locator="Warnings",
)
QTC = reason(
    "avoid",
    "Not recorded: QTc (no measurement).",
    CELEXA,
    finding="not recorded",
    because="torsade de pointes",
    do="Record an ECG and give the QTc.",
    locator="section 5.2",
)
SEIZURE = reason(
    "contraindicated",
    "Epilepsy: recorded since 2011-05-02.",
    BUPROPION,
    because="seizures that rise with the dose",
    do="Do not use.",
    locator="section 4",
)
GENOTYPE = reason(
    "reduce_dose",
    "CYP2C19 poor metaboliser: genotype *2/*2.",
    CPIC,
    because="a higher level at each dose",
    do="Start low; maintain at half the usual dose.",
    locator="table 3",
    region="INT",
)

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
    )


SUITABLE, CAUTION = Verdict.SUITABLE, Verdict.CAUTION
TCA_DOSES = (tca_dose("25", 71, 22), tca_dose("75", 163, 61))
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
        (snri_dose("30", 98, 21), snri_dose("60", 152, 62), snri_dose("120", 158, 129)),
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
            why="QTc is not recorded. If QTc above 500 ms: avoid for citalopram (torsade de pointes).",
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
