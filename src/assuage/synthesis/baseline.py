"""What happens on placebo: the risk an effect is laid upon, for each condition.

The placebo arms of a condition share a mean, the conditions share a mean of means, so that a
condition with few trials leans on the others. The baseline is modelled apart from the effects,
with its own arms, as Dias, Welton, Sutton and Ades advise (Med Decis Making 2013;33:657-670).
The likelihood of counts is the exact binomial, so that arms without events need no correction.

    events ~ Binomial(n, expit(theta)),  theta ~ N(m[condition], within^2),
    m[condition] ~ N(mu, between^2),  mu ~ N(0, 3^2),  within, between ~ half-normal(0.5)

For pain change, means replace counts: mean ~ N(theta, se^2), on the 0-10 scale. Everything is
integrated on one grid: each Gaussian layer is a convolution, each condition a product.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import log, sqrt

import numpy as np

from assuage.evidence.network import Floats

PRIOR = (
    "placebo: theta ~ N(condition, within^2), condition ~ N(mu, between^2), "
    "mu ~ N(0, 3^2), within and between ~ half-normal(0.5); log odds, or points on 0-10 "
    "(mu centred on the arms' mean)"
)
_STEP = 0.05
_GRID: Floats = np.arange(-9.0, 6.0 + _STEP / 2, _STEP)
_MU_SD = 3.0
_SPREAD_SCALE = 0.5
_SPREADS = 14
_NEGLIGIBLE = 14.0  # log evidence below the largest: a weight under one in a million
_SPREADS_REACH = 3.5  # scales of the half-normal: all but 0.05% of its mass


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceboCount:
    """Events among the people on placebo in one trial."""

    study: str
    condition: str
    events: int
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceboMean:
    """Mean change on placebo in one trial, in points on 0-10, with its standard error."""

    study: str
    condition: str
    mean: float
    se: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineRisk:
    """Placebo outcome of the average trial in a condition: mean and SD on the log-odds scale.

    For pain change the scale is points on 0-10. `spread` is how far single trials of the same
    condition lie from it (SD), so that a new trial has variance sd^2 + spread^2.
    """

    mean: float
    sd: float
    spread: float
    trials: int
    participants: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """`conditions` have placebo arms of their own; `elsewhere` is for one that has none."""

    conditions: Mapping[str, BaselineRisk]
    elsewhere: BaselineRisk

    def of(self, condition: str) -> BaselineRisk:
        """Return the condition's own baseline, or the prediction for a condition without trials."""
        return self.conditions.get(condition, self.elsewhere)


def fit_counts(arms: Sequence[PlaceboCount]) -> Baseline:
    """Fit the baseline risk from placebo arms with counts. Arms are shape (trials,)."""
    log_p = -np.logaddexp(0, -_GRID)
    log_q = -np.logaddexp(0, _GRID)
    likelihood = np.array([a.events * log_p + (a.n - a.events) * log_q for a in arms])
    return _fit(likelihood, [a.condition for a in arms], [a.n for a in arms])


def fit_means(arms: Sequence[PlaceboMean]) -> Baseline:
    """Fit the placebo outcome from arms with a mean and its standard error, in points on 0-10.

    The prior of mu is centred on the plain mean of the arms, so that pain at the end of a trial
    (near 5) and change in pain (near -1) are treated alike.
    """
    centre = sum(a.mean for a in arms) / len(arms)
    likelihood = np.array([-0.5 * ((a.mean - centre - _GRID) / a.se) ** 2 for a in arms])
    fitted = _fit(likelihood, [a.condition for a in arms], [a.n for a in arms])
    return Baseline(
        conditions={c: _moved(r, centre) for c, r in fitted.conditions.items()},
        elsewhere=_moved(fitted.elsewhere, centre),
    )


def _moved(risk: BaselineRisk, by: float) -> BaselineRisk:
    return replace(risk, mean=risk.mean + by)


