"""Direct against indirect evidence by refitting: node-splitting, classical and Bayesian."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assuage.nma.drawing import Z95, forest, shown, versus
from assuage.nma.effects import Result
from assuage.nma.tables import Answer, Column, Table, effect_places, p_value
from assuage.report.plots.forest import ForestRow, Kind
from assuage.report.plots.ink import Figure
from assuage.synthesis.classical.side import BayesianSplit, SideSplit

SplitMethod = Literal["SIDE", "SIDDE", "Bayes"]
Span = tuple[float, float, float]
"""Estimate, lower and upper limit."""
_HOW: dict[SplitMethod, str] = {
    "SIDE": "SIDE: one refitted model for each comparison (node-splitting by least squares).",
    "SIDDE": "SIDDE: indirect evidence from trials of other designs alone.",
    "Bayes": "Node-splitting by Bayes, under the prior of the network; p is two-sided.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSplit:
    """treatment1 minus treatment2 from `studies` trials of the two and from the others, each with
    its 95% interval, on the analysis scale."""

    treatment1: str
    treatment2: str
    studies: int
    direct: Span
    indirect: Span
    difference: Span
    p: float


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class NodeSplits(Answer):
    """Every comparison that has both direct and indirect evidence."""

    result: Result
    method: SplitMethod
    rows: tuple[NodeSplit, ...]

    def table(self) -> Table:
        """Return the comparisons, smallest p first; ratios as ratios."""
        measure = self.result.measure
        show = effect_places(measure)
        ratio = "Ratio" if measure in {"OR", "RR", "IRR"} else "Difference"
        return Table(
            title="Direct against indirect evidence, smallest p first",
            columns=(
                Column(key="comparison", title="Comparison", align="left"),
                Column(key="trials", title="Trials"),
                Column(key="direct", title="Direct", show=show),
                Column(key="indirect", title="Indirect", show=show),
                Column(key="difference", title=ratio, show=show),
                Column(key="low", title="95% from", show=show),
                Column(key="high", title="to", show=show),
                Column(key="p", title="p", show=p_value),
            ),
            rows=tuple(
                {
                    "comparison": versus(row.treatment1, row.treatment2),
                    "trials": row.studies,
                    "direct": shown(row.direct[0], measure),
                    "indirect": shown(row.indirect[0], measure),
                    "difference": shown(row.difference[0], measure),
                    "low": shown(row.difference[1], measure),
                    "high": shown(row.difference[2], measure),
                    "p": row.p,
                }
                for row in sorted(self.rows, key=lambda row: row.p)
            ),
            notes=(_HOW[self.method],),
        )

    def plot(self) -> Figure:
        """Draw direct and indirect estimates of each comparison, smallest p first."""
        rows: list[ForestRow] = []
        for row in sorted(self.rows, key=lambda row: row.p):
            p = p_value(row.p)
            head = f"{versus(row.treatment1, row.treatment2)}, p {p if p[0] == '<' else '= ' + p}"
            rows.append(ForestRow(label=head, kind="heading"))
            rows += [_drawn("direct", row.direct), _drawn("indirect", row.indirect)]
        interval = "95% CrI" if self.method == "Bayes" else "95% CI"
        return forest(rows, self.result.measure, "Direct and indirect evidence", interval=interval)


def _drawn(kind: Kind, span: Span) -> ForestRow:
    return ForestRow(label=kind, kind=kind, estimate=span[0], low=span[1], high=span[2])


def classical_rows(found: Sequence[SideSplit]) -> tuple[NodeSplit, ...]:
    """Return splits by least squares as rows."""

    def span(estimate: float, se: float) -> Span:
        return estimate, estimate - Z95 * se, estimate + Z95 * se

    return tuple(
        NodeSplit(
            treatment1=s.treatment1,
            treatment2=s.treatment2,
            studies=s.studies,
            direct=span(s.direct, s.se_direct),
            indirect=span(s.indirect, s.se_indirect),
            difference=span(s.difference, s.se_difference),
            p=s.p,
        )
        for s in found
    )


def bayesian_rows(found: Sequence[BayesianSplit]) -> tuple[NodeSplit, ...]:
    """Return Bayesian splits as rows: posterior medians with central intervals."""
    return tuple(
        NodeSplit(
            treatment1=s.treatment1,
            treatment2=s.treatment2,
            studies=s.studies,
            direct=(s.direct.quantile(0.5), *s.direct.interval()),
            indirect=(s.indirect.quantile(0.5), *s.indirect.interval()),
            difference=(s.difference.quantile(0.5), *s.interval()),
            p=s.p,
        )
        for s in found
    )
