"""The grade of a diseased liver by Child-Pugh.

Truth: the table of the Cleveland Clinic Journal of Medicine (points of each part; class A 5-6, B
7-9, C from 10) typed out, bilirubin in µmol/L after Harrison (34, 51), and what the design asks:
nothing from four parts, the worse of two grades, nothing of the liver from the INR of an
anticoagulant.
"""

import json
from datetime import date
from itertools import product

import pytest

from assuage.consult.library import load_library
from assuage.errors import InvalidInput
from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.patients import read_patient
from assuage.knowledge.rules import load_safety
from assuage.options.unjudged import unjudged
from assuage.patient.derivation import derive_facts
from assuage.patient.finding import Finding

TODAY = date(2026, 6, 15)
GRADES = ("mild_hepatic_impairment", "moderate_hepatic_impairment", "severe_hepatic_impairment")
# Each part as it may be written, with the points of the table.
BILIRUBIN = [(33, "µmol/L", 1), (34, "µmol/L", 2), (51, "µmol/L", 2), (52, "µmol/L", 3)]
BILIRUBIN += [(1.9, "mg/dL", 1), (2, "mg/dL", 2), (3, "mg/dL", 2), (3.1, "mg/dL", 3)]
ALBUMIN = [(36, "g/L", 1), (35, "g/L", 2), (28, "g/L", 2), (27, "g/L", 3)]
ALBUMIN += [(3.6, "g/dL", 1), (2.8, "g/dL", 2), (2.7, "g/dL", 3)]
INR = [(1.6, "ratio", 1), (1.7, "ratio", 2), (2.3, "ratio", 2), (2.4, "INR", 3)]
ASCITES = [("", 1), ("mild ascites", 2), ("moderate ascites", 3)]


def facts_of(*conditions, parts=(), **more):
    data = {
        "age": 60,
        "sex": "male",
        "pain": "postherpetic neuralgia",
        "conditions": conditions,
        "absent": ["all_others"],
        "measurements": {
            name: {"value": value, "unit": unit} | ({"on": on} if on else {})
            for name, value, unit, on in parts
        },
        **more,
    }
    vocabulary = load_safety().vocabulary
    record = read_patient(
        json.dumps(data),
        "patient",
        vocabulary=vocabulary,
        pain_conditions=load_catalogues().conditions.values(),
        today=TODAY,
    )
    return derive_facts(record, vocabulary, today=TODAY)


def parts(bilirubin, albumin, inr, *, unit="µmol/L", on=None):
    return (
        ("bilirubin", bilirubin, unit, on),
        ("albumin", albumin, "g/L", on),
        ("inr", inr, "ratio", on),
    )


def grades(facts):
    return [facts.has(grade).finding for grade in GRADES]


def expected(points):
    place = 0 if points <= 6 else 1 if points <= 9 else 2
    return [Finding.PRESENT if place == n else Finding.ABSENT for n in range(3)]


@pytest.mark.parametrize(
    ("bilirubin", "albumin"), list(product(BILIRUBIN, ALBUMIN)), ids=lambda part: f"{part[0]:g}"
)
def test_every_part_gives_the_points_of_the_table(bilirubin, albumin):
    for inr, ascites in product(INR, ASCITES):
        measured = [
            (name, value, unit, None)
            for name, (value, unit, _) in (
                ("bilirubin", bilirubin),
                ("albumin", albumin),
                ("inr", inr),
            )
        ]
        facts = facts_of("cirrhosis", *filter(None, [ascites[0]]), parts=measured)
        points = bilirubin[2] + albumin[2] + inr[2] + ascites[1] + 1
        assert grades(facts) == expected(points)
        assert f"Child-Pugh {points}, " in facts.has("mild_hepatic_impairment").because


def test_the_score_is_said_with_its_parts_and_its_oldest_day():
    measured = (
        ("bilirubin", 40, "µmol/L", "2026-05-01"),
        ("albumin", 30, "g/L", "2026-06-01"),
        ("inr", 1.8, "ratio", None),
    )
    facts = facts_of("cirrhosis", "mild ascites", parts=measured)
    fact = facts.has("cirrhosis_child_pugh_b")
    assert (fact.finding, fact.on, fact.computed, fact.because) == (
        Finding.PRESENT,
        date(2026, 5, 1),
        True,
        "Child-Pugh 9, class B, computed from bilirubin 40 µmol/L (2), albumin 30 g/L (2), "
        "INR 1.8 (2), mild ascites (2), no encephalopathy (1)",
    )
    assert facts.has("cirrhosis_child_pugh_c").finding is Finding.ABSENT
    assert facts.doubts == ()


def test_without_cirrhosis_the_impairment_is_graded_and_no_class_of_cirrhosis():
    facts = facts_of("chronic hepatitis C", parts=parts(60, 25, 1.2))
    assert grades(facts) == expected(8)
    assert facts.has("cirrhosis_child_pugh_b").finding is Finding.ABSENT


