"""Confidence intervals of the heterogeneity variance tau², in networks and pairwise.

By the likelihood ratio, (restricted) likelihood profiled over the effects (Hardy and Thompson, Stat
Med 1996;15:619-629), or by the Q-profile, the values of tau² at which Cochran's generalised Q is
neither too large nor too small (Viechtbauer, Stat Med 2007;26:37-52; for multivariate models and
networks Jackson, White and Riley apply the same Q).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import chdtri

from assuage.evidence.network import Floats
from assuage.synthesis.design import Design
from assuage.synthesis.heterogeneity import (
    estimate_tau2,
    falling_root,
    log_likelihoods,
    solve,
)

Profile = Literal["REML", "ML"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TauInterval:
    """tau² with its interval; nan where nothing can be estimated. Both ends at zero mean that the
    trials agree better than chance would have it."""

    tau2: float
    low: float
    high: float
    level: float

    @property
    def tau(self) -> tuple[float, float, float]:
        """The estimate, lower and upper limit on the scale of the effects."""
        return (self.tau2**0.5, self.low**0.5, self.high**0.5)


def profile_interval(
    design: Design, *, method: Profile = "REML", level: float = 0.95
) -> TauInterval:
    """Return the tau² whose profile log-likelihood is within half a chi-squared quantile of the
    highest."""
    if design.df <= 0:
        return _nothing(level)
    restricted = method == "REML"
    best = estimate_tau2(design, method)

    def value(tau2: float) -> float:
        return float(log_likelihoods(design, np.array([tau2]), restricted=restricted)[0])

    least = value(best) - float(chdtri(1, 1 - level)) / 2
    low = 0.0
    if best > 0 and value(0.0) < least:
        low = best - falling_root(lambda down: value(best - down) - least, 0.0, best)
    high = falling_root(lambda t: value(t) - least, best, _beyond(design, best))
    return TauInterval(tau2=best, low=low, high=high, level=level)


def q_profile_interval(
    design: Design, *, level: float = 0.95, tau2: float | None = None
) -> TauInterval:
    """Return the tau² at which the generalised Q lies between its chi-squared quantiles.

    `tau2` is the estimate to report beside it, by default that of Paule and Mandel, which sets Q to
    its expectation and so lies in the interval.
    """
    if design.df <= 0:
        return _nothing(level)
    best = estimate_tau2(design, "PM") if tau2 is None else tau2
    top = _beyond(design, best)

    def where_q_is(quantile: float) -> float:
        return falling_root(lambda t: solve(design, t).q - quantile, 0.0, top)

    low, high = (
        where_q_is(float(chdtri(design.df, tail))) for tail in ((1 - level) / 2, (1 + level) / 2)
    )
    return TauInterval(tau2=best, low=low, high=high, level=level)


def likelihood_profile(design: Design, tau2: Floats, *, method: Profile = "REML") -> Floats:
    """Return the profile log-likelihood at each tau² (g,) less its highest value, for a plot."""
    restricted = method == "REML"
    best = np.array([estimate_tau2(design, method)])
    top = float(log_likelihoods(design, best, restricted=restricted)[0])
    return log_likelihoods(design, tau2, restricted=restricted) - top


def _nothing(level: float) -> TauInterval:
    nan = float("nan")
    return TauInterval(tau2=0.0, low=nan, high=nan, level=level)


def _beyond(design: Design, best: float) -> float:
    return 2 * best + float(design.variances.mean())
