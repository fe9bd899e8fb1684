"""What drugs are known to do for goals beside pain: mood, anxiety, sleep, weight, sexual function.

Secondary evidence: it comes from labels and trials of other conditions. It never enters the value
of an option; it may only turn a coin toss between two of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assuage.options.ordering import COIN_TOSS
from assuage.patient.record import Goal
from assuage.provenance import Citation
from assuage.units import MgPerDay, plain

Effect = Literal["helps", "neutral", "harms"]
_POINTS: Mapping[Effect, int] = {"helps": 1, "neutral": 0, "harms": -1}
SECONDARY = "secondary evidence, from other conditions than nerve pain"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalEntry:
    """What one source says of a drug, or of a class, and a goal.

    `from_mg_per_day` is the dose from which it helps.
    """

    about: str
    goal: Goal
    effect: Effect
    because: str
    graded_by: Literal["source", "assuage"]
    citation: Citation
    from_mg_per_day: MgPerDay | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalNote:
    """What to say of a drug beside a goal that the patient named."""

    drug: str
    goal: Goal
    effect: Effect
    because: str
    graded_by: Literal["source", "assuage"]
    citation: Citation
    evidence: str = SECONDARY


@dataclass(frozen=True, slots=True, kw_only=True)
class TieBreak:
    """Which of two options the goals speak for, where trial outcomes cannot tell them apart."""

    drug: str
    notes: tuple[GoalNote, ...]
    sentence: str


def goal_notes(
    goals: Sequence[Goal],
    drugs: Mapping[str, str],
    entries: Sequence[GoalEntry],
    doses: Mapping[str, MgPerDay] | None = None,
) -> tuple[GoalNote, ...]:
    """Return what is known of each drug for each goal, in the order given; a blank gives no note.

    `drugs` maps a drug to its class, whose entry speaks where the drug has none. `doses` are the
    doses looked at: below the dose from which a drug is licensed to help, it counts as neutral.
    """
    known = {(entry.about, entry.goal): entry for entry in entries}
    found: list[GoalNote] = []
    for drug, drug_class in drugs.items():
        for goal in goals:
            entry = known.get((drug, goal)) or known.get((drug_class, goal))
            if entry is not None:
                found.append(_note(drug, entry, (doses or {}).get(drug)))
    return tuple(found)


def _note(drug: str, entry: GoalEntry, dose: MgPerDay | None) -> GoalNote:
    note = GoalNote(
        drug=drug,
        goal=entry.goal,
        effect=entry.effect,
        because=entry.because,
        graded_by=entry.graded_by,
        citation=entry.citation,
    )
    least = entry.from_mg_per_day
    if least is None:
        return note
    because = f"{entry.because} from {plain(least)} mg/day"
    if dose is not None and dose < least:
        return replace(note, effect="neutral", because=f"{because}, more than the dose looked at")
    return replace(note, because=because)


def break_tie(
    first: str, second: str, first_is_better: float, notes: Sequence[GoalNote]
) -> TieBreak | None:
    """Return which of two drugs the goals speak for; None where they may not, or cannot.

    They may only in a coin toss: when the probability that the first has the better value lies
    within `ordering.COIN_TOSS`. Each goal counts one for help and one against for harm; a goal that
    is blank for one of the two does not count, so that missing data speak for no drug.
    """
    if not COIN_TOSS[0] <= first_is_better <= COIN_TOSS[1]:
        return None
    of = {(note.drug, note.goal): note for note in notes}
    shared = [goal for drug, goal in of if drug == first and (second, goal) in of]
    lead = sum(
        _POINTS[of[first, goal].effect] - _POINTS[of[second, goal].effect] for goal in shared
    )
    if lead == 0:
        return None
    drug, other = (first, second) if lead > 0 else (second, first)
    pairs = [(goal, of[drug, goal].effect, of[other, goal].effect) for goal in shared]
    told = [
        f"{goal.replace('_', ' ')}: {drug} {mine}, {other} {theirs}"
        for goal, mine, theirs in pairs
        if mine != theirs
    ]
    return TieBreak(
        drug=drug,
        notes=tuple(of[each, goal] for goal in shared for each in (drug, other)),
        sentence=f"Trial outcomes do not tell {first} and {second} apart; your goals speak for "
        f"{drug} ({'; '.join(told)}; {SECONDARY}).",
    )
