"""Integrate over the between-study SD: composite Gauss-Legendre that refines itself.

Panels double in width from the smallest standard error upwards, as far as the posterior reaches;
each is halved until halving changes nothing that is reported.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, log

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats
from assuage.synthesis.priors import HeterogeneityPrior

NODES = 16
TOLERANCE = 1e-10
_NEGLIGIBLE = 1e-17
_MAX_DOUBLINGS = 120
_MAX_ROUNDS = 40
_X, _W = np.polynomial.legendre.leggauss(NODES)

TestFunctions = Callable[[Floats], tuple[Floats, Floats]]
"""tau (K,) -> log likelihood (K,), further functions of tau to integrate (K, M)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TauGrid:
    """The posterior of tau on its panels.

    `edges` (P + 1,) are contiguous; `tau` and `weights` (P * NODES,) are ordered, weights sum to
    one. `log_integral` is the log marginal likelihood. `bound` is the largest relative change of
    the mass, of tau's and of the effects' first two moments when every panel was last halved.
    """

    edges: Floats
    tau: Floats
    weights: Floats
    log_integral: float
    bound: float

    def quantile(self, p: float) -> float:
        """Return tau's quantile: each panel's density is the polynomial through its nodes."""
        mass = self.weights.reshape(-1, NODES)
        below = np.concatenate([[0.0], np.cumsum(mass.sum(axis=1))])
        panel = int(np.clip(np.searchsorted(below, p, side="right") - 1, 0, len(mass) - 1))
        legendre = np.polynomial.legendre.legvander(_X, NODES - 1)
        coefficients: list[float] = (mass[panel] @ legendre).tolist()
        low, high = -1.0, 1.0
        for _ in range(80):
            middle = 0.5 * (low + high)
            reached = below[panel] + _integral_to(middle, coefficients)
            low, high = (middle, high) if reached < p else (low, middle)
        left, right = float(self.edges[panel]), float(self.edges[panel + 1])
        return left + 0.5 * (low + 1) * (right - left)


def _integral_to(z: float, coefficients: list[float]) -> float:
    """Integrate sum of (j + 1/2) c_j P_j from -1 to z: (2 j + 1) P_j integrates to
    P_(j+1) - P_(j-1). By recurrence in plain floats: it runs in a bisection, a value a time."""
    total = coefficients[0] * (z + 1)
    before, now = 1.0, z
    for j in range(1, len(coefficients)):
        after = ((2 * j + 1) * z * now - j * before) / (j + 1)
        total += coefficients[j] * (after - before)
        before, now = now, after
    return 0.5 * total


@dataclass(slots=True, eq=False)
class _Panel:
    """One evaluated panel: nodes, log of (likelihood x prior x rule weight), and functions."""

    low: float
    high: float
    log_mass: Floats
    functions: Floats

    def integrals(self, offset: float) -> Floats:
        """Integrals of 1, tau, tau^2 and the functions, over exp(offset)."""
        return np.exp(self.log_mass - offset) @ self.functions


def integrate(test: TestFunctions, prior: HeterogeneityPrior, *, start: float) -> TauGrid:
    """Return the posterior of tau, converged to TOLERANCE relative to its moments.

    `start` is the width of the first panel. Raises NetworkError when the tail never falls off.
    """
    scale = getattr(prior, "scale", inf)
    active = _reach(test, prior, min(start, scale))
    done: list[_Panel] = []
    changes: list[Floats] = []
    for _ in range(_MAX_ROUNDS):
        halves = _evaluate(test, prior, [edge for panel in active for edge in _halved(panel)])
        offset = max(float(p.log_mass.max()) for p in [*done, *halves])
        size = _sizes(np.sum([p.integrals(offset) for p in [*done, *halves]], axis=0))
        waiting: list[_Panel] = []
        for panel, left, right in zip(active, halves[::2], halves[1::2], strict=True):
            finer = left.integrals(offset) + right.integrals(offset)
            change = np.abs(panel.integrals(offset) - finer) / size
            if change.max() <= TOLERANCE:
                done += [left, right]
                changes.append(change)
            else:
                waiting += [left, right]
        active = waiting
        if not active:
            return _grid(done, float(np.sum(changes, axis=0).max()))
    raise NetworkError("The integral over the heterogeneity does not converge; check the prior.")


def _halved(panel: _Panel) -> tuple[tuple[float, float], tuple[float, float]]:
    middle = 0.5 * (panel.low + panel.high)
    return (panel.low, middle), (middle, panel.high)


