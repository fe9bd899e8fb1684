"""Ranks of fitted networks and of posteriors: closed forms, other programs, and brute force."""

from math import asin, pi

import numpy as np
import pytest
import test_bayes_quadrature as bayes
from nma_golden import golden, network_of

from assuage.errors import NetworkError
from assuage.synthesis.classical.rank_probability import (
    joint_distribution,
    rank_probabilities,
    scores,
    superiority,
    treatments_of,
)
from assuage.synthesis.classical.treatment_effects import TreatmentEffects
from assuage.synthesis.gls import fit
from assuage.synthesis.mixture import GaussianMixture

PEER = golden("rankograms")["networks"]


def effects(estimates, covariance, treatments="ABCDEFGH") -> TreatmentEffects:
    names = tuple(treatments[: len(estimates)])
    return TreatmentEffects(
        treatments=names,
        reference=names[0],
        estimates=np.array(estimates, float),
        covariance=np.array(covariance, float),
    )


@pytest.mark.parametrize("rho", [-0.9, 0.0, 0.5, 0.8])
def test_three_treatments_of_equal_effect(rho: float):
    # P(0 > x, 0 > y) of a bivariate normal is 1/4 + asin(rho) / (2 pi) (Sheppard 1899)
    ours = rank_probabilities(
        effects([0, 0, 0], [[0, 0, 0], [0, 1, rho], [0, rho, 1]]), "desirable"
    )
    best = 0.25 + asin(rho) / (2 * pi)
    expected = [best, 1 - 2 * best, best]
    assert ours.probabilities[0] == pytest.approx(expected, abs=2e-4)
    np.testing.assert_allclose(ours.probabilities.sum(axis=0), 1, atol=1e-6)
    assert ours.sucra == pytest.approx([0.5, 0.5, 0.5])


def test_two_treatments_are_exact():
    ours = rank_probabilities(effects([0, 1], [[0, 0], [0, 4]]), "desirable")
    better = 0.6914624612740131  # the normal distribution function at 1/2
    np.testing.assert_allclose(
        ours.probabilities, [[better, 1 - better], [1 - better, better]], rtol=1e-12
    )


def test_exchangeable_treatments_have_every_rank_alike():
    covariance = np.pad(np.eye(5) + 1, ((1, 0), (1, 0)))  # six of variance 1, versus the first
    ours = rank_probabilities(effects(np.zeros(6), covariance), "undesirable")
    np.testing.assert_allclose(ours.probabilities, np.full((6, 6), 1 / 6), atol=3e-4)


@pytest.mark.parametrize("name", ["linde2015_resp", "senn2013", "thrombolytics"])
def test_correlated_effects_equal_brute_force(name: str):
    file = golden(f"nma_{name}")
    fitted = fit(network_of(file))
    count, rng = 100_000, np.random.default_rng(11)
    draws = rng.multivariate_normal(fitted.estimates, fitted.covariance, count, method="eigh")
    rank = draws.argsort(axis=1).argsort(axis=1)
    brute = np.array([(rank == r).mean(axis=0) for r in range(draws.shape[1])]).T
    ours = rank_probabilities(fitted, "desirable")
    error = np.sqrt(brute * (1 - brute) / count)
    assert (np.abs(ours.probabilities - brute) < 4 * error + 0.001).all()
    ranks = np.arange(1, draws.shape[1] + 1)
    np.testing.assert_allclose(ours.probabilities @ ranks, ours.expected_rank, atol=0.002)


@pytest.mark.parametrize("name", sorted(PEER))
def test_netmeta_draws_treatments_as_if_independent(name: str):
    """netmeta's rankogram draws each treatment by itself, with the variances that fit
    v_i + v_j = var(i - j) by least squares, and so misses its own P-scores. Given those variances
    we agree with it; ours keep the covariance, and with it the P-scores."""
    file, truth = golden(f"nma_{name}"), PEER[name]
    fitted = fit(network_of(file), effects="common")
    n = len(fitted.treatments)
    i, j = np.triu_indices(n, 1)
    pairs = np.zeros((i.size, n))
    pairs[np.arange(i.size), i] = pairs[np.arange(i.size), j] = 1
    own = np.linalg.pinv(pairs) @ fitted.standard_errors[i, j] ** 2
    pick = np.eye(n) - np.eye(n)[fitted.design.reference]
    alone = effects(fitted.estimates, pick @ np.diag(own) @ pick.T, fitted.treatments)
    alone = TreatmentEffects(
        treatments=fitted.treatments,
        reference=fitted.reference,
        estimates=alone.estimates,
        covariance=alone.covariance,
    )
    order = [truth["treatments"].index(t) for t in fitted.treatments]
    theirs = np.array(truth["probabilities"])[order]
    ours = rank_probabilities(alone, file["small_values"]).probabilities
    error = np.sqrt(ours * (1 - ours) / truth["nsim"])
    assert (np.abs(ours - theirs) < 4 * error + 5e-4).all()
    kept = rank_probabilities(fitted, file["small_values"])
    assert dict(zip(kept.treatments, kept.sucra, strict=True)) == pytest.approx(truth["pscore"])


@pytest.mark.parametrize("name", bayes.NAMES)
def test_posteriors_have_the_same_ranks_by_the_same_code(name: str):
    file = bayes.golden(name)
    truth = file["priors"]["A_halfnormal1_d100"]
    posterior = bayes.fit(name, "A_halfnormal1_d100")
    mixture = posterior.effects
    ours = scores(mixture, file["small_values"])
    assert ours == pytest.approx(truth["sucra"], abs=1e-6)
    ranks = rank_probabilities(posterior.condensed, file["small_values"], points=4096)
    n = len(ours)
    np.testing.assert_allclose(ranks.probabilities @ np.arange(1, n + 1), ranks.expected_rank,
                               atol=0.02)  # fmt: skip


def test_a_mixture_of_one_component_is_a_fit():
    fitted = fit(network_of(golden("nma_senn2013")))
    mixture = joint_distribution(fitted)
    assert isinstance(mixture, GaussianMixture)
    ours = scores(mixture, "desirable")
    assert ours == pytest.approx(fitted.p_scores("desirable"))
    assert treatments_of(mixture)[0] == fitted.reference


def test_a_minimal_important_difference():
    # one normal difference of mean 1 and variance 4: P(A better than B by 0.5) = Phi((1-0.5)/2)
    ours = effects([0, 1], [[0, 0], [0, 4]])
    found = superiority(ours, "desirable", important_difference=0.5)
    np.testing.assert_allclose(found, [[0, 0.5987063256829237], [0.22662735237686826, 0]])
    assert scores(ours, "desirable", important_difference=0.5) == pytest.approx(
        {"A": 0.5987063256829237, "B": 0.22662735237686826}
    )


def test_an_unidentified_effect_has_no_rank():
    unknown = effects([0, np.nan, 1], np.zeros((3, 3)))
    with pytest.raises(NetworkError, match="The effect of B is not identified"):
        rank_probabilities(unknown, "desirable")
