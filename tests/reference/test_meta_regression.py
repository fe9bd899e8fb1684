"""Network meta-regression equals netmeta's netmetareg on the smoking trials and their year."""

import math
from dataclasses import replace

import numpy as np
import pytest
from consistency_golden import golden, network
from nma_golden import network_of

from assuage.errors import NetworkError
from assuage.synthesis.classical.meta_regression import meta_regression
from assuage.synthesis.gls import fit

TRUTH = golden("metareg_hasselblad1998")
NETWORK = network_of(
    {"effect_measure": "OR", "reference_group": TRUTH["reference"], "data": {"arm": TRUTH["data"]}}
)
YEAR = TRUTH["covariate"]
BOTH = [("common", "shared"), ("independent", "independent")]


def contrasts_of(net) -> np.ndarray:
    """Rows of all trials' contrasts on the treatments."""
    rows = []
    for study in net.studies:
        for arm in study.treatments[1:]:
            rows.append([(t == arm) - (t == study.treatments[0]) for t in net.treatments])
    return np.array(rows, dtype=float)


@pytest.mark.parametrize(("key", "slopes"), BOTH)
def test_slopes_effects_and_heterogeneity(key: str, slopes):
    theirs = TRUTH["models"][key]
    ours = meta_regression(NETWORK, YEAR, covariate="year", slopes=slopes, centre=0.0)
    # their optimiser stops at 1e-6 of tau²; everything else follows tau²
    assert ours.tau2 == pytest.approx(theirs["tau2"], rel=3e-6)
    assert ours.residual.q == pytest.approx(theirs["QE"], rel=1e-8)
    others = [t for t in ours.treatments if t != ours.reference]
    effects = [ours.estimates[ours.treatments.index(t)] for t in others]
    found = np.array([*effects, *(s.estimate for s in ours.slopes)])
    errors = np.sqrt(np.diagonal(ours.parameter_covariance))
    np.testing.assert_allclose(found, theirs["b"], rtol=1e-6)
    np.testing.assert_allclose(errors, theirs["se"], rtol=1e-6)
    np.testing.assert_allclose([s.p for s in ours.slopes], theirs["pval"][3:], rtol=3e-6)
    assert [s.name for s in ours.slopes] == (
        others if slopes == "independent" else ["all against the reference"]
    )


@pytest.mark.parametrize(("key", "slopes"), BOTH)
def test_the_restricted_likelihood(key: str, slopes):
    ours = meta_regression(NETWORK, YEAR, slopes=slopes, centre=0.0)
    rows = contrasts_of(NETWORK)
    years = np.repeat([YEAR[s.study] for s in NETWORK.studies],
                      [len(s.estimates) for s in NETWORK.studies])  # fmt: skip
    basic = np.delete(rows, NETWORK.treatments.index(NETWORK.reference), axis=1)
    slope = basic.sum(axis=1, keepdims=True) if slopes == "shared" else basic
    x = np.concatenate([basic, slope * years[:, None]], axis=1)
    # metafor adds half the log determinant of X'X
    expected = TRUTH["models"][key]["logLik"] - np.linalg.slogdet(x.T @ x)[1] / 2
    assert ours.log_likelihood == pytest.approx(expected, abs=1e-6)


def test_the_centre_moves_effects_and_nothing_else():
    raw = meta_regression(NETWORK, YEAR, centre=0.0)
    centred = meta_regression(NETWORK, YEAR)
    assert centred.centre == pytest.approx(np.mean(list(YEAR.values())))
    assert centred.tau2 == pytest.approx(raw.tau2, rel=1e-8)
    assert centred.slopes[0].estimate == pytest.approx(raw.slopes[0].estimate, rel=1e-7)
    for value in (1980.0, 1990.0):
        for one, two in zip(raw.effects_at(value), centred.effects_at(value), strict=True):
            np.testing.assert_allclose(one, two, rtol=1e-6, atol=1e-8)


def test_one_group_of_all_treatments_is_the_shared_slope():
    shared = meta_regression(NETWORK, YEAR)
    groups = {t: "any" for t in NETWORK.treatments if t != NETWORK.reference}
    grouped = meta_regression(NETWORK, YEAR, slopes=groups)
    assert grouped.slopes[0].estimate == shared.slopes[0].estimate
    assert grouped.slope_test.q == pytest.approx(shared.slopes[0].z ** 2)


def test_a_split_by_group_of_trials_is_two_networks():
    # a 0-1 covariate with independent slopes and common effects: each half of the trials its own
    half = {s.study: float(i % 2) for i, s in enumerate(NETWORK.studies)}
    both = meta_regression(NETWORK, half, slopes="independent", centre=0.0, tau_method=None)
    for value in (0.0, 1.0):
        own = tuple(s for s in NETWORK.studies if half[s.study] == value)
        alone = fit(replace(NETWORK, studies=own), effects="common")
        estimates, errors = both.effects_at(value)
        np.testing.assert_allclose(estimates, alone.estimates, atol=1e-10)
        np.testing.assert_allclose(errors**2, np.diagonal(alone.covariance), atol=1e-10)


def test_a_study_without_a_value_is_named():
    with pytest.raises(NetworkError, match=r"No value of the covariate for 7, 12"):
        meta_regression(NETWORK, {**YEAR, "7": math.nan, "12": math.inf})


def test_slopes_that_cannot_be_told_apart_are_named():
    net = network("senn2013")
    values = {s.study: float(i) for i, s in enumerate(net.studies)}
    with pytest.raises(NetworkError, match=r"cannot tell acar:dose|cannot tell \w+:dose"):
        meta_regression(net, values, covariate="dose", slopes="independent")