def _sizes(integrals: Floats) -> Floats:
    """What a change is measured against: a mean against the root of its second moment."""
    mass, effects = integrals[:3], integrals[3:]
    half = len(effects) // 2
    spread = np.sqrt(effects[half:] * mass[0])
    return np.concatenate([mass, spread, effects[half:]])


def _evaluate(
    test: TestFunctions, prior: HeterogeneityPrior, edges: list[tuple[float, float]]
) -> list[_Panel]:
    """Evaluate all panels in one call."""
    low, high = np.array(edges).T
    half = 0.5 * (high - low)
    tau = (low[:, None] + half[:, None] * (_X + 1)).ravel()
    log_likelihood, functions = test(tau)
    log_rule = (np.log(half)[:, None] + np.log(_W)).ravel()
    log_mass = log_likelihood + prior.log_density(tau) + log_rule
    powers = np.stack([np.ones_like(tau), tau, tau**2], axis=1)
    functions = np.concatenate([powers, functions], axis=1)
    return [
        _Panel(a, b, log_mass[i : i + NODES], functions[i : i + NODES])
        for i, (a, b) in zip(range(0, len(tau), NODES), edges, strict=True)
    ]


def _reach(test: TestFunctions, prior: HeterogeneityPrior, start: float) -> list[_Panel]:
    """Double panels to the right until the last adds nothing to mass or second moment."""
    edges, panels = [0.0, start], list[_Panel]()
    for _ in range(_MAX_DOUBLINGS):
        right = min(edges[-1], prior.upper)
        panels += _evaluate(test, prior, [(edges[-2], right)])
        offset = max(float(p.log_mass.max()) for p in panels)
        parts = np.array([p.integrals(offset) for p in panels])[:, [0, 2]]
        ends = right >= prior.upper or bool(
            (parts[-1] <= _NEGLIGIBLE * parts.sum(axis=0)).all() and len(panels) > 4
        )
        if ends:
            return panels
        edges.append(edges[-1] * 2)
    raise NetworkError(
        "The trials and the prior leave the heterogeneity without a finite variance: there are too "
        "few trials for a heavy-tailed prior with flat effects. Choose a half-normal prior."
    )


def _grid(panels: list[_Panel], bound: float) -> TauGrid:
    ordered = sorted(panels, key=lambda p: p.low)
    log_mass = np.concatenate([p.log_mass for p in ordered])
    offset = float(log_mass.max())
    mass = np.exp(log_mass - offset)
    return TauGrid(
        edges=np.array([ordered[0].low, *(p.high for p in ordered)]),
        tau=np.concatenate([p.functions[:, 1] for p in ordered]),
        weights=mass / mass.sum(),
        log_integral=offset + log(float(mass.sum())),
        bound=bound,
    )


def condense(grid: TauGrid, points: int) -> tuple[Floats, Floats]:
    """Return few taus, with weights, that stand for the whole posterior of tau.

    The Gauss rule of the posterior in u = tau / (tau + median): exact for polynomials in u to
    degree 2 points - 1. Effects given tau are smooth in u, and no tail runs off to infinity.
    """
    median = grid.quantile(0.5)
    keep = grid.weights > _NEGLIGIBLE
    tau = grid.tau[keep]
    u, weights = _gauss_rule(tau / (tau + median), grid.weights[keep], points)
    return median * u / (1 - u), weights


def _gauss_rule(x: Floats, weights: Floats, points: int) -> tuple[Floats, Floats]:
    """Return the Gauss rule of a discrete measure on [0, 1).

    Lanczos with full reorthogonalisation gives the Jacobi matrix; its eigenvalues are the nodes
    (Golub and Welsch, Math Comp 1969;23:221-230).
    """
    basis = [np.sqrt(weights / weights.sum())]
    diagonal: list[float] = []
    beside: list[float] = []
    for _ in range(points):
        vector = x * basis[-1]
        diagonal.append(float(vector @ basis[-1]))
        for _ in range(2):
            for known in basis:
                vector = vector - (vector @ known) * known
        beside.append(float(np.linalg.norm(vector)))
        basis.append(vector / beside[-1])
    off = beside[: points - 1]
    nodes, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(off, 1) + np.diag(off, -1))
    return np.maximum(nodes, 0.0), vectors[0] ** 2 / float((vectors[0] ** 2).sum())
