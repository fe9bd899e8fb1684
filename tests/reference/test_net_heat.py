"""The net heat matrix equals that of netmeta (Krahn, Binder, König 2013)."""

import numpy as np
import pytest
from consistency_golden import NETWORKS, SAME, by_design, golden, in_their_order

from assuage.synthesis.classical.net_heat import display_order, net_heat
from assuage.synthesis.consistency import decompose
from assuage.synthesis.design import build_design

each_network = pytest.mark.parametrize("name", NETWORKS)


def placed(name: str, frame, **options):
    network, names = in_their_order(name)
    heat = net_heat(network, **options)
    designs = [tuple(names[t] for t in row.design) for row in heat.rows]
    place = by_design(frame["rows"], designs)
    return heat, place, [place[c] for c in frame["col_positions"]]


def assert_same_where_known(ours, theirs):
    """Columns that netmeta leaves out are those of designs without which some treatment is not in
    the network; ours are nan only where detaching changes nothing."""
    known = ~np.isnan(theirs).any(axis=0)
    np.testing.assert_allclose(ours[:, known], theirs[:, known], **SAME)


@each_network
def test_net_heat(name: str):
    truth = golden(f"consistency_{name}")
    frame = truth["net_heat"]["Q_diff"]
    heat, rows, columns = placed(name, frame)
    ours = heat.change[np.ix_(rows, columns)]
    assert_same_where_known(ours, np.array(frame["values"], dtype=float))
    residuals = truth["residuals_inc_detach"]
    ours = heat.residuals[np.ix_(rows, columns)]
    assert_same_where_known(ours, np.array(residuals["values"], dtype=float))
    np.testing.assert_allclose(heat.q[rows], truth["Q_inc_design"]["values"], **SAME)


@each_network
def test_hat_matrix_of_designs(name: str):
    frame = golden(f"consistency_{name}")["net_heat"]["hat"]
    network, names = in_their_order(name)
    heat = net_heat(network)
    columns = by_design(frame["cols"], [tuple(names[t] for t in r.design) for r in heat.rows])
    ours = {}
    for pair, row in zip(heat.comparisons, heat.hat_comparisons, strict=True):
        one, two = (names[t] for t in pair)
        ours[f"{one}:{two}"], ours[f"{two}:{one}"] = row[columns], -row[columns]
    for comparison, theirs in zip(frame["rows"], frame["values"], strict=True):
        np.testing.assert_allclose(ours[comparison], theirs, **SAME)


@pytest.mark.parametrize("name", ["senn2013", "smokingcessation", "dogliotti2014"])
def test_net_heat_with_random_effects(name: str):
    truth = golden(f"consistency_{name}")["netmeta_more"]
    frame = truth["residuals_random"]
    heat, rows, columns = placed(name, frame, effects="random")
    assert heat.tau2**0.5 == pytest.approx(truth["tau_within"], rel=1e-8)
    np.testing.assert_allclose(heat.q[rows], truth["Q_inc_design_random"]["values"], **SAME)
    ours = heat.residuals[np.ix_(rows, columns)]
    assert_same_where_known(ours, np.array(frame["values"], dtype=float))


@each_network
def test_it_adds_up_to_the_decomposition(name: str):
    network, _ = in_their_order(name)
    heat, parts = net_heat(network), decompose(build_design(network))
    assert heat.q.sum() == pytest.approx(parts.between.q, rel=1e-8, abs=1e-9)
    left = heat.q.sum() - heat.change.sum(axis=0)
    detached = {frozenset(part.treatments): part.detached for part in parts.designs}
    for row, q in zip(heat.rows, left, strict=True):
        part = detached[frozenset(row.design)]
        assert np.isnan(q) if part is None else q == pytest.approx(part.q, rel=1e-7, abs=1e-9)


@each_network
def test_a_picture_shows_every_design_that_can_be_detached_once(name: str):
    heat = net_heat(in_their_order(name)[0])
    order = display_order(heat)
    assert sorted(order) == np.flatnonzero(~np.isnan(heat.change[0])).tolist()
    if len(order) > 2:  # the two most alike stand side by side
        change = heat.change[np.ix_(order, order)]
        apart = np.abs(change[:, None] - change[None]).sum(axis=2)
        apart += np.abs(change.T[:, None] - change.T[None]).sum(axis=2)
        np.fill_diagonal(apart, np.inf)
        assert np.diagonal(apart, 1).min() == pytest.approx(apart.min(), abs=1e-9)
