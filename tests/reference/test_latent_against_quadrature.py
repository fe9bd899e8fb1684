"""With normal contrasts the latent engine gives the posterior of the exact quadrature.

Truth: golden_bayes/*.json (see test_bayes_quadrature.py), made by another program.
"""

import numpy as np
import pytest
from test_bayes_quadrature import CASES, PRIORS, golden, network

from assuage.evidence.observed import NormalContrasts, observe
from assuage.synthesis.latent import RandomEffects, fit_latent


@pytest.mark.parametrize(("name", "prior"), CASES)
def test_the_posterior_is_the_same_to_a_ten_thousandth_of_its_sd(name: str, prior: str):
    expected, given = golden(name)["priors"][prior], PRIORS[prior]
    data = network(name)
    posterior = fit_latent(
        observe([NormalContrasts.of(s) for s in data.studies], reference=data.reference),
        RandomEffects(effect_sd=given.effect_sd, heterogeneity=given.heterogeneity),
    )
    tau = expected["tau"]
    assert posterior.tau.mean == pytest.approx(tau["mean"], abs=1e-4 * tau["sd"])
    assert posterior.tau.sd == pytest.approx(tau["sd"], rel=1e-4)
    assert posterior.log_marginal_likelihood == pytest.approx(
        expected["log_marginal_likelihood"], abs=1e-4
    )
    for key, p in {"q2_5": 0.025, "q50": 0.5, "q97_5": 0.975}.items():
        assert posterior.tau.quantile(p) == pytest.approx(tau[key], abs=2e-3 * tau["sd"])
    for kind, mixture in (("d", posterior.effects), ("predictive", posterior.predictive)):
        for treatment, truth in expected[kind].items():
            found = mixture.marginal(treatment)
            assert found.mean == pytest.approx(truth["mean"], abs=1e-4 * truth["sd"])
            assert found.sd == pytest.approx(truth["sd"], rel=1e-4)
            np.testing.assert_allclose(
                found.quantile(0.975), truth["q97_5"], atol=1e-4 * truth["sd"]
            )
