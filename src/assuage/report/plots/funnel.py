"""The comparison-adjusted funnel plot: do small trials favour the newer treatment?

Chaimani and Salanti, Res Synth Methods 2012;3:161-176; Chaimani, Higgins, Mavridis, Spyridonos
and Salanti, PLoS One 2013;8:e76654.
"""

from collections.abc import Sequence

from assuage.evidence.network import Measure
from assuage.report.plots.scale import MEASURE_NAMES, RATIOS
from assuage.report.plots.theme import (
    QUIET,
    SERIES,
    SHAPES,
    Spec,
    field,
    framed,
    mark,
    values,
)
from assuage.synthesis.classical.funnel import FunnelRow

Z95 = 1.959963984540054
_WIDE, _TALL = 400, 320
_KEYS = 24
"""Up to so many comparisons are told apart."""


def funnel_spec(
    rows: Sequence[FunnelRow],
    *,
    measure: Measure,
    title: str = "Comparison-adjusted funnel",
    subtitle: Sequence[str] = (),
) -> Spec:
    """Return the funnel as Vega-Lite: precise trials at the top, the lines hold 95% of trials
    where only chance acts."""
    pairs = list(dict.fromkeys(f"{r.treatment1} vs {r.treatment2}" for r in rows))
    data = values(rows)
    for datum, row in zip(data["values"], rows, strict=True):
        datum["pair"] = f"{row.treatment1} vs {row.treatment2}"
    depth = 1.06 * max((r.se for r in rows), default=1.0)
    reach = 1.05 * max([Z95 * depth, *(abs(r.centred) for r in rows)])
    scale = {"domain": [-reach, reach], "nice": False}
    kind = MEASURE_NAMES[measure].lower()
    of = f"log {kind}" if measure in RATIOS else kind
    minus = {"labelExpr": "replace(datum.label, '-', '−')", "format": "~g", "tickCount": 7}
    x = field("centred", title=f"Trial's {of} less that of its comparison", scale=scale, axis=minus)
    down = {"domain": [0, depth], "reverse": True, "nice": False}
    y = field("se", title="Standard error", scale=down, axis={"tickCount": 6, "format": "~g"})
    edge = [{"side": s, "centred": s * Z95 * e, "se": e} for s in (-1, 1) for e in (0.0, depth)]
    middle = [{"side": 0, "centred": 0.0, "se": e} for e in (0.0, depth)]
    body: Spec = {
        "width": _WIDE,
        "height": _TALL,
        "layer": [
            _outline(edge, x, y, [5, 4]),
            _outline(middle, x, y, []),
            {
                "data": data,
                "mark": mark("point", filled=True, opacity=0.85, size=62),
                "encoding": {"x": x, "y": y, **_keys(pairs)},
            },
        ],
    }
    return framed(body, title=title, subtitle=subtitle)


def _outline(points: list[Spec], x: Spec, y: Spec, dash: list[int]) -> Spec:
    return {
        "data": {"values": points},
        "mark": mark("line", color=QUIET, strokeWidth=1, strokeDash=dash),
        "encoding": {"x": x, "y": y, "detail": field("side", "nominal"), "order": field("se")},
    }


def _keys(pairs: list[str]) -> Spec:
    """Colour and shape of each comparison; beyond a couple of dozen a legend helps nobody."""
    if len(pairs) > _KEYS:
        return {"color": {"value": SERIES[0]}}
    legend = {"symbolLimit": 0, "columns": 1 if len(pairs) <= 16 else 2}
    colours = [SERIES[i % len(SERIES)] for i in range(len(pairs))]
    shapes = [SHAPES[i % len(SHAPES)] for i in range(len(pairs))]
    return {
        "color": field("pair", "nominal", scale={"domain": pairs, "range": colours}, legend=legend),
        "shape": field("pair", "nominal", scale={"domain": pairs, "range": shapes}, legend=legend),
    }
