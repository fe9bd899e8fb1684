"""Where a range ends, for a number and for the condition that stands for one.

Truth: KDIGO 2012, table 5: moderate impairment is 30 to 59 mL/min in whole numbers, so 59.9 is
moderate, 60 is not, and 59 is not below 59.
"""

import pytest
from tests.cases.probe_format import facts_of

from assuage.knowledge.rules import load_safety
from assuage.options.condition import Below, Between
from assuage.patient.vocabulary import Threshold

MODERATE = Threshold(fact="crcl", low=30, high=59, high_included=True)
VOCABULARY = load_safety().vocabulary


@pytest.mark.parametrize(
    ("value", "holds"), [(29.9, False), (30, True), (59, True), (59.9, True), (60, False)]
)
def test_a_whole_limit_that_is_included_reaches_to_just_under_the_next(value: float, holds: bool):
    assert MODERATE.holds(value) is holds


@pytest.mark.parametrize(
    ("high", "included", "top"), [(59, True, 60), (59, False, 59), (0.5, True, 0.5)]
)
def test_where_a_range_ends(high: float, included: bool, top: float):
    assert Threshold(fact="crcl", low=None, high=high, high_included=included).top == top


@pytest.mark.parametrize(
    ("patient", "below_59", "to_58"),
    [
        ("crcl 58 mL/min", "present", "present"),
        ("crcl 59 mL/min", "absent", "absent"),
        ("has CKD stage 3", "not recorded", "not recorded"),
        ("has CKD stage 4", "present", "not recorded"),
    ],
)
def test_a_condition_lies_below_a_limit_only_with_the_whole_of_its_range(
    patient: str, below_59: str, to_58: str
):
    facts = facts_of(f"untold; {patient}", VOCABULARY)
    below = Below(fact="crcl", label="clearance", limit=59, unit="mL/min")
    band = Between(fact="crcl", label="clearance", low=30, high=58, unit="mL/min")
    assert below.look_in(facts).finding.value == below_59
    assert band.look_in(facts).finding.value == to_58
