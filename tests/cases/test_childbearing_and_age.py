"""Whom pregnancy is asked of, whom the boxed warning is about, and how old an infarction is.

Truth: contraception may stop at 55, when natural loss of fertility can be assumed (FSRH); the boxed
warning of the US labels is about adults of 18 to 24 years; an infarction is recent for 183 days
(decision 0008). Days are counted from 2026-06-15.
"""

from datetime import date

import pytest

from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.patients import read_patient
from assuage.knowledge.rules import load_safety
from assuage.options.appraisal import Verdict
from assuage.options.question import questions
from assuage.options.rule import compile_rules
from assuage.options.screening import screen
from assuage.patient.derivation import derive_facts
from assuage.patient.finding import Finding

SAFETY = load_safety()
DRUGS = tuple(drug.id for drug in load_catalogues().treatments.candidates)
BOOK = compile_rules(SAFETY.rules, DRUGS, SAFETY.classes)
TODAY = date(2026, 6, 15)
TRICYCLICS = {"amitriptyline", "nortriptyline", "imipramine", "desipramine", "clomipramine"}
WELL = """\
pain: painful diabetic neuropathy
absent: all_others
medications: none
allergies: none
alcohol: none
measurements: {crcl: {value: 90, unit: mL/min}, sodium: {value: 140, unit: mmol/L}}
"""


def facts_of(more: str):
    record = read_patient(
        WELL + more,
        "patient.yaml",
        vocabulary=SAFETY.vocabulary,
        pain_conditions=load_catalogues().conditions.values(),
        today=TODAY,
    )
    return derive_facts(record, SAFETY.vocabulary, today=TODAY)


def screened(more: str):
    return screen(facts_of(more), BOOK)


def with_reason(rule: str, more: str) -> set[str]:
    return {s.drug for s in screened(more) if rule in {reason.rule for reason in s.reasons}}


@pytest.mark.parametrize("age", [18, 30, 45, 54])
@pytest.mark.parametrize("sex", ["sex: female\n", ""])
def test_pregnancy_is_asked_where_it_is_possible(age: int, sex: str):
    found = screened(f"age: {age}\nsuicidality: none\n{sex}")
    assert [question.fact for question in questions(found)] == ["pregnancy"]
    assert with_reason("AS163", f"age: {age}\nsuicidality: none\n{sex}") == set(DRUGS)


@pytest.mark.parametrize(
    "who", ["age: 55\nsex: female\n", "age: 56\n", "age: 80\nsex: female\n", "age: 30\nsex: male\n"]
)
def test_pregnancy_is_not_asked_where_it_is_not_possible(who: str):
    more = f"{who}suicidality: none\n"
    assert questions(screened(more)) == ()
    facts = facts_of(more)
    for concept in ("childbearing_possible", "pregnancy", "pregnancy_last_month", "lactation"):
        assert facts.has(concept).finding is Finding.ABSENT, concept
    assert with_reason("AS163", more) == set()


def test_a_recorded_pregnancy_counts_at_any_age():
    facts = facts_of("age: 57\nsex: female\nsuicidality: none\npregnancy: {weeks: 30}\n")
    assert facts.has("pregnancy_third_trimester").finding is Finding.PRESENT
    assert facts.has("childbearing_possible").finding is Finding.PRESENT


def test_the_pregnancy_note_changes_no_verdict():
    more = "age: 30\nsex: female\nsuicidality: none\npregnancy: no\n"
    assert {s.verdict for s in screened(more)} == {Verdict.SUITABLE}
    assert with_reason("AS163", more) == set(DRUGS)


@pytest.mark.parametrize(("age", "about"), [(18, set(DRUGS)), (24, set(DRUGS)), (25, set[str]())])
def test_the_boxed_warning_is_about_18_to_24(age: int, about: set[str]):
    more = f"age: {age}\nsex: male\nsuicidality: none\n"
    assert with_reason("RC189", more) == about


@pytest.mark.parametrize(
    ("suicidality", "tricyclics", "others"),
    [
        ("none", Verdict.SUITABLE, Verdict.SUITABLE),
        ("past", Verdict.CAUTION, Verdict.SUITABLE),
        ("current", Verdict.AVOID, Verdict.CAUTION),
    ],
)
def test_suicidality_now_before_and_never(suicidality: str, tricyclics: Verdict, others: Verdict):
    found = screened(f"age: 40\nsex: male\nsuicidality: {suicidality}\n")
    verdicts = {s.drug: s.verdict for s in found}
    assert {verdicts[drug] for drug in TRICYCLICS} == {tricyclics}
    assert {verdicts[drug] for drug in set(DRUGS) - TRICYCLICS} == {others}
    watched = with_reason("RC307", f"age: 40\nsex: male\nsuicidality: {suicidality}\n")
    assert watched == (set() if suicidality == "none" else set(DRUGS))


@pytest.mark.parametrize(
    ("event", "recent"),
    [
        ("{name: MI, on: 2010}", Finding.ABSENT),
        ("MI 2010", Finding.ABSENT),
        ("heart attack (2019-05)", Finding.ABSENT),
        ("MI in 2026-05", Finding.PRESENT),
        ("{name: myocardial infarction, on: 2025-12-13}", Finding.ABSENT),  # 184 days ago
        ("{name: myocardial infarction, on: 2025-12-14}", Finding.PRESENT),  # 183 days ago
        ("{name: heart attack, on: 2026-05}", Finding.PRESENT),
        ("{name: MI, on: 2026}", Finding.PRESENT),  # it may have been yesterday
        ("MI", Finding.NOT_RECORDED),
        ("old myocardial infarction", Finding.NOT_RECORDED),  # old in the codes: four weeks
        ("recent MI", Finding.PRESENT),
    ],
)
def test_an_infarction_is_recent_or_old_by_its_day(event: str, recent: Finding):
    facts = facts_of(f"age: 60\nsex: male\nsuicidality: none\nconditions: [{event}]\n")
    assert facts.has("myocardial_infarction").finding is Finding.PRESENT
    assert facts.has("recent_myocardial_infarction").finding is recent


@pytest.mark.parametrize("name", ["orthostatic hypotension", "postural hypotension", "I95.1"])
def test_orthostatic_hypotension_speaks(name: str):
    found = screened(f"age: 50\nsex: male\nsuicidality: none\nconditions: [{name}]\n")
    held = {s.drug for s in found if s.verdict is Verdict.CAUTION}
    assert {"amitriptyline", "imipramine", "duloxetine", "trazodone", "mirtazapine"} <= held


@pytest.mark.parametrize("name", ["falls", "{name: recurrent falls, on: 2026-03}", "Z91.81"])
def test_falls_speak_in_older_adults(name: str):
    found = screened(f"age: 78\nsex: male\nsuicidality: none\nconditions: [{name}]\n")
    held = {s.drug for s in found if s.verdict in {Verdict.AVOID, Verdict.CAUTION}}
    assert held >= {"amitriptyline", "duloxetine", "sertraline"}
