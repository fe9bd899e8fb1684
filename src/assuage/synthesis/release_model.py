"""The models of an evidence release, and their priors.

Trials enter with the likelihood of what they report: counts of arms as binomial, printed
differences as normal. Effects are random between trials. Drugs of a class that work alike are
exchangeable (`synthesis.models.class_effects`), and so are the doses of one drug: a drug with few
trials leans on its class, a class mean comes with how far its drugs lie from it, and a dose that
few people took leans on its drug's other doses.

The scales of the priors were compared by the marginal likelihood of all binary outcomes together:
`validation/release_choices.py priors`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from assuage.evidence.network import Floats
from assuage.evidence.outcome_network import OutcomeNetwork
from assuage.evidence.trial import TrialTables
from assuage.synthesis.latent.fit import Quadrature, fit_latent
from assuage.synthesis.latent.model import LatentModel, RandomEffects
from assuage.synthesis.latent.posterior import LatentPosterior
from assuage.synthesis.mixture import GaussianMixture, mixed
from assuage.synthesis.models.class_effects import ClassEffects, class_means, drugs_and_classes
from assuage.synthesis.models.dose_model import DosePrior
from assuage.synthesis.models.dose_response import fit_dose_response
from assuage.synthesis.models.dose_trials import dose_network_of
from assuage.synthesis.priors import LOG_ODDS_PER_SD, HalfNormal

EFFECT_SD = 1.5
"""SD of an effect against placebo, in log odds: 95% of odds ratios between 1/19 and 19."""
CLASS_SPREAD = 0.5
"""Scale of the half-normal prior for the SD of drugs about their class, in log odds."""
DOSE_SPREAD = 0.5
"""The same for the doses of a drug about the drug."""
BETWEEN_TRIALS = 0.5
"""Scale of the half-normal prior for the SD between trials, in log odds."""
TRIALS_FOR_A_CURVE = 2
"""Trials against placebo that each of two doses needs before a curve is drawn through them."""
TAUS_OF_A_CURVE = 3
"""Components that a release keeps of each curve."""
POINTS = 11
"""Quadrature points for each of two hyperparameters."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LevelFit:
    """Effects against the reference, with tau's median and 95% interval and the priors in words.

    In a fit by class `effects.heterogeneity` is the spread of drugs about their class: how far one
    more member may lie. `silent` tells why a trial of the network has no part in these effects, for
    trials with none of their treatments (or, if `trials` is given, all but those).
    """

    effects: GaussianMixture
    tau: tuple[float, float, float]
    statement: str
    silent: str = ""
    trials: frozenset[str] | None = None


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
        f"log odds ratios against placebo: N(0, SD {EFFECT_SD:g}) for the mean of a class or of a "
        f"drug without one; half-normal SDs of drugs about their class ({CLASS_SPREAD:g}), of "
        f"doses about their drug ({DOSE_SPREAD:g}) and between trials ({BETWEEN_TRIALS:g}); for "
        "points on 0-10 the same carried over by the SD among people"
    )


def fit_drugs(
    found: OutcomeNetwork, exchangeable: Mapping[str, str]
) -> tuple[LevelFit, LevelFit | None]:
    """Return the effects of drugs, and those of their classes when the network has any."""
    classes = {t: exchangeable[t] for t in found.network.treatments if t in exchangeable}
    posterior = _fit(found, classes, scales(found, CLASS_SPREAD))
    if not classes:
        return _level(posterior, posterior.effects), None
    drugs = _level(posterior, drugs_and_classes(posterior))
    return drugs, _level(posterior, class_means(posterior), silent="has no drug of a class of kin")


def fit_doses(
    found: OutcomeNetwork, tables: TrialTables, *, without_reconstructed: bool
) -> LevelFit:
    """Return the effects of drugs at their doses.

    Where a drug has doses enough for a curve, and events were counted, its doses are read off the
    average of dose-response curves (`synthesis.models.dose_response`), in which "no more gain" is
    one of the possible answers. Elsewhere the doses of one drug are exchangeable.
    """
    curves = dosed_enough(found)
    if curves and found.network.measure == "OR":
        return _fit_curves(found, curves, tables, without_reconstructed=without_reconstructed)
    known = [t for t in found.network.treatments if " " in t]
    drugs = {t: t.rpartition(" ")[0] for t in known}
    posterior = _fit(found, drugs, scales(found, DOSE_SPREAD))
    return _level(posterior, posterior.effects)


def dosed_enough(found: OutcomeNetwork) -> dict[str, tuple[Decimal, ...]]:
    """Return the drugs with two fixed doses or more that were each tried in two trials against the
    reference, with those doses in mg/day."""
    doses: dict[str, list[Decimal]] = {}
    for name in found.network.treatments:
        drug, _, dose = name.rpartition(" ")
        tried = [s for s in found.of(name) if found.network.reference in s.contrasts.treatments]
        if drug and dose.replace(".", "").isdigit() and len(tried) >= TRIALS_FOR_A_CURVE:
            doses.setdefault(drug, []).append(Decimal(dose))
    return {drug: tuple(sorted(found)) for drug, found in doses.items() if len(found) > 1}


def _fit_curves(
    found: OutcomeNetwork,
    curves: Mapping[str, Sequence[Decimal]],
    tables: TrialTables,
    *,
    without_reconstructed: bool,
) -> LevelFit:
    network = dose_network_of(
        tables,
        found.outcome,
        tuple(curves),
        placebo=found.network.reference,
        without_reconstructed=without_reconstructed,
    )
    prior = DosePrior(effect_sd=EFFECT_SD, heterogeneity=HalfNormal(scale=BETWEEN_TRIALS))
    response = fit_dose_response(
        network, prior, desirable="larger" if found.outcome.higher_is_better else "smaller"
    )
    points = [(drug, float(dose)) for drug, doses in curves.items() for dose in doses]
    parts = [
        replace(response, fits=(fit,), shares=(1.0,)).at(points).collapsed(TAUS_OF_A_CURVE)
        for fit in response.fits
    ]
    values, weights = response.tau
    return LevelFit(
        effects=mixed(parts, response.shares),
        tau=_quantiles(values, weights),
        statement=response.statement,
        silent="says nothing of fixed doses of " + " or ".join(sorted(curves)),
        trials=frozenset(study.study for study in network.observed.studies),
    )


def _quantiles(values: Floats, weights: Floats) -> tuple[float, float, float]:
    """Median and central 95% interval of a discrete distribution, interpolated."""
    order = np.argsort(values)
    below = np.cumsum(weights[order]) - weights[order] / 2
    middle, low, high = np.interp([0.5, 0.025, 0.975], below, values[order])
    return float(middle), float(low), float(high)


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
    posterior = fit_latent(
        found.observed, model, quadrature=Quadrature(points=POINTS if groups else None)
    )
    return posterior.certified() if posterior.needs_certificate else posterior


def _level(posterior: LatentPosterior, effects: GaussianMixture, *, silent: str = "") -> LevelFit:
    tau = posterior.tau
    return LevelFit(
        effects=effects.collapsed(),
        tau=(tau.quantile(0.5), tau.quantile(0.025), tau.quantile(0.975)),
        statement=posterior.statement,
        silent=silent,
    )
