"""The axis of an effect: ratios on a logarithmic scale, differences on a plain one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, floor, isfinite, log, log10
from statistics import median

from assuage.evidence.network import Measure
from assuage.report.plots.theme import Spec

RATIOS = frozenset({"OR", "RR", "IRR"})
MEASURE_NAMES: dict[Measure, str] = {
    "OR": "Odds ratio",
    "RR": "Risk ratio",
    "RD": "Risk difference",
    "IRR": "Incidence rate ratio",
    "MD": "Mean difference",
    "SMD": "Standardised mean difference",
}
_ROOM = 5.0
"""Intervals may leave the plot beyond the estimates by this many typical half-widths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectAxis:
    """From `low` to `high` on the natural scale; `none` is no effect. `ratio`: logarithmic."""

    low: float
    high: float
    none: float
    ratio: bool
    title: str

    @property
    def spec(self) -> Spec:
        """The scale of this axis in Vega-Lite."""
        kind = {"type": "log"} if self.ratio else {"type": "linear"}
        return {**kind, "domain": [self.low, self.high], "nice": False, "zero": False}

    @property
    def ticks(self) -> tuple[float, ...]:
        """Round values in range, few enough to read."""
        return _log_ticks(self.low, self.high) if self.ratio else _ticks(self.low, self.high)

    @property
    def axis(self) -> Spec:
        shown = {"values": list(self.ticks), "labelExpr": "replace(datum.label, '-', '−')"}
        return {**shown, "title": self.title, "format": "~g" if self.ratio else "~r"}

    def clipped(self, value: float) -> float:
        return min(self.high, max(self.low, value))


def natural(value: float, measure: Measure) -> float:
    """Return a value of the analysis scale on the scale that readers use."""
    return exp(min(value, 700.0)) if measure in RATIOS else value


def effect_axis(
    measure: Measure,
    estimates: Sequence[float],
    intervals: Iterable[tuple[float, float]],
    *,
    title: str = "",
) -> EffectAxis:
    """Return an axis that holds every estimate, no effect, and the intervals unless one is so
    wide that it would squeeze all others; what passes the end is marked there by an arrow.

    `estimates` and `intervals` are on the analysis scale.
    """
    pairs = [(a, b) for a, b in intervals if isfinite(a) and isfinite(b)]
    room = _ROOM * median([(b - a) / 2 for a, b in pairs]) if pairs else 1.0
    least, most = min([0.0, *estimates]), max([0.0, *estimates])
    low = max(min([least, *(a for a, _ in pairs)]), least - room)
    high = min(max([most, *(b for _, b in pairs)]), most + room)
    margin = 0.04 * (high - low) or 0.5
    low, high = low - margin, high + margin
    ratio = measure in RATIOS
    return EffectAxis(
        low=natural(low, measure),
        high=natural(high, measure),
        none=1.0 if ratio else 0.0,
        ratio=ratio,
        title=title or MEASURE_NAMES[measure],
    )


def _ticks(low: float, high: float, about: int = 6) -> tuple[float, ...]:
    raw = (high - low) / about
    size = 10 ** floor(log10(raw))
    step = next(s * size for s in (1, 2, 5, 10) if s * size >= raw)
    first = -floor(-low / step)
    return tuple(round(k * step, 12) for k in range(first, floor(high / step) + 1))


def _log_ticks(low: float, high: float) -> tuple[float, ...]:
    span = log(high / low)
    steps = (1.0,) if span > log(5000) else (1.0, 3.0) if span > log(100) else (1.0, 2.0, 5.0)
    if span < log(4):
        steps = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0)
    if span < log(1.5):
        return _ticks(low, high)
    first, last = floor(log10(low)), floor(log10(high))
    found = (round(s * 10.0**k, 12) for k in range(first, last + 1) for s in steps)
    return tuple(t for t in found if low <= t <= high)
