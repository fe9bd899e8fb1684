"""How many tablets or capsules a day each drug means at its dose: counted, not asked."""

from collections.abc import Mapping

from assuage.options.criteria import Criterion
from assuage.plan.dosing import Drug
from assuage.plan.tablets import share_over_day
from assuage.units import MgPerDay


def pill_burden(drugs: Mapping[str, Drug], doses: Mapping[str, MgPerDay]) -> Criterion:
    """Return the tablets or capsules a day of each drug at its dose, with weight 0.

    A half counts as a half. A dose that the marketed strengths cannot make has no number.
    """
    amounts: dict[str, float] = {}
    for drug, dose in doses.items():
        known = drugs[drug]
        intakes = share_over_day(dose, known.products, known.dosing.intakes)
        if intakes is not None:
            amounts[drug] = float(sum(c.number for intake in intakes for c in intake.counts))
    return Criterion(
        id="tablets",
        label="tablets a day",
        amounts=amounts,
        source="counted from the marketed strengths",
    )
