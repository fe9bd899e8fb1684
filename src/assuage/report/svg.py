"""Write SVG elements with every attribute and text escaped; styles are the page's classes."""

from collections.abc import Iterable

from markupsafe import Markup, escape

Attribute = str | float | int | None


def el(name: str, *children: Markup | str, **attributes: Attribute) -> Markup:
    """Return one element. `class_` is class; underscores become hyphens; None is left out."""
    written = Markup("").join(
        Markup(' {}="{}"').format(Markup(key.rstrip("_").replace("_", "-")), _value(value))
        for key, value in attributes.items()
        if value is not None
    )
    inside = Markup("").join(escape(child) for child in children)
    return Markup("<{name}{written}>{inside}</{name}>").format(
        name=Markup(name), written=written, inside=inside
    )


def joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)


def picture(
    *children: Markup, title: str, description: str, key: str, **attributes: Attribute
) -> Markup:
    """Return an `svg` that a screen reader announces; `key` is unique in the page."""
    return el(
        "svg",
        el("title", title, id=f"{key}-title"),
        el("desc", description, id=f"{key}-desc"),
        *children,
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
        **attributes,
    )


def _value(value: Attribute) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
