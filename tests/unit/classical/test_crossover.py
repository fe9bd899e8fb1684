"""Crossover trials against the paired data themselves, and the limits of a correlation."""

import numpy as np
import pytest

from assuage.errors import NetworkError
from assuage.evidence.effect import contrasts_from_arms, contrasts_from_events
from assuage.evidence.network import LeftOut
from assuage.synthesis.classical.crossover import (
    correlation_from_difference,
    crossover_from_events,
    crossover_from_means,
    sd_of_difference_from_p,
)

PEOPLE = np.array([[1.0, 2.5, 2.0], [0.5, 0.7, 2.9], [3.0, 4.2, 2.8], [2.2, 1.9, 4.1],
                   [1.1, 3.0, 2.7]])  # fmt: skip


def test_two_periods_equal_the_paired_differences_themselves():
    pair = PEOPLE[:, :2]
    sds = pair.std(axis=0, ddof=1)
    difference = pair[:, 1] - pair[:, 0]
    rho = correlation_from_difference(*sds, difference.std(ddof=1))
    assert rho == pytest.approx(np.corrcoef(pair.T)[0, 1])
    ours = crossover_from_means("x", ["A", "B"], pair.mean(axis=0), sds, 5, correlation=rho)
    assert ours.estimates[0] == pytest.approx(difference.mean())
    assert ours.covariance[0, 0] == pytest.approx(difference.var(ddof=1) / 5)


def test_three_periods_share_people():
    # an exactly exchangeable spread: the covariance of contrasts by matrix algebra
    sigma = 4.0 * (0.6 + 0.4 * np.eye(3))
    ours = crossover_from_means("x", ["A", "B", "C"], [1, 2, 4], [2, 2, 2], 10, correlation=0.6)
    pick = np.array([[-1, 1, 0], [-1, 0, 1]])
    np.testing.assert_allclose(ours.covariance, pick @ sigma @ pick.T / 10)
    np.testing.assert_allclose(ours.estimates, [1, 3])


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_binary_outcomes_equal_the_multinomial_delta_method(measure):
    # of 40 people: 10 with the event on both, 8 on A only, 3 on B only, 19 on neither
    n, p = 40, np.array([10, 8, 3, 19]) / 40
    on = np.array([[1, 1, 0, 0], [1, 0, 1, 0]])
    a, b = on @ p
    slope = {
        "OR": on.T @ [-1 / (a * (1 - a)), 1 / (b * (1 - b))],
        "RR": on.T @ [-1 / a, 1 / b],
        "RD": on.T @ [-1.0, 1.0],
    }[measure]
    variance = slope @ (np.diag(p) - np.outer(p, p)) @ slope / n
    phi = (p[0] - a * b) / np.sqrt(a * (1 - a) * b * (1 - b))
    ours = crossover_from_events("x", ["A", "B"], [18, 13], n, correlation=phi, measure=measure)
    assert not isinstance(ours, LeftOut)
    assert ours.covariance[0, 0] == pytest.approx(variance)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_without_correlation_a_crossover_is_a_parallel_trial(measure):
    ours = crossover_from_events("x", ["A", "B"], [9, 13], 30, correlation=0, measure=measure)
    other = contrasts_from_events("x", ["A", "B"], [9, 13], [30, 30], measure=measure)
    assert not isinstance(ours, LeftOut)
    assert not isinstance(other, LeftOut)
    np.testing.assert_allclose(ours.estimates, other.estimates)
    np.testing.assert_allclose(ours.covariance, other.covariance)
    means = crossover_from_means("x", ["A", "B"], [1, 2], [3, 4], 9, correlation=0)
    parallel = contrasts_from_arms("x", ["A", "B"], [1, 2], [1, 16 / 9])
    np.testing.assert_allclose(means.covariance, parallel.covariance)


def test_the_sd_of_a_difference_from_its_p_value():
    # t of 2.262157 has p 0.05 with 9 degrees of freedom (any table of Student's t)
    assert sd_of_difference_from_p(1.5, 0.05, 10) == pytest.approx(1.5 / 2.262157 * 10**0.5)


def test_what_pairs_cannot_say_is_left_out_or_refused():
    assert crossover_from_events("x", ["A", "B"], [0, 4], 20, correlation=0.3) == LeftOut(
        study="x", reason="A: no event, or one in everybody, in a crossover trial"
    )
    with pytest.raises(NetworkError, match=r"allow a correlation of -0\.11 to 0\.46, not 0\.5"):
        crossover_from_events("x", ["A", "B"], [2, 8], 40, correlation=0.5)
    with pytest.raises(NetworkError, match=r"3 periods lies between -0\.50 and 1, not at -0\.7"):
        crossover_from_means("x", list("ABC"), [1, 1, 1], [1, 1, 1], 9, correlation=-0.7)
    with pytest.raises(NetworkError, match=r"the correlation would be -3\.50"):
        correlation_from_difference(1, 1, 3)
