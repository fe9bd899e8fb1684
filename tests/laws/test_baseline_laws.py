"""Laws of the baseline risk: what must hold whatever the placebo arms say."""

from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.synthesis.baseline import PlaceboCount, fit_counts

arms = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(5, 150)).flatmap(
        lambda t: st.builds(
            PlaceboCount,
            study=st.uuids().map(str),
            condition=st.just(t[0]),
            events=st.integers(0, t[1]),
            n=st.just(t[1]),
        )
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=12, deadline=None)
@given(arms)
def test_the_order_of_trials_does_not_matter(placebo: list[PlaceboCount]):
    one, other = fit_counts(placebo), fit_counts(placebo[::-1])
    for condition, risk in one.conditions.items():
        same = other.of(condition)
        assert (same.mean, same.sd) == (
            pytest.approx(risk.mean, abs=1e-9),
            pytest.approx(risk.sd, abs=1e-9),
        )


@settings(max_examples=12, deadline=None)
@given(arms)
def test_a_condition_without_trials_is_known_least(placebo: list[PlaceboCount]):
    fitted = fit_counts(placebo)
    best = min(risk.sd for risk in fitted.conditions.values())
    assert fitted.of("another").sd >= best


def test_many_large_trials_that_agree_give_their_common_risk():
    arms = [PlaceboCount(study=str(i), condition="a", events=500, n=2000) for i in range(12)]
    risk = fit_counts(arms).of("a")
    assert risk.mean == pytest.approx(log(0.25 / 0.75), abs=0.02)
    assert risk.spread < 0.1


def test_few_people_lean_on_the_other_conditions():
    many = [PlaceboCount(study=str(i), condition="b", events=60, n=200) for i in range(6)]
    one = PlaceboCount(study="s", condition="a", events=0, n=5)
    risk = fit_counts([*many, one]).of("a")
    assert log(0.1 / 0.9) < risk.mean < log(0.3 / 0.7)
