"""Priors: that densities are densities, and what they say in print."""

import numpy as np
import pytest
from scipy.integrate import quad

from assuage.evidence.network import Network, StudyContrasts
from assuage.synthesis.priors import (
    HalfCauchy,
    HalfNormal,
    HeterogeneityPrior,
    LogNormalVariance,
    UniformUpTo,
    data_scaled_prior,
    default_prior,
    difference_prior,
    log_odds_prior,
)


@pytest.mark.parametrize(
    "prior",
    [
        HalfNormal(scale=0.5),
        HalfCauchy(scale=0.5),
        LogNormalVariance(mean=-2.56, sd=1.74),
        UniformUpTo(upper=2),
    ],
)
def test_each_prior_integrates_to_one(prior: HeterogeneityPrior):
    def density(x: float) -> float:  # in log tau, where all of them are smooth
        tau = np.exp(x)
        return float(np.exp(prior.log_density(np.array([tau]))[0]) * tau)

    assert quad(density, -60, np.log(min(prior.upper, 1e12)), limit=400)[0] == pytest.approx(
        1, abs=1e-6
    )


def test_the_default_for_log_odds_says_itself():
    assert log_odds_prior().statement == (
        "effect of each treatment against the reference: N(0, SD 4); "
        "between-study SD tau: half-normal with scale 0.5"
    )


def test_a_difference_of_means_has_the_log_odds_prior_on_its_own_scale():
    # One SD is pi / sqrt 3 = 1.81 log odds (Chinn, Stat Med 2000;19:3127-3131).
    prior = difference_prior(outcome_sd=2.2)
    assert prior.effect_sd == pytest.approx(4.4)
    assert prior.heterogeneity == HalfNormal(scale=pytest.approx(0.5 / 1.8138 * 2.2, rel=1e-4))


def test_the_measure_chooses_the_default():
    study = StudyContrasts(
        study="one", treatments=("a", "b"), estimates=np.array([-3.0]), covariance=np.eye(1)
    )

    def network(measure: str) -> Network:
        return Network(measure=measure, reference="a", treatments=("a", "b"), studies=(study,))

    assert default_prior(network("OR")) == log_odds_prior()
    assert default_prior(network("MD"), outcome_sd=2.0) == difference_prior(2.0)
    assert default_prior(network("MD")) == data_scaled_prior(network("MD"))
    assert data_scaled_prior(network("MD")).heterogeneity == UniformUpTo(upper=3.0)
