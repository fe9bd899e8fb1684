"""The engines behind a fit. Each is a function from network and model to an `Inference`.

A new engine is one more entry of `ENGINES`: nothing else of the API knows which one ran.
"""

from collections.abc import Callable, Mapping
from functools import cache, partial

from assuage.errors import NetworkError
from assuage.nma.inference import Inference
from assuage.nma.latent_engine import latent, latent_posterior, prior_of
from assuage.nma.model import Model, TauMethod
from assuage.nma.observing import usual_likelihood
from assuage.nma.reported import ReportedNetwork
from assuage.synthesis.classical.rank_probability import joint_distribution
from assuage.synthesis.gls import fit
from assuage.synthesis.posterior import NetworkPosterior
from assuage.synthesis.quadrature import fit_random_effects
from assuage.synthesis.ranking import SmallValues
from assuage.synthesis.summary import posterior_effects


def least_squares(account: ReportedNetwork, model: Model) -> Inference:
    """The classical network meta-analysis."""
    method: TauMethod = model.tau or "REML"
    fitted = fit(account.network, effects=model.effects, tau_method=method)
    random = model.effects == "random"
    said = f"Random effects, τ² by {method}." if random else "Common effects."
    return Inference(
        effects_at=cache(fitted.relative_effects),
        joint=joint_distribution(fitted),
        scores=cache(fitted.p_scores),
        score_name="P-score",
        interval_name="CI",
        tau=fitted.tau,
        tau_interval=None,
        classical=fitted,
        statement=said,
        choices={"tau": method} if random and model.tau is None else {},
    )


def quadrature(account: ReportedNetwork, model: Model) -> Inference:
    """Bayesian random effects with normal likelihoods, by quadrature over tau."""
    if model.effects == "common" or model.structure is not None:
        return latent(account, model)
    network, prior = account.network, prior_of(account, model)
    posterior = fit_random_effects(network, prior=prior)
    tau = posterior.tau.quantile(0.5)
    classical = fit(network, tau2=tau**2)
    reason = f" ({prior.reason})" if prior.reason else ""
    return Inference(
        effects_at=cache(partial(posterior_effects, classical, posterior.effects)),
        joint=posterior.effects,
        scores=cache(partial(_sucra, posterior)),
        score_name="SUCRA",
        interval_name="CrI",
        tau=tau,
        tau_interval=(posterior.tau.quantile(0.025), posterior.tau.quantile(0.975)),
        classical=classical,
        statement=f"Bayesian random effects. Prior: {prior.statement}{reason}.",
        choices={"priors": prior.statement} if model.prior is None else {},
        prior=prior,
        posterior=posterior,
        latent=cache(partial(latent_posterior, account, model)),
    )


def _sucra(posterior: NetworkPosterior, small_values: SmallValues) -> Mapping[str, float]:
    return posterior.sucra(small_values=small_values)


Engine = Callable[[ReportedNetwork, Model], Inference]
ENGINES: Mapping[tuple[str, str], Engine] = {
    ("gls", "normal"): least_squares,
    ("bayes", "normal"): quadrature,
    ("bayes", "binomial"): latent,
    ("bayes", "poisson"): latent,
}


def infer(account: ReportedNetwork, model: Model) -> Inference:
    """Run the engine that the model asks for. NetworkError when there is none."""
    usual = "normal" if model.engine == "gls" else usual_likelihood(account)
    likelihood = model.likelihood or usual
    run = ENGINES.get((model.engine, likelihood))
    if run is None:
        known = "; ".join(f"engine {e!r} with likelihood {k!r}" for e, k in ENGINES)
        raise NetworkError(
            f"There is no engine {model.engine!r} with likelihood {likelihood!r}. "
            f"There is: {known}."
        )
    return run(account, model)
