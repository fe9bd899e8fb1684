"""Truth: the same model by brute force, drawing from its prior and weighing by the likelihood."""

import numpy as np
import pytest

from assuage.synthesis.baseline import PlaceboCount, PlaceboMean, fit_counts, fit_means

ARMS = [("a", 0, 12), ("a", 2, 20), ("b", 9, 25), ("b", 5, 30)]


def weighted(values: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    mean = values @ weights
    return float(mean), float(np.sqrt((values - mean) ** 2 @ weights))


def prior_draws(n: int) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(20260615)
    mu = rng.normal(0, 3, n)
    within, between = np.abs(rng.normal(0, 0.5, (2, n)))
    condition = {c: rng.normal(mu, between) for c in ("a", "b", "new")}
    theta = [rng.normal(condition[c], within) for c, _, _ in ARMS]
    return np.array(theta), condition["a"], condition["b"], condition["new"]


def test_counts_as_by_weighing_draws_from_the_prior():
    theta, a, b, new = prior_draws(4_000_000)
    log_w = sum(
        r * -np.logaddexp(0, -t) + (n - r) * -np.logaddexp(0, t)
        for t, (_, r, n) in zip(theta, ARMS, strict=True)
    )
    w = np.exp(log_w - log_w.max())
    w /= w.sum()
    monte_carlo = 1 / np.sqrt(1 / (w @ w))  # of a mean, in SDs; about 0.004
    fitted = fit_counts(
        [PlaceboCount(study=str(i), condition=c, events=r, n=n) for i, (c, r, n) in enumerate(ARMS)]
    )
    for risk, draws in ((fitted.of("a"), a), (fitted.of("b"), b), (fitted.of("c"), new)):
        mean, sd = weighted(draws, w)
        assert risk.mean == pytest.approx(mean, abs=5 * monte_carlo * sd)
        assert risk.sd == pytest.approx(sd, rel=5 * monte_carlo)


def test_means_as_by_weighing_draws_from_the_prior():
    theta, a, b, new = prior_draws(1_000_000)
    seen, se = [5.6, 4.8, 6.2, 6.0], [0.5, 0.4, 0.5, 0.3]
    centre = sum(seen) / len(seen)  # the prior of mu is centred on the arms' mean
    log_w = sum(-0.5 * ((y - centre - t) / s) ** 2 for t, y, s in zip(theta, seen, se, strict=True))
    w = np.exp(log_w - log_w.max())
    w /= w.sum()
    monte_carlo = np.sqrt(w @ w)
    fitted = fit_means(
        [
            PlaceboMean(study=str(i), condition=c, mean=y, se=s, n=20)
            for i, ((c, _, _), y, s) in enumerate(zip(ARMS, seen, se, strict=True))
        ]
    )
    for risk, draws in ((fitted.of("a"), a), (fitted.of("b"), b), (fitted.of("c"), new)):
        mean, sd = weighted(draws, w)
        assert risk.mean == pytest.approx(mean + centre, abs=5 * monte_carlo * sd)
        assert risk.sd == pytest.approx(sd, rel=5 * monte_carlo)
