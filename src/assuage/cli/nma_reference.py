"""Write docs/reference/nma-api.md from the docstrings of the Python API."""

import inspect
import re
from collections.abc import Callable, Iterator
from textwrap import dedent
from typing import Any

from assuage import nma
from assuage.nma.absolute import Absolute
from assuage.nma.consistency import Consistency, Splits
from assuage.nma.diagnostics import Diagnostics
from assuage.nma.effects import Predictions, RelativeEffects
from assuage.nma.funnel import Funnel
from assuage.nma.heterogeneity import Heterogeneity
from assuage.nma.league import League
from assuage.nma.ranks import Ranks
from assuage.nma.tables import Table
from assuage.report.plots.ink import Figure

PAGE = "nma-api.md"
_OPENING = """\
# The Python API of network meta-analysis

Written by `make docs` from the docstrings; do not edit.
[The tutorial](../tutorials/from-csv-to-league-table.md) shows it at work. Numbers in the fields of
a value are on the analysis scale (logarithms for ratios); tables and plots are on the scale that
readers use.
"""
_VALUES = (RelativeEffects, Predictions, Ranks, Heterogeneity, Consistency, Splits, Diagnostics)
_MORE = (League, Funnel, Absolute)


def page() -> str:
    """Return the page as Markdown."""
    parts = [_OPENING.strip(), "## Reading"]
    parts += [_entry(f"nma.{f.__name__}", f) for f in (nma.read, nma.from_arms, nma.from_contrasts)]
    parts += _section("The network", "network", nma.NetworkAccount)
    parts += _section("The fit", "fit", nma.Fit)
    parts.append("## What a fit answers")
    for answer in (*_VALUES, *_MORE):
        parts += [f"### {answer.__name__}", _text(answer)]
        parts += [_line(name, member) for name, member in _members(answer)]
    parts += _section("Tables", "table", Table)
    parts += _section("Figures", "figure", Figure)
    return "\n\n".join(parts) + "\n"


def _section(title: str, name: str, kind: type) -> list[str]:
    entries = [_entry(f"{name}.{own}", member) for own, member in _members(kind)]
    return [f"## {title}", _text(kind), *entries]


def _members(kind: type) -> Iterator[tuple[str, Any]]:
    """Public methods and properties, in the order in which the class has them."""
    for name, member in vars(kind).items():
        documented = inspect.isfunction(member) or isinstance(member, property)
        if documented and not name.startswith("_") and inspect.getdoc(member):
            yield name, member


def _entry(name: str, member: Any) -> str:
    return f"### {name}\n\n`{_called(name, member)}`\n\n{_text(member)}"


def _line(name: str, member: Any) -> str:
    return f"- `{_called('.' + name, member)}`: {' '.join(_text(member).split())}"


def _called(name: str, member: Any) -> str:
    if isinstance(member, property):
        return name
    return f"{name}({', '.join(_parameters(member))})"


def _parameters(function: Callable[..., Any]) -> Iterator[str]:
    named = False
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name == "self":
            continue
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            yield f"*{parameter.name}"
            continue
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and not named:
            named = True
            yield "*"
        given = parameter.default
        plain = given is inspect.Parameter.empty
        yield parameter.name if plain else f"{parameter.name}={given!r}"


def _text(member: Any) -> str:
    return re.sub(r"\n +", "\n", dedent(inspect.getdoc(member) or ""))
