"""Models of normal contrasts equal a second, dense computation (dense_normal.py): posterior means
within 1e-3 posterior SD and SDs within 0.1%.

Data: Senn et al. 2013 (tests/reference/golden), classes by mode of action.
"""

from functools import cache

import numpy as np
import pytest
from dense_normal import Dense, half_normal, solve, stacked
from nma_golden import golden, network_of
from scipy.stats import multivariate_normal

from assuage.evidence.observed import NormalContrasts, ObservedNetwork, observe
from assuage.synthesis.latent import (
    CommonEffects,
    LatentModel,
    LatentPosterior,
    Quadrature,
    RandomEffects,
    fit_latent,
)
from assuage.synthesis.mixture import GaussianMixture
from assuage.synthesis.models import (
    Category,
    ClassEffects,
    Covariate,
    FixedInconsistency,
    IndependentEffects,
    Known,
    MetaRegression,
    RandomInconsistency,
    SplitComparison,
    class_mean,
    class_means,
    effects_at,
    global_inconsistency,
    inconsistency_effects,
    interactions,
    new_member,
    new_members,
    node_split,
    study_densities,
)
from assuage.synthesis.models.comparison import without
from assuage.synthesis.priors import HalfNormal

NETWORK = network_of(golden("nma_senn2013"))
DATA = stacked(NETWORK)
CLASSES = {
    "acar": "glucosidase", "migl": "glucosidase", "piog": "glitazone", "rosi": "glitazone",
    "sita": "gliptin", "vild": "gliptin",
}  # fmt: skip
OTHERS = tuple(t for t in NETWORK.treatments if t != NETWORK.reference)
TAU, SPREAD = HalfNormal(scale=0.5), HalfNormal(scale=0.4)
PLAIN = RandomEffects(effect_sd=2.0, heterogeneity=TAU)
YEARS = {s.study: float(len(s.study)) + 0.3 * i for i, s in enumerate(NETWORK.studies)}
GROUPS = {s.study: "ABC"[i % 3] for i, s in enumerate(NETWORK.studies)}


def observed() -> ObservedNetwork:
    studies = [NormalContrasts.of(s) for s in NETWORK.studies]
    return observe(studies, reference=NETWORK.reference, link="identity")


def fitted(model: LatentModel) -> LatentPosterior:
    return fit_latent(observed(), model)


def design(names: list[str], entry) -> np.ndarray:
    """X from entry(study, treatment, name): an arm's own less its baseline's."""
    return np.array(
        [[entry(s, t, n) - entry(s, b, n) for n in names] for s, t, b in DATA.rows], dtype=float
    )


def own(_: str, treatment: str, name: str) -> float:
    return float(treatment == name)


def agree(found: GaussianMixture, truth: Dense, places: list[int]):
    mean, sd = truth.mean[places], truth.sd[places]
    np.testing.assert_allclose((found.mean - mean) / sd, 0, atol=1e-3)
    np.testing.assert_allclose(found.sd / sd, 1, atol=1e-3)


@cache
def dense_classes() -> tuple[list[str], Dense]:
    groups = sorted(set(CLASSES.values()))
    names = [*OTHERS, *groups, *(f"new {c}" for c in groups)]
    kin = {**CLASSES, **{c: c for c in groups}, **{f"new {c}": c for c in groups}}

    def prior(spreads: np.ndarray) -> np.ndarray:
        out = np.zeros((len(names),) * 2)
        for i, a in enumerate(names):
            for j, b in enumerate(names):
                if a in kin and kin[a] == kin.get(b):
                    out[i, j] = 1.5**2 + spreads[1] ** 2 * (i == j and a not in groups)
            if a not in kin:
                out[i, i] = 2.0**2
        return out

    return names, solve(DATA, design(names, own), prior, [half_normal(0.5), half_normal(0.4)])


CLASS_MODEL = ClassEffects(
    classes=CLASSES, class_sd=1.5, class_spread=SPREAD, effect_sd=2.0, heterogeneity=TAU
)


def test_drugs_class_means_and_a_new_member():
    names, truth = dense_classes()
    found = fit_latent(observed(), CLASS_MODEL, quadrature=Quadrature(points=21))
    groups = sorted(set(CLASSES.values()))
    agree(found.effects, truth, [names.index(t) for t in OTHERS])
    agree(class_means(found), truth, [names.index(c) for c in groups])
    agree(new_members(found), truth, [names.index(f"new {c}") for c in groups])
    agree(class_mean(found, "gliptin"), truth, [names.index("gliptin")])
    agree(new_member(found, "gliptin"), truth, [names.index("new gliptin")])
    margins = found.hyperparameters
    for j, name in enumerate(["tau", "class spread"]):
        assert margins[name].mean == pytest.approx(truth.spreads_mean[j], rel=1e-4)
        assert margins[name].sd == pytest.approx(truth.spreads_sd[j], rel=1e-4)
    assert found.log_marginal_likelihood == pytest.approx(truth.log_marginal, abs=1e-5)


