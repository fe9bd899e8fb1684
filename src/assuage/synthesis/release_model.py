"""The models of an evidence release, and their priors.

Trials enter with the likelihood of what they report: counts of arms as binomial, printed
differences as normal. Effects are random between trials. Drugs of a class that work alike are
exchangeable (`synthesis.models.class_effects`), and so are the doses of one drug: a drug with few
trials leans on its class, a class mean comes with how far its drugs lie from it, and a dose that
few people took leans on its drug's other doses.

The scales of the priors were compared by the marginal likelihood of all binary outcomes together:
`validation/release_priors.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from assuage.evidence.outcome_network import OutcomeNetwork
from assuage.synthesis.latent.fit import Quadrature, fit_latent
from assuage.synthesis.latent.model import LatentModel, RandomEffects
from assuage.synthesis.latent.posterior import LatentPosterior
from assuage.synthesis.mixture import GaussianMixture
from assuage.synthesis.models.class_effects import ClassEffects, class_means
from assuage.synthesis.priors import LOG_ODDS_PER_SD, HalfNormal

EFFECT_SD = 1.5
"""SD of an effect against placebo, in log odds: 95% of odds ratios between 1/19 and 19."""
CLASS_SPREAD = 0.5
"""Scale of the half-normal prior for the SD of drugs about their class, in log odds."""
DOSE_SPREAD = 0.5
"""The same for the doses of a drug about the drug."""
BETWEEN_TRIALS = 0.5
"""Scale of the half-normal prior for the SD between trials, in log odds."""
POINTS = 9
"""Quadrature points for each of two hyperparameters."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LevelFit:
    """Effects against the reference, with tau's median and 95% interval and the priors in words.

    In a fit by class `effects.heterogeneity` is the spread of drugs about their class: how far one
    more member may lie.
    """

    effects: GaussianMixture
    tau: tuple[float, float, float]
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    """The priors in the unit of an outcome."""

    effect: float
    spread: float
    between: float


def scales(found: OutcomeNetwork, spread: float) -> Scales:
    """Return the priors' scales: log odds, or points with pi / sqrt 3 log odds for one SD among
    people (Chinn, Stat Med 2000;19:3127-3131). Where no trial gives the SD, the largest difference
    seen stands for one SD of effects."""
    unit = 1.0
    if found.network.measure != "OR":
        largest = max(float(np.abs(s.estimates).max()) for s in found.network.studies)
        sd = found.outcome_sd
        unit = largest / EFFECT_SD if sd is None else sd / LOG_ODDS_PER_SD
    return Scales(effect=EFFECT_SD * unit, spread=spread * unit, between=BETWEEN_TRIALS * unit)


def prior_of_effects() -> str:
    """Return the priors of a release in words."""
    return (
        f"log odds ratios against placebo: N(0, SD {EFFECT_SD:g}) for the mean of a class or a "
        f"drug without one; drugs about their class half-normal({CLASS_SPREAD:g}), doses about "
        f"their drug half-normal({DOSE_SPREAD:g}), trials half-normal({BETWEEN_TRIALS:g}); for points on "
        "0-10 the same carried over by the SD among people"
    )


def fit_drugs(
    found: OutcomeNetwork, exchangeable: Mapping[str, str]
) -> tuple[LevelFit, LevelFit | None]:
    """Return the effects of drugs, and those of their classes when the network has any."""
    classes = {t: exchangeable[t] for t in found.network.treatments if t in exchangeable}
    posterior = _fit(found, classes, scales(found, CLASS_SPREAD))
    drugs = _level(posterior, posterior.effects)
    return drugs, _level(posterior, class_means(posterior)) if classes else None


def fit_doses(found: OutcomeNetwork) -> LevelFit:
    """Return the effects of drugs at their doses."""
    known = [t for t in found.network.treatments if " " in t]
    drugs = {t: t.rpartition(" ")[0] for t in known}
    posterior = _fit(found, drugs, scales(found, DOSE_SPREAD))
    return _level(posterior, posterior.effects)


def _fit(found: OutcomeNetwork, groups: Mapping[str, str], chosen: Scales) -> LatentPosterior:
    between = HalfNormal(scale=chosen.between)
    model: LatentModel = RandomEffects(effect_sd=chosen.effect, heterogeneity=between)
    if groups:
        model = ClassEffects(
            classes=groups,
            class_sd=chosen.effect,
            class_spread=HalfNormal(scale=chosen.spread),
            effect_sd=chosen.effect,
            heterogeneity=between,
        )
    return fit_latent(
        found.observed, model, quadrature=Quadrature(points=POINTS if groups else None)
    )


def _level(posterior: LatentPosterior, effects: GaussianMixture) -> LevelFit:
    tau = posterior.tau
    return LevelFit(
        effects=effects.collapsed(),
        tau=(tau.quantile(0.5), tau.quantile(0.025), tau.quantile(0.975)),
        statement=posterior.statement,
    )
