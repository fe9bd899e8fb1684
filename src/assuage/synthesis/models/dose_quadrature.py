"""Several ED50s at once: points of a fixed low-discrepancy sequence where the posterior is.

A product rule grows as a power of the number of agents. Instead the joint mode of the
hyperparameters is climbed to, a t distribution put there with the curvature found, and its points
weighted by what the posterior has over it (importance sampling without chance). Each round starts
from the moments of the one before, until they fit.
"""

from dataclasses import dataclass, replace
from math import lgamma, log, pi

import numpy as np
from scipy.special import gammaincinv, ndtr

from assuage.errors import NetworkError
from assuage.evidence.network import Floats
from assuage.synthesis.latent.features import Ints
from assuage.synthesis.latent.hyper import Weighted
from assuage.synthesis.latent.model import log_prior
from assuage.synthesis.latent.newton import Conditional, refine, rough
from assuage.synthesis.latent.problem import Problem
from assuage.synthesis.mixture import GaussianMixture

_FREEDOM = 6.0
_SCOUTS, _POINTS = 256, 512
"""With so many points the SD of a log ED50 is right to about 4%, of an effect to 1 or 2%."""
_MOST_ROUNDS = 6
_SETTLED = 0.35
"""Effective share of the scouts at which the next round is the last."""
_LEAST_EFFECTIVE = 40.0
_NEGLIGIBLE = 9.0
_BATCH = 64
_STEPS = 25


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Space:
    """The hyperparameters' domain. To climb, a scale is taken as folded at zero, where its density
    is smooth; points below zero do not count."""

    problem: Problem
    scales: tuple[bool, ...]
    upper: Floats

    @classmethod
    def of(cls, problem: Problem) -> "_Space":
        hyper = problem.model.hyperparameters
        return cls(
            problem=problem,
            scales=tuple(h.scale for h in hyper),
            upper=np.array([h.upper for h in hyper]),
        )

    def inside(self, z: Floats) -> Ints:
        """Return the places of the points (K, P) within all bounds."""
        lowest = np.where(self.scales, 0.0, -np.inf)
        return np.flatnonzero(np.all((z < self.upper) & (z > lowest), axis=1))

    def density(self, z: Floats) -> tuple[Floats, Conditional]:
        """Return the rough log posterior density (K,) of the folded z, and the solutions."""
        psi = np.minimum(np.where(self.scales, np.abs(z), z), self.upper * (1 - 1e-9))
        parts = [rough(self.problem, psi[k : k + _BATCH]) for k in range(0, len(psi), _BATCH)]
        found = _joined(parts)
        return found.log_marginal + log_prior(self.problem.model, psi), found


def integrate_many(problem: Problem) -> Weighted:
    """Return the posterior of the hyperparameters, as solved and weighted points.

    Raises NetworkError when the points would stand for too few.
    """
    space = _Space.of(problem)
    centre, covariance = _mode(space)
    for _ in range(_MOST_ROUNDS):
        z, log_density, _, log_proposal = _round(space, centre, covariance, _SCOUTS)
        log_weight = log_density - log_proposal
        settled = _effective(log_weight) > _SETTLED * _SCOUTS
        weights = _tempered(log_weight)
        centre = weights @ z
        covariance = (weights[:, None] * (z - centre)).T @ (z - centre)
        if settled:
            break
    z, log_density, found, log_proposal = _round(space, centre, covariance, _POINTS)
    log_weight = log_density - log_proposal
    keep = np.flatnonzero(log_weight > log_weight.max() - _NEGLIGIBLE)
    fine = _joined(
        [refine(problem, found.at(keep[k : k + _BATCH])) for k in range(0, len(keep), _BATCH)]
    )
    log_rule = log_density[keep] - found.log_marginal[keep] - log_proposal[keep] - log(_POINTS)
    log_mass = fine.log_marginal + log_rule
    weights = _shares(log_mass)
    effective = _effective(log_mass)
    if effective < _LEAST_EFFECTIVE:
        raise NetworkError(
            f"The {len(space.scales)} hyperparameters' posterior is too odd in shape for its "
            f"quadrature ({effective:.0f} effective points of {len(z)}). Share the ED50 among "
            "agents or within classes, or state a tighter prior of the ED50."
        )
    top = float(log_mass.max())
    return Weighted(
        conditional=fine, weights=weights, log_rule=log_rule,
        log_integral=top + log(float(np.exp(log_mass - top).sum())), axes=(),
        place=np.zeros((len(weights), 0), dtype=np.int64),
    )  # fmt: skip


