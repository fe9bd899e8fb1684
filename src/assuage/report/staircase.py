"""The ink of a dose plan: a staircase of doses over weeks, with the days of review."""

from markupsafe import Markup

from assuage.report.chart import Staircase
from assuage.report.svg import el, joined, picture

_WIDTH, _HEIGHT = 760.0, 222.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 66.0, 14.0, 54.0, 34.0
_LABEL_WIDTH = 190.0


def draw_staircase(stairs: Staircase, *, title: str, description: str) -> Markup:
    """Draw the doses as steps, each with its mg, and a flag on every review."""
    top = max(tread.dose for tread in stairs.treads)

    def x(day: float) -> float:
        return _LEFT + (day - 1) / (stairs.last_day - 1) * (_WIDTH - _LEFT - _RIGHT)

    def y(dose: float) -> float:
        return _HEIGHT - _BOTTOM - dose / top * (_HEIGHT - _TOP - _BOTTOM)

    outline = f"M{x(1):.1f} {y(0):.1f}" + "".join(
        f"V{y(tread.dose):.1f}H{x(tread.to_day):.1f}" for tread in stairs.treads
    )
    parts = [
        el("path", d=f"{outline}V{y(0):.1f}Z", class_="stairs-fill"),
        el("path", d=outline, class_="stairs-line"),
        el("line", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=y(0), y2=y(0), class_="zero"),
        joined(
            _label(f"{tread.dose:g} mg", x(tread.from_day) + 5, y(tread.dose) - 6, "stairs-dose")
            for tread in stairs.treads
        ),
        joined(_tick(week, x(1 + 7 * week), y(0)) for week in stairs.week_ticks),
        _label("week", _LEFT - 10, y(0) + 18, "stairs-axis", anchor="end"),
        joined(_flag(x(day), y(0), purpose) for day, purpose in stairs.reviews),
    ]
    return picture(
        *parts,
        title=title,
        description=description,
        key="staircase",
        viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}",
        class_="staircase",
    )


def _label(content: str, x: float, y: float, class_: str, *, anchor: str = "start") -> Markup:
    return el("text", content, x=x, y=y, class_=class_, text_anchor=anchor)


def _tick(week: int, x: float, y: float) -> Markup:
    line = el("line", x1=x, x2=x, y1=y, y2=y + 5, class_="zero")
    return line + _label(str(week), x, y + 18, "stairs-axis", anchor="middle")


def _flag(x: float, floor: float, purpose: str) -> Markup:
    words = {"tolerability": "review: tolerated?", "efficacy": "review: helping?"}[purpose]
    after = x < _LABEL_WIDTH  # there is no room to the left of an early flag
    anchor = "start" if after else "end"
    return joined(
        [
            el("line", x1=x, x2=x, y1=14.0, y2=floor, class_="flag"),
            el("path", d=f"M{x:.1f} 8l5 5l-5 5l-5-5z", class_="flag-head"),
            _label(words, x + (9 if after else -9), 17.0, "stairs-axis", anchor=anchor),
        ]
    )
