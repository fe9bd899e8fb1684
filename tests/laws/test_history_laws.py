"""What earlier attempts may and may not do to what is expected of a drug.

Truth: the laws of docs/explanation/history-and-goals.md; a second computation of the integral on a
dense grid of the parts of propensity; and the correlation that the shares state.
"""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.knowledge.history import load_history
from assuage.options.history import PastAttempt, Risk, benefit_shifts, side_effect_shifts
from assuage.options.propensity import Course, Shares, log_odds_shift

MODEL = load_history()
CLASSES = {
    "amitriptyline": "tca",
    "nortriptyline": "tca",
    "duloxetine": "snri",
    "venlafaxine": "snri",
    "sertraline": "ssri",
}
quick = settings(max_examples=40, deadline=None)
shares = st.builds(
    Shares,
    person=st.floats(0.01, 0.4),
    drug_class=st.floats(0.01, 0.2),
    drug=st.floats(0.01, 0.3),
)
chances = st.floats(0.05, 0.95)


def failed(drug: str, shows: float = 1.0) -> PastAttempt:
    return PastAttempt(drug=drug, drug_class=CLASSES[drug], went="failed", shows=shows)


def shift_of(past: list[PastAttempt], outcome: str = "pain_relief_50") -> dict[str, float]:
    found = benefit_shifts(past, CLASSES, MODEL)
    return {each.drug: each.log_odds_mean for each in found if each.outcome == outcome}


def course(drug: str, drug_class: str, chance: float, *, happened: bool) -> Course:
    return Course(drug=drug, drug_class=drug_class, chance=chance, happened=happened)


def bell(x: np.ndarray) -> np.ndarray:
    """Weights of a standard normal on a grid."""
    height = np.exp(-(x**2) / 2)
    return height / height.sum()


