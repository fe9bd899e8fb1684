"""Every example in the documentation runs and prints what the page says.

A ```console block holds commands after `$ ` and, below each, lines that the output must contain in
this order (`...` stands for anything, within a line or between lines; a space for any number of
them). The ```python blocks of a page run one after the other, as at one prompt, in a folder where
`examples` is at hand; a ```text block right after one holds what it prints, by the same rules.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
FENCE = re.compile(r"^```(console|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def examples(kind: str) -> list[tuple[Path, int, str]]:
    return [
        (page, text[: match.start()].count("\n") + 1, match.group(2))
        for page in PAGES
        for text in [page.read_text()]
        for match in FENCE.finditer(text)
        if match.group(1) == kind
    ]


def name(example: object) -> str:
    return str(example.relative_to(ROOT)) if isinstance(example, Path) else ""


def environment() -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "COLUMNS": "100", "NO_COLOR": "1"}


def commands(block: str) -> list[tuple[str, list[str]]]:
    """Split a block into commands, each with the lines expected after it."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.strip():
            found[-1][1].append(line)
    return found


def pieces(line: str) -> list[str]:
    """What a line of the page shows, in pieces between its `...`."""
    return [single_spaced(piece.strip()) for piece in line.split("...")]


def single_spaced(text: str) -> str:
    return re.sub(" +", " ", text)


def first_missing(expected: list[str], output: str) -> str | None:
    """Return the first piece that does not follow the ones before it."""
    text, at = single_spaced(output), 0
    for piece in (piece for line in expected for piece in pieces(line)):
        found = text.find(piece, at)
        if found < 0:
            return piece
        at = found + len(piece)
    return None


@pytest.mark.parametrize(("page", "line", "block"), examples("console"), ids=name)
def test_commands_print_what_the_page_says(page: Path, line: int, block: str, tmp_path: Path):
    for command, expected in commands(block):
        if command.startswith(("make ", "git ", "cd ")):
            continue
        words = shlex.split(command.replace("OUT/", f"{tmp_path}/"))
        done = subprocess.run(
            words, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
        )
        output = done.stdout + done.stderr
        missing = first_missing(expected, output)
        assert missing is None, f"{page.name}:{line}: {command} lacks {missing!r}:\n{output}"


PRINTING = re.compile(
    r"^```python\n(?P<code>.*?)^```\n(?:\n?```text\n(?P<printed>.*?)^```)?",
    re.MULTILINE | re.DOTALL,
)
SESSIONS = sorted({page for page, _, _ in examples("python")})


@pytest.mark.parametrize("page", SESSIONS, ids=name)
def test_python_examples_run_and_print_what_the_page_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    text, names = page.read_text(), {"__name__": "__example__"}
    for match in PRINTING.finditer(text):
        line = text[: match.start()].count("\n") + 1
        exec(compile("\n" * line + match["code"], str(page), "exec"), names)
        output = capsys.readouterr().out
        missing = first_missing((match["printed"] or "").splitlines(), output)
        assert missing is None, f"{page.name}:{line}: the output lacks {missing!r}:\n{output}"


LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_between_pages_lead_somewhere(page: Path):
    missing = [
        target for target in LINK.findall(page.read_text()) if not (page.parent / target).exists()
    ]
    assert missing == []
