"""Quadrature over hyperparameters: few points, placed where the posterior is.

The mass of each point is known only by solving for the coefficients there, so points are precious.
A rough pass (Laplace, from wide to narrow) finds where the posterior lives; a Gauss-Legendre rule
then covers it. A scale is taken as u = tau / (tau + c), which is smooth at 0 and turns any tail
into a bounded piece; with several hyperparameters the rule is their product, less what is
negligible.
"""

from dataclasses import dataclass
from math import inf, log

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats
from assuage.synthesis.latent.model import Hyperparameter, log_prior
from assuage.synthesis.latent.newton import Conditional, solve
from assuage.synthesis.latent.problem import Problem

_REACH = 22.0
"""Log density, tail moments included, below its top at which a scale's range ends."""
_FAR = 12
_SLOWEST_FALL = -0.5
_SIDE = 12.5
"""The same for each side of one of several hyperparameters (five SDs of a normal)."""
_NEGLIGIBLE = 13.0
"""Points of a product rule whose rough log mass is so far below the largest are left out."""
_MAX_ROUNDS = 40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weighted:
    """Solved points with their posterior weights (K,), which sum to one.

    `log_rule` (K,) is log of (rule weight x prior density); `log_integral` the log marginal
    likelihood.
    """

    conditional: Conditional
    weights: Floats
    log_rule: Floats
    log_integral: float


def integrate(problem: Problem, points: int) -> Weighted:
    """Return the posterior of the hyperparameters on a rule of `points` a dimension."""
    hyper = problem.model.hyperparameters
    if not hyper:
        found = solve(problem, np.zeros((1, 0)))
        return Weighted(
            conditional=found, weights=np.ones(1), log_rule=np.zeros(1),
            log_integral=float(found.log_marginal[0]),
        )  # fmt: skip
    if len(hyper) == 1:
        return _weigh(problem, *_line(problem, hyper[0], points))
    return _weigh(problem, *_product(problem, points))


def _weigh(
    problem: Problem, psi: Floats, log_rule: Floats, near: Conditional | None
) -> Weighted:
    start = None
    if near is not None:
        scale = np.maximum(np.std(near.psi, axis=0), 1e-12)
        distance = np.abs((psi[:, None, :] - near.psi[None]) / scale).sum(axis=-1)
        start = near.start.at(np.argmin(distance, axis=1))
    found = solve(problem, psi, start)
    log_rule = log_rule + log_prior(problem.model, psi)
    log_mass = found.log_marginal + log_rule
    top = float(log_mass.max())
    mass = np.exp(log_mass - top)
    return Weighted(
        conditional=found,
        weights=mass / mass.sum(),
        log_rule=log_rule,
        log_integral=top + float(np.log(mass.sum())),
    )


def _rough(problem: Problem, psi: Floats) -> tuple[Floats, Conditional]:
    found = solve(problem, psi, rough=True)
    return found.log_marginal + log_prior(problem.model, psi), found


def _line(
    problem: Problem, hyper: Hyperparameter, points: int
) -> tuple[Floats, Floats, Conditional | None]:
    """Return nodes (K, 1) and log weights (K,) for a single hyperparameter."""
    if not hyper.scale:
        return _product(problem, points)
    x, w = np.polynomial.legendre.leggauss(points)
    reach, centre, near = _reach(problem, hyper)
    end = reach / (reach + centre) if reach < inf else 1.0
    u = 0.5 * end * (x + 1)
    psi = centre * u / (1 - u)
    log_rule = np.log(0.5 * end * w) + np.log(centre) - 2 * np.log1p(-u)
    return psi[:, None], log_rule, near


def _reach(problem: Problem, hyper: Hyperparameter) -> tuple[float, float, Conditional]:
    """Return how far a scale reaches, a typical value, and the rough solutions on the way.

    The tail must be negligible even in the second moment of what the scale spreads. One that falls
    as a power, fast enough for that moment to exist, is followed to infinity.
    """
    grid = hyper.start * 2.0 ** np.arange(-4, 5)
    grid = grid[grid < hyper.upper]
    if not grid.size:
        grid = np.array([0.5 * hyper.upper])
    log_density, near = _rough(problem, grid[:, None])
    while True:
        tail = log_density + 3 * np.log(grid)
        ends = tail[-1] < tail.max() - _REACH or grid[-1] * 2 >= hyper.upper
        far = grid[-1] > hyper.start * 2.0**_FAR
        if ends or far:
            break
        further = grid[-1] * 2.0 ** np.arange(1, 4)
        further = further[further < hyper.upper]
        more, _ = _rough(problem, further[:, None])
        grid, log_density = np.concatenate([grid, further]), np.concatenate([log_density, more])
    if far and not ends and (tail[-1] - tail[-2]) / log(2) > _SLOWEST_FALL:
        raise NetworkError(
            f"The trials and the prior leave {hyper.name} without a finite variance: there are "
            "too few trials for a heavy-tailed prior with flat effects. Choose a half-normal prior."
        )
    beyond = int(np.flatnonzero(tail > tail.max() - _REACH)[-1]) + 1
    reach = hyper.upper if beyond >= len(grid) else min(float(grid[beyond]), hyper.upper)
    log_mass = log_density + np.log(grid)
    mass = np.exp(log_mass - float(log_mass.max()))
    return reach, float(np.exp(mass @ np.log(grid) / mass.sum())), near


