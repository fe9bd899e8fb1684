"""Read YAML, JSON and CSV strictly: each problem with its file and line, all of them at once.

A file is read to the end before it is refused. `Problems` collects; `Problems.refuse_if_any`
raises. The models that check the values are pydantic's, so that unknown keys, wrong types and
missing values are found by one well-kept library.
"""

import csv
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.resources.abc import Traversable
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from assuage.errors import InvalidInput, Problem

T = TypeVar("T")
PathInFile = tuple[str | int, ...]
_TEXT, _TRUTH = "tag:yaml.org,2002:str", "tag:yaml.org,2002:bool"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
    close = get_close_matches(word.lower(), list(known), n=1, cutoff=cutoff)
    return f" (did you mean {close[0]}?)" if close else ""


def read_yaml(text: str, name: str) -> Located:
    """Parse YAML (or JSON, which is YAML) and remember the line of every part.

    Raises InvalidInput when the text is not YAML or a mapping has the same key twice.
    """
    loader: Any = _Loader(text)
    problems = Problems()
    lines: dict[PathInFile, int] = {}
    try:
        node = loader.get_single_node()
        data = _plain(node, loader, (), lines, problems, name) if node is not None else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        problems.add(
            f"{name}, line {line}",
            found=str(getattr(error, "problem", None) or "text that is not YAML"),
            expected="well-formed YAML or JSON",
            do="Check the indentation, the colons and the quotes around this line.",
        )
        data = None
    finally:
        loader.dispose()
    problems.refuse_if_any()
    return Located(name=name, data=data, lines=lines)


def _plain(
    node: Any, loader: Any, path: PathInFile, lines: dict[PathInFile, int], *rest: Any
) -> Any:
    problems, name = cast("tuple[Problems, str]", rest)
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [
            _plain(child, loader, (*path, i), lines, *rest) for i, child in enumerate(node.value)
        ]
    if not isinstance(node, yaml.MappingNode):
        if node.tag == _TEXT:  # most of our knowledge is text: no need to ask the loader
            return node.value
        return loader.construct_object(node, deep=True)
    out: dict[Hashable, Any] = {}
    for key_node, value_node in node.value:
        key = _key(key_node, loader)
        if key in out:
            problems.add(
                f"{name}, line {key_node.start_mark.line + 1}",
                found=f"the key {key} a second time",
                expected="each key once",
                do="Keep one of the two.",
            )
        out[key] = _plain(value_node, loader, (*path, key), lines, *rest)
        lines[(*path, key)] = key_node.start_mark.line + 1
    return out


def _key(node: Any, loader: Any) -> Any:
    """A key is what is written: YAML 1.1 reads the key `on` as true, and `no` as false."""
    if isinstance(node, yaml.ScalarNode) and node.tag in {_TEXT, _TRUTH}:
        return node.value
    return loader.construct_object(node, deep=True)


def check(adapter: TypeAdapter[T], located: Located, problems: Problems) -> T | None:
    """Return the data as the adapter's type, or None after adding every problem found in it."""
    try:
        return adapter.validate_python(located.data)
    except ValidationError as error:
        known = _keys(adapter)
        for detail in error.errors(include_url=False):
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
        found=f"{detail['input']!r} for {dotted}",
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
}


def _bare(message: str) -> str:
    return message.removeprefix("Input should be ").removeprefix("Value error, ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table: its line number in the file, and its cells by column."""

    name: str
    number: int
    cells: Mapping[str, str]

    @property
    def where(self) -> str:
        return f"{self.name}, row {self.number}"


def read_csv(
    text: str, name: str, columns: Sequence[str], problems: Problems, optional: Sequence[str] = ()
) -> tuple[Row, ...]:
    """Return the rows of a comma-separated table whose header must be `columns` (in any order).

    Row numbers are those a spreadsheet shows: the header is row 1.
    """
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


def _header_fits(
    header: Sequence[str],
    name: str,
    columns: Sequence[str],
    optional: Sequence[str],
    problems: Problems,
) -> bool:
    before = len(problems.found)
    known = {*columns, *optional}
    for column in header:
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
    """Return the text of a file, or refuse it with what to do."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        found, do = "no such file", "Check the path."
    except IsADirectoryError:
        found, do = "a folder", "Name a file in it."
    except UnicodeDecodeError:
        found, do = "bytes that are not UTF-8", "Save the file as UTF-8."
    except PermissionError:
        found, do = "a file that may not be read", "Check its permissions."
    raise InvalidInput(
        [Problem(where=str(path), found=found, expected="a readable text file", do=do)]
    )
