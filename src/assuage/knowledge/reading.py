"""Read files strictly: each problem with its file and line, all of them at once.

A file is read to the end before it is refused. `Problems` collects; `Problems.refuse_if_any`
raises. The models that check the values are pydantic's, so that unknown keys, wrong types and
missing values are found by one well-kept library.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.resources.abc import Traversable
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from assuage.errors import InvalidInput, Problem

T = TypeVar("T")
PathInFile = tuple[str | int, ...]
LARGEST_FILE = 20_000_000
"""Bytes: a table of 5,000 trials has less than one million."""
LONGEST_NAME, MOST_COLUMNS, MOST_PROBLEMS = 100, 200, 100
"""Beyond these, comparing names or listing what is wrong takes time and helps nobody."""


@dataclass(slots=True)
class Problems:
    """What was found wrong so far, in the order in which it was found."""

    found: list[Problem] = field(default_factory=list[Problem])

    def add(self, where: str, *, found: str, expected: str, do: str) -> None:
        self.found.append(Problem(where=where, found=found, expected=expected, do=do))

    def refuse_if_any(self) -> None:
        if self.found:
            raise InvalidInput(self.found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Plain data from a YAML or JSON file, with the line of each of its parts."""

    name: str
    data: Any
    lines: Mapping[PathInFile, int]

    def where(self, path: Iterable[str | int] = ()) -> str:
        """Name the file and the line of a part, or of the nearest part around it."""
        steps = tuple(path)
        while steps and steps not in self.lines:
            steps = steps[:-1]
        return f"{self.name}, line {self.lines.get(steps, 1)}"


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Return a hint such as ' (did you mean age?)', or nothing when no known word is near."""
    if len(word) > LONGEST_NAME:
        return ""
    close = get_close_matches(word.lower(), list(known), n=1, cutoff=cutoff)
    return f" (did you mean {close[0]}?)" if close else ""


def check(adapter: TypeAdapter[T], located: Located, problems: Problems) -> T | None:
    """Return the data as the adapter's type, or None after adding every problem found in it."""
    try:
        return adapter.validate_python(located.data)
    except ValidationError as error:
        known = _keys(adapter)
        for detail in error.errors(include_url=False)[:MOST_PROBLEMS]:
            problems.found.append(_problem(detail, located, known))
        return None


def _keys(adapter: TypeAdapter[Any]) -> set[str]:
    """All keys a type accepts at any depth, so that a misspelt one can be named."""
    schema = adapter.json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return {key for part in parts for key in part.get("properties", {})}


def _problem(detail: ErrorDetails, located: Located, known: Iterable[str]) -> Problem:
    steps = tuple(s for s in detail["loc"])
    dotted = ".".join(str(step) for step in steps) or "the whole file"
    kind = detail["type"]
    if kind in {"extra_forbidden", "unexpected_keyword_argument"}:
        return Problem(
            where=located.where(steps),
            found=f"the unknown key {dotted}",
            expected="a key that assuage knows" + nearest(str(steps[-1]), known),
            do="Correct or remove it.",
        )
    if kind in {"missing", "missing_argument"}:
        return Problem(
            where=located.where(steps),
            found=f"no {dotted}",
            expected=f"a value for {dotted}",
            do="Add it.",
        )
    return Problem(
        where=located.where(steps),
        found=f"{_short(detail['input'])} for {dotted}",
        expected=_FORMS.get(kind) or _bare(detail["msg"]),
        do="Correct it.",
    )


_PAIRS = "keys with their values, such as {value: 5, unit: kg}"
_LIST = "a list, such as [one, another]"
_FORMS = {
    "model_type": _PAIRS,
    "model_attributes_type": _PAIRS,
    "dataclass_type": _PAIRS,
    "dict_type": _PAIRS,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "decimal_parsing": "a number, without its unit",
    "float_parsing": "a number, without its unit",
    "int_parsing": "a whole number, without its unit",
    "bool_parsing": "yes or no",
    "bool_type": "yes or no",
    "string_too_short": "text",
}


