"""Cases of our own: each states the whole answer, argued from the sources before it was run.

A case under `own/waiting` cannot hold yet, and says why; once it holds, it belongs with the others.
"""

from dataclasses import replace
from typing import Any

import pytest
from case_format import (
    HERE,
    Case,
    CaseError,
    all_drugs,
    case_from,
    cases_of,
    differences,
    entries_of,
)

from assuage.errors import InvalidInput
from assuage.knowledge.rules import load_safety

CASES = cases_of(HERE / "own")
WAITING = entries_of(HERE / "own" / "waiting")
PLAIN: dict[str, Any] = {
    "title": "a case",
    "why": "a reason",
    "like": "well_man",
    "expected": {"others": "suitable"},
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}: {case.title}")
def test_the_whole_answer_is_the_one_the_case_argues_for(case: Case):
    assert differences(case) == ()


def test_no_two_cases_have_one_title():
    titles = [case.title for case in CASES] + [entry["title"] for _, entry in WAITING]
    assert len(titles) == len(set(titles))


def test_no_case_that_must_hold_is_said_to_wait():
    assert [case.title for case in CASES if case.waits_for] == []


@pytest.mark.parametrize(("name", "entry"), WAITING, ids=lambda each: str(each)[:40])
def test_a_case_that_waits_says_for_what_and_still_does(name: str, entry: dict[str, Any]):
    assert entry.get("needs") or entry.get("waits_because")
    try:
        case = case_from(entry, name)
    except InvalidInput:
        return  # the patient file has no word for it yet
    assert differences(case) != (), f"{entry['title']} holds now: move it out of waiting"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"expectd": {}}, "found expectd, expected (did you mean expected?)"),
        ({"why": ""}, "found no why"),
        ({"like": "nobody"}, "like: found nobody"),
        ({"expected": {"tca": "suitable"}}, "no answer for duloxetine, expected all 17 drugs"),
        ({"expected": {"others": "suitable", "tcas": "suitable"}}, "found tcas"),
        ({"expected": {"others": "cautious by RC032"}}, "found cautious"),
        ({"expected": {"others": "caution by RC999"}}, "found RC999"),
        ({"expected": {"others": "caution"}}, "expected the rules that decide"),
        ({"expected": {"others": "suitable by RC032"}}, "expected the rules that decide"),
        (
            {
                "expected": {
                    "ssri": "suitable",
                    "serotonergic": "suitable",
                    "others": "suitable",
                }
            },
            "paroxetine in ssri and serotonergic, expected one answer",
        ),
        ({"limits": {"citalopram": {"atmost": 20}}}, "found atmost"),
        ({"monitoring": {"citalopram": ["RC999"]}}, "found RC999"),
        ({"questions": [], "asks_first": []}, "both kinds of questions"),
        ({"argued": {"aspirin": "?"}}, "found aspirin"),
        ({"judged": {"citalopram": {"is": "fine"}}}, "found fine"),
    ],
)
def test_a_case_that_is_not_well_formed_is_refused(change: dict[str, Any], said: str):
    with pytest.raises(CaseError) as refused:
        case_from({**PLAIN, **change}, "case")
    assert said in str(refused.value)


def test_a_difference_names_the_drug_what_was_expected_and_what_was_said():
    case = next(each for each in CASES if each.title == "Infarction five weeks ago")
    safety = load_safety()
    milder = tuple(
        replace(rule, effect="caution", if_not_recorded="caution") if rule.id == "RC032" else rule
        for rule in safety.rules
    )
    lines = differences(case, knowledge=replace(safety, rules=milder))
    assert lines == (
        "amitriptyline: expected contraindicated by RC032, got caution by RC032, RC192",
        "nortriptyline: expected contraindicated by RC032, got caution by RC032, RC080",
        "imipramine: expected contraindicated by RC032, got caution by RC032, RC081",
        "desipramine: expected contraindicated by RC032, got caution by RC032, RC082",
        "clomipramine: expected contraindicated by RC032, got caution by RC032, RC084",
    )
    assert differences(case) == ()


def test_other_differences_are_told_too():
    entry: dict[str, Any] = {
        **PLAIN,
        "like": "well_woman",
        "patient": {"medications": ["omeprazole", "xyzzyplex"], "allergies": None},
        "expected": dict.fromkeys(all_drugs(), "not_enough_information"),
        "limits": {"citalopram": {"at_most": 10}},
        "monitoring": {"duloxetine": []},
    }
    assert differences(case_from(entry, "case")) == (
        "questions: expected none, got allergies",
        "not understood: expected none, got xyzzyplex",
        "citalopram, dose limits: expected at_most 10, got at_most 20",
        "duloxetine, monitoring: expected none, got RC094, RC155",
    )
