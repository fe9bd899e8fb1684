"""Class and regression models of counts against long NUTS runs that share no code with assuage.

Truth: golden_nuts_models, made by validation/nuts_models.py. Means agree within 0.02 posterior SD
and SDs within 2%, each plus four Monte Carlo standard errors of the run.
"""

import json
from pathlib import Path

import pytest
from nma_golden import golden

from assuage.evidence.observed import BinomialArms, ObservedNetwork, observe
from assuage.synthesis.latent import (
    LatentModel,
    LatentPosterior,
    LevelPrior,
    RandomEffects,
    fit_latent,
)
from assuage.synthesis.models import ClassEffects, Covariate, MetaRegression, class_mean, new_member
from assuage.synthesis.models.regression import interaction
from assuage.synthesis.priors import HalfNormal

FOLDER = Path(__file__).parent / "golden_nuts_models"


def network(file: dict) -> ObservedNetwork:
    arm = golden(f"nma_{file['network']}")["data"]["arm"]
    rows: dict[str, list] = {}
    for study, *row in zip(arm["study"], arm["treatment"], arm["event"], arm["n"], strict=True):
        rows.setdefault(str(study), []).append(row)
    studies = []
    for study, arms in rows.items():
        treatments, events, people = zip(*arms, strict=True)
        studies.append(
            BinomialArms(study=study, treatments=treatments, events=events, people=people)
        )
    return observe(studies, reference=file["reference"])


def model(file: dict, studies: list[str]) -> LatentModel:
    prior = file["priors"]
    tau = HalfNormal(scale=prior["tau_half_normal"])
    if file["model"] == "classes":
        return ClassEffects(
            classes=file["classes"], class_sd=prior["class_sd"], effect_sd=prior["effect_sd"],
            class_spread=HalfNormal(scale=prior["class_spread_half_normal"]), heterogeneity=tau,
        )  # fmt: skip
    decades = {s: (y - 1985) / 10 for s, y in zip(studies, file["years"], strict=True)}
    return MetaRegression(
        treatments=RandomEffects(effect_sd=prior["effect_sd"], heterogeneity=tau),
        covariates=(Covariate(name="year", values=decades, centre=0.0),),
        interactions="shared",
        interaction_sd=prior["interaction_sd"],
    )


def asked(found: LatentPosterior, name: str):
    kind, _, of = name.partition(" ")
    if name in {"tau", "class spread"}:
        return found.hyperparameters[name]
    if kind == "effect":
        return found.effects.marginal(of)
    if kind == "class":
        return class_mean(found, of).marginal(of)
    if kind == "new":
        return new_member(found, of).marginal(of)
    return found.coefficients.marginal(interaction("year", None))


@pytest.mark.parametrize("name", ["regression_smoking", "classes_linde2015"])
def test_posteriors_are_those_of_the_sampler(name: str):
    file = json.loads((FOLDER / f"{name}.json").read_text())
    data = network(file)
    level = LevelPrior(sd=file["priors"]["level_sd"])
    studies = sorted(s.study for s in data.studies)
    found = fit_latent(data, model(file, studies), level=level).certified()
    for quantity, truth in file["quantities"].items():
        ours = asked(found, quantity)
        off = abs(ours.mean - truth["mean"])
        assert off < 0.02 * truth["sd"] + 4 * truth["mcse_mean"], quantity
        stretch = abs(ours.sd / truth["sd"] - 1)
        assert stretch < 0.02 + 4 * truth["mcse_sd"] / truth["sd"], quantity
