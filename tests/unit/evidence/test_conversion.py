"""Risk differences and ratios as log odds ratios: identities that hold by algebra."""

from math import exp, log, sqrt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assuage.evidence.conversion import (
    Converted,
    PrintedContrast,
    ReferenceRisk,
    convert,
    own_risk,
    predicted_risk,
    shared_covariance,
    told_by_interval,
    treated_arm,
)

Z = 1.959963984540054


def logit(p: float) -> float:
    return log(p / (1 - p))


def known(p: float, sd: float = 0.0) -> ReferenceRisk:
    return ReferenceRisk(mean=logit(p), sd=sd, statement="known")


def converted(printed: PrintedContrast, risk: ReferenceRisk) -> Converted:
    made = convert(printed, risk)
    assert isinstance(made, Converted), made
    return made


@given(p0=st.floats(0.1, 0.6), p1=st.floats(0.15, 0.7), se=st.floats(0.005, 0.02))
def test_at_a_known_risk_the_printed_difference_and_its_limits_are_transformed(
    p0: float, p1: float, se: float
):
    # The interval stays inside 0 to 1 here, so that nothing is cut off.
    difference = PrintedContrast(
        measure="RD", estimate=p1 - p0, low=p1 - p0 - Z * se, high=p1 - p0 + Z * se
    )
    made = converted(difference, known(p0))
    assert made.estimate == pytest.approx(logit(p1) - logit(p0), abs=1e-9)
    width = logit(p1 + Z * se) - logit(p1 - Z * se)
    assert made.se == pytest.approx(width / (2 * Z), rel=1e-9)


@given(p0=st.floats(0.1, 0.4), ratio=st.floats(0.5, 2.0), se=st.floats(0.01, 0.05))
def test_at_a_known_risk_the_printed_ratio_and_its_limits_are_transformed(
    p0: float, ratio: float, se: float
):
    low, high = ratio * 2.718281828459045 ** (-Z * se), ratio * 2.718281828459045 ** (Z * se)
    assume(p0 * ratio * (high / ratio) ** 5 < 1)
    printed = PrintedContrast(measure="RR", estimate=ratio, low=low, high=high)
    made = converted(printed, known(p0))
    assert made.estimate == pytest.approx(logit(p0 * ratio) - logit(p0), abs=1e-9)
    width = logit(p0 * high) - logit(p0 * low)
    assert made.se == pytest.approx(width / (2 * Z), rel=1e-9)


def test_no_difference_is_no_difference_at_any_risk():
    printed = PrintedContrast(measure="RD", estimate=0.0, low=-0.05, high=0.05)
    assert converted(printed, known(0.5, sd=0.4)).estimate == pytest.approx(0, abs=1e-9)


def test_a_mirrored_outcome_gives_the_mirrored_odds_ratio():
    # Counting those without relief instead of those with it turns the sign of both.
    gain = PrintedContrast(measure="RD", estimate=0.2, low=0.05, high=0.35)
    loss = PrintedContrast(measure="RD", estimate=-0.2, low=-0.35, high=-0.05)
    a, b = converted(gain, known(0.3, sd=0.5)), converted(loss, known(0.7, sd=0.5))
    assert a.estimate == pytest.approx(-b.estimate, abs=1e-9)
    assert a.se == pytest.approx(b.se, abs=1e-9)


@given(sd=st.floats(0.05, 0.5))
def test_an_uncertain_reference_risk_makes_the_result_less_certain(sd: float):
    printed = PrintedContrast(measure="RD", estimate=0.25, low=0.24, high=0.26)
    certain, less = converted(printed, known(0.1)), converted(printed, known(0.1, sd=sd))
    assert less.se > certain.se


def test_the_part_of_the_uncertainty_due_to_the_risk_is_that_of_the_delta_method():
    # d logOR / d logit p0 at fixed RD is p0 q0 / (p1 q1) - 1, here 0.09 / 0.21 - 1; and
    # d logOR / d RD at fixed p0 is 1 / (p1 q1).
    se, sd = 0.002, 0.05
    printed = PrintedContrast(measure="RD", estimate=0.2, low=0.2 - Z * se, high=0.2 + Z * se)
    made = converted(printed, known(0.1, sd=sd))
    expected = sqrt((sd * (0.09 / 0.21 - 1)) ** 2 + (se / 0.21) ** 2)
    assert made.se == pytest.approx(expected, rel=0.01)


def test_an_impossible_difference_comes_back_as_its_reason():
    printed = PrintedContrast(measure="RD", estimate=0.6, low=0.55, high=0.65)
    assert convert(printed, known(0.7)) == (
        "a risk difference of 0.6 is not possible when about 70% respond without the treatment "
        "(known)"
    )


