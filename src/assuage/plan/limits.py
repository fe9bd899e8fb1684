"""How high a dose may go for this person, and by whose word."""

from collections.abc import Container, Sequence
from dataclasses import replace
from decimal import Decimal

from assuage.errors import PlanError
from assuage.options.disagreement import MaximumOf
from assuage.plan.dosing import DoseLimit, Drug, Maximum
from assuage.plan.regimen import Ceiling
from assuage.units import MgPerDay, plain


def ceilings(drug: Drug, limits: Sequence[DoseLimit], age: int) -> tuple[Ceiling, ...]:
    """Return every highest dose that holds at this age, the lowest (the one in force) first.

    Where sources disagree the lower one holds: the plan can be raised by a person who has read
    both, but a plan that starts from the higher one cannot be taken back. Raises PlanError when
    no source gives a maximum.
    """
    maxima = [m for m in drug.dosing.maxima if age >= m.from_age]
    if not maxima:
        raise PlanError(
            f"Cannot plan {drug.label}: no source was found for its maximum dose, and assuage "
            f"does not invent one. Choose another drug, or dose it from the product's own label."
        )
    lowest = min(maxima, key=lambda maximum: maximum.dose.value)
    found = [_by_source(m) for m in maxima]
    for limit in limits:
        if limit.at_most is not None:
            found.append(_by_limit(limit, limit.at_most))
        if limit.factor is not None:
            found.append(_by_limit(limit, MgPerDay(lowest.dose.value * limit.factor)))
    return tuple(sorted(found, key=lambda ceiling: ceiling.dose))


def without_maxima(drug: Drug, set_aside: Container[MaximumOf]) -> Drug:
    """Return the drug without the maxima that a jurisdiction sets aside.

    They stay where nothing else would bound the dose of an adult.
    """
    kept = tuple(
        m
        for m in drug.dosing.maxima
        if MaximumOf(drug=drug.id, market=m.market, from_age=m.from_age) not in set_aside
    )
    if all(m.from_age > 0 for m in kept):
        return drug
    return replace(drug, dosing=replace(drug.dosing, maxima=kept))


def strictest_factor(limits: Sequence[DoseLimit]) -> Decimal:
    """Return the smallest dose factor: reductions by different rules are not multiplied."""
    return min((limit.factor for limit in limits if limit.factor is not None), default=Decimal(1))


def asks_for_less_without_number(limits: Sequence[DoseLimit]) -> bool:
    """Say whether a rule asks for a lower dose but gives no number to plan with."""
    return any(not limit.has_number for limit in limits)


def asks_for_slow_steps(limits: Sequence[DoseLimit]) -> bool:
    """Say whether each step is to last longer: a rule says so, or asks for less in words only."""
    return any(limit.slowly or not limit.has_number for limit in limits)


def _by_source(maximum: Maximum) -> Ceiling:
    who = f"from age {maximum.from_age}" if maximum.from_age else "in adults"
    note = f"; {maximum.note}" if maximum.note else ""
    return Ceiling(
        dose=maximum.dose.value,
        because=f"highest dose {who} ({maximum.market}){note}",
        citation=maximum.dose.citation,
    )


def _by_limit(limit: DoseLimit, dose: MgPerDay) -> Ceiling:
    because = f"{limit.sentence} Because: {limit.because}."
    return Ceiling(dose=dose, because=because, citation=limit.citation)


def refuse_above(drug: Drug, target: MgPerDay, found: Sequence[Ceiling]) -> None:
    """Raise PlanError, with the source of the maximum, when the target passes it."""
    ceiling = found[0]
    if Decimal(0) < target <= ceiling.dose:
        return
    above = [c for c in found if c.dose >= target]
    others = (
        " Other sources go higher: "
        + "; ".join(f"{plain(c.dose)} mg/day [{c.citation}]" for c in above)
        + "."
        if above
        else ""
    )
    raise PlanError(
        f"Cannot plan {drug.label} at {plain(target)} mg/day: its range here is above 0 to "
        f"{plain(ceiling.dose)} mg/day, {ceiling.because} [{ceiling.citation}].{others} "
        f"Choose a target in that range."
    )
