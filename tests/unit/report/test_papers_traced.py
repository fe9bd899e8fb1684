"""Every number in both papers has a path, and the path leads to the number.

Truth: the trial tables and source lists as files, read here by their own means; the appraisal, for
estimates; the words of messages, which may hold no digit.
"""

import csv
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
import yaml
from papers_sample import ROOT, example

from assuage.consult.library import load_library
from assuage.messages import LANGUAGES, Language
from assuage.report.papers.consultation import Consultation
from assuage.report.papers.figure import (
    BaselinePath,
    CitedPath,
    EstimatePath,
    Figure,
    OrderPath,
    OwnPath,
    RecordPath,
)
from assuage.report.papers.note import note_rows
from assuage.report.papers.patient import patient_rows
from assuage.report.papers.tracing import figures, sentences

KNOWLEDGE = ROOT / "src" / "assuage_knowledge"
DRUGS = sorted(p.stem for p in (KNOWLEDGE / "drugs").glob("*.yaml") if p.stem != "sources")
PAGES: list[Callable[[Consultation], object]] = [note_rows, patient_rows]
NUMBER_WORDS = {
    "en": r"\b(two|three|four|five|six|eight|ten|half|third|week|weeks|months)\b",
    "de": r"\b(zwei|drei|vier|fünf|sechs|acht|zehn|Hälfte|Drittel|Wochen?|Monate)\b",
}


def table(name: str) -> list[dict[str, str]]:
    with (KNOWLEDGE / "trials" / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def known_sources() -> set[str]:
    return {
        each
        for name in ("drugs", "rules", "genes", "kinetics")
        for each in yaml.safe_load((KNOWLEDGE / name / "sources.yaml").read_text())
    }


SOURCES = known_sources()
STUDIES = {row["study_id"] for row in table("studies")}
REPORTED = {(row["study_id"], row["outcome"]) for row in (*table("outcomes"), *table("contrasts"))}
REPORTED |= {(row["study_id"], row["outcome"]) for row in table("means_without_sd")}
ON_PLACEBO = {row["arm_id"] for row in table("arms") if row["treatment"] == "placebo"}
PLACEBO_ROWS = {row["outcome"] for row in table("outcomes") if row["arm_id"] in ON_PLACEBO}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("drug", DRUGS)
@pytest.mark.parametrize("page", PAGES)
def test_no_number_is_an_orphan(
    page: Callable[[Consultation], object], drug: str, language: Language
):
    rows = page(example(drug, language))
    texts = example(drug, language).messages.texts
    names = {text for key, text in texts.items() if key.startswith(("outcome_", "picture_"))}
    orphans: list[str] = []
    for said in sentences(rows):
        left = said.text
        for figure in sorted(said.figures, key=lambda f: -len(f.text)):
            left = left.replace(figure.text, "", 1)
        if re.search(r"\d", left) and not said.quoted:
            orphans.append(said.text)
        in_words = re.search(NUMBER_WORDS[language], said.text) and said.text not in names
        if in_words and not (said.figures or said.citations):
            orphans.append(said.text)
    assert orphans == []
    assert [f for f in figures(rows) if not leads_somewhere(f)] == []


def leads_somewhere(figure: Figure) -> bool:
    path = figure.path
    if isinstance(path, CitedPath):
        return path.citation.source.id in SOURCES and bool(path.of)
    if isinstance(path, EstimatePath):
        behind = set(path.trial_ids)
        reported = {study for study, outcome in REPORTED if outcome == path.outcome}
        return bool(path.label) or (bool(behind) and behind <= STUDIES and bool(behind & reported))
    if isinstance(path, BaselinePath):
        return path.outcome in PLACEBO_ROWS
    if isinstance(path, OrderPath):
        return bool(path.weighed) and path.drug in DRUGS
    return isinstance(path, OwnPath | RecordPath) and bool(path.of)


def test_an_orphan_would_be_noticed():
    stray = Figure(
        value=7,
        text="7",
        path=EstimatePath(
            outcome="nausea", drug="duloxetine", dose=example().plan.target, quantity="low"
        ),
    )
    assert not leads_somewhere(stray)


@pytest.mark.parametrize("drug", ["duloxetine", "amitriptyline", "venlafaxine"])
def test_a_study_behind_an_estimate_reports_its_outcome(drug: str):
    for figure in figures(note_rows(example(drug))):
        path = figure.path
        if isinstance(path, EstimatePath) and path.trial_ids:
            missing = [t for t in path.trial_ids if (t, path.outcome) not in REPORTED]
            assert missing == [], path.outcome


@pytest.mark.parametrize("drug", ["duloxetine", "amitriptyline", "nortriptyline"])
def test_an_estimate_is_printed_as_the_appraisal_has_it(drug: str):
    case = example(drug)
    dose = case.dose
    assert dose is not None
    estimates = {e.outcome: e for e in dose.outcomes}
    seen = 0
    for figure in figures(note_rows(case)):
        path = figure.path
        if not isinstance(path, EstimatePath | BaselinePath) or "." not in path.quantity:
            continue
        part, _, limit = path.quantity.partition(".")
        if part == "origin":
            continue
        interval = getattr(estimates[path.outcome], part)
        printed = figure.text.replace("−", "-").replace("+", "").replace(",", "")
        assert abs(float(printed) - getattr(interval, limit)) <= 0.5
        seen += 1
    assert seen >= 9


@pytest.mark.parametrize("drug", ["duloxetine", "amitriptyline"])
def test_a_hundred_people_are_a_hundred_and_rest_on_the_same_estimate(drug: str):
    case = example(drug)
    for picture in patient_rows(case).pictures:
        people = picture.people
        assert people.because + people.anyway + people.instead + people.neither == 100
        estimate = case.estimate(picture.outcome)
        assert estimate is not None
        assert estimate.with_drug is not None
        with_drug = people.because + people.anyway
        assert abs(10 * with_drug - estimate.with_drug.estimate) <= 5
        printed = {kind: said.figures[0].value for kind, said in picture.lines}
        assert printed == {kind: getattr(people, kind) for kind in printed}
        assert not estimate.contradicts


def test_the_path_follows_the_evidence_that_was_chosen():
    # The same outcome at the dose of the plan has other trials where doses are told apart.
    case = example()
    of = {
        f.path.outcome: f.path.trial_ids
        for f in figures(note_rows(case))
        if isinstance(f.path, EstimatePath) and f.path.trial_ids
    }
    release = load_library().release
    support = release.outcomes["withdrawal_adverse_event"].levels["dose"].support["duloxetine 60"]
    assert of["withdrawal_adverse_event"] == support.trials
    pooled = release.outcomes["pain_relief_50"].levels["drug"].support["duloxetine"]
    assert of["pain_relief_50"] == pooled.trials


def test_the_goal_of_the_deal_is_what_the_stopping_rule_says():
    case = example()
    rule = next(r for r in case.plan.stopping if r.id == "less_than_30_percent")
    assert "less than 30%" in rule.when
    deal = patient_rows(case).deal[0]
    values = [f.value for f in deal.figures]
    assert Decimal("4.9") in values  # 7 points less 30%
    assert date(2026, 8, 12) in values
    assert "4,9" in patient_rows(example(language="de")).deal[0].text