def expit(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def centre(chance: float, total: float) -> float:
    """The middle person's log odds, by bisection over a wide grid."""
    wide = np.linspace(-8, 8, 801)
    weights = bell(wide)
    low, high = -30.0, 30.0
    for _ in range(80):
        middle = (low + high) / 2
        if weights @ expit(middle + total * wide) < chance:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def chance_on_a_grid(courses: list[Course], parts: Shares) -> float:
    """What happened in all courses, summed over a grid of person, class and drug parts."""
    z = np.linspace(-6, 6, 61)
    w = bell(z)
    a, b, c = (v**0.5 for v in parts.variances)
    part = a * z[:, None, None] + b * z[None, :, None] + c * z[None, None, :]
    total = sum(parts.variances) ** 0.5
    person = np.ones(len(z))
    for name in {one.drug_class for one in courses}:
        group = np.ones((len(z), len(z)))
        for drug in {one.drug for one in courses if one.drug_class == name}:
            own = np.ones(part.shape)
            for one in courses:
                if (one.drug, one.drug_class) == (drug, name):
                    p = one.shows * expit(centre(one.chance, total) + part)
                    own = own * (p if one.happened else 1 - p)
            group = group * (own @ w)
        person = person * (group @ w)
    return float(person @ w)


def on_a_grid(history: list[Course], target: Course, parts: Shares) -> float:
    """The same shift by brute force."""
    p = chance_on_a_grid([*history, target], parts) / chance_on_a_grid(history, parts)
    return float(np.log(p / (1 - p)) - np.log(target.chance / (1 - target.chance)))


@pytest.mark.parametrize(
    ("target", "parts"),
    list(
        product(
            [
                course("a", "x", 0.44, happened=True),
                course("b", "x", 0.3, happened=True),
                course("c", "y", 0.6, happened=True),
            ],
            [
                Shares(person=0.125, drug_class=0.025, drug=0.075),
                Shares(person=0.25, drug_class=0.05, drug=0.15),
            ],
        )
    ),
)
def test_the_shift_is_that_of_a_second_computation(target: Course, parts: Shares):
    history = [
        course("a", "x", 0.44, happened=False),
        Course(drug="d", drug_class="y", chance=0.3, happened=False, shows=0.5),
        course("e", "z", 0.5, happened=True),
    ]
    assert log_odds_shift(history, target, parts) == pytest.approx(
        on_a_grid(history, target, parts), abs=1e-4
    )


@quick
@given(chances, chances, shares)
def test_a_failure_never_raises_and_weighs_most_on_the_drug_then_its_class(
    before: float, now: float, parts: Shares
):
    history = [course("a", "x", before, happened=False)]
    own, related, other = (
        log_odds_shift(history, course(drug, group, now, happened=True), parts)
        for drug, group in (("a", "x"), ("b", "x"), ("c", "y"))
    )
    assert own < related < other < 0


@quick
@given(chances, shares, st.floats(0.05, 0.95))
def test_an_inadequate_course_shifts_less_than_an_adequate_one(
    chance: float, parts: Shares, shows: float
):
    target = course("a", "x", chance, happened=True)
    adequate = course("a", "x", chance, happened=False)
    short = Course(drug="a", drug_class="x", chance=chance, happened=False, shows=shows)
    whole, part = (log_odds_shift([each], target, parts) for each in (adequate, short))
    assert whole < part < 0


@quick
@given(chances, shares)
def test_what_went_well_raises_and_nothing_tried_changes_nothing(chance: float, parts: Shares):
    target = course("a", "x", chance, happened=True)
    assert log_odds_shift([course("a", "x", chance, happened=True)], target, parts) > 0
    assert log_odds_shift([], target, parts) == 0


def test_without_shares_history_says_nothing():
    nobody = Shares(person=0, drug_class=0, drug=0)
    history = [course("a", "x", 0.4, happened=False)] * 5
    target = course("a", "x", 0.4, happened=True)
    assert log_odds_shift(history, target, nobody) == pytest.approx(0, abs=1e-12)


def test_no_attempt_gives_no_shift():
    assert benefit_shifts([], CLASSES, MODEL) == ()
    unknown = PastAttempt(drug="duloxetine", drug_class="snri", went="unknown")
    partly = PastAttempt(drug="duloxetine", drug_class="snri", went="partly")
    assert benefit_shifts([unknown, partly], CLASSES, MODEL) == ()


def test_by_the_stated_model_the_tried_drug_falls_most_and_no_drug_rises():
    for outcome in MODEL.usual:
        shift = shift_of([failed("amitriptyline")], outcome)
        assert shift["amitriptyline"] < shift["nortriptyline"] < shift["duloxetine"] < 0
        assert shift["duloxetine"] == shift["sertraline"]


def test_shifts_are_modest_as_trials_allow():
    """Seven comparisons of variances show no large individual response; STAR*D bounds the rest.

    After one failed step, remission in STAR*D fell from 36.8% to 30.6% (log odds -0.28), of which
    other steps and stopping are part: no shift of another drug may be larger than that.
    """
    star_d = np.log(0.306 / 0.694) - np.log(0.368 / 0.632)
    shift = shift_of([failed("amitriptyline")])
    assert star_d < shift["duloxetine"] < 0
    assert star_d < shift["nortriptyline"]


def test_a_second_failure_lowers_further_and_the_order_of_attempts_does_not_matter():
    one = shift_of([failed("amitriptyline")])
    two = shift_of([failed("amitriptyline"), failed("duloxetine")])
    swapped = shift_of([failed("duloxetine"), failed("amitriptyline")])
    assert all(two[drug] < one[drug] for drug in CLASSES)
    assert two == pytest.approx(swapped)


def test_placebo_would_share_the_part_of_the_person_and_no_more():
    (first, *_), shift = (
        benefit_shifts([failed("amitriptyline")], CLASSES, MODEL),
        shift_of([failed("amitriptyline")]),
    )
    assert first.shared_mean == pytest.approx(shift["sertraline"])


RISKS = {
    "nausea": {
        "duloxetine": Risk(with_drug=0.29, with_placebo=0.10),
        "venlafaxine": Risk(with_drug=0.30, with_placebo=0.10),
        "amitriptyline": Risk(with_drug=0.12, with_placebo=0.10),
    },
    "withdrawal_adverse_event": {
        "duloxetine": Risk(with_drug=0.13, with_placebo=0.06),
        "venlafaxine": Risk(with_drug=0.12, with_placebo=0.06),
        "amitriptyline": Risk(with_drug=0.15, with_placebo=0.06),
    },
}


def stopped_for_nausea(dose_share: float | None) -> PastAttempt:
    return PastAttempt(
        drug="duloxetine",
        drug_class="snri",
        went="unknown",
        stopped_for=("nausea",),
        dose_share=dose_share,
    )


def raised(dose_share: float | None) -> dict[tuple[str, str], float]:
    found = side_effect_shifts([stopped_for_nausea(dose_share)], RISKS, list(CLASSES), MODEL)
    return {(each.drug, each.outcome): each.log_odds_mean for each in found}


def test_what_stopped_a_drug_is_feared_of_it_and_of_drugs_that_cause_it_only():
    shift = raised(1.0)
    assert set(shift) == {
        (drug, outcome)
        for drug in ("duloxetine", "venlafaxine")
        for outcome in ("nausea", "withdrawal_adverse_event")
    }
    assert shift["duloxetine", "nausea"] > shift["venlafaxine", "nausea"] > 0


def test_a_side_effect_at_a_lower_dose_tells_more():
    full, low = raised(1.0), raised(0.3)
    assert raised(None) == full
    assert all(low[key] > full[key] for key in full)
