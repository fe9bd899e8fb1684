"""Colours of the page against WCAG 2.2: 4.5 to 1 for text (1.4.3), 3 to 1 for marks (1.4.11)."""

import re
from importlib.resources import files

import pytest

CSS = (files("assuage.report") / "templates" / "page.css").read_text()
CHIPS = ["good", "care", "ask", "avoid", "stop"]
TEXT = [
    *[(text, ground) for text in ("ink", "soft", "accent") for ground in ("paper", "panel")],
    *[(chip, f"{chip}-bg") for chip in CHIPS],
    *[
        (text, f"{chip}-bg")
        for text in ("ink", "soft", "accent")
        for chip in ("ask", "care", "stop")
    ],
]
MARKS = [(mark, "paper") for mark in ("accent", "harm", "rest", "soft")]


def palette(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


LIGHT = palette(CSS[: CSS.index("@media")])
DARK = palette(CSS[CSS.index("prefers-color-scheme: dark") : CSS.index("* { box-sizing")])


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_is_that_of_the_standard():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_both_palettes_name_the_same_colours():
    assert set(LIGHT) == set(DARK)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (MARKS, 3.0)], ids=["text", "marks"])
def test_what_must_be_read_stands_out(
    colours: dict[str, str], pairs: list[tuple[str, str]], least: float
):
    weak = {
        pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2)
        for pair in pairs
        if contrast(colours[pair[0]], colours[pair[1]]) < least
    }
    assert weak == {}
