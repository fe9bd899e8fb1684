"""Do the trials agree: within and between designs, and direct with indirect evidence."""

from dataclasses import dataclass

from assuage.nma.effects import Result
from assuage.nma.tables import Answer, Column, Table, decimals, effect_places, p_value, percent
from assuage.report.plots.deviance import DeviancePoint, deviance_spec
from assuage.report.plots.forest import ForestRow, ForestWords, Kind, forest_spec
from assuage.report.plots.ink import Figure
from assuage.report.plots.scale import natural
from assuage.synthesis.consistency import DesignDecomposition
from assuage.synthesis.splits import Split

_KEY = "Square: direct. Circle: indirect. Diamond: network, from both."
_NOTHING_TO_SPLIT = "No comparison has both direct and indirect evidence."
_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Consistency(Answer):
    """`decomposition` is Q within and between designs (common effects, and with tau within);
    `points` is what each trial adds to the deviance under either model."""

    result: Result
    decomposition: DesignDecomposition
    points: tuple[DeviancePoint, ...]

    def table(self) -> Table:
        """Return the decomposition of Q."""
        parts = self.decomposition
        within = f"Between designs, allowing τ {parts.tau_within:.2f} within"
        named = (
            ("Total", parts.total),
            ("Within designs (trials with the same arms differ)", parts.within),
            ("Between designs (direct and indirect evidence differ)", parts.between),
            (within, parts.between_random),
        )
        return Table(
            title="Heterogeneity and inconsistency",
            columns=(
                Column(key="part", title="Source", align="left"),
                Column(key="q", title="Q", show=decimals(2)),
                Column(key="df", title="df"),
                Column(key="p", title="p", show=p_value),
            ),
            rows=tuple({"part": name, "q": t.q, "df": t.df, "p": t.p} for name, t in named),
        )

    def designs(self) -> Table:
        """Return each design: its own Q, and Q between designs when it is set free."""
        rows = [
            {
                "design": " : ".join(part.treatments),
                "trials": part.studies,
                "q_within": part.within.q,
                "df_within": part.within.df,
                "q_between_without": None if part.detached is None else part.detached.q,
                "df_between_without": None if part.detached is None else part.detached.df,
            }
            for part in self.decomposition.designs
        ]
        return Table(
            title="Designs",
            columns=(
                Column(key="design", title="Design", align="left"),
                Column(key="trials", title="Trials"),
                Column(key="q_within", title="Q within", show=decimals(2)),
                Column(key="df_within", title="df"),
                Column(key="q_between_without", title="Q between without it", show=decimals(2)),
                Column(key="df_between_without", title="df"),
            ),
            rows=tuple(rows),
        )

    def plot(self) -> Figure:
        """Draw deviance by trial: under the network, and with each design on its own."""
        return Figure(vega=deviance_spec(self.points, title="Deviance by trial"))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Splits(Answer):
    """Direct and indirect evidence of each comparison that some trial makes (analysis scale)."""

    result: Result
    rows: tuple[Split, ...]

    @property
    def tested(self) -> tuple[Split, ...]:
        """Comparisons with both kinds of evidence, smallest p first."""
        both = [row for row in self.rows if row.p is not None]
        return tuple(sorted(both, key=lambda row: row.p or 0.0))

    def table(self) -> Table:
        """Return each comparison, those tested first; ratios as ratios."""
        measure = self.result.measure
        show = effect_places(measure)
        ratio = "Ratio" if measure in {"OR", "RR", "IRR"} else "Difference"
        only = [row for row in self.rows if row.p is None]

        def shown(value: float | None) -> float | None:
            return None if value is None else natural(value, measure)

        return Table(
            title="Direct against indirect evidence, smallest p first",
            columns=(
                Column(key="comparison", title="Comparison", align="left"),
                Column(key="trials", title="Trials"),
                Column(key="share_direct", title="Direct share", show=percent),
                Column(key="direct", title="Direct", show=show),
                Column(key="indirect", title="Indirect", show=show),
                Column(key="difference", title=ratio, show=show),
                Column(key="p", title="p", show=p_value),
            ),
            rows=tuple(
                {
                    "comparison": f"{row.treatment1} vs {row.treatment2}",
                    "treatment1": row.treatment1,
                    "treatment2": row.treatment2,
                    "trials": row.studies,
                    "share_direct": row.share,
                    "direct": shown(row.direct),
                    "indirect": shown(row.indirect),
                    "difference": shown(row.difference),
                    "p": row.p,
                }
                for row in (*self.tested, *only)
            ),
        )

    def plot(self) -> Figure:
        """Draw direct, indirect and network estimates of each comparison that has both."""
        words = ForestWords(
            title="Direct and indirect evidence",
            subtitle=(_KEY if self.tested else _NOTHING_TO_SPLIT,),
            note="Share",
            interval="95% CI",
        )
        rows = split_rows(self.tested)
        return Figure(vega=forest_spec(rows, measure=self.result.measure, words=words))


def split_rows(splits: tuple[Split, ...]) -> tuple[ForestRow, ...]:
    """Return four rows for each comparison: its name and p, direct, indirect, network."""
    rows: list[ForestRow] = []
    for own in splits:
        if own.indirect is None or own.se_indirect is None:
            continue
        p = p_value(own.p)
        head = f"{own.treatment1} vs {own.treatment2}, p {p if p[0] == '<' else '= ' + p}"
        network = own.share * own.direct + (1 - own.share) * own.indirect
        trials = f"{own.studies} trial{'' if own.studies == 1 else 's'}"
        rows += [
            ForestRow(label=head, kind="heading"),
            _row("direct", own.direct, own.se_direct, f"{trials}, {own.share:.0%}"),
            _row("indirect", own.indirect, own.se_indirect, f"{1 - own.share:.0%}"),
            _row("network", network, own.se_direct * own.share**0.5, ""),
        ]
    return tuple(rows)


def _row(kind: Kind, estimate: float, se: float, note: str) -> ForestRow:
    return ForestRow(
        label=kind,
        kind=kind,
        estimate=estimate,
        low=estimate - _Z95 * se,
        high=estimate + _Z95 * se,
        note=note,
    )
