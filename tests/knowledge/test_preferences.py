"""How wishes are asked for: the questionnaire against the evidence release and the usual weights,
and damaged copies of it, which are refused."""

from collections.abc import Callable
from copy import deepcopy
from math import ceil
from pathlib import Path
from typing import Any

import pytest
import yaml

from assuage.consult.library import load_library
from assuage.errors import InvalidInput
from assuage.knowledge.catalogues import knowledge_folder
from assuage.knowledge.preferences import load_preferences
from assuage.knowledge.weights import load_weights
from assuage.options.benefit import expect
from assuage.options.evidence_choice import Candidate
from assuage.options.preference import MOST_JUDGEMENTS
from assuage.units import MgPerDay

FILE = knowledge_folder().joinpath("preferences.yaml").read_text(encoding="utf-8")


def largest_medians() -> dict[str, float]:
    """Largest median difference from placebo of any drug in any condition, uncontradicted."""
    library = load_library()
    treatments = library.catalogues.treatments
    lows = {d: known.dosing.target_low for d, known in library.drugs.items()}
    candidates = [
        Candidate(
            drug=drug,
            label=drug,
            drug_class=treatments.class_of(drug).id,
            class_label="",
            doses=(MgPerDay(low.value),),
        )
        for drug, low in lows.items()
        if low is not None
    ]
    outcomes = tuple(library.outcomes.values())  # contradictions need them all
    largest = dict.fromkeys(load_preferences().ranges, 0.0)
    for name, condition in library.catalogues.conditions.items():
        if condition.refusal:
            continue
        found = expect(library.release, condition=name, candidates=candidates, outcomes=outcomes)
        for estimate in (e.estimate for row in found.by_dose.values() for e in row):
            if estimate.outcome not in largest or estimate.contradicts:
                continue
            if estimate.difference is not None:
                seen = max(largest[estimate.outcome], estimate.difference.estimate)
                largest[estimate.outcome] = seen
    return largest


def test_ranges_reach_from_none_to_the_largest_median_of_the_release():
    expected = {name: 50 * max(1, ceil(m / 50)) for name, m in largest_medians().items()}
    ranges = load_preferences().ranges
    assert {name: each.swing for name, each in ranges.items()} == expected
    assert {min(each.worst, each.best) for each in ranges.values()} == {0}


def test_every_usual_weight_has_a_range_and_at_most_six_are_asked():
    asked = load_preferences()
    assert set(asked.ranges) == {w.outcome for w in load_weights()}
    about = [o for q in asked.questions for o in q.outcomes]
    assert len(asked.questions) <= MOST_JUDGEMENTS == 6
    assert sorted([*about, asked.anchor, "serious_adverse_event"]) == sorted(asked.ranges)


def test_texts_show_the_swings_that_are_judged():
    asked = load_preferences()
    for question in asked.questions:
        for text in question.text.values():
            assert all(f"{asked.ranges[o].swing:g} " in text for o in question.outcomes)
    assert "200 more" in asked.introduction["en"]
    assert "200 mehr" in asked.introduction["de"]


def damaged(folder: Path, change: Callable[[dict[str, Any]], None]) -> list[tuple[str, str]]:
    data = yaml.safe_load(FILE)
    change(data)
    (folder / "preferences.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        load_preferences(folder)
    return [(p.found, p.expected) for p in refused.value.problems]


def test_a_range_the_wrong_way_round_is_refused(tmp_path: Path):
    assert damaged(tmp_path, lambda d: d["ranges"].update(nausea={"worst": 0, "best": 200})) == [
        ("worst 0 and best 200 for nausea", "a best end below the worst")
    ]


def test_a_question_that_hides_its_swing_is_refused(tmp_path: Path):
    found = damaged(tmp_path, lambda d: d["questions"][3].update(en="Some feel sick. How bad?"))
    assert found == [("a text (en) with no number", "the numbers {nausea}")]


def test_an_outcome_is_asked_about_once(tmp_path: Path):
    def change(data: dict[str, Any]) -> None:
        data["questions"][5] = deepcopy(data["questions"][3])

    assert damaged(tmp_path, change) == [
        (
            "a question about nausea",
            "an outcome with a range, not the anchor, asked about once",
        )
    ]


def test_a_seventh_question_an_unknown_outcome_and_an_unknown_anchor_are_refused(tmp_path: Path):
    def seventh(data: dict[str, Any]) -> None:
        data["questions"].append(dict(data["questions"][0], outcomes=["serious_adverse_event"]))

    assert len(damaged(tmp_path, seventh)) == 1
    found = damaged(tmp_path, lambda d: d["ranges"].update(nausae={"worst": 100, "best": 0}))
    assert found == [
        (
            "the outcome nausae",
            "an outcome of outcomes.yaml that counts people (did you mean nausea?)",
        )
    ]
    found = damaged(tmp_path, lambda d: d.update(anchor="relief"))
    assert found[0] == (
        "the anchor relief",
        "an outcome with a range (did you mean pain_relief_50?)",
    )
