"""Prior against posterior: what the trials taught about a parameter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from assuage.report.plots.theme import (
    BLUE,
    INK,
    Spec,
    field,
    framed,
    mark,
    panels,
    values,
)

_COLUMNS, _WIDE, _TALL, _POINTS = 3, 240, 150, 161


@dataclass(frozen=True, slots=True, kw_only=True)
class DensityPoint:
    """The density of a parameter at `value`, before the trials (prior) or after (posterior)."""

    parameter: str
    of: Literal["prior", "posterior"]
    value: float
    density: float


def density_rows(
    parameter: str,
    of: Literal["prior", "posterior"],
    density: Callable[[float], float],
    span: tuple[float, float],
) -> tuple[DensityPoint, ...]:
    """Return the density at even steps across a span."""
    return tuple(
        DensityPoint(parameter=parameter, of=of, value=x, density=density(x))
        for x in np.linspace(*span, _POINTS).tolist()
    )


def density_spec(
    rows: Sequence[DensityPoint],
    *,
    title: str = "Before and after the trials",
    subtitle: Sequence[str] = (),
) -> Spec:
    """Return a panel for each parameter as Vega-Lite: the prior dashed, the posterior filled."""
    order = list(dict.fromkeys(row.parameter for row in rows))
    minus = {"labelExpr": "replace(datum.label, '-', '−')", "format": "~g", "tickCount": 6}
    x = field("value", axis={**minus, "grid": False}, scale={"zero": False, "nice": False})
    y = field("density", title="Density", axis={"labels": False, "ticks": False, "grid": False})

    def of(kind: str) -> list[Spec]:
        return [{"filter": f"datum.of === '{kind}'"}]

    dash = field(
        "of",
        "nominal",
        scale={"domain": ["prior", "posterior"], "range": [[5, 4], [1, 0]]},
        legend={"symbolType": "stroke", "symbolSize": 500, "symbolStrokeWidth": 2},
    )
    colour = field("of", "nominal", scale={"domain": ["prior", "posterior"], "range": [INK, BLUE]})
    body: Spec = {
        "data": values(rows),
        **panels("parameter", order, columns=_COLUMNS),
        "spec": {
            "width": _WIDE,
            "height": _TALL,
            "encoding": {"x": x, "y": y},
            "layer": [
                {"transform": of("posterior"), "mark": mark("area", color=BLUE, opacity=0.2)},
                {
                    "mark": mark("line", strokeWidth=2),
                    "encoding": {"strokeDash": dash, "color": colour},
                },
            ],
        },
        "resolve": {"scale": {"x": "independent", "y": "independent"}},
    }
    return framed(body, title=title, subtitle=subtitle)
