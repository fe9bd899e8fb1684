"""What Bayesian fits answer: counts as they are, classes, regression, doses, models compared.

Truth: multinma's runs (golden files, see their notes), or a second way to the same number.
"""

import json
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assuage import nma
from assuage.errors import NetworkError
from assuage.nma.account import NetworkAccount
from assuage.nma.fit import Fit
from assuage.synthesis.latent import RandomEffects
from assuage.synthesis.models import ClassEffects, Covariate, MetaRegression
from assuage.synthesis.models.dose_curves import Linear
from assuage.synthesis.priors import HalfNormal, Prior

REFERENCE = Path(__file__).parents[2] / "reference"
WIDE = Prior(effect_sd=10.0, heterogeneity=HalfNormal(scale=2.0))


def truth(path: str) -> dict[str, Any]:
    return json.loads((REFERENCE / f"{path}.json").read_text())


@pytest.fixture(scope="module")
def smoking() -> NetworkAccount:
    data = truth("golden/nma_smokingcessation")["data"]["arm"]
    return nma.from_arms(
        data, reference="A", small_values="undesirable", columns={"events": "event"}
    )


@pytest.fixture(scope="module")
def binomial(smoking: NetworkAccount) -> Fit:
    return smoking.fit(engine="bayes", priors=WIDE)


def test_counts_have_their_own_likelihood_and_equal_multinmas_sampler(binomial: Fit):
    """Within four Monte Carlo errors of multinma's run (binomial arms, the same priors of effects
    and heterogeneity; studies' levels N(0, SD 100) there, SD 10 here: no difference that shows)."""
    model = truth("golden_mcmc/smokingcessation__multinma")["models"]["random"]
    posterior = {k: dict(zip(model["posterior"]["variable"], v, strict=True))
                 for k, v in model["posterior"].items()}  # fmt: skip
    assert binomial.choices()["likelihood"] == "binomial"
    for treatment in "BCD":
        name = f"d[{treatment}]"
        own = binomial.inference.joint.contrast(treatment, "A")
        error = posterior["sd"][name] / sqrt(posterior["ess_bulk"][name])
        assert own.mean == pytest.approx(posterior["mean"][name], abs=4 * error)
    shown = binomial.diagnostics()
    assert shown.fitted.deviance == pytest.approx(model["dic"]["resdev"], abs=0.3)
    assert shown.k_hat < 0.7
    assert f"DIC {shown.fitted.dic:.1f}" in str(shown.table())


def test_common_effects_by_bayes_equal_multinmas_sampler(smoking: NetworkAccount):
    model = truth("golden_mcmc/smokingcessation__multinma")["models"]["fixed"]
    values = model["posterior"]
    fit = smoking.fit(engine="bayes", effects="common", priors=WIDE)
    for name, mean, sd, ess in zip(
        *(values[k] for k in ("variable", "mean", "sd", "ess_bulk")), strict=True
    ):
        own = fit.inference.joint.contrast(name[2], "A")
        assert own.mean == pytest.approx(mean, abs=4 * sd / sqrt(ess))
    assert fit.heterogeneity().tau_interval is None
    with pytest.raises(NetworkError, match="needs random effects"):
        fit.predictions()


def test_unrelated_means_of_one_comparison_are_the_network():
    rows = [
        {"study": s, "treatment": t, "events": r, "n": 50}
        for s, counts in (("s1", (5, 9)), ("s2", (7, 8)), ("s3", (3, 9)))
        for t, r in zip("pd", counts, strict=True)
    ]
    fit = nma.from_arms(rows, reference="p").fit(engine="bayes")
    beside = fit.unrelated_means()
    (own,), network = beside.rows, fit.relative_effects().of("p", "d")
    assert (own.treatment1, own.treatment2) == ("p", "d")
    # two runs of the same integral by other coordinates
    found = (own.estimate, own.low, own.high)
    assert found == pytest.approx((network.estimate, network.low, network.high), abs=0.01)
    for point in beside.points:
        assert point.consistency == pytest.approx(point.inconsistency, abs=0.02)


def test_bayesian_node_splits_come_from_the_fits_priors(smoking: NetworkAccount):
    """With a flat effect and τ all but fixed at zero the split is that of common effects."""
    tight = Prior(effect_sd=None, heterogeneity=HalfNormal(scale=1e-4))
    bayes = smoking.fit(engine="bayes", likelihood="normal", priors=tight).node_splits().rows
    plain = smoking.fit(effects="common").node_splits("SIDE").rows
    for own, other in zip(bayes, plain, strict=True):
        assert (own.difference, own.p) == (
            pytest.approx(other.difference, abs=1e-3), pytest.approx(other.p, abs=1e-3)
        )  # fmt: skip


