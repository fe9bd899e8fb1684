"""What must hold of a dose-response network meta-analysis whatever the trials say."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.errors import NetworkError
from assuage.evidence.observed import BinomialArms, NormalArms, NormalContrasts
from assuage.synthesis.latent.fit import fit_latent
from assuage.synthesis.latent.model import RandomEffects
from assuage.synthesis.models.dose_curves import (
    Emax,
    Linear,
    LogLinear,
    NaturalSpline,
    Plateau,
    Quadratic,
    natural_cubic,
)
from assuage.synthesis.models.dose_fit import default_curves, fit_curve
from assuage.synthesis.models.dose_model import DosePrior
from assuage.synthesis.models.dose_network import (
    Agent,
    Dosed,
    DoseNetwork,
    DoseScale,
    observe_doses,
)
from assuage.synthesis.models.dose_response import DoseResponse, fit_dose_response
from assuage.synthesis.models.dose_shape import LogNormalED50
from assuage.synthesis.priors import HalfNormal, UniformUpTo

PLACEBO = Dosed.at("placebo", 0.0)
PRIOR = DosePrior(effect_sd=2.0, heterogeneity=HalfNormal(scale=0.3))


def network_of(
    effect: dict[float, float],
    *,
    unit: float = 1.0,
    agents: Sequence[str] = ("x",),
    se: float = 0.08,
) -> DoseNetwork:
    """Three trials an agent, each with placebo and every dose, whose means are exactly so."""
    studies, used = [], [PLACEBO]
    for agent in agents:
        arms = [Dosed.at(agent, dose * unit) for dose in effect]
        used.extend(arms)
        studies += [
            NormalArms(
                study=f"{agent}{s}",
                treatments=(PLACEBO.label, *(a.label for a in arms)),
                means=(0.1 * s, *(0.1 * s + e for e in effect.values())),
                ses=(se,) * (1 + len(arms)),
            )
            for s in range(3)
        ]
    return observe_doses(studies, used)


PLATEAU = {10.0: 0.5, 20.0: 1.0, 40.0: 1.0, 80.0: 1.0}
LINE = {10.0: 0.125, 20.0: 0.25, 40.0: 0.5, 80.0: 1.0}


def averaged(network: DoseNetwork) -> DoseResponse:
    return fit_dose_response(network, PRIOR, desirable="larger")


def test_a_plateau_is_found_and_a_straight_line_is_none():
    flat, line = averaged(network_of(PLATEAU)), averaged(network_of(LINE))
    at = {row.dose: row for row in flat.no_gain("x", mid=0.1)}
    assert at[20.0].probability > 0.95
    assert at[10.0].probability < 0.01
    assert flat.weights[0].curve == "plateau"
    assert flat.smallest_sufficient("x", mid=0.1, sure=0.9).dose == 20.0  # pyright: ignore
    assert all(row.probability < 0.01 for row in line.no_gain("x", mid=0.1))
    assert line.smallest_sufficient("x", mid=0.1) is None
    assert line.gain("x", 40, 80, mid=0.1).probability > 0.99


def test_where_no_gain_is_exact_its_probability_is_not_half():
    network = network_of(PLATEAU)
    only = fit_dose_response(
        network, PRIOR, desirable="larger", curves=[Plateau(breaks={"x": 20.0})]
    )
    gain = only.gain("x", 20, 80, mid=0.0)
    assert (gain.probability, gain.worse) == (0.0, 0.0)
    assert [row.probability for row in only.no_gain("x", mid=0.0)][1:] == [1.0, 1.0]


@settings(max_examples=8, deadline=None)
@given(unit=st.floats(1e-4, 1e4))
def test_the_unit_of_doses_changes_nothing(unit: float):
    milligrams, other = averaged(network_of(PLATEAU)), averaged(network_of(PLATEAU, unit=unit))
    assert other.shares == pytest.approx(milligrams.shares, abs=1e-6)
    for dose in (5.0, 20.0, 60.0, 100.0):
        one, two = milligrams.effect("x", dose), other.effect("x", dose * unit)
        assert (two.mean, two.sd) == pytest.approx((one.mean, one.sd), rel=1e-6)


def test_names_and_the_order_of_trials_change_nothing():
    first = network_of(PLATEAU, agents=("a", "b"))
    second = network_of(PLATEAU, agents=("z", "b"))
    swapped = observe_doses(reversed(second.observed.studies), second.arms.values())
    curves = [Linear(), LogLinear(), Plateau()]
    one = fit_dose_response(first, PRIOR, desirable="larger", curves=curves)
    two = fit_dose_response(swapped, PRIOR, desirable="larger", curves=curves)
    assert two.shares == pytest.approx(one.shares, abs=1e-8)
    assert two.effect("z", 40, "b", 20).mean == pytest.approx(one.effect("a", 40, "b", 20).mean)
    assert two.effect("z", 40, "b", 20).sd == pytest.approx(one.effect("a", 40, "b", 20).sd)


def test_a_straight_line_with_known_variances_is_least_squares():
    """Closed form: a flat effect and no heterogeneity make the posterior that of generalised
    least squares on the contrasts with placebo."""
    network = network_of({10.0: 0.3, 20.0: 0.35, 40.0: 0.9})
    prior = DosePrior(effect_sd=None, heterogeneity=None)
    fit = fit_curve(network, Linear(), prior)
    x = np.array([10.0, 20.0, 40.0]) / 40
    y = np.array([0.3, 0.35, 0.9])
    precision = np.linalg.inv(0.08**2 * (np.eye(3) + 1))
    information = 3 * x @ precision @ x
    assert fit.means[0, 0] == pytest.approx(3 * x @ precision @ y / information, rel=1e-10)
    assert fit.covariances[0, 0, 0] == pytest.approx(1 / information, rel=1e-10)


def test_one_dose_an_agent_is_the_network_without_doses():
    """Every curve is then the same model, at the studied dose, as one effect a treatment."""
    people = {"a 10": (30.0, 80.0), "b 5": (22.0, 90.0), "placebo": (15.0, 85.0)}
    pairs = [("placebo", "a 10"), ("placebo", "b 5"), ("a 10", "b 5"), ("placebo", "a 10")]
    studies = [
        BinomialArms(
            study=str(s), treatments=pair, events=tuple(people[t][0] + s for t in pair),
            people=tuple(people[t][1] for t in pair),
        )
        for s, pair in enumerate(pairs)
    ]  # fmt: skip
    network = observe_doses(studies, [PLACEBO, Dosed.at("a", 10), Dosed.at("b", 5)])
    plain = fit_latent(
        network.observed, RandomEffects(effect_sd=2.0, heterogeneity=HalfNormal(scale=0.3))
    )
    for curve in (Linear(), LogLinear(), Emax(), NaturalSpline(), Plateau()):
        fit = fit_curve(network, curve, PRIOR)
        assert fit.log_marginal_likelihood == pytest.approx(plain.log_marginal_likelihood, abs=1e-9)
        assert fit.weights @ fit.means == pytest.approx(plain.effects.mean, abs=1e-9)


def test_an_ed50_that_no_trial_speaks_of_is_the_prior_and_says_so():
    network = network_of({10.0: 0.5})
    response = fit_dose_response(network, PRIOR, desirable="larger", curves=[Emax()])
    (row,) = response.ed50()
    assert not row.identified
    assert (row.median, row.low, row.high) == (row.prior_median, row.prior_low, row.prior_high)
    assert row.median == pytest.approx(2.5)
    assert "no trial compares two doses" in row.statement
    # the effect of a dose that was not tried averages over the ED50's prior
    below = response.effect("x", 3)
    ed50 = 0.25 * np.exp(1.25 * np.random.default_rng(1).normal(size=200_000))
    share = float(np.mean(0.3 * (1 + ed50) / (0.3 + ed50)))
    assert below.mean == pytest.approx(response.effect("x", 10).mean * share, rel=0.005)


def test_doses_that_saturate_identify_an_ed50():
    truth = {d: d / (d + 15) for d in (5.0, 10.0, 20.0, 40.0, 80.0)}
    response = fit_dose_response(
        network_of(truth, se=0.03), PRIOR, desirable="larger", curves=[Emax()]
    )
    (row,) = response.ed50()
    assert row.identified
    assert row.low < 15 < row.high
    assert row.divergence > 1


def test_flat_effects_are_not_averaged():
    network = network_of(LINE)
    flat = replace(PRIOR, effect_sd=None)
    with pytest.raises(NetworkError, match="arbitrary"):
        fit_dose_response(network, flat, desirable="larger")
    alone = fit_dose_response(network, flat, desirable="larger", curves=[Linear()])
    assert alone.shares == (1.0,)


def test_prior_weights_multiply_odds():
    network = network_of(LINE, se=0.5)
    curves = [Linear(), Plateau()]
    even = fit_dose_response(network, PRIOR, desirable="larger", curves=curves)
    odd = fit_dose_response(network, PRIOR, desirable="larger", curves=curves, believed=(3.0, 1.0))
    odds = [r.shares[0] / r.shares[1] for r in (even, odd)]
    assert odds[1] == pytest.approx(3 * odds[0])


def test_a_pooled_arm_is_the_mean_of_its_doses():
    """Under a straight line an arm of two doses is one at their mean dose."""

    def fit(arm: Dosed):
        low = Dosed.at("x", 30)
        studies = [
            NormalContrasts(
                study=str(s), treatments=("placebo", low.label, arm.label),
                estimates=np.array([0.2, 0.7 + 0.1 * s]),
                covariance=np.array([[0.02, 0.01], [0.01, 0.02]]),
            )
            for s in range(4)
        ]  # fmt: skip
        network = observe_doses(
            studies, [PLACEBO, low, arm], link="identity",
            scale=DoseScale(references={"x": 120.0}),
        )  # fmt: skip
        return fit_curve(network, Linear(), PRIOR)

    pooled, mean = fit(Dosed.pooled("x", {60: 100, 120: 100})), fit(Dosed.at("x", 90))
    assert pooled.log_marginal_likelihood == pytest.approx(mean.log_marginal_likelihood)
    assert pooled.weights @ pooled.means == pytest.approx(mean.weights @ mean.means)


def test_contrasts_and_arms_of_the_same_trials_agree():
    network = network_of(PLATEAU)
    contrasts = [
        NormalContrasts(
            study=s.study, treatments=s.treatments,
            estimates=np.array([m - s.means[0] for m in s.means[1:]]),
            covariance=s.ses[0] ** 2 * (np.eye(4) + 1),
        )
        for s in network.observed.studies
        if isinstance(s, NormalArms)
    ]  # fmt: skip
    same = observe_doses(contrasts, network.arms.values(), link="identity")
    for curve in (Linear(), Emax(), Quadratic()):
        one, two = (fit_curve(n, curve, PRIOR) for n in (network, same))
        assert two.weights @ two.means == pytest.approx(one.weights @ one.means, abs=1e-7)


@settings(max_examples=30, deadline=None)
@given(dose=st.floats(0.01, 300.0), u=st.floats(-4.0, 3.0))
def test_every_curve_is_zero_at_zero_and_its_effect_at_the_reference(dose: float, u: float):
    agent = Agent(name="x", reference=80.0, studied=(10.0, 20.0, 40.0, 80.0), group="x")
    curves = [*default_curves(network_of(PLATEAU)), Quadratic()]
    for curve in curves:
        basis = curve.basis(agent, np.array([0.0, 80.0, dose]), np.array([u]))
        assert basis[0, 0] == pytest.approx(0.0, abs=1e-12)
        assert basis[0, 1, 0] == pytest.approx(1.0)
        assert basis[0, 1, 1:] == pytest.approx(0.0, abs=1e-12)
    emax = Emax(ed50=LogNormalED50()).basis(agent, np.array([dose]), np.array([u]))[0, 0, 0]
    ed50 = 80 * np.exp(u)
    assert emax == pytest.approx(dose / (ed50 + dose) / (80 / (ed50 + 80)))


def test_the_spline_is_scipys_natural_spline():
    interpolate = pytest.importorskip("scipy.interpolate")
    knots, x = np.array([0.0, 0.2, 0.55, 1.0]), np.linspace(0, 1, 23)
    ours = natural_cubic(knots, x)
    for j in range(4):
        other = interpolate.CubicSpline(knots, np.eye(4)[j], bc_type="natural")
        assert ours[:, j] == pytest.approx(other(x), abs=1e-12)
        slope = (natural_cubic(knots, np.array([1.5])) - natural_cubic(knots, np.array([1.25])))[
            0, j
        ]
        assert slope / 0.25 == pytest.approx(float(other(1.0, 1)), abs=1e-9)


def test_many_ed50s_by_points_of_a_sequence_agree_with_a_product_rule(
    monkeypatch: pytest.MonkeyPatch,
):
    """The same posterior of tau and one ED50, by both ways of integrating."""
    network = network_of({d: d / (d + 15) for d in (5.0, 20.0, 80.0)}, se=0.15)
    product = fit_curve(network, Emax(), PRIOR)
    monkeypatch.setattr("assuage.synthesis.models.dose_fit.MOST_PRODUCT", 0)
    sequence = fit_curve(network, Emax(), PRIOR)
    assert sequence.log_marginal_likelihood == pytest.approx(
        product.log_marginal_likelihood, abs=0.04
    )
    for column in (0, 1):
        means = [f.weights @ f.psi[:, column] for f in (product, sequence)]
        sds = [
            np.sqrt(f.weights @ (f.psi[:, column] - m) ** 2)
            for f, m in zip((product, sequence), means, strict=True)
        ]
        assert means[1] == pytest.approx(means[0], abs=0.03 * sds[0])
        assert sds[1] == pytest.approx(sds[0], rel=0.04)


def test_agents_of_one_class_lend_each_other_strength():
    """Closed form at a known SD within the class: a normal mean with a shared prior."""
    network = network_of({10.0: 0.6}, agents=("a", "b", "c"))
    scale = DoseScale(classes=dict.fromkeys("abc", "class"))
    network = observe_doses(network.observed.studies, network.arms.values(), scale=scale)
    narrow = UniformUpTo(upper=1e-4)
    prior = DosePrior(effect_sd=2.0, heterogeneity=None, within_class=narrow)
    fit = fit_curve(network, Linear(), prior)
    # no spread within the class: nine estimates of one number, each of variance 2 x 0.08²
    precision = 9 / (2 * 0.08**2) + 1 / 2.0**2
    assert fit.weights @ fit.means == pytest.approx([0.6 * (1 - 0.25 / precision)] * 3, abs=1e-6)
    assert fit.covariances[0] == pytest.approx(np.full((3, 3), 1 / precision), rel=1e-3)
    wide = replace(prior, within_class=HalfNormal(scale=1.0))
    alone = fit_curve(network, Linear(), replace(prior, within_class=None))
    loose = fit_curve(network, Linear(), wide)
    sds = [np.sqrt(f.weights @ f.covariances[:, 0, 0]) for f in (fit, loose, alone)]
    assert sds[0] < sds[1] < sds[2]


def test_an_ed50_shared_by_a_class_is_that_of_all_when_there_is_one_class():
    truth = {d: d / (d + 15) for d in (5.0, 20.0, 80.0)}
    network = network_of(truth, agents=("a", "b"))
    scale = DoseScale(classes={"a": "one", "b": "one"})
    network = observe_doses(network.observed.studies, network.arms.values(), scale=scale)
    by_class, by_all = (fit_curve(network, Emax(shared=s), PRIOR) for s in ("class", "all"))
    assert by_class.weights @ by_class.means == pytest.approx(by_all.weights @ by_all.means)
    assert [g.name for g in by_class.bound.groups] == ["one"]


def test_certified_normal_posteriors_are_what_they_were():
    response = averaged(network_of(PLATEAU))
    checked = response.certified()
    for dose in (10.0, 80.0):
        one, two = response.effect("x", dose), checked.effect("x", dose)
        assert two.mean == pytest.approx(one.mean, abs=0.02 * one.sd)
        assert two.sd == pytest.approx(one.sd, rel=0.02)


@pytest.mark.parametrize("dose", [-1.0, float("nan"), float("inf")])
def test_impossible_doses_are_refused(dose: float):
    with pytest.raises(NetworkError, match="x: an arm needs doses of zero or more"):
        Dosed.at("x", dose)


def test_what_is_asked_of_an_unknown_agent_or_without_doses_is_refused_by_name():
    response = averaged(network_of({10.0: 0.5, 20.0: 0.6}))
    with pytest.raises(NetworkError, match="'y'; it has: x"):
        response.effect("y", 10)
    with pytest.raises(NetworkError, match="zero or more, not -1"):
        response.gain("x", 10, 20, mid=-1)
    studies = network_of(LINE).observed.studies
    with pytest.raises(NetworkError, match="No dose is stated for: x 20, x 40, x 80"):
        observe_doses(studies, [PLACEBO, Dosed.at("x", 10)])
