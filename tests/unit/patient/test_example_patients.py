"""The example files that the README and the demo use stay readable.

Truth: the files themselves, read by a person.
"""

from datetime import date
from pathlib import Path

import pytest

from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.patients import read_patient
from assuage.knowledge.rules import load_safety
from assuage.options.appraisal import Verdict
from assuage.options.question import questions
from assuage.options.rule import compile_rules
from assuage.options.screening import screen
from assuage.options.unjudged import unjudged
from assuage.patient.derivation import derive_facts

TODAY = date(2026, 6, 15)
EXAMPLES = Path(__file__).parents[3] / "examples"


def screened(name):
    safety = load_safety()
    record = read_patient(
        (EXAMPLES / name).read_text(encoding="utf-8"),
        name,
        vocabulary=safety.vocabulary,
        pain_conditions=load_catalogues().conditions.values(),
        today=TODAY,
    )
    drugs = sorted({drug for group in safety.classes.values() for drug in group})
    facts = derive_facts(record, safety.vocabulary, today=TODAY)
    book = compile_rules(safety.rules, drugs, safety.classes)
    return facts, screen(facts, book), unjudged(facts, book).not_checked


def test_the_demo_patient_leaves_nothing_to_ask():
    facts, found, silent = screened("patient.yaml")
    assert questions(found) == ()
    assert silent == (
        "No rule concerns these medicines here: metformin",
        "No rule concerns these measurements here: HbA1c 7.4 %",
    )
    assert facts.record.age == 58
    # (140 - 58) · 81 / (72 · 74 / 88.4) · 0.85, rounded down
    assert facts.quantities["crcl"].value == 93
    verdicts = {screening.drug: screening.verdict for screening in found}
    assert verdicts["mirtazapine"] is Verdict.CAUTION
    assert verdicts["duloxetine"] is Verdict.CAUTION
    limits = {s.drug: [limit.dose for limit in s.limits] for s in found if s.limits}
    assert limits == {"citalopram": [20]}


def test_the_incomplete_patient_is_asked_about_what_decides():
    _, found, silent = screened("patient_incomplete.yaml")
    assert silent == ("Nerve Calm Plus: no medicine is known by this name",)
    assert Verdict.SUITABLE not in {screening.verdict for screening in found}
    asked = {question.fact for question in questions(found)}
    assert {"allergies", "crcl", "recent_myocardial_infarction"} <= asked


@pytest.mark.parametrize("drug", ["amitriptyline", "nortriptyline"])
def test_prostate_and_age_speak_against_tricyclics(drug):
    _, found, _ = screened("patient_incomplete.yaml")
    (screening,) = [each for each in found if each.drug == drug]
    assert screening.verdict in {Verdict.AVOID, Verdict.CONTRAINDICATED}
