"""Truth: swing weighting by hand. The anchor's swing is 200 people at weight 1, worth 200; 50
points are worth 100. Over 400 people with dizziness that is a quarter a person."""

from dataclasses import replace

import numpy as np
import pytest

from assuage.options.criteria import monthly_cost
from assuage.options.ordering import Weight
from assuage.options.preference import (
    Elicitation,
    Judgement,
    Range,
    SwingQuestion,
    Weights,
    judged_criterion,
    points_of,
    weight_space,
    weights_from,
)

ASKED = Elicitation(
    anchor="relief",
    ranges={
        name: Range(outcome=name, worst=worst, best=best)
        for name, worst, best in (
            ("relief", 0, 200),
            ("dizziness", 400, 0),
            ("dry_mouth", 100, 0),
            ("constipation", 50, 0),
            ("serious", 50, 0),
        )
    },
    introduction={},
    questions=(
        SwingQuestion(outcomes=("dizziness",), text={}),
        SwingQuestion(outcomes=("dry_mouth", "constipation"), text={}),
    ),
    answers=(),
    optional=(),
    sentences={},
)
USUAL = tuple(
    Weight(outcome=o, weight=w, why="")
    for o, w in (
        ("relief", 1.0),
        ("dizziness", 0.1),
        ("dry_mouth", 0.3),  # a swing worth 30
        ("constipation", 0.2),  # and 10: three quarters and a quarter
        ("serious", 2.0),
    )
)


def judged(**points: float) -> Weights:
    made = [Judgement(outcome=o, answer=p) for o, p in points.items()]
    return weights_from(made, ASKED, usual=USUAL)


def test_points_over_a_range_become_a_weight_per_person():
    found = judged(dizziness=50, dry_mouth=40)
    # 40 points are worth 80: 60 over 100 people with a dry mouth, 20 over 50 who are constipated
    assert {w.outcome: w.weight for w in found.weights} == pytest.approx(
        {"relief": 1.0, "dizziness": 0.25, "dry_mouth": 0.6, "constipation": 0.4, "serious": 2.0}
    )
    assert [w.why for w in found.weights] == [
        "assuage's: the anchor, against which the others are judged",
        "the patient's own: 50 points of 100",
        "the patient's own: 40 points of 100",
        "the patient's own: 40 points of 100",
        "assuage's: not asked",
    ]
    assert found.skipped == ()
    assert points_of(found, ASKED) == pytest.approx({"dizziness": 50, "dry_mouth": 40})


def test_what_was_skipped_keeps_its_usual_weight_and_says_so():
    found = judged(dizziness=50)
    assert [q.id for q in found.skipped] == ["dry_mouth"]
    skipped = [w for w in found.weights if w.outcome in {"dry_mouth", "constipation"}]
    assert skipped == [replace(w, why="assuage's: the question was skipped") for w in USUAL[2:4]]
    assert judged().by_outcome == {w.outcome: w.weight for w in USUAL}


def test_the_same_answer_over_twice_the_range_is_half_the_weight():
    wide = replace(
        ASKED, ranges={**ASKED.ranges, "dizziness": Range(outcome="dizziness", worst=800, best=0)}
    )
    answer = [Judgement(outcome="dizziness", answer=50)]
    weights = weights_from(answer, wide, usual=USUAL).by_outcome
    assert weights["dizziness"] == pytest.approx(0.125)


def test_weights_edited_by_hand_come_last_and_stand_alone_without_judgements():
    both = weights_from(
        [Judgement(outcome="dizziness", answer=50)], ASKED, usual=USUAL, own={"serious": 5.0}
    )
    assert both.by_outcome["serious"] == 5.0
    assert both.by_outcome["dizziness"] == pytest.approx(0.25)
    alone = weights_from([], ASKED, usual=USUAL, own={"relief": 2.0})
    assert (alone.by_outcome, alone.skipped) == ({"relief": 2.0}, ())
    cost = [Judgement(outcome="cost", answer=50)]
    assert weights_from(cost, ASKED, usual=USUAL, own={"relief": 2.0}) == alone


def test_a_criterion_counts_only_when_it_was_judged_and_by_its_own_range():
    cost = monthly_cost({"a": 10, "b": 60, "not on offer": 900}, ["a", "b", "c"])
    assert judged_criterion(cost, [], judged()).weight == 0
    asked = [Judgement(outcome="cost", answer=25)]
    assert judged_criterion(cost, asked, judged()).weight == pytest.approx(1.0)  # 50 over 50 units
    alike = replace(cost, amounts={"a": 10, "b": 10})
    assert judged_criterion(alike, asked, judged()).weight == 0


def test_the_space_of_weights_keeps_what_was_answered():
    # settled: relief 200, dizziness 100, serious 100 of 400; open: dry mouth with constipation, 3:1
    space = weight_space(judged(dizziness=50), ASKED)
    assert space.columns == ("relief", "dizziness", "dry_mouth", "constipation", "serious")
    assert space.per_unit * space.swings == pytest.approx(
        np.array([[0.5, 0.25, 0, 0, 0.25], [0, 0, 0.75, 0.25, 0]])
    )
    everything = weight_space(judged(dizziness=50, dry_mouth=0), ASKED)
    assert everything.per_unit.shape == (1, 5)
