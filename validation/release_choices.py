"""What the models and priors of an evidence release rest on, and what hangs on them.

    python validation/release_choices.py [priors | doses | condition | sensitivity | published]

Prints tables, a few minutes in all; docs/explanation/evidence-release.md quotes them. Widths of
priors and structures are compared by the log marginal likelihood, summed over the outcomes, of one
model for all of them: no outcome chooses its own prior.
"""

import sys
from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
from scipy.special import ndtri

from assuage.errors import NetworkError
from assuage.evidence.network import Floats
from assuage.evidence.nodes import Level
from assuage.evidence.observed import ObservedNetwork, observe
from assuage.evidence.outcome_network import OutcomeNetwork, network_for
from assuage.evidence.trial import Study
from assuage.knowledge.catalogues import Catalogues, load_catalogues
from assuage.knowledge.releases import load_release
from assuage.knowledge.trials import load_trials
from assuage.synthesis import release_model
from assuage.synthesis.latent import LatentPosterior, RandomEffects, fit_latent
from assuage.synthesis.latent.fit import Quadrature
from assuage.synthesis.mixture import GaussianMixture
from assuage.synthesis.models import Category, ClassEffects, MetaRegression, class_means
from assuage.synthesis.priors import HalfNormal

SMALL, OLD = 50, 2000
"""Crossover trials with fewer people, and published before this year."""
DRAWS = 2000
say = sys.stdout.write


@cache
def catalogues() -> Catalogues:
    return load_catalogues()


@cache
def networks(level: Level) -> tuple[OutcomeNetwork, ...]:
    found: list[OutcomeNetwork] = []
    for outcome in sorted(catalogues().outcomes.values(), key=lambda o: o.order):
        if outcome.kind != "binary":
            continue
        try:
            found.append(network(outcome.id, level))
        except NetworkError as error:
            say(f"({error})\n")
    return tuple(found)


def network(outcome: str, level: Level, *, reconstructed: bool = True) -> OutcomeNetwork:
    return network_for(
        load_trials(catalogues=catalogues()),
        catalogues().outcomes[outcome],
        level=level,
        treatments=catalogues().treatments,
        without_reconstructed=not reconstructed,
    )


def classes(observed: ObservedNetwork) -> dict[str, str]:
    kin = catalogues().treatments.exchangeable
    return {t: kin[t] for t in observed.treatments if t in kin}


def by_class(
    observed: ObservedNetwork, effect: float, spread: float, between: float
) -> LatentPosterior:
    model = ClassEffects(
        classes=classes(observed),
        class_sd=effect,
        class_spread=HalfNormal(scale=spread),
        effect_sd=effect,
        heterogeneity=HalfNormal(scale=between),
    )
    return fit_latent(observed, model, quadrature=Quadrature(points=release_model.POINTS))


def priors() -> None:
    """The widths of the priors, one at a time from those of the release."""
    chosen = (release_model.EFFECT_SD, release_model.CLASS_SPREAD, release_model.BETWEEN_TRIALS)
    tried = [chosen]
    for place, widths in enumerate(((0.7, 1.0, 2.0, 2.82, 4.0), (0.1, 0.25, 1.0), (0.25, 1.0))):
        tried += [(*chosen[:place], width, *chosen[place + 1 :]) for width in widths]
    base = 0.0
    say("effect SD, class spread, between trials: log marginal likelihood against the release's\n")
    for widths in tried:
        total = sum(
            by_class(found.observed, *widths).log_marginal_likelihood for found in networks("drug")
        )
        base = base or total
        say(f"{widths[0]:9g}{widths[1]:14g}{widths[2]:16g}{total - base:12.1f}\n")
    alone = sum(alone_fit(found.observed).log_marginal_likelihood for found in networks("drug"))
    say(f"drugs not exchangeable within class{alone - base:16.1f}\n")


def alone_fit(observed: ObservedNetwork) -> LatentPosterior:
    model = RandomEffects(
        effect_sd=release_model.EFFECT_SD,
        heterogeneity=HalfNormal(scale=release_model.BETWEEN_TRIALS),
    )
    return fit_latent(observed, model)


def doses() -> None:
    """Doses of one drug: exchangeable about the drug, or unrelated."""
    say("doses about their drug (SD, half-normal): log marginal likelihood against unrelated\n")
    alone = sum(alone_fit(found.observed).log_marginal_likelihood for found in networks("dose"))
    for spread in (0.1, 0.25, 0.5, 1.0):
        total = 0.0
        for found in networks("dose"):
            drugs = {t: t.rpartition(" ")[0] for t in found.network.treatments if " " in t}
            model = ClassEffects(
                classes=drugs,
                class_sd=release_model.EFFECT_SD,
                class_spread=HalfNormal(scale=spread),
                effect_sd=release_model.EFFECT_SD,
                heterogeneity=HalfNormal(scale=release_model.BETWEEN_TRIALS),
            )
            chosen = Quadrature(points=release_model.POINTS)
            total += fit_latent(found.observed, model, quadrature=chosen).log_marginal_likelihood
        say(f"{spread:9g}{total - alone:12.1f}\n")


