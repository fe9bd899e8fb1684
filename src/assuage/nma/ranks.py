"""Which treatment is best, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass

from assuage.nma.effects import Result
from assuage.nma.tables import Cell, Column, Table, decimals, percent
from assuage.report.plots.ink import Figure
from assuage.report.plots.rankogram import RankRow, rank_rows, rankogram_spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """`scores` are P-scores or SUCRA (0 to 1); `probabilities` those of rank 1, 2 and so on."""

    result: Result
    scores: Mapping[str, float]
    probabilities: Mapping[str, tuple[float, ...]]

    @property
    def rows(self) -> tuple[RankRow, ...]:
        """Each treatment and rank, with its probability, best treatment first."""
        return rank_rows({name: self.probabilities[name] for name in self.result.order})

    def table(self) -> Table:
        """Return a row for each treatment, best first."""
        name = self.result.score_name
        better = "small" if self.result.small_values == "desirable" else "large"
        return Table(
            title="Ranks, best first",
            columns=(
                Column(key="treatment", title="Treatment", align="left"),
                Column(key="score", title=name, show=decimals(2)),
                Column(key="best", title="Best", show=percent),
                Column(key="among_best_three", title="Among best 3", show=percent),
                Column(key="mean_rank", title="Mean rank", show=decimals(1)),
            ),
            rows=tuple(self._row(treatment) for treatment in self.result.order),
            notes=(
                f"{name}: mean probability of being better than another treatment, {better} values "
                "desirable; it says nothing of how much better.",
            ),
        )

    def _row(self, treatment: str) -> dict[str, Cell]:
        own = self.probabilities[treatment]
        return {
            "treatment": treatment,
            "score": self.scores[treatment],
            "best": own[0],
            "among_best_three": sum(own[:3]),
            "mean_rank": sum(rank * p for rank, p in enumerate(own, start=1)),
        }

    def plot(self) -> Figure:
        """Draw the rankogram, single and cumulative."""
        return Figure(vega=rankogram_spec(self.rows, self.scores, score=self.result.score_name))
