"""How attempts as written are understood, and the numbers of the model are those of its sources.

Truth: the words written here; trials/outcomes.csv, counted again; broken files written here.
"""

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from assuage.consult.library import load_library
from assuage.consult.patient import patient_from_text
from assuage.errors import InvalidInput
from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.history import load_history
from assuage.options.history import PastAttempt, helped_partly, past_attempts, resume_first
from assuage.patient.derivation import derive_facts
from assuage.units import MgPerDay

KNOWLEDGE = Path(__file__).parents[3] / "src" / "assuage_knowledge"
LIBRARY, DAY = load_library(), date(2026, 6, 15)
MODEL = load_history()
CLASSES = {"duloxetine": "snri", "amitriptyline": "tca"}
TARGETS = {"duloxetine": MgPerDay(Decimal(60)), "amitriptyline": MgPerDay(Decimal(25))}


@dataclass(frozen=True)
class Known:
    adequate: bool


def read(attempts: str, failed: dict[str, Known] | None = None) -> tuple[PastAttempt, ...]:
    text = f"age: 60\nsex: male\npain: painful diabetic neuropathy\nattempts: {attempts}\n"
    record = patient_from_text(text, "here", LIBRARY, today=DAY)
    facts = derive_facts(record, LIBRARY.safety.vocabulary, today=DAY)
    return past_attempts(facts, failed or {}, CLASSES, TARGETS, MODEL)


def test_an_attempt_is_understood_as_a_whole():
    (attempt,) = read(
        "[{drug: duloxetine, highest_mg_per_day: 30, weeks: 3, response: partial relief,"
        " stopped_because: nausea and drowsiness}]"
    )
    assert attempt == PastAttempt(
        drug="duloxetine",
        drug_class="snri",
        went="partly",
        stopped_for=("somnolence", "nausea"),
        dose_share=0.5,
        free_to_resume=False,
    )


@pytest.mark.parametrize(
    ("response", "went"),
    [
        ("good relief", "well"),
        ("pain down by 60%", "well"),
        ("about 40 % less pain", "partly"),
        ("10% better", "unknown"),
        ("helped a little", "partly"),
        ("partly helped", "partly"),
        ("not good", "unknown"),
        ("did not help", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_response_is_read_from_its_words(response: str, went: str):
    (attempt,) = read(f"[{{drug: duloxetine, response: '{response}'}}]")
    assert attempt.went == went


def test_a_failure_is_taken_from_who_judges_it_and_counts_once():
    twice = "[{drug: duloxetine, response: none}, {drug: duloxetine, response: none}]"
    adequate = read(twice, {"duloxetine": Known(adequate=True)})
    short = read(twice, {"duloxetine": Known(adequate=False)})
    assert [(a.went, a.shows) for a in adequate] == [("failed", 1.0), ("unknown", 1.0)]
    assert short[0].shows == MODEL.inadequate_shows


def test_what_helped_and_was_stopped_for_another_reason_is_resumed_first():
    kept = read("[{drug: duloxetine, response: good, stopped_because: pregnancy}]")
    sick = read("[{drug: duloxetine, response: good, stopped_because: nausea}]")
    odd = read("[{drug: duloxetine, response: good, stopped_because: a strange feeling}]")
    assert (resume_first(kept), resume_first(sick), resume_first(odd)) == (("duloxetine",), (), ())


def test_partly_helped_drugs_are_named_and_drugs_of_no_class_left_out():
    past = read("[{drug: amitriptyline, response: partial}, {drug: paracetamol, response: good}]")
    assert helped_partly(past) == {"amitriptyline"}
    assert [each.drug for each in past] == ["amitriptyline"]


def test_the_usual_chances_are_those_of_the_trial_tables():
    drugs = {drug.id for drug in load_catalogues().treatments.candidates}
    rows = list(csv.DictReader((KNOWLEDGE / "trials" / "arms.csv").open(encoding="utf-8")))
    treatment = {row["arm_id"]: row["treatment"] for row in rows}
    events, people = Counter[str](), Counter[str]()
    for row in csv.DictReader((KNOWLEDGE / "trials" / "outcomes.csv").open(encoding="utf-8")):
        if row["outcome"] in MODEL.usual and row["events"] and treatment[row["arm_id"]] in drugs:
            events[row["outcome"]] += float(row["events"])  # type: ignore[assignment]
            people[row["outcome"]] += float(row["n"])  # type: ignore[assignment]
    counted = {outcome: events[outcome] / people[outcome] for outcome in people}
    assert dict(MODEL.usual) == pytest.approx(counted, abs=0.005)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"inadequate_shows": 1.5}, "inadequate_shows"),
        ({"usual": {"pain_relief_51": 0.4}}, "did you mean pain_relief_50?"),
        ({"reactions": {"nausia": ["nausea"]}}, "did you mean nausea?"),
        ({"wells": ["good"]}, "unknown key wells"),
        ({"usual_source": {"id": "nobody"}}, "the source nobody"),
    ],
)
def test_a_broken_model_is_refused_with_what_to_do(
    tmp_path: Path, change: dict[str, object], said: str
):
    data = yaml.safe_load((KNOWLEDGE / "effects" / "history.yaml").read_text(encoding="utf-8"))
    (tmp_path / "effects").mkdir()
    (tmp_path / "effects" / "history.yaml").write_text(yaml.safe_dump({**data, **change}))
    with pytest.raises(InvalidInput) as error:
        load_history(tmp_path)
    assert said in str(error.value)


def test_shares_that_leave_nothing_or_stand_upside_down_are_refused(tmp_path: Path):
    data = yaml.safe_load((KNOWLEDGE / "effects" / "history.yaml").read_text(encoding="utf-8"))
    data["response"]["person"] = {"low": 0.3, "high": 0.2}
    data["side_effect"]["drug"] = {"low": 0.0, "high": 0.9}
    (tmp_path / "effects").mkdir()
    (tmp_path / "effects" / "history.yaml").write_text(yaml.safe_dump(data))
    with pytest.raises(InvalidInput) as error:
        load_history(tmp_path)
    assert "low at most high" in str(error.value)
    assert "leave something of 1" in str(error.value)
