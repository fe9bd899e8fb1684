"""Truth: tablets counted by hand from marketed strengths (150 mg of venlafaxine in one capsule;
milnacipran 100 mg is shared over two intakes)."""

from decimal import Decimal

from assuage.consult.library import load_library
from assuage.plan.pill_burden import pill_burden
from assuage.units import MgPerDay


def test_tablets_a_day_are_counted_and_weigh_nothing_until_asked():
    doses = {
        "venlafaxine": MgPerDay(Decimal(150)),
        "milnacipran": MgPerDay(Decimal(100)),
        "duloxetine": MgPerDay(Decimal(7)),  # no capsule makes 7 mg
    }
    found = pill_burden(load_library().drugs, doses)
    assert (found.id, found.amounts, found.weight) == (
        "tablets",
        {"venlafaxine": 1.0, "milnacipran": 2.0},
        0.0,
    )
