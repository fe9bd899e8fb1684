"""The exact conditional likelihood, held against enumeration, metafor and scipy.

netmeta's "NCH" is not a truth here. It maximises a multinomial approximation, in which arms of a
trial share the events in proportion to n exp(effect); that is the limit for events so rare that
the log odds ratio and the log risk ratio are one. Where events are common its "log odds ratios" are
log risk ratios (0.40 off in the twelve antidepressants, where half respond), and its optimiser
stops early besides.
"""

from itertools import product

import numpy as np
import pytest
from nma_golden import golden
from rare_events_golden import RARE, counts_of, in_their_order
from scipy.special import comb
from scipy.stats import nchypergeom_fisher

from assuage.errors import NetworkError
from assuage.evidence.network import LeftOut
from assuage.synthesis.classical.event_counts import event_counts
from assuage.synthesis.classical.hypergeometric import (
    conditional_moments,
    hypergeometric_network,
)
from assuage.synthesis.classical.mantel_haenszel import mantel_haenszel_network


def enumerated(events, n, log_odds):
    """Every way to share the events among the arms, one by one."""
    ways = [x for x in product(*(range(int(k) + 1) for k in n)) if sum(x) == sum(events)]
    weight = np.array([np.prod(comb(n, x)) * np.exp(np.dot(log_odds, x)) for x in ways])
    weight /= weight.sum()
    mean = weight @ np.array(ways)
    spread = np.array(ways) - mean
    return (
        np.log(weight[ways.index(tuple(events))]),
        mean,
        np.einsum("k,ki,kj->ij", weight, spread, spread),
    )


