"""Deviance by point: which data does the model miss, and would inconsistency save them?

Dev-dev plot: Dias, Welton, Sutton, Caldwell, Lu and Ades, Med Decis Making 2013;33:641-656.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assuage.report.plots.theme import (
    BLUE,
    QUIET,
    SMALL,
    VERMILION,
    Spec,
    field,
    framed,
    mark,
)

_SIDE, _NAMED = 340, 12
_TOGETHER = 0.035
"""Names closer than this share of the axis would touch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviancePoint:
    """What one point (an arm, or a trial's contrasts) adds to the residual deviance.

    `size` is how many independent numbers the point holds, which is what it should add when the
    model is right; `consistency` and `inconsistency` are what it adds under either model.
    """

    label: str
    size: int
    consistency: float
    inconsistency: float


def deviance_spec(
    points: Sequence[DeviancePoint],
    *,
    title: str = "Deviance by point",
    subtitle: Sequence[str] = (),
) -> Spec:
    """Return consistency against inconsistency deviance as Vega-Lite. A point below the diagonal
    fits better when direct and indirect evidence may differ; those that deviate most are named."""
    top = 1.08 * max([1.0, *(p.consistency for p in points), *(p.inconsistency for p in points)])
    rows = _rows(points, top)
    scale = {"domain": [0, top], "nice": False}
    axis = {"tickCount": 6, "grid": True}
    x = field("consistency", title="Deviance, consistency model", scale=scale, axis=axis)
    y = field("inconsistency", title="Deviance, inconsistency model", scale=scale, axis=axis)
    kinds = {"condition": {"test": "datum.poor", "value": VERMILION}, "value": BLUE}
    shapes = {"condition": {"test": "datum.poor", "value": "diamond"}, "value": "circle"}
    ends = [{"consistency": v, "inconsistency": v} for v in (0.0, top)]
    body: Spec = {
        "width": _SIDE,
        "height": _SIDE,
        "encoding": {"x": x, "y": y},
        "layer": [
            {"data": {"values": ends}, "mark": mark("line", color=QUIET, strokeDash=[5, 4])},
            {
                "data": {"values": rows},
                "mark": mark("point", filled=True, opacity=0.8, size=54),
                "encoding": {"color": kinds, "shape": shapes},
            },
            {
                "data": {"values": [row for row in rows if row["name"]]},
                "mark": mark("text", align="left", dx=7, fontSize=SMALL, baseline="middle"),
                "encoding": {"text": field("name", "nominal")},
            },
        ],
    }
    lead = "Diamonds deviate by more than twice what they should."
    return framed(body, title=title, subtitle=[lead, *subtitle])


def _rows(points: Sequence[DeviancePoint], top: float) -> list[Spec]:
    poor = [p for p in points if max(p.consistency, p.inconsistency) > 2 * p.size]
    named = sorted(poor, key=lambda p: -max(p.consistency, p.inconsistency))[:_NAMED]
    names = _names(named, top)
    return [
        {
            "label": p.label,
            "consistency": p.consistency,
            "inconsistency": p.inconsistency,
            "poor": p in poor,
            "name": names.get(p, ""),
        }
        for p in points
    ]


def _names(points: Sequence[DeviancePoint], top: float) -> dict[DeviancePoint, str]:
    """One name for points that lie together, so that names do not cover each other."""
    groups: list[list[DeviancePoint]] = []
    for point in points:
        for group in groups:
            first = group[0]
            apart = max(
                abs(point.consistency - first.consistency) / 4,
                abs(point.inconsistency - first.inconsistency),
            )
            if apart < _TOGETHER * top:
                group.append(point)
                break
        else:
            groups.append([point])
    return {group[0]: ", ".join(p.label for p in group) for group in groups}
