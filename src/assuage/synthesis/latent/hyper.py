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
from assuage.synthesis.latent.features import Ints
from assuage.synthesis.latent.model import Hyperparameter, log_prior
from assuage.synthesis.latent.newton import Conditional, refine, rough
from assuage.synthesis.latent.problem import Problem

_REACH = 20.0
"""Log density, tail moments included, below its top at which a scale's range ends."""
_FAR = 12
_SLOWEST_FALL = -0.5
_SIDE = 12.5
"""The same for each side of one of several hyperparameters (five SDs of a normal)."""
_NEGLIGIBLE = 15.0
"""Points whose rough log mass is so far below the largest are left out."""
_MAX_ROUNDS = 40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Axis:
    """Gauss-Legendre nodes of one hyperparameter, even in t on [low, high]: t itself, or the
    scale c t / (1 - t) where a centre c is given."""

    low: float
    high: float
    points: int
    centre: float | None = None

    def value(self, z: Floats) -> Floats:
        """Return the hyperparameter at z in [-1, 1]."""
        t = self.low + 0.5 * (self.high - self.low) * (z + 1)
        return t if self.centre is None else self.centre * t / (1 - t)

    def rule(self) -> tuple[Floats, Floats]:
        """Return nodes and log weights in the hyperparameter itself."""
        z, w = np.polynomial.legendre.leggauss(self.points)
        log_weights = np.log(0.5 * (self.high - self.low) * w)
        if self.centre is not None:
            t = self.low + 0.5 * (self.high - self.low) * (z + 1)
            log_weights = log_weights + log(self.centre) - 2 * np.log1p(-t)
        return self.value(z), log_weights


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weighted:
    """Solved points with their posterior weights (K,), which sum to one.

    `log_rule` (K,) is log of (rule weight x prior density); `log_integral` the log marginal
    likelihood. `axes` are the hyperparameters' nodes and `place` (K, P) each point's among them.
    """

    conditional: Conditional
    weights: Floats
    log_rule: Floats
    log_integral: float
    axes: tuple[Axis, ...]
    place: Ints


def integrate(problem: Problem, points: int) -> Weighted:
    """Return the posterior of the hyperparameters on a rule of `points` a dimension."""
    hyper = problem.model.hyperparameters
    if not hyper:
        found = refine(problem, rough(problem, np.zeros((1, 0))))
        return Weighted(
            conditional=found, weights=np.ones(1), log_rule=np.zeros(1),
            log_integral=float(found.log_marginal[0]), axes=(),
            place=np.zeros((1, 0), dtype=np.int64),
        )  # fmt: skip
    if len(hyper) == 1 and hyper[0].scale:
        (low, high), centre, near = _reach(problem, hyper[0])
        end = high / (high + centre) if high < inf else 1.0
        axis = Axis(low=low / (low + centre), high=end, points=points, centre=centre)
        place = np.arange(points)[:, None]
        return _weigh(problem, (axis,), place, near)
    axes = _sides(problem, points)
    place = np.stack(
        [g.ravel() for g in np.meshgrid(*[np.arange(points)] * len(hyper), indexing="ij")], axis=1
    )
    psi, log_rule = _points(axes, place)
    log_density, near = _rough(problem, psi)
    log_mass = log_density + log_rule
    keep = np.flatnonzero(log_mass > log_mass.max() - _NEGLIGIBLE)
    return _weigh(problem, axes, place[keep], near.at(keep))


def _points(axes: tuple[Axis, ...], place: Ints) -> tuple[Floats, Floats]:
    """Return psi (K, P) and the rule's log weights (K,)."""
    rules = [axis.rule() for axis in axes]
    psi = np.stack([nodes[place[:, j]] for j, (nodes, _) in enumerate(rules)], axis=1)
    log_rule = np.sum([logs[place[:, j]] for j, (_, logs) in enumerate(rules)], axis=0)
    return psi, log_rule


