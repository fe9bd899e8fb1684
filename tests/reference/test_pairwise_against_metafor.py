"""Two treatments are a network too: our results equal metafor 5.0-1's rma (golden files).

metafor's prediction intervals are not compared: it takes k - 2 (Riley) or normal quantiles where
netmeta, whose convention we follow, takes the degrees of freedom of Q.
"""

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
from assuage.synthesis.gls import fit

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


@pytest.mark.parametrize(("name", "measure"), EFFECTS)
@pytest.mark.parametrize("method", ["EE", "DL", "REML", "ML", "PM"])
def test_pooled_effect_and_heterogeneity(name: str, measure: str, method):
    truth = golden(f"pairwise_{name}")["effects"][measure]["models"][f"{method}_z"]
    effects = {"effects": "common"} if method == "EE" else {"tau_method": method}
    ours = fit(network(name, measure), **effects)
    (effect,) = ours.relative_effects()
    found = (effect.estimate, effect.se, effect.low, effect.high)
    expected = [truth["b"]["intrcpt"], *truth["se"], *truth["ci_lb"], *truth["ci_ub"]]
    # the file's note: metafor's iterations agree to about 1e-8 in tau2
    assert found == pytest.approx(expected, rel=1e-7)
    assert ours.tau2 == pytest.approx(truth["tau2"], rel=1e-7, abs=1e-9)
    assert (ours.q, ours.df + 1) == (pytest.approx(truth["QE"], rel=1e-8), truth["k"])
    if method == "EE":
        assert 100 * ours.i2 == pytest.approx(truth["I2"], rel=1e-8)


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
