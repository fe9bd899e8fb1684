"""Laws of the network models, on counts (smoking cessation and invented networks).

Truth: what the models say of themselves at their limits, and that names do not matter.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.evidence.observed import BinomialArms, ObservedNetwork, observe
from assuage.synthesis.latent import (
    LatentPosterior,
    LevelPrior,
    RandomEffects,
    UnrelatedMeans,
    fit_latent,
)
from assuage.synthesis.models import (
    Category,
    ClassEffects,
    ComponentEffects,
    Covariate,
    FixedInconsistency,
    Known,
    MetaRegression,
    NodeSplit,
    RandomInconsistency,
    SplitComparison,
    averaged_effects,
    class_mean,
    class_means,
    compare,
    effects_at,
    model_probabilities,
    node_split,
    splittable,
    stacking_weights,
    study_densities,
)
from assuage.synthesis.models.inconsistency import free_contrasts
from assuage.synthesis.models.terms import Term, bound_parts, combined, summed
from assuage.synthesis.priors import HalfNormal, log_odds_prior

TAU = HalfNormal(scale=0.5)
PLAIN = RandomEffects(effect_sd=1.5, heterogeneity=TAU)
CLASSES = {"a1": "A", "a2": "A", "b1": "B", "b2": "B"}
ROWS = (
    ("s1", ("p", "a1"), (10, 16), (60, 62)),
    ("s2", ("p", "a2"), (12, 25), (70, 75)),
    ("s3", ("a1", "b1"), (20, 18), (80, 77)),
    ("s4", ("p", "a1", "b2"), (9, 14, 19), (50, 55, 52)),
    ("s5", ("a2", "b2"), (22, 24), (66, 71)),
    ("s6", ("p", "b1"), (11, 19), (64, 60)),
    ("s7", ("p", "a1"), (7, 15), (48, 50)),
)


def network(names: dict[str, str] | None = None, rows=ROWS) -> ObservedNetwork:
    call = names or {}
    studies = [
        BinomialArms(
            study=s, treatments=tuple(call.get(t, t) for t in arms), events=events, people=people
        )
        for s, arms, events, people in rows
    ]
    return observe(studies, reference=call.get("p", "p"))


def same(one: LatentPosterior, other: LatentPosterior, names: dict[str, str], tolerance: float):
    for name in one.effects.names:
        a, b = one.effects.marginal(name), other.effects.marginal(names.get(name, name))
        assert b.mean == pytest.approx(a.mean, abs=tolerance * a.sd)
        assert b.sd == pytest.approx(a.sd, rel=tolerance)


def classes(**changed) -> ClassEffects:
    model = ClassEffects(
        classes=CLASSES, class_sd=1.5, class_spread=HalfNormal(scale=0.4), effect_sd=1.5,
        heterogeneity=TAU,
    )  # fmt: skip
    return replace(model, **changed)


def test_no_spread_within_classes_is_the_network_of_classes():
    lumped = fit_latent(network(), classes(class_spread=Known(value=0.0)))
    rows = [r for r in ROWS if len({CLASSES.get(t, t) for t in r[1]}) == len(r[1])]
    assert len(rows) == len(ROWS)
    by_class = fit_latent(network(CLASSES), PLAIN)
    means = class_means(lumped)
    for name in ("A", "B"):
        truth = by_class.effects.marginal(name)
        assert means.marginal(name).mean == pytest.approx(truth.mean, abs=1e-6)
        assert means.marginal(name).sd == pytest.approx(truth.sd, rel=1e-6)
    drugs = lumped.effects
    np.testing.assert_allclose(drugs.contrast("a1", "a2").sds, 0, atol=1e-6)
    assert lumped.log_marginal_likelihood == pytest.approx(by_class.log_marginal_likelihood)


def test_wide_class_priors_are_independent_drugs():
    # Given class means fixed at zero, drugs are independent N(0, spread^2).
    apart = fit_latent(network(), classes(class_sd=1e-6, class_spread=Known(value=1.5)))
    same(apart, fit_latent(network(), PLAIN), {}, 1e-6)


def test_a_tiny_spread_is_close_to_none():
    none = fit_latent(network(), classes(class_spread=Known(value=0.0)))
    tiny = fit_latent(network(), classes(class_spread=HalfNormal(scale=1e-4)))
    same(none, tiny, {}, 1e-3)


@settings(max_examples=8, deadline=None)
@given(st.permutations(["p", "a1", "a2", "b1", "b2"]), st.permutations(ROWS))
def test_names_and_order_do_not_matter(order, rows):
    names = dict(zip(["p", "a1", "a2", "b1", "b2"], order, strict=True))
    turned = {names[d]: c for d, c in CLASSES.items()}
    # the prior of a level sits on one arm, which names choose where the reference is absent
    wide = LevelPrior(sd=1000.0)
    one = fit_latent(network(), classes(), level=wide)
    other = fit_latent(network(names, rows), classes(classes=turned), level=wide)
    same(one, other, names, 2e-4)


def test_no_covariate_effect_is_no_covariate():
    x = {row[0]: float(i) for i, row in enumerate(ROWS)}
    model = MetaRegression(
        treatments=PLAIN, covariates=(Covariate(name="x", values=x),), interactions="shared",
        interaction_sd=1e-7,
    )  # fmt: skip
    same(fit_latent(network(), model), fit_latent(network(), PLAIN), {}, 1e-5)


def test_where_a_covariate_is_centred_moves_only_where_effects_are_reported():
    x = {row[0]: float(i) for i, row in enumerate(ROWS)}
    flat = RandomEffects(effect_sd=None, heterogeneity=TAU)

    def at(centre: float) -> LatentPosterior:
        covariate = Covariate(name="x", values=x, centre=centre)
        return fit_latent(
            network(),
            MetaRegression(
                treatments=flat, covariates=(covariate,), interactions="shared", interaction_sd=1.0
            ),
        )

    near, far = at(0.0), at(5.0)
    moved = effects_at(near, {"x": 5.0})
    np.testing.assert_allclose(moved.mean, far.effects.mean, atol=1e-6)
    np.testing.assert_allclose(moved.sd, far.effects.sd, rtol=1e-6)


def test_two_conditions_coded_as_a_number_or_as_names():
    label = {row[0]: "xy"[i % 2] for i, row in enumerate(ROWS)}
    number = Covariate(name="c", values={s: float(v == "y") for s, v in label.items()}, centre=0.0)
    found = [
        fit_latent(
            network(),
            MetaRegression(
                treatments=PLAIN, covariates=(c,), interactions="shared", interaction_sd=0.5
            ),
        )
        for c in (number, Category(name="c", values=label, base="x"))
    ]
    same(found[0], found[1], {}, 1e-9)


def test_treatments_without_plus_are_their_own_components():
    model = ComponentEffects(inactive="p", component_sd=1.5, heterogeneity=TAU)
    same(fit_latent(network(), model), fit_latent(network(), PLAIN), {}, 1e-9)


def test_no_inconsistency_is_the_consistent_network():
    for model in (
        RandomInconsistency(treatments=PLAIN, spread=Known(value=0.0)),
        FixedInconsistency(treatments=PLAIN, inconsistency_sd=1e-7),
    ):
        same(fit_latent(network(), model), fit_latent(network(), PLAIN), {}, 1e-5)


def test_inconsistency_has_the_degrees_of_freedom_of_designs():
    free = free_contrasts(network())
    arms = {tuple(sorted(row[1])) for row in ROWS}
    assert len(free) == sum(len(d) - 1 for d in arms) - 4


def split(one: str, other: str) -> NodeSplit:
    model = SplitComparison(treatments=PLAIN, treatment1=one, treatment2=other, departure_sd=2)
    return node_split(network(), model)


def test_a_split_turned_round_changes_its_sign_only():
    one, other = split("a1", "p"), split("p", "a1")
    assert other.difference.mean == pytest.approx(-one.difference.mean, abs=1e-8)
    assert other.direct.mean == pytest.approx(-one.direct.mean, abs=1e-8)
    assert other.probability == pytest.approx(one.probability, abs=1e-8)


def test_comparisons_that_can_be_split():
    assert splittable(network()) == (
        ("a1", "b1"), ("a1", "b2"), ("a1", "p"), ("a2", "b2"), ("a2", "p"), ("b1", "p"),
        ("b2", "p"),
    )  # fmt: skip


def test_leaving_out_by_weights_equals_fitting_again():
    found = fit_latent(network(), PLAIN).certified()
    weighted = study_densities(found)
    for i in range(len(ROWS)):
        rows = [*ROWS[:i], *ROWS[i + 1 :]]
        rest = fit_latent(network(rows=rows), PLAIN)
        again = found.log_marginal_likelihood - rest.log_marginal_likelihood
        assert weighted.densities[i] == pytest.approx(again, abs=0.1)


def test_a_model_is_as_likely_as_its_copy():
    level = LevelPrior(sd=5.0)
    found = {n: fit_latent(network(), PLAIN, level=level) for n in ("one", "copy")}
    assert model_probabilities(found) == pytest.approx({"one": 0.5, "copy": 0.5})
    densities = {n: study_densities(p) for n, p in found.items()}
    assert stacking_weights(densities) == pytest.approx({"one": 0.5, "copy": 0.5})
    averaged = averaged_effects(found, {"one": 1.0, "copy": 3.0})
    np.testing.assert_allclose(averaged.mean, found["one"].effects.mean)
    np.testing.assert_allclose(averaged.sd, found["one"].effects.sd)
    assert {s.difference for s in compare(found).scores} == {0.0}


def test_a_spread_for_each_class_known_alike_is_a_shared_one():
    one = fit_latent(network(), classes(class_spread=Known(value=0.3)))
    each = fit_latent(network(), classes(class_spread=Known(value=0.3), own_spreads=True))
    same(one, each, {}, 1e-9)


def test_unknown_spreads_of_two_classes_are_integrated_apart():
    found = fit_latent(network(), classes(own_spreads=True))
    assert list(found.hyperparameters) == ["tau", "class spread: A", "class spread: B"]
    for name in ("A", "B"):
        spread = class_mean(found, name)
        margin = found.hyperparameters[f"class spread: {name}"]
        assert spread.weights @ spread.heterogeneity == pytest.approx(margin.mean)


def test_models_combine():
    x = {row[0]: float(i) for i, row in enumerate(ROWS)}
    nothing = MetaRegression(
        treatments=classes(), covariates=(Covariate(name="x", values=x),), interactions="by class",
        interaction_sd=1e-7, classes=CLASSES,
    )  # fmt: skip
    split = RandomInconsistency(treatments=nothing.treatments, spread=Known(value=0.0))
    truth = fit_latent(network(), classes())
    for model in (nothing, split):
        found = fit_latent(network(), model)
        same(found, truth, {}, 1e-5)
        np.testing.assert_allclose(class_means(found).mean, class_means(truth).mean, atol=1e-5)


def test_a_stated_prior_makes_the_model():
    prior = log_odds_prior()
    found = ClassEffects.of(prior, CLASSES)
    assert found == ClassEffects(
        classes=CLASSES, class_sd=4.0, class_spread=HalfNormal(scale=0.5), effect_sd=4.0,
        heterogeneity=HalfNormal(scale=0.5),
    )  # fmt: skip


def test_free_designs_are_unrelated_means():
    # In two-arm trials a design is a compared pair: two models, one likelihood, flat priors.
    pairs = [row for row in ROWS if len(row[1]) == 2]
    data = network(rows=pairs)
    flat = RandomEffects(effect_sd=None, heterogeneity=TAU)
    free = fit_latent(data, FixedInconsistency(treatments=flat, inconsistency_sd=None))
    unrelated = fit_latent(data, UnrelatedMeans(effect_sd=None, heterogeneity=TAU)).coefficients
    bound, extra = bound_parts(free), dict(free_contrasts(data))
    for one, other in {tuple(sorted(row[1])) for row in pairs}:
        rows = bound.parts.rows
        terms = summed([(1, rows[other]), (-1, rows[one])])
        if (one, other) in extra:
            terms = (*terms, Term(f"{other} in {one} v {other}"))
        found = combined(free, {"effect": terms}, reference="none").marginal("effect")
        truth = unrelated.marginal(f"{other} v {one}")
        assert found.mean == pytest.approx(truth.mean, abs=1e-5)
        assert found.sd == pytest.approx(truth.sd, rel=1e-5)
