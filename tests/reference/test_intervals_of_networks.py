"""Intervals of tau² and of predictions in networks.

Truth: metafor 5.0-1, confint of rma.mv with the full covariance of multi-arm trials, REML (its
search stops at 1e-5 or so); the level of the likelihood at our limits, computed again here.
"""

import numpy as np
import pytest
from nma_golden import NETWORKS, golden, network_of

from assuage.synthesis.classical.prediction_choice import prediction_df, with_predictions
from assuage.synthesis.classical.profile import (
    likelihood_profile,
    profile_interval,
    q_profile_interval,
)
from assuage.synthesis.design import build_design
from assuage.synthesis.gls import fit
from assuage.synthesis.heterogeneity import solve

METAFOR = {
    "alog_pcfb": (0.005237411496915218, 0.0315832496122895),
    "cipriani_depression12": (0, 0.04232252505305959),
    "dietaryfat": (0, 0.08663313564500395),
    "dogliotti2014": (0, 0.15613715303981004),
    "gurusamy2011": (0, 2.0025187112189076),
    "linde2015_resp": (0, 0.1050609268592418),
    "linde2016": (0, 0.0636812125988774),
    "senn2013": (0.04311732087169827, 0.24463599964210125),
    "thrombolytics": (0, 0.031108572810561202),
    "triptans": (0.02827977234879404, 0.12675009401504791),
}


@pytest.mark.parametrize("name", sorted(METAFOR))
def test_profile_likelihood(name: str):
    design = build_design(network_of(golden(f"nma_{name}")))
    ours = profile_interval(design)
    assert (ours.low, ours.high) == pytest.approx(METAFOR[name], abs=4e-5, rel=1e-6)
    ends = np.array([t for t in (ours.low, ours.high) if t > 0])
    np.testing.assert_allclose(likelihood_profile(design, ends), -3.841458820694124 / 2, rtol=1e-8)


@pytest.mark.parametrize("name", NETWORKS)
def test_q_profile(name: str):
    # by its definition: Q at the limits is the 97.5% and 2.5% quantile of chi-squared
    design = build_design(network_of(golden(f"nma_{name}")))
    ours = q_profile_interval(design)
    chi2 = {(18, 0.975): 31.526378440386637, (18, 0.025): 8.230746194712054}
    if name == "senn2013":
        assert solve(design, ours.low).q == pytest.approx(chi2[18, 0.975], rel=1e-9)
        assert solve(design, ours.high).q == pytest.approx(chi2[18, 0.025], rel=1e-9)
    assert ours.low <= ours.tau2 <= ours.high


def test_the_rule_of_netmeta_is_that_of_the_fit():
    fitted = fit(network_of(golden("nma_senn2013")))
    assert with_predictions(fitted, rule="Q") == fitted.relative_effects()
    # 26 studies, 10 treatments, 27 independent contrasts
    found = {rule: prediction_df(fitted, rule) for rule in ("Q", "k-1", "k-2", "k-n", "normal")}
    assert found == {"Q": 18, "k-1": 25, "k-2": 24, "k-n": 16, "normal": float("inf")}


def test_common_effects_have_no_prediction_interval():
    fitted = fit(network_of(golden("nma_senn2013")), effects="common")
    assert {e.predict_low for e in with_predictions(fitted, rule="normal")} == {None}
