"""What is kept of a parsed file is never older than its text, and never needed."""

import sys

import pytest

from assuage.knowledge.parsed import read_knowledge_file
from assuage.knowledge.yaml_text import read_yaml


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    path = tmp_path / "rules.yaml"
    path.write_text("- id: R1\n  when: {takes: maoi}\n")
    return path


def kept_files(file):
    return list((file.parent / "__pycache__").glob("*.parsed"))


def test_a_second_reading_gives_the_same_data_and_lines(file):
    first = read_knowledge_file(file, "rules.yaml")
    (kept,) = kept_files(file)
    before = kept.read_bytes()
    again = read_knowledge_file(file, "rules.yaml")
    fresh = read_yaml(file.read_text(), "rules.yaml")
    assert (again.data, dict(again.lines)) == (fresh.data, dict(fresh.lines))
    assert (first.data, dict(first.lines)) == (fresh.data, dict(fresh.lines))
    assert kept.read_bytes() == before


def test_a_changed_text_is_read_anew(file):
    read_knowledge_file(file, "rules.yaml")
    file.write_text("- id: R2\n")
    assert read_knowledge_file(file, "rules.yaml").data == [{"id": "R2"}]


@pytest.mark.parametrize("damage", [b"", b"\x00", b"not what it should be"])
def test_a_damaged_copy_is_not_used(file, damage):
    read_knowledge_file(file, "rules.yaml")
    kept_files(file)[0].write_bytes(damage)
    assert read_knowledge_file(file, "rules.yaml").data[0]["id"] == "R1"


def test_a_folder_that_cannot_be_written_is_no_trouble(file):
    (file.parent / "__pycache__").write_text("in the way")
    assert read_knowledge_file(file, "rules.yaml").data[0]["id"] == "R1"
    assert (file.parent / "__pycache__").read_text() == "in the way"
