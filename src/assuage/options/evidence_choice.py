"""Which evidence speaks for a drug at a dose: the nearest that is not too thin.

In this order: trials of the dose, trials of the drug at any dose, the product label (side effects
counted in other diseases, among many people), thin trials of the drug, the drug's class, nothing.
A node is thin when one trial has fewer than 100 people on it: it may then tell little more than
chance, and must not outbid evidence from hundreds. A label goes before a class, because side
effects belong to the drug more than to its class or to the disease.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assuage.synthesis.certainty import Kind
from assuage.synthesis.release import EvidenceRelease, LabelEffect, Level, OutcomeResult, Support
from assuage.units import MgPerDay, plain

ENOUGH_TRIALS = 2
ENOUGH_PEOPLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A drug to appraise at some doses. `class_label` names its class in a sentence."""

    drug: str
    label: str
    drug_class: str
    class_label: str
    doses: tuple[MgPerDay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for one drug and dose on one outcome. `level` is None for a label.

    Two doses that rest on the same `level` and `node` rest on the same numbers.
    """

    kind: Kind
    level: Level | None
    node: str
    statement: str
    people: int
    support: Support | None = None
    label: LabelEffect | None = None
    dose_below_tried: bool = False

    @property
    def key(self) -> tuple[Kind, Level | None, str]:
        return (self.kind, self.level, self.node)


def dose_node(drug: str, dose: Decimal) -> str:
    """Name the node of a drug at a dose in a network by dose: 'duloxetine 60'."""
    return f"{drug} {plain(dose)}"


def is_thin(support: Support) -> bool:
    """Say whether a node rests on one small trial."""
    return len(support.trials) < ENOUGH_TRIALS and support.treated < ENOUGH_PEOPLE


def choose(
    release: EvidenceRelease, outcome: str, candidate: Candidate, dose: MgPerDay
) -> Evidence | None:
    """Return the evidence for a drug at a dose on an outcome, or None when there is none."""
    result = release.outcomes.get(outcome)
    pooled = _support(result, "drug", candidate.drug)
    at_dose = _support(result, "dose", dose_node(candidate.drug, dose))
    if at_dose is not None and not is_thin(at_dose):
        return _of_dose(candidate, dose, at_dose)
    if pooled is not None and not is_thin(pooled):
        return _of_drug(candidate, dose, pooled)
    label = next(
        (x for x in release.labels if x.drug == candidate.drug and x.outcome == outcome), None
    )
    if label is not None and result is not None and result.baseline is not None:
        return _of_label(label)
    if pooled is not None:
        return _of_drug(candidate, dose, pooled)
    of_class = _support(result, "class", candidate.drug_class)
    return None if of_class is None else _of_class(candidate, of_class)


def no_data(candidate: Candidate) -> str:
    """Say that nothing speaks for a drug on an outcome."""
    return f"no data: no trial of {candidate.label} or of its class reports it"


def _support(result: OutcomeResult | None, level: Level, node: str) -> Support | None:
    found = result.levels.get(level) if result is not None else None
    return None if found is None else found.support.get(node)


def _of_dose(candidate: Candidate, dose: MgPerDay, support: Support) -> Evidence:
    return Evidence(
        kind="trials",
        level="dose",
        node=dose_node(candidate.drug, dose),
        statement=f"{_trials(support)} of {plain(dose)} mg/day, {_people(support)}"
        + _indirect(support),
        people=support.people,
        support=support,
    )


def _of_drug(candidate: Candidate, dose: MgPerDay, support: Support) -> Evidence:
    doses = sorted(support.doses)
    below = bool(doses) and dose < doses[0]
    untried = "" if dose in doses else f"; {plain(dose)} mg itself was not tried"
    return Evidence(
        kind="trials",
        level="drug",
        node=candidate.drug,
        statement=f"{_trials(support)} of {candidate.label}, {_range(doses)}, {_people(support)}"
        + _indirect(support)
        + (untried if doses else ""),
        people=support.people,
        support=support,
        dose_below_tried=below,
    )


def _of_label(label: LabelEffect) -> Evidence:
    return Evidence(
        kind="label",
        level=None,
        node=label.drug,
        statement=label.statement,
        people=label.people,
        label=label,
    )


def _of_class(candidate: Candidate, support: Support) -> Evidence:
    return Evidence(
        kind="class",
        level="class",
        node=candidate.drug_class,
        statement=f"no trial of {candidate.label} here; class evidence from {_trials(support)} "
        f"of another {candidate.class_label}, {_people(support)}",
        people=support.people,
        support=support,
    )


def _trials(support: Support) -> str:
    count = len(support.trials)
    return "1 trial" if count == 1 else f"{count} trials"


def _people(support: Support) -> str:
    return f"{support.people:,} people"


def _range(doses: Sequence[Decimal]) -> str:
    if not doses:
        return "doses not stated"
    if doses[0] == doses[-1]:
        return f"{plain(doses[0])} mg/day"
    return f"{plain(doses[0])} to {plain(doses[-1])} mg/day pooled"


def _indirect(support: Support) -> str:
    return "" if support.placebo_controlled else ", none against placebo"
