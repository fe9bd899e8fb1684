"""A plan says again what matters in this person, and lists nothing twice.

Truth: NICE NG222 1.4.24 (review after one week of who is at risk of suicide), the duloxetine label
(5.11: one check of blood pressure, before and periodically), the desvenlafaxine label (2.2: 50 mg
at a clearance of 30-50 mL/min, 25 mg below), and that a plan must not look like a permission.
"""

import json
from collections import Counter
from datetime import date
from typing import Any

from assuage.consult.library import load_library
from assuage.consult.patient import patient_from_text
from assuage.consult.plan import plan_for
from assuage.knowledge.drugs import load_drugs
from assuage.knowledge.rules import load_safety
from assuage.plan.regimen import Plan

TODAY = date(2026, 6, 15)
PATIENT: dict[str, Any] = {
    "age": 50,
    "sex": "male",
    "pain": {"condition": "painful diabetic neuropathy", "score": 6},
    "conditions": ["type 2 diabetes", "hypertension"],
    "absent": "all_others",
    "medications": ["amlodipine"],
    "allergies": [],
    "measurements": {
        "crcl": {"value": 95, "unit": "mL/min"},
        "systolic": {"value": 128, "unit": "mmHg"},
        "diastolic": {"value": 76, "unit": "mmHg"},
    },
    "suicidality": "none",
    "alcohol": "none",
}


def planned(drug: str, **different: Any) -> Plan:
    library = load_library()
    text = json.dumps({**PATIENT, **different})
    record = patient_from_text(text, "patient", library, today=TODAY)
    return plan_for(record, drug, library, today=TODAY)[0]


def test_blood_pressure_is_checked_once_on_each_day():
    plan = planned("duloxetine")
    checks = [check for check in plan.monitoring if "blood pressure" in check.what.casefold()]
    assert Counter(check.on for check in checks) == {
        date(2026, 6, 15): 1,
        date(2026, 6, 29): 1,
        date(2026, 7, 27): 1,
    }
    assert "first month (EU)" in checks[0].why


def test_hba1c_is_not_measured_again_after_two_weeks():
    days = [check.on for check in planned("duloxetine").monitoring if "HbA1c" in check.what]
    assert days == [date(2026, 6, 15), date(2026, 9, 7)]


def test_the_cautions_of_the_person_stand_in_the_plan():
    assert any("Antihypertensive" in caveat.text for caveat in planned("duloxetine").caveats)


def test_what_is_not_recorded_and_could_lower_the_dose_stands_in_the_plan():
    measurements = {k: v for k, v in PATIENT["measurements"].items() if k != "crcl"}
    texts = [c.text for c in planned("desvenlafaxine", measurements=measurements).caveats]
    assert [text for text in texts if text.startswith("Not recorded: creatinine clearance")] == [
        "Not recorded: creatinine clearance. With creatinine clearance from 30 to 50 mL/min "
        "(reduced clearance): Maximum 50 mg/day.",
        "Not recorded: creatinine clearance. With creatinine clearance below 30 mL/min "
        "(reduced clearance): 25 mg/day, or 50 mg on alternate days; no supplement after dialysis.",
    ]


def test_who_takes_the_drug_already_is_not_given_a_plan_that_passes_over_it():
    texts = [caveat.text for caveat in planned("citalopram", medications=["citalopram"]).caveats]
    assert any(text.startswith("Already taken: citalopram") for text in texts)


def test_who_is_suicidal_now_is_seen_after_a_week():
    first = next(review.on for review in planned("duloxetine", suicidality="current").reviews)
    assert first == date(2026, 6, 22)


def test_every_rule_that_a_check_takes_in_asks_for_monitoring():
    asking = {rule.id for rule in load_safety().rules if rule.effect == "monitor"}
    named = {
        rule
        for drug in load_drugs().values()
        for need in drug.monitoring
        for rule in (*need.joins, *need.says)
    }
    assert named - asking == set()
