"""A table that prints: plain rows underneath, set in columns for people."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import Literal

from rich.console import Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from assuage.evidence.network import Measure
from assuage.report.plots.forest import printed
from assuage.report.text import QUIET, render, text

Cell = str | int | float | bool | None
WIDTH = 100


def plain(value: Cell) -> str:
    """A word or a whole number as it stands; nothing for what does not exist."""
    return "" if value is None else str(value)


def decimals(places: int) -> Callable[[Cell], str]:
    """Return a printer of numbers with so many decimals and a true minus."""

    def show(value: Cell) -> str:
        if not isinstance(value, int | float) or not isfinite(value):
            return "" if value is None else "–"
        shown = f"{value:.{places}f}"
        if not any(c in "123456789" for c in shown):
            shown = shown.removeprefix("-")
        return shown.replace("-", "−")

    return show


def percent(value: Cell) -> str:
    return f"{value:.0%}" if isinstance(value, int | float) and isfinite(value) else ""


def p_value(value: Cell) -> str:
    if not isinstance(value, int | float) or not isfinite(value):
        return "" if value is None else "–"
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def effect_places(measure: Measure) -> Callable[[Cell], str]:
    """Return a printer of effects that are already on the scale that readers use."""
    return decimals(3 if measure == "RD" else 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: the key of its cells in the rows, its heading, and how a cell is printed."""

    key: str
    title: str
    show: Callable[[Cell], str] = plain
    align: Literal["left", "center", "right"] = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows by key, at full precision, with the columns that show them.

    Effects are on the scale that readers use: ratios as ratios, not logarithms. Keys without a
    column are in `to_dicts()` and `to_csv()` all the same.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Cell], ...]
    notes: tuple[str, ...] = ()

    def to_dicts(self) -> list[dict[str, Cell]]:
        """Return the rows as plain dicts, ready for a data frame."""
        return [dict(row) for row in self.rows]

    def to_csv(self, path: str | Path | None = None) -> str:
        """Return the rows as CSV, all digits, with a header; also write it when `path` is given.

        A cell that a spreadsheet would run as a formula is preceded by an apostrophe.
        """
        out = StringIO()
        keys = list(self.rows[0]) if self.rows else [column.key for column in self.columns]
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([_inert(key) for key in keys])
        writer.writerows([_inert(row.get(key)) for key in keys] for row in self.rows)
        if path is not None:
            Path(path).write_text(out.getvalue(), encoding="utf-8")
        return out.getvalue()

    def __str__(self) -> str:
        """The table in at most `WIDTH` columns, or as many as a square of estimates needs."""
        widths = (
            max(len(line) for row in self.rows for line in c.show(row.get(c.key)).split("\n")) + 2
            for c in self.columns
            if c.align == "center" and self.rows
        )
        return render(self.__rich__(), width=max(WIDTH, sum(widths)))

    def __rich__(self) -> RenderableType:
        table = RichTable(
            box=None,
            padding=(0, 2, 0, 0),
            pad_edge=False,
            header_style="bold",
            show_header=any(column.title for column in self.columns),
        )
        for column in self.columns:
            fold = column.align == "left"
            table.add_column(
                text(column.title),
                justify=column.align,
                no_wrap=not fold and len(self.columns) < 9,
                overflow="fold",
            )
        for row in self.rows:
            table.add_row(*(_lines(c.show(row.get(c.key))) for c in self.columns))
        notes = [Text(note, style=QUIET) for note in self.notes]
        return Group(text((self.title, "bold")), table, *notes)

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(column.title)}</th>" for column in self.columns)
        body = "".join(
            "<tr>"
            + "".join(
                f'<td style="text-align:{c.align};white-space:pre-line">'
                f"{escape(c.show(row.get(c.key)))}</td>"
                for c in self.columns
            )
            + "</tr>"
            for row in self.rows
        )
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        caption = f"<caption>{escape(self.title)}</caption>"
        return f"<table>{caption}<tr>{head}</tr>{body}</table>{notes}"


def _lines(shown: str) -> Text:
    return Text("\n").join(text(line) for line in shown.split("\n"))


def _inert(value: Cell) -> Cell:
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "@", "\t"} else value


def interval_text(low: float | None, high: float | None, measure: Measure) -> str:
    """Return an interval of the analysis scale as readers see it."""
    if low is None or high is None:
        return ""
    return f"{printed(low, measure)} to {printed(high, measure)}"


class Answer:
    """What a fit says to one question: it prints, and shows in a notebook, as its table."""

    __slots__ = ()

    def table(self) -> Table:
        raise NotImplementedError

    def __str__(self) -> str:
        return str(self.table())

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()  # pyright: ignore[reportPrivateUsage]
