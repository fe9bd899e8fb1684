"""Two outcomes together equal a dense computation, and apart when nothing joins them.

Data: smoking-like contrasts made up here; the dense computation integrates the coefficients out
on a plain grid over the three spreads and shares no code with the package.
"""

from dataclasses import replace

import numpy as np
import pytest

from assuage.errors import NetworkError
from assuage.evidence.assembly import assemble
from assuage.evidence.effect import contrasts_from_arms
from assuage.evidence.network import Network
from assuage.evidence.observed import NormalContrasts, observe
from assuage.synthesis.latent import RandomEffects, fit_latent
from assuage.synthesis.models import Known, TwoOutcomes, UniformCorrelation, fit_outcomes
from assuage.synthesis.models.outcomes import over_correlations, rebased
from assuage.synthesis.priors import HalfNormal

ARMS = {
    "one": [("s1", "pa", (0.0, 0.5)), ("s2", "pab", (0.1, 0.4, 0.9)), ("s3", "ab", (0.2, 0.5)),
            ("s4", "pb", (0.0, 1.2)), ("s6", "pa", (0.3, 0.4))],
    "two": [("s1", "pa", (1.0, 1.3)), ("s2", "pab", (0.8, 1.4, 1.9)), ("s4", "pb", (1.1, 2.0)),
            ("s5", "pb", (0.9, 2.1)), ("s6", "pa", (1.2, 1.1))],
}  # fmt: skip
VARIANCES = {"one": (0.04, 0.05, 0.06), "two": (0.03, 0.02, 0.05)}
TAU = HalfNormal(scale=0.4)


def network(outcome: str) -> Network:
    studies = [
        contrasts_from_arms(study, list(arms), list(means), list(VARIANCES[outcome][: len(arms)]))
        for study, arms, means in ARMS[outcome]
    ]
    return assemble(studies, measure="MD", reference="p")


NETWORKS = {name: network(name) for name in ARMS}
MODEL = TwoOutcomes(
    effect_sd=(2.0, 3.0), heterogeneity=(TAU, TAU), between=UniformCorrelation(), within=0.6
)


def dense(spreads: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """log p(y), mean and covariance of (a, b in one; a, b in two) given both SDs and correlation.

    Arm by arm: each arm's two estimates have covariance 0.6 of their SDs' product; two-arm studies
    do not tell their arms' variances, so each has half.
    """
    rows, y = [], []
    for o, name in enumerate(ARMS):
        for study, arms, means in ARMS[name]:
            for j in range(1, len(arms)):
                v = np.array(VARIANCES[name][: len(arms)])
                half = np.full(2, v.sum() / 2) if len(arms) == 2 else v
                rows.append((study, o, arms[j], arms[0], half[j], half[0]))
                y.append(means[j] - means[0])
    m, y = len(rows), np.array(y)
    v, x = np.zeros((m, m)), np.zeros((m, 4))
    for i, (s, o, t, base, own, first) in enumerate(rows):
        for place, drug in enumerate("ab"):
            x[i, 2 * o + place] = (t == drug) - (base == drug)
        for k, (s2, o2, t2, _, own2, first2) in enumerate(rows):
            if s == s2:
                r = 1.0 if o == o2 else 0.6
                v[i, k] = r * (np.sqrt(first * first2) + (t == t2) * np.sqrt(own * own2))
                b = spreads[o] * spreads[o2] * (1.0 if o == o2 else spreads[2])
                v[i, k] += b * (1.0 if t == t2 else 0.5)
    p = np.diag([4.0, 4.0, 9.0, 9.0])
    total = x @ p @ x.T + v
    gain = p @ x.T @ np.linalg.inv(total)
    fit = y @ np.linalg.solve(total, y) + np.linalg.slogdet(2 * np.pi * total)[1]
    return -0.5 * fit, gain @ y, p - gain @ x @ p


def test_given_the_spreads_it_is_the_closed_form():
    at = np.array([0.2, 0.3, 0.5])
    known = replace(
        MODEL, heterogeneity=(Known(value=at[0]), Known(value=at[1])), between=Known(value=at[2])
    )
    found = fit_outcomes(NETWORKS, known)
    log_marginal, mean, covariance = dense(at)
    assert found.joint.names == ("a: one", "b: one", "a: two", "b: two")
    np.testing.assert_allclose(found.joint.mean, mean, rtol=1e-10)
    np.testing.assert_allclose(found.joint.covariance, covariance, rtol=1e-9, atol=1e-14)
    assert found.log_marginal_likelihood == pytest.approx(log_marginal, abs=1e-9)


def test_integrated_over_the_spreads():
    z, w = np.polynomial.legendre.leggauss(12)
    sd, correlation = 0.85 * (z + 1), 0.995 * z
    mass, means, seconds = [], [], []
    for i, a in enumerate(sd):
        for j, b in enumerate(sd):
            for k, r in enumerate(correlation):
                log_p, mean, covariance = dense(np.array([a, b, r]))
                prior = np.exp(-0.5 * (a**2 + b**2) / 0.4**2)
                mass.append(w[i] * w[j] * w[k] * prior * np.exp(log_p))
                means.append(mean)
                seconds.append(np.diagonal(covariance) + mean**2)
    mass = np.array(mass) / sum(mass)
    mean = mass @ np.array(means)
    sds = np.sqrt(mass @ np.array(seconds) - mean**2)
    found = fit_outcomes(NETWORKS, MODEL)
    np.testing.assert_allclose((found.joint.mean - mean) / sds, 0, atol=2e-3)
    np.testing.assert_allclose(found.joint.sd, sds, rtol=2e-3)


def test_without_any_correlation_outcomes_are_apart():
    found = fit_outcomes(NETWORKS, replace(MODEL, within=0.0, between=Known(value=0.0)), points=21)
    for name, sd in (("one", 2.0), ("two", 3.0)):
        studies = [NormalContrasts.of(s) for s in NETWORKS[name].studies]
        alone = fit_latent(
            observe(studies, reference="p", link="identity"),
            RandomEffects(effect_sd=sd, heterogeneity=TAU),
        ).effects
        np.testing.assert_allclose(found.effects[name].mean, alone.mean, rtol=1e-3)
        np.testing.assert_allclose(found.effects[name].sd, alone.sd, rtol=1e-3)


def test_the_assumed_correlation_can_be_varied():
    known = replace(MODEL, heterogeneity=(Known(value=0.1),) * 2, between=Known(value=0.0))
    results = over_correlations(NETWORKS, known, (0.0, 0.6))
    np.testing.assert_allclose(results[0.6].joint.mean, dense(np.array([0.1, 0.1, 0.0]))[1])
    assert "stated and not estimated: 0.6" in results[0.6].statement


def test_another_baseline_says_the_same():
    study = next(s for s in NETWORKS["one"].studies if s.study == "s2")
    turned = rebased(rebased(study, "b"), "p")
    assert turned.treatments == ("p", "b", "a")
    np.testing.assert_allclose(turned.estimates, study.estimates[[1, 0]])
    np.testing.assert_allclose(turned.covariance, study.covariance[[1, 0]][:, [1, 0]])


@pytest.mark.parametrize(
    ("within", "told"),
    [({"s1": 0.5}, "Study s2: state the within-study correlation"), (1.0, "between -1 and 1")],
)
def test_correlations_that_are_not_stated(within, told: str):
    with pytest.raises(NetworkError, match=told):
        fit_outcomes(NETWORKS, replace(MODEL, within=within))