def _product(problem: Problem, points: int) -> tuple[Floats, Floats, Conditional | None]:
    """Return a product rule over all hyperparameters, less its negligible points."""
    hyper = problem.model.hyperparameters
    mode, near = _climb(problem)
    x, w = np.polynomial.legendre.leggauss(points)
    axes, rules = list[Floats](), list[Floats]()
    for j, h in enumerate(hyper):
        low, high = _side(problem, mode, j, -1), _side(problem, mode, j, 1)
        if h.scale and low < 0.35 * mode[j]:
            low = 0.0
        axes.append(low + 0.5 * (high - low) * (x + 1))
        rules.append(np.log(0.5 * (high - low) * w))
    psi = np.stack([g.ravel() for g in np.meshgrid(*axes, indexing="ij")], axis=1)
    log_rule = np.sum([g.ravel() for g in np.meshgrid(*rules, indexing="ij")], axis=0)
    log_density, rough = _rough(problem, psi)
    keep = log_density + log_rule > (log_density + log_rule).max() - _NEGLIGIBLE
    kept = Conditional(
        psi=rough.psi[keep], mode=rough.mode[keep], shift=rough.shift[keep],
        covariance=rough.covariance[keep], log_marginal=rough.log_marginal[keep],
        start=rough.start.at(np.flatnonzero(keep)),
    )  # fmt: skip
    del near
    return psi[keep], log_rule[keep], kept


def _climb(problem: Problem) -> tuple[Floats, Conditional]:
    """Find about where the hyperparameters' posterior is highest: a pattern search, all its
    trial points solved in one batch."""
    hyper = problem.model.hyperparameters
    at = np.array([h.start for h in hyper])
    step = np.array([h.step for h in hyper])
    bounds = _bounds(hyper)
    best, found = _rough(problem, at[None])
    top = float(best[0])
    for _ in range(_MAX_ROUNDS):
        moves = np.concatenate([np.diag(step), -np.diag(step), 0.5 * np.diag(step), -0.5 * np.diag(step)])
        trials = np.clip(at + moves, *bounds)
        values, found = _rough(problem, trials)
        k = int(np.argmax(values))
        if values[k] > top + 1e-3:
            at, top = trials[k], float(values[k])
        elif (step < 0.15 * np.array([h.step for h in hyper])).all():
            break
        else:
            step = 0.5 * step
    return at, found


def _bounds(hyper: tuple[Hyperparameter, ...]) -> tuple[Floats, Floats]:
    low = [1e-6 * h.start if h.scale else h.lower for h in hyper]
    return np.array(low), np.array([h.upper for h in hyper])


def _side(problem: Problem, mode: Floats, j: int, sign: int) -> float:
    """Return where the profile over the other hyperparameters' neighbourhood falls by `_SIDE`.

    Other hyperparameters stay at the mode, so a slope between two of them is allowed for by
    stepping on from where the conditional ends by half its length.
    """
    hyper = problem.model.hyperparameters[j]
    lower = 0.0 if hyper.scale else hyper.lower
    steps = hyper.step * 2.0 ** np.arange(-3, 6)
    line = mode[j] + sign * steps
    line = line[(line > lower) & (line < hyper.upper)]
    edge = lower if sign < 0 else hyper.upper
    if not line.size:
        return edge
    psi = np.repeat(mode[None], len(line) + 1, axis=0)
    psi[1:, j] = line
    values, _ = _rough(problem, psi)
    fallen = np.flatnonzero(values[1:] < values[0] - _SIDE)
    if not fallen.size:
        return float(edge) if np.isfinite(edge) else float(line[-1])
    i = int(fallen[0])
    inner = mode[j] if i == 0 else float(line[i - 1])
    high, low = values[i], values[i + 1]
    share = min(1.0, float((values[0] - _SIDE - high) / (low - high)) if high > low else 1.0)
    end = inner + max(share, 0.0) * (float(line[i]) - inner)
    end = mode[j] + 1.25 * (end - mode[j])
    return float(np.clip(end, lower, hyper.upper if hyper.upper < inf else end))