def condition() -> None:
    """Does the effect depend on the pain condition? One difference a condition for all drugs."""
    say("outcome: log marginal likelihood with the condition as covariate, against without\n")
    for outcome in ("pain_relief_50", "pain_relief_moderate", "withdrawal_adverse_event"):
        found = network(outcome, "drug")
        plain = alone_fit(found.observed)
        model = MetaRegression(
            treatments=RandomEffects(
                effect_sd=release_model.EFFECT_SD,
                heterogeneity=HalfNormal(scale=release_model.BETWEEN_TRIALS),
            ),
            covariates=(
                Category(
                    name="condition",
                    values={s.study.id: s.study.condition for s in found.studies},
                ),
            ),
            interactions="shared",
            interaction_sd=release_model.CLASS_SPREAD,
        )
        with_it = fit_latent(found.observed, model)
        gain = with_it.log_marginal_likelihood - plain.log_marginal_likelihood
        say(f"  {outcome:28}{gain:8.1f}   tau {plain.tau.mean:.2f} -> {with_it.tau.mean:.2f}\n")


def is_small_and_old(study: Study, people: int) -> bool:
    return study.design == "crossover" and people < SMALL and (study.year or OLD) < OLD


def without_small_and_old(found: OutcomeNetwork) -> ObservedNetwork:
    kept = [s.observed for s in found.studies if not is_small_and_old(s.study, s.people)]
    return observe(kept, reference=found.network.reference, link="logit")


def sensitivity() -> None:
    """Classes against placebo on all data, and on less of it: odds ratios with 95% intervals."""
    ways: Mapping[str, Callable[[str], ObservedNetwork]] = {
        "all": lambda o: network(o, "drug").observed,
        "without reconstructed": lambda o: network(o, "drug", reconstructed=False).observed,
        "without small old crossovers": lambda o: without_small_and_old(network(o, "drug")),
        "without either": lambda o: without_small_and_old(network(o, "drug", reconstructed=False)),
    }
    widths = (release_model.EFFECT_SD, release_model.CLASS_SPREAD, release_model.BETWEEN_TRIALS)
    for outcome in ("pain_relief_50", "pain_relief_moderate", "withdrawal_adverse_event"):
        say(f"{outcome}\n")
        for label, observed_of in ways.items():
            try:
                observed = observed_of(outcome)
            except NetworkError as error:
                say(f"  {label:30} {error}\n")
                continue
            means = class_means(by_class(observed, *widths))
            cells = "  ".join(f"{name} {odds_ratio(means, name)}" for name in means.names)
            say(f"  {label:30}{len(observed.studies):3} trials  {cells}\n")


def odds_ratio(means: GaussianMixture, name: str) -> str:
    margin = means.marginal(name)
    middle, low, high = (np.exp(margin.quantile(p)) for p in (0.5, 0.025, 0.975))
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


def published() -> None:
    """Numbers needed to treat and to harm at the placebo outcome of all conditions."""
    release = load_release()
    pairs = (
        ("pain_relief_50", "class", "tca"),
        ("pain_relief_50", "class", "snri"),
        ("pain_relief_50", "drug", "pregabalin"),
        ("pain_relief_50", "drug", "gabapentin"),
        ("withdrawal_adverse_event", "class", "tca"),
        ("withdrawal_adverse_event", "class", "snri"),
        ("withdrawal_adverse_event", "drug", "pregabalin"),
        ("withdrawal_adverse_event", "drug", "gabapentin"),
    )
    for outcome, level, name in pairs:
        result = release.outcomes[outcome]
        effects = result.levels[level].effects
        assert result.baseline is not None
        risk = result.baseline.elsewhere
        middle, low, high = needed(risk.mean, risk.sd, effects, name)
        say(f"{outcome:28}{name:12} 1 in {middle:5.1f} ({low:.1f} to {high:.1f})\n")


def needed(
    mean: float, sd: float, effects: GaussianMixture, name: str
) -> tuple[float, float, float]:
    """1 / risk difference: median and 95% interval over effect and placebo risk."""
    margin = effects.marginal(name)
    places = (np.arange(DRAWS) + 0.5) / DRAWS
    rng = np.random.default_rng(1)  # which pairs of quantiles meet; the margins are exact grids
    d = np.array([margin.quantile(p) for p in places])[rng.permutation(DRAWS)]
    placebo = mean + sd * ndtri(places)
    difference: Floats = 1 / (1 + np.exp(-(placebo + d))) - 1 / (1 + np.exp(-placebo))
    middle, low, high = np.quantile(difference, [0.5, 0.975, 0.025])
    return 1 / float(middle), 1 / float(low), 1 / float(high)


PARTS = {
    "priors": priors,
    "doses": doses,
    "condition": condition,
    "sensitivity": sensitivity,
    "published": published,
}

if __name__ == "__main__":
    for part in sys.argv[1:] or list(PARTS):
        say(f"\n== {part}\n")
        PARTS[part]()
