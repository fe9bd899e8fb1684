"""The network graph: who was compared with whom, in how many trials and people."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import cos, hypot, pi, sin

from assuage.evidence.network import StudyContrasts
from assuage.report.plots.theme import (
    BLUE,
    INK,
    PAPER,
    QUIET,
    SERIES,
    SMALL,
    Spec,
    field,
    framed,
    mark,
    values,
    widest,
)

_RADIUS, _LABEL_GAP = 150.0, 14.0
_AREA, _LEAST_AREA = 1100.0, 40.0
"""Area of the largest node and of the smallest that can be seen, in square pixels."""
_WIDEST_EDGE = 9.0
_SHADED = 6
"""Up to so many multi-arm designs are shaded: more would be a blur."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphNode:
    """A treatment on the unit circle (x to the right, y up). `people` is None where the table
    does not tell how many."""

    treatment: str
    trials: int
    people: float | None
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphEdge:
    """A comparison that `trials` make directly, `multi_arm` of them with more than two arms."""

    treatment1: str
    treatment2: str
    trials: int
    multi_arm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiArmDesign:
    """A set of three treatments or more that trials compare together."""

    treatments: tuple[str, ...]
    trials: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkGraph:
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
    multi_arm: tuple[MultiArmDesign, ...]


def network_graph(
    studies: Sequence[StudyContrasts], people: Mapping[str, float] | None = None
) -> NetworkGraph:
    """Return nodes in alphabetical order, clockwise from the top, and the edges between them.

    `people` is the number of people on each treatment. The same studies in any order give the
    same graph.
    """
    trials = Counter(t for study in studies for t in study.treatments)
    pairs: Counter[tuple[str, str]] = Counter()
    joint: Counter[tuple[str, str]] = Counter()
    designs: Counter[tuple[str, ...]] = Counter()
    for study in studies:
        arms = tuple(sorted(study.treatments))
        pairs.update(combinations(arms, 2))
        if len(arms) > 2:
            joint.update(combinations(arms, 2))
            designs[arms] += 1
    names = sorted(trials)
    return NetworkGraph(
        nodes=tuple(
            GraphNode(
                treatment=name,
                trials=trials[name],
                people=None if people is None else people.get(name),
                x=round(sin(2 * pi * i / len(names)), 9) + 0.0,
                y=round(cos(2 * pi * i / len(names)), 9) + 0.0,
            )
            for i, name in enumerate(names)
        ),
        edges=tuple(
            GraphEdge(treatment1=a, treatment2=b, trials=pairs[a, b], multi_arm=joint[a, b])
            for a, b in sorted(pairs)
        ),
        multi_arm=tuple(
            MultiArmDesign(treatments=arms, trials=count) for arms, count in sorted(designs.items())
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """An edge in pixels, with where its number stands."""

    x: float
    y: float
    x2: float
    y2: float
    width: float
    trials: int
    mid_x: float
    mid_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Corner:
    design: str
    order: float
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Disc:
    x: float
    y: float
    area: float
    label: str
    note: str
    text_x: float
    text_y: float
    align: str


def network_spec(graph: NetworkGraph, *, title: str = "Network of trials") -> Spec:
    """Return the graph as Vega-Lite: area of a node for people, width of an edge for trials,
    a shade for trials with three arms or more."""
    radius = max(_RADIUS, 11.0 * len(graph.nodes))
    where = {n.treatment: (radius * n.x, radius * n.y) for n in graph.nodes}
    counted = all(n.people is not None for n in graph.nodes)
    side = 2 * radius + 60
    scale = {"domain": [-side / 2, side / 2], "nice": False, "zero": False}
    at = {"x": field("x", scale=scale, axis=None), "y": field("y", scale=scale, axis=None)}
    shaded = graph.multi_arm[:_SHADED] if len(graph.multi_arm) <= _SHADED else ()
    size = "people" if counted else "trials"
    notes = [f"Size of a circle: {size}. Width of a line, and number on it: trials."]
    if shaded:
        notes.append("Shaded: trials with three arms or more.")
    elif graph.multi_arm:
        many = sum(d.trials for d in graph.multi_arm)
        notes.append(f"{many} trials have three arms or more (not shaded).")
    layers = [
        _shades(shaded, where, at),
        _lines(graph, where, at),
        *_discs(graph, where, at, counted=counted),
        _numbers(graph, where, at),
    ]
    room = widest([n.treatment for n in graph.nodes]) + 40
    return framed(
        {"width": side, "height": side, "layer": layers},
        title=title,
        subtitle=_broken(notes, side + room),
    )


def _broken(notes: Sequence[str], room: float) -> list[str]:
    joined = " ".join(notes)
    return [joined] if widest([joined]) < room else list(notes)


def _shades(designs: Sequence[MultiArmDesign], where: dict[str, tuple[float, float]], at: Spec):
    rows = [
        _Corner(design=str(k), order=float(i), x=where[arm][0], y=where[arm][1])
        for k, design in enumerate(designs)
        for i, arm in enumerate(design.treatments)
    ]
    return {
        "data": values(rows),
        "mark": mark("line", filled=True, opacity=0.16, interpolate="linear-closed", strokeWidth=0),
        "encoding": {
            **at,
            "order": field("order"),
            "fill": field("design", "nominal", legend=None, scale={"range": list(SERIES)}),
            "detail": field("design", "nominal"),
        },
    }


def _lines(graph: NetworkGraph, where: dict[str, tuple[float, float]], at: Spec) -> Spec:
    return {
        "data": values(_edges(graph, where)),
        "mark": mark("rule", color="#8a9099", opacity=0.85, strokeCap="round"),
        "encoding": {
            **at,
            "x2": {"field": "x2"},
            "y2": {"field": "y2"},
            "strokeWidth": field("width", scale=None, legend=None),
        },
    }


def _edges(graph: NetworkGraph, where: dict[str, tuple[float, float]]) -> list[_Line]:
    most = max((e.trials for e in graph.edges), default=1)
    rows: list[_Line] = []
    for edge in graph.edges:
        (x, y), (x2, y2) = where[edge.treatment1], where[edge.treatment2]
        length = hypot(x2 - x, y2 - y)
        part = 0.5 if length < 1.6 * max(map(abs, (x, y, 1.0))) else 0.36
        rows.append(
            _Line(
                x=x,
                y=y,
                x2=x2,
                y2=y2,
                width=1.0 + (_WIDEST_EDGE - 1.0) * edge.trials / most,
                trials=edge.trials,
                mid_x=x + part * (x2 - x),
                mid_y=y + part * (y2 - y),
            )
        )
    return rows


def _numbers(graph: NetworkGraph, where: dict[str, tuple[float, float]], at: Spec) -> Spec:
    """The number of trials of each edge, on a plate of paper so that it can be read."""
    x, y = {**at["x"], "field": "mid_x"}, {**at["y"], "field": "mid_y"}
    return {
        "data": values(_edges(graph, where)),
        "encoding": {"x": x, "y": y},
        "layer": [
            {"mark": mark("point", shape="circle", filled=True, size=190, color=PAPER, opacity=1)},
            {
                "mark": mark("text", fontSize=SMALL, color=INK, baseline="middle"),
                "encoding": {"text": field("trials", format="d")},
            },
        ],
    }


def _discs(
    graph: NetworkGraph, where: dict[str, tuple[float, float]], at: Spec, *, counted: bool
) -> list[Spec]:
    rows = [_disc(node, where[node.treatment], counted, graph) for node in graph.nodes]
    out: list[Spec] = [
        {
            "data": values(rows),
            "mark": mark("point", shape="circle", filled=True, color=BLUE, opacity=1, stroke=PAPER),
            "encoding": {**at, "size": field("area", scale=None, legend=None)},
        }
    ]
    x, y = {**at["x"], "field": "text_x"}, {**at["y"], "field": "text_y"}
    for align in ("left", "center", "right"):
        own = [row for row in rows if row.align == align]
        for name, lift, size, colour in (("label", -7, 12, INK), ("note", 7, SMALL, QUIET)):
            out.append(
                {
                    "data": values(own),
                    "mark": mark(
                        "text", align=align, baseline="middle", dy=lift, fontSize=size, color=colour
                    ),
                    "encoding": {"x": x, "y": y, "text": field(name, "nominal")},
                }
            )
    return out


def _disc(node: GraphNode, at: tuple[float, float], counted: bool, graph: NetworkGraph) -> _Disc:
    own = node.people if counted else node.trials
    most = max((n.people if counted else n.trials) or 0 for n in graph.nodes)
    area = max(_LEAST_AREA, _AREA * (own or 0) / (most or 1))
    away = (area / pi) ** 0.5 + _LABEL_GAP
    low = abs(node.x) < 0.2
    return _Disc(
        x=at[0],
        y=at[1],
        area=area,
        label=node.treatment,
        note=f"n = {node.people:,.0f}"
        if counted
        else f"{node.trials} trial{'' if node.trials == 1 else 's'}",
        text_x=at[0] + away * node.x,
        text_y=at[1] + (away + (6 if low else 0)) * node.y,
        align="center" if low else "left" if node.x > 0 else "right",
    )