def _weigh(problem: Problem, axes: tuple[Axis, ...], place: Ints, near: Conditional) -> Weighted:
    """Solve at the points, each from the nearest rough solution, and weigh them."""
    psi, log_rule = _points(axes, place)
    scale = np.maximum(np.std(near.psi, axis=0), 1e-12)
    distance = sum(
        np.abs((psi[:, j, None] - near.psi[:, j]) / scale[j]) for j in range(psi.shape[1])
    )
    found = rough(problem, psi, near.start.at(np.argmin(distance, axis=1)))
    log_rule = log_rule + log_prior(problem.model, psi)
    log_mass = found.log_marginal + log_rule
    keep = np.flatnonzero(log_mass > log_mass.max() - _NEGLIGIBLE)
    found, place, log_rule = refine(problem, found.at(keep)), place[keep], log_rule[keep]
    log_mass = found.log_marginal + log_rule
    top = float(log_mass.max())
    mass = np.exp(log_mass - top)
    return Weighted(
        conditional=found,
        weights=mass / mass.sum(),
        log_rule=log_rule,
        log_integral=top + float(np.log(mass.sum())),
        axes=axes,
        place=place,
    )


def _rough(problem: Problem, psi: Floats) -> tuple[Floats, Conditional]:
    found = rough(problem, psi)
    return found.log_marginal + log_prior(problem.model, psi), found


def _reach(
    problem: Problem, hyper: Hyperparameter
) -> tuple[tuple[float, float], float, Conditional]:
    """Return from where to where a scale reaches, a typical value, and rough solutions.

    The tail must be negligible even in the second moment of what the scale spreads. One that falls
    as a power, fast enough for that moment to exist, is followed to infinity.
    """
    grid: Floats = hyper.start * 2.0 ** np.arange(-4.0, 5.0)
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
        further: Floats = grid[-1] * 2.0 ** np.arange(1.0, 4.0)
        further = further[further < hyper.upper]
        more, _ = _rough(problem, further[:, None])
        grid, log_density = np.concatenate([grid, further]), np.concatenate([log_density, more])
    if far and not ends and (tail[-1] - tail[-2]) / log(2) > _SLOWEST_FALL:
        raise NetworkError(
            f"The trials and the prior leave {hyper.name} without a finite variance: there are "
            "too few trials for a heavy-tailed prior with flat effects. Choose a half-normal prior."
        )
    log_mass = log_density + np.log(grid)
    mass = np.exp(log_mass - float(log_mass.max()))
    centre = float(np.exp(mass @ np.log(grid) / mass.sum()))
    low = _crossing(grid[::-1], log_density[::-1], 0.0)
    return (low, _crossing(grid, tail, hyper.upper)), centre, near


def _crossing(grid: Floats, height: Floats, end: float) -> float:
    """Return where the height last leaves the range of `_REACH` below its top, going along the
    grid, with the height taken as a line in log(grid); `end` where it never does."""
    level = height.max() - _REACH
    last = int(np.flatnonzero(height > level)[-1])
    if last + 1 == len(grid):
        return end
    share = (height[last] - level) / (height[last] - height[last + 1])
    between = grid[last] * (grid[last + 1] / grid[last]) ** share
    return float(min(between, end) if end > 0 else between)


def _sides(problem: Problem, points: int) -> tuple[Axis, ...]:
    """Return the nodes of several hyperparameters, around where their posterior is highest."""
    mode = _climb(problem)
    axes = list[Axis]()
    for j, h in enumerate(problem.model.hyperparameters):
        low, high = _side(problem, mode, j, -1), _side(problem, mode, j, 1)
        if not h.scale:
            axes.append(Axis(low=low, high=high, points=points))
            continue
        centre = max(float(mode[j]), 0.25 * h.step)
        low = 0.0 if low < 0.35 * mode[j] else low
        top = 1.0 if high == inf else high / (high + centre)
        axes.append(Axis(low=low / (low + centre), high=top, points=points, centre=centre))
    return tuple(axes)


def _climb(problem: Problem) -> Floats:
    """Find about where the hyperparameters' posterior is highest: a pattern search, all its
    trial points solved in one batch."""
    hyper = problem.model.hyperparameters
    at = np.array([h.start for h in hyper])
    step = np.array([h.step for h in hyper])
    bounds = _bounds(hyper)
    best, _ = _rough(problem, at[None])
    top = float(best[0])
    for _ in range(_MAX_ROUNDS):
        one = np.diag(step)
        moves = np.concatenate([one, -one, 0.5 * one, -0.5 * one])
        trials = np.clip(at + moves, *bounds)
        values, _ = _rough(problem, trials)
        k = int(np.argmax(values))
        if values[k] > top + 1e-3:
            at, top = trials[k], float(values[k])
        elif (step < 0.15 * np.array([h.step for h in hyper])).all():
            break
        else:
            step = 0.5 * step
    return at


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
