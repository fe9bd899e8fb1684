"""Check a posterior against the exact one, and correct it: importance weights on fixed draws.

Draws come from the approximation itself, made heavier in the tails, by a fixed low-discrepancy
sequence in mirrored pairs. Each is weighted by the exact marginal likelihood (the studies' own
unknowns integrated out by quadrature) times prior over the density it was drawn from. If the
weights' tail is tame (k-hat below 0.7), moments under them are the exact posterior's, and say how
far the approximation was off.
"""

from dataclasses import dataclass, replace
from math import lgamma, log, pi

import numpy as np
from scipy.special import gammaincinv, ndtr

from assuage.errors import NetworkError
from assuage.evidence.network import Floats
from assuage.synthesis.latent.features import Ints
from assuage.synthesis.latent.hyper import Weighted
from assuage.synthesis.latent.newton import prior_value
from assuage.synthesis.latent.problem import Problem
from assuage.synthesis.latent.tail_fit import RELIABLE, smoothed
from assuage.synthesis.mixture import GaussianMixture

_FREEDOM = 8.0
"""Degrees of freedom of the t that replaces each Gaussian, for its tails."""
_WIDE, _WIDE_SHARE = 2.0, 0.2
"""Every fifth draw comes from a t stretched so: weights stay bounded where the exact posterior
reaches further than its approximation."""
_GOLDEN = 0.6180339887498949
_BATCH = 256
_SETTLING = 12
_SKEWED = 0.1
"""Missed skewness of a coefficient above which moved Gaussians would misplace its tails."""
_KERNEL = 0.3
"""Width of a kernel in SDs of its component."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draws:
    """Weighted draws of (psi, beta): `component` (N,) is the point of psi, `beta` (N, p),
    `weights` (N,) sum to one, `log_likelihood` (N, S) is log p(y_s | psi, beta) by study."""

    component: Ints
    beta: Floats
    weights: Floats
    log_likelihood: Floats
    settled: tuple[Floats, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Certificate:
    """What the importance weights say of an approximation.

    `k_hat` is the Pareto shape of the weights' tail, `ess` the effective number of `draws`.
    `mean`, `covariance` of the coefficients are the exact posterior's, up to Monte Carlo error
    (`mean_error`, (p,)); `shift` and `stretch` (p,) are how far the approximation is off: in means
    by posterior SDs, in SDs by their ratio less one. `corrected` is the mixture moved
    accordingly, `components` the points of psi that its components belong to, `point_weights` (K,)
    the corrected weights of these points.
    """

    k_hat: float
    log_marginal_likelihood: float
    ess: float
    draws: Draws
    mean: Floats
    covariance: Floats
    mean_error: Floats
    shift: Floats
    stretch: Floats
    corrected: GaussianMixture
    components: Ints
    point_weights: Floats

    @property
    def reliable(self) -> bool:
        return self.k_hat < RELIABLE

    def require(self) -> "Certificate":
        """Return this certificate, or raise NetworkError, saying what to do, when it fails."""
        if self.reliable:
            return self
        raise NetworkError(
            f"The posterior cannot be certified: its importance weights have a Pareto k-hat of "
            f"{self.k_hat:.2f} (below {RELIABLE} is needed; effective draws {self.ess:.0f} of "
            f"{len(self.draws.weights)}). Usually the trials hardly tell an effect whose prior is "
            "very wide (a treatment without events, a lone risk difference): give the effects a "
            "tighter prior, leave such treatments out, or use a sampler."
        )


def certify(
    problem: Problem, weighted: Weighted, mixture: GaussianMixture, *, draws: int
) -> Certificate:
    """Return the certificate of a posterior, from so many draws."""
    sample, log_own, log_weights = _draw(problem, weighted, mixture, draws)
    log_normal, k_hat = smoothed(log_weights)
    weights = np.exp(log_normal)
    own = np.exp(log_own - float(log_own.max()))
    own = own / own.sum()
    made = replace(sample, weights=weights)
    mean, covariance = _moments(made.beta, weights)
    own_mean, own_covariance = _moments(made.beta, own)
    # control variates: the approximation's moments are known, its draws' miss them a little
    mean = mean - own_mean + mixture.mean
    covariance = covariance - own_covariance + mixture.covariance
    sd = np.sqrt(np.maximum(np.diagonal(covariance), 1e-300))
    off = (made.beta - mean) * (weights - own)[:, None]
    corrected, components, point_weights = _moved(mixture, made, own, mean, covariance)
    return Certificate(
        k_hat=k_hat,
        log_marginal_likelihood=_log_mean(log_weights) - _log_mean(log_own),
        ess=1 / float((weights**2).sum()),
        draws=made,
        mean=mean,
        covariance=covariance,
        mean_error=np.sqrt((off**2).sum(axis=0)),
        shift=(mixture.mean - mean) / sd,
        stretch=mixture.sd / sd - 1,
        corrected=corrected,
        components=components,
        point_weights=point_weights,
    )


def _log_mean(log_values: Floats) -> float:
    top = float(log_values.max())
    return top + log(float(np.exp(log_values - top).mean()))


def _moments(beta: Floats, weights: Floats) -> tuple[Floats, Floats]:
    mean = weights @ beta
    centred = beta - mean
    return mean, (centred * weights[:, None]).T @ centred


def _draw(
    problem: Problem, weighted: Weighted, mixture: GaussianMixture, count: int
) -> tuple[Draws, Floats, Floats]:
    """Return draws, the log weights that make them the mixture's own, and those that make them the
    exact posterior's; each is a density over the one drawn from."""
    half, p = count // 2, problem.p
    standard = GaussianMixture(
        reference="", names=tuple(str(j) for j in range(p + 1)), weights=np.ones(1),
        means=np.zeros((1, p + 1)), covariances=np.eye(p + 1)[None], heterogeneity=np.zeros(1),
    )  # fmt: skip
    normals = standard.draws(half)
    chi_squared = 2 * gammaincinv(_FREEDOM / 2, ndtr(normals[:, p]))
    wide = np.arange(half) * _GOLDEN % 1 < _WIDE_SHARE
    z = normals[:, :p] * np.sqrt(_FREEDOM / chi_squared)[:, None]
    z *= np.where(wide, _WIDE, 1.0)[:, None]
    edges = np.cumsum(mixture.weights)
    chosen = np.searchsorted(edges, (np.arange(half) + 0.5) / half, side="right")
    chosen = np.minimum(chosen, len(edges) - 1)
    factors = np.linalg.cholesky(mixture.covariances)
    steps = np.einsum("nij,nj->ni", factors[chosen], z)
    component = np.concatenate([chosen, chosen])
    beta = mixture.means[component] + np.concatenate([steps, -steps])
    length = np.concatenate([(z**2).sum(axis=1)] * 2)
    log_det = np.log(np.diagonal(factors, axis1=1, axis2=2)).sum(axis=1)[component]
    log_proposal = _log_density(length, p) - log_det
    log_likelihood, settled = likelihood_of(problem, weighted, component, beta)
    psi = weighted.conditional.psi
    # a point's draws are as many as its weight: what is left is its mass over its weight
    log_target = log_likelihood.sum(axis=1) + _prior(problem, psi[component], beta)
    log_point = weighted.log_rule - np.log(np.maximum(mixture.weights, 1e-300))
    log_own = -log_det - 0.5 * (length + p * log(2 * pi)) - log_proposal
    sample = Draws(
        component=component, beta=beta, weights=np.full(len(beta), 1 / len(beta)),
        log_likelihood=log_likelihood, settled=settled,
    )  # fmt: skip
    return sample, log_own, log_target + log_point[component] - log_proposal


