"""How far a trial's result must move before another treatment is best."""

from dataclasses import dataclass
from math import isfinite

from assuage.nma.drawing import forest, versus
from assuage.nma.effects import Result
from assuage.nma.tables import Cell, Column, Table, decimals
from assuage.report.plots.forest import ForestRow
from assuage.report.plots.ink import Figure
from assuage.synthesis.classical.threshold import Threshold, Thresholds

_DRAWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionThresholds:
    """`found` holds each study's contrasts with what it takes to change the best treatment."""

    result: Result
    found: Thresholds

    @property
    def rows(self) -> tuple[Threshold, ...]:
        """The contrasts, the least robust first."""
        return tuple(sorted(self.found.contrasts, key=_reach))

    def table(self) -> Table:
        """Return the changes that make another treatment best (analysis scale)."""
        rows: list[dict[str, Cell]] = [
            {
                "study": row.study,
                "contrast": versus(row.treatment, row.baseline),
                "estimate": row.estimate,
                "low": row.low,
                "best_below": row.best_below,
                "high": row.high,
                "best_above": row.best_above,
            }
            for row in self.rows
        ]
        return Table(
            title=f"What keeps {self.found.best} best: changes of a trial's result that end it",
            columns=(
                Column(key="study", title="Study", align="left"),
                Column(key="contrast", title="Contrast", align="left"),
                Column(key="estimate", title="Result", show=decimals(2)),
                Column(key="low", title="Fall by", show=decimals(2)),
                Column(key="best_below", title="then best", align="left"),
                Column(key="high", title="Rise by", show=decimals(2)),
                Column(key="best_above", title="then best", align="left"),
            ),
            rows=tuple(rows),
            notes=("Analysis scale (log for ratios); –: no change ends it; τ² held.",),
        )

    def plot(self) -> Figure:
        """Draw, for the least robust contrasts, the results between which the best stays best."""
        ends = [abs(end) for row in self.rows for end in (row.low, row.high) if isfinite(end)]
        far = 10 * max(ends, default=1.0)
        rows = [
            ForestRow(
                label=f"{row.study}: {versus(row.treatment, row.baseline)}",
                estimate=row.estimate,
                low=row.estimate + max(row.low, -far),
                high=row.estimate + min(row.high, far),
                note=_then(row),
            )
            for row in self.rows[:_DRAWN]
        ]
        title = f"Results of trials that leave {self.found.best} best"
        subtitle = (f"The {len(rows)} contrasts that would change it soonest.",)
        return forest(
            rows,
            self.result.measure,
            title,
            subtitle=subtitle,
            note="Then best",
            interval="unchanged",
        )


def _reach(row: Threshold) -> float:
    return min(-row.low, row.high)


def _then(row: Threshold) -> str:
    nearer = row.best_below if -row.low < row.high else row.best_above
    return nearer or ""