def test_a_liver_that_is_not_diseased_is_not_graded():
    facts = facts_of("asthma", parts=parts(60, 25, 1.2))
    assert grades(facts) == [Finding.ABSENT] * 3


@pytest.mark.parametrize(
    ("conditions", "measured", "missing"),
    [
        (("cirrhosis",), parts(40, 30, 1.2)[:2], "INR"),
        (("cirrhosis",), parts(40, 30, 1.2)[2:], "bilirubin and albumin"),
        (("cirrhosis", "ascites"), parts(40, 30, 1.2), "the grade of ascites"),
        (("cirrhosis", "ascites"), parts(40, 30, 1.2)[1:], "bilirubin and the grade of ascites"),
    ],
)
def test_with_a_part_missing_nothing_is_computed_and_the_part_is_named(
    conditions, measured, missing
):
    facts = facts_of(*conditions, parts=measured)
    assert grades(facts) == [Finding.NOT_RECORDED] * 3
    assert facts.has("severe_hepatic_impairment").because == (
        f"the Child-Pugh score cannot be computed without {missing}"
    )


def test_ascites_that_nobody_spoke_of_is_a_missing_part():
    facts = facts_of("cirrhosis", parts=parts(40, 30, 1.2), absent=["hepatic encephalopathy"])
    assert grades(facts) == [Finding.NOT_RECORDED] * 3
    assert facts.has("mild_hepatic_impairment").because.endswith("without ascites")


def test_a_part_that_is_too_old_is_missing():
    facts = facts_of("cirrhosis", parts=parts(40, 30, 1.2, on="2024-01-01"))
    assert grades(facts) == [Finding.NOT_RECORDED] * 3


@pytest.mark.parametrize(
    ("recorded", "measured", "severe"),
    [
        ("Child-Pugh A", parts(60, 25, 2.5), Finding.PRESENT),  # computed 11: the worse
        ("Child-Pugh C", parts(20, 40, 1.0), Finding.PRESENT),  # computed 5: the recorded is worse
    ],
)
def test_of_a_recorded_and_a_computed_class_the_worse_decides_and_both_are_named(
    recorded, measured, severe
):
    facts = facts_of(recorded, parts=measured)
    assert facts.has("severe_hepatic_impairment").finding is severe
    (doubt,) = facts.doubts
    assert f"({recorded} (line 1)) does not fit Child-Pugh " in doubt
    assert doubt.endswith("the worse decides")


def test_a_recorded_class_that_fits_is_not_doubted():
    facts = facts_of("Child-Pugh B", parts=parts(40, 30, 1.2))
    assert (grades(facts), facts.doubts) == (expected(7), ())


def test_encephalopathy_is_read_as_severe_and_a_better_score_is_named():
    facts = facts_of("hepatic encephalopathy grade 1", parts=parts(20, 40, 1.0))
    assert facts.has("severe_hepatic_impairment").finding is Finding.PRESENT
    assert "does not fit Child-Pugh 6, class A" in facts.doubts[0]


def test_the_inr_of_an_anticoagulant_decides_no_class():
    # Without the INR 5 + 0 points or more: 2 + 2 + 1 + 1 + 1 = 7 (B), with an INR of 2.6, 9 (B).
    certain = facts_of("cirrhosis", parts=parts(40, 30, 2.6), medications=["warfarin"])
    assert grades(certain) == expected(9)
    # 1 + 2 + 1 + 1 + 1 = 6 (A) without it, 8 (B) with it: it tells nothing.
    open_one = facts_of("cirrhosis", parts=parts(20, 30, 2.6), medications=["warfarin"])
    assert grades(open_one) == [Finding.NOT_RECORDED] * 3
    assert open_one.has("moderate_hepatic_impairment").because == (
        "Child-Pugh 8, class B, computed from bilirubin 20 µmol/L (1), albumin 30 g/L (2), INR "
        "2.6 (3), no ascites (1), no encephalopathy (1); the INR is under warfarin (line 1), which "
        "does not tell class A from B"
    )
    assert grades(facts_of("cirrhosis", parts=parts(20, 30, 2.6), medications=[])) == expected(8)


@pytest.mark.parametrize(("known", "named"), [(3, []), (2, ["albumin 30 g/L"])])
def test_the_parts_of_a_score_are_looked_at_and_those_of_none_are_named(known, named):
    facts = facts_of("cirrhosis", "mild ascites", parts=parts(20, 30, 1.2)[:known])
    told = " ".join(unjudged(facts, load_library().rules).not_checked)
    assert [part for part in ("albumin 30 g/L", "INR 1.2") if part in told] == named
    assert ("mild ascites" in told) == bool(named)


def test_a_grade_said_to_be_absent_but_computed_is_refused():
    with pytest.raises(
        InvalidInput, match="found severe liver impairment as absent, but present by"
    ):
        facts_of(
            "cirrhosis", parts=parts(60, 25, 2.5), absent=["severe liver impairment", "all_others"]
        )
