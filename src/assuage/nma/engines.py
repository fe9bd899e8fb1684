"""The engines behind a fit. Each is a function from network and model to an `Inference`.

A new engine is one more entry of `ENGINES`: nothing else of the API knows which one ran.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats
from assuage.nma.model import Model, TauMethod
from assuage.synthesis.gls import NetworkFit, fit
from assuage.synthesis.mixture import GaussianMixture
from assuage.synthesis.posterior import NetworkPosterior
from assuage.synthesis.prediction import RelativeEffect
from assuage.synthesis.priors import default_prior, typical_sd
from assuage.synthesis.quadrature import fit_random_effects
from assuage.synthesis.ranking import SmallValues
from assuage.synthesis.summary import posterior_effects

if TYPE_CHECKING:
    from assuage.nma.account import NetworkAccount

DRAWS = 16_384
"""Joint draws behind rank probabilities: a fixed sequence, so the same fit gives the same ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inference:
    """What every engine says of a network, on the analysis scale.

    `effects_at(level)` gives each pair once, the reference second, with intervals of that level;
    `joint` is the joint distribution of all effects (for least squares, the normal that its
    covariance stands for); `scores(small_values)` are P-scores or SUCRA. `classical` is the
    least-squares fit that questions of consistency are put to (for Bayes, at the posterior median
    of tau). `choices` names what the engine chose where the model left it open.
    """

    effects_at: Callable[[float], tuple[RelativeEffect, ...]]
    joint: GaussianMixture
    scores: Callable[[SmallValues], Mapping[str, float]]
    score_name: str
    interval_name: str
    tau: float
    tau_interval: tuple[float, float] | None
    classical: NetworkFit
    statement: str
    choices: Mapping[str, str]
    posterior: NetworkPosterior | None = None


def least_squares(account: "NetworkAccount", model: Model) -> Inference:
    """The classical network meta-analysis."""
    method: TauMethod = model.tau or "REML"
    fitted = fit(account.network, effects=model.effects, tau_method=method)
    random = model.effects == "random"
    said = f"Random effects, τ² by {method}." if random else "Common effects."
    return Inference(
        effects_at=cache(fitted.relative_effects),
        joint=_normal(fitted),
        scores=cache(fitted.p_scores),
        score_name="P-score",
        interval_name="CI",
        tau=fitted.tau,
        tau_interval=None,
        classical=fitted,
        statement=said,
        choices={"tau": method} if random and model.tau is None else {},
    )


def _normal(fitted: NetworkFit) -> GaussianMixture:
    reference = fitted.design.reference
    others = np.delete(np.arange(len(fitted.treatments)), reference)
    return GaussianMixture(
        reference=fitted.reference,
        names=tuple(fitted.treatments[i] for i in others),
        weights=np.ones(1),
        means=fitted.estimates[others][None, :],
        covariances=fitted.covariance[np.ix_(others, others)][None, :, :],
        heterogeneity=np.array([fitted.tau]),
    )


def quadrature(account: "NetworkAccount", model: Model) -> Inference:
    """Bayesian random effects with normal likelihoods, by quadrature over tau."""
    network = account.network
    sds = [arm.sd for arm in account.arms if arm.sd is not None]
    prior = model.prior or default_prior(network, outcome_sd=typical_sd(sds) if sds else None)
    posterior = fit_random_effects(network, prior=prior)
    tau = posterior.tau.quantile(0.5)
    classical = fit(network, tau2=tau**2)
    reason = f" ({prior.reason})" if prior.reason else ""
    return Inference(
        effects_at=cache(partial(posterior_effects, classical, posterior)),
        joint=posterior.effects,
        scores=cache(partial(_sucra, posterior)),
        score_name="SUCRA",
        interval_name="CrI",
        tau=tau,
        tau_interval=(posterior.tau.quantile(0.025), posterior.tau.quantile(0.975)),
        classical=classical,
        statement=f"Bayesian random effects. Prior: {prior.statement}{reason}.",
        choices={"priors": prior.statement} if model.prior is None else {},
        posterior=posterior,
    )


def _sucra(posterior: NetworkPosterior, small_values: SmallValues) -> Mapping[str, float]:
    return posterior.sucra(small_values=small_values)


Engine = Callable[["NetworkAccount", Model], Inference]
ENGINES: Mapping[tuple[str, str], Engine] = {
    ("gls", "normal"): least_squares,
    ("bayes", "normal"): quadrature,
}


def infer(account: "NetworkAccount", model: Model) -> Inference:
    """Run the engine that the model asks for. NetworkError when there is none."""
    run = ENGINES.get((model.engine, model.likelihood))
    if run is None:
        known = "; ".join(f"engine {e!r} with likelihood {k!r}" for e, k in ENGINES)
        raise NetworkError(
            f"There is no engine {model.engine!r} with likelihood {model.likelihood!r}. "
            f"There is: {known}."
        )
    return run(account, model)


def rank_probabilities(
    joint: GaussianMixture, small_values: SmallValues
) -> Mapping[str, tuple[float, ...]]:
    """Return each treatment's probability of each rank, 1 first, over joint draws.

    The draws are a fixed low-discrepancy sequence; their error is below 0.01 (the square root of
    1/4 over the number of draws is 0.004, and such a sequence does better).
    """
    names = (joint.reference, *joint.names)
    drawn = joint.draws(DRAWS)
    effects: Floats = np.concatenate([np.zeros((DRAWS, 1)), drawn], axis=1)
    sign = 1.0 if small_values == "desirable" else -1.0
    ranks = np.argsort(np.argsort(sign * effects, axis=1, kind="stable"), axis=1)
    shares = [np.bincount(ranks[:, i], minlength=len(names)) / DRAWS for i in range(len(names))]
    return {name: tuple(own.tolist()) for name, own in sorted(zip(names, shares, strict=True))}
