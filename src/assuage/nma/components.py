"""What each part of a combination adds."""

from dataclasses import dataclass

from assuage.evidence.network import Measure
from assuage.nma.drawing import forest, row_of, shown
from assuage.nma.tables import Answer, Cell, Column, Table, effect_places, p_value
from assuage.report.plots.ink import Figure
from assuage.synthesis.classical.component_network import ComponentEffect, ComponentFit


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Components(Answer):
    """A component network, fitted; `fit.combination([...])` is the effect of any combination."""

    measure: Measure
    fit: ComponentFit

    @property
    def rows(self) -> tuple[ComponentEffect, ...]:
        """The effect of adding each component (analysis scale)."""
        return self.fit.component_effects()

    def table(self) -> Table:
        """Return the effect of adding each component; ratios as ratios."""
        return self._table(self.rows, "What each component adds", "Component")

    def combinations(self) -> Table:
        """Return the effect of each treatment as the sum of its components."""
        found = self.fit.combination_effects()
        return self._table(found, "Treatments as sums of their components", "Treatment")

    def plot(self) -> Figure:
        """Draw the effects of the components."""
        rows = [row_of(row.name, row.estimate, row.se) for row in self.rows]
        return forest(rows, self.measure, "What each component adds")

    def _table(self, found: tuple[ComponentEffect, ...], title: str, what: str) -> Table:
        show = effect_places(self.measure)
        rows: list[dict[str, Cell]] = [
            {
                "name": row.name,
                "estimate": shown(row.estimate, self.measure),
                "low": shown(row.low, self.measure),
                "high": shown(row.high, self.measure),
            }
            for row in found
        ]
        return Table(
            title=title,
            columns=(
                Column(key="name", title=what, align="left"),
                Column(key="estimate", title=self.measure, show=show),
                Column(key="low", title="95% CI from", show=show),
                Column(key="high", title="to", show=show),
            ),
            rows=tuple(rows),
            notes=self._notes(),
        )

    def _notes(self) -> tuple[str, ...]:
        q, more = self.fit.heterogeneity, self.fit.additivity
        said = f"Additive effects. Q {q.q:.2f}, df {q.df}, p {p_value(q.p)}; τ {self.fit.tau:.3f}."
        if more is None:
            return (said,)
        worse = f"Against the full network: Q {more.q:.2f}, df {more.df}, p {p_value(more.p)}."
        return (said, worse)
