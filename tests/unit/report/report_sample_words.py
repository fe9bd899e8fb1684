"""Names, sources and reasons of the sample appraisal; the sources are named as in real reports."""

from assuage.evidence.outcome import OutcomeDefinition
from assuage.options.appraisal import Reason, Verdict
from assuage.provenance import Citation, Source
from assuage.report.presentation import Presentation


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
PRESENTATION = Presentation(outcomes={o.id: o for o in OUTCOMES})

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
        permits=_permits(effect, more.get("finding", "present")),
    )


def _permits(effect: str, finding: str) -> Verdict:
    meant = {"contraindicated": Verdict.CONTRAINDICATED, "avoid": Verdict.AVOID}
    if finding == "not recorded":
        return Verdict.NOT_ENOUGH_INFORMATION if effect in meant else Verdict.CAUTION
    mild = Verdict.CAUTION if effect in {"caution", "reduce_dose"} else Verdict.SUITABLE
    return meant.get(effect, mild)


TRIALS = reason(
    "note",
    "Compared with placebo in trials of neuropathic pain",
    NETWORK,
    locator="pain at least halved",
    region="",
)
CLASS_ONLY = reason(
    "note",
    "No trial in neuropathic pain: the numbers are those of its class",
    NETWORK,
    locator="class level",
    region="",
)
NO_TRIAL = reason(
    "note",
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
