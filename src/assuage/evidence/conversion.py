"""From a printed risk difference or risk ratio to the log odds ratio that a network pools.

The same difference in risk is a different odds ratio at another reference risk, and a report that
prints only the difference (or its reciprocal, the NNT) does not say where it started. So the
reference risk enters with its uncertainty: the trial's own arm where it is on record, else what
the arms of other trials predict. At each reference risk p0 the printed estimate is normal on its
own scale and turns into a log odds ratio by

    logit(p1) - logit(p0),   p1 = p0 + RD  or  p0 x RR,   0 < p1 < 1,

and the result is averaged over p0. Its median is the estimate, its central 95% interval the
standard error. Both follow a monotone transformation, so that at a known p0 the printed estimate
and limits are transformed exactly.

Where the numbers of people are on record, the printed interval says something of the reference
risk as well: reports take it from p0 (1 - p0) / n0 + p1 (1 - p1) / n1. A risk that cannot have made
the interval is given up for one that can (`told_by_interval`). Without this, an interval from risks
near one half, read at a risk near zero, becomes a log odds ratio surer than its people can make it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt
from typing import Literal

import numpy as np
from scipy.special import expit, logit, ndtr

from assuage.evidence.network import Floats

Z95 = 1.959963984540054
LEAST_FEASIBLE = 0.05
"""Below this probability of a possible risk the printed difference cannot be believed."""
LARGEST_CORRELATION = 0.95
SLACK_IN_SE = 0.1
"""How far, on the log scale, a printed standard error may lie from that of the people randomised:
people lost before the analysis, rounding, and intervals by other formulas."""
UNEXPLAINED = 3 * SLACK_IN_SE
_X, _W = np.polynomial.legendre.leggauss(128)
_REACH = 7.0
_SPREADS = np.linspace(0, 5, 501)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceRisk:
    """The risk on the treatment that a contrast compares with: N(mean, sd^2) on the logit scale.

    `statement` says in words whose risk it is.
    """

    mean: float
    sd: float
    statement: str

    @property
    def risk(self) -> float:
        return float(expit(self.mean))


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedContrast:
    """A contrast as printed, with its 95% limits: treatment minus (or over) its reference."""

    measure: Literal["RD", "RR"]
    estimate: float
    low: float
    high: float

    @property
    def centre(self) -> float:
        """The estimate on the scale where it is normal: the difference, or the log ratio."""
        return self.estimate if self.measure == "RD" else log(self.estimate)

    @property
    def se(self) -> float:
        width = self.high - self.low if self.measure == "RD" else log(self.high / self.low)
        return width / (2 * Z95)

    def from_risks(self, p0: Floats, p1: Floats) -> Floats:
        """The contrast of two risks on that scale."""
        return p1 - p0 if self.measure == "RD" else np.log(p1 / p0)

    def bounds(self, p0: Floats) -> tuple[Floats, Floats]:
        """What the contrast can be at reference risk p0."""
        if self.measure == "RD":
            return -p0, 1 - p0
        return np.full_like(p0, -np.inf), -np.log(p0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """A log odds ratio with its standard error; `feasible` is the probability, before the
    conversion, that the printed contrast gives a risk between 0 and 1."""

    estimate: float
    se: float
    feasible: float


@lru_cache(maxsize=1024)
def convert(printed: PrintedContrast, risk: ReferenceRisk) -> Converted | str:
    """Return the log odds ratio, or the reason why there is none.

    Raises nothing: a contrast that no pair of risks could give comes back as its reason.
    """
    p0, weights = _reference_risks(risk)
    low, high = printed.bounds(p0)
    below = ndtr((low - printed.centre) / printed.se)
    mass = ndtr((high - printed.centre) / printed.se) - below
    feasible = float(weights @ mass)
    if feasible < LEAST_FEASIBLE:
        return (
            f"a {_name(printed.measure)} of {printed.estimate:g} is not possible when about "
            f"{100 * risk.risk:.0f}% respond without the treatment ({risk.statement})"
        )

    def probability(x: float) -> float:
        p1 = expit(logit(p0) + x)
        z = (printed.from_risks(p0, p1) - printed.centre) / printed.se
        return float(weights @ (ndtr(z) - below)) / feasible

    q025, median, q975 = (_root(probability, p) for p in (0.025, 0.5, 0.975))
    return Converted(estimate=median, se=(q975 - q025) / (2 * Z95), feasible=feasible)


def shared_covariance(
    first: PrintedContrast, second: PrintedContrast, risk: ReferenceRisk, n0: int | None
) -> float:
    """Return the covariance of two converted contrasts that share their reference arm.

    Two parts: the uncertain reference risk moves both, and so does the sampling of the shared
    arm, which by the delta method is p0 (1 - p0) / n0 on the risk scale. Without n0 the shared
    arm is taken to make half of the smaller variance, as it does when arms are equal.
    """
    p0, weights = _reference_risks(risk)
    ends = [_log_odds_ratio(contrast, p0) for contrast in (first, second)]
    usable = np.isfinite(ends[0]) & np.isfinite(ends[1])
    if not usable.any():
        return 0.0
    w = weights[usable] / weights[usable].sum()
    a, b = (end[usable] for end in ends)
    moved = float(w @ (a * b) - (w @ a) * (w @ b))
    slopes = [_slope(contrast, risk.risk) for contrast in (first, second)]
    if n0 is None:
        sampled = 0.5 * min((s * c.se) ** 2 for s, c in zip(slopes, (first, second), strict=True))
    else:
        sampled = slopes[0] * slopes[1] * _shared_variance(first, second, risk.risk, n0)
    return moved + sampled


def treated_arm(printed: PrintedContrast, events: int, n: int) -> tuple[float, float] | None:
    """Return the empirical logit of the treated arm and its variance, when the reference arm of
    the same trial is on record with `events` of `n`.

    The printed variance is that of both arms; what the reference arm takes of it is known, the
    rest is the treated arm's. None when the printed interval leaves nothing for it, or the risk
    falls outside 0 to 1: then the two were not counted on the same people.
    """
    p0 = (events + 0.5) / (n + 1)
    taken = p0 * (1 - p0) / n if printed.measure == "RD" else (1 - p0) / (p0 * n)
    p1 = p0 + printed.estimate if printed.measure == "RD" else p0 * printed.estimate
    rest = printed.se**2 - taken
    if rest <= 0 or not 0 < p1 < 1:
        return None
    return float(logit(p1)), rest * _slope(printed, p0) ** 2


def told_by_interval(
    risk: ReferenceRisk, printed: PrintedContrast, n: int, n0: int
) -> ReferenceRisk:
    """Return the reference risk when it is also known how wide the printed interval is.

    `n` and `n0` are the people on the treatment and on its reference. Each possible p0 is weighed
    by how well it explains the standard error; mean and SD on the logit scale are matched. Given
    back as it is when no p0 explains the interval: it was then made from other people or otherwise.
    """
    p0, weights = _reference_risks(risk)
    p1 = p0 + printed.estimate if printed.measure == "RD" else p0 * printed.estimate
    inside = (p1 > 0) & (p1 < 1)
    p0, p1, weights = p0[inside], p1[inside], weights[inside]
    if printed.measure == "RD":
        variance = p1 * (1 - p1) / n + p0 * (1 - p0) / n0
    else:
        variance = (1 - p1) / (n * p1) + (1 - p0) / (n0 * p0)
    miss = np.log(variance) / 2 - log(printed.se)
    if not inside.any() or float(np.abs(miss).min()) > UNEXPLAINED:
        return risk
    weights = weights * np.exp(-0.5 * (miss / SLACK_IN_SE) ** 2)
    weights /= weights.sum()
    x = logit(p0)
    mean = float(weights @ x)
    sd = sqrt(float(weights @ (x - mean) ** 2))
    return ReferenceRisk(mean=mean, sd=sd, statement=f"{risk.statement}, and its interval")


def own_risk(events: int, n: int, *, whose: str) -> ReferenceRisk:
    """Return the risk of one arm on record, from its empirical logit (half an event added)."""
    return ReferenceRisk(
        mean=log((events + 0.5) / (n - events + 0.5)),
        sd=sqrt(1 / (events + 0.5) + 1 / (n - events + 0.5)),
        statement=whose,
    )


def predicted_risk(arms: Sequence[tuple[int, int]], *, whose: str) -> ReferenceRisk:
    """Return the risk to expect in a new trial, from (events, n) of the arms of others.

    Random effects of the empirical logits: a new trial differs by the spread between trials and
    by the uncertainty of their mean. The spread is averaged over its posterior with a half-normal
    prior of scale 1, so that a few arms that happen to agree do not count as proof of no spread.
    """
    single = [own_risk(events, n, whose=whose) for events, n in arms]
    y, v = (np.array(x) for x in zip(*((r.mean, r.sd**2) for r in single), strict=True))
    w = 1 / (v + _SPREADS[:, None] ** 2)
    total = w.sum(axis=1)
    mean = w @ y / total
    misfit = (w * (y - mean[:, None]) ** 2).sum(axis=1)
    density = 0.5 * (np.log(w).sum(axis=1) - np.log(total) - misfit - _SPREADS**2)
    posterior = np.exp(density - density.max())
    posterior /= posterior.sum()
    expected = float(posterior @ mean)
    variance = float(posterior @ (_SPREADS**2 + 1 / total + (mean - expected) ** 2))
    return ReferenceRisk(mean=expected, sd=sqrt(variance), statement=whose)


def _reference_risks(risk: ReferenceRisk) -> tuple[Floats, Floats]:
    """Points of the reference risk and their probabilities; one point when it is known."""
    if risk.sd == 0:
        return expit(np.array([risk.mean])), np.ones(1)
    z = _REACH * _X
    weights = _W * np.exp(-0.5 * z * z)
    return expit(risk.mean + risk.sd * z), weights / weights.sum()


def _log_odds_ratio(printed: PrintedContrast, p0: Floats) -> Floats:
    """The printed estimate at each reference risk; not a number where it is not possible."""
    p1 = p0 + printed.estimate if printed.measure == "RD" else p0 * printed.estimate
    inside = (p1 > 0) & (p1 < 1)
    safe = np.where(inside, p1, 0.5)
    return np.where(inside, logit(safe) - logit(p0), np.nan)


def _slope(printed: PrintedContrast, p0: float) -> float:
    """How the log odds ratio moves with the printed contrast, at the expected risks."""
    p1 = p0 + printed.estimate if printed.measure == "RD" else p0 * printed.estimate
    p1 = min(max(p1, 0.01), 0.99)
    return 1 / (p1 * (1 - p1)) if printed.measure == "RD" else 1 / (1 - p1)


def _shared_variance(first: PrintedContrast, second: PrintedContrast, p0: float, n0: int) -> float:
    """Sampling covariance that a shared arm of n0 people gives two printed contrasts."""
    per_contrast = [1.0 if c.measure == "RD" else 1 / p0 for c in (first, second)]
    return per_contrast[0] * per_contrast[1] * p0 * (1 - p0) / n0


def _root(probability: Callable[[float], float], p: float) -> float:
    low, high = -25.0, 25.0
    for _ in range(100):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if probability(middle) < p else (low, middle)
    return 0.5 * (low + high)


def _name(measure: str) -> str:
    return {"RD": "risk difference", "RR": "risk ratio"}[measure]
