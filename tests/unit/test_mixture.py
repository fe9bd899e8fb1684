"""The mixture against what a single Gaussian, symmetry and scipy's own functions say."""

import json

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from assuage.errors import KnowledgeError
from assuage.synthesis.mixture import GaussianMixture, NormalMixture


def made() -> GaussianMixture:
    spread = np.array([[0.5, 0.2], [0.2, 0.3]])
    return GaussianMixture(
        reference="placebo",
        names=("amitriptyline", "duloxetine"),
        weights=np.array([0.25, 0.45, 0.3]),
        means=np.array([[0.8, 0.5], [1.0, 0.6], [0.6, 0.9]]),
        covariances=np.array([spread, 2 * spread, 0.5 * spread]),
        heterogeneity=np.array([0.1, 0.3, 0.6]),
    )


def by_integration(mixture: NormalMixture, power: int) -> float:
    return quad(lambda x: x**power * mixture.density(x), -15, 15, epsabs=1e-12, limit=200)[0]


def test_moments_are_those_of_the_density():
    effect = made().contrast("amitriptyline", "duloxetine")
    assert by_integration(effect, 0) == pytest.approx(1)
    assert effect.mean == pytest.approx(by_integration(effect, 1))
    assert effect.sd**2 + effect.mean**2 == pytest.approx(by_integration(effect, 2))


def test_quantiles_invert_the_distribution_function_far_into_the_tails():
    effect = made().marginal("duloxetine")
    for p in (1e-9, 0.001, 0.025, 0.5, 0.975, 1 - 1e-9):
        x = effect.quantile(p)
        exact = effect.weights @ norm.cdf((x - effect.means) / effect.sds)
        assert exact == pytest.approx(p, rel=1e-9)
    assert effect.exceedance(8.0) == pytest.approx(
        float(effect.weights @ norm.sf((8 - effect.means) / effect.sds)), rel=1e-9
    )


def test_one_component_is_a_normal():
    one = NormalMixture(weights=np.ones(1), means=np.array([-0.7]), sds=np.array([0.4]))
    assert one.interval() == pytest.approx(norm(-0.7, 0.4).interval(0.95))


def test_a_contrast_is_antisymmetric_and_the_reference_is_zero():
    forth, back = made().contrast("duloxetine", "placebo"), made().contrast("placebo", "duloxetine")
    assert forth.quantile(0.1) == pytest.approx(-back.quantile(0.9))
    with pytest.raises(KeyError, match="aspirin"):
        made().contrast("aspirin", "placebo")


def test_a_prediction_adds_the_heterogeneity_shared_by_half_between_treatments():
    now, new = made(), made().predictive()
    tau2 = now.weights @ now.heterogeneity**2
    assert new.covariance - now.covariance == pytest.approx(tau2 * np.array([[1, 0.5], [0.5, 1]]))


def test_draws_are_the_same_bytes_and_have_the_exact_moments_and_quantiles():
    mixture, draws = made(), made().draws(4000)
    assert draws.tobytes() == made().draws(4000).tobytes()
    assert draws.mean(axis=0) == pytest.approx(mixture.mean, abs=0.004)
    assert np.cov(draws.T) == pytest.approx(mixture.covariance, abs=0.02)
    for i, name in enumerate(mixture.names):
        for p in (0.025, 0.25, 0.5, 0.75, 0.975):
            below = float((draws[:, i] <= mixture.marginal(name).quantile(p)).mean())
            assert below == pytest.approx(p, abs=0.006)
    better = float((draws[:, 0] > draws[:, 1]).mean())
    exact = mixture.contrast("amitriptyline", "duloxetine").exceedance(0)
    assert better == pytest.approx(exact, abs=0.006)


def test_components_get_their_share_of_the_draws():
    # Means far apart, so that each draw tells its component.
    apart = GaussianMixture(
        reference="p",
        names=("x",),
        weights=np.array([0.2, 0.5, 0.3]),
        means=np.array([[0.0], [100.0], [200.0]]),
        covariances=np.ones((3, 1, 1)),
        heterogeneity=np.zeros(3),
    )
    chosen = np.round(apart.draws(1000)[:, 0] / 100)
    assert np.bincount(chosen.astype(int)).tolist() == [200, 500, 300]


def test_another_stream_is_independent():
    one, other = made().draws(4000), made().draws(4000, stream=1)
    between = np.corrcoef(one.T, other.T)[:2, 2:]
    assert np.abs(between).max() < 4 / np.sqrt(4000)
    assert other.mean(axis=0) == pytest.approx(made().mean, abs=0.004)


def test_json_keeps_ten_digits():
    mixture = made()
    text = json.dumps(mixture.to_dict())
    again = GaussianMixture.from_dict(json.loads(text))
    assert json.dumps(again.to_dict()) == text
    assert again.mean == pytest.approx(mixture.mean, rel=1e-9)
    assert again.covariance == pytest.approx(mixture.covariance, rel=1e-9)
    assert (again.reference, again.names) == (mixture.reference, mixture.names)


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(KnowledgeError, match="2 treatments"):
        GaussianMixture(
            reference="p",
            names=("a", "b"),
            weights=np.ones(1),
            means=np.zeros((1, 3)),
            covariances=np.ones((1, 2, 2)),
            heterogeneity=np.zeros(1),
        )
