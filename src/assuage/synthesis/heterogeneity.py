"""How much the true effects of trials differ beyond chance: tau², Q and I².

DL is the generalised method of moments for networks (Jackson, White, Riley, Stat Med
2012;31:3805-3820; Rücker and Schwarzer's netmeta uses the same); PM solves Q(tau²) = df (Paule,
Mandel 1982); ML and REML are the exact (restricted) likelihood with the full covariance of
multi-arm trials, by the root of its score in the best region of the likelihood.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Any, Literal, cast

import numpy as np
from scipy import optimize

from assuage.evidence.network import Floats
from assuage.synthesis.design import Design

TauMethod = Literal["DL", "REML", "ML", "PM"]
_GRID = np.concatenate([[0.0], np.geomspace(1e-5, 1.0, 11)])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """Weighted least squares at a given tau²: p effects versus the reference, and R rows."""

    tau2: float
    weights: Floats
    effects: Floats
    covariance: Floats
    residuals: Floats

    @property
    def q(self) -> float:
        """The weighted sum of squared residuals."""
        return float(self.weights @ self.residuals**2)


def solve(design: Design, tau2: float) -> Solution:
    """Return the generalised least-squares estimate of all basic parameters given tau²."""
    p = design.parameters
    weights = 1 / (design.variances + tau2)
    covariance = np.linalg.inv((design.squares.T @ weights).reshape(p, p))
    effects = covariance @ (design.x.T @ (weights * design.y))
    return Solution(
        tau2=tau2,
        weights=weights,
        effects=effects,
        covariance=(covariance + covariance.T) / 2,
        residuals=design.y - design.x @ effects,
    )


def leverages(design: Design, covariance: Floats) -> Floats:
    """Return x_r' C x_r for each row r: the variance of its fitted value."""
    return design.squares @ covariance.ravel()


def estimate_tau2(design: Design, method: TauMethod) -> float:
    """Return tau² (analysis scale, squared), zero when there is no heterogeneity to see.

    With as many rows as parameters nothing can be estimated, and zero is returned.
    """
    if design.df <= 0:
        return 0.0
    if method == "DL":
        return _moments(design)
    top = _upper_bound(design)
    if top <= 0:
        return 0.0
    if method == "PM":
        return falling_root(lambda t: solve(design, t).q - design.df, 0.0, top)
    return _likeliest(design, _GRID * top, restricted=method == "REML")


def _likeliest(design: Design, grid: Floats, *, restricted: bool) -> float:
    """The maximum next to the best grid point, as the root of the score.

    The likelihood may have several maxima; the grid finds the region of the highest.
    """
    best = int(np.argmax(log_likelihoods(design, grid, restricted=restricted)))
    at = float(grid[best])

    def score(tau2: float) -> float:
        return _score(design, tau2, restricted)

    if best == 0 or score(at) > 0:
        return falling_root(score, at, float(grid[min(best + 1, grid.size - 1)]))
    low = float(grid[best - 1])
    while score(low) <= 0 and at - low > 1e-12 * at:
        low = (low + at) / 2
    return falling_root(score, low, at)


def falling_root(f: Callable[[float], float], low: float, high: float) -> float:
    """Return the root of a function that falls through zero between low and high (or beyond it);
    low if it starts below zero (there the best value lies at the edge)."""
    at_low = f(low)
    if at_low <= 0:
        return low
    while f(high) > 0:
        high *= 2
    brentq = cast("Any", optimize).brentq  # scipy ships no types for it
    return float(brentq(f, low, high, xtol=1e-15 * high, rtol=1e-14))


def _moments(design: Design) -> float:
    fit = solve(design, 0.0)
    used = fit.weights**2 @ leverages(design, fit.covariance)
    return max(0.0, (fit.q - design.df) / float(fit.weights.sum() - used))


def _upper_bound(design: Design) -> float:
    """A tau² at which the scores of ML and REML, and Q - df, are surely negative.

    With s the unweighted residual mean square and v the largest sampling variance, the score is
    below zero once t² > s (t + v).
    """
    p = design.parameters
    ones = np.ones_like(design.y)
    ordinary: Floats = np.linalg.solve(
        (design.squares.T @ ones).reshape(p, p), design.x.T @ design.y
    ).astype(float, copy=False)
    s = float(np.sum((design.y - design.x @ ordinary) ** 2)) / design.df
    return (s + sqrt(s * s + 4 * s * float(design.variances.max()))) / 2


def log_likelihoods(design: Design, tau2: Floats, *, restricted: bool) -> Floats:
    """Return the (restricted) log-likelihood at each tau² (g,), up to a constant."""
    p = design.parameters
    weights = 1 / (design.variances[:, None] + tau2)
    information = (design.squares.T @ weights).T.reshape(-1, p, p)
    scores = (design.x.T @ (weights * design.y[:, None])).T
    explained = (scores * np.linalg.solve(information, scores[:, :, None])[:, :, 0]).sum(axis=1)
    value = np.log(weights).sum(axis=0) - design.y**2 @ weights + explained
    if restricted:
        value -= np.linalg.slogdet(information)[1]
    return value / 2


def _score(design: Design, tau2: float, restricted: bool) -> float:
    fit = solve(design, tau2)
    w = fit.weights
    value = (w * fit.residuals) @ (w * fit.residuals) - w.sum()
    if restricted:
        value += w**2 @ leverages(design, fit.covariance)
    return float(value) / 2


def i_squared(q: float, df: int) -> float:
    """Return the share of variation beyond chance (0 to 1); nan without degrees of freedom."""
    if df <= 0:
        return float("nan")
    return max(0.0, (q - df) / q) if q > 0 else 0.0


def i_squared_interval(q: float, df: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Return the test-based interval of I² (Higgins, Thompson, Stat Med 2002;21:1539-1558).

    With fewer than two degrees of freedom the method says nothing: (nan, nan).
    """
    if df < 2:
        return (float("nan"), float("nan"))
    if q > df + 1:
        se = 0.5 * (log(q) - log(df)) / (sqrt(2 * q) - sqrt(2 * df - 1))
    else:
        se = sqrt(1 / (2 * (df - 1)) * (1 - 1 / (3 * (df - 1) ** 2)))
    log_h = 0.5 * log(q / df) if q > df else 0.0
    low, high = (max(1.0, exp(log_h + side * z * se)) for side in (-1, 1))
    return (1 - 1 / low**2, 1 - 1 / high**2)
