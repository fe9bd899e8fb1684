"""Laws of rare-event networks, component networks and ranks that hold whatever the trials say."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assuage.evidence.assembly import assemble
from assuage.evidence.effect import contrasts_from_arms
from assuage.evidence.network import connected_parts
from assuage.synthesis.classical.component_network import component_model, fit_components
from assuage.synthesis.classical.event_counts import EventCounts, event_counts
from assuage.synthesis.classical.hypergeometric import hypergeometric_network
from assuage.synthesis.classical.mantel_haenszel import mantel_haenszel_network
from assuage.synthesis.classical.rank_probability import (
    joint_distribution,
    rank_probabilities,
    superiority,
)
from assuage.synthesis.gls import fit

laws = settings(max_examples=15, deadline=None)
METHODS = [mantel_haenszel_network, hypergeometric_network]


@st.composite
def counted(draw: st.DrawFn) -> list[EventCounts]:
    out: list[EventCounts] = []
    for i in range(draw(st.integers(3, 7))):
        arms = draw(st.lists(st.sampled_from("ABCD"), min_size=2, max_size=4, unique=True))
        n = [draw(st.integers(5, 40)) for _ in arms]
        events = [draw(st.integers(1, size - 1)) for size in n]
        out.append(event_counts(f"s{i}", arms, events, n))
    assume(len(connected_parts([s.treatments for s in out])) == 1)
    return out


def turned(study: EventCounts, order: list[int]) -> EventCounts:
    return EventCounts(
        study=study.study,
        treatments=tuple(study.treatments[i] for i in order),
        events=study.events[order],
        n=study.n[order],
    )


@pytest.mark.parametrize("method", METHODS)
@laws
@given(counted(), st.randoms(use_true_random=False))
def test_the_order_of_trials_and_arms_and_the_reference_do_not_matter(method, studies, random):
    shuffled = [turned(s, random.sample(range(s.n.size), s.n.size)) for s in studies]
    random.shuffle(shuffled)
    ours = method(studies).effects
    other = method(shuffled, reference=random.choice(ours.treatments)).effects
    assert other.treatments == ours.treatments
    np.testing.assert_allclose(other.differences, ours.differences, rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(other.standard_errors, ours.standard_errors, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("method", METHODS)
@laws
@given(counted())
def test_counting_those_without_the_event_turns_the_odds_ratio_over(method, studies):
    ours = method(studies).effects
    other = method([replace(s, events=s.n - s.events) for s in studies]).effects
    np.testing.assert_allclose(other.estimates, -ours.estimates, rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(other.covariance, ours.covariance, rtol=1e-6, atol=1e-8)


@laws
@given(counted())
def test_a_trial_without_events_changes_nothing(studies):
    empty = event_counts("empty", list(studies[0].treatments), [0] * studies[0].n.size,
                         list(studies[0].n))  # fmt: skip
    for method in METHODS:
        ours, other = method(studies), method([*studies, empty])
        np.testing.assert_array_equal(other.effects.estimates, ours.effects.estimates)
        assert [item.study for item in other.left_out] == ["empty"]


@st.composite
def contrast_networks(draw: st.DrawFn):
    arm = st.lists(st.sampled_from(["P", "A", "B", "A + B"]), min_size=2, max_size=3, unique=True)
    arms = [draw(arm) for _ in range(draw(st.integers(3, 7)))]
    assume(len(connected_parts(arms)) == 1)
    value = st.floats(-2, 2).map(lambda x: round(x, 3))
    studies = [
        contrasts_from_arms(f"s{i}", own, [draw(value) for _ in own], [0.1 + 0.1 * i for _ in own])
        for i, own in enumerate(arms)
    ]
    return assemble(studies, measure="MD")


@laws
@given(contrast_networks())
def test_a_full_set_of_interactions_is_the_network_again(network):
    assume(set(network.treatments) == {"P", "A", "B", "A + B"})
    model = component_model(network.treatments, inactive="P", interactions=[("A", "B")])
    ours = fit_components(network, model, tau_method="DL")
    whole = fit(network, tau_method="DL")
    np.testing.assert_allclose(ours.effects.estimates, whole.estimates, rtol=1e-6, atol=1e-7)
    assert ours.additivity is not None
    assert ours.additivity.df == 0
    additive = fit_components(network, component_model(network.treatments, inactive="P"))
    assert additive.additivity is not None
    assert additive.additivity.df == 1
    found = {e.name: e.estimate for e in additive.combination_effects()}
    assert found["A + B"] == pytest.approx(found["A"] + found["B"], abs=1e-9)


@laws
@given(contrast_networks(), st.data())
def test_ranks_do_not_depend_on_the_reference(network, data):
    other = data.draw(st.sampled_from(network.treatments))
    ours, turned_fit = fit(network), fit(replace(network, reference=other))
    for small in ("desirable", "undesirable"):
        np.testing.assert_allclose(
            superiority(turned_fit, small), superiority(ours, small), rtol=1e-7, atol=1e-9
        )
    ranks = rank_probabilities(ours, "desirable", points=256)
    np.testing.assert_allclose(ranks.probabilities.sum(axis=1), 1, atol=1e-9)
    np.testing.assert_allclose(ranks.probabilities.sum(axis=0), 1, atol=5e-3)
    again = rank_probabilities(ours, "desirable", points=256)
    assert again.probabilities.tobytes() == ranks.probabilities.tobytes()
    mixture = rank_probabilities(joint_distribution(ours), "desirable", points=1024)
    expected = dict(zip(ranks.treatments, ranks.sucra, strict=True))
    assert dict(zip(mixture.treatments, mixture.sucra, strict=True)) == pytest.approx(expected)
