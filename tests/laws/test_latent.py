"""What the latent engine must do whatever the data, and integrals done a second way."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom, norm

from assuage.errors import InvalidInput, NetworkError
from assuage.evidence.observed import (
    BinomialArms,
    NormalArms,
    NormalContrasts,
    ObservedNetwork,
    RiskContrasts,
    from_nnt,
    observe,
)
from assuage.synthesis.latent import (
    BoundModel,
    CoefficientPrior,
    CommonEffects,
    Features,
    Hyperparameter,
    LatentPosterior,
    LevelPrior,
    RandomEffects,
    UnrelatedMeans,
    fit_latent,
    fitted_arms,
    leave_one_out,
)
from assuage.synthesis.latent.certificate import certify
from assuage.synthesis.latent.problem import MOST_ARMS
from assuage.synthesis.priors import HalfNormal, UniformUpTo

MODEL = RandomEffects(effect_sd=2, heterogeneity=HalfNormal(scale=0.5))
TRIALS = [
    ("one", {"placebo": (12, 60), "a": (20, 62)}),
    ("two", {"placebo": (3, 25), "b": (9, 24)}),
    ("three", {"a": (30, 80), "b": (28, 77), "c": (33, 79)}),
    ("four", {"placebo": (0, 18), "c": (5, 20)}),
    ("five", {"a": (14, 40), "c": (11, 41)}),
]


def arms(name: str, counts: dict[str, tuple[int, int]]) -> BinomialArms:
    return BinomialArms(
        study=name,
        treatments=tuple(counts),
        events=tuple(float(r) for r, _ in counts.values()),
        people=tuple(float(n) for _, n in counts.values()),
    )


def network(*more: object, reverse: bool = False) -> ObservedNetwork:
    studies = [arms(name, counts) for name, counts in TRIALS]
    if reverse:
        studies = [arms(name, dict(reversed(counts.items()))) for name, counts in reversed(TRIALS)]
    return observe([*studies, *more], reference="placebo")  # type: ignore[list-item]


def numbers(posterior: LatentPosterior) -> NDArray[np.float64]:
    effects, tau = posterior.effects, posterior.tau
    return np.concatenate([effects.mean, effects.covariance.ravel(), [tau.mean, tau.sd]])


def test_the_same_input_gives_the_same_bytes():
    first, second = fit_latent(network(), MODEL), fit_latent(network(), MODEL)
    assert first.coefficients.means.tobytes() == second.coefficients.means.tobytes()
    assert first.weighted.weights.tobytes() == second.weighted.weights.tobytes()
    a, b = first.certified(draws=256).effects, second.certified(draws=256).effects
    assert a.means.tobytes() == b.means.tobytes()


def test_the_order_of_studies_and_arms_changes_nothing():
    here, there = fit_latent(network(), MODEL), fit_latent(network(reverse=True), MODEL)
    np.testing.assert_allclose(numbers(here), numbers(there), atol=1e-9)


def test_names_change_nothing():
    swapped = {"placebo": "placebo", "a": "z", "b": "y", "c": "x"}
    studies = [arms(n, {swapped[t]: v for t, v in counts.items()}) for n, counts in TRIALS]
    there = fit_latent(observe(studies, reference="placebo"), MODEL).effects
    here = fit_latent(network(), MODEL).effects
    for old in "abc":
        # arms of a study come in another order, so quadrature nodes turn a little
        same, new = here.marginal(old), there.marginal(swapped[old])
        assert new.mean == pytest.approx(same.mean, abs=3e-3 * same.sd)
        assert new.sd == pytest.approx(same.sd, rel=3e-3)


@pytest.mark.parametrize(
    "empty",
    [
        BinomialArms(study="nobody", treatments=("a", "b"), events=(0, 0), people=(0, 0)),
        NormalContrasts(
            study="says nothing", treatments=("a", "b"), estimates=np.array([3.0]),
            covariance=np.array([[np.inf]]),
        ),
        RiskContrasts(
            study="says nothing", treatments=("a", "b"), scale="RD", estimates=np.array([0.9]),
            covariance=np.array([[np.inf]]), baseline_mean=0, baseline_sd=1,
        ),
    ],
)  # fmt: skip
def test_a_study_that_says_nothing_changes_nothing(empty: object):
    here, there = fit_latent(network(), MODEL), fit_latent(network(empty), MODEL)
    np.testing.assert_allclose(numbers(there), numbers(here), atol=1e-8)
    assert there.log_marginal_likelihood == pytest.approx(here.log_marginal_likelihood, abs=1e-8)


def test_arm_means_with_a_flat_level_are_their_contrasts():
    means, ses = (1.0, 1.8, 0.4), (0.2, 0.3, 0.25)
    as_arms = [
        NormalArms(study="x", treatments=("p", "q", "r"), means=means, ses=ses),
        NormalArms(study="y", treatments=("p", "q"), means=(0.0, 1.1), ses=(0.3, 0.3)),
    ]
    as_contrasts = [
        NormalContrasts(
            study="x", treatments=("p", "q", "r"), estimates=np.array([0.8, -0.6]),
            covariance=np.diag([0.3**2, 0.25**2]) + 0.2**2,
        ),
        NormalContrasts(
            study="y", treatments=("p", "q"), estimates=np.array([1.1]),
            covariance=np.array([[0.18]]),
        ),
    ]  # fmt: skip
    first = fit_latent(observe(as_arms, reference="p"), MODEL)
    second = fit_latent(observe(as_contrasts, reference="p", link="identity"), MODEL)
    np.testing.assert_allclose(numbers(first), numbers(second), atol=1e-10)


def test_one_sparse_trial_against_plain_integration():
    # events 0 of 15 against 4 of 17, common effect: integrate over level and effect on a grid
    study = arms("sparse", {"placebo": (4, 17), "drug": (0, 15)})
    level, effect = np.meshgrid(
        np.linspace(-9, 6, 1201), np.linspace(-14, 6, 1601), indexing="ij"
    )  # fmt: skip
    density = norm.pdf(level, 0, 3) * norm.pdf(effect, 0, 2)
    density *= binom.pmf(4, 17, 1 / (1 + np.exp(-level)))
    density *= binom.pmf(0, 15, 1 / (1 + np.exp(-level - effect)))
    cell = (level[1, 0] - level[0, 0]) * (effect[0, 1] - effect[0, 0])
    mean = (density * effect).sum() / density.sum()
    sd = np.sqrt((density * (effect - mean) ** 2).sum() / density.sum())
    posterior = fit_latent(
        observe([study], reference="placebo"), CommonEffects(effect_sd=2), level=LevelPrior(sd=3)
    )
    certified = posterior.certified()
    found = certified.effects.marginal("drug")
    assert found.mean == pytest.approx(mean, abs=0.01 * sd)
    assert found.sd == pytest.approx(sd, rel=0.01)
    assert certified.log_marginal_likelihood == pytest.approx(
        np.log(density.sum() * cell), abs=0.005
    )


@pytest.mark.parametrize(("scale", "y", "se"), [("RD", 0.2, 0.06), ("log RR", 0.5, 0.2)])
def test_a_risk_contrast_against_plain_integration(scale: str, y: float, se: float):
    # y ~ N(contrast of risks, se^2), level N(-0.5, 0.8^2): integrate over the level on a grid at
    # each of some effects; far ones fit only with a very low or a very high risk
    study = RiskContrasts(
        study="s", treatments=("placebo", "drug"), scale=scale,  # type: ignore[arg-type]
        estimates=np.array([y]), covariance=np.array([[se**2]]), baseline_mean=-0.5,
        baseline_sd=0.8,
    )  # fmt: skip
    posterior = fit_latent(observe([study], reference="placebo"), CommonEffects(effect_sd=1.5))
    draws = certify(posterior.problem, posterior.weighted, posterior.coefficients, draws=64).draws
    level = np.linspace(-8, 8, 8001)
    low = 1 / (1 + np.exp(-level))
    for effect, found in zip(draws.beta[:, 0], draws.log_likelihood[:, 0], strict=True):
        high = 1 / (1 + np.exp(-level - effect))
        contrast = high - low if scale == "RD" else np.log(high / low)
        density = norm.pdf(level, -0.5, 0.8) * norm.pdf(y, contrast, se)
        exact = np.log(density.sum() * (level[1] - level[0]))
        assert found == pytest.approx(exact, abs=2e-3 if abs(effect - 1) < 1 else 0.05)


def test_a_risk_difference_joins_trials_of_counts():
    # the counts of a large trial, and the risk difference that they make with its baseline known,
    # say nearly the same
    counts = arms("big", {"placebo": (300, 1000), "a": (420, 1000)})
    variance = 0.3 * 0.7 / 1000 + 0.42 * 0.58 / 1000
    difference = RiskContrasts(
        study="big", treatments=("placebo", "a"), scale="RD", estimates=np.array([0.12]),
        covariance=np.array([[variance]]), baseline_mean=float(np.log(0.3 / 0.7)),
        baseline_sd=(1 / (1000 * 0.3 * 0.7)) ** 0.5,
    )  # fmt: skip
    first, second = fit_latent(network(counts), MODEL), fit_latent(network(difference), MODEL)
    for name in "abc":
        same, new = first.effects.marginal(name), second.effects.marginal(name)
        assert new.mean == pytest.approx(same.mean, abs=0.1 * same.sd)
        assert new.sd == pytest.approx(same.sd, rel=0.05)
    assert second.certified(draws=512).certificate is not None


def test_a_single_risk_difference_under_a_wide_prior_is_refused():
    study = from_nnt("s", ("placebo", "drug"), (5, 3, 13), baseline_mean=-0.5, baseline_sd=0.8)
    posterior = fit_latent(observe([study], reference="placebo"), CommonEffects(effect_sd=1.5))
    with pytest.raises(NetworkError, match=r"k-hat.*tighter prior"):
        posterior.certified()


def test_an_nnt_is_the_risk_difference_behind_it():
    # Altman, BMJ 1998;317:1309-1312: the limits' reciprocals bound the risk difference
    study = from_nnt("s", ("placebo", "drug"), (5, 10, 10 / 3), baseline_mean=0, baseline_sd=1)
    assert study.estimates == pytest.approx(np.array([0.2]))
    assert study.covariance[0, 0] ** 0.5 == pytest.approx(0.2 / (2 * 1.959964), rel=1e-6)


def test_unrelated_means_of_one_pair_are_random_effects():
    pair = [arms("a", {"p": (5, 40), "q": (9, 41)}), arms("b", {"p": (7, 50), "q": (15, 52)})]
    data = observe(pair, reference="p")
    first = fit_latent(data, MODEL)
    second = fit_latent(data, UnrelatedMeans(effect_sd=2, heterogeneity=HalfNormal(scale=0.5)))
    assert second.coefficients.names == ("q v p",)
    np.testing.assert_array_equal(first.coefficients.means, second.coefficients.means)
    with pytest.raises(NetworkError, match="no consistent effects"):
        _ = second.effects


@dataclass(frozen=True, slots=True, kw_only=True)
class WithIdle:
    """Random effects with a second hyperparameter that touches nothing."""

    def bind(self, network: ObservedNetwork) -> BoundModel:
        bound = MODEL.bind(network)
        idle = Hyperparameter(
            name="idle", prior=UniformUpTo(upper=3), scale=True, start=1, step=1, lower=0, upper=3
        )
        return replace(bound, hyperparameters=(*bound.hyperparameters, idle))  # type: ignore[type-var]


def test_a_hyperparameter_that_touches_nothing_keeps_its_prior():
    one, two = fit_latent(network(), MODEL), fit_latent(network(), WithIdle())
    np.testing.assert_allclose(numbers(two), numbers(one), atol=2e-4)
    assert two.log_marginal_likelihood == pytest.approx(one.log_marginal_likelihood, abs=1e-3)
    idle = two.hyperparameters["idle"]
    assert (idle.mean, idle.sd) == pytest.approx((1.5, 3 / 12**0.5), abs=1e-3)
    assert idle.quantile(0.25) == pytest.approx(0.75, abs=2e-3)


def test_leaving_out_a_study_is_fitting_without_it():
    # log p(y_s | others) = log p(y) - log p(others), both from the quadrature
    posterior = fit_latent(network(), MODEL)
    foreseen = leave_one_out(posterior.certified()).studies
    for s, study in enumerate(posterior.network.studies):
        others = [x for i, x in enumerate(posterior.network.studies) if i != s]
        without = fit_latent(observe(others, reference="placebo"), MODEL)
        expected = posterior.log_marginal_likelihood - without.log_marginal_likelihood
        found = next(f for f in foreseen if f.study == study.study)
        assert found.elpd == pytest.approx(expected, abs=0.1 if found.reliable else 0.3)


def test_fit_by_arm_asks_for_the_certificate_first():
    with pytest.raises(NetworkError, match="certified"):
        fitted_arms(fit_latent(network(), MODEL))


def test_impossible_counts_are_refused_by_study_and_arm():
    with pytest.raises(InvalidInput, match="study broken, b: found 9 events of 4 people"):
        network(arms("broken", {"a": (1, 5), "b": (9, 4)}))


def test_a_flat_level_without_events_is_refused():
    silent = arms("silent", {"a": (0, 10), "b": (0, 11)})
    with pytest.raises(NetworkError, match="silent"):
        fit_latent(network(silent), MODEL, level=LevelPrior(sd=None))


def test_every_choice_is_stated():
    statement = fit_latent(network(), MODEL).statement
    assert statement.splitlines() == [
        "random effects; effect of each treatment against the reference: N(0, SD 2); between-study "
        "SD tau: half-normal with scale 0.5",
        "level of each study's baseline arm (the reference, or its first by name): N(0, SD 10)",
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaled:
    """Effects in units of a hyperparameter that is known to be near two."""

    def bind(self, network: ObservedNetwork) -> BoundModel:
        bound = RandomEffects(effect_sd=1, heterogeneity=HalfNormal(scale=0.5)).bind(network)
        unit = Hyperparameter(
            name="unit", prior=_Near(), scale=False, start=2, step=0.02, lower=1.9, upper=2.1
        )
        return _ScaledBound(bound=bound, unit=unit)


@dataclass(frozen=True, slots=True)
class _Near:
    statement: str = "uniform from 1.9 to 2.1"

    def log_density(self, x: NDArray[np.float64], /) -> NDArray[np.float64]:
        return np.full(x.shape, -np.log(0.2))


@dataclass(frozen=True, slots=True, kw_only=True)
class _ScaledBound:
    bound: BoundModel
    unit: Hyperparameter

    @property
    def names(self) -> tuple[str, ...]:
        return self.bound.names

    @property
    def hyperparameters(self) -> tuple[Hyperparameter, ...]:
        return (*self.bound.hyperparameters, self.unit)

    @property
    def statement(self) -> str:
        return self.bound.statement

    def features(self, psi: NDArray[np.float64]) -> Features:
        fixed = self.bound.features(psi)
        return Features(index=fixed.index, value=psi[:, 1, None, None, None] * fixed.value)

    def prior(self, psi: NDArray[np.float64]) -> CoefficientPrior:
        return self.bound.prior(psi)

    def tau(self, psi: NDArray[np.float64]) -> NDArray[np.float64]:
        return psi[:, 0]

    def effects(self, psi: NDArray[np.float64]) -> NDArray[np.float64]:
        return psi[:, 1, None, None] * np.eye(len(self.names))


def test_features_that_depend_on_a_hyperparameter():
    # effects = unit x beta with unit near 2 and beta ~ N(0, 1) are effects ~ N(0, SD 2), nearly
    plain = fit_latent(network(), MODEL)
    scaled = fit_latent(network(), Scaled())
    for name in "abc":
        same, new = plain.effects.marginal(name), scaled.effects.marginal(name)
        assert new.mean == pytest.approx(same.mean, abs=5e-3 * same.sd)
        assert new.sd == pytest.approx(same.sd, rel=5e-3)
    assert scaled.tau.mean == pytest.approx(plain.tau.mean, rel=2e-3)


def test_a_counted_study_of_too_many_arms_is_refused_by_name_with_what_to_do():
    names = tuple(f"T{i:02d}" for i in range(MOST_ARMS + 1))
    wide = BinomialArms(
        study="Wide 2001", treatments=names, events=(3.0,) * len(names), people=(30.0,) * len(names)
    )
    with pytest.raises(
        NetworkError, match="at most 8 arms here; Wide 2001 has 9: give it as contr"
    ):
        fit_latent(
            observe([wide]), RandomEffects(effect_sd=2.0, heterogeneity=HalfNormal(scale=0.5))
        )
