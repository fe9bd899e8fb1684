"""Coefficients of a Bayesian model, whichever it is: classes, slopes, or every one of them."""

from dataclasses import dataclass

from assuage.evidence.network import Measure
from assuage.nma.drawing import forest, shown
from assuage.nma.tables import Answer, Cell, Column, Table, effect_places
from assuage.report.plots.forest import ForestRow
from assuage.report.plots.ink import Figure
from assuage.synthesis.mixture import GaussianMixture


@dataclass(frozen=True, slots=True, kw_only=True)
class CoefficientRow:
    """Posterior median, SD and central 95% interval, on the analysis scale."""

    name: str
    estimate: float
    se: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Coefficients(Answer):
    """The joint posterior of some `coefficients` of a model, by name."""

    title: str
    measure: Measure
    coefficients: GaussianMixture

    @property
    def rows(self) -> tuple[CoefficientRow, ...]:
        """Each coefficient."""
        out: list[CoefficientRow] = []
        for name in self.coefficients.names:
            own = self.coefficients.contrast(name, self.coefficients.reference)
            low, high = own.interval()
            row = CoefficientRow(
                name=name, estimate=own.quantile(0.5), se=own.sd, low=low, high=high
            )
            out.append(row)
        return tuple(out)

    def table(self) -> Table:
        """Return the coefficients; ratios as ratios."""
        show, measure = effect_places(self.measure), self.measure
        rows: list[dict[str, Cell]] = [
            {
                "name": row.name,
                "estimate": shown(row.estimate, measure),
                "low": shown(row.low, measure),
                "high": shown(row.high, measure),
            }
            for row in self.rows
        ]
        return Table(
            title=self.title,
            columns=(
                Column(key="name", title="Coefficient", align="left"),
                Column(key="estimate", title=measure, show=show),
                Column(key="low", title="95% CrI from", show=show),
                Column(key="high", title="to", show=show),
            ),
            rows=tuple(rows),
        )

    def plot(self) -> Figure:
        """Draw the coefficients as a forest plot."""
        rows = [
            ForestRow(label=row.name, estimate=row.estimate, low=row.low, high=row.high)
            for row in self.rows
        ]
        return forest(rows, self.measure, self.title, interval="95% CrI")
