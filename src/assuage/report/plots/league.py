"""The league table as a heat map: every pair of treatments, best first along the diagonal."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assuage.evidence.network import Measure
from assuage.report.plots.forest import printed
from assuage.report.plots.scale import MEASURE_NAMES
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LeagueCell:
    """A cell of a league table, on the analysis scale.

    `treatment1` minus `treatment2`, which stand at rows `row` and `column` of the order; `part`
    says where the numbers come from. Without evidence of that kind the numbers are None.
    """

    row: int
    column: int
    treatment1: str
    treatment2: str
    part: Literal["network", "direct"]
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
    most = max((abs(c.estimate) for c in cells if c.estimate is not None), default=1.0) or 1.0
    wide = max(96.0, widest([d["span"] for d in data], SMALL) + 14, widest(order, bold=True) + 14)
    n = len(order)
    x = field("column", "ordinal", axis=None, scale={"domain": list(range(n)), "padding": 0.03})
    y = field("row", "ordinal", axis=None, scale={"domain": list(range(n)), "padding": 0.03})
    names = [{"row": i, "column": i, "name": name} for i, name in enumerate(order)]
    words = {"baseline": "middle", "align": "center"}
    body: Spec = {
        "width": wide * n,
        "height": _TALL * n,
        "encoding": {"x": x, "y": y},
        "layer": [
            {
                "data": {"values": data},
                "mark": mark("rect"),
                "encoding": {"color": _colour(most, measure), "opacity": _certainty()},
            },
            {
                "data": {"values": data},
                "mark": mark("text", **words, dy=-7, color=INK),
                "encoding": {"text": field("effect", "nominal")},
            },
            {
                "data": {"values": data},
                "mark": mark("text", **words, dy=8, color=INK, fontSize=SMALL),
                "encoding": {"text": field("span", "nominal")},
            },
            {"data": {"values": names}, "mark": mark("rect", color="#eceef0")},
            {
                "data": {"values": names},
                "mark": mark("text", **words, color=INK, fontWeight="bold"),
                "encoding": {"text": field("name", "nominal")},
            },
        ],
    }
    return framed(body, title=title, subtitle=subtitle)


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
    kind = MEASURE_NAMES[measure].lower()
    shown = kind if measure in {"MD", "SMD", "RD"} else f"log {kind}"
    legend = {
        "title": shown[0].upper() + shown[1:],
        "format": ".2~f",
        "gradientLength": 120,
        "titleColor": QUIET,
    }
    return {"field": "value", "type": "quantitative", "scale": scale, "legend": legend}


def _certainty() -> Spec:
    """Deep colours make dark type unreadable, so even a clear effect is not quite full."""
    return {"condition": {"test": "datum.clear", "value": 0.62}, "value": 0.2}
