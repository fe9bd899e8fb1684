"""Raise a dose from its start to its target, no faster than the source allows."""

from collections.abc import Sequence
from dataclasses import dataclass

from assuage.errors import PlanError
from assuage.plan.dosing import Dosing
from assuage.plan.tablets import next_dose_within
from assuage.provenance import Cited
from assuage.units import MgPerDay, plain

SLOWER = 2
"""How much longer each step lasts when a rule asks for less without a number: our choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """A dose from a day of the plan on; the first dose is on day 1."""

    from_day: int
    dose: MgPerDay


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Where a titration starts and goes, and whether it takes twice the source's time.

    With `doubling` no step more than doubles the dose.
    """

    start: MgPerDay
    target: MgPerDay
    slower: bool = False
    doubling: bool = False


def titrate(
    drug: str, dosing: Dosing, course: Course, makeable: Sequence[MgPerDay]
) -> tuple[Rise, ...]:
    """Return the doses from the start up to the target, in order.

    Every dose can be made from marketed strengths. A step is cut short rather than rounded up:
    a patient may wait a week for a dose, but never passes the target to reach it. Raises
    PlanError when the source gives no step or interval that leads to the target.
    """
    rises = _follow_waypoints(dosing, course, makeable)
    while (last := rises[-1]).dose < course.target:
        step, days = _step_and_interval(drug, dosing, last.dose, course.target)
        size = min(step.value, last.dose) if course.doubling else step.value
        dose = next_dose_within(
            makeable, above=last.dose, at_most=min(last.dose + size, course.target)
        )
        if dose is None:
            raise PlanError(
                f"Cannot raise {drug} above {plain(last.dose)} mg/day: steps are at most "
                f"{plain(size)} mg [{step.source}, {step.locator}] and no marketed strength "
                f"makes a dose in between. Ask a pharmacist for a liquid, or choose that dose."
            )
        stay = days.value * (SLOWER if course.slower else 1)
        rises.append(Rise(from_day=last.from_day + stay, dose=dose))
    return tuple(rises)


def _follow_waypoints(dosing: Dosing, course: Course, makeable: Sequence[MgPerDay]) -> list[Rise]:
    """Follow a source's own schedule from the start dose on, as far as it leads to the target."""
    rises = [Rise(from_day=1, dose=course.start)]
    points = dosing.waypoints.value if dosing.waypoints is not None else ()
    on_schedule = [point for point in points if point.dose == course.start]
    if not on_schedule:
        return rises
    first = on_schedule[0].day
    for point in points:
        dose = next_dose_within(
            makeable, above=rises[-1].dose, at_most=min(point.dose, course.target)
        )
        if point.day > first and dose is not None:
            days = (point.day - first) * (SLOWER if course.slower else 1)
            rises.append(Rise(from_day=1 + days, dose=dose))
    return rises


def _step_and_interval(
    drug: str, dosing: Dosing, dose: MgPerDay, target: MgPerDay
) -> tuple[Cited[MgPerDay], Cited[int]]:
    if dosing.step is None or dosing.interval_days is None:
        missing = " and ".join(
            name
            for name, value in (("step", dosing.step), ("interval", dosing.interval_days))
            if value is None
        )
        raise PlanError(
            f"Cannot plan how to raise {drug} from {plain(dose)} to {plain(target)} mg/day: no "
            f"source was found for the titration {missing}, and assuage does not invent one. "
            f"Plan up to {plain(dose)} mg/day, or write the steps yourself."
        )
    return dosing.step, dosing.interval_days
