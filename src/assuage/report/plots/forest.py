"""The forest plot: an estimate a row, its interval, and where a new trial would fall."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assuage.evidence.network import Measure
from assuage.report.plots.scale import EffectAxis, effect_axis, natural
from assuage.report.plots.theme import (
    BLUE,
    INK,
    QUIET,
    SKY,
    SMALL,
    VERMILION,
    Spec,
    field,
    framed,
    mark,
    widest,
)

Kind = Literal["estimate", "direct", "indirect", "network", "heading", "trial"]

_ROW, _PLOT, _GAP = 24, 300, 18
_INDENT = 12
"""How far the parts of a comparison stand in from its name, in pixels."""
_KINDS: dict[str, tuple[str, str]] = {
    "estimate": (BLUE, "square"),
    "network": (BLUE, "diamond"),
    "direct": (VERMILION, "square"),
    "indirect": (INK, "circle"),
    "trial": (QUIET, "square"),
    "heading": (INK, "circle"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """A row of a forest plot, on the analysis scale (log for ratios). A heading has no numbers;
    `note` stands in a column of its own (trials, share of direct evidence), `said` instead of the
    numbers in print. An infinite end is an arrow at the plot's edge."""

    label: str
    kind: Kind = "estimate"
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    predict_low: float | None = None
    predict_high: float | None = None
    note: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestWords:
    """What stands around the rows: `note` heads their notes, `effect` their numbers, `axis` the
    axis; the last two are the measure's own names where they are empty."""

    title: str
    subtitle: tuple[str, ...] = ()
    note: str = ""
    effect: str = ""
    axis: str = ""
    interval: str = "95% CI"


def forest_spec(rows: Sequence[ForestRow], *, measure: Measure, words: ForestWords) -> Spec:
    """Return rows from top to bottom as Vega-Lite: thick for the interval of the effect, thin for
    the prediction interval, an arrow where one leaves the plot, and the numbers in print."""
    axis = _axis(rows, measure, words.axis)
    effect = f"{words.effect or measure} ({words.interval})"
    data = [_datum(i, row, axis, measure) for i, row in enumerate(rows)]
    y = field("row", scale={"domain": [-0.5, len(rows) - 0.5], "reverse": True}, axis=None)
    predicted = any(row.predict_low is not None for row in rows)
    columns = [("label", "", -_GAP - _label_room(rows), "left"), *_columns(rows, words.note)]
    columns.append(("effect", effect, _PLOT + _GAP, "left"))
    if predicted:
        width = max(widest([d["effect"] for d in data]), widest([effect]))
        columns.append(("predicted", "95% prediction", _PLOT + 2 * _GAP + width, "left"))
    layers: list[Spec] = [
        _no_effect(axis),
        *_intervals(axis, y, predicted=predicted),
        *(_column(column, y) for column in columns),
        *(_head(column) for column in columns if column[1]),
    ]
    body: Spec = {
        "width": _PLOT,
        "height": _ROW * max(1, len(rows)),
        "data": {"values": data},
        "layer": layers,
    }
    return framed(body, title=words.title, subtitle=words.subtitle)


def _label_room(rows: Sequence[ForestRow]) -> float:
    """The room for labels and notes: a heading may run on under the notes' column."""
    room = 0.0
    for row in rows:
        own = _inset(row) + widest([row.label], bold=row.kind == "heading")
        room = max(room, own + (widest([row.note]) + _GAP if row.note else 0.0))
    return room


def _columns(rows: Sequence[ForestRow], title: str) -> list[tuple[str, str, float, str]]:
    return [("note", title, -_GAP, "right")] if any(row.note for row in rows) else []


def _inset(row: ForestRow) -> int:
    return _INDENT if row.kind in {"direct", "indirect", "network", "trial"} else 0


def _axis(rows: Sequence[ForestRow], measure: Measure, title: str) -> EffectAxis:
    estimates = [r.estimate for r in rows if r.estimate is not None]
    spans = [
        (a, b)
        for r in rows
        for a, b in ((r.low, r.high), (r.predict_low, r.predict_high))
        if a is not None and b is not None
    ]
    return effect_axis(measure, estimates, spans, title=title)


