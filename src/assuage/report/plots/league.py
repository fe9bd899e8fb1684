"""The league table as a heat map: every pair of treatments, best first along the diagonal."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Literal

from assuage.evidence.network import Measure
from assuage.report.plots.forest import printed
from assuage.report.plots.scale import MEASURE_NAMES, RATIOS
from assuage.report.plots.theme import (
    FAVOURS_HIGH,
    FAVOURS_LOW,
    INK,
    MIDDLE,
    QUIET,
    SMALL,
    Spec,
    field,
    framed,
    mark,
    widest,
)

_TALL = 40
_CENTRED = {"baseline": "middle", "align": "center"}
Part = Literal["network", "direct", "second"]
_ROOMY = 8
"""From more treatments on, long names are set on several lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeagueCell:
    """A cell of a league table, on the analysis scale.

    `treatment1` minus `treatment2`, which stand at rows `row` and `column` of the order; `part`
    says where the numbers come from (`second`: the network of a second outcome). Without evidence
    of that kind the numbers are None.
    """

    row: int
    column: int
    treatment1: str
    treatment2: str
    part: Part
    estimate: float | None
    low: float | None
    high: float | None


def league_spec(
    cells: Sequence[LeagueCell],
    order: Sequence[str],
    *,
    measure: Measure,
    title: str = "League table",
    subtitle: Sequence[str] = (),
) -> Spec:
    """Return the table as Vega-Lite: colour for the estimate, pale where the interval holds no
    effect, and the numbers in print, so that nothing rests on colour."""
    data = [_datum(cell, measure) for cell in cells]
    n = len(order)
    broken = [_broken(name) if n > _ROOMY else [name] for name in order]
    named = max(widest(lines, bold=True) for lines in broken)
    wide = max(96.0, widest([d["span"] for d in data], SMALL) + 14, named + 14)
    tall = max(_TALL, 15 * max(len(lines) for lines in broken) + 8)
    x = field("column", "ordinal", axis=None, scale={"domain": list(range(n)), "padding": 0.03})
    y = field("row", "ordinal", axis=None, scale={"domain": list(range(n)), "padding": 0.03})
    names = [
        _name(i, line, k, len(own)) for i, own in enumerate(broken) for k, line in enumerate(own)
    ]
    body: Spec = {
        "width": wide * n,
        "height": tall * n,
        "encoding": {"x": x, "y": y},
        "layer": [*_estimates(cells, data, measure), *_diagonal(names)],
    }
    return framed(body, title=title, subtitle=subtitle)


def _estimates(cells: Sequence[LeagueCell], data: list[Spec], measure: Measure) -> list[Spec]:
    rows = {"values": data}
    return [
        {
            "data": rows,
            "mark": mark("rect"),
            "encoding": {"color": _colour(_deepest(cells), measure), "opacity": _certainty()},
        },
        {
            "data": rows,
            "mark": mark("text", **_CENTRED, dy=-7, color=INK),
            "encoding": {"text": field("effect", "nominal")},
        },
        {
            "data": rows,
            "mark": mark("text", **_CENTRED, dy=8, color=INK, fontSize=SMALL),
            "encoding": {"text": field("span", "nominal")},
        },
    ]


def _diagonal(names: list[Spec]) -> list[Spec]:
    down = {"expr": "datum.drop"}
    return [
        {
            "data": {"values": [name for name in names if name["plate"]]},
            "mark": mark("rect", color="#eceef0"),
        },
        {
            "data": {"values": names},
            "mark": mark("text", **_CENTRED, color=INK, fontWeight="bold", dy=down),
            "encoding": {"text": field("name", "nominal")},
        },
    ]


def _broken(name: str) -> list[str]:
    """A name on as many lines as keep its column narrow; a single word stays whole."""
    return wrap(name, 15, break_long_words=False, break_on_hyphens=False) or [""]


def _name(place: int, line: str, number: int, lines: int) -> Spec:
    return {
        "row": place,
        "column": place,
        "name": line,
        "drop": 15 * (number - (lines - 1) / 2),
        "plate": number == 0,
    }


def _deepest(cells: Sequence[LeagueCell]) -> float:
    """The estimate at which colour is full: nine in ten are no larger, so that one extreme drug
    does not make all others look alike."""
    sizes = sorted(abs(c.estimate) for c in cells if c.estimate is not None)
    return (sizes[int(0.9 * (len(sizes) - 1))] if sizes else 1.0) or 1.0


def _datum(cell: LeagueCell, measure: Measure) -> Spec:
    out: Spec = {"row": cell.row, "column": cell.column, "value": cell.estimate or 0.0}
    if cell.estimate is None or cell.low is None or cell.high is None:
        return {**out, "effect": "–", "span": "", "clear": False}
    return {
        **out,
        "effect": printed(cell.estimate, measure),
        "span": f"{printed(cell.low, measure)} to {printed(cell.high, measure)}",
        "clear": cell.low > 0 or cell.high < 0,
    }


def _colour(most: float, measure: Measure) -> Spec:
    scale = {
        "domain": [-most, 0, most],
        "range": [FAVOURS_LOW, MIDDLE, FAVOURS_HIGH],
        "type": "linear",
        "interpolate": "lab",
        "clamp": True,
    }
    back = "exp(datum.value)" if measure in RATIOS else "datum.value"
    legend = {
        "title": MEASURE_NAMES[measure],
        "labelExpr": f"replace(format({back}, '.2~f'), '-', '−')",
        "gradientLength": 120,
        "titleColor": QUIET,
    }
    return {"field": "value", "type": "quantitative", "scale": scale, "legend": legend}


def _certainty() -> Spec:
    """Deep colours make dark type unreadable, so even a clear effect is not quite full."""
    return {"condition": {"test": "datum.clear", "value": 0.62}, "value": 0.2}
