"""Twelve patients whom a pharmacist judged drug by drug.

Truth: the verdicts of one pharmacist-informatician (not a panel), in three steps: exclude, caution,
ok. No case says what was not known, so each history is attested as taken. Days are
relative to 2026-06-15. Where the sources make assuage differ on caution, the case file says so.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.patients import read_patient
from assuage.knowledge.rules import load_safety
from assuage.knowledge.yaml_text import read_yaml
from assuage.options.appraisal import Verdict
from assuage.options.rule import compile_rules
from assuage.options.screening import Screening, screen
from assuage.patient.derivation import derive_facts

TODAY = date(2026, 6, 15)
EXCLUDED = {Verdict.CONTRAINDICATED, Verdict.AVOID}
AGREES = {"exclude": EXCLUDED, "caution": {Verdict.CAUTION}, "ok": {Verdict.SUITABLE}}
CASES = sorted(Path(__file__).parent.glob("*.yaml"))


def read_case(path: Path) -> dict[str, Any]:
    return read_yaml(path.read_text(encoding="utf-8"), path.name).data


def screened(case: dict[str, Any], name: str) -> dict[str, Screening]:
    safety = load_safety()
    record = read_patient(
        json.dumps(case["patient"], default=str),
        name,
        vocabulary=safety.vocabulary,
        pain_conditions=load_catalogues().conditions.values(),
        today=TODAY,
    )
    facts = derive_facts(record, safety.vocabulary, today=TODAY)
    assert facts.unread == (), "every word of the case is understood"
    book = compile_rules(safety.rules, list(case["expected"]), safety.classes)
    return {screening.drug: screening for screening in screen(facts, book)}


@pytest.fixture(scope="module", params=CASES, ids=lambda path: path.stem)
def judged(request: pytest.FixtureRequest) -> tuple[dict[str, Any], dict[str, Screening]]:
    case = read_case(request.param)
    return case, screened(case, request.param.name)


def test_there_are_twelve_cases_of_seventeen_drugs():
    assert [len(read_case(path)["expected"]) for path in CASES] == [17] * 12


def test_what_the_pharmacist_excludes_is_contraindicated_or_to_be_avoided(judged: Any):
    case, screenings = judged
    offered = {
        drug: screenings[drug].verdict
        for drug, expected in case["expected"].items()
        if expected["is"] == "exclude" and screenings[drug].verdict not in EXCLUDED
    }
    assert offered == {}


def test_what_the_pharmacist_finds_ok_is_not_excluded(judged: Any):
    case, screenings = judged
    refused = {
        drug: screenings[drug].verdict
        for drug, expected in case["expected"].items()
        if expected["is"] == "ok"
        and screenings[drug].verdict not in {Verdict.SUITABLE, Verdict.CAUTION}
    }
    assert refused == {}


def test_the_disagreements_are_exactly_those_the_case_states(judged: Any):
    case, screenings = judged
    differing = {
        drug: screenings[drug].verdict.value
        for drug, expected in case["expected"].items()
        if screenings[drug].verdict not in AGREES[expected["is"]]
    }
    stated = {drug: entry["verdict"] for drug, entry in case["disagreements"].items()}
    assert differing == stated


def test_every_verdict_has_a_reason_with_its_source(judged: Any):
    _, screenings = judged
    for screening in screenings.values():
        assert screening.reasons
        assert all(reason.citation.source.title for reason in screening.reasons)


def test_suicidality_now_is_known_by_its_key_alone():
    # Tricyclics are to be avoided in a person who is suicidal now: the key must be enough.
    case = read_case(next(path for path in CASES if path.stem.startswith("12")))
    case["patient"]["conditions"] = []
    verdicts = {drug: found.verdict for drug, found in screened(case, "12").items()}
    tricyclics = ("amitriptyline", "nortriptyline", "imipramine", "desipramine", "clomipramine")
    assert {verdicts[drug] for drug in tricyclics} == {Verdict.AVOID}
    assert verdicts["mirtazapine"] is Verdict.CAUTION
