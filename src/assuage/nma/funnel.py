"""The comparison-adjusted funnel: trials of all comparisons in one, each less its comparison."""

from collections.abc import Sequence
from dataclasses import dataclass

from assuage.evidence.network import StudyContrasts
from assuage.nma.effects import Result
from assuage.nma.heterogeneity import comparisons
from assuage.nma.tables import Column, Table, decimals
from assuage.report.plots.funnel import FunnelRow, funnel_spec
from assuage.report.plots.ink import Figure
from assuage.synthesis.splits import Split


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """Each comparison of each trial, centred on the direct estimate of that comparison."""

    result: Result
    rows: tuple[FunnelRow, ...]

    def table(self) -> Table:
        """Return the rows, on the analysis scale."""
        return Table(
            title="Comparison-adjusted funnel",
            columns=(
                Column(key="study", title="Study", align="left"),
                Column(key="comparison", title="Comparison", align="left"),
                Column(key="centred", title="Centred effect", show=decimals(3)),
                Column(key="se", title="Standard error", show=decimals(3)),
            ),
            rows=tuple(
                {
                    "study": row.study,
                    "comparison": f"{row.treatment1} vs {row.treatment2}",
                    "centred": row.centred,
                    "se": row.se,
                }
                for row in self.rows
            ),
        )

    def plot(self) -> Figure:
        """Draw the funnel, with lines that hold 95% of trials where only chance acts."""
        return Figure(vega=funnel_spec(self.rows, measure=self.result.measure))


def centred_effects(
    studies: Sequence[StudyContrasts], splits: Sequence[Split], order: Sequence[str]
) -> tuple[FunnelRow, ...]:
    """Return every comparison of every trial, earlier minus later in `order`, less the pooled
    direct estimate of that comparison."""
    position = {name: i for i, name in enumerate(order)}
    direct = {(s.treatment1, s.treatment2): s.direct for s in splits}
    out: list[FunnelRow] = []
    for study in studies:
        pairs = comparisons(study, lambda a, b: position[a] < position[b])
        for first, second, estimate, se in pairs:
            pooled = direct.get((first, second))
            if pooled is None:
                pooled = -direct[second, first]
            row = FunnelRow(
                study=study.study,
                treatment1=first,
                treatment2=second,
                centred=estimate - pooled,
                se=se,
            )
            out.append(row)
    return tuple(sorted(out, key=lambda r: (position[r.treatment1], position[r.treatment2])))
