"""No tricyclic comes out better than the hazards that its own label names allow.

Truth: the US labels of the tricyclics (narrow angles, retention of urine, heart disease,
conduction, recent infarction, seizures, hyperthyroidism, constipation among the anticholinergic
effects), the label of clomipramine and those of the reuptake inhibitors (bleeding), the UK text
of flecainide (arrhythmias with tricyclics), the NHS criteria for older adults (sodium, prostate).
Each hazard is put alone on a person who is well.
"""

import json
from datetime import date
from typing import Any

import pytest

from assuage.consult.appraise import appraise
from assuage.consult.library import load_library
from assuage.consult.patient import patient_from_text
from assuage.options.appraisal import Verdict

TODAY = date(2026, 6, 15)
TRICYCLICS = {"amitriptyline", "nortriptyline", "imipramine", "desipramine", "clomipramine"}
SSRIS = {"paroxetine", "citalopram", "escitalopram", "fluoxetine", "sertraline"}
SNRIS = {"duloxetine", "venlafaxine", "desvenlafaxine", "milnacipran"}
EXCLUDED = {Verdict.CONTRAINDICATED, Verdict.AVOID}
ORDER = [Verdict.SUITABLE, Verdict.CAUTION, Verdict.AVOID, Verdict.CONTRAINDICATED]
NUMBERS = {
    "crcl": (95, "mL/min"),
    "sodium": (140, "mmol/L"),
    "systolic": (122, "mmHg"),
    "diastolic": (76, "mmHg"),
    "qtc": (410, "ms"),
}


def verdicts(
    *, numbers: dict[str, tuple[float, str]] | None = None, **different: Any
) -> dict[str, Verdict]:
    measured = {k: {"value": v, "unit": u} for k, (v, u) in {**NUMBERS, **(numbers or {})}.items()}
    person: dict[str, Any] = {
        "age": 50,
        "sex": "male",
        "pain": {"condition": "painful diabetic neuropathy", "score": 6},
        "conditions": ["type 2 diabetes"],
        "absent": "all_others",
        "medications": [],
        "allergies": [],
        "suicidality": "none",
        "alcohol": "none",
        "measurements": measured,
        **different,
    }
    library = load_library()
    record = patient_from_text(json.dumps(person), "patient", library, today=TODAY)
    return {
        option.drug: option.verdict for option in appraise(record, library, today=TODAY).options
    }


@pytest.mark.parametrize(
    "condition",
    [
        "narrow angles",
        "benign prostatic hyperplasia",
        "urinary retention",
        "recent myocardial infarction",
        "heart block",
        "epilepsy",
        "orthostatic hypotension",
    ],
)
def test_no_tricyclic_is_better_than_the_mildest_reuptake_inhibitor_of_one_hazard(condition: str):
    found = verdicts(conditions=[condition])
    mildest = min(ORDER.index(found[drug]) for drug in SSRIS | SNRIS)
    assert {d for d in TRICYCLICS if ORDER.index(found[d]) < max(mildest, 1)} == set()


@pytest.mark.parametrize(
    ("different", "not_suitable"),
    [
        ({"conditions": ["narrow angles"]}, TRICYCLICS | SSRIS | SNRIS),
        ({"conditions": ["benign prostatic hyperplasia"]}, TRICYCLICS | SNRIS),
        ({"conditions": ["urinary retention"]}, TRICYCLICS | SNRIS),
        ({"conditions": ["constipation"]}, TRICYCLICS),
        ({"conditions": ["hyperthyroidism"]}, TRICYCLICS),
        ({"conditions": ["breastfeeding"], "sex": "female", "pregnancy": "no"}, SNRIS),
        ({"alcohol": "heavy"}, TRICYCLICS | SSRIS | SNRIS | {"bupropion", "mirtazapine"}),
        ({"medications": ["tizanidine"]}, TRICYCLICS | {"trazodone", "mirtazapine"}),
        ({"medications": ["warfarin"]}, SSRIS | SNRIS | {"clomipramine"}),
        (
            {"age": 77, "numbers": {"systolic": (94, "mmHg"), "diastolic": (56, "mmHg")}},
            TRICYCLICS | {"duloxetine", "trazodone", "mirtazapine"},
        ),
    ],
)
def test_a_hazard_that_labels_name_leaves_none_of_these_suitable(
    different: dict[str, Any], not_suitable: set[str]
):
    found = verdicts(**different)
    assert {drug for drug in not_suitable if found[drug] is Verdict.SUITABLE} == set()


@pytest.mark.parametrize(
    ("different", "excluded"),
    [
        ({"medications": ["flecainide"]}, TRICYCLICS | {"citalopram", "escitalopram", "trazodone"}),
        ({"medications": ["Rythmol"]}, TRICYCLICS),
        ({"medications": ["mexiletine"]}, TRICYCLICS),
        (
            {"medications": ["dabigatran", "aspirin", "diclofenac"]},
            SSRIS | SNRIS | {"clomipramine"},
        ),
        (
            {"medications": ["Eliquis"], "conditions": ["gastrointestinal bleeding"]},
            SSRIS | SNRIS | {"clomipramine"},
        ),
        ({"medications": ["Nurofen", "aspirin"]}, SSRIS | SNRIS | {"clomipramine"}),
        ({"medications": ["fluoxetine"]}, (SSRIS - {"fluoxetine"}) | SNRIS),
        ({"medications": ["duloxetine"]}, SSRIS | (SNRIS - {"duloxetine"})),
        ({"age": 70, "numbers": {"sodium": (128, "mmol/L")}}, SSRIS | SNRIS),
        ({"numbers": {"sodium": (122, "mmol/L")}}, TRICYCLICS | SSRIS | SNRIS | {"mirtazapine"}),
        ({"alcohol": "heavy"}, TRICYCLICS | {"mirtazapine", "duloxetine", "milnacipran"}),
        ({"numbers": {"qtc": (480, "ms")}}, TRICYCLICS | {"citalopram", "escitalopram"}),
    ],
)
def test_a_hazard_that_excludes_does_so(different: dict[str, Any], excluded: set[str]):
    found = verdicts(**different)
    assert {drug for drug in excluded if found[drug] not in EXCLUDED} == set()


def test_what_is_mild_is_not_made_severe():
    metformin = verdicts(medications=["metformin"])
    assert metformin["bupropion"] is Verdict.SUITABLE
    assert verdicts(medications=["gliclazide"])["bupropion"] is Verdict.CAUTION
    assert verdicts(numbers={"crcl": (89, "mL/min")})["bupropion"] is Verdict.SUITABLE
    assert verdicts(alcohol="some")["mirtazapine"] is Verdict.CAUTION
    assert verdicts(medications=["aspirin", "clopidogrel"])["sertraline"] is Verdict.CAUTION
    nursing = verdicts(conditions=["breastfeeding"], sex="female", pregnancy="no")
    assert nursing["sertraline"] is nursing["nortriptyline"] is Verdict.SUITABLE
