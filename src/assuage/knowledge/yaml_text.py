"""Parse YAML (or JSON, which is YAML) from anyone, and remember the line of every part.

Files come from people and from other programs, so nothing in them may cost more than it is worth:
size, nesting and length of a value are bounded before anything is built, and a part that refers
to another (an alias, which can stand for millions of values) is refused.
"""

from collections.abc import Hashable
from typing import Any, cast

import yaml

from assuage.knowledge.reading import Located, PathInFile, Problems

LARGEST = 1_000_000
"""Characters in a file. A patient file has a few thousand."""
DEEPEST = 30
"""Lists and mappings within each other. Our own files need 6."""
LONGEST = 100
"""Characters of a value that is not text: a number, a day, yes or no."""

_TEXT, _DAY = "tag:yaml.org,2002:str", "tag:yaml.org,2002:timestamp"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
"""What PyYAML raises for a day such as 2026-13-45, or a value that does not fit its tag."""


def read_yaml(text: str, name: str) -> Located:
    """Return the text's data, each part with its line. `name` is how problems call the file.

    Raises InvalidInput when the text is not YAML, goes beyond the bounds, has the same key twice
    in a mapping, or a value that nothing can be made of.
    """
    problems = Problems()
    _refuse_too_large(text, name, problems)
    _refuse_odd_characters(text, name, problems)
    lines: dict[PathInFile, int] = {}
    data: Any = None
    try:
        _refuse_beyond_bounds(text, name, problems)
        data = _read(text, lines, problems, name)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        problems.add(
            f"{name}, line {line}",
            found=str(getattr(error, "problem", None) or "text that is not YAML"),
            expected="well-formed YAML or JSON",
            do="Check the indentation, the colons and the quotes around this line.",
        )
    problems.refuse_if_any()
    return Located(name=name, data=data, lines=lines)


def _refuse_too_large(text: str, name: str, problems: Problems) -> None:
    if len(text) > LARGEST:
        problems.add(
            name,
            found=f"{len(text):,} characters",
            expected=f"at most {LARGEST:,}",
            do="Is this the right file? Keep only what the file is for.",
        )
        problems.refuse_if_any()


def _refuse_odd_characters(text: str, name: str, problems: Problems) -> None:
    """Name the line of a control character; the parser would only say that there is one."""
    odd = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if odd is not None:
        line = text.count("\n", 0, odd.start()) + 1
        problems.add(
            f"{name}, line {line}",
            found=f"the character {odd[0]!a}, which cannot be printed",
            expected="plain text (UTF-8)",
            do="Remove it, or save the file as UTF-8 text.",
        )
        problems.refuse_if_any()


def _refuse_beyond_bounds(text: str, name: str, problems: Problems) -> None:
    """Look at the parser's events as they come, before anything is built from them."""
    depth = 0
    parser: Any = yaml
    for event in parser.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        anchor = getattr(event, "anchor", None)
        if depth > DEEPEST:
            found, expected = "lists within lists", f"at most {DEEPEST} within each other"
            do = "Is this the right file? Close the brackets."
        elif anchor is not None:
            mark = "*" if isinstance(event, yaml.AliasEvent) else "&"
            found, expected = f"{mark}{anchor}, a reference", "each value written where it belongs"
            do = "Write the value out, or put text that begins so in quotes."
        else:
            continue
        problems.add(f"{name}, line {_line(event)}", found=found, expected=expected, do=do)
        problems.refuse_if_any()


def _line(part: Any) -> int:
    return part.start_mark.line + 1


def _read(text: str, lines: dict[PathInFile, int], problems: Problems, name: str) -> Any:
    loader: Any = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        return _plain(node, loader, (), lines, problems, name)
    finally:
        loader.dispose()


def _plain(
    node: Any, loader: Any, path: PathInFile, lines: dict[PathInFile, int], *rest: Any
) -> Any:
    problems, name = cast("tuple[Problems, str]", rest)
    lines[path] = _line(node)
    if isinstance(node, yaml.SequenceNode):
        return [
            _plain(child, loader, (*path, i), lines, *rest) for i, child in enumerate(node.value)
        ]
    if not isinstance(node, yaml.MappingNode):
        if node.tag == _TEXT:  # most of our knowledge is text: no need to ask the loader
            return node.value
        return _value(node, loader, problems, name)
    out: dict[Hashable, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            problems.add(
                f"{name}, line {_line(key_node)}",
                found="a list or a mapping in the place of a key",
                expected="a word before the colon",
                do="Check the brackets and the colons of this line.",
            )
            continue
        key = key_node.value  # as written: YAML 1.1 reads the key `on` as true, and `no` as false
        if key in out:
            problems.add(
                f"{name}, line {_line(key_node)}",
                found=f"the key {key} a second time",
                expected="each key once",
                do="Keep one of the two.",
            )
        out[key] = _plain(value_node, loader, (*path, key), lines, *rest)
        lines[(*path, key)] = _line(key_node)
    return out


def _value(node: Any, loader: Any, problems: Problems, name: str) -> Any:
    """Return a number, a day, yes, no or nothing; a problem when it looks like one and is none."""
    written = str(node.value)
    if len(written) <= LONGEST:
        try:
            return loader.construct_object(node, deep=True)
        except _UNREADABLE:
            if node.tag == _DAY:  # 30 February: what is read for a day refuses it, with all else
                return written
    shown = written if len(written) <= LONGEST else f"{written[:20]}... ({len(written)} characters)"
    problems.add(
        f"{name}, line {_line(node)}",
        found=shown or "nothing",
        expected="a number, a day, yes, no, or text",
        do="Correct it, or put it in quotes if it is text.",
    )
    return None