def _short(value: Any) -> str:
    """Quote a value, cut where it is longer than a line."""
    shown = {"True": "yes", "False": "no", "None": "nothing"}.get(repr(value), repr(value))
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def _bare(message: str) -> str:
    return message.removeprefix("Input should be ").removeprefix("Value error, ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table: its line number in the file, and its cells by column.

    `about` says whose row it is, where a number alone would not lead the reader to it.
    """

    name: str
    number: int
    cells: Mapping[str, str]
    about: str = ""

    @property
    def where(self) -> str:
        place = f"{self.name}, row {self.number}"
        return f"{place} ({self.about})" if self.about else place


def read_csv(
    text: str, name: str, columns: Sequence[str], problems: Problems, optional: Sequence[str] = ()
) -> tuple[Row, ...]:
    """Return the rows of a comma-separated table whose header must be `columns` (in any order).

    Row numbers are those a spreadsheet shows: the header is row 1.
    """
    if _separated_otherwise(text, name, problems):
        return ()
    reader = csv.reader(StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, list[str]())]
        body = list(enumerate(reader, start=2))
    except csv.Error as error:
        problems.add(
            f"{name}, row {reader.line_num}",
            found=str(error),
            expected="comma-separated cells, quoted where they hold a comma",
            do="Export the table again as CSV (UTF-8).",
        )
        return ()
    if not _header_fits(header, name, columns, optional, problems):
        return ()
    rows: list[Row] = []
    for number, cells in body:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            problems.add(
                f"{name}, row {number}",
                found=f"{len(cells)} cells",
                expected=f"{len(header)} cells, as in the header",
                do="Quote cells that hold a comma, or add the missing ones.",
            )
            continue
        values = {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
        rows.append(Row(name=name, number=number, cells=values))
    return tuple(rows)


def _separated_otherwise(text: str, name: str, problems: Problems) -> bool:
    """Refuse a table whose cells are not parted by commas, in one line and not one a column."""
    header = text.split("\n", 1)[0]
    for mark, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if mark in header and "," not in header:
            problems.add(
                f"{name}, row 1",
                found=f"columns separated by {word}",
                expected="commas between columns, and a point in decimal numbers",
                do="Save the table as comma-separated CSV (UTF-8).",
            )
            return True
    return False


def _header_fits(
    header: Sequence[str],
    name: str,
    columns: Sequence[str],
    optional: Sequence[str],
    problems: Problems,
) -> bool:
    before = len(problems.found)
    known = {*columns, *optional}
    for column in header[:MOST_COLUMNS]:
        if column not in known or header.count(column) > 1:
            problems.add(
                f"{name}, row 1",
                found=f"the column {column!r}" + (" twice" if column in known else ""),
                expected="only " + ", ".join([*columns, *optional]) + nearest(column, known),
                do="Rename or remove the column.",
            )
    for column in columns:
        if column not in header:
            problems.add(
                f"{name}, row 1",
                found=f"no column {column!r}",
                expected="the columns " + ", ".join(columns),
                do="Add the column, or check the spelling of the header.",
            )
    return len(problems.found) == before


def read_text(path: Path | Traversable) -> str:
    """Return the text of a file, or refuse it with what to do. No more than the bound is read."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) <= LARGEST_FILE:
            return content.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
        found, do = f"more than {LARGEST_FILE:,} bytes", "Is this the right file?"
    except FileNotFoundError:
        found, do = "no such file", "Check the path."
    except IsADirectoryError:
        found, do = "a folder", "Name a file in it."
    except UnicodeDecodeError:
        found, do = "bytes that are not UTF-8", "Save the file as UTF-8."
    except PermissionError:
        found, do = "a file that may not be read", "Check its permissions."
    except OSError as error:
        found, do = (error.strerror or "a file that cannot be read").lower(), "Check the path."
    raise InvalidInput(
        [Problem(where=str(path), found=found, expected="a readable text file", do=do)]
    )
