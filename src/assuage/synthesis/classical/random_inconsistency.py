"""Inconsistency as one more variance: design-by-treatment interactions drawn at random.

Jackson, Barrett, Rice, White, Higgins, Stat Med 2014;33:3639-3654: trials vary about their design's
effects by tau², designs about the consistent effects by omega², both with the covariance of
contrasts that share an arm.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from scipy import optimize

from assuage.evidence.network import Floats, Network
from assuage.synthesis.classical.designs import (
    block_covariance,
    contrast_matrix,
    design_contrasts,
    pool_designs,
    regression,
    restricted_constant,
)
from assuage.synthesis.design import Design, build_design
from assuage.synthesis.heterogeneity import solve

_GRID = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0)
_SAME = 1e-10
"""A difference in log-likelihood that is none."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RandomInconsistency:
    """`tau2` and `omega2` are heterogeneity and inconsistency variances (REML); `estimates` (n,)
    and `covariance` (n, n) the consistent effects versus the reference, averaged over designs.
    `log_likelihood` is restricted, for contrasts as data, without metafor's term in X'X."""

    treatments: tuple[str, ...]
    reference: str
    tau2: float
    omega2: float
    estimates: Floats
    covariance: Floats
    log_likelihood: float


def random_inconsistency(network: Network) -> RandomInconsistency:
    """Fit by restricted maximum likelihood.

    Raises NetworkError when the network is not connected. Where no design has two trials, or no
    two designs speak of the same comparison, the likelihood cannot tell the variances apart.
    """
    design = build_design(network)
    own = design_contrasts(network, design)
    within = regression(design, own, tuple(f"contrast {i}" for i in range(own.shape[1])))
    scale = float(np.median(design.variances)) + float(np.var(design.y))

    def minus(tau: float, omega: float) -> float:
        return -_log_likelihood(network, design, within, tau**2 * scale, omega**2 * scale)

    tau2, omega2 = (sd**2 * scale for sd in _lowest(minus))
    effects, covariance, _ = _between(network, design, tau2, omega2)
    n, reference = len(network.treatments), design.reference
    others = np.delete(np.arange(n), reference)
    full, spread = np.zeros(n), np.zeros((n, n))
    full[others] = effects
    spread[np.ix_(others, others)] = covariance
    return RandomInconsistency(
        treatments=network.treatments,
        reference=network.reference,
        tau2=tau2,
        omega2=omega2,
        estimates=full,
        covariance=spread,
        log_likelihood=_log_likelihood(network, design, within, tau2, omega2),
    )


def _lowest(f: Callable[[float, float], float]) -> tuple[float, float]:
    """The lowest point of a function of two SDs, either of which may be zero.

    A grid finds the region; an SD is set to zero unless that makes the function worse.
    """
    grid = [(f(a, b), a, b) for a in _GRID for b in _GRID]
    _, a, b = min(grid)
    minimize = cast("Any", optimize).minimize  # scipy ships no types for it

    def at(point: Floats) -> float:
        return f(abs(float(point[0])), abs(float(point[1])))

    simplex = [[a, b], [a * 1.2 + 0.05, b], [a, b * 1.2 + 0.05]]
    inside: list[float] = minimize(
        at,
        [a, b],
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-13, "maxiter": 1000, "initial_simplex": simplex},
    ).x.tolist()
    points = [
        (0.0, 0.0),
        (_lowest_of_one(lambda x: f(x, 0.0), a), 0.0),
        (0.0, _lowest_of_one(lambda x: f(0.0, x), b)),
        (abs(inside[0]), abs(inside[1])),
    ]
    best = min(f(*point) for point in points)
    return next(point for point in points if f(*point) <= best + _SAME)


def _lowest_of_one(f: Callable[[float], float], near: float) -> float:
    minimize = cast("Any", optimize).minimize_scalar  # scipy ships no types for it
    top = max(2 * near, 1.0)
    found = minimize(f, bounds=(0.0, top), method="bounded", options={"xatol": 1e-10})
    return float(found.x)


def _between(
    network: Network, design: Design, tau2: float, omega2: float
) -> tuple[Floats, Floats, float]:
    """Effects, their covariance and the restricted log-likelihood of the pooled designs."""
    designs = pool_designs(network, design, tau2)
    x = np.delete(contrast_matrix(designs, len(network.treatments)), design.reference, axis=1)
    y = np.concatenate([own.effects for own in designs])
    total = block_covariance(designs)
    start = 0
    for own in designs:
        stop = start + own.effects.size
        total[start:stop, start:stop] += omega2 * (np.eye(stop - start) + 1) / 2
        start = stop
    inverse = np.linalg.inv(total)
    information = x.T @ inverse @ x
    covariance = np.linalg.inv(information)
    effects = covariance @ x.T @ inverse @ y
    left = y - x @ effects
    sizes = np.linalg.slogdet(total)[1] + np.linalg.slogdet(information)[1]
    value = -0.5 * (
        float(sizes + left @ inverse @ left) + (y.size - len(effects)) * np.log(2 * np.pi)
    )
    return effects, (covariance + covariance.T) / 2, value


def _log_likelihood(
    network: Network, design: Design, within: Design, tau2: float, omega2: float
) -> float:
    """The trials about their designs, times the designs about the consistent effects."""
    fit = solve(within, tau2)
    free = design.y.size - within.parameters
    spread = -np.log(fit.weights).sum() - np.linalg.slogdet(fit.covariance)[1]
    inner = -0.5 * (float(spread) + fit.q + free * np.log(2 * np.pi))
    inner += restricted_constant(design)
    return inner + _between(network, design, tau2, omega2)[2]
