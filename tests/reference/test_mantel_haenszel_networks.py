"""Mantel-Haenszel networks equal netmeta's netmetabin (golden file)."""

import numpy as np
import pytest
from nma_golden import golden
from rare_events_golden import RARE, counts_of, in_their_order

from assuage.errors import NetworkError
from assuage.synthesis.classical.event_counts import event_counts
from assuage.synthesis.classical.mantel_haenszel import mantel_haenszel_network
from assuage.synthesis.pairwise import TwoByTwo, mantel_haenszel


@pytest.mark.parametrize("name", RARE)
def test_effects_and_errors(name: str):
    truth = golden("rare_events")["networks"][name]["MH"]
    ours = mantel_haenszel_network(counts_of(name))
    estimates, errors, their_estimates, their_errors = in_their_order(ours.effects, truth)
    assert (ours.studies, set(ours.effects.treatments)) == (truth["k"], set(truth["treatments"]))
    np.testing.assert_allclose(estimates, their_estimates, rtol=0, atol=1e-11)
    np.testing.assert_allclose(errors, their_errors, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", [n for n in RARE if n != "triptans"])
def test_inconsistency_between_designs(name: str):
    truth = golden("rare_events")["networks"][name]["MH"]["inconsistency"]
    ours = mantel_haenszel_network(counts_of(name)).inconsistency
    assert (ours.q, ours.df, ours.p) == pytest.approx((truth["Q"], truth["df"], truth["p"]))


def test_what_is_left_out_is_named():
    # netmetabin warns: "Treatment arm 'A' without events in design 'A:D' excluded"
    (item,) = mantel_haenszel_network(counts_of("smokingcessation")).left_out
    assert item.reason == "A: no event, or nothing else, in all trials of A v D"


def test_two_treatments_are_a_pairwise_pool():
    tables = [(3, 40, 1, 38), (0, 25, 2, 27), (5, 60, 2, 55)]
    pooled = mantel_haenszel(
        [
            TwoByTwo(study=str(i), events1=a, n1=n1, events0=c, n0=n0)
            for i, (a, n1, c, n0) in enumerate(tables)
        ],
        "OR",
    )
    network = mantel_haenszel_network(
        [event_counts(str(i), ["new", "old"], t[::2], t[1::2]) for i, t in enumerate(tables)],
        reference="old",
    )
    (effect,) = network.effects.relative_effects()
    assert np.exp(effect.estimate) == pytest.approx(pooled.estimate, rel=1e-12)
    assert effect.se == pytest.approx(pooled.se, rel=1e-12)


def test_a_network_that_falls_apart_is_refused_with_the_reason():
    studies = [
        event_counts("one", ["A", "B"], [1, 2], [10, 10]),
        event_counts("two", ["B", "C"], [0, 0], [10, 10]),
        event_counts("three", ["C", "D"], [1, 2], [10, 10]),
    ]
    with pytest.raises(NetworkError, match=r"2 parts: \(1\) A, B; \(2\) C, D\. Left out: two \(no"):
        mantel_haenszel_network(studies)


def test_impossible_counts_are_refused():
    with pytest.raises(NetworkError, match="one, B: 12 events of 10 people"):
        event_counts("one", ["A", "B"], [1, 12], [10, 10])