def _round(
    space: _Space, centre: Floats, covariance: Floats, count: int
) -> tuple[Floats, Floats, Conditional, Floats]:
    """Return points z, their log densities and solutions, and the proposal's log densities."""
    p = len(centre)
    standard = GaussianMixture(
        reference="", names=tuple(str(j) for j in range(p + 1)), weights=np.ones(1),
        means=np.zeros((1, p + 1)), covariances=np.eye(p + 1)[None], heterogeneity=np.zeros(1),
    )  # fmt: skip
    normals = standard.draws(count // 2)
    stretch = np.sqrt(gammaincinv(_FREEDOM / 2, ndtr(normals[:, p])) * 2 / _FREEDOM)
    steps = normals[:, :p] / stretch[:, None]
    steps = np.concatenate([steps, -steps])
    factor = np.linalg.cholesky(covariance)
    z = centre + steps @ factor.T
    log_proposal = (
        lgamma((_FREEDOM + p) / 2) - lgamma(_FREEDOM / 2) - 0.5 * p * log(_FREEDOM * pi)
        - np.log(np.diagonal(factor)).sum()
        - 0.5 * (_FREEDOM + p) * np.log1p((steps**2).sum(axis=1) / _FREEDOM)
    )  # fmt: skip
    within = space.inside(z)
    z, log_proposal = z[within], log_proposal[within]
    log_density, found = space.density(z)
    return z, log_density, found, log_proposal


def _mode(space: _Space) -> tuple[Floats, Floats]:
    """Climb to the mode by Newton's steps on finite differences; return it and the covariance."""
    hyper = space.problem.model.hyperparameters
    z = np.array([0.5 * h.start if h.scale else h.start for h in hyper])
    p, h = len(z), 0.2 * np.array([h.step for h in hyper])
    eye = np.diag(h)
    pairs = [(i, j) for i in range(p) for j in range(i)]
    probes = np.array([np.zeros(p), *eye, *-eye, *(eye[i] + eye[j] for i, j in pairs)])
    covariance, wide = np.eye(p), 5 * h
    for _ in range(_STEPS):
        value, _ = space.density(z + probes)
        up, down = value[1 : p + 1], value[p + 1 : 2 * p + 1]
        slope = (up - down) / (2 * h)
        bend = np.diag((up - 2 * value[0] + down) / h**2)
        for (i, j), both in zip(pairs, value[2 * p + 1 :], strict=True):
            bend[i, j] = bend[j, i] = (both - up[i] - up[j] + value[0]) / (h[i] * h[j])
        steps = np.outer(wide, wide)
        values, vectors = np.linalg.eigh(-bend * steps)
        covariance = vectors @ np.diag(1 / np.clip(values, 0.5, None)) @ vectors.T * steps
        step = covariance @ slope
        step /= max(1.0, float(np.abs(step / wide).max()))
        trials = z + step * np.array([1.0, 0.5, 0.2, 0.05])[:, None]
        heights, _ = space.density(trials)
        trials, heights = np.concatenate([trials, z + probes]), np.concatenate([heights, value])
        best = int(np.argmax(heights))
        if heights[best] < value[0] + 1e-3:
            break
        z = trials[best]
    return np.where(space.scales, np.abs(z), z), covariance


def _shares(log_mass: Floats) -> Floats:
    mass = np.exp(log_mass - log_mass.max())
    return mass / mass.sum()


def _effective(log_mass: Floats) -> float:
    return 1 / float((_shares(log_mass) ** 2).sum())


def _tempered(log_mass: Floats) -> Floats:
    """Return shares, flattened as much as it takes for moments to mean something."""
    power = 1.0
    while power > 0.02 and _effective(power * log_mass) < _LEAST_EFFECTIVE:
        power *= 0.7
    return _shares(power * log_mass)


def _joined(parts: list[Conditional]) -> Conditional:
    if len(parts) == 1:
        return parts[0]
    first = parts[0]
    eta = tuple(
        np.concatenate([part.start.eta[b] for part in parts]) for b in range(len(first.start.eta))
    )
    return replace(
        first,
        psi=np.concatenate([part.psi for part in parts]),
        mode=np.concatenate([part.mode for part in parts]),
        shift=np.concatenate([part.shift for part in parts]),
        covariance=np.concatenate([part.covariance for part in parts]),
        log_marginal=np.concatenate([part.log_marginal for part in parts]),
        start=replace(first.start, eta=eta),
    )
