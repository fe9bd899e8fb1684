"""A study's own unknowns integrated out by adaptive Gauss-Hermite quadrature.

Nodes sit about the mode, scaled by the curvature there (Naylor and Smith, Appl Statist
1982;31:214-225). Because mode and curvature are known, what is left under the integral is only
what the log-likelihood has beyond its quadratic.

Derivatives in theta come from the same nodes. With eta ~ N(theta, K) and g the score of the data in
eta, the score in theta is the mean of g, and each further derivative is a covariance (a cumulant)
with v = K^-1 (eta - theta). So the information is -cov(g, v). Unlike E[-l''] - var(g), which is the
same number, it loses no digits when the data are strong and the heterogeneity limits what they say.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import log, pi, sqrt

import numpy as np

from assuage.evidence.network import Floats

CHUNK = 60_000
"""Numbers handled at once: they stay in the processor's cache."""
_WIDE_LEFT, _WIDE_STEP = 10.0, 0.4
SMALLEST_TAU = 1e-5
"""Stands for tau = 0 where the quadrature divides by it: its square is no number that matters."""


@dataclass(frozen=True, slots=True, eq=False)
class Contribution:
    """log p(y_s | theta) (K, S) and its derivatives in theta: `score` (K, S, A), `information`
    (K, S, A, A) with the sign turned, and `third` (K, S, A), the third derivatives summed over
    two of their places with the covariance of theta (None where it was not asked for)."""

    value: Floats
    score: Floats
    information: Floats
    third: Floats | None

    @classmethod
    def gaussian(cls, value: Floats, score: Floats, information: Floats) -> "Contribution":
        return cls(value, score, information, np.zeros_like(score))


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Posterior means of arms, all (K, S, A): the predictor, the observation expected (events,
    events, mean) and the deviance from the saturated model. NaN where there is no data point."""

    predictor: Floats
    expected: Floats
    deviance: Floats

    @classmethod
    def zeros(cls, studies: int, arms: int) -> "Fitted":
        return cls(*(np.zeros((studies, arms)) for _ in range(3)))

    def plus(self, other: "Fitted", weights: Floats) -> "Fitted":
        """Add the weighted sum over the points of another, which has K of them."""
        return Fitted(
            self.predictor + np.tensordot(weights, other.predictor, axes=1),
            self.expected + np.tensordot(weights, other.expected, axes=1),
            self.deviance + np.tensordot(weights, other.deviance, axes=1),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Roots:
    """Maps from standardised unknowns x to predictors and to v, both (K, S, A, A).

    eta = mode + `predictors` x has the curvature of the mode; K^-1 (eta - theta) moves by `pulls`
    x, and the unknowns (mu, epsilon) by `unknowns` x.
    """

    predictors: Floats
    pulls: Floats
    unknowns: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """`points` (D, n), `log_weights` (n,) and `powers` (n, D + D D): x and all products x x'."""

    points: Floats
    log_weights: Floats
    powers: Floats


@lru_cache(maxsize=64)
def product_nodes(dimensions: int, count: int, *, wide: bool = False) -> Nodes:
    """Return the product rule of the standard normal, `count` Hermite nodes a dimension.

    `wide` takes the first dimension, the study's level, by an even grid far to both sides: without
    any event the level's posterior is its prior, cut off where events would have shown.
    """
    x, w = np.polynomial.hermite_e.hermegauss(count)
    axes = [(x, np.log(w / w.sum()))] * dimensions
    if wide:
        even = np.arange(-_WIDE_LEFT, _WIDE_LEFT + 0.5 * _WIDE_STEP, _WIDE_STEP)
        axes[0] = even, log(_WIDE_STEP / sqrt(2 * pi)) - 0.5 * even**2
    grids = np.meshgrid(*(a[0] for a in axes), indexing="ij")
    weights = np.meshgrid(*(a[1] for a in axes), indexing="ij")
    points = np.stack([g.ravel() for g in grids])
    products = (points[:, None, :] * points[None, :, :]).reshape(dimensions**2, -1)
    return Nodes(
        points,
        np.sum([g.ravel() for g in weights], axis=0),
        np.ascontiguousarray(np.concatenate([points, products]).T),
    )


def mixing(arms: int) -> Floats:
    """Return the symmetric root of (I + J) / 2, shape (arms - 1, arms - 1)."""
    m = arms - 1
    own = sqrt(0.5)
    shared = (sqrt(0.5 * (m + 1)) - own) / m
    return own * np.eye(m) + shared


