"""Shares as bars, one a row."""

from collections.abc import Sequence
from dataclasses import dataclass

from assuage.report.plots.theme import BLUE, Spec, field, framed, mark, values

_ROW, _WIDE = 20, 260


@dataclass(frozen=True, slots=True, kw_only=True)
class BarRow:
    """A share, 0 to 1."""

    label: str
    share: float


def bars_spec(rows: Sequence[BarRow], *, title: str, subtitle: Sequence[str] = ()) -> Spec:
    """Return the bars as Vega-Lite, in the order given, with the share in print."""
    order = [row.label for row in rows]
    plain = {"domain": False, "ticks": False}
    scale = {"domain": [0, 1], "nice": False}
    share = field("share", scale=scale, axis={"format": "%", "tickCount": 5})
    body: Spec = {
        "width": _WIDE,
        "height": _ROW * max(1, len(rows)),
        "data": values(rows),
        "encoding": {"y": field("label", "nominal", sort=order, axis=plain), "x": share},
        "layer": [
            {"mark": mark("bar", color=BLUE, opacity=0.8)},
            {
                "mark": mark("text", align="left", dx=4),
                "encoding": {"text": field("share", format=".0%")},
            },
        ],
    }
    return framed(body, title=title, subtitle=subtitle)
