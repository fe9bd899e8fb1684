"""What models say of themselves, and what they refuse.

Truth: the choices made, written out by hand.
"""

import pytest

from assuage.errors import NetworkError
from assuage.evidence.observed import BinomialArms, observe
from assuage.synthesis.latent import CommonEffects, LatentModel, RandomEffects, fit_latent
from assuage.synthesis.models import (
    Category,
    ClassEffects,
    ComponentEffects,
    Covariate,
    FixedInconsistency,
    Known,
    MetaRegression,
    SplitComparison,
    class_mean,
    class_means,
    compare,
    effects_at,
    global_inconsistency,
    model_probabilities,
    node_split,
)
from assuage.synthesis.priors import HalfNormal

TAU = HalfNormal(scale=0.5)
PLAIN = RandomEffects(effect_sd=4.0, heterogeneity=TAU)
ROWS = (("s1", "pab", (10, 12, 20)), ("s2", "pa", (8, 15)), ("s3", "ac", (9, 16)))


def network(rows=ROWS, reference="p"):
    return observe(
        [
            BinomialArms(study=s, treatments=tuple(arms), events=events, people=(50,) * len(arms))
            for s, arms, events in rows
        ],
        reference=reference,
    )


def classes(**changed) -> ClassEffects:
    given = {
        "classes": {"a": "X", "b": "X"}, "class_sd": 2.0, "effect_sd": 4.0,
        "class_spread": HalfNormal(scale=0.3), "heterogeneity": TAU, **changed,
    }  # fmt: skip
    return ClassEffects(**given)


def regression(covariate) -> MetaRegression:
    return MetaRegression(
        treatments=PLAIN, covariates=(covariate,), interactions="shared", interaction_sd=1.0
    )


LEVEL = "level of each study's baseline arm"
EFFECTS = "effect of each treatment against the reference (p): N(0, SD 4)"
SPREAD = "random effects: between-study SD tau half-normal with scale 0.5"


@pytest.mark.parametrize(
    ("model", "lines"),
    [
        (
            classes(),
            [
                "drugs exchangeable within class: X (a, b)",
                "mean of each class against the reference (p): N(0, SD 2)",
                "SD of drugs about their class (the same for all classes): half-normal with scale "
                "0.3",
                "without a class (c): N(0, SD 4)",
                SPREAD,
            ],
        ),
        (
            regression(Covariate(name="age", values={"s1": 50.0, "s2": 60.0, "s3": 64.0})),
            [
                EFFECTS,
                SPREAD,
                "age: linear, effects reported at 58 (their mean)",
                "interactions: one for all treatments against the reference; N(0, SD 1)",
            ],
        ),
        (
            regression(Category(name="pain", values={"s1": "back", "s2": "neck", "s3": "neck"})),
            [
                EFFECTS,
                SPREAD,
                "pain: categories, effects reported for neck, others by their difference",
                "interactions: one for all treatments against the reference; N(0, SD 1)",
            ],
        ),
        (
            ComponentEffects(inactive="p", component_sd=None, heterogeneity=Known(value=0.0)),
            [
                "effects of combinations are sums of components: a, b, c",
                "inactive, counted as zero: p",
                "each component: flat",
                "common effects: between-study SD tau = 0",
            ],
        ),
    ],
)
def test_every_choice_is_printed(model: LatentModel, lines: list[str]):
    found = fit_latent(network(), model).statement.splitlines()
    assert found[:-1] == lines
    assert found[-1].startswith(LEVEL)


def test_missing_covariates_name_their_studies():
    with pytest.raises(NetworkError, match="age is not known for: s1, s3"):
        fit_latent(network(), regression(Covariate(name="age", values={"s2": 60.0})))
    with pytest.raises(NetworkError, match="pain is not known for: s2"):
        fit_latent(
            network(), regression(Category(name="pain", values={"s1": "x", "s2": "", "s3": "x"}))
        )


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: fit_latent(network(reference="a"), classes()), "reference 'a' is in the class"),
        (lambda: fit_latent(network(), classes(classes={"z": "X"})), "No treatment of the network"),
        (
            lambda: class_means(
                fit_latent(network(), classes(own_spreads=True, heterogeneity=Known(value=0.1)))
            ),
            "ask class_mean",
        ),
        (lambda: class_mean(fit_latent(network(), classes()), "Y"), "No class 'Y'"),
        (lambda: class_means(fit_latent(network(), PLAIN)), "not of a model of"),
        (
            lambda: effects_at(
                fit_latent(network(), regression(Covariate(name="x", values=dict.fromkeys(
                    ("s1", "s2", "s3"), 1.0)))), {"age": 1.0}),
            "no covariate age",
        ),
        (
            lambda: node_split(network(), SplitComparison(
                treatments=PLAIN, treatment1="a", treatment2="c", departure_sd=1.0)),
            "no indirect evidence on a v c",
        ),
        (
            lambda: node_split(network(), SplitComparison(
                treatments=PLAIN, treatment1="b", treatment2="c", departure_sd=1.0)),
            "No study compares b v c",
        ),
        (
            lambda: global_inconsistency(fit_latent(
                network(ROWS[1:]), FixedInconsistency(treatments=PLAIN, inconsistency_sd=1.0))),
            "the network no loop",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_in_words(call, told: str):
    with pytest.raises(NetworkError, match=told):
        call()


def test_flat_priors_give_no_probability_of_a_model():
    flat = fit_latent(network(), CommonEffects(effect_sd=None))
    proper = fit_latent(network(), CommonEffects(effect_sd=2.0))
    with pytest.raises(NetworkError, match="flat in: loose"):
        model_probabilities({"loose": flat, "proper": proper})


def test_models_of_other_data_are_not_compared():
    one = fit_latent(network(), PLAIN)
    other = fit_latent(network(ROWS[1:]), PLAIN)
    with pytest.raises(NetworkError, match="not of the same studies"):
        compare({"one": one, "other": other})
