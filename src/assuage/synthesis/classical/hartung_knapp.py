"""Confidence intervals that allow for tau² being estimated, in networks and pairwise.

Hartung and Knapp, Stat Med 2001;20:3875-3889, and Sidik and Jonkman, Stat Med 2002;21:3153-3159:
variances are scaled by the generalised Q over its degrees of freedom, quantiles are Student's. For
several effects at once: Jackson and Riley, Stat Med 2014;33:541-554.
"""

from dataclasses import dataclass, replace

from assuage.errors import NetworkError
from assuage.synthesis.classical.treatment_effects import TreatmentEffects, effects_of
from assuage.synthesis.gls import NetworkFit
from assuage.synthesis.heterogeneity import solve


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HartungKnapp:
    """Adjusted effects; `factor` is what the variances were multiplied by."""

    effects: TreatmentEffects
    factor: float
    df: int


def hartung_knapp(fit: NetworkFit, *, never_narrower: bool = False) -> HartungKnapp:
    """Return the effects of a fit with adjusted variances and t intervals.

    `never_narrower` keeps the factor at one or above (metafor's "adhoc"; Jackson et al., Stat Med
    2017;36:3923-3934, discuss it). Raises NetworkError without degrees of freedom.
    """
    if fit.df <= 0:
        raise NetworkError(
            "The Hartung-Knapp adjustment needs more contrasts than treatments to spare: this "
            f"network has {fit.design.y.size} independent contrasts for {fit.design.parameters} "
            "effects."
        )
    factor = solve(fit.design, fit.tau2).q / fit.df
    if never_narrower:
        factor = max(1.0, factor)
    effects = replace(effects_of(fit), covariance=fit.covariance * factor, df=fit.df)
    return HartungKnapp(effects=effects, factor=factor, df=fit.df)
