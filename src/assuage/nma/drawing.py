"""What the answers of a fit share when they are set in columns and drawn."""

from collections.abc import Sequence
from math import isfinite

from assuage.evidence.network import Measure
from assuage.report.plots.forest import ForestRow, ForestWords, Kind, forest_spec
from assuage.report.plots.ink import Figure
from assuage.report.plots.scale import natural

Z95 = 1.959963984540054


def shown(value: float | None, measure: Measure) -> float | None:
    """Return a value of the analysis scale as readers see it; None for what does not exist."""
    return None if value is None or not isfinite(value) else natural(value, measure)


def versus(treatment1: str, treatment2: str) -> str:
    return f"{treatment1} vs {treatment2}"


def row_of(
    label: str,
    estimate: float,
    se: float,
    *,
    kind: Kind = "estimate",
    note: str = "",
    quantile: float = Z95,
) -> ForestRow:
    """Return an estimate with its interval, on the analysis scale; without numbers where it is
    not identified."""
    if not isfinite(estimate) or not isfinite(se):
        return ForestRow(label=label, kind=kind, note="not identified")
    low, high = estimate - quantile * se, estimate + quantile * se
    return ForestRow(label=label, kind=kind, estimate=estimate, low=low, high=high, note=note)


def forest(
    rows: Sequence[ForestRow],
    measure: Measure,
    title: str,
    *,
    subtitle: tuple[str, ...] = (),
    note: str = "",
    interval: str = "95% CI",
) -> Figure:
    """Draw rows as a forest plot."""
    words = ForestWords(title=title, subtitle=subtitle, note=note, interval=interval)
    return Figure(vega=forest_spec(rows, measure=measure, words=words))
