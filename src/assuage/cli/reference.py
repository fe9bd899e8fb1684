"""Write docs/reference/cli.md from the commands themselves.

`python -m assuage.cli.reference FOLDER` writes the page, and those of the Python API and of the
coverage of the rules beside it; a test holds the committed ones to it.
Only what the commands declare is read (their signatures and docstrings), so that a word on the
page is a word of `--help`.
"""

import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from textwrap import fill
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import typer
from typer.models import ArgumentInfo, OptionInfo

from assuage.cli import coverage_reference, nma_reference
from assuage.cli.main import app

PAGE = "cli.md"
_OPENING = """\
# The command line

{about}

Written by `make docs` from the commands themselves; do not edit. Every command has `--help`.
{exits} Errors name the file, the line or row, what was expected, and what to do;
with --json they are also an object with `error` and `problems` on standard output.

`assuage --version` shows the versions of software, knowledge and evidence release.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One argument or option of a command, in words. `value` is empty for a switch."""

    name: str
    value: str
    meaning: str
    is_option: bool
    required: bool


def page() -> str:
    """Return the reference page of the whole command line, as Markdown."""
    help_text, exits = str(app.info.help), str(app.info.epilog)
    opening = _OPENING.format(about=help_text, exits=exits)
    parts = ["\n\n".join(fill(p, 100) for p in opening.strip().split("\n\n"))]
    parts += [_section(name, callback) for name, callback in _commands(app, "assuage")]
    return "\n\n".join(parts) + "\n"


def _commands(group: typer.Typer, path: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every command with its full name, groups after the commands beside them."""
    for command in group.registered_commands:
        callback = command.callback
        if callback is not None:
            yield f"{path} {command.name or callback.__name__.replace('_', '-')}", callback
    for inner in group.registered_groups:
        if inner.typer_instance is not None:
            yield from _commands(inner.typer_instance, f"{path} {inner.name}")


def _section(name: str, callback: Callable[..., Any]) -> str:
    parameters = list(_parameters(callback))
    arguments = [p.name if p.required else f"[{p.name}]" for p in parameters if not p.is_option]
    needed = [f"{p.name} {p.value}" for p in parameters if p.is_option and p.required]
    usage = " ".join([name, *arguments, *needed, "[options]"])
    rows = [f"| {_cell(p)} | {p.meaning}{_need(p)} |" for p in parameters]
    table = "\n".join(["| argument or option | meaning |", "|---|---|", *rows])
    return f"## {name}\n\n{inspect.getdoc(callback)}\n\n    {usage}\n\n{table}"


def _cell(parameter: Parameter) -> str:
    shown = f"{parameter.name} {parameter.value}".rstrip()
    return f"`{shown.replace('|', chr(92) + '|')}`"  # a bare bar would end the cell


def _need(parameter: Parameter) -> str:
    return " Required." if parameter.is_option and parameter.required else ""


def _parameters(callback: Callable[..., Any]) -> Iterator[Parameter]:
    hints = get_type_hints(callback, include_extras=True)
    for name, declared in inspect.signature(callback).parameters.items():
        kind, info = _declared(hints[name])
        required = declared.default is inspect.Parameter.empty
        meaning = str(info.help)
        if isinstance(info, ArgumentInfo):
            shown = info.metavar or name.upper()
            yield Parameter(
                name=shown, value="", meaning=meaning, is_option=False, required=required
            )
            continue
        given = (info.default, *(info.param_decls or ()))  # Annotated: a bare name comes first
        long = [d for d in given if isinstance(d, str) and d.startswith("--")]
        yield Parameter(
            name=long[0] if long else "--" + name.replace("_", "-"),
            value=info.metavar or _value(kind, name),
            meaning=meaning,
            is_option=True,
            required=required,
        )


def _declared(hint: Any) -> tuple[Any, OptionInfo | ArgumentInfo]:
    """Split an annotation into what a value is and what the command line says of it."""
    kind, *extras = get_args(hint)
    return kind, next(e for e in extras if isinstance(e, OptionInfo | ArgumentInfo))


def _value(kind: Any, name: str) -> str:
    """Say what to give: the choices where they are few, else a word for it."""
    if get_origin(kind) is Literal:
        return "|".join(str(choice) for choice in get_args(kind))
    inner = [part for part in get_args(kind) if part is not NoneType]
    if inner:
        return _value(inner[0], name)
    if StrEnum in getattr(kind, "__mro__", ()):
        return "|".join(kind)
    if kind is bool:
        return ""
    return {Path: "PATH", datetime: "YYYY-MM-DD"}.get(kind, name.upper())


def main() -> None:
    """Write the page into the folder named on the command line."""
    if len(sys.argv) != 2:
        sys.exit("Usage: python -m assuage.cli.reference FOLDER")
    Path(sys.argv[1], PAGE).write_text(page(), encoding="utf-8")
    Path(sys.argv[1], nma_reference.PAGE).write_text(nma_reference.page(), encoding="utf-8")
    Path(sys.argv[1], coverage_reference.PAGE).write_text(
        coverage_reference.page(), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
