"""Twelve patients whom a pharmacist judged drug by drug, each with the whole answer expected.

Truth: the judgement of one pharmacist-informatician (not a panel), in three steps: exclude,
caution, ok. No case says what was not known, so each history is attested as taken. Days are
relative to 2026-06-15. Where the sources make the expected answer another, the case argues it.
"""

import pytest
from case_format import (
    HERE,
    Case,
    all_drugs,
    case_from,
    cases_of,
    differences,
    entries_of,
    screen_case,
)

from assuage.knowledge.rules import load_safety
from assuage.options.rule import compile_rules
from assuage.options.screening import screen

EXCLUDED = {"contraindicated", "avoid"}
AGREES = {"exclude": EXCLUDED, "caution": {"caution"}, "ok": {"suitable"}}
CASES = cases_of(HERE)
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def test_there_are_twelve_cases_of_seventeen_judged_drugs():
    assert [len(case.judged) for case in CASES] == [17] * 12


@each_case
def test_the_whole_answer_is_the_one_the_case_argues_for(case: Case):
    assert differences(case) == ()


@each_case
def test_what_the_pharmacist_excludes_is_contraindicated_or_to_be_avoided(case: Case):
    said = screen_case(case).said
    offered = {
        drug: str(said[drug])
        for drug, judged in case.judged.items()
        if judged["is"] == "exclude" and said[drug].verdict not in EXCLUDED
    }
    assert offered == {}


@each_case
def test_what_the_pharmacist_finds_ok_is_not_excluded(case: Case):
    said = screen_case(case).said
    refused = {
        drug: str(said[drug])
        for drug, judged in case.judged.items()
        if judged["is"] == "ok" and said[drug].verdict not in {"suitable", "caution"}
    }
    assert refused == {}


@each_case
def test_what_is_expected_otherwise_than_judged_is_argued_and_nothing_else(case: Case):
    otherwise = {
        drug
        for drug, judged in case.judged.items()
        if case.expected[drug].verdict not in AGREES[judged["is"]]
    }
    assert set(case.argued) == otherwise


@each_case
def test_every_verdict_has_a_reason_with_its_source(case: Case):
    safety = load_safety()
    for screening in screen(case.facts, compile_rules(safety.rules, all_drugs(), safety.classes)):
        assert screening.reasons
        assert all(reason.citation.source.title for reason in screening.reasons)


def test_suicidality_now_is_known_by_its_key_alone():
    # Tricyclics are to be avoided in a person who is suicidal now: the key must be enough.
    name, entry = next(each for each in entries_of(HERE) if each[0].startswith("12"))
    without = case_from({**entry, "patient": {**entry["patient"], "conditions": []}}, name)
    said = {drug: each.verdict for drug, each in screen_case(without).said.items()}
    tricyclics = load_safety().classes["tca"]
    assert {said[drug] for drug in tricyclics} == {"avoid"}
    assert {said[drug] for drug in said.keys() - set(tricyclics)} == {"caution"}
