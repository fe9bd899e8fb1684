"""Sparse networks against long NUTS runs of the same model.

Truth: golden_nuts/*.json, made by validation/nuts_referee.py (pymc and nutpie, nothing of assuage),
with Monte Carlo errors. Smoking cessation has many events; Woods 2010 has 21 in eight arms;
Gurusamy 2011 has treatments without any event, told apart only by their prior, N(0, SD 10).
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from latent_golden import observed

from assuage.synthesis.latent import LatentPosterior, LevelPrior, RandomEffects, fit_latent
from assuage.synthesis.priors import HalfNormal

FOLDER = Path(__file__).parent / "golden_nuts"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


@cache
def golden(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@cache
def plain(name: str) -> LatentPosterior:
    priors = golden(name)["priors"]
    return fit_latent(
        observed(name),
        RandomEffects(
            effect_sd=priors["effect_sd"],
            heterogeneity=HalfNormal(scale=priors["tau_half_normal"]),
        ),
        level=LevelPrior(sd=priors["level_sd"]),
    )


@cache
def fit(name: str) -> LatentPosterior:
    return plain(name).certified()


@pytest.mark.parametrize("name", NAMES)
def test_within_a_fiftieth_of_a_posterior_sd(name: str):
    posterior = fit(name)
    assert posterior.certificate is not None
    assert posterior.certificate.k_hat < 0.5
    own = dict(zip(posterior.coefficients.names, posterior.certificate.mean_error, strict=True))
    for treatment, truth in golden(name)["effects"].items():
        found, sd = posterior.effects.marginal(treatment), truth["sd"]
        error = 3 * (truth["mcse_mean"] ** 2 + own[treatment] ** 2) ** 0.5
        assert found.mean == pytest.approx(truth["mean"], abs=0.02 * sd + error), treatment
        spread = 3 * (truth["mcse_sd"] ** 2 + own[treatment] ** 2) ** 0.5
        assert found.sd == pytest.approx(sd, abs=0.02 * sd + spread), treatment
        for key, p in {"q2.5": 0.025, "q50": 0.5, "q97.5": 0.975}.items():
            assert found.quantile(p) == pytest.approx(truth[key], abs=0.08 * sd + error), treatment


@pytest.mark.parametrize("name", NAMES)
def test_heterogeneity(name: str):
    tau, truth = fit(name).tau, golden(name)["tau"]
    assert tau.mean == pytest.approx(truth["mean"], abs=0.02 * truth["sd"] + 4 * truth["mcse_mean"])
    assert tau.sd == pytest.approx(truth["sd"], abs=0.02 * truth["sd"] + 4 * truth["mcse_sd"])


def test_without_events_the_certificate_says_that_the_plain_approximation_is_off():
    certificate = fit("gurusamy2011").certificate
    assert certificate is not None
    off = dict(zip(fit("gurusamy2011").coefficients.names, certificate.shift, strict=True))
    assert abs(off["Antithrombin III"]) > 0.2
    assert abs(off["Aprotonin"]) < 0.05


@pytest.mark.parametrize(
    ("name", "needed"), [("smokingcessation", False), ("woods2010", True), ("gurusamy2011", True)]
)
def test_the_plain_posterior_tells_whether_it_is_enough(name: str, needed: bool):
    posterior = plain(name)
    assert posterior.needs_certificate is needed
    truth = golden(name)["effects"]
    off = max(
        abs(posterior.effects.marginal(t).sd / effect["sd"] - 1) for t, effect in truth.items()
    )
    assert (off > 0.03) is needed