def _log_density(length: Floats, p: int) -> Floats:
    """Return the log density of the standard proposal at squared lengths (N,)."""

    def log_t(squared: Floats) -> Floats:
        constant = lgamma((_FREEDOM + p) / 2) - lgamma(_FREEDOM / 2)
        constant -= 0.5 * p * log(_FREEDOM * pi)
        return constant - 0.5 * (_FREEDOM + p) * np.log1p(squared / _FREEDOM)

    near = log(1 - _WIDE_SHARE) + log_t(length)
    far = log(_WIDE_SHARE) - p * log(_WIDE) + log_t(length / _WIDE**2)
    return np.logaddexp(near, far)


def _prior(problem: Problem, psi: Floats, beta: Floats) -> Floats:
    return prior_value(problem.model.prior(psi), beta)


def likelihood_of(
    problem: Problem, weighted: Weighted, component: Ints, beta: Floats
) -> tuple[Floats, tuple[Floats, ...]]:
    """Return log p(y_s | psi, beta) of draws, (N, S), and each block's settled predictors."""
    out = np.empty((len(beta), len(problem.network.studies)))
    settled: list[list[Floats]] = [[] for _ in problem.blocks]
    for low in range(0, len(beta), _BATCH):
        rows = slice(low, low + _BATCH)
        psi = weighted.conditional.psi[component[rows]]
        tau, start = problem.model.tau(psi), weighted.conditional.start.at(component[rows])
        for b, (block, design) in enumerate(zip(problem.blocks, problem.bind(psi), strict=True)):
            theta = design.predictors(beta[rows])
            eta = block.settle(theta, start.eta[b], tau, _SETTLING)
            out[rows, block.studies] = block.log_likelihood(theta, eta, tau)
            settled[b].append(eta)
    return out, tuple(np.concatenate(parts) for parts in settled)