def latent_roots(weight: Floats, tau: Floats, level_precision: Floats) -> Roots:
    """Return the roots of the unknowns' curvature for negative Hessians `weight`: (K, S, A) where
    they are diagonal, else (K, S, A, A).

    The unknowns are (mu, epsilon) with epsilon standard normal, eta = theta + mu + tau C epsilon
    and C C' = (I + J) / 2 in arms other than the baseline.
    """
    points, studies, arms = weight.shape[:3]
    tau = np.maximum(tau, SMALLEST_TAU)
    basis = np.zeros((points, arms, arms))
    basis[:, :, 0] = 1.0
    basis[:, 1:, 1:] = tau[:, None, None] * mixing(arms)
    if weight.ndim == 3:
        outer = (basis[:, :, :, None] * basis[:, :, None, :]).reshape(points, arms, -1)
        precision = np.moveaxis(
            (weight @ outer).reshape(points, studies, arms, arms), (2, 3), (0, 1)
        )
        precision = np.ascontiguousarray(precision)
    else:
        precision = np.einsum("kai,ksab,kbj->ijks", basis, weight, basis, optimize=True)
    precision[0, 0] += level_precision
    for i in range(1, arms):
        precision[i, i] += 1.0
    lower = _cholesky(precision)
    unknowns = np.zeros((arms, arms, points, studies))  # R = L^-T, upper triangular
    for j in range(arms):
        unknowns[j, j] = 1 / lower[j, j]
        for i in range(j):
            inner = (unknowns[i, i:j] * lower[j, i:j]).sum(axis=0)
            unknowns[i, j] = -inner / lower[j, j]
    pulls = np.zeros_like(unknowns)
    inverse = np.linalg.inv(mixing(arms))
    pulls[1:] = np.tensordot(inverse, unknowns[1:], axes=1) / tau[:, None]
    pulls[0] = level_precision * unknowns[0] - pulls[1:].sum(axis=0)
    spread = np.tensordot(mixing(arms), unknowns[1:], axes=1) * tau[:, None]
    predictors = np.repeat(unknowns[:1], arms, axis=0)
    predictors[1:] += spread
    return Roots(
        np.ascontiguousarray(np.moveaxis(predictors, (0, 1), (2, 3))),
        np.ascontiguousarray(np.moveaxis(pulls, (0, 1), (2, 3))),
        np.ascontiguousarray(np.moveaxis(unknowns, (0, 1), (2, 3))),
    )


def _cholesky(matrix: Floats) -> Floats:
    """Factor small matrices (D, D, ...), one place at a time over all of them at once."""
    lower = np.zeros_like(matrix)
    for j in range(len(matrix)):
        lower[j, j] = np.sqrt(matrix[j, j] - (lower[j, :j] ** 2).sum(axis=0))
        for i in range(j + 1, len(matrix)):
            inner = (lower[i, :j] * lower[j, :j]).sum(axis=0)
            lower[i, j] = (matrix[i, j] - inner) / lower[j, j]
    return lower


def contribution_at_nodes(
    beyond: Floats, scores: Floats, nodes: Nodes, pulls: Floats, spread: Floats | None
) -> Contribution:
    """Return what a block contributes, less its Laplace value.

    `beyond` (K, S, n): log of the integrand over its Gaussian approximation, without weights;
    `scores` (K, S, A, n) of the data at the nodes; `pulls` (K, S, A, D).
    """
    mass, log_integral = normalised(beyond + nodes.log_weights)
    d = len(nodes.points)
    x = mass @ nodes.powers
    weighted = scores * mass[..., None, :]
    mean = weighted.sum(axis=-1)
    gx = weighted @ nodes.powers
    mean_x, square_x = x[..., :d], x[..., d:].reshape(*x.shape[:-1], d, d)
    first = gx[..., :d] - mean[..., None] * mean_x[..., None, :]
    information = -(first[..., :, None, :] * pulls[..., None, :, :]).sum(axis=-1)
    information = 0.5 * (information + np.swapaxes(information, -1, -2))
    third = None
    if spread is not None:
        # E[g~ x~ x~'] = E[g~ x x'] - E[g~ x] E[x]' - E[x] E[g~ x]', met with V' G V
        met = np.einsum("ksai,ksab,ksbj->ksij", pulls, spread, pulls, optimize=True)
        second = gx[..., d:] - mean[..., None] * square_x.reshape(*x.shape[:-1], 1, d * d)
        third = (second * met.reshape(*x.shape[:-1], 1, d * d)).sum(axis=-1)
        turned = (met * mean_x[..., None, :]).sum(axis=-1)
        third -= 2 * (first * turned[..., None, :]).sum(axis=-1)
    return Contribution(log_integral, mean, information, third)


def normalised(log_mass: Floats) -> tuple[Floats, Floats]:
    """Return weights that sum to one over the last axis, and the log of their sum before."""
    top = log_mass.max(axis=-1)
    mass = np.exp(log_mass - top[..., None])
    total = mass.sum(axis=-1)
    mass /= total[..., None]
    return mass, top + np.log(total)
