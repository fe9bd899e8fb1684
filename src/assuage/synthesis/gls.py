"""Classical network meta-analysis by generalised least squares, common and random effects.

The model of Rücker (Res Synth Methods 2012;3:312-324) and of multivariate meta-analysis (White
et al., Res Synth Methods 2012;3:111-125) with one tau² for all comparisons: the two are the same,
and every trial enters with the exact covariance of its contrasts.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from scipy.special import chdtrc

from assuage.evidence.network import Floats, Network
from assuage.synthesis.design import Design, build_design
from assuage.synthesis.heterogeneity import (
    TauMethod,
    estimate_tau2,
    i_squared,
    i_squared_interval,
    solve,
)
from assuage.synthesis.prediction import RelativeEffect, relative_effects
from assuage.synthesis.ranking import SmallValues, p_scores

Effects = Literal["common", "random"]


@dataclass(frozen=True, kw_only=True, eq=False)
class NetworkFit:
    """A fitted network of n treatments; everything is on the analysis scale (log for ratios).

    `estimates` (n,) and `covariance` (n, n) are versus the reference, in the order of
    `treatments`, with zeros for the reference itself. `q`, `df` and `i2` describe total
    heterogeneity and inconsistency and do not depend on `effects`. `tau2` is 0 for common effects.
    """

    network: Network
    design: Design
    effects: Effects
    tau_method: TauMethod | None
    tau2: float
    estimates: Floats
    covariance: Floats
    q: float
    df: int

    @property
    def treatments(self) -> tuple[str, ...]:
        return self.network.treatments

    @property
    def reference(self) -> str:
        return self.network.reference

    @property
    def tau(self) -> float:
        return self.tau2**0.5

    @property
    def i2(self) -> float:
        return i_squared(self.q, self.df)

    @property
    def i2_interval(self) -> tuple[float, float]:
        return i_squared_interval(self.q, self.df)

    @property
    def p_heterogeneity(self) -> float:
        """The p-value of Q; nan without degrees of freedom."""
        return float(chdtrc(self.df, self.q)) if self.df > 0 else float("nan")

    @property
    def prediction_df(self) -> int:
        """Degrees of freedom of prediction intervals, those of Q (as netmeta takes them)."""
        return self.df

    @cached_property
    def differences(self) -> Floats:
        """(n, n): row treatment minus column treatment."""
        return self.estimates[:, None] - self.estimates[None, :]

    @cached_property
    def standard_errors(self) -> Floats:
        """(n, n): standard errors of `differences`; zero on the diagonal."""
        own = np.diagonal(self.covariance)
        return np.sqrt(np.maximum(own[:, None] + own[None, :] - 2 * self.covariance, 0))

    def relative_effects(self, level: float = 0.95) -> tuple[RelativeEffect, ...]:
        """Return each pair of treatments once; the reference always comes second."""
        return relative_effects(self, level)

    def p_scores(self, small_values: SmallValues) -> dict[str, float]:
        """Return each treatment's mean certainty of being better than another (0 to 1)."""
        scores = p_scores(self.differences, self.standard_errors, small_values)
        return dict(zip(self.treatments, scores.tolist(), strict=True))


def fit(
    network: Network,
    *,
    effects: Effects = "random",
    tau_method: TauMethod = "REML",
    tau2: float | None = None,
    design: Design | None = None,
) -> NetworkFit:
    """Fit a connected network; `tau2` presets the heterogeneity instead of estimating it.

    `design` may be given from an earlier fit of the same network, to save building it again.
    Raises NetworkError when the network is not connected, naming its parts.
    """
    design = design or build_design(network)
    common = solve(design, 0.0)
    if effects == "common":
        between, method = 0.0, None
    elif tau2 is not None:
        between, method = tau2, None
    else:
        between, method = estimate_tau2(design, tau_method), tau_method
    solution = solve(design, between) if between else common
    others = np.delete(np.arange(len(network.treatments)), design.reference)
    estimates = np.zeros(len(network.treatments))
    estimates[others] = solution.effects
    covariance = np.zeros((estimates.size, estimates.size))
    covariance[np.ix_(others, others)] = solution.covariance
    return NetworkFit(
        network=network,
        design=design,
        effects=effects,
        tau_method=method,
        tau2=between,
        estimates=estimates,
        covariance=covariance,
        q=common.q,
        df=design.df,
    )