def _moved(
    mixture: GaussianMixture, draws: Draws, own: Floats, mean: Floats, covariance: Floats
) -> tuple[GaussianMixture, Ints, Floats]:
    """Return the mixture with its weights, mean and covariance made those of the draws; its
    components' points of psi, and these points' weights.

    Where the exact posterior is skewed the components become the draws themselves, each with a
    narrow kernel about it (West, J R Stat Soc B 1993;55:409-422).
    """
    count = len(mixture.weights)
    mass = np.bincount(draws.component, draws.weights, minlength=count)
    share = np.bincount(draws.component, minlength=count) / len(draws.weights)
    weights = mixture.weights * np.where(share > 0, mass / np.maximum(share, 1e-300), 1.0)
    weights = weights / weights.sum()
    base, components = replace(mixture, weights=weights), np.arange(count)
    if _missed_skewness(draws, own, mean, covariance) > _SKEWED:
        base, components = _kernels(mixture, draws), draws.component
    matched = _matched(base, mean, covariance, 1 / float((draws.weights**2).sum()))
    return matched, components, weights


def _missed_skewness(draws: Draws, own: Floats, mean: Floats, covariance: Floats) -> float:
    """Return how much skewness of a coefficient the approximation, weights `own`, has not."""
    z = (draws.beta - mean) / np.sqrt(np.maximum(np.diagonal(covariance), 1e-300))
    return float(np.abs((draws.weights - own) @ z**3).max())


def _kernels(mixture: GaussianMixture, draws: Draws) -> GaussianMixture:
    """Return the draws as components."""
    return replace(
        mixture,
        weights=draws.weights,
        means=draws.beta,
        covariances=_KERNEL**2 * mixture.covariances[draws.component],
        heterogeneity=mixture.heterogeneity[draws.component],
    )


def _matched(
    mixture: GaussianMixture, mean: Floats, covariance: Floats, ess: float
) -> GaussianMixture:
    """Return the mixture moved and stretched to have these moments.

    The covariance is changed as a whole where the draws can tell it, else each SD by itself.
    """
    before = mixture.covariance
    change = np.diag(np.sqrt(np.maximum(np.diagonal(covariance), 1e-300) / np.diagonal(before)))
    if ess > 20 * len(mean) and np.linalg.eigvalsh(covariance).min() > 0:
        change = np.linalg.cholesky(covariance) @ np.linalg.inv(np.linalg.cholesky(before))
    return replace(
        mixture,
        means=mean + (mixture.means - mixture.mean) @ change.T,
        covariances=change @ mixture.covariances @ change.T,
    )
