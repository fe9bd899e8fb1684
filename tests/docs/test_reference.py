"""The reference pages are what the commands, and the Python API, say of themselves.

Truth: the commands (their signatures and docstrings), read afresh; and `--help`, as a user sees it.
"""

import dataclasses
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from assuage import nma
from assuage.cli import nma_reference
from assuage.cli.reference import PAGE, page

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "docs" / "reference" / PAGE
SECTION = re.compile(r"^## (assuage .*)$", re.MULTILINE)


def test_the_committed_page_is_a_fresh_one():
    assert COMMITTED.read_text() == page(), "run: make docs"


def test_writing_it_writes_the_same(tmp_path: Path):
    command = [sys.executable, "-m", "assuage.cli.reference", str(tmp_path)]
    subprocess.run(command, check=True, cwd=ROOT)
    assert (tmp_path / PAGE).read_text() == page()
    assert (tmp_path / nma_reference.PAGE).read_text() == nma_reference.page()


def test_the_committed_page_of_the_python_api_is_a_fresh_one():
    committed = COMMITTED.parent / nma_reference.PAGE
    assert committed.read_text() == nma_reference.page(), "run: make docs"


def test_the_page_of_the_python_api_has_every_public_method():
    text = nma_reference.page()
    for kind, name in ((nma.Fit, "fit"), (nma.NetworkAccount, "network")):
        public = {n for n in vars(kind) if not n.startswith("_")}
        fields = {f.name for f in dataclasses.fields(kind)}
        for method in public - fields:
            assert f"\n### {name}.{method}\n" in text


@pytest.mark.parametrize("command", SECTION.findall(page()))
def test_each_option_on_the_page_is_in_the_help(command: str):
    section = page().split(f"## {command}\n")[1].split("\n## ")[0]
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
    words = [sys.executable, "-m", "assuage.cli.main", *command.split()[1:], "--help"]
    done = subprocess.run(words, check=True, capture_output=True, text=True, env=environment)
    shown = set(re.findall(r"--[a-z-]+", done.stdout)) - {"--help"}
    assert set(re.findall(r"^\| `(--[a-z-]+)", section, re.MULTILINE)) == shown
