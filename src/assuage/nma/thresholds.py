"""How far a trial's result must move before another treatment is best."""

from dataclasses import dataclass
from math import inf, isfinite

from assuage.nma.drawing import versus
from assuage.nma.effects import Result
from assuage.nma.tables import Answer, Cell, Column, Table, decimals
from assuage.report.plots.forest import ForestRow, ForestWords, forest_spec
from assuage.report.plots.ink import Figure
from assuage.synthesis.classical.threshold import Threshold, Thresholds

_DRAWN = 12


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DecisionThresholds(Answer):
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
        drawn = [row for row in self.rows if isfinite(_reach(row))][:_DRAWN]
        far = 1.5 * max((_reach(row) for row in drawn), default=1.0)
        rows = [
            ForestRow(
                label=f"{row.study}: {versus(row.treatment, row.baseline)}",
                estimate=row.estimate,
                low=row.estimate + row.low if -row.low < far else -inf,
                high=row.estimate + row.high if row.high < far else inf,
                said=_said(row),
            )
            for row in drawn
        ]
        words = ForestWords(
            title=f"Results of trials that leave {self.found.best} best",
            subtitle=(f"The {len(rows)} contrasts that would change it soonest.",),
            effect="It would take",
            axis="Result of the trial (analysis scale)",
            interval="and then be best",
        )
        return Figure(vega=forest_spec(rows, measure="MD", words=words))


def _reach(row: Threshold) -> float:
    return min(-row.low, row.high)


def _said(row: Threshold) -> str:
    falls = -row.low < row.high
    change, best = (row.low, row.best_below) if falls else (row.high, row.best_above)
    return f"{'a fall' if falls else 'a rise'} of {abs(change):.2f} ({best})"
