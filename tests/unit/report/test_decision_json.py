"""`decide --json` against its published schema, and every citation of it with an address.

Truth: docs/reference/decision.schema.json, and the keys that docs/reference/decide-json.md names.
"""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from test_report_json import problems

from assuage.consult.decide import decide
from assuage.consult.library import load_library
from assuage.consult.patient import patient_from_file
from assuage.report.decision_json import decision_json

ROOT = Path(__file__).parents[3]
SCHEMA: dict[str, Any] = json.loads((ROOT / "docs/reference/decision.schema.json").read_text())
PAGE = (ROOT / "docs/reference/decide-json.md").read_text()
LIBRARY = load_library()
TODAY = date(2026, 6, 15)


def told(name: str) -> dict[str, Any]:
    record = patient_from_file(ROOT / "examples" / name, LIBRARY, today=TODAY)
    return decision_json(decide(record, LIBRARY, today=TODAY))


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda p: p.stem)
def test_a_decision_satisfies_the_schema_also_after_a_round_trip(path: Path):
    said = told(path.name)
    assert problems(said, SCHEMA, root=SCHEMA) == []
    assert json.loads(json.dumps(said)) == said


def test_the_checker_finds_what_is_wrong():
    said = told("patient.yaml")
    assert problems({**said, "oops": 1}, SCHEMA, root=SCHEMA) == ["$: oops is unknown"]
    bad = {**said, "flips": [{}]}
    assert problems(bad, SCHEMA, root=SCHEMA)[0] == "$.flips[0]: no column"


def test_the_page_names_every_key():
    named = set(re.findall(r"`([a-z_0-9]+)`", PAGE))
    assert set(SCHEMA["properties"]) - {"why"} <= named
    for part in ("option", "difference", "flip", "dominated", "wishes", "chooser", "before"):
        assert set(SCHEMA["$defs"][part]["properties"]) <= named, part
    for part in ("shift", "goal", "combination", "trial"):
        assert set(SCHEMA["$defs"][part]["properties"]) <= named, part


def sources(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [source for part in value for source in sources(part)]
    if not isinstance(value, dict):
        return []
    inner = [source for part in value.values() for source in sources(part)]
    return [*inner, value] if value.keys() == {"id", "title", "locator", "url", "grade"} else inner


def test_every_citation_has_a_title_and_every_shift_and_trial_has_one():
    said = told("patient_partial_relief.yaml") | {"failed": told("patient_duloxetine_failed.yaml")}
    found = sources(said)
    assert found
    assert all(source["title"] and source["id"] for source in found)
    assert all(shift["source"]["locator"] for shift in said["failed"]["before"]["shifts"])
