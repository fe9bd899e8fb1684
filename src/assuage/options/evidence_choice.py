"""Which evidence speaks for a drug at a dose: the nearest that is not too thin.

In this order:

1. trials of the dose, when doses of the drug can be told apart: two doses or more were tried
   (each in two trials against placebo, with 100 people on it), and differ with a probability of
   90%. A dose that was not tried so is shown as the nearest lower one that was, for more is not
   credited with more, or else as the nearest higher one;
2. trials of the drug, doses together: at least 100 people on it;
3. the product label: side effects counted in other diseases, among many people. It goes before the
   class, because side effects belong to the drug more than to its class or to the disease;
4. the drug's own few people read together with its class, of which at least 100 people took a
   drug: in the network drugs of a class lean on each other;
5. the class alone, for a drug without trials: its mean, widened by how far its drugs lie from it;
6. the drug's own few people, where its class has few too;
7. nothing, said so: a class of fewer than 100 people speaks for no other drug.

The numbers are ours. With fewer than 100 people chance alone moves a share of responders by some
10 points either way, and a small lucky trial would outbid evidence from thousands; and splitting
trials by dose where doses do not differ only throws precision away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

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

    `member` is the drug that a class speaks for. `studied_at` are the doses of its trials when the
    dose asked for lies outside them. Evidence with the same `key` has the same numbers.
    """

    kind: Kind
    level: Level | None
    node: str
    statement: str
    people: int
    member: str = ""
    support: Support | None = None
    label: LabelEffect | None = None
    dose_below_tried: bool = False
    studied_at: str = ""

    @property
    def key(self) -> tuple[Kind, Level | None, str, str]:
        return (self.kind, self.level, self.node, self.member)


def dose_node(drug: str, dose: Decimal) -> str:
    """Name the node of a drug at a dose in a network by dose: 'duloxetine 60'."""
    return f"{drug} {plain(dose)}"


def is_thin(support: Support) -> bool:
    """Say whether too few people took a treatment for its own trials to speak alone.

    A trial that printed a difference without the number of people cannot be shown to be enough.
    """
    return support.treated < ENOUGH_PEOPLE


def tried_doses(release: EvidenceRelease, outcome: str, drug: str) -> dict[Decimal, Evidence]:
    """Return the doses of a drug, offered or not, that trials tried well enough to stand alone."""
    result = release.outcomes.get(outcome)
    level = None if result is None else result.levels.get("dose")
    if level is None:
        return {}
    found: dict[Decimal, Evidence] = {}
    for name, support in level.support.items():
        if support.placebo_controlled < ENOUGH_TRIALS or is_thin(support):
            continue
        for dose in support.doses:
            if name == dose_node(drug, dose):
                found[dose] = _of_tried(name, dose, support)
    return found


def choose(
    release: EvidenceRelease,
    outcome: str,
    candidate: Candidate,
    tried: Mapping[Decimal, Evidence],
) -> dict[MgPerDay, Evidence | None]:
    """Return the evidence for each dose of a drug on an outcome; None where there is none.

    `tried` holds the doses that trials tell apart, and is empty when they do not.
    """
    if tried:
        return {dose: _as_tried(dose, tried) for dose in candidate.doses}
    return {dose: _whatever_the_dose(release, outcome, candidate, dose) for dose in candidate.doses}


def _whatever_the_dose(
    release: EvidenceRelease, outcome: str, candidate: Candidate, dose: MgPerDay
) -> Evidence | None:
    result = release.outcomes.get(outcome)
    own = _support(result, "drug", candidate.drug)
    if own is not None and not is_thin(own):
        return _of_drug(candidate, dose, own)
    if result is not None and result.baseline is not None:
        label = _labels(release).get((candidate.drug, outcome))
        if label is not None:
            return _of_label(label)
    group = _support(result, "class", candidate.drug_class)
    others = set(group.trials if group else ()) - set(own.trials if own else ())
    if group is not None and others and not is_thin(group):
        return _of_class(candidate, own, group)
    return None if own is None else _of_drug(candidate, dose, own)


def no_data(candidate: Candidate) -> str:
    """Say that nothing speaks for a drug on an outcome."""
    return f"no data: no trial of {candidate.label} or of its class reports it"


@lru_cache(maxsize=4)
def _labels(release: EvidenceRelease) -> Mapping[tuple[str, str], LabelEffect]:
    return {(label.drug, label.outcome): label for label in release.labels}


def _support(result: OutcomeResult | None, level: Level, node: str) -> Support | None:
    found = result.levels.get(level) if result is not None else None
    return None if found is None else found.support.get(node)


def _of_tried(name: str, dose: Decimal, support: Support) -> Evidence:
    return Evidence(
        kind="trials",
        level="dose",
        node=name,
        statement=f"{_trials(support)} of {plain(dose)} mg/day, {_people(support)}",
        people=support.people,
        support=support,
    )


def _as_tried(dose: MgPerDay, tried: Mapping[Decimal, Evidence]) -> Evidence:
    lower = [d for d in tried if d <= dose]
    shown = max(lower) if lower else min(tried)
    if shown == dose:
        return tried[shown]
    return replace(
        tried[shown],
        statement=f"{tried[shown].statement}; {plain(dose)} mg was not tried enough, shown as "
        f"{plain(shown)} mg",
        dose_below_tried=shown > dose,
        studied_at=f"{plain(shown)} mg/day",
    )


def _of_drug(candidate: Candidate, dose: MgPerDay, support: Support) -> Evidence:
    doses = sorted(support.doses)
    below = bool(doses) and dose < doses[0]
    outside = below or (bool(doses) and dose > doses[-1])
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
        studied_at=_range(doses).removesuffix(" pooled") if outside else "",
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


def _of_class(candidate: Candidate, own: Support | None, support: Support) -> Evidence:
    alone = own is None
    mine = f"{'no trial' if own is None else _trials(own)} of {candidate.label} here"
    known = "" if own is None else f", {_people(own)}"
    how = "class evidence" if alone else "read together with evidence"
    return Evidence(
        kind="class",
        level="class" if alone else "drug",
        node=candidate.drug_class if alone else candidate.drug,
        statement=f"{mine}{known}; {how} from {_trials(support)} with any "
        f"{candidate.class_label}, {_people(support)}",
        people=support.people,
        member=candidate.drug,
        support=support,
    )


def _trials(support: Support) -> str:
    count = len(support.trials)
    return "1 trial" if count == 1 else f"{count} trials"


def _people(support: Support) -> str:
    return f"{support.people:,} people" if support.people else "number of people not on record"


def _range(doses: Sequence[Decimal]) -> str:
    """Doses in whole mg: some are means over the people of a trial."""
    if not doses:
        return "doses not stated"
    low, high = f"{doses[0]:.0f}", f"{doses[-1]:.0f}"
    return f"{low} mg/day" if low == high else f"{low} to {high} mg/day pooled"


def _indirect(support: Support) -> str:
    return "" if support.placebo_controlled else ", none against placebo"
