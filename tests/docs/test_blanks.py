"""The limitations show every place, drug by topic, for which no rule was found.

Truth: the rules as their files have them, counted here afresh.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from assuage.cli.coverage_reference import END, START, with_blanks
from assuage.knowledge.coverage import topics_of_rules
from assuage.knowledge.rules import load_safety

ROOT = Path(__file__).parents[2]
LIMITATIONS = (ROOT / "LIMITATIONS.md").read_text()
TABLE = LIMITATIONS.split(START)[1].split(END)[0]
KNOWLEDGE = ROOT / "src" / "assuage_knowledge"


def test_the_committed_table_is_a_fresh_one():
    assert with_blanks(LIMITATIONS) == LIMITATIONS, "run: make docs"


def test_each_blank_is_a_drug_that_no_rule_of_the_topic_is_about():
    classes = yaml.safe_load((KNOWLEDGE / "valuesets" / "classes.yaml").read_text())
    drugs = {p.stem for p in (KNOWLEDGE / "drugs").glob("*.yaml") if p.stem != "sources"}
    about = {rule.id: rule.about for rule in load_safety().rules}
    blank: dict[str, set[str]] = {}
    topics: dict[str, tuple[str, ...]] = {}
    for name, rules in topics_of_rules().items():  # the files of a folder are one topic
        topic = name.split("/", 1)[0]
        topics[topic] = (*topics.get(topic, ()), *rules)
    for topic, rules in topics.items():
        spoken: set[str] = set()
        for rule in rules:
            name = about[rule]
            spoken |= drugs if name == "any" else set(classes.get(name, [name]))
        if drugs - spoken:
            blank[topic.replace("_", " ")] = drugs - spoken
    rows = dict(re.findall(r"^\| ([a-z ]+) \| ([a-z, ]+) \|$", TABLE, re.MULTILINE))
    del rows["topic"]
    assert {topic: set(cell.split(", ")) for topic, cell in rows.items()} == blank
    total = len(topics) * len(drugs)
    assert f"Blank are {sum(map(len, blank.values()))} of {total} places" in TABLE


def test_a_text_without_the_markers_is_refused():
    with pytest.raises(ValueError, match="No place for the blanks"):
        with_blanks("# Limitations\n")


def test_it_is_written_between_the_markers_and_nowhere_else(tmp_path: Path):
    page = tmp_path / "LIMITATIONS.md"
    page.write_text(f"before\n{START}\nold\n{END}\nafter\n")
    command = [sys.executable, "-m", "assuage.cli.coverage_reference", str(page)]
    subprocess.run(command, check=True, cwd=ROOT)
    assert page.read_text() == f"before\n{START}{TABLE}{END}\nafter\n"
