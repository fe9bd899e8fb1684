"""What a reader must see before the order of drugs, and what must not lead it.

Truth: what a hospital pharmacist says of such patients: a danger of today comes first; a name
nobody knows is said once; a drug taken or tried in vain is not a new idea; dialysis is dialysis.
"""

import json
from datetime import date
from typing import Any

import pytest

from assuage.consult.appraise import appraise
from assuage.consult.library import load_library
from assuage.consult.patient import patient_from_text
from assuage.options.appraisal import Appraisal, Option, Verdict
from assuage.report.appraisal_brief import AppraisalBrief
from assuage.report.appraisal_html import appraisal_html
from assuage.report.appraisal_json import appraisal_json
from assuage.report.appraisal_text import AppraisalText
from assuage.report.presentation import Presentation
from assuage.report.text import render

TODAY = date(2026, 6, 15)
NUMBERS = {
    "crcl": {"value": 95, "unit": "mL/min"},
    "sodium": {"value": 139, "unit": "mmol/L"},
    "systolic": {"value": 128, "unit": "mmHg"},
    "diastolic": {"value": 76, "unit": "mmHg"},
    "qtc": {"value": 420, "unit": "ms"},
}
WELL: dict[str, Any] = {
    "age": 50,
    "sex": "male",
    "pain": {"condition": "painful diabetic neuropathy", "score": 6},
    "conditions": ["type 2 diabetes"],
    "absent": "all_others",
    "medications": [],
    "allergies": [],
    "measurements": NUMBERS,
    "suicidality": "none",
    "alcohol": "none",
}


def appraised(**different: Any) -> Appraisal:
    library = load_library()
    record = patient_from_text(json.dumps({**WELL, **different}), "patient", library, today=TODAY)
    return appraise(record, library, today=TODAY)


def option(appraisal: Appraisal, drug: str) -> Option:
    return next(option for option in appraisal.options if option.drug == drug)


def shown() -> Presentation:
    return Presentation(outcomes=load_library().outcomes)


def pages(appraisal: Appraisal) -> tuple[str, str, str]:
    texts = (report(appraisal, shown()) for report in (AppraisalText, AppraisalBrief))
    full, brief = (" ".join(render(text, width=100).split()) for text in texts)
    return full, brief, appraisal_html(appraisal, shown())


def attempt(drug: str, mg: int, weeks: float | None, response: str) -> dict[str, Any]:
    told = {"drug": drug, "highest_mg_per_day": mg, "response": response}
    return told if weeks is None else {**told, "weeks": weeks}


def test_a_drug_tried_in_vain_for_long_enough_comes_last():
    found = appraised(attempts=[attempt("duloxetine", 120, 10, "none")])
    duloxetine = option(found, "duloxetine")
    assert duloxetine.marks == ("tried, did not help",)
    assert duloxetine.best_probability is None
    offered = [each for each in found.options if each.rank is not None]
    assert duloxetine.rank == len(offered)
    assert "Tried, did not help." in pages(found)[1]


@pytest.mark.parametrize(
    ("mg", "weeks", "response"), [(30, 10, "none"), (60, 2, "minimal"), (60, None, "none")]
)
def test_a_short_or_low_attempt_is_marked_and_keeps_its_place(mg, weeks, response):
    before = option(appraised(), "duloxetine")
    duloxetine = option(
        appraised(attempts=[attempt("duloxetine", mg, weeks, response)]), "duloxetine"
    )
    assert duloxetine.marks[0].startswith("tried without effect")
    assert duloxetine.rank == before.rank == 1


def test_a_drug_that_helped_is_not_called_a_failure():
    found = appraised(attempts=[attempt("duloxetine", 60, 12, "good")])
    assert option(found, "duloxetine").marks == ()


def test_a_drug_taken_now_says_so_in_its_row():
    taken = [{"name": "amitriptyline", "mg_per_day": 50}]
    found = option(appraised(medications=taken), "amitriptyline")
    assert found.marks == ("taken now, 50 mg/day",)
    assert found.verdict is Verdict.CAUTION


def test_who_is_suicidal_now_is_helped_before_any_rank_is_read():
    found = appraised(suicidality="current")
    for page in pages(found):
        assert page.index("assess the risk today") < page.index("Ranked first")
    assert appraisal_json(found)["urgent"] == list(found.urgent)
    assert appraised().urgent == ()
    assert appraised(suicidality="past").urgent == ()


def test_names_that_nobody_knows_are_said_once():
    found = appraised(medications=["tramaddoll"], conditions=["type 2 diabetis"])
    assert found.not_settled == ("tramaddoll", "type 2 diabetis")
    for page in pages(found):
        assert page.count("2 names not settled: tramaddoll, type 2 diabetis.") == 1
        assert "duloxetine 60†" in page
        assert page.count("Not checked: ") <= 1
    rules = {reason.rule for each in found.options for reason in each.reasons}
    assert "not-checked" in rules  # programs still find it with every drug


def test_evidence_of_very_low_certainty_makes_nobody_nearly_sure():
    found = appraised(pain={"condition": "postherpetic neuralgia"}, suicidality="current")
    leader = found.options[0]
    assert leader.best_probability is not None
    assert leader.best_probability > 0.995
    full, brief, html = pages(found)
    assert ">99%" not in full
    assert ">99%" not in brief
    assert "&gt;99%" not in html


def test_brief_has_every_drug_on_one_screen():
    found = appraised()
    text = render(AppraisalBrief(found, shown()), width=100)
    assert all(each.drug in text for each in found.options)
    assert len(text.splitlines()) < 65


def test_dialysis_is_said_as_dialysis():
    numbers = {
        "creatinine": {"value": 620, "unit": "µmol/L", "on": "2026-06-01"},
        "weight": {"value": 74, "unit": "kg"},
    }
    found = appraised(conditions=["dialysis"], measurements=numbers)
    words = [reason.sentence for each in found.options for reason in each.reasons]
    assert any("dialysis (" in sentence for sentence in words)
    assert not any("Cockcroft-Gault" in s or "CKD-EPI" in s for s in words if "below" in s)


def test_obesity_does_not_hide_bad_kidneys():
    """Duloxetine's labels: not below 30 mL/min. Actual weight gives 46, adjusted 30, eGFR 22."""
    numbers = {
        **{name: number for name, number in NUMBERS.items() if name != "crcl"},
        "creatinine": {"value": 200, "unit": "µmol/L"},
        "weight": {"value": 132, "unit": "kg"},
    }
    for height in ({}, {"height": {"value": 165, "unit": "cm"}}):
        found = appraised(age=72, sex="female", pregnancy="no", measurements={**numbers, **height})
        assert option(found, "duloxetine").verdict in {Verdict.AVOID, Verdict.CONTRAINDICATED}
        assert found.choices["facts that disagree"].count("computed from one creatinine") == 1


def test_hiv_keeps_its_capitals():
    assert "HIV" in appraised(pain={"condition": "HIV-related neuropathy"}).patient
