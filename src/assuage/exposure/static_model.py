"""The static model of exposure: shares of enzymes and what inhibitors leave of them.

A drug leaves by an enzyme with share m and otherwise with 1 - m. When the enzyme works at the
part x of its usual activity, the exposure is 1 / (1 - m (1 - x)) times the usual one (Rowland and
Matin 1973; shares and residual activities from clinical ratios: Ohno and others 2007, doi
10.2165/00003088-200746080-00005; with genotypes, Bayesian: doi 10.1208/s12248-012-9431-9). A
genotype sets x; an inhibitor multiplies it by what it leaves, r.

Shares m and residual activities r are unknown and carry normal priors on the log odds; log ratios
are normal around the model with one spread between studies. Posterior: mode by Gauss-Newton,
normal around it (Laplace); the spread is the most probable one of a grid. No sampling: the same
rows always give the same numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log

import numpy as np
from numpy.typing import NDArray

from assuage.exposure.observation import Observation

Floats = NDArray[np.float64]
Key = tuple[str, str]
"""A drug or a medicine (or a group of medicines), and a route."""
_Asked = tuple[str, str, float, float, str | None]

SPREADS: Floats = np.linspace(0.1, 1.0, 37)
SPREAD_SCALE = 0.5
"""Scale of the half-normal prior of the spread between studies, on the log scale: assuage's own."""
STEPS, HALVINGS, TOLERANCE = 100, 30, 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalPrior:
    """A normal prior of a log odds: the probability at its centre, and its standard deviation."""

    centre: float
    sd: float

    @property
    def mean(self) -> float:
        return log(self.centre / (1 - self.centre))


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticPriors:
    """What is believed of each share and each residual activity before any ratio is read."""

    shares: Mapping[Key, NormalPrior]
    residuals: Mapping[Key, NormalPrior]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRatio:
    """Mean and variance of a log ratio; the variance holds no spread between studies."""

    mean: float
    variance: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StaticModel:
    """A fitted static model. `mode` and `covariance` are of the log odds, in the order of `keys`.

    `keys` holds the shares first, then the residual activities. `spread` is the standard
    deviation of log ratios between studies.
    """

    shares: tuple[Key, ...]
    residuals: tuple[Key, ...]
    mode: Floats
    covariance: Floats
    spread: float
    _told: dict[_Asked, LogRatio] = field(default_factory=dict[_Asked, LogRatio], repr=False)

    def share(self, drug: str, route: str) -> float:
        """Return the median share of a route in a drug's elimination."""
        return float(_expit(self.mode[self.shares.index((drug, route))]))

    def residual(self, medicine: str, route: str) -> float:
        """Return the median part of a route's activity that a medicine leaves."""
        place = len(self.shares) + self.residuals.index((medicine, route))
        return float(_expit(self.mode[place]))

    def knows(self, medicine: str, route: str) -> bool:
        """Say whether the model has a residual activity of its own for a medicine or a group."""
        return (medicine, route) in self.residuals

    def log_ratio(
        self, drug: str, route: str, *, before: float = 1.0, after: float, inhibitor: str | None
    ) -> LogRatio:
        """Return the log ratio when the route's activity goes from `before` to `after`.

        `inhibitor` then multiplies the activity by what it leaves; None for none.
        """
        asked = (drug, route, before, after, inhibitor)
        if asked not in self._told:
            self._told[asked] = self._work_out(*asked)
        return self._told[asked]

    def _work_out(
        self, drug: str, route: str, before: float, after: float, inhibitor: str | None
    ) -> LogRatio:
        left = -1
        if inhibitor is not None:
            left = len(self.shares) + self.residuals.index((inhibitor, route))
        design = _Design(
            share=np.array([self.shares.index((drug, route))]),
            residual=np.array([left]),
            before=np.array([before]),
            after=np.array([after]),
        )
        mean, slope = design.at(self.mode)
        return LogRatio(mean=float(mean[0]), variance=float(slope[0] @ self.covariance @ slope[0]))


