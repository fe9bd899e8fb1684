"""Which of several models the same trials support: marginal likelihood, leave-one-study-out, DIC.

The log marginal likelihood log p(y) needs proper priors of all coefficients. The leave-one-out
density sum log p(y_s | the other studies) does not: it is found from the certificate's draws by
Pareto-smoothed importance weights (Vehtari, Gelman and Gabry, Stat Comput 2017;27:1413-1432) and,
where their tail is heavy (k-hat of 0.5 or more: no finite variance), by fitting again without the
study.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats
from assuage.evidence.observed import NormalContrasts, ObservedNetwork
from assuage.synthesis.latent.hyper import integrate
from assuage.synthesis.latent.leave_one_out import fitted_arms, leave_one_out
from assuage.synthesis.latent.posterior import LatentPosterior
from assuage.synthesis.latent.problem import LevelPrior, build_problem
from assuage.synthesis.mixture import GaussianMixture

_STACKING_ROUNDS = 2000
_REFIT = 0.5
"""Weights are trusted up to 0.7, but models often differ by less than their error there."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyDensities:
    """`densities` (S,): log p(y_s | the other studies), `k_hat` (S,) of the importance weights
    that gave them, `refitted` where the model was fitted anew instead, because these could not be
    trusted; in `studies` order. `in_sample` (S,): log p(y_s | all studies)."""

    studies: tuple[str, ...]
    densities: Floats
    k_hat: Floats
    refitted: tuple[bool, ...]
    in_sample: Floats

    @property
    def elpd(self) -> float:
        """The expected log predictive density, summed over studies."""
        return float(self.densities.sum())

    @property
    def effective_parameters(self) -> float:
        """How much better studies are predicted that were seen (p_loo)."""
        return float(self.in_sample.sum()) - self.elpd


def study_densities(posterior: LatentPosterior) -> StudyDensities:
    """Return the predictive density of each study given the others. Certifies if need be.

    A study is left out as a whole, its own baseline included. Raises NetworkError when the model is
    not identified without some study, naming it: proper priors mend that.
    """
    own = posterior if posterior.certificate is not None else posterior.certified()
    if own.certificate is None:
        raise NetworkError("This posterior has no certificate.")
    found = leave_one_out(own).studies
    densities = [f.elpd if f.k_hat < _REFIT else without(own, s) for s, f in enumerate(found)]
    draws = own.certificate.draws
    log_weights = np.log(np.maximum(draws.weights, 1e-300))[:, None]
    both = draws.log_likelihood + log_weights
    top = both.max(axis=0)
    return StudyDensities(
        studies=tuple(f.study for f in found),
        densities=np.array(densities),
        k_hat=np.array([f.k_hat for f in found]),
        refitted=tuple(f.k_hat >= _REFIT for f in found),
        in_sample=top + np.log(np.exp(both - top).sum(axis=0)),
    )


def without(posterior: LatentPosterior, s: int) -> float:
    """Return log p(y) - log p(y without study s), by a fit to the rest.

    The study stays as contrasts of infinite variance, which say nothing, so that the model keeps
    all its coefficients. Anything flat counts alike in both.
    """
    network = posterior.network
    study = network.studies[s]
    m = len(study.treatments) - 1
    silent = NormalContrasts(
        study=study.study, treatments=study.treatments, estimates=np.zeros(m),
        covariance=np.diag(np.full(m, np.inf)),
    )  # fmt: skip
    studies = (*network.studies[:s], silent, *network.studies[s + 1 :])
    rest = replace(network, studies=studies)
    model = posterior.problem.model
    example = np.array([[h.start for h in model.hyperparameters]])
    problem = build_problem(rest, model, _level(posterior), example)
    points = posterior.weighted.axes[0].points if posterior.weighted.axes else 1
    try:
        found = integrate(problem, points)
    except NetworkError as wrong:
        raise NetworkError(f"Without {study.study}: {wrong}") from wrong
    return posterior.weighted.log_integral - found.log_integral


