"""Two matrices of comparisons: the net heat plot, and how much each direct comparison contributes.

Net heat: Krahn, Binder and König, BMC Med Res Methodol 2013;13:35.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assuage.report.plots.theme import (
    BLUE,
    FAVOURS_HIGH,
    FAVOURS_LOW,
    INK,
    MIDDLE,
    PAPER,
    QUIET,
    SMALL,
    Spec,
    field,
    framed,
    mark,
    values,
)

_CELL, _PRINTED = 34, 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class NetHeatCell:
    """How the comparison `column` drives `row`.

    `contribution` is the absolute entry of the hat matrix (the column's weight in the network
    estimate of the row); `change` is how much the row's inconsistency falls (above zero) or rises
    (below) when the column's design is set free.
    """

    row: str
    column: str
    contribution: float
    change: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionCell:
    """The share (0 to 1) of the direct comparison `column` in the network estimate of `row`."""

    row: str
    column: str
    share: float


def net_heat_spec(
    cells: Sequence[NetHeatCell],
    *,
    title: str = "Net heat: where does inconsistency come from?",
    subtitle: Sequence[str] = (),
) -> Spec:
    """Return the matrix as Vega-Lite, in the order of the cells: colour for the change in
    inconsistency, a grey square whose area is the contribution."""
    columns, rows = _orders(cells)
    most = max((abs(c.change) for c in cells), default=1.0) or 1.0
    heat = {
        "field": "change",
        "type": "quantitative",
        "scale": {
            "domain": [-most, 0, most],
            "range": [FAVOURS_LOW, MIDDLE, FAVOURS_HIGH],
            "type": "linear",
            "interpolate": "lab",
        },
        "legend": {
            "title": ["Inconsistency of the row", "explained by the column", "(below 0: hidden)"],
            "gradientLength": 140,
        },
    }
    area = field(
        "contribution",
        scale={"domain": [0, 1], "range": [0, 0.8 * _CELL**2], "type": "linear"},
        legend={"title": "Contribution", "values": [0.1, 0.5, 1.0], "symbolFillColor": QUIET},
    )
    body = _matrix(cells, columns, rows)
    body["layer"] = [
        {"mark": mark("rect", stroke=PAPER, strokeWidth=1), "encoding": {"fill": heat}},
        {
            "mark": mark("point", shape="square", filled=True, color=QUIET, opacity=0.62),
            "encoding": {"size": area},
        },
        *(_sign(sign, test, most) for sign, test in (("+", ">"), ("−", "< -"))),
    ]
    lead = "Square: how much the column contributes to the row's network estimate."
    return framed(body, title=title, subtitle=[lead, *subtitle])


def _sign(sign: str, test: str, most: float) -> Spec:
    """A sign in the corner of cells that matter, for those who do not see the colours."""
    return {
        "transform": [{"filter": f"datum.change {test}{0.1 * most}"}],
        "mark": mark("text", text=sign, dx=-_CELL / 2 + 6, dy=-_CELL / 2 + 7, fontSize=SMALL),
    }


def contribution_spec(
    cells: Sequence[ContributionCell],
    *,
    title: str = "Which trials stand behind each comparison?",
    subtitle: Sequence[str] = (),
) -> Spec:
    """Return the matrix as Vega-Lite: shares in per cent, in print and as shades of one colour."""
    columns, rows = _orders(cells)
    shade = field(
        "share",
        scale={"domain": [0, 1], "range": ["#f4f8fb", BLUE], "type": "linear"},
        legend={"title": "Contribution", "format": ".0%", "gradientLength": 120},
    )
    body = _matrix(cells, columns, rows)
    body["layer"] = [
        {"mark": mark("rect", stroke=PAPER, strokeWidth=1), "encoding": {"color": shade}},
        {
            "transform": [{"filter": f"datum.share >= {_PRINTED}"}],
            "mark": mark("text", fontSize=SMALL, baseline="middle"),
            "encoding": {
                "text": field("share", format=".0%"),
                "color": {
                    "condition": {"test": "datum.share > 0.55", "value": PAPER},
                    "value": INK,
                },
            },
        },
    ]
    lead = "Row: network estimate. Column: direct comparison. Shares of a row add up to 100%."
    return framed(body, title=title, subtitle=[lead, *subtitle])


def _orders(cells: Sequence[NetHeatCell | ContributionCell]) -> tuple[list[str], list[str]]:
    columns = list(dict.fromkeys(c.column for c in cells))
    return columns, list(dict.fromkeys(c.row for c in cells))


def _matrix(
    cells: Sequence[NetHeatCell | ContributionCell], columns: list[str], rows: list[str]
) -> Spec:
    plain = {"domain": False, "ticks": False}
    top = {**plain, "orient": "top", "labelAngle": -45, "labelAlign": "left"}
    return {
        "width": _CELL * len(columns),
        "height": _CELL * len(rows),
        "data": values(cells),
        "encoding": {
            "x": field("column", "nominal", sort=columns, axis=top),
            "y": field("row", "nominal", sort=rows, axis=plain),
        },
    }
