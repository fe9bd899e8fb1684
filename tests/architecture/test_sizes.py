"""The house stays liveable: short files, short functions, few arguments, no cycles by layers."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("src/assuage/**/*.py"), *ROOT.glob("tests/**/*.py")])
MAX_FILE, MAX_FUNCTION = 400, 40


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function without its decorators and its docstring."""
    first = node.body[0]
    documented = ast.get_docstring(node) is not None and len(node.body) > 1
    start = node.body[1].lineno if documented else first.lineno
    return (node.end_lineno or start) - start + 1


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_and_functions_stay_short(path: Path):
    text = path.read_text()
    lines = text.count("\n") + 1
    assert lines <= MAX_FILE, f"{path.relative_to(ROOT)} has {lines} lines; split it along a seam"
    long = [
        f"{node.name} (line {node.lineno}): {length(node)} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and length(node) > MAX_FUNCTION
    ]
    assert not long, f"functions over {MAX_FUNCTION} lines in {path.relative_to(ROOT)}: {long}"


def test_the_knowledge_package_holds_data_only():
    code = [p for p in (ROOT / "src/assuage_knowledge").rglob("*.py") if p.name != "__init__.py"]
    assert code == []
    for init in (ROOT / "src/assuage_knowledge").rglob("__init__.py"):
        body = ast.parse(init.read_text()).body
        assert len(body) <= 1, f"{init} must hold its docstring and nothing else"
