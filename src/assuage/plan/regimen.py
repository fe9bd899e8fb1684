"""A dose plan: what to take from which day, how far, what to watch, when to judge, how to stop."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from assuage.exposure.relative import RelativeExposure
from assuage.plan.dosing import Advice, DoseLimit, Product, StoppingRule, TimeOfDay
from assuage.provenance import Citation, Cited
from assuage.units import MgPerDay, plain

_WHEN: dict[TimeOfDay, str] = {
    "morning": "in the morning",
    "midday": "at midday",
    "evening": "in the evening",
    "bedtime": "at bedtime",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """So many of one marketed strength; a half only where a source allows it."""

    number: Decimal
    product: Product

    def __str__(self) -> str:
        if self.number == Decimal("0.5"):
            return f"half a {self.product}"
        return f"{plain(self.number)} x {self.product}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What is swallowed at one time of the day."""

    time: TimeOfDay
    counts: tuple[Count, ...]

    def __str__(self) -> str:
        return " and ".join(str(count) for count in self.counts) + f" {_WHEN[self.time]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseStep:
    """A daily dose and how to make it, from a day of the plan (the first is day 1) on."""

    from_day: int
    from_date: date
    dose: MgPerDay
    intakes: tuple[Intake, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaperStep:
    """A daily dose from a day of the taper on. It has no date: no one knows yet when it starts.

    The last step is 0 mg: the first day without the drug.
    """

    from_day: int
    dose: MgPerDay
    intakes: tuple[Intake, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """A highest daily dose, with who says so and why it holds for this person."""

    dose: MgPerDay
    because: str
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A day to look again: early for harms, and for benefit once the trial has been adequate."""

    on: date
    week: int
    purpose: Literal["tolerability", "efficacy"]
    ask: str
    citation: Citation
    timed_by: Literal["source", "assuage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One measurement or question, on one day. `week` 0 is before the first dose.

    `need` is the id of what is watched in `plan/monitoring.yaml`; empty where a rule asks.
    """

    what: str
    why: str
    on: date
    week: int
    citation: Citation
    timed_by: Literal["source", "assuage"]
    need: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caveat:
    """What the reader must know about this plan before trusting it."""

    text: str
    citation: Citation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """How to go on from the target when it is tolerated and does not do enough.

    At most `step` mg/day more every `interval_days` days, never above `up_to`; then the trial is
    judged `weeks` after the first dose and `weeks_at_dose` at the dose reached, or later.
    """

    step: MgPerDay
    interval_days: int
    up_to: MgPerDay
    weeks: int
    weeks_at_dose: int
    citation: Citation
    judged_by: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A whole plan for one drug and one person.

    `steps` rise to `target`; `ceiling` is the maximum in force and `other_ceilings` what other
    sources or limits say. `target_given` is False when the target is our default: the lowest
    usual target within the limits. `indication` is what the dosing was written for. `first` must
    be done before the first dose: while there is any, days count and the dates mean nothing.
    `exposure` is None where nothing recorded changes it.
    """

    drug: str
    label: str
    today: date
    indication: str
    for_pain: bool
    steps: tuple[DoseStep, ...]
    target: MgPerDay
    target_given: bool
    target_citation: Citation
    ceiling: Ceiling
    other_ceilings: tuple[Ceiling, ...]
    limits: tuple[DoseLimit, ...]
    reviews: tuple[Review, ...]
    monitoring: tuple[Check, ...]
    stopping: tuple[StoppingRule, ...]
    taper: tuple[TaperStep, ...]
    taper_guidance: tuple[Cited[str], ...]
    advice: tuple[Advice, ...]
    caveats: tuple[Caveat, ...]
    first: tuple[Caveat, ...] = ()
    onward: Onward | None = None
    exposure: RelativeExposure | None = None

    @property
    def dated(self) -> bool:
        """Whether the first day is today, so that every day has its date."""
        return not self.first