def _level(posterior: LatentPosterior) -> LevelPrior:
    """Return the prior of levels that a posterior was made with."""
    for block in posterior.problem.blocks:
        precision = getattr(block, "level_precision", None)
        if precision is not None and hasattr(block, "family"):
            known = float(precision[0])
            mean = float(getattr(block, "level_mean")[0])  # noqa: B009
            return LevelPrior(mean=mean, sd=None if known == 0 else 1 / sqrt(known))
    return LevelPrior(sd=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelScore:
    """One model among others. `log_marginal_likelihood` and `probability` (all models equally
    likely beforehand) are None where a coefficient's prior is flat. `difference` is the
    leave-one-out elpd less the best model's and `difference_se` its standard error, from the
    paired studies; `stacking` the weights whose mixture predicts left-out studies best."""

    model: str
    log_marginal_likelihood: float | None
    probability: float | None
    elpd: float
    difference: float
    difference_se: float
    effective_parameters: float
    stacking: float
    dic: float
    highest_k: float
    refitted: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelComparison:
    """Models of the same data, best leave-one-out first. `note` says what was not compared."""

    scores: tuple[ModelScore, ...]
    note: str

    def table(self) -> str:
        """Return the comparison as text."""
        head = f"{'model':<28} {'log p(y)':>10} {'P(model)':>9} {'elpd':>10} {'diff':>8} {'se':>7} "
        lines = [head + f"{'p_loo':>6} {'stack':>6} {'DIC':>8} {'max k':>6} refits"]
        for s in self.scores:
            marginal = (
                f"{s.log_marginal_likelihood:.2f}" if s.log_marginal_likelihood is not None else "-"
            )
            probability = f"{s.probability:.3f}" if s.probability is not None else "-"
            lines.append(
                f"{s.model:<28} {marginal:>10} {probability:>9} {s.elpd:>10.2f} "
                f"{s.difference:>8.2f} {s.difference_se:>7.2f} {s.effective_parameters:>6.1f} "
                f"{s.stacking:>6.3f} {s.dic:>8.2f} {s.highest_k:>6.2f} "
                f"{', '.join(s.refitted) or 'none'}"
            )
        return "\n".join([*lines, *([self.note] if self.note else [])])


def compare(posteriors: Mapping[str, LatentPosterior]) -> ModelComparison:
    """Return how well each of several models, fitted to the same studies, is supported.

    Raises NetworkError when the data or the levels' priors differ.
    """
    _need_same_data(posteriors)
    found = {n: p if p.certificate is not None else p.certified() for n, p in posteriors.items()}
    loo = {name: study_densities(p) for name, p in found.items()}
    flat = [name for name, p in posteriors.items() if not has_proper_prior(p)]
    marginal = {n: None if n in flat else p.log_marginal_likelihood for n, p in posteriors.items()}
    probabilities = dict.fromkeys(posteriors) if flat else model_probabilities(posteriors)
    weights = stacking_weights(loo)
    order = sorted(loo, key=lambda name: (-loo[name].elpd, name))
    best = loo[order[0]]
    scores = [
        ModelScore(
            model=name,
            log_marginal_likelihood=marginal[name],
            probability=probabilities[name],
            elpd=loo[name].elpd,
            difference=loo[name].elpd - best.elpd,
            difference_se=_paired_se(loo[name].densities - best.densities),
            effective_parameters=loo[name].effective_parameters,
            stacking=weights[name],
            dic=fitted_arms(found[name]).dic,
            highest_k=float(loo[name].k_hat.max()),
            refitted=tuple(
                s for s, again in zip(loo[name].studies, loo[name].refitted, strict=True) if again
            ),
        )
        for name in order
    ]
    note = (
        f"No probabilities of models: the prior of some coefficient is flat in {', '.join(flat)}."
        if flat
        else ""
    )
    return ModelComparison(scores=tuple(scores), note=note)


def _paired_se(differences: Floats) -> float:
    return sqrt(len(differences) * float(differences.var(ddof=1)))


def has_proper_prior(posterior: LatentPosterior) -> bool:
    """Return whether all coefficients have a proper prior. Levels of studies are left aside: they
    are alike in all models of the same data, so that a flat prior cancels."""
    precision = posterior.problem.model.prior(posterior.psi).precision
    return bool((np.linalg.eigvalsh(precision) > 0).all())


def model_probabilities(posteriors: Mapping[str, LatentPosterior]) -> dict[str, float]:
    """Return posterior probabilities of models that are equally likely beforehand.

    Raises NetworkError on different data, or when the prior of a coefficient is flat: its marginal
    likelihood has no scale then.
    """
    _need_same_data(posteriors)
    flat = [name for name, p in posteriors.items() if not has_proper_prior(p)]
    if flat:
        raise NetworkError(
            f"Marginal likelihoods need proper priors of all coefficients; flat in: "
            f"{', '.join(flat)}. Give them an SD, or compare by leave-one-study-out."
        )
    logs = np.array([p.log_marginal_likelihood for p in posteriors.values()])
    mass = np.exp(logs - logs.max())
    return dict(zip(posteriors, (mass / mass.sum()).tolist(), strict=True))


def stacking_weights(loo: Mapping[str, StudyDensities]) -> dict[str, float]:
    """Return the weights of models whose mixture predicts left-out studies best (Yao, Vehtari,
    Simpson and Gelman, Bayesian Anal 2018;13:917-1007), by the EM algorithm for mixtures."""
    density = np.array([found.densities for found in loo.values()]).T
    density = np.exp(density - density.max(axis=1, keepdims=True))
    weights = np.full(len(loo), 1 / len(loo))
    for _ in range(_STACKING_ROUNDS):
        share = density * weights
        weights = (share / share.sum(axis=1, keepdims=True)).mean(axis=0)
    return dict(zip(loo, weights.tolist(), strict=True))


def averaged_effects(
    posteriors: Mapping[str, LatentPosterior], weights: Mapping[str, float]
) -> GaussianMixture:
    """Return the effects averaged over models with these weights (made to sum to one)."""
    _need_same_data(posteriors)
    total = sum(weights[name] for name in posteriors)
    effects = {name: p.effects for name, p in posteriors.items()}
    first = next(iter(effects.values()))
    return GaussianMixture(
        reference=first.reference,
        names=first.names,
        weights=np.concatenate([weights[n] / total * e.weights for n, e in effects.items()]),
        means=np.concatenate([e.means for e in effects.values()]),
        covariances=np.concatenate([e.covariances for e in effects.values()]),
        heterogeneity=np.concatenate([e.heterogeneity for e in effects.values()]),
    )


def _need_same_data(posteriors: Mapping[str, LatentPosterior]) -> None:
    if not posteriors:
        raise NetworkError("There is no model to compare.")
    seen = {repr((_data_of(p.network), _level(p))) for p in posteriors.values()}
    if len(seen) > 1:
        raise NetworkError(
            f"The models {', '.join(posteriors)} are not of the same studies, data, reference and "
            "prior of levels: what they say of the data cannot be compared."
        )


def _data_of(network: ObservedNetwork) -> tuple[object, ...]:
    return network.reference, network.link, *(_plain(study) for study in network.studies)


def _plain(study: object) -> list[object]:
    names = getattr(study, "__slots__", ())
    values = [getattr(study, name) for name in names]
    return [type(study).__name__, *(v.tolist() if isinstance(v, np.ndarray) else v for v in values)]
