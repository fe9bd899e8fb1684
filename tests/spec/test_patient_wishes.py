"""What a patient file may say of wishes, and what is answered to one that says it wrongly.

Truth: the contract of the patient file, and the points of the answers in the questionnaire, written
out by hand.
"""

from datetime import date

import pytest

from assuage.errors import InvalidInput
from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.patients import read_patient
from assuage.knowledge.rules import load_safety
from assuage.patient.record import PatientRecord


def read(text: str) -> PatientRecord:
    return read_patient(
        text,
        "patient.yaml",
        vocabulary=load_safety().vocabulary,
        pain_conditions=load_catalogues().conditions.values(),
        today=date(2026, 6, 15),
    )


def test_wishes_are_read_in_words_and_in_points():
    record = read(
        """\
age: 50
pain: PDN
preferences:
  judgements: {nausea: half, dizziness: 40, dry_mouth: Nothing, cost: little}
  weights: {serious_adverse_event: 2}
  cost_per_month: {duloxetine: 12.5, amitriptyline: 3}
"""
    )
    assert record.judgements == {"nausea": 50, "dizziness": 40, "dry_mouth": 0, "cost": 10}
    assert record.weights == {"serious_adverse_event": 2}
    assert record.cost_per_month == {"duloxetine": 12.5, "amitriptyline": 3}


@pytest.mark.parametrize(
    ("wishes", "found", "expected"),
    [
        (
            "judgements: {nausae: 5}",
            "a judgement of nausae",
            "one of withdrawal_adverse_event, somnolence, dizziness, nausea, dry_mouth, insomnia, "
            "cost, tablets (did you mean nausea?)",
        ),
        (
            "judgements: {constipation: 5}",
            "a judgement of constipation",
            "dry_mouth, which constipation is judged together with",
        ),
        (
            "judgements: {nausea: halve}",
            "'halve' for nausea",
            "nothing, little, quarter, half, same, double, or points from 0 to 1000 "
            "(did you mean half?)",
        ),
        (
            "weights: {nausae: 5}",
            "a weight of nausae",
            "an outcome that assuage knows (did you mean nausea?)",
        ),
        ("cost_per_month: {dulox: 5}", "the cost of dulox", "a medicine that assuage knows"),
    ],
)
def test_wishes_that_nobody_can_read_are_refused(wishes: str, found: str, expected: str):
    with pytest.raises(InvalidInput) as refused:
        read(f"age: 50\npain: PDN\npreferences:\n  {wishes}\n")
    (problem,) = refused.value.problems
    assert (problem.found, problem.expected) == (found, expected)
    assert problem.where.endswith("line 4")
