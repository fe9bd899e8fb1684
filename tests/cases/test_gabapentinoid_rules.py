"""Every rule of combinations fires on a patient who meets it, and not on one who does not.

Truth: the conditions of combination/rules.yaml, as patients written here; a healthy adult of 50
with a clearance of 90 meets none but the monitoring.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from assuage.consult.library import load_library
from assuage.consult.patient import patient_from_text
from assuage.knowledge.combination import load_combinations
from assuage.options.screening import screen
from assuage.patient.derivation import derive_facts

LIBRARY, DAY = load_library(), date(2026, 6, 15)
BOOK = load_combinations().rules
BOTH = ("pregabalin", "gabapentin")

CASES: Mapping[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "GP001": ({"crcl": 59.5}, ("pregabalin",)),
    "GP002": ({"crcl": 15}, ("pregabalin",)),
    "GP003": ({"crcl": 14.9}, ("pregabalin",)),
    "GP004": ({"crcl": 30}, ("gabapentin",)),
    "GP005": ({"crcl": 29.5}, ("gabapentin",)),
    "GP006": ({"crcl": 14.9}, ("gabapentin",)),
    "GP007": ({"medications": "[oxycodone]"}, ("pregabalin",)),
    "GP008": ({"medications": "[diazepam]"}, ("pregabalin",)),
    "GP009": ({"conditions": "[sleep apnoea]"}, ("pregabalin",)),
    "GP010": ({"medications": "[codeine]"}, ("gabapentin",)),
    "GP011": ({"medications": "[zopiclone]"}, ("gabapentin",)),
    "GP012": ({"conditions": "[COPD]"}, ("gabapentin",)),
    "GP013": ({"age": 65, "medications": "[fentanyl]"}, BOTH),
    "GP014": ({"age": 65, "conditions": "[falls]"}, BOTH),
    "GP015": ({"age": 65, "medications": "[diazepam, sertraline]"}, BOTH),
    "GP016": ({"age": 65}, ("pregabalin",)),
    "GP017": ({"age": 65}, ("gabapentin",)),
    "GP018": ({"sex": "female", "pregnancy": "{weeks: 8}"}, ("pregabalin",)),
    "GP019": ({"sex": "female", "pregnancy": "{weeks: 8}"}, ("gabapentin",)),
    "GP020": ({"sex": "female", "conditions": "[breastfeeding]"}, ("pregabalin",)),
    "GP021": ({"sex": "female", "conditions": "[breastfeeding]"}, ("gabapentin",)),
    "GP022": ({"conditions": "[opioid use disorder]"}, BOTH),
    "GP023": ({"alcohol": "heavy"}, BOTH),
    "GP024": ({"suicidality": "past"}, ("pregabalin",)),
    "GP025": ({"suicidality": "current"}, ("gabapentin",)),
    "GP026": ({"conditions": "[heart failure]"}, ("pregabalin",)),
    "GP027": ({"medications": "[pioglitazone]"}, ("pregabalin",)),
    "GP028": ({"medications": "[gabapentin]"}, ("pregabalin",)),
    "GP029": ({}, ("pregabalin",)),
    "GP030": ({}, ("gabapentin",)),
}
HEALTHY: Mapping[str, Any] = {
    "age": 50,
    "sex": "male",
    "pain": "painful diabetic neuropathy",
    "absent": "[all_others]",
    "alcohol": "none",
    "suicidality": "none",
    "allergies": "[]",
    "medications": "[]",
    "crcl": 90,
}


def fired(case: Mapping[str, Any]) -> dict[str, set[str]]:
    """The rules found present, by gabapentinoid."""
    person = {**HEALTHY, **case}
    if person["sex"] == "female":
        person.setdefault("pregnancy", "no")
    clearance = person.pop("crcl")
    lines = [f"{key}: {value}" for key, value in person.items()]
    lines.append(f"measurements: {{crcl: {{value: {clearance}, unit: mL/min}}}}")
    record = patient_from_text("\n".join(lines), "here", LIBRARY, today=DAY)
    facts = derive_facts(record, LIBRARY.safety.vocabulary, today=DAY)
    return {
        each.drug: {r.rule for r in each.reasons if r.finding == "present" and r.rule in CASES}
        for each in screen(facts, BOOK)
    }


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_fires_for_the_drugs_it_is_about(rule: str):
    case, drugs = CASES[rule]
    found = fired(case)
    assert tuple(drug for drug in BOTH if rule in found[drug]) == drugs


def test_the_healthy_adult_hears_of_monitoring_alone():
    assert fired({}) == {"pregabalin": {"GP029"}, "gabapentin": {"GP030"}}


def test_every_rule_has_its_case():
    assert sorted(CASES) == sorted(each.rule.id for each in BOOK.rules)
