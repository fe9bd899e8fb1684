"""Building blocks of terminal reports: they keep within the width and mean the same unstyled.

Text goes through `Text` and never through rich's markup, so that a name with brackets prints as
it is, and control characters never reach the terminal.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Literal

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from assuage.provenance import Source, Stamp
from assuage.report.wording import printable

Piece = str | tuple[str, str]
ACCENT = "bold cyan"
QUIET = "dim"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of fixed width, so that rows printed apart still stand under each other."""

    width: int
    align: Literal["left", "right"] = "left"


def text(*pieces: Piece) -> Text:
    """Join pieces, each plain or with a style, into one line that may wrap."""
    out = Text(overflow="fold")
    for piece in pieces:
        content, style = (piece, "") if isinstance(piece, str) else piece
        out.append(printable(content), style or None)
    return out


def spaced(*pieces: Piece) -> Text:
    """Join the pieces that are not empty with single spaces."""
    kept: list[Piece] = []
    for piece in pieces:
        if (piece if isinstance(piece, str) else piece[0]).strip():
            kept += [" ", piece] if kept else [piece]
    return text(*kept)


def indented(content: RenderableType, left: int) -> Padding:
    return Padding(content, (0, 0, 0, left))


def hanging(mark: Piece, content: Text, *, left: int = 0, width: int = 2) -> RenderableType:
    """Return a mark and a text whose further lines stand under its first."""
    table = Table.grid(padding=0)
    table.add_column(width=width, no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(text(mark), content)
    return indented(table, left)


def line_of(cells: Sequence[Text | str], columns: Sequence[Column], *, gap: int = 2) -> Table:
    """Return one row of a table; its widths are the columns', whatever it holds."""
    table = Table.grid(padding=(0, gap, 0, 0), pad_edge=False)
    for column in columns:
        table.add_column(width=column.width, justify=column.align, overflow="fold")
    table.add_row(*(text(cell) if isinstance(cell, str) else cell for cell in cells))
    return table


def chapter(title: str) -> Iterable[RenderableType]:
    """Start a part of the report: a blank line, a rule and the title."""
    yield Text("")
    yield Rule(Text(title, style="bold"), align="left", style=ACCENT, characters="─")


def stamp_line(stamp: Stamp) -> str:
    return (
        f"assuage {stamp.software} · knowledge {stamp.knowledge} · "
        f"evidence release {stamp.release} · {stamp.today.isoformat()}"
    )


def sources_list(numbered: Iterable[tuple[int, Source]]) -> Iterable[RenderableType]:
    for number, source in numbered:
        yield hanging(str(number), spaced(source.title, (source.url, QUIET)), width=4)


def render(content: RenderableType, *, width: int = 100, colour: bool = False) -> str:
    """Return a report as text of at most `width` columns, without ANSI codes unless asked for."""
    console = Console(
        file=StringIO(),
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
        highlight=False,
    )
    with console.capture() as captured:
        console.print(content)
    return "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"
