"""Dose and response: a fitted curve with its band, and the arms of trials that it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assuage.evidence.network import Measure
from assuage.report.plots.scale import MEASURE_NAMES, EffectAxis, effect_axis, natural
from assuage.report.plots.theme import (
    BLUE,
    INK,
    QUIET,
    Spec,
    field,
    framed,
    mark,
    panels,
)

_COLUMNS, _WIDE, _TALL = 3, 220, 180


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """The fitted effect against placebo at one dose, on the analysis scale."""

    treatment: str
    dose: float
    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DosePoint:
    """What one trial saw at one dose against placebo, on the analysis scale."""

    treatment: str
    study: str
    dose: float
    estimate: float
    low: float
    high: float
    people: float | None = None


def dose_response_spec(
    curves: Sequence[CurvePoint],
    points: Sequence[DosePoint],
    *,
    measure: Measure,
    unit: str = "mg/day",
    title: str = "Dose and response",
    subtitle: Sequence[str] = (),
) -> Spec:
    """Return a panel for each treatment as Vega-Lite: the curve in its 95% band, trials as points
    with their intervals, larger for more people; an interval that leaves the plot is cut there."""
    spans = [(c.low, c.high) for c in curves] + [(p.low, p.high) for p in points]
    axis = effect_axis(measure, [row.estimate for row in (*curves, *points)], spans)
    rows = [_datum(c, "curve", axis, measure) for c in curves]
    rows += [_datum(p, "point", axis, measure) for p in points]
    order = list(dict.fromkeys(row.treatment for row in (*curves, *points)))
    most = 1.05 * max((row.dose for row in (*curves, *points)), default=1.0)
    x = field(
        "dose",
        title=f"Dose ({unit})",
        axis={"grid": False, "tickCount": 5},
        scale={"domain": [0, most], "nice": False},
    )
    shown = {**axis.axis, "grid": True, "title": f"{MEASURE_NAMES[measure]} against placebo"}
    y = {"type": "quantitative", "scale": axis.spec, "axis": shown}
    layers = _layers(x, y, axis, counted=_counted(points))
    body: Spec = {
        "data": {"values": rows},
        **panels("treatment", order, columns=_COLUMNS),
        "spec": {"width": _WIDE, "height": _TALL, "layer": layers},
        "resolve": {"axis": {"x": "independent"}},
    }
    return framed(body, title=title, subtitle=subtitle)


def _counted(points: Sequence[DosePoint]) -> bool:
    return bool(points) and all(p.people is not None for p in points)


def _datum(
    row: CurvePoint | DosePoint, kind: str, axis: EffectAxis, measure: Measure
) -> dict[str, Any]:
    return {
        "treatment": row.treatment,
        "kind": kind,
        "dose": row.dose,
        "estimate": natural(row.estimate, measure),
        "low": axis.clipped(natural(row.low, measure)),
        "high": axis.clipped(natural(row.high, measure)),
        "people": getattr(row, "people", None),
    }


def _layers(x: Spec, y: Spec, axis: EffectAxis, *, counted: bool) -> list[Spec]:
    def of(kind: str) -> list[Spec]:
        return [{"filter": f"datum.kind === '{kind}'"}]

    band = {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}
    middle = {"x": x, "y": {**y, "field": "estimate"}}
    size = (
        {"size": field("people", scale={"range": [12, 220]}, legend={"title": "People"})}
        if counted
        else {}
    )
    return [
        {
            "mark": mark("rule", color=QUIET, strokeWidth=1),
            "encoding": {"y": {**y, "datum": axis.none}},
        },
        {
            "transform": of("curve"),
            "mark": mark("area", color=BLUE, opacity=0.18),
            "encoding": band,
        },
        {
            "transform": of("curve"),
            "mark": mark("line", color=BLUE, strokeWidth=2.4),
            "encoding": middle,
        },
        {
            "transform": of("point"),
            "mark": mark("rule", color=INK, strokeWidth=1, opacity=0.7),
            "encoding": band,
        },
        {
            "transform": of("point"),
            "mark": mark("point", filled=True, color=INK, opacity=0.85, size=46),
            "encoding": {**middle, **size},
        },
    ]
