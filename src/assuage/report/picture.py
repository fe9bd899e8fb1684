"""The ink: inline SVG from the rows of `chart`. Colour repeats what shape already says."""

from markupsafe import Markup

from assuage.options.appraisal import Interval
from assuage.report.chart import IntervalMark, People, Scale
from assuage.report.numbers import signed
from assuage.report.svg import el, joined, picture

_PERSON = (
    "M5 0.4a2.4 2.4 0 1 1 0 4.8a2.4 2.4 0 1 1 0-4.8z"
    "M5 6c2.9 0 4 1.5 4 4v4.2h-8v-4.2c0-2.5 1.1-4 4-4z"
)
_DIAMOND = "M0-5.2L5.2 0L0 5.2L-5.2 0Z"
_ACROSS, _DOWN = 12.0, 17.0


def draw_interval(mark: IntervalMark, scale: Scale, label: str) -> Markup:
    """Draw one interval with its zero line; it fills its cell, so that rows share the axis.

    Circle: wanted; diamond: unwanted. Solid: moderate or high certainty; dashed: less.
    """
    difference = mark.difference
    at = _percent(scale, difference.estimate)
    whisker = "whisker" if mark.firm else "whisker weak"
    kind = "wanted" if mark.wanted else "unwanted"
    shape = (
        el("circle", cx=at, cy="50%", r=4.4)
        if mark.wanted
        else el("svg", el("path", d=_DIAMOND), x=at, y="50%", overflow="visible")
    )
    return el(
        "svg",
        el("title", label),
        *_grid(scale),
        el(
            "line",
            x1=_percent(scale, max(difference.low, scale.low)),
            x2=_percent(scale, min(difference.high, scale.high)),
            y1="50%",
            y2="50%",
            class_=f"{whisker} {kind}",
        ),
        *_arrows(difference, scale, kind),
        el("g", shape, class_=f"mark {kind}"),
        role="img",
        class_="strip",
    )


def _arrows(difference: Interval, scale: Scale, kind: str) -> list[Markup]:
    """Point to where an interval goes on beyond the axis."""
    ends = (
        ("0%", "M0-4L-6 0L0 4Z", difference.low < scale.low),
        ("100%", "M0-4L6 0L0 4Z", difference.high > scale.high),
    )
    return [
        el("svg", el("path", d=d, class_=f"mark {kind}"), x=x, y="50%", overflow="visible")
        for x, d, runs_off in ends
        if runs_off
    ]


def draw_empty(scale: Scale) -> Markup:
    """Draw the zero line alone, so that it runs on through a row without data."""
    return el("svg", *_grid(scale), aria_hidden="true", class_="strip")


def draw_axis(scale: Scale) -> Markup:
    """Draw the axis that the rows above share: zero and its ends, where there is room for them."""
    left = [scale.low] if scale.place(0) >= 35 else []
    right = [scale.high] if scale.place(0) <= 65 else []
    labels = (
        el(
            "text",
            signed(tick, "per_1000"),
            x=_percent(scale, tick),
            y="11",
            text_anchor=_anchor(scale, tick),
        )
        for tick in dict.fromkeys((*left, 0, *right))
    )
    return el("svg", *labels, aria_hidden="true", class_="axis")


def _anchor(scale: Scale, tick: int) -> str:
    """Keep the first and the last label inside the picture."""
    return {scale.low: "start", scale.high: "end"}.get(tick, "middle")


def _grid(scale: Scale) -> list[Markup]:
    return [
        el(
            "line",
            x1=_percent(scale, tick),
            x2=_percent(scale, tick),
            y1="0",
            y2="100%",
            class_="zero" if tick == 0 else "tick",
        )
        for tick in scale.ticks
    ]


def _percent(scale: Scale, value: float) -> str:
    return f"{scale.place(value):.2f}%"


def draw_people(people: People, *, title: str, description: str, key: str, wanted: bool) -> Markup:
    """Draw 100 people, ten in a row: those whom the drug changes first, from the top left."""
    kinds = [kind for kind, number in people_counts(people).items() for _ in range(number)]
    figures = (
        _person(kind, key, x=_ACROSS * (i % 10), y=_DOWN * (i // 10))
        for i, kind in enumerate(kinds)
    )
    return picture(
        el("defs", el("path", d=_PERSON, id=f"{key}-person")),
        joined(figures),
        title=title,
        description=description,
        key=key,
        viewBox=f"-1 -1 {10 * _ACROSS:g} {10 * _DOWN:g}",
        class_="people " + ("wanted" if wanted else "unwanted"),
    )


def draw_key(kind: str, *, key: str, wanted: bool) -> Markup:
    """Draw one figure of a kind, for the legend beside the picture with the same key."""
    return el(
        "svg",
        _person(kind, key, x=0.0, y=0.0),
        viewBox="-1 -1 12 17",
        aria_hidden="true",
        class_="people-key " + ("wanted" if wanted else "unwanted"),
    )


def draw_key_alone(kind: str, *, wanted: bool) -> Markup:
    """Draw one figure of a kind with its own outline: on paper no picture lends one to another."""
    parts = [el("path", d=_PERSON, class_=kind)]
    if kind == "instead":
        parts.append(el("path", d="M0 14.4l10-14", class_="cross"))
    return el(
        "svg",
        *parts,
        viewBox="-1 -1 12 17",
        aria_hidden="true",
        class_="people-key " + ("wanted" if wanted else "unwanted"),
    )


def _person(kind: str, key: str, *, x: float, y: float) -> Markup:
    body = el("use", href=f"#{key}-person", x=x, y=y, class_=kind)
    if kind != "instead":
        return body
    return body + el("path", d=f"M{x:g} {y + 14.4:g}l10-14", class_="cross")


def people_counts(people: People) -> dict[str, int]:
    """Return how many figures of each kind are drawn, in the order of drawing."""
    return {
        "because": people.because,
        "anyway": people.anyway,
        "instead": people.instead,
        "neither": people.neither,
    }
