"""Direct against indirect evidence by refitting: SIDDE as netmeta, SIDE and node-splits by a
second computation."""

from dataclasses import replace
from math import log, pi

import numpy as np
import pytest
from consistency_golden import NETWORKS, golden, network

from assuage.errors import NetworkError
from assuage.synthesis.classical.side import (
    bayesian_node_split,
    bayesian_node_splits,
    comparisons_to_split,
    sidde,
    side,
    split_network,
)
from assuage.synthesis.gls import fit
from assuage.synthesis.priors import HalfNormal, Prior
from assuage.synthesis.splits import split

WITH_SIDDE = [n for n in NETWORKS if "netsplit_SIDDE" in golden(f"consistency_{n}")]


@pytest.mark.parametrize("name", WITH_SIDDE)
@pytest.mark.parametrize("effects", ["common", "random"])
def test_sidde(name: str, effects):
    ours = {}
    for s in sidde(fit(network(name), effects=effects, tau_method="DL")):
        for sign, pair in ((1, (s.treatment1, s.treatment2)), (-1, (s.treatment2, s.treatment1))):
            ours[":".join(pair)] = {
                "k": s.studies,
                "direct": sign * s.direct,
                "se_direct": s.se_direct,
                "indirect": sign * s.indirect,
                "se_indirect": s.se_indirect,
                "diff": sign * s.difference,
                "se_diff": s.se_difference,
                "z": sign * s.z,
                "p": s.p,
            }
    theirs = golden(f"consistency_{name}")["netsplit_SIDDE"][effects]
    assert len(ours) == 2 * len(theirs["comparison"])
    for row, comparison in enumerate(theirs["comparison"]):
        expected = {key: theirs[key][row] for key in ours[comparison]}
        assert ours[comparison] == pytest.approx(expected, rel=1e-8, abs=1e-10)


def rows_of(parted):
    """All contrasts of a network, its design matrix, their covariance and (I + J) / 2."""
    place = {name: i for i, name in enumerate(parted.treatments)}
    sizes = [len(study.estimates) for study in parted.studies]
    y = np.concatenate([study.estimates for study in parted.studies])
    x, v, p = np.zeros((y.size, len(place))), np.zeros((y.size,) * 2), np.zeros((y.size,) * 2)
    start = 0
    for study, size in zip(parted.studies, sizes, strict=True):
        own = slice(start, start + size)
        for row, name in enumerate(study.treatments[1:], start=start):
            x[row, place[name]] += 1
            x[row, place[study.treatments[0]]] -= 1
        v[own, own], p[own, own] = study.covariance, (np.eye(size) + 1) / 2
        start += size
    return y, np.delete(x, place[parted.reference], axis=1), v, p


def indirect_and_difference(parted, apart: str, one: str) -> np.ndarray:
    others = [t for t in parted.treatments if t != parted.reference]
    turn = np.zeros(len(others))
    turn[others.index(apart)], turn[others.index(one)] = 1, -1
    return turn


@pytest.mark.parametrize("name", ["smokingcessation", "dogliotti2014", "senn2013"])
def test_side_is_least_squares_with_one_more_effect(name: str):
    for s in side(network(name), tau_method="REML"):
        parted, apart = split_network(network(name), s.treatment1, s.treatment2)
        y, x, v, p = rows_of(parted)
        weight = np.linalg.inv(v + s.tau2 * p)
        covariance = np.linalg.inv(x.T @ weight @ x)
        turn = indirect_and_difference(parted, apart, s.treatment1)
        assert s.difference == pytest.approx(turn @ covariance @ x.T @ weight @ y, rel=1e-8)
        assert s.se_difference == pytest.approx((turn @ covariance @ turn) ** 0.5, rel=1e-8)


def test_with_two_arm_trials_side_is_back_calculation():
    # Franchini's one three-arm trial apart; one heterogeneity, given
    net = network("franchini2012")
    studies = tuple(s for s in net.studies if len(s.treatments) == 2)
    names = {t for s in studies for t in s.treatments}
    net = replace(net, studies=studies, treatments=tuple(sorted(names)))
    backward = {(s.treatment1, s.treatment2): s for s in split(fit(net, effects="common"))}
    found = side(net, effects="common")
    for s in found:
        b = backward[s.treatment1, s.treatment2]
        ours = (s.direct, s.se_direct, s.indirect, s.se_indirect, s.p)
        assert ours == pytest.approx((b.direct, b.se_direct, b.indirect, b.se_indirect, b.p))


def brute_force(parted, apart: str, one: str, prior: Prior) -> tuple[float, float]:
    """Mean and SD of the difference on a plain fine grid of tau, dense matrices throughout."""
    y, x, v, p = rows_of(parted)
    turn = indirect_and_difference(parted, apart, one)
    tau = (np.arange(1500) + 0.5) / 500
    found = []
    for t in tau:
        total = v + t**2 * p + prior.effect_sd**2 * x @ x.T
        inverse = np.linalg.inv(total)
        density = -0.5 * (np.linalg.slogdet(total)[1] + y @ inverse @ y + y.size * log(2 * pi))
        gain = prior.effect_sd**2 * x.T @ inverse
        mean, spread = (
            gain @ y,
            np.eye(len(gain)) * prior.effect_sd**2 - gain @ x * prior.effect_sd**2,
        )
        found.append((density, turn @ mean, turn @ spread @ turn))
    density, mean, variance = np.array(found).T
    weight = np.exp(density - density.max() + prior.heterogeneity.log_density(tau))
    weight /= weight.sum()
    overall = weight @ mean
    return overall, (weight @ (variance + (mean - overall) ** 2)) ** 0.5


@pytest.mark.parametrize("pair", [("B", "A"), ("C", "A"), ("B", "D")])
def test_a_bayesian_node_split_by_brute_force(pair):
    net, prior = network("smokingcessation"), Prior(effect_sd=10, heterogeneity=HalfNormal(scale=1))
    found = bayesian_node_split(net, *pair, prior=prior)
    parted, apart = split_network(net, *pair)
    mean, sd = brute_force(parted, apart, pair[0], prior)
    assert (found.difference.mean, found.difference.sd) == pytest.approx((mean, sd), abs=1e-5)
    assert found.p == pytest.approx(
        2 * min(found.difference.cdf(0), found.difference.exceedance(0))
    )
    low, high = found.interval()
    assert found.difference.cdf(high) - found.difference.cdf(low) == pytest.approx(0.95)


def test_every_splittable_comparison_is_split_by_every_method():
    # every pair of the four treatments has direct trials and a way round
    net = network("smokingcessation")
    pairs = comparisons_to_split(net)
    assert set(pairs) == {("B", "A"), ("C", "A"), ("D", "A"), ("B", "C"), ("B", "D"), ("C", "D")}
    prior = Prior(effect_sd=100, heterogeneity=HalfNormal(scale=1))
    for found in (side(net), sidde(fit(net)), bayesian_node_splits(net, prior=prior)):
        assert [(s.treatment1, s.treatment2) for s in found] == list(pairs)


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (("placebo", "sita"), "not in the network"),
        (("plac", "metf"), "ask for metf against plac instead"),
        (("acar", "vild"), "No trial compares acar with vild"),
        (("sita", "plac"), "all evidence is direct"),
    ],
)
def test_what_cannot_be_split_says_why(pair, words: str):
    with pytest.raises(NetworkError, match=words):
        split_network(network("senn2013"), *pair)
