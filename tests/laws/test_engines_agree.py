"""The Bayesian and the classical engine are the same model where their assumptions meet."""

import numpy as np
import pytest

from assuage.evidence.outcome_network import network_for
from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.trials import load_trials
from assuage.synthesis.gls import fit
from assuage.synthesis.priors import HalfNormal, Prior
from assuage.synthesis.quadrature import fit_random_effects


@pytest.mark.parametrize("outcome", ["pain_relief_50", "pain_change", "withdrawal_adverse_event"])
def test_without_heterogeneity_and_with_flat_effects_the_posterior_is_the_least_squares_fit(
    outcome: str,
):
    catalogues = load_catalogues()
    network = network_for(
        load_trials(),
        catalogues.outcomes[outcome],
        level="dose",
        treatments=catalogues.treatments,
    ).network
    nearly_none = Prior(effect_sd=None, heterogeneity=HalfNormal(scale=1e-6))
    posterior = fit_random_effects(network, prior=nearly_none).effects
    classical = fit(network, effects="common")
    reference = network.treatments.index(network.reference)
    estimates = np.delete(classical.differences[:, reference], reference)
    errors = np.delete(classical.standard_errors[:, reference], reference)
    assert posterior.mean == pytest.approx(estimates, rel=1e-7, abs=1e-9)
    assert posterior.sd == pytest.approx(errors, rel=1e-7)
