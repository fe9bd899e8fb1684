"""A plan says again what matters in this person, and lists nothing twice.

Truth: NICE NG222 1.4.24 (review after one week of who is at risk of suicide), the duloxetine label
(5.11: one check of blood pressure, before and periodically), the desvenlafaxine label (2.2: 50 mg
at a clearance of 30-50 mL/min, 25 mg below), and that a plan must not look like a permission.
"""

import json
from collections import Counter
from datetime import date
from typing import Any

import pytest

from assuage.consult.library import load_library
from assuage.consult.patient import patient_from_text
from assuage.consult.plan import plan_for
from assuage.consult.versions import stamp
from assuage.errors import PlanError
from assuage.knowledge.drugs import load_drugs
from assuage.knowledge.rules import load_safety
from assuage.options.appraisal import Reason
from assuage.options.rule import Rule
from assuage.plan.before_start import asks_to_mend_first
from assuage.plan.regimen import Plan
from assuage.report.plan_json import plan_json
from assuage.units import mg_per_day

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


def planned(drug: str, target: int | None = None, **different: Any) -> Plan:
    library = load_library()
    text = json.dumps({**PATIENT, **different})
    record = patient_from_text(text, "patient", library, today=TODAY)
    aim = None if target is None else mg_per_day(target)
    return plan_for(record, drug, library, today=TODAY, target=aim)[0]


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
    assert any(
        "Medicine that lowers blood pressure" in caveat.text
        for caveat in planned("duloxetine").caveats
    )


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
    with pytest.raises(PlanError, match=r"already taken .* dose that is not recorded"):
        planned("citalopram", medications=["citalopram"])


def taking(drug: str, mg_per_day: int) -> list[dict[str, Any]]:
    return [{"name": drug, "mg_per_day": mg_per_day}]


def test_a_dose_taken_now_is_gone_on_from():
    """A pharmacist's rule: nobody goes back to 10 mg who takes 50 mg and bears it."""
    plan = planned("amitriptyline", medications=taking("amitriptyline", 50), target=75)
    assert [step.dose for step in plan.steps] == [50, 60, 70, 75]
    with pytest.raises(PlanError, match=r"already taken at 50 mg/day.*at most 75 mg/day"):
        planned("amitriptyline", medications=taking("amitriptyline", 50))
    with pytest.raises(PlanError, match=r"above the maximum here, 75 mg/day"):
        planned("amitriptyline", medications=taking("amitriptyline", 100), target=75)


@pytest.mark.parametrize("other", ["sertraline", "venlafaxine"])
def test_no_plan_adds_a_second_serotonergic_antidepressant_and_switching_is_named(other):
    with pytest.raises(PlanError, match=rf"takes {other}.*Do not add; if wanted, switch"):
        planned("duloxetine", medications=[other])


@pytest.mark.parametrize("other", ["nortriptyline", "mirtazapine"])
def test_another_antidepressant_comes_first_and_takes_the_dates_away(other):
    plan = planned("duloxetine", medications=[other])
    assert plan.first[0].text.startswith(f"Not before this is done: stop {other}")
    assert not plan.dated
    said = plan_json(plan, stamp(TODAY), patient="")
    days = [step["from_date"] for step in said["steps"]]
    days += [due["on"] for due in (*said["reviews"], *said["monitoring"])]
    assert set(days) == {None}
    assert [step["from_day"] for step in said["steps"]] == [1, 8]


def test_what_is_to_be_corrected_first_is_said_first():
    """Escitalopram's and citalopram's labels: correct sodium, pressure, electrolytes first."""
    low = {"crcl": {"value": 95, "unit": "mL/min"}, "sodium": {"value": 131, "unit": "mmol/L"}}
    plan = planned("nortriptyline", measurements=low)
    assert [caveat.text.split(".")[0] for caveat in plan.first] == [
        "Not before this is done: Correct sodium first; recheck after starting"
    ]
    assert not plan.dated
    assert planned("nortriptyline").dated


def test_every_rule_on_sodium_pressure_and_electrolytes_that_says_first_is_heard():
    """Whatever rule says correct, control or treat, and first or before starting."""
    for rule in load_safety().rules:
        words = rule.do.casefold()
        to_mend = any(w in words for w in ("correct electrolytes first", "correct sodium first"))
        to_mend |= any(w in words for w in ("control before starting", "treat before starting"))
        if to_mend and rule.effect in {"caution", "avoid"}:
            assert asks_to_mend_first(_holding(rule)), rule.id


def _holding(rule: Rule) -> Reason:
    return Reason(
        rule=rule.id,
        effect=rule.effect,
        sentence="",
        finding="present",
        because=rule.because,
        do=rule.do,
        citation=rule.citation,
    )


def test_a_trial_goes_on_above_the_first_target():
    """Formulary: amitriptyline 10 mg up to 75 mg at night; NICE-like review after six weeks."""
    onward = planned("amitriptyline").onward
    assert onward is not None
    assert (onward.up_to, onward.interval_days, onward.weeks) == (75, 7, 6)
    assert planned("duloxetine").onward is None  # 60 mg is the lowest maximum


def test_slow_steps_take_twice_as_long_in_a_poor_metaboliser():
    """CPIC 2016: at pain doses start low and go slowly; twice as long is assuage's (0008)."""
    usual, slow = (
        planned("amitriptyline", genotypes={"CYP2D6": phenotype})
        for phenotype in ("normal", "poor")
    )
    assert [step.dose for step in usual.steps] == [step.dose for step in slow.steps]
    assert [step.from_day - 1 for step in slow.steps] == [
        2 * (step.from_day - 1) for step in usual.steps
    ]
    assert usual.onward is not None
    assert slow.onward is not None
    assert slow.onward.interval_days == 2 * usual.onward.interval_days


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
