"""The league table: every pair of treatments in one square."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assuage.nma.effects import Result, one_of
from assuage.nma.tables import Cell, Column, Table, interval_text, plain
from assuage.report.plots.forest import printed
from assuage.report.plots.ink import Figure
from assuage.report.plots.league import LeagueCell, league_spec
from assuage.synthesis.prediction import RelativeEffect
from assuage.synthesis.splits import Split

_ESTIMATE = re.compile(r"([−\d.]+) \(([^()]* to [^()]*)\)")
_Z95 = 1.959963984540054
_SIDES = (
    "Below the diagonal: network, column against row. Above: direct trials, row against column."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class League:
    """`cells` off the diagonal, on the analysis scale; `order` runs down and across.

    Every cell is the treatment that stands earlier in the order minus the later one.
    """

    result: Result
    order: tuple[str, ...]
    cells: tuple[LeagueCell, ...]

    def table(self) -> Table:
        """Return the square: treatments on the diagonal, estimates with intervals off it."""
        measure, n = self.result.measure, len(self.order)
        square: list[list[str]] = [[""] * n for _ in range(n)]
        for i, name in enumerate(self.order):
            square[i][i] = name
        for cell in self.cells:
            if cell.estimate is not None:
                span = interval_text(cell.low, cell.high, measure)
                square[cell.row][cell.column] = f"{printed(cell.estimate, measure)} ({span})"
            else:
                square[cell.row][cell.column] = "–"
        rows: list[dict[str, Cell]] = [dict(zip(self.order, line, strict=True)) for line in square]
        return Table(
            title=f"League table: {measure} ({self.result.interval}), best first",
            columns=tuple(
                Column(key=name, title="", show=_two_lines, align="center") for name in self.order
            ),
            rows=tuple(rows),
            notes=(_SIDES, *self._direct_note(), *self.result.notes),
        )

    def _direct_note(self) -> tuple[str, ...]:
        bayes = self.result.interval.endswith("CrI")
        return ("Direct: 95% CI at the posterior median of τ.",) if bayes else ()

    def plot(self) -> Figure:
        """Draw the square as a heat map."""
        spec = league_spec(
            self.cells,
            self.order,
            measure=self.result.measure,
            subtitle=(_SIDES, *self._direct_note(), "Pale: the interval holds no effect."),
        )
        return Figure(vega=spec)


def _two_lines(value: Cell) -> str:
    """An estimate above its interval; a name as it stands."""
    found = _ESTIMATE.fullmatch(plain(value))
    return f"{found[1]}\n{found[2]}" if found else plain(value)


def league_cells(
    pairs: Sequence[RelativeEffect], splits: Sequence[Split], order: Sequence[str]
) -> tuple[LeagueCell, ...]:
    """Return two cells for each pair, the better treatment minus the worse in both: below the
    diagonal the network's estimate, above it what trials of the two say themselves."""
    direct = {(s.treatment1, s.treatment2): s for s in splits}
    out: list[LeagueCell] = []
    for i, first in enumerate(order):
        for j in range(i + 1, len(order)):
            second = order[j]
            effect = one_of(pairs, first, second)
            own = _direct(direct, first, second)
            out += [
                LeagueCell(
                    row=i,
                    column=j,
                    treatment1=first,
                    treatment2=second,
                    part="direct",
                    estimate=own[0],
                    low=own[1],
                    high=own[2],
                ),
                LeagueCell(
                    row=j,
                    column=i,
                    treatment1=first,
                    treatment2=second,
                    part="network",
                    estimate=effect.estimate,
                    low=effect.low,
                    high=effect.high,
                ),
            ]
    return tuple(out)


def _direct(
    splits: dict[tuple[str, str], Split], first: str, second: str
) -> tuple[float | None, float | None, float | None]:
    sign, own = 1.0, splits.get((first, second))
    if own is None:
        sign, own = -1.0, splits.get((second, first))
    if own is None:
        return None, None, None
    middle, reach = sign * own.direct, _Z95 * own.se_direct
    return middle, middle - reach, middle + reach
