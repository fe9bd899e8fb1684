"""Small made-up trials (drug names are those of the catalogue, numbers are not), and networks of
them."""

from dataclasses import replace
from decimal import Decimal
from math import log

from assuage.evidence.outcome import OutcomeDefinition
from assuage.evidence.outcome_network import OutcomeNetwork, network_for
from assuage.evidence.treatment import Treatment, TreatmentCatalogue, TreatmentClass
from assuage.evidence.trial import Arm, ArmResult, Basis, ContrastResult, Study, TrialTables

CATALOGUE = TreatmentCatalogue(
    reference="placebo",
    classes={
        "placebo": TreatmentClass(id="placebo", label="placebo", is_drug=False),
        "tca": TreatmentClass(id="tca", label="tricyclic", is_drug=True),
        "snri": TreatmentClass(id="snri", label="SNRI", is_drug=True),
        "not_a_drug": TreatmentClass(id="not_a_drug", label="pathway", is_drug=False),
    },
    treatments={
        "placebo": Treatment(id="placebo", label="placebo", drug_class="placebo"),
        "amitriptyline": Treatment(id="amitriptyline", label="amitriptyline", drug_class="tca"),
        "nortriptyline": Treatment(id="nortriptyline", label="nortriptyline", drug_class="tca"),
        "duloxetine": Treatment(id="duloxetine", label="duloxetine", drug_class="snri"),
        "pathway": Treatment(
            id="pathway",
            label="one drug, then another",
            drug_class="not_a_drug",
            not_in_network="a plan, not one treatment",
        ),
    },
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
PAIN = replace(RELIEF, id="pain", label="Pain", kind="continuous", higher_is_better=False)


def study(name: str, **changes: object) -> Study:
    base = Study(
        id=name,
        title=name,
        reference="",
        year=2000,
        condition="postherpetic_neuralgia",
        design="parallel",
        weeks=8,
        risk_of_bias="low",
        open_label=False,
        note="",
    )
    return replace(base, **changes)


def arm(trial: str, treatment: str, dose: str | None = None, **changes: object) -> Arm:
    base = Arm(
        study=trial,
        id=f"{trial}__{treatment}_{dose or 0}",
        treatment=treatment,
        dose=None if dose is None else Decimal(dose),
        dose_is="fixed",
        n_randomised=100,
    )
    return replace(base, **changes)


def counts(of: Arm, events: int, n: int = 100, basis: Basis = Basis.REPORTED) -> ArmResult:
    return ArmResult(
        study=of.study,
        arm=of.id,
        outcome="relief",
        n=n,
        events=events,
        mean=None,
        sd=None,
        scale="",
        basis=basis,
        source="S",
        row=2,
        note="",
    )


def mean(of: Arm, value: float, sd: float, n: int, scale: str = "NRS_0_10") -> ArmResult:
    return replace(counts(of, 0, n), outcome="pain", events=None, mean=value, sd=sd, scale=scale)


def printed(
    trial: str, pair: tuple[str, str], dose: str | None, value: float, se: float, measure: str
) -> ContrastResult:
    half = 1.959963984540054 * se
    return ContrastResult(
        study=trial,
        outcome="pain" if measure == "MD" else "relief",
        treatment1=pair[0],
        treatment2=pair[1],
        dose1=None if dose is None else Decimal(dose),
        measure=measure,
        estimate=value,
        low=value - half,
        high=value + half,
        scale="NRS_0_10" if measure == "MD" else "",
        also_arm_level=False,
        basis=Basis.REPORTED,
        source="S",
        row=2,
        note="",
    )


def tables(
    studies: list[Study],
    arms: list[Arm],
    results: list[ArmResult] | None = None,
    contrasts: list[ContrastResult] | None = None,
) -> TrialTables:
    return TrialTables(
        studies={s.id: s for s in studies},
        arms={a.id: a for a in arms},
        arm_results=tuple(results or ()),
        contrasts=tuple(contrasts or ()),
        sources={},
    )


def made(data: TrialTables, outcome: OutcomeDefinition = RELIEF, **how: object) -> OutcomeNetwork:
    options: dict[str, object] = {"level": "drug", **how}
    return network_for(data, outcome, treatments=CATALOGUE, **options)


def logit(events: int, n: int) -> float:
    return log(events / (n - events))
