"""Effects by a covariate of the studies."""

from dataclasses import dataclass

from assuage.nma.drawing import Z95, forest, row_of, shown
from assuage.nma.effects import Result
from assuage.nma.tables import Answer, Cell, Column, Table, decimals, effect_places, p_value
from assuage.report.plots.ink import Figure
from assuage.synthesis.classical.meta_regression import MetaRegression


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Regression(Answer):
    """`model` has effects at the covariate's centre, and slopes."""

    result: Result
    model: MetaRegression

    def table(self) -> Table:
        """Return the slopes, for one unit of the covariate (analysis scale)."""
        own = self.model
        test = own.slope_test
        return Table(
            title=f"Slopes for one unit of {own.covariate}",
            columns=(
                Column(key="slope", title="Slope", align="left"),
                Column(key="estimate", title="Estimate", show=decimals(4)),
                Column(key="se", title="SE", show=decimals(4)),
                Column(key="p", title="p", show=p_value),
            ),
            rows=tuple(
                {"slope": s.name, "estimate": s.estimate, "se": s.se, "p": s.p} for s in own.slopes
            ),
            notes=(
                f"No slope: chi-squared {test.q:.2f}, df {test.df}, p {p_value(test.p)}. Residual "
                f"Q {own.residual.q:.2f}, df {own.residual.df}; τ {own.tau2**0.5:.3f}.",
                "Analysis scale (log for ratios).",
            ),
        )

    def at(self, value: float) -> Table:
        """Return the effects against the reference in studies with this value; ratios as
        ratios."""
        measure = self.result.measure
        show = effect_places(measure)
        rows: list[dict[str, Cell]] = [
            {
                "treatment": t,
                "estimate": shown(estimate, measure),
                "low": shown(estimate - Z95 * se, measure),
                "high": shown(estimate + Z95 * se, measure),
            }
            for t, estimate, se in self._effects(value)
        ]
        return Table(
            title=f"Effects against {self.model.reference} at {self.model.covariate} {value:g}",
            columns=(
                Column(key="treatment", title="Treatment", align="left"),
                Column(key="estimate", title=measure, show=show),
                Column(key="low", title="95% CI from", show=show),
                Column(key="high", title="to", show=show),
            ),
            rows=tuple(rows),
        )

    def plot(self, value: float | None = None) -> Figure:
        """Draw the effects at a value of the covariate (its centre when left open)."""
        at = self.model.centre if value is None else value
        rows = [row_of(t, estimate, se) for t, estimate, se in self._effects(at)]
        title = f"Effects against {self.model.reference} at {self.model.covariate} {at:.4g}"
        return forest(rows, self.result.measure, title)

    def _effects(self, value: float) -> list[tuple[str, float, float]]:
        estimates, errors = self.model.effects_at(value)
        found = dict(
            zip(
                self.model.treatments,
                zip(estimates.tolist(), errors.tolist(), strict=True),
                strict=True,
            )
        )
        return [(t, *found[t]) for t in self.result.order if t != self.model.reference]
