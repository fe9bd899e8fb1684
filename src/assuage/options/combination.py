"""What adding a second drug did in trials, where the first helped partly; and whether it is safe.

A gabapentinoid is added to an antidepressant, or an antidepressant to a gabapentinoid. Trial
results are told as printed, never pooled: they differ in whom they took and in what they compared
with. The added gabapentinoid is screened by rules of its own and its steps stay within them; an
added antidepressant is screened as every candidate is.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from assuage.options.rule import RuleBook
from assuage.options.screening import Screening, screen
from assuage.patient.facts import Facts
from assuage.patient.record import RecordedMedicine
from assuage.provenance import Citation, Cited
from assuage.units import MgPerDay

Finding = Literal["better", "no better", "unclear"]
Unit = Literal["points", "per_1000"]
Tried = Literal["this pair", "a pair of the same classes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinationTrial:
    """One result of one trial: the combination minus what it was compared with.

    `low` and `high` are the 95% interval where one was printed. `unit` is points on the 0-10 scale
    or people per 1,000. `finding` is what the trial could say: better only when its interval, or
    its own test, leaves no room for none.
    """

    trial: str
    year: int
    antidepressant: str
    gabapentinoid: str
    design: str
    who: str
    compared_with: str
    outcome: str
    unit: Unit
    finding: Finding
    citation: Citation
    people: int | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a review of all combination trials found."""

    finding: str
    trials: int
    people: int
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class AddingDose:
    """How a gabapentinoid is raised with normal kidneys, mg/day; `smallest` is the finest step."""

    drug: str
    start: Cited[MgPerDay]
    step: Cited[MgPerDay]
    interval_days: Cited[int]
    maximum: Cited[MgPerDay]
    smallest: Cited[MgPerDay]
    times_a_day: Cited[int]
    stop: Cited[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedStep:
    """A daily dose from a day on; the first dose is on day 1."""

    from_day: int
    dose: MgPerDay


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CombinationKnowledge:
    """Trials of combinations, their review, doses and rules of the gabapentinoids.

    `classes` maps a drug, antidepressant or gabapentinoid, to its class.
    """

    trials: tuple[CombinationTrial, ...]
    review: Review
    doses: Mapping[str, AddingDose]
    rules: RuleBook
    classes: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinationOption:
    """A drug that could be added to one that helped partly.

    `steps` is empty for an added antidepressant, which has a plan of its own, and where the
    screening does not offer the drug. `certainty` says in words how sure an added benefit is.
    """

    first: str
    added: str
    tried: Tried
    trials: tuple[CombinationTrial, ...]
    review: Review
    certainty: str
    screening: Screening
    steps: tuple[AddedStep, ...]
    dosing: AddingDose | None

    @property
    def on_offer(self) -> bool:
        return self.screening.verdict.is_on_offer


def combination_options(
    antidepressant: str,
    facts: Facts,
    knowledge: CombinationKnowledge,
    *,
    helped_partly: Collection[str],
    screened: Mapping[str, Screening],
) -> tuple[CombinationOption, ...]:
    """Return what could be combined with an antidepressant; nothing unless one helped partly.

    `helped_partly` names the drugs that did. When the antidepressant is among them, gabapentinoids
    are added to it; when a gabapentinoid is, the antidepressant is added to that. `screened` holds
    the verdicts on antidepressants. Pairs of classes that no trial put together are not offered.
    A gabapentinoid is screened as if the antidepressant were taken, which it will be.
    """
    found: list[CombinationOption] = []
    beside = _as_if_taken(antidepressant, facts)
    own = {each.drug: each for each in screen(beside, knowledge.rules)}
    for gabapentinoid in knowledge.doses:
        trials, tried = _of_pair(antidepressant, gabapentinoid, knowledge)
        if tried is None:
            continue
        pair = (antidepressant, gabapentinoid)
        if antidepressant in helped_partly and gabapentinoid not in helped_partly:
            found.append(_option(pair, trials, tried, own[gabapentinoid], knowledge))
        elif gabapentinoid in helped_partly and antidepressant not in helped_partly:
            turned = (gabapentinoid, antidepressant)
            found.append(_option(turned, trials, tried, screened[antidepressant], knowledge))
    return tuple(found)


def _as_if_taken(drug: str, facts: Facts) -> Facts:
    """Return the facts with the drug among the medicines taken; unchanged without a list."""
    medicine = facts.vocabulary.medicines.get(drug)
    taken = any(entry.is_taken(facts.today) for entry in facts.entries_of(drug))
    if facts.taking is None or medicine is None or taken:
        return facts
    concepts = facts.vocabulary.concepts_of(medicine)
    entry = RecordedMedicine(
        name=drug, medicine=drug, concepts=concepts, where="to be combined with"
    )
    more = {name: (*facts.taking.get(name, ()), entry) for name in {drug, *concepts}}
    return replace(facts, taking={**facts.taking, **more})


def _option(
    pair: tuple[str, str],
    trials: tuple[CombinationTrial, ...],
    tried: Tried,
    screening: Screening,
    knowledge: CombinationKnowledge,
) -> CombinationOption:
    first, added = pair
    dosing = knowledge.doses.get(added)
    offered = dosing is not None and screening.verdict.is_on_offer
    return CombinationOption(
        first=first,
        added=added,
        tried=tried,
        trials=trials,
        review=knowledge.review,
        certainty=certainty_of(trials, tried, knowledge.review),
        screening=screening,
        steps=steps_of(dosing, screening) if dosing is not None and offered else (),
        dosing=dosing,
    )


def _of_pair(
    antidepressant: str, gabapentinoid: str, knowledge: CombinationKnowledge
) -> tuple[tuple[CombinationTrial, ...], Tried | None]:
    """Return the trials of this very pair, or else those of the same two classes."""
    classes = knowledge.classes
    drug_class = classes.get(antidepressant)
    same = [t for t in knowledge.trials if classes[t.antidepressant] == drug_class]
    own = [
        t for t in same if (t.antidepressant, t.gabapentinoid) == (antidepressant, gabapentinoid)
    ]
    if own:
        return tuple(own), "this pair"
    return tuple(same), "a pair of the same classes" if same else None


def certainty_of(trials: Sequence[CombinationTrial], tried: Tried, review: Review) -> str:
    """Say in words how sure it is that the second drug adds relief.

    Never above low: the review of all trials found no combination better than both single drugs.
    """
    better = _names(t for t in trials if t.finding == "better")
    not_better = _names(t for t in trials if t.finding == "no better")
    level = "Low" if better and tried == "this pair" else "Very low"
    parts = [f"better in {_listed(better)}"] if better else []
    parts += [f"no better in {_listed(not_better)}"] if not_better else []
    told = "; ".join(parts) or "no trial read compared them in a way that tells"
    whom = "this pair" if tried == "this pair" else "other pairs of these classes"
    return f"{level} ({whom}: {told}). A review of {review.trials} trials: {review.finding}."


def _names(trials: Iterable[CombinationTrial]) -> list[str]:
    return list(dict.fromkeys(t.trial for t in trials))


def _listed(names: Sequence[str]) -> str:
    return " and ".join(names)


def steps_of(dosing: AddingDose, screening: Screening) -> tuple[AddedStep, ...]:
    """Return the steps up to the maximum that kidneys and other rules leave.

    Where a rule limits the dose, the steps are as small as the first dose. Where one only lowers
    the first dose, the usual first dose comes next. Doses are cut to the finest step, never up.
    """
    smallest, limits = dosing.smallest.value, [limit.dose for limit in screening.limits]
    ceiling = _down(min((dosing.maximum.value, *limits)), smallest)
    lowered = min((dosing.start.value, *(limit.dose for limit in screening.starts)))
    dose = min(_down(lowered, smallest), ceiling)
    step = dose if limits else dosing.step.value
    day, steps = 1, [AddedStep(from_day=1, dose=dose)]
    while dose < ceiling:
        day += dosing.interval_days.value
        below_usual = not limits and dose < dosing.start.value
        dose = min(dosing.start.value if below_usual else MgPerDay(dose + step), ceiling)
        steps.append(AddedStep(from_day=day, dose=dose))
    return tuple(steps)


def _down(dose: MgPerDay, smallest: MgPerDay) -> MgPerDay:
    """Round down to the finest step, but not below one."""
    return MgPerDay(max(Decimal(1), dose // smallest) * smallest)
