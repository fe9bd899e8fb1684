"""Posteriors of seven public networks under five priors, by quadrature written elsewhere.

Truth: golden_bayes/*.json. Each holds the contrasts and exact covariances of a network published
with the R package netmeta, and the posterior of the same normal model computed by another program
(composite Gauss-Legendre over tau, node doubling changes nothing above 1e-12; `made_by` says how).
One kind of cell is not as exact there: a half-Cauchy prior with flat effects on the five contrasts
of Woods 2010 leaves a density that falls as tau^-4, whose second moment their finite range cuts
off; standard deviations are compared to 1e-4 there.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assuage.errors import NetworkError
from assuage.evidence.network import Network, StudyContrasts
from assuage.synthesis.mixture import GaussianMixture
from assuage.synthesis.posterior import NetworkPosterior
from assuage.synthesis.priors import HalfCauchy, HalfNormal, LogNormalVariance, Prior, UniformUpTo
from assuage.synthesis.quadrature import fit_random_effects

FOLDER = Path(__file__).parent / "golden_bayes"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
PRIORS = {
    "A_halfnormal1_d100": Prior(effect_sd=100, heterogeneity=HalfNormal(scale=1)),
    "B_halfnormal0.5_d10": Prior(effect_sd=10, heterogeneity=HalfNormal(scale=0.5)),
    "C_halfcauchy0.5_flat": Prior(effect_sd=None, heterogeneity=HalfCauchy(scale=0.5)),
    "D_lognormal_tau2_d100": Prior(
        effect_sd=100, heterogeneity=LogNormalVariance(mean=-2.56, sd=1.74)
    ),
    "E_uniform2_d100": Prior(effect_sd=100, heterogeneity=UniformUpTo(upper=2)),
}
QUANTILES = {"q2_5": 0.025, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q97_5": 0.975}
CASES = [(name, prior) for name in NAMES for prior in PRIORS]


@cache
def golden(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def network(name: str) -> Network:
    data = golden(name)
    studies = tuple(
        StudyContrasts(
            study=row["study"],
            treatments=tuple(row["treatments"]),
            estimates=np.array(row["y"], dtype=float),
            covariance=np.array(row["v"], dtype=float),
        )
        for row in data["studies"]
    )
    return Network(
        measure="OR",
        reference=data["reference"],
        treatments=tuple(sorted({t for study in studies for t in study.treatments})),
        studies=studies,
    )


@cache
def fit(name: str, prior: str) -> NetworkPosterior:
    return fit_random_effects(network(name), prior=PRIORS[prior])


def sd_tolerance(name: str, prior: str) -> float:
    return 1e-4 if (name, prior) == ("woods2010", "C_halfcauchy0.5_flat") else 1e-9


def summary(mixture: GaussianMixture, name: str, keys: dict[str, Any]) -> dict[str, float]:
    effect = mixture.marginal(name)
    made = {"mean": effect.mean, "sd": effect.sd, "p_gt0": effect.exceedance(0)}
    made |= {key: effect.quantile(p) for key, p in QUANTILES.items() if key in keys}
    return {key: made[key] for key in keys}


@pytest.mark.parametrize(("name", "prior"), CASES)
def test_heterogeneity_and_marginal_likelihood(name: str, prior: str):
    expected, posterior = golden(name)["priors"][prior], fit(name, prior)
    tau = {key: posterior.tau.quantile(p) for key, p in QUANTILES.items()}
    assert tau == pytest.approx({key: expected["tau"][key] for key in tau}, abs=1e-9)
    assert posterior.tau.mean == pytest.approx(expected["tau"]["mean"], abs=1e-8)
    assert posterior.tau.sd == pytest.approx(expected["tau"]["sd"], abs=sd_tolerance(name, prior))
    assert posterior.log_marginal_likelihood == pytest.approx(
        expected["log_marginal_likelihood"], abs=1e-9
    )
    assert posterior.convergence_bound < 1e-8


@pytest.mark.parametrize(("name", "prior"), CASES)
def test_effects_and_predictions(name: str, prior: str):
    expected, posterior = golden(name)["priors"][prior], fit(name, prior)
    for kind, mixture in (("d", posterior.effects), ("predictive", posterior.predictive)):
        for treatment, truth in expected[kind].items():
            found = summary(mixture, treatment, truth)
            assert found.pop("sd") == pytest.approx(truth["sd"], abs=sd_tolerance(name, prior))
            assert found == pytest.approx({key: truth[key] for key in found}, abs=1e-9)


@pytest.mark.parametrize(("name", "prior"), CASES)
def test_which_is_better(name: str, prior: str):
    data, posterior = golden(name), fit(name, prior)
    expected = data["priors"][prior]
    names, found = posterior.superiority()
    order = [names.index(t) for t in expected["p_superior"]["order"]]
    assert found[np.ix_(order, order)] == pytest.approx(np.array(expected["p_superior"]["values"]))
    assert posterior.sucra(small_values=data["small_values"]) == pytest.approx(expected["sucra"])


@pytest.mark.parametrize(("name", "prior"), CASES)
def test_the_condensed_posterior_has_the_same_quantiles(name: str, prior: str):
    # What a release stores: sixteen components instead of hundreds.
    expected, condensed = golden(name)["priors"][prior], fit(name, prior).condensed
    assert len(condensed.weights) == 16
    for kind, mixture in (("d", condensed), ("predictive", condensed.predictive())):
        for treatment, truth in expected[kind].items():
            keys = {key: p for key, p in QUANTILES.items() if key in truth}
            found = [mixture.marginal(treatment).quantile(p) for p in keys.values()]
            assert found == pytest.approx(
                [truth[key] for key in keys], abs=1e-7 * truth["sd"] + 1e-9
            )


def test_a_network_in_parts_is_refused_with_its_parts_named():
    def two_arms(study: str, *treatments: str) -> StudyContrasts:
        return StudyContrasts(
            study=study, treatments=treatments, estimates=np.zeros(1), covariance=np.eye(1)
        )

    studies = (two_arms("one", "a", "b"), two_arms("two", "c", "d"))
    broken = Network(measure="OR", reference="a", treatments=("a", "b", "c", "d"), studies=studies)
    with pytest.raises(NetworkError, match=r"a, b.*c, d"):
        fit_random_effects(broken, prior=PRIORS["A_halfnormal1_d100"])


def test_a_prior_that_leaves_no_finite_variance_is_refused():
    lone = StudyContrasts(
        study="one", treatments=("a", "b"), estimates=np.array([0.3]), covariance=np.eye(1)
    )
    single = Network(measure="OR", reference="a", treatments=("a", "b"), studies=(lone,))
    with pytest.raises(NetworkError, match="half-normal"):
        fit_random_effects(single, prior=PRIORS["C_halfcauchy0.5_flat"])