def test_the_class_spread_stands_beside_the_class_means():
    found = fitted(CLASS_MODEL)
    means = class_means(found)
    spread = found.hyperparameters["class spread"]
    assert means.weights @ means.heterogeneity == pytest.approx(spread.mean, rel=1e-9)


def regressed(kind: str, **more) -> MetaRegression:
    return MetaRegression(
        treatments=PLAIN, covariates=(Covariate(name="year", values=YEARS),), interactions=kind,
        interaction_sd=0.3, **more,
    )  # fmt: skip


def slopes(kind: str) -> tuple[list[str], np.ndarray]:
    """Names of the interactions asked about, and which treatments share one."""
    by_class = {t: CLASSES.get(t, t) for t in OTHERS}
    group = {"shared": dict.fromkeys(OTHERS, "all"), "by class": by_class}
    of = group.get(kind, {t: t for t in OTHERS})
    names = [f"slope {t}" for t in OTHERS]
    together = np.array([[float(of[a] == of[b]) for a in OTHERS] for b in OTHERS])
    return names, together


@pytest.mark.parametrize("kind", ["shared", "by class", "exchangeable", "independent"])
def test_interactions_and_effects_at_a_value(kind: str):
    extra, together = slopes(kind)
    centre = sum(YEARS.values()) / len(YEARS)
    names = [*OTHERS, *extra, *(f"late {t}" for t in OTHERS)]
    late = centre + 4.0

    def entry(study: str, treatment: str, name: str) -> float:
        if name.startswith("slope "):
            return (YEARS[study] - centre) * (treatment == name[6:])
        return own(study, treatment, name)

    def prior(spreads: np.ndarray) -> np.ndarray:
        t = len(OTHERS)
        slope = 0.3**2 * together
        if kind == "exchangeable":
            slope = 0.3**2 * np.ones((t, t)) + spreads[1] ** 2 * np.eye(t)
        base = np.zeros((2 * t, 2 * t))
        base[:t, :t], base[t:, t:] = 4 * np.eye(t), slope
        ask = np.vstack([np.eye(2 * t), np.hstack([np.eye(t), 4.0 * np.eye(t)])])
        return ask @ base @ ask.T

    exchangeable = kind == "exchangeable"
    densities = [half_normal(0.5), *([half_normal(0.1)] if exchangeable else [])]
    truth = solve(DATA, design(names, entry), prior, densities)
    more = {"interaction_spread": HalfNormal(scale=0.1)} if exchangeable else {}
    classes = {"classes": CLASSES} if kind == "by class" else {}
    found = fitted(regressed(kind, **more, **classes))
    t = len(OTHERS)
    agree(found.effects, truth, list(range(t)))
    agree(interactions(found), truth, list(range(t, 2 * t)))
    agree(effects_at(found, {"year": late}), truth, list(range(2 * t, 3 * t)))


def test_a_condition_as_covariate():
    levels = ["B", "C"]
    names = [*OTHERS, *levels]

    def entry(study: str, treatment: str, name: str) -> float:
        if name in levels:
            return float(GROUPS[study] == name and treatment != NETWORK.reference)
        return own(study, treatment, name)

    prior = np.diag([4.0] * len(OTHERS) + [0.25] * 2)
    ask = np.vstack([np.eye(len(names)), np.eye(len(names))[: len(OTHERS)]])
    ask[len(names) :, names.index("C")] = 1.0
    x = np.hstack([design(names, entry), np.zeros((len(DATA.y), len(OTHERS)))])
    truth = solve(DATA, x, lambda _: ask @ prior @ ask.T, [half_normal(0.5)])
    category = Category(name="condition", values=GROUPS, base="A")
    found = fitted(
        MetaRegression(
            treatments=PLAIN, covariates=(category,), interactions="shared", interaction_sd=0.5
        )
    )
    agree(effects_at(found, {"condition": "A"}), truth, list(range(len(OTHERS))))
    agree(effects_at(found, {"condition": "C"}), truth, list(range(len(names), len(ask))))


