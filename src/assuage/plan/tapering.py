"""Come off a drug in steps that strengths can make, the gentler the lower the dose.

A step takes off at most a set part of the dose before it (NICE NG222 1.4.17 gives a half as its
example), and never more than the drug's own largest step where a source names one. Where the
strengths cannot make so small a step, the smallest step they can make is taken.
"""

from collections.abc import Sequence
from decimal import Decimal
from math import ceil

from assuage.plan.dosing import Drug, TaperRule
from assuage.plan.regimen import TaperStep
from assuage.plan.tablets import makeable_doses, share_over_day
from assuage.units import MgPerDay

_WEEK = 7


def taper(drug: Drug, dose: MgPerDay) -> tuple[TaperStep, ...]:
    """Return the steps from below `dose` down to 0 mg, the first on day 1 of the taper.

    The whole taper lasts at least the rule's shortest time; steps last whole weeks. `dose`
    itself must be one that the strengths can make.
    """
    doses = taper_doses(drug.taper, dose, makeable_doses(drug.products, up_to=dose))
    days = _days_on_each_step(drug.taper, steps=len(doses) - 1)
    return tuple(
        TaperStep(
            from_day=1 + days * number,
            dose=step,
            intakes=share_over_day(step, drug.products, drug.dosing.intakes) or (),
        )
        for number, step in enumerate(doses)
    )


def taper_doses(
    rule: TaperRule, dose: MgPerDay, makeable: Sequence[MgPerDay]
) -> tuple[MgPerDay, ...]:
    """Return the falling doses after `dose`: last the smallest makeable one, then zero."""
    doses = [dose]
    while below := [candidate for candidate in makeable if candidate < doses[-1]]:
        floor = doses[-1] * (1 - rule.largest_fraction.value)
        if rule.largest_step is not None:
            floor = max(floor, doses[-1] - rule.largest_step.value)
        gentle = [candidate for candidate in below if candidate >= floor]
        doses.append(min(gentle) if gentle else max(below))
    return (*doses[1:], MgPerDay(Decimal(0)))


def _days_on_each_step(rule: TaperRule, steps: int) -> int:
    """Spread the shortest whole taper over the steps, in whole weeks."""
    share = ceil(rule.shortest_days.value / max(steps, 1))
    return ceil(max(rule.interval_days.value, share) / _WEEK) * _WEEK
