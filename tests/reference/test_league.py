"""League tables: network and direct estimates, each where netmeta puts it."""

import pytest
from consistency_golden import NETWORKS, golden, network
from nma_golden import golden as network_file
from nma_golden import matrix

from assuage.errors import NetworkError
from assuage.synthesis.classical.league import league_table
from assuage.synthesis.gls import fit

WITH_DIRECT = [n for n in NETWORKS if golden(f"consistency_{n}")["direct_evidence"]]


@pytest.mark.parametrize("name", WITH_DIRECT)
def test_network_below_direct_above(name: str):
    file, direct = network_file(f"nma_{name}"), golden(f"consistency_{name}")["direct_evidence"]
    model = fit(network(name), tau_method="DL")
    table = league_table(model, file["small_values"])
    scores = file["netmeta"]["netrank"]["pscore_random_DL"]
    ranks = [scores[t] for t in table.order]
    assert ranks == sorted(ranks, reverse=True)
    below, se_below, above, se_above = (
        matrix(frame, table.order)
        for frame in (
            file["netmeta"]["random"]["DL"]["TE"],
            file["netmeta"]["random"]["DL"]["seTE"],
            direct["TE_direct_random_DL"],
            direct["seTE_direct_random_DL"],
        )
    )
    for i, one in enumerate(table.order):
        for j, two in enumerate(table.order[i + 1 :], start=i + 1):
            cell = table.cell(two, one)
            assert (cell.treatment1, cell.treatment2) == (one, two)
            assert (cell.estimate, cell.se) == pytest.approx(
                (below[i, j], se_below[i, j]), rel=1e-8
            )
            assert cell.high - cell.low == pytest.approx(2 * 1.959963984540054 * cell.se)
            cell = table.cell(one, two)
            if cell is None:
                assert above[i, j] != above[i, j]  # nan: no trial compares them
            else:
                expected = (above[i, j], se_above[i, j])
                assert (cell.estimate, cell.se) == pytest.approx(expected, rel=1e-8, abs=1e-11)


def test_two_outcomes():
    first, second = fit(network("franchini2012")), fit(network("franchini2012"), effects="common")
    table = league_table(first, "desirable", second=second)
    best, next_best = table.order[:2]
    upper, lower = table.cell(best, next_best), table.cell(next_best, best)
    place = [second.treatments.index(t) for t in (best, next_best)]
    assert (upper.outcome, upper.estimate) == (2, pytest.approx(second.differences[*place]))
    assert (lower.outcome, lower.estimate) == (1, pytest.approx(first.differences[*place]))
    assert len(table.upper) == len(table.lower) == 10


def test_two_outcomes_without_a_common_comparison():
    with pytest.raises(NetworkError, match="no comparison in common"):
        league_table(fit(network("senn2013")), "desirable", second=fit(network("woods2010")))
