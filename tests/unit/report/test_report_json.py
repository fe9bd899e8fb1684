"""JSON reports against the published schema, and one drug in full, worked out by hand.

The checker below covers the part of JSON Schema (draft 2020-12) that the schema uses.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from report_plan_sample import PLAN
from report_sample import APPRAISAL, DRUGS, STAMP

from assuage.report.appraisal_json import appraisal_json, out_of_scope_json
from assuage.report.plan_json import plan_json

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
SCHEMA = json.loads((REFERENCE / "appraisal.schema.json").read_text())
KNOWN = {
    *("$schema", "$defs", "$ref", "title", "type", "required", "properties", "enum", "items"),
    *("additionalProperties", "minItems", "maxItems", "minimum", "maximum", "pattern"),
}
TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def is_type(value: object, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, TYPES[name])


def problems(
    value: Any, schema: dict[str, Any], where: str = "$", root: dict[str, Any] = SCHEMA
) -> list[str]:
    """Return each place where a value breaks the schema; `root` holds what it refers to."""
    assert set(schema) <= KNOWN, f"the checker does not know {set(schema) - KNOWN}"
    if "$ref" in schema:
        return problems(value, root["$defs"][schema["$ref"].rsplit("/")[-1]], where, root)
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(is_type(value, name) for name in types):
        return [f"{where}: {value!r} is not {types}"]
    found = [f"{where}: {value!r}"] if "enum" in schema and value not in schema["enum"] else []
    if isinstance(value, dict):
        found += in_object(value, schema, where, root)
    elif isinstance(value, list):
        found += [f"{where}: too few"] if len(value) < schema.get("minItems", 0) else []
        found += [f"{where}: too many"] if len(value) > schema.get("maxItems", len(value)) else []
        for i, item in enumerate(value):
            found += problems(item, schema.get("items", {}), f"{where}[{i}]", root)
    elif isinstance(value, str):
        found += [] if re.search(schema.get("pattern", ""), value) else [f"{where}: {value!r}"]
    elif value is not None:
        inside = schema.get("minimum", value) <= value <= schema.get("maximum", value)
        found += [] if inside else [f"{where}: {value} is out of range"]
    return found


def in_object(
    value: dict[str, Any], schema: dict[str, Any], where: str, root: dict[str, Any]
) -> list[str]:
    found = [f"{where}: no {key}" for key in schema.get("required", []) if key not in value]
    more = schema.get("additionalProperties", {})
    for key, part in value.items():
        inner = schema.get("properties", {}).get(key, more)
        found += [f"{where}: {key} is unknown"] if inner is False else []
        found += problems(part, inner or {}, f"{where}.{key}", root)
    return found


def test_an_appraisal_satisfies_the_schema_also_after_a_round_trip():
    told = appraisal_json(APPRAISAL)
    assert problems(told, SCHEMA) == []
    assert json.loads(json.dumps(told)) == told
    assert [option["drug"] for option in told["options"]] == DRUGS


def test_the_answer_out_of_scope_satisfies_the_schema():
    told = out_of_scope_json(STAMP, "Cancer pain is out of scope.")
    assert problems(told, SCHEMA) == []
    assert told["in_scope"] is False
    assert told["why"] == "Cancer pain is out of scope."


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"in_scope": "yes"}, "$.in_scope: 'yes' is not ['boolean']"),
        ({"oops": 1}, "$: oops is unknown"),
        ({"options": [{}]}, "$.options[0]: no drug"),
    ],
)
def test_the_checker_finds_what_is_wrong(change: dict[str, Any], problem: str):
    assert problem in problems({**appraisal_json(APPRAISAL), **change}, SCHEMA)


def test_one_outcome_in_full():
    duloxetine = appraisal_json(APPRAISAL)["options"][5]
    assert [dose["mg_per_day"] for dose in duloxetine["doses"]] == [60, 30, 120]
    # 262.4 with placebo (223.04 to 301.76), difference 152 (91 to 216), bounds with drug x 1.1.
    assert duloxetine["doses"][0]["outcomes"][0] == {
        "outcome": "pain_relief_50",
        "unit": "per_1000",
        "per_1000": 414,
        "low": 362,
        "high": 500,
        "with_placebo": {"per_1000": 262, "low": 223, "high": 302},
        "versus_placebo": {"per_1000": 152, "low": 91, "high": 216},
        "certainty": "moderate",
        "certainty_reasons": ["some trials at high risk of bias"],
        "from": "trials",
        "origin": {
            "statement": "8 trials of duloxetine, 2,540 people",
            "trials": 8,
            "participants": 2540,
            "reconstructed": True,
            "derived": False,
            "doubted": 0,
            "against_placebo": True,
            "studied_at": None,
        },
        "contradicts": [],
        "contradiction": None,
    }


def test_pain_points_are_not_people_and_no_data_is_null():
    outcomes = {
        o["outcome"]: o for o in appraisal_json(APPRAISAL)["options"][5]["doses"][0]["outcomes"]
    }
    assert outcomes["pain_change"]["versus_placebo"] == {
        "per_1000": None,
        "points": -0.9,
        "low": -1.3,
        "high": -0.6,
    }
    nothing = {"per_1000": None, "low": None, "high": None}
    headache = outcomes["headache"]
    assert {k: headache[k] for k in nothing} == nothing
    assert (headache["with_placebo"], headache["versus_placebo"]) == (nothing, nothing)
    assert (headache["certainty"], headache["from"]) == (None, "none")


def test_a_plan_is_told_in_numbers_and_dates():
    told = plan_json(PLAN, STAMP, patient="someone")
    assert json.loads(json.dumps(told)) == told
    assert [(s["from_date"], s["mg_per_day"]) for s in told["steps"]] == [
        ("2026-06-15", 30),
        ("2026-06-22", 71.25),
    ]
    evening = told["steps"][1]["intakes"][1]
    assert evening["time"] == "evening"
    assert {k: evening["counts"][0][k] for k in ("number", "form", "mg")} == {
        "number": 1.5,
        "form": "tablet",
        "mg": 7.5,
    }
    assert [(step["from_day"], step["mg_per_day"]) for step in told["taper"]] == [(1, 30), (15, 0)]


def test_every_key_of_a_plan_is_documented():
    page = (REFERENCE / "plan-json.md").read_text()
    missing = [key for key in plan_json(PLAN, STAMP, patient="") if f"`{key}`" not in page]
    assert missing == []