def designs() -> list[tuple[str, ...]]:
    return sorted({tuple(sorted(s.treatments)) for s in NETWORK.studies})


def test_random_inconsistency():
    own_design = {s.study: tuple(sorted(s.treatments)) for s in NETWORK.studies}
    places = [(d, t) for d in designs() for t in d[1:]]

    def entry(study: str, treatment: str, name) -> float:
        if isinstance(name, tuple):
            return float(name == (own_design[study], treatment))
        return own(study, treatment, name)

    names = [*OTHERS, *places]
    within = np.array([[(1.0 if a == b else 0.5) * (a[0] == b[0]) for a in places] for b in places])

    def prior(spreads: np.ndarray) -> np.ndarray:
        out = np.zeros((len(names),) * 2)
        t = len(OTHERS)
        out[:t, :t], out[t:, t:] = 4 * np.eye(t), spreads[1] ** 2 * within
        return out

    truth = solve(DATA, design(names, entry), prior, [half_normal(0.5), half_normal(0.4)])
    found = fitted(RandomInconsistency(treatments=PLAIN, spread=SPREAD))
    agree(found.effects, truth, list(range(len(OTHERS))))
    agree(inconsistency_effects(found), truth, list(range(len(OTHERS), len(names))))


def test_a_split_comparison():
    one, other = "metf", "plac"
    both = {s.study for s in NETWORK.studies if {one, other} <= set(s.treatments)}
    names = [*OTHERS, "departure"]

    def entry(study: str, treatment: str, name: str) -> float:
        if name == "departure":
            return {one: 0.5, other: -0.5}.get(treatment, 0.0) * (study in both)
        return own(study, treatment, name)

    prior = np.diag([4.0] * len(OTHERS) + [1.0])
    ask = np.vstack([np.eye(len(names)), np.eye(len(names))[[names.index(one)]]])
    ask[-1, -1] = 1.0
    x = np.hstack([design(names, entry), np.zeros((len(DATA.y), 1))])
    truth = solve(DATA, x, lambda _: ask @ prior @ ask.T, [half_normal(0.5)])
    split = node_split(
        observed(),
        SplitComparison(treatments=PLAIN, treatment1=one, treatment2=other, departure_sd=1.0),
    )
    rows = [len(names), names.index(one), names.index("departure")]
    for found, row in zip((split.direct, split.indirect, split.difference), rows, strict=True):
        assert found.mean == pytest.approx(truth.mean[row], abs=1e-3 * truth.sd[row])
        assert found.sd == pytest.approx(truth.sd[row], rel=1e-3)
    assert set(split.direct_studies) == both


def test_the_joint_distance_of_fixed_inconsistency_is_the_wald_statistic():
    # With flat priors and tau = 0 it is netmeta's Q between designs (golden file).
    known = FixedInconsistency(treatments=CommonEffects(effect_sd=None), inconsistency_sd=None)
    found = global_inconsistency(fitted(known))
    rows = golden("nma_senn2013")["netmeta"]["decomp_design"]["Q_decomp"]
    between = rows["part"].index("Between designs")
    assert (found.distance, found.df, found.p) == pytest.approx(
        (rows["Q"][between], rows["df"][between], rows["pval"][between]), rel=1e-8
    )


def test_a_known_spread_is_no_hyperparameter():
    model = ClassEffects(
        classes=CLASSES, class_sd=1.5, class_spread=Known(value=0.2), effect_sd=2.0,
        heterogeneity=Known(value=0.1),
    )  # fmt: skip
    assert fitted(model).hyperparameters == {}


def test_left_out_studies_are_foreseen_as_in_closed_form():
    model = IndependentEffects(effect_sd=2.0, heterogeneity=Known(value=0.3))
    found = fitted(model)
    weighted = study_densities(found)
    prior = 4 * np.eye(len(OTHERS))
    x = design(list(OTHERS), own)
    total = x @ prior @ x.T + DATA.v + 0.09 * DATA.s
    for s, study in enumerate(weighted.studies):
        out = np.array([row[0] == study for row in DATA.rows])
        gain = total[np.ix_(out, ~out)] @ np.linalg.inv(total[np.ix_(~out, ~out)])
        mean = gain @ DATA.y[~out]
        covariance = total[np.ix_(out, out)] - gain @ total[np.ix_(~out, out)]
        truth = multivariate_normal(mean, covariance).logpdf(DATA.y[out])
        assert without(found, s) == pytest.approx(truth, abs=1e-8)
        assert weighted.densities[s] == pytest.approx(truth, abs=0.05)
