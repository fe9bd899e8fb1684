"""Hazards that a clinical pharmacist looks for first, each in a person who is otherwise well.

Truth: the product texts and reviews that the rules cite (amitriptyline and nortriptyline SmPC 4.3
and 4.4; linezolid label 5.3; duloxetine SmPC 4.3; desvenlafaxine label 2.2; Wenzel-Seifert 2011),
and the plain meaning of what the record says.
"""

import json
from datetime import date
from typing import Any

import pytest

from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.patients import read_patient
from assuage.knowledge.rules import load_safety
from assuage.options.appraisal import Verdict
from assuage.options.rule import compile_rules
from assuage.options.screening import Screening, screen
from assuage.patient.derivation import derive_facts

TODAY = date(2026, 6, 15)
TRICYCLICS = ("amitriptyline", "nortriptyline", "imipramine", "desipramine", "clomipramine")
SSRIS = ("paroxetine", "citalopram", "escitalopram", "fluoxetine", "sertraline")
WELL: dict[str, Any] = {
    "age": 50,
    "sex": "male",
    "pain": {"condition": "postherpetic neuralgia", "score": 6},
    "absent": "all_others",
    "medications": [],
    "allergies": [],
    "measurements": {
        "crcl": {"value": 95, "unit": "mL/min"},
        "sodium": {"value": 139, "unit": "mmol/L"},
        "systolic": {"value": 128, "unit": "mmHg"},
        "diastolic": {"value": 76, "unit": "mmHg"},
        "qtc": {"value": 415, "unit": "ms"},
    },
    "pregnancy": "no",
    "suicidality": "none",
    "alcohol": "none",
}


def screened(**different: Any) -> dict[str, Screening]:
    safety = load_safety()
    patient = {key: value for key, value in {**WELL, **different}.items() if value is not None}
    catalogues = load_catalogues()
    record = read_patient(
        json.dumps(patient, default=str),
        "patient",
        vocabulary=safety.vocabulary,
        pain_conditions=catalogues.conditions.values(),
        today=TODAY,
    )
    facts = derive_facts(record, safety.vocabulary, today=TODAY)
    drugs = [drug.id for drug in catalogues.treatments.candidates]
    book = compile_rules(safety.rules, drugs, safety.classes)
    return {screening.drug: screening for screening in screen(facts, book)}


def verdicts(**different: Any) -> dict[str, Verdict]:
    return {drug: found.verdict for drug, found in screened(**different).items()}


def measured(**different: tuple[float, str]) -> dict[str, Any]:
    new = {name: {"value": value, "unit": unit} for name, (value, unit) in different.items()}
    return {**WELL["measurements"], **new}


def test_nothing_speaks_against_any_drug_in_the_person_who_is_well():
    assert set(verdicts().values()) == {Verdict.SUITABLE}


def test_no_drug_is_begun_before_a_planned_mao_inhibitor():
    planned = [{"name": "tranylcypromine", "started": "2026-07-01"}]
    assert set(verdicts(medications=planned).values()) == {Verdict.CONTRAINDICATED}


@pytest.mark.parametrize("name", ["linezolid", "methylene blue"])
def test_no_drug_is_begun_before_planned_linezolid_or_methylene_blue(name):
    planned = [{"name": name, "started": "2026-06-20"}]
    assert set(verdicts(medications=planned).values()) == {Verdict.AVOID}


def test_a_qtc_above_500_excludes_tricyclics_and_leaves_no_drug_without_caution():
    found = verdicts(measurements=measured(qtc=(505, "ms")))
    assert {found[drug] for drug in TRICYCLICS} == {Verdict.AVOID}
    assert Verdict.SUITABLE not in found.values()


def test_heart_block_excludes_tricyclics_at_any_age():
    found = verdicts(conditions=["heart block"])
    assert {drug: found[drug] for drug in TRICYCLICS} == {
        "amitriptyline": Verdict.CONTRAINDICATED,
        "nortriptyline": Verdict.CONTRAINDICATED,
        "imipramine": Verdict.AVOID,
        "desipramine": Verdict.AVOID,
        "clomipramine": Verdict.AVOID,
    }


