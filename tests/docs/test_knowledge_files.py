"""The page on knowledge files agrees with the files, and the page of own choices with the rules.

Truth: the headers of the tables, the manual entry that each kind of condition has, and the rules.
"""

import csv
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from assuage.options import condition, gene_condition

ROOT = Path(__file__).parents[2]
KNOWLEDGE = ROOT / "src" / "assuage_knowledge"
PAGE = (ROOT / "docs" / "reference" / "knowledge-files.md").read_text()
CHOICES = (ROOT / "docs" / "decisions" / "0008-clinical-choices.md").read_text()
TABLES = ("studies", "arms", "outcomes", "contrasts", "sources", "doubts")


def columns(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as table:
        return next(csv.reader(table))


@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_a_trial_table_is_named_in_order(table: str):
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{table}.csv`"))
    named = re.findall(r"`([a-z0-9_]+)`", row.split("|")[2])
    assert named == columns(KNOWLEDGE / "trials" / f"{table}.csv")


@pytest.mark.parametrize(
    "table",
    [
        *("effects/label_frequencies.csv", "guidelines/statements.csv", "valuesets/medicines.csv"),
        *("kinetics/exposure_ratios.csv", "kinetics/routes.csv", "kinetics/moieties.csv"),
        "kinetics/inhibitor_classes.csv",
    ],
)
def test_every_column_of_the_other_tables_is_named(table: str):
    words = set(re.findall(r"`([a-z0-9_]+)`", PAGE))
    assert set(columns(KNOWLEDGE / table)) <= words


def test_every_kind_of_condition_has_its_manual_entry():
    named = {**vars(condition), **vars(gene_condition)}
    kinds = [kind for kind in named.values() if hasattr(kind, "manual")]
    assert len({kind.manual for kind in kinds}) >= 13
    assert [kind for kind in kinds if kind.manual not in " ".join(PAGE.split())] == []


@pytest.mark.parametrize(
    "block", re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
)
def test_yaml_on_the_page_is_yaml(block: str):
    assert yaml.safe_load(block)


def test_every_key_of_a_drug_file_is_named():
    words = set(re.findall(r"[a-z_]+", PAGE))
    drugs = [p for p in (KNOWLEDGE / "drugs").glob("*.yaml") if p.name != "sources.yaml"]
    for path in drugs:
        drug = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert {*drug, *drug["dosing"]} - {"id", "label"} <= words


def rules() -> list[dict[str, Any]]:
    paths = [p for p in (KNOWLEDGE / "rules").glob("*.yaml") if p.name != "sources.yaml"]
    return [rule for path in paths for rule in yaml.safe_load(path.read_text(encoding="utf-8"))]


def test_every_exclusion_that_we_graded_ourselves_is_on_the_page_of_own_choices():
    ours = {
        rule["id"]
        for rule in rules()
        if rule["graded_by"] == "assuage" and rule["effect"] in {"contraindicated", "avoid"}
    }
    assert set(re.findall(r"^\| ([A-Z]+\d+) \|", CHOICES, re.MULTILINE)) == ours


def test_every_choice_cited_as_ours_is_on_the_page_of_own_choices():
    for name in ("advice", "monitoring"):
        entries = yaml.safe_load((KNOWLEDGE / "plan" / f"{name}.yaml").read_text(encoding="utf-8"))
        ours = {k for k, v in entries.items() if v["source"]["id"] == "assuage-clinical-choice"}
        assert [name for name in ours if f"`{name}`" not in CHOICES] == []
    common = yaml.safe_load((KNOWLEDGE / "plan" / "common.yaml").read_text(encoding="utf-8"))
    ours = {k for k, v in common["stopping"].items() if v["set_by"] == "assuage"}
    assert [name for name in ours if f"`{name}`" not in CHOICES] == []


def test_the_weights_on_the_page_are_those_in_use():
    weights = yaml.safe_load((KNOWLEDGE / "weights.yaml").read_text(encoding="utf-8"))["weights"]
    rows = re.findall(r"^\| ([a-z ,]+) \| (\d(?:\.\d+)?) \|", CHOICES, re.MULTILINE)
    on_page = {name: float(weight) for names, weight in rows for name in names.split(", ")}
    short = {
        "at least half the pain gone": "pain_relief_50",
        "stopped for a side effect": "withdrawal_adverse_event",
    }
    named = {short.get(name, name.replace(" ", "_")): w for name, w in on_page.items()}
    assert named == {name: entry["weight"] for name, entry in weights.items()}