@dataclass(frozen=True, slots=True, eq=False)
class _Design:
    """Which parameters each observation reads (-1: no inhibitor), and its activities."""

    share: NDArray[np.int64]
    residual: NDArray[np.int64]
    before: Floats
    after: Floats

    def log_ratios(self, log_odds: Floats) -> Floats:
        """Return the log ratios at a point, without their slopes."""
        m = _expit(log_odds[self.share])
        r = np.where(self.residual >= 0, _expit(log_odds[self.residual]), 1.0)
        return np.log(1 - m * (1 - self.before)) - np.log(1 - m * (1 - self.after * r))

    def at(self, log_odds: Floats) -> tuple[Floats, Floats]:
        """Return the log ratios at a point, and their slopes (observations x parameters)."""
        inhibited = self.residual >= 0
        m = _expit(log_odds[self.share])
        r = np.where(inhibited, _expit(log_odds[self.residual]), 1.0)
        usual = 1 - m * (1 - self.before)
        now = 1 - m * (1 - self.after * r)
        slopes = np.zeros((len(m), len(log_odds)))
        rows = np.arange(len(m))
        by_share = (1 - self.after * r) / now - (1 - self.before) / usual
        slopes[rows, self.share] = by_share * m * (1 - m)
        by_residual = -m * self.after / now * r * (1 - r)
        slopes[rows[inhibited], self.residual[inhibited]] = by_residual[inhibited]
        return np.log(usual) - np.log(now), slopes


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    design: _Design
    seen: Floats
    variance: Floats
    centre: Floats
    precision: Floats

    def loss(self, point: Floats, spread: float) -> float:
        """Half the penalised squared deviations."""
        fitted = self.design.log_ratios(point)
        missed = (self.seen - fitted) ** 2 / (self.variance + spread**2)
        return 0.5 * float(missed.sum() + (self.precision * (point - self.centre) ** 2).sum())

    def step(self, point: Floats, spread: float) -> tuple[Floats, Floats]:
        """Return the Gauss-Newton step and the matrix it was solved with."""
        fitted, slopes = self.design.at(point)
        weight = 1 / (self.variance + spread**2)
        matrix = (slopes * weight[:, None]).T @ slopes + np.diag(self.precision)
        uphill = slopes.T @ (weight * (self.seen - fitted)) - self.precision * (point - self.centre)
        step: Floats = np.linalg.solve(matrix, uphill).astype(np.float64)
        return step, matrix

    def mode(self, start: Floats, spread: float) -> Floats:
        """Return the most probable point, each step halved until it improves."""
        point, loss = start, self.loss(start, spread)
        for _ in range(STEPS):
            step, _ = self.step(point, spread)
            for _ in range(HALVINGS):
                tried = self.loss(point + step, spread)
                if tried <= loss:
                    break
                step = step / 2
            else:
                return point
            point = point + step
            if loss - tried < TOLERANCE:
                return point
            loss = tried
        return point

    def evidence(self, point: Floats, spread: float) -> float:
        """Return the log evidence for a spread by Laplace, with its half-normal prior."""
        _, matrix = self.step(point, spread)
        logs = np.log(self.variance + spread**2).sum()
        bend = np.linalg.slogdet(matrix)[1]
        prior = -0.5 * (spread / SPREAD_SCALE) ** 2
        return -self.loss(point, spread) - 0.5 * float(logs + bend) + prior


def fit_static(observed: Sequence[Observation], priors: StaticPriors) -> StaticModel:
    """Learn shares, residual activities and their spread from ratios.

    Every drug and inhibitor observed must have its prior; those never observed keep theirs.
    """
    shares, residuals = tuple(priors.shares), tuple(priors.residuals)
    problem = _pose(observed, priors, shares, residuals)
    point = problem.centre
    found: list[tuple[float, float, Floats]] = []
    for spread in SPREADS[::-1]:
        point = problem.mode(point, float(spread))
        found.append((problem.evidence(point, float(spread)), float(spread), point))
    _, spread, mode = max(found, key=lambda fit: fit[0])
    _, matrix = problem.step(mode, spread)
    return StaticModel(
        shares=shares,
        residuals=residuals,
        mode=mode,
        covariance=np.linalg.inv(matrix).astype(np.float64),
        spread=spread,
    )


def _pose(
    observed: Sequence[Observation],
    priors: StaticPriors,
    shares: tuple[Key, ...],
    residuals: tuple[Key, ...],
) -> _Problem:
    place = {key: at for at, key in enumerate(shares)}
    left = {key: at for at, key in enumerate(residuals, start=len(shares))}
    every = [*priors.shares.values(), *priors.residuals.values()]
    return _Problem(
        design=_Design(
            share=np.array([place[o.drug, o.route] for o in observed], dtype=np.int64),
            residual=np.array(
                [-1 if o.inhibitor is None else left[o.inhibitor, o.route] for o in observed],
                dtype=np.int64,
            ),
            before=np.array([o.before for o in observed]),
            after=np.array([o.after for o in observed]),
        ),
        seen=np.array([o.log_ratio for o in observed]),
        variance=np.array([o.variance for o in observed]),
        centre=np.array([prior.mean for prior in every]),
        precision=np.array([prior.sd**-2 for prior in every]),
    )


def _expit(log_odds: Floats) -> Floats:
    return 1 / (1 + np.exp(-log_odds))
