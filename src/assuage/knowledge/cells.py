"""Read the cells of one table row strictly: each wrong cell is a problem, none stops the reading.

A wrong cell gives a stand-in value. It is never seen: the reader refuses the whole input when
any problem was found.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from assuage.knowledge.reading import Problems, Row, nearest

MOST_DIGITS = 12
"""Of a count. There are ten digits in the number of people on earth."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of `row`; what is wrong with them goes to `problems`."""

    row: Row
    problems: Problems

    def text(self, column: str) -> str:
        """Return the cell as it stands; an absent optional column is an empty cell."""
        return self.row.cells.get(column, "")

    def wrong(self, column: str, *, expected: str, do: str) -> None:
        """Say that a cell is wrong, quoting it."""
        value = self.text(column)
        found = f"{value!r} for {column}" if value else f"no {column}"
        self.problems.add(self.row.where, found=found, expected=expected, do=do)

    def filled(self, column: str) -> str:
        """Return a cell that must not be empty."""
        if not self.text(column):
            self.wrong(column, expected=f"a value for {column}", do="Fill the cell.")
        return self.text(column)

    def empty(self, column: str, *, because: str) -> None:
        """Refuse a cell that must be empty."""
        if self.text(column):
            self.wrong(column, expected=f"an empty cell, {because}", do="Empty the cell.")

    def one_of(self, column: str, known: Collection[str], *, do: str = "Correct it.") -> str:
        """Return a cell that must be one of a few words."""
        if (value := self.text(column)) not in known:
            hint = nearest(value, known) if value else ""
            self.wrong(column, expected="one of " + ", ".join(known) + hint, do=do)
        return value

    def id_in(self, column: str, known: Collection[str] | None, *, table: str) -> str:
        """Return an id that must stand in another table (None: that table could not be read)."""
        value = self.text(column)
        if known is not None and value not in known:
            hint = nearest(value, known) if value else ""
            self.wrong(
                column,
                expected=f"an id in {table}{hint}",
                do=f"Correct the id, or add it to {table}.",
            )
        return value

    def yes_or_no(self, column: str) -> bool:
        return self.one_of(column, ("yes", "no")) == "yes"

    def integer(self, column: str, *, low: int = 0) -> int:
        """Return a whole number of at least `low`."""
        value = self.text(column)
        short = len(value) <= MOST_DIGITS
        if short and value.isascii() and value.isdigit() and int(value) >= low:
            return int(value)
        below = "" if short else f", with at most {MOST_DIGITS} digits"
        expected = f"a whole number of {low} or more{below}"
        self.wrong(column, expected=expected, do="Correct the number.")
        return low

    def integer_or_none(self, column: str, *, low: int = 0) -> int | None:
        return self.integer(column, low=low) if self.text(column) else None

    def number(self, column: str, *, above: float = -math.inf, up_to: float = math.inf) -> float:
        """Return a finite number greater than `above`, and no larger than `up_to` either way."""
        try:
            value = float(self.text(column))
        except ValueError:
            value = math.nan
        if math.isfinite(value) and value > above and abs(value) <= up_to:
            return value
        limit = f" above {above:g}" if math.isfinite(above) else ""
        limit += f" up to {up_to:g}" if abs(value) > up_to else ""
        self.wrong(column, expected=f"a number{limit}", do="Correct the number.")
        return math.nan

    def number_or_none(self, column: str, *, above: float = -math.inf) -> float | None:
        return self.number(column, above=above) if self.text(column) else None

    def percent(self, column: str, *, or_below: bool = False) -> float:
        """Return a percentage from 0 to 100; with `or_below`, also one printed as <1."""
        text = self.text(column)
        if or_below:
            text = text.removeprefix("<")
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if 0 <= value <= 100:
            return value
        also = ", or one such as <1" if or_below else ""
        self.wrong(column, expected=f"a percentage from 0 to 100{also}", do="Correct it.")
        return math.nan

    def dose_or_none(self, column: str) -> Decimal | None:
        """Return a dose in mg/day, exact, or None for an empty cell."""
        if not self.text(column):
            return None
        try:
            value = Decimal(self.text(column))
        except InvalidOperation:
            value = Decimal("NaN")
        if value.is_finite() and value > 0:
            return value
        self.wrong(column, expected="a dose in mg/day above 0", do="Correct the dose.")
        return None