def _fit(log_likelihood: Floats, conditions: Sequence[str], people: Sequence[int]) -> Baseline:
    """Integrate over both spreads; row i of `moments` is a condition, the last row a new one."""
    names = sorted(set(conditions))
    member = np.array([[c == name for c in conditions] for name in names], dtype=np.float64)
    likelihood = np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True))
    nodes, prior = _spread_nodes()
    evidence: list[float] = []
    moments: list[Floats] = []
    for within, p_within in zip(nodes, prior, strict=True):
        log_condition = member @ _log(likelihood @ _kernel(within))
        points = _Conditions.of(log_condition, nodes)
        log_masses = points.log_masses + np.log(prior) + log(p_within)
        evidence.extend(log_masses.tolist())
        for place in range(len(nodes)):
            if log_masses[place] < max(evidence) - _NEGLIGIBLE:
                moments.append(np.zeros((3, len(names) + 1)))
                continue
            density = points.densities(place, nodes[place])
            first, second = density @ _GRID, density @ _GRID**2
            moments.append(np.array([first, second, np.full_like(first, within**2)]))
    weights = np.exp(np.array(evidence) - max(evidence))
    mean, square, spread = np.tensordot(weights / weights.sum(), np.array(moments), axes=1)
    sd = np.sqrt(np.maximum(square - mean**2, 0))
    risks = [
        BaselineRisk(
            mean=float(mean[i]),
            sd=float(sd[i]),
            spread=sqrt(float(spread[i])),
            trials=int(member[i].sum()) if i < len(names) else len(people),
            participants=int(member[i] @ np.array(people)) if i < len(names) else sum(people),
        )
        for i in range(len(names) + 1)
    ]
    return Baseline(conditions=dict(zip(names, risks, strict=False)), elsewhere=risks[-1])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Conditions:
    """The conditions at one spread within, for every spread between (S of them).

    `own` (C, M) is each condition's likelihood on the grid, up to a factor; `without` (S, C + 1, M)
    the log density of mu given all conditions but one, and last given all.
    """

    own: Floats
    without: Floats
    log_masses: Floats

    @classmethod
    def of(cls, log_condition: Floats, spreads: Floats) -> "_Conditions":
        shift = log_condition.max(axis=1, keepdims=True)
        own = np.exp(log_condition - shift)
        log_seen = _log(np.array([own @ _kernel(between) for between in spreads]))
        log_mu = log_seen.sum(axis=1, keepdims=True) - 0.5 * (_GRID / _MU_SD) ** 2
        top = log_mu.max(axis=2)[:, 0]
        mass = np.exp(log_mu[:, 0] - top[:, None]).sum(axis=1)
        return cls(
            own=own,
            without=np.concatenate([log_mu - log_seen, log_mu], axis=1),
            log_masses=float(shift.sum()) + top + np.log(mass),
        )

    def densities(self, place: int, between: float) -> Floats:
        """Return each condition's posterior on the grid, and last a new one's, (C + 1, M)."""
        log_mu = self.without[place]
        density = np.exp(log_mu - log_mu.max(axis=1, keepdims=True)) @ _kernel(between)
        density[:-1] *= self.own
        return density / density.sum(axis=1, keepdims=True)


def _log(x: Floats) -> Floats:
    return np.log(np.maximum(x, 1e-300))


def _spread_nodes() -> tuple[Floats, Floats]:
    """Gauss-Legendre nodes over the half-normal prior of a spread, and their prior masses."""
    nodes, weights = np.polynomial.legendre.leggauss(_SPREADS)
    spreads = _SPREADS_REACH * _SPREAD_SCALE * (nodes + 1) / 2
    masses = weights * np.exp(-0.5 * (spreads / _SPREAD_SCALE) ** 2)
    return spreads, masses / masses.sum()


@lru_cache(maxsize=2 * _SPREADS)
def _kernel(sd: float) -> Floats:
    """Gaussian smoothing between grid points; for an SD far below the step, the identity."""
    offsets = np.arange(_GRID.size) * _STEP
    profile = np.exp(-0.5 * (offsets / sd) ** 2)
    profile /= 2 * profile.sum() - profile[0]
    index = np.arange(_GRID.size)
    return profile[np.abs(index[:, None] - index[None, :])]
