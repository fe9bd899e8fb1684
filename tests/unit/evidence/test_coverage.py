"""What there is for an outcome and what cannot be used, on tables one can count by hand."""

from assuage.evidence.coverage import Coverage, NotUsed, coverage, not_used
from assuage.evidence.outcome import OutcomeDefinition
from assuage.evidence.treatment import Treatment, TreatmentCatalogue, TreatmentClass
from assuage.evidence.trial import (
    Arm,
    ArmResult,
    Basis,
    ContrastResult,
    Study,
    TrialTables,
    UnpooledMean,
)

RELIEF = OutcomeDefinition(
    id="relief",
    label="Relief",
    patient_label="Relief",
    kind="binary",
    direction="benefit",
    higher_is_better=True,
    unit="per_1000",
    family="pain relief",
    order=1,
    primary=True,
)
TREATMENTS = TreatmentCatalogue(
    reference="placebo",
    classes={"drug": TreatmentClass(id="drug", label="drug", is_drug=True)},
    treatments={
        name: Treatment(
            id=name,
            label=name,
            drug_class="drug",
            not_in_network="a sequence of drugs" if name == "a then b" else "",
        )
        for name in ("placebo", "a", "a then b")
    },
)


def study(name: str, same_people_as: str | None = None) -> Study:
    return Study(
        id=name,
        title=name,
        reference="",
        year=2001,
        condition="x",
        design="parallel",
        weeks=8,
        risk_of_bias="low",
        open_label=False,
        note="",
        same_people_as=same_people_as,
    )


def arm(trial: str, treatment: str) -> Arm:
    return Arm(
        study=trial,
        id=f"{trial} {treatment}",
        treatment=treatment,
        dose=None,
        dose_is="fixed",
        n_randomised=None,
    )


def result(trial: str, treatment: str, events: int, basis: Basis = Basis.REPORTED) -> ArmResult:
    return ArmResult(
        study=trial,
        arm=f"{trial} {treatment}",
        outcome="relief",
        n=50,
        events=events,
        mean=None,
        sd=None,
        scale="",
        basis=basis,
        source="s",
        row=2,
        note="",
    )


def difference(trial: str, *, also_arm_level: bool) -> ContrastResult:
    return ContrastResult(
        study=trial,
        outcome="relief",
        treatment1="a",
        treatment2="placebo",
        dose1=None,
        measure="RD",
        estimate=0.2,
        low=0.1,
        high=0.3,
        scale="",
        also_arm_level=also_arm_level,
        basis=Basis.RECONSTRUCTED,
        source="s",
        row=2,
        note="",
    )


def mean(trial: str) -> UnpooledMean:
    return UnpooledMean(
        study=trial,
        arm=f"{trial} a",
        outcome="change",
        n=50,
        mean=-1,
        sd=None,
        scale="NRS_0_10",
        source="s",
        row=2,
        note="",
        reason="a mean without its standard deviation",
    )


TABLES = TrialTables(
    studies={
        s.id: s
        for s in (
            *(study(name) for name in ("arms", "difference", "none", "quiet", "sequence", "means")),
            study("again", same_people_as="arms"),
        )
    },
    arms={
        a.id: a
        for trial in ("arms", "quiet", "sequence", "again", "means")
        for a in (arm(trial, "a"), arm(trial, "placebo"), arm(trial, "a then b"))
    },
    arm_results=(
        result("arms", "a", 20, Basis.RECONSTRUCTED),
        result("arms", "placebo", 10),
        result("again", "a", 20),
        result("again", "placebo", 10),
        result("quiet", "a", 0),
        result("quiet", "placebo", 0),
        result("sequence", "a then b", 9),
        result("sequence", "placebo", 9),
    ),
    contrasts=(
        difference("arms", also_arm_level=True),
        difference("difference", also_arm_level=False),
    ),
    sources={},
    unpooled_means=(mean("means"),),
)


def test_coverage_counts_trials_people_and_reconstructed_rows():
    assert coverage(TABLES, {"relief": RELIEF}) == (
        Coverage(
            outcome="relief",
            trials=5,
            arm_level=4,
            contrast_only=1,
            arms=8,
            participants=400,
            reconstructed=3,
        ),
    )


def test_whatever_cannot_be_used_is_listed_with_its_reason():
    assert not_used(TABLES, TREATMENTS) == (
        NotUsed(
            study="again",
            outcome="relief",
            reason="the same people as arms, which reports this outcome too",
        ),
        NotUsed(study="means", outcome="change", reason="a mean without its standard deviation"),
        NotUsed(study="none", outcome="", reason="no result in what could be read of it"),
        NotUsed(
            study="quiet",
            outcome="relief",
            reason="no event in any arm, which says nothing of a ratio",
        ),
        NotUsed(study="sequence", outcome="relief", reason="a sequence of drugs"),
    )
