"""Two treatments are a network too: our results equal metafor 5.0-1's rma (golden files).

All to 1e-9, but where metafor's own search stops earlier, which is shown beside the tolerance.
"""

import numpy as np
import pytest
from nma_golden import golden

from assuage.evidence.assembly import assemble
from assuage.evidence.effect import (
    Pair,
    contrasts_from_events,
    contrasts_from_means,
    contrasts_from_pairs,
)
from assuage.evidence.network import LeftOut
from assuage.synthesis.classical.hartung_knapp import hartung_knapp
from assuage.synthesis.classical.prediction_choice import with_predictions
from assuage.synthesis.classical.profile import (
    likelihood_profile,
    profile_interval,
    q_profile_interval,
)
from assuage.synthesis.classical.sensitivity import leave_one_out
from assuage.synthesis.design import build_design
from assuage.synthesis.gls import fit
from assuage.synthesis.heterogeneity import solve

FILES = ("bcg", "nielweise2007", "normand1999", "raudenbush1985")
EFFECTS = [(name, m) for name in FILES for m in golden(f"pairwise_{name}")["effects"]]


def network(name: str, measure: str):
    effect = golden(f"pairwise_{name}")["effects"][measure]
    studies = [
        contrasts_from_pairs(
            str(i), [Pair(treatment1="new", treatment2="old", estimate=y, se=v**0.5)]
        )
        for i, (y, v) in enumerate(zip(effect["yi"], effect["vi"], strict=True))
    ]
    return assemble(studies, measure="MD", reference="old")


METHODS = ["EE", "DL", "REML", "ML", "PM"]
STOPPED_EARLY = {("nielweise2007", "RD", "REML"), ("nielweise2007", "RD", "ML")}
"""Where metafor's scoring steps stop before the maximum: tau2 1e-8 and 4e-8 away, relatively."""


def close(name: str, measure: str, method: str) -> float:
    return 1e-7 if (name, measure, method) in STOPPED_EARLY else 1e-9


def fitted(name: str, measure: str, method):
    effects = {"effects": "common"} if method == "EE" else {"tau_method": method}
    return fit(network(name, measure), **effects)


@pytest.mark.parametrize(("name", "measure"), EFFECTS)
@pytest.mark.parametrize("method", METHODS)
def test_pooled_effect_and_heterogeneity(name: str, measure: str, method):
    truth = golden(f"pairwise_{name}")["effects"][measure]["models"][f"{method}_z"]
    ours, rel = fitted(name, measure, method), close(name, measure, method)
    (effect,) = ours.relative_effects()
    found = (effect.estimate, effect.se, effect.low, effect.high)
    expected = [truth["b"]["intrcpt"], *truth["se"], *truth["ci_lb"], *truth["ci_ub"]]
    assert found == pytest.approx(expected, rel=rel)
    assert ours.tau2 == pytest.approx(truth["tau2"], rel=rel, abs=1e-15)
    assert (ours.q, ours.df + 1) == (pytest.approx(truth["QE"], rel=1e-12), truth["k"])
    if method == "EE":
        assert 100 * ours.i2 == pytest.approx(truth["I2"], rel=1e-12)


@pytest.mark.parametrize(("name", "measure", "method"), sorted(STOPPED_EARLY))
def test_where_metafor_stops_early_our_slope_is_nearer_to_zero(name: str, measure: str, method):
    """The slope of the (restricted) likelihood is nearer to zero at our tau2, a hundred times."""
    truth = golden(f"pairwise_{name}")["effects"][measure]["models"][f"{method}_z"]
    ours = fitted(name, measure, method)

    def slope(tau2: float) -> float:
        fitted = solve(ours.design, tau2)
        w, x = fitted.weights, ours.design.x @ np.ones(1)
        value = (w * fitted.residuals) @ (w * fitted.residuals) - w.sum()
        if method == "REML":
            value += (w**2 * x**2).sum() / (w * x**2).sum()
        return abs(value)

    assert slope(ours.tau2) < slope(truth["tau2"]) / 100


@pytest.mark.parametrize(("name", "measure"), EFFECTS)
@pytest.mark.parametrize("method", METHODS[1:])
@pytest.mark.parametrize("test", ["knha", "adhoc"])
def test_hartung_knapp(name: str, measure: str, method, test: str):
    truth = golden(f"pairwise_{name}")["effects"][measure]["models"][f"{method}_{test}"]
    rel = close(name, measure, method)
    fit = fitted(name, measure, method)
    ours = hartung_knapp(fit, never_narrower=test == "adhoc")
    (effect,) = with_predictions(fit, rule="k-1", effects=ours.effects)
    found = (effect.estimate, effect.se, effect.low, effect.high)
    expected = [truth["b"]["intrcpt"], *truth["se"], *truth["ci_lb"], *truth["ci_ub"]]
    assert found == pytest.approx(expected, rel=rel)
    limits = (truth["pi_lb"], truth["pi_ub"])
    assert (effect.predict_low, effect.predict_high) == pytest.approx(limits, rel=rel)


