"""Goals beside pain: what labels say, never more, and a tie-break that outweighs nothing.

Truth: the percentages of label_frequencies.csv; indications and doses of the US labels, written
here; the laws of docs/explanation/history-and-goals.md; files written here.
"""

import csv
from copy import deepcopy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assuage.consult.library import load_library
from assuage.consult.patient import patient_from_text
from assuage.errors import InvalidInput
from assuage.knowledge.goals import load_goals
from assuage.options.goals import SECONDARY, GoalNote, break_tie, goal_notes
from assuage.patient.record import Goal
from assuage.provenance import Citation, Source
from assuage.units import MgPerDay

KNOWLEDGE = Path(__file__).parents[3] / "src" / "assuage_knowledge"
FILE = yaml.safe_load((KNOWLEDGE / "effects" / "goals.yaml").read_text(encoding="utf-8"))
ENTRIES = load_goals()
HERE = Citation(source=Source(id="here", title="here"), locator="1")


def number(text: str) -> float:
    return float(text.removeprefix("<"))


@pytest.mark.parametrize(
    "entry", [e for e in FILE["entries"] if "seen" in e], ids=lambda e: f"{e['about']}-{e['goal']}"
)
def test_what_was_seen_is_what_the_table_of_labels_holds(entry: dict[str, Any]):
    path = KNOWLEDGE / "effects" / "label_frequencies.csv"
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    seen = entry["seen"]
    assert (
        entry["about"],
        seen["with_drug"],
        seen["with_placebo"],
        entry["source"]["locator"],
    ) in {
        (r["drug"], number(r["percent_drug"]), number(r["percent_placebo"]), r["section"])
        for r in rows
        if r["adverse_event"] == seen["adverse_event"]
    }
    more = seen["with_drug"] - seen["with_placebo"]
    assert {"harms": more > 2.99, "neutral": more <= 1}[entry["effect"]]


def test_licensed_for_depression_and_anxiety_as_the_labels_say():
    helped = {(e.about, e.goal): e.from_mg_per_day for e in ENTRIES if e.from_mg_per_day}
    anxiety = {about: dose for (about, goal), dose in helped.items() if goal == "anxiety"}
    depression = {about: dose for (about, goal), dose in helped.items() if goal == "depression"}
    assert anxiety == {"duloxetine": 60, "venlafaxine": 75, "paroxetine": 20, "escitalopram": 10}
    assert set(depression) == {  # milnacipran is licensed for fibromyalgia, clomipramine for OCD
        *("duloxetine", "venlafaxine", "desvenlafaxine", "amitriptyline", "nortriptyline"),
        *("imipramine", "desipramine", "paroxetine", "citalopram", "escitalopram", "fluoxetine"),
        *("sertraline", "bupropion", "mirtazapine", "trazodone"),
    }


def test_a_low_dose_of_a_tricyclic_is_no_treatment_of_depression():
    (low,) = goal_notes(
        ["depression"], {"amitriptyline": "tca"}, ENTRIES, {"amitriptyline": dose(25)}
    )
    (high,) = goal_notes(
        ["depression"], {"amitriptyline": "tca"}, ENTRIES, {"amitriptyline": dose(75)}
    )
    assert (low.effect, high.effect) == ("neutral", "helps")
    assert low.because == "licensed for depression from 75 mg/day, more than the dose looked at"
    assert low.evidence == SECONDARY


def dose(mg: int) -> MgPerDay:
    return MgPerDay(Decimal(mg))


def test_a_drugs_own_entry_stands_before_its_class_and_a_blank_gives_no_note():
    drugs = {"clomipramine": "tca", "nortriptyline": "tca", "bupropion": "ndri"}
    notes = goal_notes(["sleep"], drugs, ENTRIES)
    assert {note.drug: note.effect for note in notes} == {
        "clomipramine": "harms",
        "nortriptyline": "helps",
    }


def note(drug: str, goal: Goal, effect: str) -> GoalNote:
    return GoalNote(
        drug=drug,
        goal=goal,
        effect=effect,  # type: ignore[arg-type]
        because="here",
        graded_by="source",
        citation=HERE,
    )


@given(st.floats(0, 1))
def test_goals_turn_nothing_but_a_coin_toss(probability: float):
    notes = [note("a", "sleep", "harms"), note("b", "sleep", "helps")]
    broken = break_tie("a", "b", probability, notes)
    assert (broken is not None) is (0.4 <= probability <= 0.6)
    assert broken is None or broken.drug == "b"


def test_missing_knowledge_speaks_for_no_drug():
    assert break_tie("a", "b", 0.5, [note("a", "sleep", "helps")]) is None
    assert break_tie("a", "b", 0.5, []) is None


def test_the_tie_break_says_what_speaks_for_which_and_is_the_same_either_way():
    notes = [
        note("a", "sleep", "harms"),
        note("b", "sleep", "helps"),
        note("a", "weight", "neutral"),
        note("b", "weight", "neutral"),
    ]
    one, other = break_tie("a", "b", 0.5, notes), break_tie("b", "a", 0.5, notes)
    assert one is not None
    assert other is not None
    assert one.drug == other.drug == "b"
    assert one.sentence == (
        "Trial outcomes do not tell a and b apart; your goals speak for b (sleep: b helps, "
        f"a harms; {SECONDARY})."
    )


def goals_in(written: str) -> tuple[Goal, ...]:
    text = f"age: 60\npain: painful diabetic neuropathy\npreferences: {{goals: {written}}}\n"
    return patient_from_text(text, "here", load_library(), today=date(2026, 6, 15)).goals


def test_goals_are_read_from_the_patient_file_each_once():
    assert goals_in("[depression, insomnia, sleep, sexual function]") == (
        "depression",
        "sleep",
        "sexual_function",
    )
    assert goals_in("weight") == ("weight",)


def test_an_unknown_goal_is_refused_with_those_that_are_known():
    with pytest.raises(InvalidInput) as error:
        goals_in("[happiness]")
    assert "sexual_function" in str(error.value)
    assert "happiness" in str(error.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"about": "duloxetin"}, "did you mean duloxetine?"),
        ({"goal": "happiness"}, "happiness"),
        ({"effect": "cures"}, "cures"),
        ({"source": {"id": "nobody"}}, "the source nobody"),
        ({"effect": "neutral", "from_mg_per_day": 40}, "only where the drug helps"),
        ({"wy": "so"}, "unknown key"),
    ],
)
def test_broken_goals_are_refused_with_what_to_do(
    tmp_path: Path, change: dict[str, object], said: str
):
    first, *others = FILE["entries"]
    data = {**FILE, "entries": [{**first, **change}, *others]}
    (tmp_path / "effects").mkdir()
    (tmp_path / "effects" / "goals.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(InvalidInput) as error:
        load_goals(tmp_path)
    assert said in str(error.value)


def test_a_drug_and_a_goal_twice_is_refused(tmp_path: Path):
    data = {**FILE, "entries": [*FILE["entries"], deepcopy(FILE["entries"][0])]}
    (tmp_path / "effects").mkdir()
    (tmp_path / "effects" / "goals.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(InvalidInput, match="again"):
        load_goals(tmp_path)
