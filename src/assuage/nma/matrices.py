"""What stands behind each comparison: contributions, net heat, and ways of the evidence."""

from dataclasses import dataclass
from math import isnan

from assuage.nma.drawing import versus
from assuage.nma.effects import Result
from assuage.nma.tables import Answer, Cell, Column, Table, decimals, percent
from assuage.report.plots.bars import BarRow, bars_spec
from assuage.report.plots.ink import Figure
from assuage.report.plots.matrices import (
    ContributionCell,
    NetHeatCell,
    contribution_spec,
    net_heat_spec,
)
from assuage.synthesis.classical.contribution import Contributions
from assuage.synthesis.classical.measures import ComparisonMeasures
from assuage.synthesis.classical.net_heat import DesignContrast, NetHeat, display_order


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ContributionMatrix(Answer):
    """`shares` holds how much each direct comparison, and each trial, contributes to each network
    estimate."""

    result: Result
    shares: Contributions

    @property
    def rows(self) -> tuple[ContributionCell, ...]:
        """Each network estimate with each direct comparison."""
        own = self.shares
        return tuple(
            ContributionCell(row=versus(*row), column=versus(*column), share=share)
            for row, shares in zip(own.comparisons, own.values.tolist(), strict=True)
            for column, share in zip(own.direct, shares, strict=True)
        )

    def table(self) -> Table:
        """Return each network estimate with each direct comparison, the largest share first."""
        names = [versus(*pair) for pair in self.shares.direct]
        return self._table(names, self.shares.values.tolist(), "direct comparison")

    def studies(self) -> Table:
        """Return each network estimate with each trial, the largest share first."""
        return self._table(list(self.shares.studies), self.shares.by_study.tolist(), "trial")

    def plot(self) -> Figure:
        """Draw the shares of direct comparisons."""
        return Figure(vega=contribution_spec(self.rows, subtitle=(f"By {self.shares.method}.",)))

    def _table(self, names: list[str], shares: list[list[float]], what: str) -> Table:
        rows: list[dict[str, Cell]] = [
            {"estimate": versus(*pair), "from": name, "share": share}
            for pair, own in zip(self.shares.comparisons, shares, strict=True)
            for name, share in sorted(zip(names, own, strict=True), key=lambda cell: -cell[1])
        ]
        return Table(
            title=f"Share of each {what} in each network estimate",
            columns=(
                Column(key="estimate", title="Network estimate", align="left"),
                Column(key="from", title=what.capitalize(), align="left"),
                Column(key="share", title="Share", show=percent),
            ),
            rows=tuple(rows),
            notes=(f"By {self.shares.method}.",),
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class NetHeatMatrix(Answer):
    """`heat` is the net heat matrix: which designs disagree with which."""

    result: Result
    heat: NetHeat

    @property
    def rows(self) -> tuple[NetHeatCell, ...]:
        """Each design's contrast with each, alike ones side by side; columns whose design cannot
        be set free are left out."""
        order, heat = display_order(self.heat), self.heat
        names = [_named(row) for row in heat.rows]
        return tuple(
            NetHeatCell(
                row=names[i],
                column=names[j],
                contribution=abs(float(heat.hat[i, j])),
                change=float(heat.change[i, j]),
            )
            for i in order
            for j in order
            if not isnan(float(heat.change[i, j]))
        )

    def table(self) -> Table:
        """Return each design's contrast: its part of Q between designs, and which other design,
        set free, takes most of it away."""
        rows: list[dict[str, Cell]] = []
        designs = {_named(row): row.design for row in self.heat.rows}
        for i, own in enumerate(self.heat.rows):
            name = _named(own)
            others = [c for c in self.rows if c.row == name and designs[c.column] != own.design]
            cells = [c for c in others if c.change > 0]
            most = max(cells, key=lambda c: c.change, default=None)
            rows.append(
                {
                    "contrast": name,
                    "trials": own.studies,
                    "q": float(self.heat.q[i]),
                    "cause": most.column if most else None,
                    "falls": most.change if most else None,
                }
            )
        return Table(
            title="Inconsistency by design, largest first",
            columns=(
                Column(key="contrast", title="Contrast", align="left"),
                Column(key="trials", title="Trials"),
                Column(key="q", title="Part of Q", show=decimals(2)),
                Column(key="cause", title="Falls most without", align="left"),
                Column(key="falls", title="by", show=decimals(2)),
            ),
            rows=tuple(sorted(rows, key=lambda row: -float(row["q"] or 0))),
            notes=(f"τ {self.heat.tau2**0.5:.3f} held.",),
        )

    def plot(self) -> Figure:
        """Draw the net heat plot."""
        return Figure(vega=net_heat_spec(self.rows))


def _named(row: DesignContrast) -> str:
    pair = versus(row.treatment1, row.treatment2)
    return pair if len(row.design) == 2 else f"{pair} ({' : '.join(row.design)})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PathMeasures(Answer):
    """How directly, and over how many ways, the evidence for each comparison runs."""

    result: Result
    rows: tuple[ComparisonMeasures, ...]

    def table(self) -> Table:
        """Return the measures of every comparison."""
        return Table(
            title="Ways of the evidence",
            columns=(
                Column(key="comparison", title="Comparison", align="left"),
                Column(key="direct", title="Direct share", show=percent),
                Column(key="mean_path_length", title="Mean path length", show=decimals(2)),
                Column(key="parallelism", title="Least parallelism", show=decimals(2)),
                Column(key="parallelism_studies", title="by trial", show=decimals(2)),
            ),
            rows=tuple(
                {
                    "comparison": versus(row.treatment1, row.treatment2),
                    "direct": row.direct,
                    "mean_path_length": row.mean_path_length,
                    "parallelism": row.parallelism,
                    "parallelism_studies": row.parallelism_studies,
                }
                for row in self.rows
            ),
        )

    def plot(self) -> Figure:
        """Draw the share of direct evidence of every comparison."""
        bars = [BarRow(label=versus(r.treatment1, r.treatment2), share=r.direct) for r in self.rows]
        return Figure(vega=bars_spec(bars, title="Share of direct evidence"))
