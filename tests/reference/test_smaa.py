"""Acceptability of options against closed forms, and against the R package smaa.

Closed form: two criteria, options A (1, 0) and B (0, 1) for sure. With the weight w of the first
uniform on 0 to 1, A is first when w > 1/2: acceptability 1/2, central weights (3/4, 1/4). A third
option C at (c, c) is first between 1 - c and c, so at 2c - 1 of the weights.
"""

import json
from math import log
from pathlib import Path

import numpy as np
import pytest

from assuage.evidence.network import Floats
from assuage.options.acceptability import (
    Acceptability,
    acceptability,
    central_weights,
    first_shares,
    rank_shares,
    simplex_points,
)
from assuage.options.criteria import Gains
from assuage.options.effect_draws import COUNT
from assuage.options.ordering import better
from assuage.options.preference import WeightSpace

GOLDEN = json.loads((Path(__file__).parent / "golden" / "smaa_made_up.json").read_text())


def of(table: dict[str, tuple[float | Floats, float | Floats]]) -> Acceptability:
    gains = Gains(
        drugs=tuple(table),
        columns=("one", "two"),
        labels=("one", "two"),
        higher_is_better=(True, True),
        drawn=np.array([[np.broadcast_to(x, COUNT) for x in row] for row in table.values()]),
        assumed=tuple(frozenset[str]() for _ in table),
    )
    swings = np.array([200.0, 50.0])
    space = WeightSpace(columns=("one", "two"), per_unit=np.eye(2) / swings, swings=swings)
    gains.drawn[:] *= swings[:, None]  # so that a gain of 1 is the whole swing
    return acceptability(gains, space)


def test_two_options_share_the_weights():
    found = of({"A": (1.0, 0.0), "B": (0.0, 1.0)})
    assert found.ranks == pytest.approx(np.array([[0.5, 0.5], [0.5, 0.5]]), abs=1e-3)
    assert list(found.central["A"].values()) == pytest.approx([0.75, 0.25], abs=1e-3)
    assert found.confidence == {"A": 1.0, "B": 1.0}


@pytest.mark.parametrize("c", [0.55, 0.7, 0.9])
def test_a_compromise_takes_the_middle(c: float):
    found = of({"A": (1.0, 0.0), "B": (0.0, 1.0), "C": (c, c)})
    first, second, third = 2 * c - 1, 2 * (1 - c), 0.0
    assert found.ranks[2] == pytest.approx([first, second, third], abs=1e-3)
    assert found.ranks[0] == pytest.approx([1 - c, c - 0.5, 0.5], abs=1e-3)
    assert list(found.central["C"].values()) == pytest.approx([0.5, 0.5], abs=1e-3)
    assert list(found.central["A"].values()) == pytest.approx([(1 + c) / 2, (1 - c) / 2], abs=1e-3)


def test_an_option_that_no_weights_put_first_has_no_central_weights():
    found = of({"A": (1.0, 0.0), "B": (0.0, 1.0), "C": (0.4, 0.4)})
    assert found.ranks[2, 0] == 0
    assert set(found.central) == set(found.confidence) == {"A", "B"}


def test_uncertain_effects_by_integration():
    # A gains a ~ U(0, 2) on the first criterion, B 1 on the second. P(first | w) = 1 - (1 - w)/(2w)
    # for w > 1/3, else 0. Its integral from 1/3 to 1: 2/3 - (ln 3 - 2/3)/2 = 1 - (ln 3)/2.
    # The integral of w P: [w^2/2 - (w - w^2/2)/2] = (4/9) - (2/3 - 4/9)/2 = 1/3.
    # 16,384 pairs of weights and draws: the standard error of a half is 0.004.
    a = 2 * (np.arange(COUNT) + 0.5) / COUNT
    found = of({"A": (a, 0.0), "B": (0.0, 1.0)})
    accepted = 1 - log(3) / 2
    central = (1 / 3) / accepted
    assert found.ranks[0, 0] == pytest.approx(accepted, abs=8e-3)
    assert found.central["A"]["one"] == pytest.approx(central, abs=8e-3)
    assert found.confidence["A"] == pytest.approx(1 - (1 - central) / (2 * central), abs=8e-3)


def test_rows_and_columns_sum_to_one_and_level_options_share():
    found = of({"A": (1.0, 0.3), "B": (1.0, 0.3), "C": (0.0, 1.0)})
    assert found.ranks.sum(axis=0) == pytest.approx(np.ones(3))
    assert found.ranks.sum(axis=1) == pytest.approx(np.ones(3))
    assert found.ranks[0] == pytest.approx(found.ranks[1])


@pytest.mark.parametrize("vertices", [2, 3, 7])
def test_points_fill_the_simplex_evenly(vertices: int):
    # uniform on the simplex: means 1/k, variances (k - 1) / (k^2 (k + 1)), covariances less than 0
    # by 1 / (k^2 (k + 1))
    points, k = simplex_points(vertices, 4096), vertices
    assert points.min() >= 0
    assert points.sum(axis=1) == pytest.approx(np.ones(4096))
    assert points.mean(axis=0) == pytest.approx(np.full(k, 1 / k), abs=2e-4)
    expected = (np.eye(k) * k - 1) / (k * k * (k + 1))
    assert np.cov(points.T, bias=True) == pytest.approx(expected, abs=2e-4)


def test_one_vertex_is_one_point():
    assert simplex_points(1, 3).tolist() == [[1.0], [1.0], [1.0]]


def test_indices_agree_with_the_r_package():
    gains, weights = np.array(GOLDEN["measurements"]), np.array(GOLDEN["weights"])
    values = np.einsum("ndc,nc->nd", gains, weights)
    counted = rank_shares(values)
    assert counted.mean(axis=0) == pytest.approx(np.array(GOLDEN["rank_acceptability"]), abs=1e-12)
    central = central_weights(first_shares(values), weights)
    for number, (own, theirs) in enumerate(zip(central, GOLDEN["central_weights"], strict=True)):
        assert own is not None
        assert own == pytest.approx(theirs, abs=1e-12)
        sure = first_shares(gains @ np.array(theirs))[:, number].mean()
        assert sure == pytest.approx(GOLDEN["confidence_factors"][number], abs=1e-12)
    pairs = np.array(
        [[better(values[:, i], values[:, j]) * (i != j) for j in range(4)] for i in range(4)]
    )
    assert pairs == pytest.approx(np.array(GOLDEN["pairwise_winning"]), abs=1e-12)