def _datum(i: int, row: ForestRow, axis: EffectAxis, measure: Measure) -> dict[str, Any]:
    out: dict[str, Any] = {
        "row": i,
        "label": row.label,
        "inset": _inset(row),
        "kind": row.kind,
        "note": row.note,
        "estimate": None if row.estimate is None else natural(row.estimate, measure),
        "effect": "",
        "predicted": "",
    }
    if row.estimate is not None:
        numbers = printed(row.estimate, measure) + span(row.low, row.high, measure)
        out["effect"] = row.said or numbers
    for name, low, high in (("", row.low, row.high), ("p", row.predict_low, row.predict_high)):
        if low is None or high is None:
            continue
        a, b = natural(low, measure), natural(high, measure)
        out[f"{name}low"], out[f"{name}high"] = axis.clipped(a), axis.clipped(b)
        out[f"{name}left"], out[f"{name}right"] = a < axis.low, b > axis.high
        if name:
            out["predicted"] = span(low, high, measure).strip(" ()")
    return out


def printed(value: float, measure: Measure) -> str:
    """Return a value of the analysis scale as readers see it, with a true minus."""
    shown = (
        f"{natural(value, measure):.3f}" if measure == "RD" else f"{natural(value, measure):.2f}"
    )
    if not any(c in "123456789" for c in shown):
        shown = shown.removeprefix("-")
    return shown.replace("-", "−")


def span(low: float | None, high: float | None, measure: Measure) -> str:
    if low is None or high is None:
        return ""
    return f" ({printed(low, measure)} to {printed(high, measure)})"


def _no_effect(axis: EffectAxis) -> Spec:
    return {
        "data": {"values": [{}]},
        "mark": mark("rule", color=QUIET, strokeWidth=1),
        "encoding": {"x": {"datum": axis.none, "type": "quantitative", "scale": axis.spec}},
    }


def _intervals(axis: EffectAxis, y: Spec, *, predicted: bool) -> list[Spec]:
    x = {"type": "quantitative", "scale": axis.spec, "axis": axis.axis}
    known = list(_KINDS)
    colour = field(
        "kind",
        "nominal",
        legend=None,
        scale={"domain": known, "range": [_KINDS[k][0] for k in known]},
    )
    shape = field(
        "kind",
        "nominal",
        legend=None,
        scale={"domain": known, "range": [_KINDS[k][1] for k in known]},
    )
    layers: list[Spec] = []
    if predicted:
        layers += _rules("p", x, y, {"color": {"value": SKY}}, 1.6)
    layers += _rules("", x, y, {"color": colour}, 2.6)
    layers.append(
        {
            "transform": [{"filter": "isValid(datum.estimate)"}],
            "mark": mark("point", filled=True, opacity=1, size=74),
            "encoding": {
                "x": {**x, "field": "estimate"},
                "y": y,
                "color": colour,
                "shape": shape,
            },
        }
    )
    return layers


def _rules(name: str, x: Spec, y: Spec, colour: Spec, width: float) -> list[Spec]:
    """The lines of all intervals, each with an arrow at an end that lies outside the plot."""
    low, high = f"{name}low", f"{name}high"
    out: list[Spec] = [
        {
            "transform": [{"filter": f"isValid(datum.{low})"}],
            "mark": mark("rule", strokeWidth=width, opacity=1),
            "encoding": {"x": {**x, "field": low}, "x2": {"field": high}, "y": y, **colour},
        }
    ]
    for end, flag, shape in ((low, "left", "triangle-left"), (high, "right", "triangle-right")):
        out.append(
            {
                "transform": [{"filter": f"datum.{name}{flag} === true"}],
                "mark": mark("point", filled=True, opacity=1, size=48, shape=shape),
                "encoding": {"x": {**x, "field": end}, "y": y, **colour},
            }
        )
    return out


def _column(column: tuple[str, str, float, str], y: Spec) -> Spec:
    name, _, left, align = column
    quiet = name == "note"
    encoding: Spec = {"x": {"value": left}, "y": y, "text": field(name, "nominal")}
    look = {"align": align, "baseline": "middle", "fontSize": SMALL if quiet else 12}
    plain = {"color": QUIET if quiet or name == "predicted" else INK}
    if name != "label":
        return {"mark": mark("text", **look, **plain), "encoding": encoding}
    weight = {"expr": "datum.kind === 'heading' ? 'bold' : 'normal'"}
    inset = {"expr": "datum.inset"}
    labels = mark("text", **look, **plain, fontWeight=weight, dx=inset)
    return {"mark": labels, "encoding": encoding}


def _head(column: tuple[str, str, float, str]) -> Spec:
    _, title, left, align = column
    return {
        "data": {"values": [{}]},
        "mark": mark("text", align=align, baseline="bottom", fontSize=SMALL, color=QUIET, dy=-6),
        "encoding": {
            "x": {"value": left},
            "y": {"value": 0},
            "text": {"value": title},
        },
    }
