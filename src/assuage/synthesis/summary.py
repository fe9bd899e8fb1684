"""Everything a reader expects of a network meta-analysis, from either engine, in one value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assuage.evidence.network import Network
from assuage.synthesis.consistency import DesignDecomposition, decompose
from assuage.synthesis.gls import Effects, NetworkFit, fit
from assuage.synthesis.heterogeneity import TauMethod
from assuage.synthesis.mixture import GaussianMixture, NormalMixture
from assuage.synthesis.posterior import NetworkPosterior
from assuage.synthesis.prediction import RelativeEffect
from assuage.synthesis.ranking import SmallValues
from assuage.synthesis.splits import Split, split

Engine = Literal["gls", "bayes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSummary:
    """A network meta-analysis as reported; all numbers on the analysis scale (log for ratios).

    For the Bayesian engine `tau` is the posterior median, `tau2` its square, estimates are
    posterior medians with posterior SDs and central 95% intervals, and `p_scores` are the SUCRA
    (the same quantity from the posterior). Q, I² and the decomposition are those of the common
    effects model in either engine.
    """

    network: Network
    engine: Engine
    effects: Effects
    tau_method: TauMethod | None
    prior: str | None
    small_values: SmallValues
    tau2: float
    tau: float
    tau_interval: tuple[float, float] | None
    q: float
    df: int
    p_q: float
    i2: float
    i2_interval: tuple[float, float]
    relative_effects: tuple[RelativeEffect, ...]
    p_scores: Mapping[str, float]
    decomposition: DesignDecomposition
    splits: tuple[Split, ...]


def summarise_fit(fitted: NetworkFit, *, small_values: SmallValues) -> NetworkSummary:
    """Summarise a classical fit."""
    return NetworkSummary(
        network=fitted.network,
        engine="gls",
        effects=fitted.effects,
        tau_method=fitted.tau_method,
        prior=None,
        small_values=small_values,
        tau2=fitted.tau2,
        tau=fitted.tau,
        tau_interval=None,
        q=fitted.q,
        df=fitted.df,
        p_q=fitted.p_heterogeneity,
        i2=fitted.i2,
        i2_interval=fitted.i2_interval,
        relative_effects=fitted.relative_effects(),
        p_scores=fitted.p_scores(small_values),
        decomposition=decompose(fitted.design),
        splits=split(fitted),
    )


def summarise_posterior(
    network: Network, posterior: NetworkPosterior, *, small_values: SmallValues
) -> NetworkSummary:
    """Summarise a Bayesian fit of `network`; splits are taken at the posterior median of tau."""
    tau = posterior.tau.quantile(0.5)
    fitted = fit(network, tau2=tau**2)
    return NetworkSummary(
        network=network,
        engine="bayes",
        effects="random",
        tau_method=None,
        prior=f"{posterior.prior.statement} ({posterior.prior.reason})",
        small_values=small_values,
        tau2=tau**2,
        tau=tau,
        tau_interval=(posterior.tau.quantile(0.025), posterior.tau.quantile(0.975)),
        q=fitted.q,
        df=fitted.df,
        p_q=fitted.p_heterogeneity,
        i2=fitted.i2,
        i2_interval=fitted.i2_interval,
        relative_effects=posterior_effects(fitted, posterior.effects),
        p_scores=posterior.sucra(small_values=small_values),
        decomposition=decompose(fitted.design),
        splits=split(fitted),
    )


def posterior_effects(
    fitted: NetworkFit, effects: GaussianMixture, level: float = 0.95
) -> tuple[RelativeEffect, ...]:
    """Return each pair once, the reference second: posterior medians with posterior SDs, central
    intervals of the given level, and the same for a new study. `fitted` gives the pairs."""
    predictive = effects.predictive()
    return tuple(
        summarised(
            (pair.treatment1, pair.treatment2),
            effects.contrast(pair.treatment1, pair.treatment2),
            predictive.contrast(pair.treatment1, pair.treatment2),
            level=level,
        )
        for pair in fitted.relative_effects()
    )


def summarised(
    pair: tuple[str, str],
    effect: NormalMixture,
    new: NormalMixture | None = None,
    *,
    level: float = 0.95,
) -> RelativeEffect:
    """Return a posterior as an effect: its median, SD and central interval; `new` that in a new
    study."""
    low, high = effect.interval(level)
    predict_low, predict_high = (None, None) if new is None else new.interval(level)
    return RelativeEffect(
        treatment1=pair[0],
        treatment2=pair[1],
        estimate=effect.quantile(0.5),
        se=effect.sd,
        low=low,
        high=high,
        predict_low=predict_low,
        predict_high=predict_high,
    )