def test_breastfeeding_is_never_passed_over():
    found = screened(sex="female", conditions=["breastfeeding"])
    silent = [drug for drug, each in found.items() if not _speaks_of(each, "breastfeeding")]
    assert silent == []


def _speaks_of(screening: Screening, word: str) -> bool:
    said = (*screening.reasons, *screening.monitoring)
    return any(word in reason.sentence.casefold() for reason in said)


@pytest.mark.parametrize("written", ["SSRI", "SSRIs", "selective serotonin reuptake inhibitors"])
def test_an_allergy_to_a_class_is_an_allergy_to_its_members(written):
    found = verdicts(allergies=[written])
    excluded = {drug for drug, verdict in found.items() if verdict is Verdict.CONTRAINDICATED}
    assert excluded == set(SSRIS)


@pytest.mark.parametrize(
    ("written", "excluded"),
    [
        ("tricyclics", set(TRICYCLICS)),
        ("SNRI", {"duloxetine", "venlafaxine", "desvenlafaxine", "milnacipran"}),
    ],
)
def test_other_classes_are_known_too(written, excluded):
    found = verdicts(allergies=[written])
    assert {d for d, verdict in found.items() if verdict is Verdict.CONTRAINDICATED} == excluded


def test_an_allergy_to_penicillin_or_latex_holds_no_antidepressant_back():
    assert set(verdicts(allergies=["penicillin", "latex"]).values()) == {Verdict.SUITABLE}


def test_an_allergy_that_may_be_a_misspelt_antidepressant_holds_every_drug_back():
    assert set(verdicts(allergies=["nortrypteline"]).values()) == {Verdict.CAUTION}


def test_cirrhosis_without_its_grade_is_not_taken_as_mild():
    # Child-Pugh decides: a severe liver disease contraindicates amitriptyline (SmPC 4.3).
    assert verdicts(conditions=["cirrhosis"])["amitriptyline"] is Verdict.NOT_ENOUGH_INFORMATION
    assert verdicts(conditions=["Child-Pugh B"])["amitriptyline"] is Verdict.CAUTION
    assert verdicts(conditions=["Child-Pugh C"])["amitriptyline"] is Verdict.CONTRAINDICATED


def test_glaucoma_of_unknown_type_is_not_taken_as_open_angle():
    assert verdicts(conditions=["glaucoma"])["citalopram"] is Verdict.NOT_ENOUGH_INFORMATION
    assert verdicts(conditions=["open-angle glaucoma"])["citalopram"] is Verdict.SUITABLE
    assert verdicts(conditions=["narrow-angle glaucoma"])["citalopram"] is Verdict.AVOID


def test_hypertension_without_a_pressure_is_not_taken_as_controlled():
    unmeasured = {k: v for k, v in WELL["measurements"].items() if "stolic" not in k}
    hypertension = ["hypertension"]
    open_ = verdicts(conditions=hypertension, measurements=unmeasured)
    assert open_["duloxetine"] is Verdict.NOT_ENOUGH_INFORMATION
    assert verdicts(conditions=hypertension)["duloxetine"] is Verdict.SUITABLE
    assert verdicts(conditions=["uncontrolled hypertension"])["duloxetine"] is (
        Verdict.CONTRAINDICATED
    )


@pytest.mark.parametrize("named", ["haemodialysis", "CKD 4"])
def test_severe_kidney_disease_counts_without_a_clearance(named):
    unmeasured = {k: v for k, v in WELL["measurements"].items() if k != "crcl"}
    found = screened(conditions=[named], measurements=unmeasured)
    assert found["duloxetine"].verdict is Verdict.CONTRAINDICATED
    assert [(limit.reason.rule, limit.dose) for limit in found["desvenlafaxine"].limits] == [
        ("RC180", 25)
    ]
    assert [(share.reason.rule, str(share.factor)) for share in found["venlafaxine"].shares] == [
        ("RC178", "0.5")
    ]
