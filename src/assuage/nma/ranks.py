"""Which treatment is best, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass

from assuage.errors import NetworkError
from assuage.nma.effects import Result
from assuage.nma.tables import Answer, Cell, Column, Table, decimals, percent
from assuage.report.plots.ink import Figure
from assuage.report.plots.rankogram import RankRow, rank_rows, rankogram_spec
from assuage.synthesis.classical.rank_probability import Estimated, rank_probabilities, scores


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Ranks(Answer):
    """`scores` are P-scores or SUCRA (0 to 1); `probabilities` those of rank 1, 2 and so on.

    With an `important_difference` (analysis scale) a treatment counts as better only when it is so
    by more than that; scores then no longer average one half. Probabilities of ranks know no such
    difference.
    """

    result: Result
    scores: Mapping[str, float]
    probabilities: Mapping[str, tuple[float, ...]]
    important_difference: float = 0.0

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
                f"{name}: mean probability of being {self._better()}, {better} values "
                f"desirable; {self._said()}.",
            ),
        )

    def _better(self) -> str:
        by = f" by more than {self.important_difference:g}" if self.important_difference else ""
        return f"better{by} than another treatment"

    def _said(self) -> str:
        if self.important_difference:
            return "the difference is on the analysis scale (log for ratios)"
        return "it says nothing of how much better"

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


def ranks_of(
    result: Result,
    estimated: Estimated,
    important_difference: float = 0.0,
    *,
    known: Mapping[str, float] | None = None,
) -> Ranks:
    """Return the ranks that a fit, or a posterior's effects, imply; `known` are scores that the
    engine gave already (without an important difference).

    Raises NetworkError for an effect that is not identified, and for a difference below zero.
    """
    if not important_difference >= 0:
        raise NetworkError(
            "An important difference is zero or above, on the analysis scale (log for ratios), "
            f"not {important_difference:g}."
        )
    small_values = result.small_values
    own = known
    if own is None or important_difference:
        own = scores(estimated, small_values, important_difference=important_difference)
    found = rank_probabilities(estimated, small_values)
    rows = (tuple(row) for row in found.probabilities.tolist())
    return Ranks(
        result=result,
        scores=dict(own),
        probabilities=dict(sorted(zip(found.treatments, rows, strict=True))),
        important_difference=important_difference,
    )
