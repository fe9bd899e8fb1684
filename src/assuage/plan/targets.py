"""The doses a drug may be given at in one person: what bounds them, and the usual targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from assuage.errors import PlanError
from assuage.plan.dosing import DoseLimit, Drug, Intakes, Product
from assuage.plan.limits import ceilings, strictest_factor
from assuage.plan.regimen import Ceiling
from assuage.plan.tablets import makeable_doses, next_dose_within, share_over_day
from assuage.units import MgPerDay, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseRange:
    """What bounds the plan of one person: ceilings (lowest first) and the doses below it."""

    ceilings: tuple[Ceiling, ...]
    makeable: tuple[MgPerDay, ...]


def dose_range(drug: Drug, limits: Sequence[DoseLimit], age: int) -> DoseRange:
    """Return the bounds and the makeable doses. Raises PlanError when no strength makes any."""
    found = ceilings(drug, limits, age)
    makeable = _swallowable(drug.products, drug.dosing.intakes, found[0].dose)
    if not makeable:
        strengths = ", ".join(str(product) for product in drug.products) or "none found"
        raise PlanError(
            f"Cannot plan {drug.label}: no marketed strength ({strengths}) makes a daily dose of "
            f"{plain(found[0].dose)} mg or less, {found[0].because} [{found[0].citation}]. "
            f"Choose another drug, or ask a pharmacist for a liquid."
        )
    return DoseRange(ceilings=found, makeable=makeable)


@lru_cache(maxsize=256)
def _swallowable(
    products: tuple[Product, ...], intakes: Intakes, up_to: MgPerDay
) -> tuple[MgPerDay, ...]:
    """Return the daily doses that strengths make and that can be shared over the day."""
    return tuple(
        dose
        for dose in makeable_doses(products, up_to=up_to)
        if share_over_day(dose, products, intakes) is not None
    )


def default_target(drug: Drug, limits: Sequence[DoseLimit], allowed: DoseRange) -> MgPerDay:
    """Return the lowest usual target, cut as rules ask. Raises PlanError where none is known."""
    low = drug.dosing.target_low
    if low is None:
        raise PlanError(
            f"Cannot choose a target for {drug.label}: no source was found for its usual dose, "
            f"and assuage does not invent one. Give a target of at most "
            f"{plain(allowed.ceilings[0].dose)} mg/day."
        )
    wanted = low.value * strictest_factor(limits)
    return next_dose_within(allowed.makeable, above=Decimal(0), at_most=wanted) or min(
        allowed.makeable
    )


def target_doses(drug: Drug, *, limits: Sequence[DoseLimit], age: int) -> tuple[MgPerDay, ...]:
    """Return the doses to weigh for one person: the default target first, then the highest usual.

    Both within all limits and made by marketed strengths. Raises PlanError as a plan would.
    """
    allowed = dose_range(drug, limits, age)
    low = default_target(drug, limits, allowed)
    high = drug.dosing.target_high
    if high is None:
        return (low,)
    wanted = min(high.value * strictest_factor(limits), allowed.ceilings[0].dose)
    top = next_dose_within(allowed.makeable, above=low, at_most=wanted)
    return (low,) if top is None else (low, top)
