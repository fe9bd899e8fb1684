"""The comparison-adjusted funnel equals netmeta's; its tests those of the R package meta."""

import numpy as np
import pytest
from consistency_golden import NETWORKS, SAME, golden, network

from assuage.errors import NetworkError
from assuage.synthesis.classical.funnel import (
    FunnelRow,
    asymmetry_test,
    comparison_adjusted_funnel,
)
from assuage.synthesis.gls import fit

each_network = pytest.mark.parametrize("name", NETWORKS)


def funnel(name: str) -> tuple[FunnelRow, ...]:
    order = golden(f"consistency_{name}")["funnel_comparison_adjusted_egger"]["order"]
    return comparison_adjusted_funnel(fit(network(name), tau_method="DL"), order)


@each_network
def test_rows(name: str):
    theirs = golden(f"consistency_{name}")["funnel_comparison_adjusted"]
    rows = funnel(name)
    ours = {(r.study, r.treatment1, r.treatment2): r for r in rows}
    keys = list(zip(theirs["studlab"], theirs["treat1"], theirs["treat2"], strict=True))
    assert set(ours) == set(keys)
    assert len(rows) == len(keys)
    found = [(r.estimate, r.direct, r.centred, r.se) for r in (ours[key] for key in keys)]
    expected = [theirs[key] for key in ("TE", "TE_direct", "TE_adj", "seTE")]
    np.testing.assert_allclose(np.array(found).T, expected, **SAME)
    # by comparison, in the order given
    assert [(r.treatment1, r.treatment2) for r in rows] == [key[1:] for key in keys]


@each_network
@pytest.mark.parametrize(("method", "key"), [("Egger", "Egger"), ("Thompson-Sharp", "Thompson")])
def test_regressions(name: str, method, key: str):
    theirs = golden(f"consistency_{name}")["tests_of_the_funnel"][key]
    ours = asymmetry_test(funnel(name), method)
    assert ours.df == theirs["df"] == ours.contrasts - 2
    found = (ours.bias, ours.se, ours.statistic, ours.p)
    expected = [theirs[k] for k in ("estimate", "se", "statistic", "pval")]
    np.testing.assert_allclose(found, expected, **SAME)
    if key == "Thompson":
        assert ours.tau2 == pytest.approx(theirs["tau2"], rel=1e-8, abs=1e-12)


@each_network
def test_rank_correlation(name: str):
    truth = golden(f"consistency_{name}")["tests_of_the_funnel"]
    ours = asymmetry_test(funnel(name), "Begg-Mazumdar")
    expected = [truth["Begg_ties"][k] for k in ("score", "se", "z", "p")]
    np.testing.assert_allclose((ours.bias, ours.se, ours.statistic, ours.p), expected, **SAME)
    if name not in {"franchini2012", "gurusamy2011", "thrombolytics", "woods2010"}:
        # there, tau² is zero and metabias ranks the rounding errors of what is zero: see the note
        assert ours.bias == pytest.approx(truth["Begg"]["estimate"], rel=1e-8)


def test_an_order_that_is_not_the_networks():
    model = fit(network("woods2010"))
    with pytest.raises(NetworkError, match=r"missing: .*not in the network: Sugar"):
        comparison_adjusted_funnel(model, ["Placebo", "Sugar"])


def test_trials_of_one_precision_have_no_funnel():
    rows = [
        FunnelRow(
            study=f"s{i}",
            treatment1="A",
            treatment2="B",
            estimate=i,
            se=0.5,
            direct=1,
            centred=i - 1,
        )
        for i in range(3)
    ]
    with pytest.raises(NetworkError, match=r"are 3, with standard errors 0\.5\."):
        asymmetry_test(rows)
