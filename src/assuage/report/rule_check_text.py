"""The check of the rules as text for a terminal, and as plain data."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from assuage.options.reviewed import CheckFinding, CheckResult
from assuage.report.text import QUIET, chapter, hanging, spaced, text


def rule_check_text(results: Sequence[CheckResult], *, notes: bool) -> RenderableType:
    """Return a line per check, then what was found: errors always, notes where asked for."""
    parts: list[RenderableType] = [*chapter("What was asked")]
    parts.append(_counts(results))
    for title, severity in (("Errors", "error"), ("Notes", "note")):
        found = [
            (result.name, each)
            for result in results
            for each in result.findings
            if each.severity == severity
        ]
        if found and (severity == "error" or notes):
            parts += [*chapter(f"{title} ({len(found)})"), *_findings(found)]
    return Group(*parts, Text(""), _summary(results, notes=notes))


def _counts(results: Sequence[CheckResult]) -> Table:
    table = Table(box=None, padding=(0, 1), header_style=QUIET)
    table.add_column("check", no_wrap=True)
    for heading in ("looked at", "errors", "notes"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("the question", overflow="fold")
    for result in results:
        numbers = (result.looked_at, len(result.errors), len(result.notes))
        table.add_row(text(result.name), *map(str, numbers), text((result.asks, QUIET)))
    return table


def _findings(found: Iterable[tuple[str, CheckFinding]]) -> Iterable[RenderableType]:
    for name, each in found:
        style = "red" if each.severity == "error" else "yellow"
        said = spaced((f"{each.where}:", "bold"), each.says, (each.do, QUIET))
        yield hanging((name, style), said, width=13)


def _summary(results: Sequence[CheckResult], *, notes: bool) -> Text:
    errors = sum(len(result.errors) for result in results)
    noted = sum(len(result.notes) for result in results)
    head = ("No error found.", "green") if not errors else (f"{_many(errors, 'error')}.", "red")
    return spaced(head, f"{_many(noted, 'note')} to judge{'' if notes else ' (--notes)'}.")


def _many(number: int, word: str) -> str:
    return f"1 {word}" if number == 1 else f"{number} {word}s"


def rule_check_json(results: Sequence[CheckResult]) -> dict[str, Any]:
    """Return every check with every finding."""
    return {
        "errors": sum(len(result.errors) for result in results),
        "notes": sum(len(result.notes) for result in results),
        "checks": [
            {
                "name": result.name,
                "asks": result.asks,
                "looked_at": result.looked_at,
                "errors": [_plain(each) for each in result.errors],
                "notes": [_plain(each) for each in result.notes],
            }
            for result in results
        ],
    }


def _plain(each: CheckFinding) -> dict[str, Any]:
    return {name: value for name, value in asdict(each).items() if name != "severity"}
