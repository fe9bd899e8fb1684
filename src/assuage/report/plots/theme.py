"""How every plot of the evidence looks: one type scale, few colours, marks that print in black.

Colours are from the palette of Okabe and Ito, whose members differ in lightness too; where two
kinds of mark stand side by side they also differ in shape, so that a plot survives a grey copy
and colour-blind eyes. Text is never limited in length: a plot grows instead.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, cast

from assuage.report.wording import printable

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
FONT = "Arial, Liberation Sans, Helvetica, sans-serif"
TITLE, BODY, SMALL = 14, 12, 10.5
"""The type scale, in pixels: the title, everything read, and notes."""

INK, QUIET, FAINT, PAPER = "#1a1a1a", "#5f6368", "#d4d7db", "#ffffff"
BLUE, VERMILION, GREEN, GOLD = "#0072B2", "#D55E00", "#009E73", "#E69F00"
SKY, PURPLE, BLACK = "#56B4E9", "#A6557F", "#1a1a1a"
SERIES = (BLUE, VERMILION, BLACK, GREEN, PURPLE, GOLD, SKY)
SHAPES = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross")
FAVOURS_LOW, MIDDLE, FAVOURS_HIGH = "#2166AC", "#F7F7F7", "#B2560B"
"""Ends and middle of a scale that runs both ways: blue below, orange above."""

Spec = dict[str, Any]
Values = Sequence[Mapping[str, Any]]
_NARROW, _WIDE = frozenset("iljtfrI.,;:'|!()[] "), frozenset("mwMW@%")


def config() -> Spec:
    """Return the look that all plots share, as Vega-Lite's configuration."""
    words = {"labelFont": FONT, "titleFont": FONT, "labelFontSize": BODY, "titleFontSize": BODY}
    return {
        "background": PAPER,
        "font": FONT,
        "padding": 12,
        "view": {"stroke": None},
        "axis": _axis(),
        "header": {**words, "labelLimit": 0, "labelColor": INK, "labelFontWeight": "bold"},
        "legend": {
            **words,
            "labelLimit": 0,
            "titleLimit": 0,
            "titleFontWeight": "normal",
            "labelColor": INK,
            "titleColor": QUIET,
        },
        "title": {
            "font": FONT,
            "fontSize": TITLE,
            "fontWeight": "bold",
            "color": INK,
            "anchor": "start",
            "frame": "bounds",
            "offset": 14,
            "limit": 0,
            "subtitleFont": FONT,
            "subtitleFontSize": BODY,
            "subtitleColor": QUIET,
            "subtitlePadding": 5,
            "lineBreak": "\n",
        },
        "text": {"font": FONT, "fontSize": BODY, "color": INK, "limit": 0},
        "range": {"category": list(SERIES), "symbol": list(SHAPES)},
    }


def _axis() -> Spec:
    return {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": BODY,
        "titleFontSize": BODY,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": INK,
        "labelLimit": 0,
        "titleLimit": 0,
        "gridColor": "#eceef0",
        "domainColor": QUIET,
        "tickColor": QUIET,
        "titlePadding": 8,
        "labelPadding": 4,
        "labelFlush": False,
    }


def panels(field: str, order: Sequence[str], *, columns: int) -> Spec:
    """Return a row of small plots, one for each value of a column, in the order given."""
    by = {"field": field, "type": "nominal", "sort": list(order), "title": None}
    return {
        "facet": {**by, "header": {"labelAnchor": "start"}},
        "columns": min(columns, max(1, len(order))),
        "spacing": 24,
    }


def framed(body: Spec, *, title: str, subtitle: Sequence[str] = (), about: str = "") -> Spec:
    """Return a whole specification: the body under a title, in the common look.

    `about` is what a screen reader says; without it, the title and its lines.
    """
    heading: Spec = {"text": title}
    if subtitle:
        heading["subtitle"] = list(subtitle)
    whole: Spec = {
        "$schema": SCHEMA,
        "description": about or " ".join([title, *subtitle]),
        "title": heading,
        **body,
    }
    return {**_printable(whole), "config": config()}


def _printable(part: Any) -> Any:
    """Leave out what may not stand in an XML file or turns a reader's eyes: control characters."""
    if isinstance(part, dict):
        return {key: _printable(inner) for key, inner in cast("Spec", part).items()}
    if isinstance(part, list):
        return [_printable(inner) for inner in cast("list[Any]", part)]
    return printable(part) if isinstance(part, str) else part


def values(rows: Iterable[Any]) -> Spec:
    """Return dataclass rows as inline data."""
    return {"values": [asdict(row) for row in rows]}


def text_width(label: str, size: float = BODY, *, bold: bool = False) -> float:
    """Return about how wide a label is, in pixels: enough to leave room for it."""
    units = sum(0.32 if c in _NARROW else 0.9 if c in _WIDE else 0.58 for c in label)
    return units * size * (1.08 if bold else 1.0)


def widest(labels: Iterable[str], size: float = BODY, *, bold: bool = False) -> float:
    return max((text_width(label, size, bold=bold) for label in labels), default=0.0)


def field(name: str, kind: str = "quantitative", **more: Any) -> Spec:
    """Return the encoding of a column; without `title` it has none."""
    return {"field": name, "type": kind, "title": None, **more}


def mark(kind: str, **more: Any) -> Spec:
    return {"type": kind, **more}
