"""Every place the glossary names is there.

Truth: the packages themselves: a dotted name imports from assuage, a command is in the reference of
the command line, a file pattern finds a file of the knowledge.
"""

import re
from importlib import import_module
from pathlib import Path

import pytest

from assuage.cli.reference import page

ROOT = Path(__file__).parents[2]
KNOWLEDGE = ROOT / "src" / "assuage_knowledge"
ROWS = [
    (line.split("|")[1].strip(), name)
    for line in (ROOT / "GLOSSARY.md").read_text().splitlines()
    if line.startswith("| ")
    for name in re.findall(r"`([^`]+)`", line.split("|")[-2])
]


def exists(name: str) -> bool:
    if name.startswith("assuage "):
        return f"\n## {name}\n" in page()
    if "/" in name or name.endswith((".yaml", ".csv")):
        return any(KNOWLEDGE.glob(name))
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = import_module(".".join(["assuage", *parts[:length]]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = getattr(found, part, None)
        return found is not None
    return False


def test_every_term_says_where_it_lives():
    terms = {
        line.split("|")[1].strip()
        for line in (ROOT / "GLOSSARY.md").read_text().splitlines()
        if line.startswith("| ")
    }
    assert terms - {term for term, _ in ROWS} == {"term"}


@pytest.mark.parametrize(("term", "name"), ROWS)
def test_the_place_exists(term: str, name: str):
    assert exists(name), f"{term}: {name} is not there"


@pytest.mark.parametrize("name", ["options.nowhere", "evidence.trial.Bases", "assuage fly"])
def test_a_place_that_is_not_there_is_noticed(name: str):
    assert not exists(name)