def test_classes_and_comparison_of_models():
    """Drugs of one class without spread about it are one drug."""
    rows = [
        {"study": f"s{i}", "treatment1": t, "treatment2": "p", "estimate": y, "se": 0.5}
        for i, (t, y) in enumerate([("d1", -1.0), ("d1", -1.4), ("d2", -0.8), ("d2", -1.1)])
    ]
    account = nma.from_contrasts(rows, measure="MD", reference="p")
    prior = Prior(effect_sd=10.0, heterogeneity=HalfNormal(scale=0.5))
    same = ClassEffects.of(prior, {"d1": "k", "d2": "k"}, class_spread=HalfNormal(scale=1e-4))
    fit = account.fit(model=same)
    (mean,) = fit.class_means().rows
    merged = nma.from_contrasts([{**r, "treatment1": "d"} for r in rows], measure="MD",
                                reference="p").fit(engine="bayes", priors=prior)  # fmt: skip
    one = merged.relative_effects().of("d", "p")
    assert (mean.estimate, mean.low, mean.high) == pytest.approx(
        (one.estimate, one.low, one.high), abs=2e-3
    )
    assert fit.relative_effects().of("d1", "p").estimate == pytest.approx(one.estimate, abs=2e-3)
    free = account.fit(engine="bayes", priors=prior)
    found = nma.compare({"class": fit, "free": free})
    scores = {row["model"]: row for row in found.table().rows}
    for name, own in (("class", fit), ("free", free)):
        latent = own.inference.latent
        assert latent is not None
        assert scores[name]["log_marginal_likelihood"] == pytest.approx(
            latent(False).log_marginal_likelihood
        )
    assert sum(float(row["probability"]) for row in scores.values()) == pytest.approx(1)
    with pytest.raises(NetworkError, match="least squares"):
        nma.compare({"a": account.fit(), "b": free})


def test_a_bayesian_regression_without_slopes_is_the_network(smoking: NetworkAccount):
    years = {s.study: 1980.0 + i for i, s in enumerate(smoking.studies)}
    random = RandomEffects(effect_sd=10.0, heterogeneity=HalfNormal(scale=2.0))
    model = MetaRegression(
        treatments=random,
        covariates=(Covariate(name="year", values=years),),
        interactions="shared",
        interaction_sd=1e-6,
    )
    fit = smoking.fit(model=model)
    plain = smoking.fit(engine="bayes", priors=WIDE).relative_effects()
    for row in fit.effects_at({"year": 2000}).rows:
        own = plain.of(row.name, "A")
        assert (row.estimate, row.se) == pytest.approx((own.estimate, own.se), abs=0.02)
    assert {row.name for row in fit.interactions().rows} == {f"year x {t}" for t in "BCD"}


def test_a_line_of_dose_is_a_slope():
    """One agent, a linear curve, a common effect: weighted least squares through the origin."""
    rows = [
        {"study": f"s{d}", "treatment": t, "mean": m, "sd": 1.0, "n": 50}
        for d, m1 in ((10, 1.2), (20, 1.9), (40, 4.1))
        for t, m in (("placebo", 0.0), (f"drug {d}", m1))
    ]
    account = nma.from_arms(rows, reference="placebo", small_values="undesirable")
    flat = Prior(effect_sd=None, heterogeneity=HalfNormal(scale=1.0))
    found = account.dose_response(curves=[Linear()], effects="common", priors=flat)
    dose, y = np.array([10, 20, 40.0]), np.array([1.2, 1.9, 4.1])
    slope, se = (dose @ y) / (dose @ dose), sqrt(2 / 50 / (dose @ dose))
    shown = {row["dose"]: row for row in found.table().rows}
    for d in dose:
        assert (shown[d]["estimate"], shown[d]["low"], shown[d]["high"]) == pytest.approx(
            (slope * d, (slope - 1.959964 * se) * d, (slope + 1.959964 * se) * d), rel=1e-6
        )
    assert {(p.study, p.dose, p.estimate) for p in found.points} == {
        ("s10", 10.0, 1.2), ("s20", 20.0, 1.9), ("s40", 40.0, 4.1)
    }  # fmt: skip
    with pytest.raises(NetworkError, match="names no dose"):
        nma.from_arms([{**r, "treatment": r["treatment"].split()[0]} for r in rows],
                      reference="placebo").dose_response()  # fmt: skip
