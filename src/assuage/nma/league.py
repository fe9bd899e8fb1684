"""The league table: every pair of treatments in one square."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assuage.errors import NetworkError
from assuage.evidence.network import Measure
from assuage.nma.effects import Result
from assuage.nma.tables import Answer, Cell, Column, Table, interval_text, plain
from assuage.report.plots.forest import printed
from assuage.report.plots.ink import Figure
from assuage.report.plots.league import LeagueCell, Part, league_spec
from assuage.synthesis.classical import league as classical

_ESTIMATE = re.compile(r"([−\d.]+) \(([^()]* to [^()]*)\)")
_SIDES = (
    "Below the diagonal: network, column against row. Above: direct trials, row against column."
)
_OUTCOMES = "Below the diagonal: column against row. Above: {second}, row against column."


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class League(Answer):
    """`cells` off the diagonal, on the analysis scale; `order` runs down and across.

    Every cell is the treatment that stands earlier in the order minus the later one. With a
    `second` outcome, its network estimates stand above the diagonal instead of direct ones.
    """

    result: Result
    order: tuple[str, ...]
    cells: tuple[LeagueCell, ...]
    second: Result | None = None

    def table(self) -> Table:
        """Return the square: treatments on the diagonal, estimates with intervals off it."""
        n = len(self.order)
        square: list[list[str]] = [[""] * n for _ in range(n)]
        for i, name in enumerate(self.order):
            square[i][i] = name
        for cell in self.cells:
            if cell.estimate is not None:
                measure = self._measure(cell)
                span = interval_text(cell.low, cell.high, measure)
                square[cell.row][cell.column] = f"{printed(cell.estimate, measure)} ({span})"
            else:
                square[cell.row][cell.column] = "–"
        rows: list[dict[str, Cell]] = [dict(zip(self.order, line, strict=True)) for line in square]
        return Table(
            title=f"League table: {self._named()}, best first",
            columns=tuple(
                Column(key=name, title="", show=_two_lines, align="center") for name in self.order
            ),
            rows=tuple(rows),
            notes=(self._sides(), *self._direct_note(), *self.result.notes),
        )

    def _measure(self, cell: LeagueCell) -> Measure:
        above = self.second is not None and cell.part == "second"
        return self.second.measure if self.second and above else self.result.measure

    def _named(self) -> str:
        one = f"{self.result.measure} ({self.result.interval})"
        return one if self.second is None else f"{one}, above it {self.second.measure}"

    def _sides(self) -> str:
        return _SIDES if self.second is None else _OUTCOMES.format(second=self.second.name)

    def _direct_note(self) -> tuple[str, ...]:
        bayes = self.result.interval.endswith("CrI") and self.second is None
        return ("Direct: 95% CI at the posterior median of τ.",) if bayes else ()

    def plot(self) -> Figure:
        """Draw the square as a heat map. NetworkError for outcomes on two scales."""
        if self.second is not None and self.second.measure != self.result.measure:
            raise NetworkError(
                f"One heat map cannot colour {self.result.measure} and {self.second.measure}: draw "
                "a league of each, or print the table."
            )
        spec = league_spec(
            self.cells,
            self.order,
            measure=self.result.measure,
            subtitle=(self._sides(), *self._direct_note(), "Pale: the interval holds no effect."),
        )
        return Figure(vega=spec)


def _two_lines(value: Cell) -> str:
    """An estimate above its interval; a name as it stands."""
    found = _ESTIMATE.fullmatch(plain(value))
    return f"{found[1]}\n{found[2]}" if found else plain(value)


def league_cells(table: classical.LeagueTable) -> tuple[LeagueCell, ...]:
    """Return two cells for each pair, the better treatment minus the worse in both; a cell without
    evidence has no numbers."""
    order = table.order
    found = {(cell.row, cell.column): cell for cell in (*table.lower, *table.upper)}
    above: Part = "second" if table.two_outcomes else "direct"
    return tuple(
        _drawn(found.get((order[at[0]], order[at[1]])), order, at, above)
        for i in range(len(order))
        for j in range(i + 1, len(order))
        for at in ((i, j), (j, i))
    )


def _drawn(
    found: classical.LeagueCell | None, order: Sequence[str], at: tuple[int, int], above: Part
) -> LeagueCell:
    row, column = at
    return LeagueCell(
        row=row,
        column=column,
        treatment1=order[min(at)],
        treatment2=order[max(at)],
        part="network" if row > column else above,
        estimate=found.estimate if found else None,
        low=found.low if found else None,
        high=found.high if found else None,
    )
