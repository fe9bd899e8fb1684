"""How much one answer rests on one study, and how it came about study by study."""

from collections.abc import Sequence
from dataclasses import dataclass

from assuage.nma.drawing import forest, row_of, shown, versus
from assuage.nma.effects import Result
from assuage.nma.tables import Answer, Cell, Column, Table, decimals, effect_places
from assuage.report.plots.forest import ForestRow
from assuage.report.plots.ink import Figure
from assuage.synthesis.classical.sensitivity import CumulativeStep, WithoutStudy
from assuage.synthesis.gls import NetworkFit
from assuage.synthesis.prediction import RelativeEffect

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LeaveOneOut(Answer):
    """The network refitted without each study; table and plot follow one `pair`."""

    result: Result
    pair: Pair
    whole: RelativeEffect
    rows: tuple[WithoutStudy, ...]

    def table(self) -> Table:
        """Return the pair's effect without each study, the study that moves the network most
        first."""
        measure = self.result.measure
        rows: list[dict[str, Cell]] = [
            {
                "study": row.study,
                **_cells(row.fit, self.pair, self.result),
                "shift": row.largest_shift,
                "lost": ", ".join(row.lost),
            }
            for row in sorted(self.rows, key=lambda row: -row.largest_shift)
        ]
        return Table(
            title=f"{versus(*self.pair)} without each study, {measure}",
            columns=(
                Column(key="study", title="Without", align="left"),
                *_columns(self.result),
                Column(key="shift", title="Largest shift (SE)", show=decimals(2)),
                Column(key="lost", title="Treatments lost", align="left"),
            ),
            rows=tuple(rows),
            notes=("Largest shift: of any effect against the reference.", *self.result.notes),
        )

    def plot(self) -> Figure:
        """Draw the pair's effect without each study, and with all."""
        rows = [_drawn(row.study, row.fit, self.pair) for row in self.rows]
        whole = self.whole
        rows.append(
            ForestRow(
                label="all studies",
                kind="network",
                estimate=whole.estimate,
                low=whole.low,
                high=whole.high,
            )
        )
        title = f"{versus(*self.pair)} without each study"
        return forest(rows, self.result.measure, title)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Cumulative(Answer):
    """The network fitted anew after each value of an order, such as the year; table and plot
    follow one `pair`."""

    result: Result
    pair: Pair
    rows: tuple[CumulativeStep, ...]

    def table(self) -> Table:
        """Return the pair's effect after each step."""
        rows: list[dict[str, Cell]] = [
            {
                "value": row.value,
                "added": ", ".join(row.added),
                "studies": row.studies,
                **_cells(row.fit, self.pair, self.result),
            }
            for row in self.rows
        ]
        return Table(
            title=f"{versus(*self.pair)} as studies came, {self.result.measure}",
            columns=(
                Column(key="value", title="Up to", show=_short),
                Column(key="added", title="Studies added", align="left"),
                Column(key="studies", title="Studies"),
                *_columns(self.result),
            ),
            rows=tuple(rows),
            notes=self.result.notes,
        )

    def plot(self) -> Figure:
        """Draw the pair's effect after each step."""
        rows = [
            _drawn(_short(row.value), row.fit, self.pair, str(row.studies)) for row in self.rows
        ]
        title = f"{versus(*self.pair)} as studies came"
        return forest(rows, self.result.measure, title, note="Studies")


def _short(value: Cell) -> str:
    return f"{value:g}" if isinstance(value, int | float) else ""


def _columns(result: Result) -> Sequence[Column]:
    show = effect_places(result.measure)
    return (
        Column(key="estimate", title=result.measure, show=show),
        Column(key="low", title="95% CI from", show=show),
        Column(key="high", title="to", show=show),
        Column(key="tau", title="τ", show=decimals(3)),
    )


def _cells(fit: NetworkFit | None, pair: Pair, result: Result) -> dict[str, Cell]:
    row = _drawn("", fit, pair)
    values = {"estimate": row.estimate, "low": row.low, "high": row.high}
    cells: dict[str, Cell] = {key: shown(own, result.measure) for key, own in values.items()}
    return {**cells, "tau": None if fit is None else fit.tau}


def _drawn(label: str, fit: NetworkFit | None, pair: Pair, note: str = "") -> ForestRow:
    """The pair in a refit; no numbers where a treatment is not in it."""
    if fit is None or not set(pair) <= set(fit.treatments):
        return ForestRow(label=label, note=note)
    i, j = (fit.treatments.index(name) for name in pair)
    estimate, se = float(fit.differences[i, j]), float(fit.standard_errors[i, j])
    return row_of(label, estimate, se, note=note)
