"""Turn a plot's specification into SVG or PNG: on this machine, with no network and no browser."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from assuage.errors import MissingSoftware, PlotError

VEGA_LITE = "5.20"
FORMATS = (".svg", ".png", ".json")
_NAMED = re.compile(r'<(?:linearGradient|radialGradient|clipPath) id="(\w+)"')
_MIME = "application/vnd.vegalite.v5+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A plot. `vega` is its whole Vega-Lite 5 specification, data included, which a page can draw
    too; it names no data elsewhere. In a notebook a figure shows itself."""

    vega: Mapping[str, Any]

    def svg(self) -> str:
        """Return the plot as SVG. Raises MissingSoftware without vl-convert."""
        drawn = _converter().vegalite_to_svg(
            dict(self.vega), vl_version=VEGA_LITE, allowed_base_urls=[]
        )
        return _own_names(cast("str", drawn), json.dumps(self.vega, sort_keys=True))

    def png(self, scale: float = 2.0) -> bytes:
        """Return the plot as PNG; `scale` is the number of pixels for one of the plot's own."""
        drawn = _converter().vegalite_to_png(
            dict(self.vega), vl_version=VEGA_LITE, scale=scale, allowed_base_urls=[]
        )
        return cast("bytes", drawn)

    def save(self, path: str | Path, *, scale: float = 2.0) -> Path:
        """Write the plot in the form that the file's name asks for: .svg, .png, or .json (the
        specification). Raises PlotError for another one."""
        target = Path(path)
        ending = target.suffix.lower()
        if ending not in FORMATS:
            raise PlotError(
                f"{target}: a plot is saved as {', '.join(FORMATS)}, "
                f"not as {ending or 'a file without an ending'}."
            )
        if ending == ".json":
            target.write_text(json.dumps(self.vega, ensure_ascii=False, indent=1), "utf-8")
        elif ending == ".svg":
            target.write_text(self.svg(), encoding="utf-8")
        else:
            target.write_bytes(self.png(scale))
        return target

    def _repr_svg_(self) -> str | None:
        try:
            return self.svg()
        except MissingSoftware:
            return None

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """What a notebook may show: the specification, and the picture if it can be drawn."""
        bundle: dict[str, Any] = {_MIME: dict(self.vega), "text/plain": repr(self)}
        if (drawn := self._repr_svg_()) is not None:
            bundle["image/svg+xml"] = drawn
        return bundle

    def __repr__(self) -> str:
        title = self.vega.get("title")
        return f"Figure({title['text'] if isinstance(title, dict) else ''!r})"


def _own_names(svg: str, spec: str) -> str:
    """Rename gradients and clips after the plot itself.

    The renderer numbers them on through a process, which would make the same plot differ from
    one run to the next, and let two plots on one page take each other's colours.
    """
    prefix = f"p{sha256(spec.encode()).hexdigest()[:8]}"
    for number, old in enumerate(dict.fromkeys(_NAMED.findall(svg))):
        new = f"{prefix}-{number}"
        svg = svg.replace(f'id="{old}"', f'id="{new}"').replace(f"url(#{old})", f"url(#{new})")
    return svg


def _converter() -> Any:
    try:
        import vl_convert  # noqa: PLC0415 - an extra, and large
    except ImportError as error:
        raise MissingSoftware(
            "Drawing a plot needs the package vl-convert-python, which is not installed. "
            "Install it with: pip install 'assuage[plots]'. Tables and a plot's specification "
            "(.vega, or a file that ends in .json) need nothing more."
        ) from error
    return vl_convert
