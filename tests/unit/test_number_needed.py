"""Truth: Altman, BMJ 1998;317:1309-1312: the limits of a number needed to treat are the reciprocal
limits of the risk difference, swapped; they run through infinity when the difference may be nought.
The numbers below are reciprocals that can be checked by hand."""

from math import inf

import pytest

from assuage.errors import NetworkError
from assuage.synthesis.pairwise import Pooled, TwoByTwo, mantel_haenszel, number_needed


def difference(estimate: float, low: float, high: float) -> Pooled:
    return Pooled(measure="RD", estimate=estimate, se=0.1, low=low, high=high, trials=1)


def test_limits_are_swapped():
    needed = number_needed(difference(0.2, 0.1, 0.3))
    assert (needed.estimate, needed.low, needed.high, needed.beyond) == (
        pytest.approx(5),
        pytest.approx(10 / 3),
        pytest.approx(10),
        None,
    )


def test_a_difference_that_may_be_nought_runs_through_infinity_to_harm():
    needed = number_needed(difference(0.10, -0.05, 0.25))
    assert (needed.estimate, needed.low, needed.high, needed.beyond) == (
        pytest.approx(10),
        pytest.approx(4),
        inf,
        pytest.approx(20),
    )


def test_a_harm_is_read_in_its_own_direction():
    needed = number_needed(difference(-0.2, -0.3, -0.1))
    assert (needed.low, needed.high) == (pytest.approx(10 / 3), pytest.approx(10))


def test_arms_without_events_give_no_ratio_but_a_difference():
    empty = [TwoByTwo(study="a", events1=0, n1=10, events0=0, n0=10)]
    with pytest.raises(NetworkError, match="no events"):
        mantel_haenszel(empty, "RR")
    assert mantel_haenszel(empty, "RD").estimate == 0.0