def test_the_trials_own_reference_arm_gives_back_the_two_by_two_table():
    # 20 of 80 against 10 of 80: RD 0.125 with its Wald interval. The treated arm's log odds and
    # variance follow from the printed numbers and the reference arm, up to the half event added.
    p1, p0, n = 20 / 80, 10.5 / 81, 80
    se = sqrt(p1 * (1 - p1) / n + p0 * (1 - p0) / n)
    rd = p1 - p0
    printed = PrintedContrast(measure="RD", estimate=rd, low=rd - Z * se, high=rd + Z * se)
    treated = treated_arm(printed, events=10, n=80)
    assert treated == pytest.approx((logit(p1), 1 / 20 + 1 / 60), rel=1e-9)


def test_an_interval_too_narrow_for_the_reference_arm_is_not_used_with_it():
    printed = PrintedContrast(measure="RD", estimate=0.2, low=0.19, high=0.21)
    assert treated_arm(printed, events=10, n=80) is None


def test_the_risk_of_a_new_trial_is_less_certain_than_the_mean_of_the_old_ones():
    alike = predicted_risk([(20, 100)] * 8, whose="placebo")
    apart = predicted_risk([(5, 100), (40, 100)] * 4, whose="placebo")
    assert alike.risk == pytest.approx(20.5 / 101, rel=1e-9)
    mean_alone = sqrt((1 / 20.5 + 1 / 80.5) / 8)
    assert mean_alone < alike.sd < 2 * mean_alone
    assert apart.sd > 1
    one = predicted_risk([(20, 100)], whose="one arm")
    # Both it and the new trial lie one spread from the mean; the prior's mean square spread is 1.
    assert one.sd == pytest.approx(sqrt(1 / 20.5 + 1 / 80.5 + 2), rel=1e-2)


def test_two_arms_that_happen_to_agree_are_no_proof_that_trials_do_not_differ():
    # By the method of moments their spread would be zero, and the risk known to 0.17 logits.
    two = predicted_risk([(20, 100), (21, 100)], whose="two arms")
    eight = predicted_risk([(20, 100), (21, 100)] * 4, whose="eight arms")
    assert two.sd > 0.4
    assert eight.sd < two.sd


@pytest.mark.parametrize(("p0", "p1", "guess"), [(0.55, 0.65, 0.35), (0.04, 0.35, 0.1)])
@pytest.mark.parametrize("measure", ["RD", "RR"])
def test_the_width_of_a_printed_interval_tells_the_risk_it_was_made_at(
    measure: str, p0: float, p1: float, guess: float
):
    # The truth is the two-by-two table with 60 people an arm; other trials suggest another risk.
    n = 60
    if measure == "RD":
        se, centre = sqrt((p0 * (1 - p0) + p1 * (1 - p1)) / n), p1 - p0
        low, high = centre - Z * se, centre + Z * se
    else:
        se, centre = sqrt((1 - p0) / (n * p0) + (1 - p1) / (n * p1)), p1 / p0
        low, high = centre * exp(-Z * se), centre * exp(Z * se)
    printed = PrintedContrast(
        measure="RD" if measure == "RD" else "RR", estimate=centre, low=low, high=high
    )
    others = known(guess, sd=0.8)
    told = told_by_interval(others, printed, n, n)
    assert told.sd < others.sd
    made = converted(printed, told)
    true_se = sqrt((1 / (p0 * (1 - p0)) + 1 / (p1 * (1 - p1))) / n)
    assert abs(made.estimate - (logit(p1) - logit(p0))) < true_se
    assert made.se > 0.7 * true_se


def test_an_interval_that_no_risk_explains_leaves_the_risk_as_it_was():
    printed = PrintedContrast(measure="RD", estimate=0.1, low=0.09, high=0.11)
    assert told_by_interval(known(0.3, sd=0.5), printed, 50, 50) == known(0.3, sd=0.5)


def test_two_contrasts_with_one_reference_arm_share_its_variance():
    # At a known risk only sampling is shared: p0 q0 / n0 on the risk scale, times both slopes.
    one = PrintedContrast(measure="RD", estimate=0.3, low=0.1, high=0.5)
    two = PrintedContrast(measure="RD", estimate=0.1, low=-0.1, high=0.3)
    expected = (0.2 * 0.8 / 50) / (0.5 * 0.5) / (0.3 * 0.7)
    assert shared_covariance(one, two, known(0.2), 50) == pytest.approx(expected, rel=1e-9)


def test_own_risk_is_the_empirical_logit():
    risk = own_risk(2, 29, whose="its own arm")
    assert risk.mean == pytest.approx(log(2.5 / 27.5))
    assert risk.sd**2 == pytest.approx(1 / 2.5 + 1 / 27.5)