@pytest.mark.parametrize(
    ("events", "n", "log_odds"),
    [
        ((3, 1, 4), (10, 12, 9), (0.0, 0.7, -0.4)),
        ((0, 5), (6, 5), (0.0, 3.0)),
        ((1, 0, 2, 1), (4, 7, 5, 3), (0.2, -2.0, 0.0, 1.0)),
    ],
)
def test_moments_equal_enumeration(events, n, log_odds):
    ours = conditional_moments(*(np.array(x, float) for x in (events, n, log_odds)))
    log_likelihood, mean, covariance = enumerated(events, np.array(n), np.array(log_odds))
    assert ours.log_likelihood == pytest.approx(log_likelihood, abs=1e-12)
    np.testing.assert_allclose(ours.mean, mean, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(ours.covariance, covariance, rtol=1e-10, atol=1e-12)


def test_large_arms_equal_scipy():
    # two arms of a thrombolytic trial: 20,000 people, 1,473 deaths
    truth = nchypergeom_fisher(20173, 1473, 10396, np.exp(-0.15))
    ours = conditional_moments(
        np.array([653.0, 820.0]), np.array([10396.0, 9777.0]), np.array([-0.15, 0.0])
    )
    assert ours.mean[0] == pytest.approx(truth.mean(), rel=1e-9)
    assert ours.covariance[0, 0] == pytest.approx(truth.var(), rel=1e-6)
    assert ours.log_likelihood == pytest.approx(truth.logpmf(653), rel=1e-9)


def test_two_treatments_equal_metafor():
    truth = golden("rare_events")["nielweise2007_CM_EL_EE"]
    raw = truth["raw"]
    studies = [
        event_counts(str(i), ["coated", "standard"], [a, c], [n1, n2])
        for i, (a, n1, c, n2) in enumerate(zip(*raw.values(), strict=True))
    ]
    (effect,) = hypergeometric_network(studies, reference="standard").effects.relative_effects()
    # metafor (rma.glmm, CM.EL) climbs by a quasi-Newton search and differentiates numerically
    assert effect.estimate == pytest.approx(truth["b"], abs=2e-7)
    assert effect.se == pytest.approx(truth["se"], abs=1e-5)


def kept(ours, name):
    """The trials that a fit used, as positions of their arms among its treatments and counts."""
    by_name = {s.study: s for s in counts_of(name)}
    for study in (by_name[s] for s in ours.studies):
        rows = [i for i, t in enumerate(study.treatments) if t in ours.effects.treatments]
        at = [ours.effects.treatments.index(study.treatments[i]) for i in rows]
        yield at, study.events[rows], study.n[rows]


def log_likelihood(studies, effects):
    return sum(
        conditional_moments(events, n, effects[at]).log_likelihood for at, events, n in studies
    )


def multinomial(studies, effects):
    """netmeta's approximation to the log-likelihood: its value, slope and curvature."""
    value, slope, curve = 0.0, np.zeros(effects.size), np.zeros((effects.size,) * 2)
    for at, events, n in studies:
        share = n * np.exp(effects[at])
        value += events @ effects[at] - events.sum() * np.log(share.sum())
        share /= share.sum()
        slope[at] += events - events.sum() * share
        curve[np.ix_(at, at)] += events.sum() * (np.diag(share) - np.outer(share, share))
    return value, slope, curve


@pytest.mark.parametrize("name", RARE)
def test_the_score_vanishes_at_the_estimate(name: str):
    ours = hypergeometric_network(counts_of(name))
    assert np.abs(ours.score).max() < 1e-10
    # a second computation: the likelihood itself falls in every direction, as its curvature says
    studies, best = list(kept(ours, name)), ours.effects.estimates
    top = log_likelihood(studies, best)
    assert top == pytest.approx(ours.log_likelihood, abs=1e-9)
    i = (ours.effects.treatments.index(ours.effects.reference) + 1) % best.size
    line = ours.effects.covariance[i] / ours.effects.standard_errors[i].max()
    line /= np.sqrt(ours.effects.covariance[i, i]) / ours.effects.standard_errors[i].max()
    for step in (0.01, -0.01):  # standard errors: the fall is step² / 2 to leading order
        fall = top - log_likelihood(studies, best + step * line)
        assert fall == pytest.approx(step**2 / 2, rel=0.01)


@pytest.mark.parametrize("name", [n for n in RARE if n not in {"triptans", "gurusamy2011"}])
def test_netmeta_maximises_another_likelihood_and_stops_early(name: str):
    truth = golden("rare_events")["networks"][name]["NCH"]
    exact = hypergeometric_network(counts_of(name))
    theirs = in_their_order(exact.effects, truth)[2]
    theirs = theirs[:, truth["TE"]["rows"].index(exact.effects.reference)]
    theirs = np.array([theirs[truth["TE"]["rows"].index(t)] for t in exact.effects.treatments])
    # netmeta drops the trials of a design with an empty arm; so do the ones compared here
    without = {item.study for item in mantel_haenszel_network(counts_of(name)).left_out}
    studies = [k for k, s in zip(kept(exact, name), exact.studies, strict=True) if s not in without]
    best = theirs.copy()
    others = [i for i, t in enumerate(exact.effects.treatments) if t != exact.effects.reference]
    for _ in range(20):
        _, slope, curve = multinomial(studies, best)
        best[others] += np.linalg.solve(curve[np.ix_(others, others)], slope[others])
    top, slope, _ = multinomial(studies, best)
    assert np.abs(slope[others]).max() < 1e-8
    assert np.abs(best - theirs).max() < 6e-3  # the same optimum, as near as their search came
    assert multinomial(studies, theirs)[0] < top
    assert np.abs(multinomial(studies, theirs)[1][others]).max() > 1e-5  # ours: below 1e-10
    # and it is not the conditional likelihood, which is higher at our estimate
    assert log_likelihood(studies, theirs) < log_likelihood(studies, exact.effects.estimates)


def test_rare_enough_events_make_the_two_likelihoods_one():
    studies = [
        ([0, 1], np.array([3.0, 6.0]), np.array([1e6, 1e6])),
        ([1, 2], np.array([5.0, 2.0]), np.array([2e6, 1e6])),
    ]
    counts = [
        event_counts(str(i), ["ABC"[j] for j in at], list(events), list(n))
        for i, (at, events, n) in enumerate(studies)
    ]
    exact = hypergeometric_network(counts, reference="A")
    assert np.abs(multinomial(studies, exact.effects.estimates)[1]).max() < 1e-4
    assert np.exp(exact.effects.estimates) == pytest.approx([1, 2, 2 * 2 * 2 / 5], rel=1e-5)


def test_a_treatment_without_events_is_left_out_by_name():
    studies = [
        event_counts("one", ["A", "B", "C"], [2, 3, 0], [20, 20, 20]),
        event_counts("two", ["B", "C"], [1, 0], [20, 20]),
    ]
    ours = hypergeometric_network(studies, reference="A")
    assert ours.effects.treatments == ("A", "B")
    assert ours.left_out == (
        LeftOut(study="one", reason="C: no event, or nothing else, in any trial"),
        LeftOut(study="two", reason="C: no event, or nothing else, in any trial"),
    )


def test_events_that_never_overlap_are_refused():
    studies = [
        event_counts("one", ["A", "B"], [0, 3], [20, 20]),
        event_counts("two", ["B", "C"], [2, 0], [20, 20]),
        event_counts("three", ["A", "C"], [2, 3], [20, 20]),
    ]
    with pytest.raises(NetworkError, match="The odds ratio of B v A has no finite estimate"):
        hypergeometric_network(studies, reference="A")


def test_counts_must_be_whole():
    studies = [event_counts("one", ["A", "B"], [0.5, 3], [20, 20])]
    with pytest.raises(NetworkError, match=r"one: .* whole"):
        hypergeometric_network(studies)
