"""Priors of heterogeneity are densities, and say what their tables say."""

from math import exp

import numpy as np
import pytest
from scipy.integrate import quad

from assuage.synthesis.informative_priors import (
    HalfT,
    LogTVariance,
    log_odds_heterogeneity,
    standardised_heterogeneity,
)
from assuage.synthesis.priors import HalfCauchy


@pytest.mark.parametrize(
    "prior",
    [
        LogTVariance(location=-3.44, scale_of_log=2.59),
        HalfT(scale=0.5, freedom=4),
        log_odds_heterogeneity("pain", versus="placebo"),
    ],
)
def test_a_prior_integrates_to_one(prior: HalfT):
    # in log tau, where the log-t's spike at zero is no trouble
    mass, _ = quad(
        lambda x: exp(x + float(prior.log_density(np.array(exp(x))))),
        -60,
        60,
        limit=400,
        points=[-2],
    )
    assert mass == pytest.approx(1, abs=1e-3)


def test_a_half_t_with_one_degree_of_freedom_is_half_cauchy():
    tau = np.array([0.1, 0.5, 3.0])
    np.testing.assert_allclose(
        HalfT(scale=0.4, freedom=1).log_density(tau), HalfCauchy(scale=0.4).log_density(tau)
    )


def test_the_tables_are_read_by_outcome_and_comparison():
    # Turner et al. 2015, table IV, and Rhodes et al. 2015, table 3, through bayesmeta's source
    mortality = log_odds_heterogeneity("all-cause mortality", versus="placebo")
    harms = log_odds_heterogeneity("adverse events", versus="drug")
    pain = standardised_heterogeneity("pain, quality of life", versus="placebo")
    assert (mortality.mean, mortality.sd) == (-3.95, 1.34)
    assert (harms.mean, harms.sd) == (-2.10, 1.58)
    assert (pain.location, pain.scale_of_log, pain.freedom) == (-3.16, 2.50, 5)
