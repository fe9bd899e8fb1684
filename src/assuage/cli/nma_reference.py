"""Write docs/reference/nma-api.md from the docstrings of the Python API."""

import inspect
import re
from collections.abc import Callable, Iterator
from textwrap import dedent
from typing import Any

from assuage import nma
from assuage.nma.absolute import Absolute
from assuage.nma.coefficients import Coefficients
from assuage.nma.comparing import Comparison
from assuage.nma.components import Components
from assuage.nma.consistency import Consistency, Splits
from assuage.nma.counts import CountNetwork
from assuage.nma.diagnostics import Diagnostics, PosteriorDiagnostics
from assuage.nma.dosing import DoseCurves
from assuage.nma.effects import Predictions, RelativeEffects
from assuage.nma.funnel import Funnel
from assuage.nma.heterogeneity import Heterogeneity
from assuage.nma.interaction import InconsistencyVariance, Interaction
from assuage.nma.league import League
from assuage.nma.matrices import ContributionMatrix, NetHeatMatrix, PathMeasures
from assuage.nma.node_splits import NodeSplits
from assuage.nma.ranks import Ranks
from assuage.nma.regression import Regression
from assuage.nma.sensitivity import Cumulative, LeaveOneOut
from assuage.nma.shape import Shape
from assuage.nma.tables import Table
from assuage.nma.thresholds import DecisionThresholds
from assuage.nma.unrelated import UnrelatedMeansFit
from assuage.report.plots.ink import Figure

PAGE = "nma-api.md"
_OPENING = """\
# The Python API of network meta-analysis

Written by `make docs` from the docstrings; do not edit.
[The tutorial](../tutorials/from-csv-to-league-table.md) shows it at work. Numbers in the fields of
a value are on the analysis scale (logarithms for ratios); tables and plots are on the scale that
readers use.
"""
_VALUES = (
    *(RelativeEffects, Predictions, Ranks, Heterogeneity, League, Absolute),
    *(Diagnostics, PosteriorDiagnostics, UnrelatedMeansFit, Coefficients, Comparison),
    *(Consistency, Splits, NodeSplits, Interaction, InconsistencyVariance),
    *(NetHeatMatrix, ContributionMatrix, PathMeasures),
    *(LeaveOneOut, Cumulative, Regression, DecisionThresholds, Funnel),
    *(CountNetwork, Components, DoseCurves, Shape),
)
_READING = (nma.read, nma.from_arms, nma.from_contrasts)
_MORE = (
    nma.crossover_from_means,
    nma.crossover_from_events,
    nma.correlation_from_difference,
    nma.compare,
)


def page() -> str:
    """Return the page as Markdown."""
    parts = [_OPENING.strip(), "## Reading"]
    parts += [_entry(f"nma.{f.__name__}", f) for f in _READING]
    parts += _section("The network", "network", nma.NetworkAccount)
    parts += _section("The fit", "fit", nma.Fit)
    parts.append("## Beside networks and fits")
    parts += [_entry(f"nma.{f.__name__}", f) for f in _MORE]
    parts.append("## What networks and fits answer")
    for answer in _VALUES:
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
    own = [kind, *(base for base in reversed(kind.__mro__[1:]) if _is_ours(base))]
    for name, member in ((n, m) for part in own for n, m in vars(part).items()):
        documented = inspect.isfunction(member) or isinstance(member, property)
        if documented and not name.startswith("_") and inspect.getdoc(member):
            yield name, member


def _is_ours(base: type) -> bool:
    return base.__module__.startswith("assuage.")


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
