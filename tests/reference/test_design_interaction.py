"""Inconsistency of designs, fixed and random: equal to netmeta and metafor, and to Q."""

import numpy as np
import pytest
from consistency_golden import NETWORKS, golden, network

from assuage.evidence.assembly import assemble
from assuage.evidence.effect import contrasts_from_arms
from assuage.synthesis.classical.interaction import design_interaction
from assuage.synthesis.classical.random_inconsistency import random_inconsistency
from assuage.synthesis.consistency import decompose
from assuage.synthesis.design import build_design
from assuage.synthesis.gls import fit

each_network = pytest.mark.parametrize("name", NETWORKS)
FITTED = [n for n in NETWORKS if "within_and_between" in golden(f"consistency_{n}")]
by_metafor = pytest.mark.parametrize("name", FITTED)


@each_network
def test_the_wald_test_is_q_between_designs(name: str):
    between = decompose(build_design(network(name))).between
    wald = design_interaction(network(name), effects="common").wald
    assert (wald.df, wald.q) == (between.df, pytest.approx(between.q, rel=1e-8, abs=1e-9))


@each_network
def test_the_wald_test_with_heterogeneity_within_designs(name: str):
    truth = golden(f"consistency_{name}")["Q_inc_random"]
    (q,), (p,), (tau,) = (truth[key] for key in ("Q", "pval", "tau.within"))
    found = design_interaction(network(name), tau_method="DL")
    assert found.tau2**0.5 == pytest.approx(tau, rel=1e-8, abs=1e-12)
    assert (found.wald.q, found.wald.p) == pytest.approx((q, p), rel=1e-8, abs=1e-10)
    assert found.wald.df == len(found.parameters) == truth["df"][0]


@by_metafor
def test_by_restricted_likelihood(name: str):
    truth = golden(f"consistency_{name}")["within_and_between"]["interaction_REML"]
    found = design_interaction(network(name))
    # metafor's optimiser stops at about 1e-6
    assert found.tau2 == pytest.approx(truth["tau2"], rel=5e-6)
    assert (found.wald.q, found.wald.df) == (pytest.approx(truth["wald"], rel=5e-6), truth["df"])


@by_metafor
def test_random_inconsistency(name: str):
    truth = golden(f"consistency_{name}")["within_and_between"]["jackson"]
    found = random_inconsistency(network(name))
    assert found.tau2 == pytest.approx(truth["tau2"], rel=3e-6)
    assert found.omega2 == pytest.approx(truth["omega2"], rel=3e-6, abs=1e-8)
    # metafor adds half the log determinant of X'X
    expected = truth["logLik"] - truth["logdetXX"] / 2
    assert found.log_likelihood == pytest.approx(expected, abs=1e-7)
    places = [found.treatments.index(t) for t in truth["names"]]
    errors = np.sqrt(np.diagonal(found.covariance))[places]
    np.testing.assert_allclose(found.estimates[places], truth["d"], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(errors, truth["se"], rtol=3e-6)


def test_without_inconsistency_it_is_the_ordinary_network():
    found, ordinary = random_inconsistency(network("senn2013")), fit(network("senn2013"))
    assert (found.omega2, found.tau2) == (0.0, pytest.approx(ordinary.tau2, rel=1e-6))
    np.testing.assert_allclose(found.estimates, ordinary.estimates, atol=1e-7)
    np.testing.assert_allclose(found.covariance, ordinary.covariance, atol=1e-8)


def test_the_parameters_by_hand():
    """A triangle of two-arm designs has one parameter: how far the loop fails to close."""
    made = {("A", "B"): (0.5, 0.04), ("A", "C"): (1.0, 0.09), ("B", "C"): (0.2, 0.01)}
    studies = [
        contrasts_from_arms(f"{one}{two}{copy}", [one, two], [0.0, y], [v, v])
        for (one, two), (y, v) in made.items()
        for copy in range(1 if two == "C" and one == "B" else 2)
    ]
    net = assemble(studies, measure="MD", reference="A")
    (found,) = design_interaction(net, effects="common").parameters
    # A-B and A-C have two trials each and count as consistent, B-C has one
    assert (found.design, found.treatment1, found.treatment2) == (("B", "C"), "B", "C")
    assert found.estimate == pytest.approx(0.2 - (1.0 - 0.5))
    assert found.se**2 == pytest.approx(2 * (0.04 / 2 + 0.09 / 2 + 0.01))