@pytest.mark.parametrize(("name", "measure"), EFFECTS)
@pytest.mark.parametrize("method", METHODS[1:])
@pytest.mark.parametrize(("rule", "key"), [("normal", "pi"), ("k-2", "pi_Riley")])
def test_prediction_intervals(name: str, measure: str, method, rule, key: str):
    truth = golden(f"pairwise_{name}")["effects"][measure]["models"][f"{method}_z"]
    (effect,) = with_predictions(fitted(name, measure, method), rule=rule)
    limits = (truth[f"{key}_lb"], truth[f"{key}_ub"])
    rel = close(name, measure, method)
    assert (effect.predict_low, effect.predict_high) == pytest.approx(limits, rel=rel)


@pytest.mark.parametrize(("name", "measure"), EFFECTS)
def test_q_profile_interval(name: str, measure: str):
    _, low, high = golden(f"pairwise_{name}")["effects"][measure]["tau2_ci_QP_REML"]
    ours = q_profile_interval(build_design(network(name, measure)))
    assert (ours.low, ours.high) == pytest.approx((low, high), rel=1e-8)


@pytest.mark.parametrize(("name", "measure"), EFFECTS)
def test_profile_likelihood_interval(name: str, measure: str):
    best, low, high = golden(f"pairwise_{name}")["effects"][measure]["tau2_ci_PL_REML"]
    design = build_design(network(name, measure))
    ours = profile_interval(design)
    # metafor's root search stops at 1e-4 (R's uniroot); ours at rounding, as the likelihood shows
    assert (ours.low, ours.high) == pytest.approx((low, high), rel=1e-4, abs=5e-5)
    ends = np.array([t for t in (ours.low, ours.high) if t > 0])
    falls = likelihood_profile(design, ends)
    np.testing.assert_allclose(falls, -3.841458820694124 / 2, rtol=1e-9)
    assert ours.tau2 == pytest.approx(best, rel=2e-8)


@pytest.mark.parametrize(("name", "measure"), EFFECTS)
def test_leave_one_study_out(name: str, measure: str):
    truth = golden(f"pairwise_{name}")["effects"][measure]["leave1out_REML"]
    found = leave_one_out(fit(network(name, measure)))
    assert all(item.fit is not None for item in found)
    fits = [item.fit for item in found if item.fit is not None]
    ours = [[f.differences[0, 1], f.standard_errors[0, 1], f.tau2, f.q] for f in fits]
    theirs = np.array([truth[key] for key in ("estimate", "se", "tau2", "Q")], dtype=float).T
    np.testing.assert_allclose(ours, theirs, rtol=2e-6, atol=1e-9)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_effects_from_counts(measure):
    file = golden("pairwise_bcg")
    raw, truth = file["raw"], file["effects"][measure]
    for i, (y, v) in enumerate(zip(truth["yi"], truth["vi"], strict=True)):
        events = [raw["cpos"][i], raw["tpos"][i]]
        n = [events[0] + raw["cneg"][i], events[1] + raw["tneg"][i]]
        study = contrasts_from_events("s", ["none", "BCG"], events, n, measure=measure)
        assert not isinstance(study, LeftOut)
        assert (study.estimates[0], study.covariance[0, 0]) == pytest.approx((y, v), rel=1e-10)


def test_effects_from_rare_counts_with_the_correction():
    # The trial without any event is used by metafor (with 0.5) and left out by us, as by netmeta.
    file = golden("pairwise_nielweise2007")
    raw, truth = file["raw"], file["effects"]["OR"]
    left_out = []
    for i, (y, v) in enumerate(zip(truth["yi"], truth["vi"], strict=True)):
        events, n = [raw["ci"][i], raw["ai"][i]], [raw["n2i"][i], raw["n1i"][i]]
        author = raw["author"][i]
        study = contrasts_from_events(author, ["standard", "coated"], events, n, measure="OR")
        if isinstance(study, LeftOut):
            left_out.append(study)
        else:
            assert (study.estimates[0], study.covariance[0, 0]) == pytest.approx((y, v), rel=1e-10)
    assert left_out == [
        LeftOut(study="Yucel", reason="no event in any arm: no information on the OR")
    ]


def test_effects_from_means():
    file = golden("pairwise_normand1999")
    raw, truth = file["raw"], file["effects"]["MD"]
    for i, (y, v) in enumerate(zip(truth["yi"], truth["vi"], strict=True)):
        mean, sd, n = ([raw[f"{key}{arm}i"][i] for arm in "21"] for key in ("m", "sd", "n"))
        study = contrasts_from_means("s", ["usual", "special"], mean, sd, n, measure="MD")
        assert not isinstance(study, LeftOut)
        assert (study.estimates[0], study.covariance[0, 0]) == pytest.approx((y, v), rel=1e-10)
