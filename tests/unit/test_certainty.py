"""Truth: the thresholds that the head of assuage.synthesis.certainty states, one case each; the
information size against the textbook formula for two proportions (80% power, two-sided 5%)."""

from dataclasses import replace

import pytest

from assuage.synthesis.certainty import Body, information_size, rate
from assuage.synthesis.release import Support

SUPPORT = Support(
    trials=("A", "B", "C"),
    people=4000,
    treated=2000,
    doses=(),
    conditions=("painful_diabetic_neuropathy",),
    placebo_controlled=3,
    high_risk=(),
    not_judged=(),
    reconstructed=(),
    derived=(),
)
SOLID = Body(
    kind="trials",
    support=SUPPORT,
    effect=(0.5, 0.9),
    predicted=(0.3, 1.1),
    absolute=(90, 180),
    placebo_risk=0.25,
    people=4000,
    condition="painful_diabetic_neuropathy",
)


def test_large_consistent_judged_trials_of_the_condition_are_high():
    assert (rate(SOLID).level, rate(SOLID).reasons) == ("high", ())


@pytest.mark.parametrize(
    ("change", "level", "reason"),
    [
        ({"support": replace(SUPPORT, not_judged=("A", "B"))}, "moderate", "2 of 3 trials not"),
        ({"support": replace(SUPPORT, high_risk=("A", "B"))}, "moderate", "open or at high risk"),
        (
            {"support": replace(SUPPORT, high_risk=("A",), not_judged=("B",))},
            "moderate",
            "2 of 3 trials open, at high risk of bias or not judged",
        ),
        (
            {"support": replace(SUPPORT, placebo_controlled=0)},
            "moderate",
            "known through other drugs only",
        ),
        (
            {
                "support": replace(
                    SUPPORT, doubts=(("A", "Ash 2001: counts disagree"),), derived=("B",)
                )
            },
            "moderate",
            "2 of 3 trials known by reconstructed, converted or doubted numbers (Ash 2001: counts",
        ),
        ({"placebo_risk": None, "people": 300}, "moderate", "300 people, fewer than 400"),
        ({"support": replace(SUPPORT, trials=("A",))}, "moderate", "one trial only"),
        ({"support": replace(SUPPORT, small=("A", "B"))}, "moderate", "2 of 3 trials with fewer"),
        (
            {"support": replace(SUPPORT, incoherence="direct and indirect evidence disagree")},
            "moderate",
            "direct and indirect evidence disagree",
        ),
        ({"predicted": (-0.1, 1.5)}, "moderate", "the next one may well find no effect"),
        ({"condition": "hiv_neuropathy"}, "moderate", "no trial in this pain condition"),
        ({"kind": "class"}, "moderate", "mostly from other drugs of the class"),
        ({"dose_below_tried": True}, "moderate", "no trial of a dose as low as this"),
        ({"people": 300}, "moderate", "300 people, fewer than one adequate trial needs"),
        ({"people": 0}, "moderate", "how many people there were is not on record"),
        ({"effect": (-0.1, 0.9), "absolute": (-20, 180)}, "moderate", "includes no effect"),
        ({"effect": (-0.9, 0.9), "absolute": (-150, 180)}, "low", "important fall and"),
        ({"support": replace(SUPPORT, derived=("A",), reconstructed=("B",))}, "moderate", "2 of 3"),
    ],
)
def test_each_concern_lowers_it_and_says_so(change: dict[str, object], level: str, reason: str):
    rating = rate(replace(SOLID, **change))
    assert rating.level == level
    assert len(rating.reasons) == 1
    assert reason in rating.reasons[0]


def test_indirectness_lowers_by_two_at_most_and_all_its_reasons_are_said():
    rating = rate(replace(SOLID, kind="class", condition="hiv_neuropathy", dose_below_tried=True))
    assert (rating.level, len(rating.reasons)) == ("low", 3)


def test_a_label_is_low_at_best():
    rating = rate(replace(SOLID, kind="label", support=None))
    assert rating.level == "low"
    assert rating.reasons == (
        "risk of bias of the label's trials was not judged",
        "from trials in another disease",
    )


def test_information_size_is_that_of_the_textbook():
    # n per arm = (1.96 + 0.8416)^2 (p0 q0 + p1 q1) / (p1 - p0)^2, here 20% against 25%
    by_hand = (1.96 + 0.8416) ** 2 * (0.2 * 0.8 + 0.25 * 0.75) / 0.05**2
    assert information_size(0.2) == pytest.approx(2 * by_hand, rel=1e-4)
