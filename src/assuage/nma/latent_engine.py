"""The Bayesian engine with the likelihood of the arms themselves: binomial, Poisson, or any model
of the effects."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

from assuage.errors import NetworkError
from assuage.nma.inference import Inference
from assuage.nma.observing import observed, usual_likelihood
from assuage.nma.reported import ReportedNetwork
from assuage.synthesis.classical.rank_probability import scores
from assuage.synthesis.gls import NetworkFit, fit
from assuage.synthesis.latent import (
    CommonEffects,
    LatentModel,
    LatentPosterior,
    RandomEffects,
    UnrelatedMeans,
    fit_latent,
)
from assuage.synthesis.prediction import RelativeEffect
from assuage.synthesis.priors import Prior, default_prior, typical_sd
from assuage.synthesis.summary import posterior_effects

if TYPE_CHECKING:
    from assuage.nma.model import Likelihood, Model

_SAID: dict[Likelihood, str] = {
    "binomial": "Events of each arm binomial.",
    "poisson": "Events of each arm Poisson.",
    "normal": "Contrasts normal.",
}


def prior_of(account: ReportedNetwork, model: Model) -> Prior:
    """Return the priors asked for, or the default ones of the measure."""
    sds = [arm.sd for arm in account.arms if arm.sd is not None]
    outcome_sd = typical_sd(sds) if sds else None
    return model.prior or default_prior(account.network, outcome_sd=outcome_sd)


def latent(account: ReportedNetwork, model: Model) -> Inference:
    """Bayes with the latent-Gaussian engine, certified: its importance weights have a Pareto k-hat
    below 0.7. Raises NetworkError, saying what to do, when they have not."""
    network = account.network
    prior = None if model.structure else prior_of(account, model)
    certified = cache(partial(latent_posterior, account, model))
    posterior = certified(False)
    spread = posterior.tau
    tau = spread.quantile(0.5)
    classical = fit(network, tau2=tau**2) if tau > 0 else fit(network, effects="common")
    random = spread.axis is not None
    return Inference(
        effects_at=cache(partial(_effects, classical, posterior)),
        joint=posterior.effects,
        scores=cache(partial(scores, posterior.effects)),
        score_name="SUCRA",
        interval_name="CrI",
        tau=tau,
        tau_interval=(spread.quantile(0.025), spread.quantile(0.975)) if random else None,
        classical=classical,
        statement=_statement(account, model, posterior, prior),
        choices=_choices(account, model, prior),
        prior=prior,
        latent=certified,
    )


def latent_posterior(account: ReportedNetwork, model: Model, unrelated: bool) -> LatentPosterior:
    """Return the certified posterior of a Bayesian model, or of unrelated means beside it."""
    likelihood = model.likelihood or usual_likelihood(account)
    return fit_latent(observed(account, likelihood), _model(account, model, unrelated)).certified()


def _model(account: ReportedNetwork, model: Model, unrelated: bool) -> LatentModel:
    if model.structure is not None:
        if unrelated:
            raise NetworkError(
                "Unrelated means stand beside common or random effects; leave out model."
            )
        return model.structure
    prior = prior_of(account, model)
    common = model.effects == "common"
    if unrelated:
        spread = None if common else prior.heterogeneity
        return UnrelatedMeans(effect_sd=prior.effect_sd, heterogeneity=spread)
    if common:
        return CommonEffects(effect_sd=prior.effect_sd)
    return RandomEffects(effect_sd=prior.effect_sd, heterogeneity=prior.heterogeneity)


def _effects(
    classical: NetworkFit, posterior: LatentPosterior, level: float
) -> tuple[RelativeEffect, ...]:
    """The pairs; common effects leave a new trial no room to differ."""
    pairs = posterior_effects(classical, posterior.effects, level)
    if posterior.tau.axis is not None:
        return pairs
    return tuple(replace(pair, predict_low=None, predict_high=None) for pair in pairs)


def _statement(
    account: ReportedNetwork, model: Model, posterior: LatentPosterior, prior: Prior | None
) -> str:
    said = _SAID[model.likelihood or usual_likelihood(account)]
    reason = f" ({prior.reason})" if prior and prior.reason else ""
    lines = posterior.statement.split("\n")
    return f"Bayesian {lines[0]}{reason}; {'; '.join(lines[1:])}. {said}"


def _choices(account: ReportedNetwork, model: Model, prior: Prior | None) -> dict[str, str]:
    made: dict[str, str] = {}
    if prior is not None and model.prior is None:
        made["priors"] = prior.statement
    if model.likelihood is None:
        made["likelihood"] = usual_likelihood(account)
    return made
