"""Effects of one trial. Truths: the formulas of the Cochrane Handbook (v6, 6.4-6.5), by hand."""

from math import log

import numpy as np
import pytest

from assuage.errors import NetworkError
from assuage.evidence.assembly import assemble
from assuage.evidence.effect import (
    Pair,
    contrasts_from_arms,
    contrasts_from_events,
    contrasts_from_means,
    contrasts_from_pairs,
    contrasts_from_rates,
)
from assuage.evidence.network import LeftOut, StudyContrasts
from assuage.evidence.pair_batches import contrasts_from_studies


def usable(result: StudyContrasts | LeftOut) -> StudyContrasts:
    assert isinstance(result, StudyContrasts)
    return result


def test_the_arms_of_a_trial_share_the_variance_of_its_baseline():
    study = usable(
        contrasts_from_events("s", ["a", "b", "c"], [10, 20, 5], [100, 100, 50], measure="OR")
    )
    odds = [10 / 90, 20 / 80, 5 / 45]
    own = [1 / 10 + 1 / 90, 1 / 20 + 1 / 80, 1 / 5 + 1 / 45]
    assert study.estimates == pytest.approx([log(odds[1] / odds[0]), log(odds[2] / odds[0])])
    assert study.covariance == pytest.approx(
        np.array([[own[0] + own[1], own[0]], [own[0], own[0] + own[2]]])
    )


def test_a_zero_cell_corrects_every_arm_of_its_trial():
    study = usable(contrasts_from_events("s", ["a", "b"], [0, 3], [10, 12], measure="OR"))
    assert study.estimates[0] == pytest.approx(log((3.5 / 9.5) / (0.5 / 10.5)))
    assert study.covariance[0, 0] == pytest.approx(1 / 3.5 + 1 / 9.5 + 1 / 0.5 + 1 / 10.5)


def test_a_risk_difference_stays_as_observed():
    study = usable(contrasts_from_events("s", ["a", "b"], [0, 3], [10, 12], measure="RD"))
    assert study.estimates[0] == pytest.approx(3 / 12)
    expected = 0.5 * 10.5 / 11**3 + 3.5 * 9.5 / 13**3
    assert study.covariance[0, 0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("measure", "events", "reason"),
    [
        ("OR", [0, 0], "no event in any arm: no information on the OR"),
        ("RR", [0, 0], "no event in any arm: no information on the RR"),
        ("OR", [10, 12], "an event in everyone: no information on the OR"),
    ],
)
def test_a_trial_without_information_is_left_out_with_its_reason(measure, events, reason):
    found = contrasts_from_events("s", ["a", "b"], events, [10, 12], measure=measure)
    assert found == LeftOut(study="s", reason=reason)


def test_rates():
    study = usable(contrasts_from_rates("s", ["a", "b"], [4, 9], [100.0, 150.0]))
    assert study.estimates[0] == pytest.approx(log((9 / 150) / (4 / 100)))
    assert study.covariance[0, 0] == pytest.approx(1 / 4 + 1 / 9)


def test_means():
    study = usable(contrasts_from_means("s", ["a", "b"], [5, 3], [2, 3], [50, 60], measure="MD"))
    assert (study.estimates[0], study.covariance[0, 0]) == pytest.approx((-2, 4 / 50 + 9 / 60))


def test_contrasts_of_a_multi_arm_trial_give_back_its_arms():
    arms = contrasts_from_arms("s", ["a", "b", "c"], [1.0, 2.5, 0.5], [0.1, 0.2, 0.3])
    pairs = [
        Pair(treatment1="b", treatment2="a", estimate=1.5, se=0.3**0.5),
        Pair(treatment1="a", treatment2="c", estimate=0.5, se=0.4**0.5),
        Pair(treatment1="c", treatment2="b", estimate=-2.0, se=0.5**0.5),
    ]
    found = contrasts_from_pairs("s", pairs)
    assert found.treatments == arms.treatments
    assert found.estimates == pytest.approx(arms.estimates)
    assert found.covariance == pytest.approx(arms.covariance)


def pair(first: str, second: str, estimate: float, se: float = 0.5) -> Pair:
    return Pair(treatment1=first, treatment2=second, estimate=estimate, se=se)


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([pair("b", "a", 1), pair("c", "a", 1)], "needs all its 3 contrasts; missing: c - b"),
        ([pair("b", "a", 1), pair("a", "b", 1)], "a - b is given twice"),
        ([pair("a", "a", 1)], "compares a treatment with itself"),
        ([pair("b", "a", 1), pair("c", "a", 1), pair("c", "b", 2)], "do not add up"),
        ([pair("b", "a", 1), pair("c", "a", 1), pair("c", "b", 0, 5)], "standard errors"),
    ],
)
def test_contrasts_that_no_trial_can_have_are_refused(pairs, message):
    with pytest.raises(NetworkError, match=message):
        contrasts_from_pairs("s", pairs)
    good = [Pair(treatment1="a", treatment2="b", estimate=1, se=1)]
    with pytest.raises(NetworkError, match=message):
        contrasts_from_studies({"other": good, "s": pairs})


def test_parts_that_no_trial_joins_are_named():
    studies = [
        contrasts_from_arms("1", ["a", "b"], [0, 1], [1, 1]),
        contrasts_from_arms("2", ["c", "d", "e"], [0, 1, 2], [1, 1, 1]),
    ]
    with pytest.raises(NetworkError, match=r"2 parts .*: \(1\) c, d, e; \(2\) a, b\."):
        assemble(studies, measure="MD")


def test_placebo_is_the_usual_reference():
    studies = [
        contrasts_from_arms("1", ["x", "Placebo"], [0, 1], [1, 1]),
        contrasts_from_arms("2", ["x", "y"], [0, 1], [1, 1]),
        contrasts_from_arms("3", ["x", "y"], [0, 1], [1, 1]),
    ]
    assert assemble(studies, measure="MD").reference == "Placebo"
    assert assemble(studies[1:], measure="MD").reference == "x"
