"""Every plot is valid, draws itself without a network, and prints names as they are.

Truth: the renderer itself (Vega-Lite), an XML parser, and the names that went in.
"""

import builtins
import json
import re
import struct
from collections.abc import Callable, Iterator
from math import exp
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from assuage.errors import MissingSoftware, PlotError
from assuage.evidence.network import StudyContrasts
from assuage.report.plots.densities import density_rows, density_spec
from assuage.report.plots.deviance import DeviancePoint, deviance_spec
from assuage.report.plots.dose_response import CurvePoint, DosePoint, dose_response_spec
from assuage.report.plots.forest import ForestRow, ForestWords, forest_spec
from assuage.report.plots.funnel import funnel_spec
from assuage.report.plots.ink import Figure
from assuage.report.plots.league import LeagueCell, league_spec
from assuage.report.plots.matrices import (
    ContributionCell,
    NetHeatCell,
    contribution_spec,
    net_heat_spec,
)
from assuage.report.plots.network_graph import network_graph, network_spec
from assuage.report.plots.rankogram import rank_rows, rankogram_spec
from assuage.report.plots.theme import Spec
from assuage.synthesis.classical.funnel import FunnelRow

A, B = """<script>alert("x")</script> & 'co' \\ {{y}} ${z}""", "long " * 30 + "end"


def network(a: str, b: str) -> Spec:
    study = StudyContrasts(
        study="s", treatments=(a, b, "c"), estimates=np.zeros(2), covariance=np.eye(2)
    )
    return network_spec(network_graph((study,), {a: 10, b: 20, "c": 0}))


def forest(a: str, b: str) -> Spec:
    rows = [
        ForestRow(label=a, kind="heading"),
        ForestRow(label=b, kind="direct", estimate=0.1, low=-99.0, high=99.0, note="2"),
        ForestRow(label="c", estimate=0.0, low=-1, high=1, predict_low=-2, predict_high=2),
        ForestRow(label="d", estimate=0.0, low=-1, high=1),
    ]
    return forest_spec(rows, measure="OR", words=ForestWords(title="t"))


def league(a: str, b: str) -> Spec:
    cells = [
        LeagueCell(row=1, column=0, treatment1=a, treatment2=b, part="network", estimate=-0.5,
                   low=-1, high=-0.1),
        LeagueCell(row=0, column=1, treatment1=a, treatment2=b, part="direct", estimate=None,
                   low=None, high=None),
    ]  # fmt: skip
    return league_spec(cells, (a, b), measure="RD")


def ranks(a: str, b: str) -> Spec:
    rows = rank_rows({a: (0.9, 0.1), b: (0.1, 0.9)})
    return rankogram_spec(rows, {a: 0.9, b: 0.1})


def net_heat(a: str, b: str) -> Spec:
    cells = [
        NetHeatCell(row=r, column=c, contribution=0.5, change=-1) for r in (a, b) for c in (a, b)
    ]
    return net_heat_spec(cells)


def contributions(a: str, b: str) -> Spec:
    return contribution_spec([ContributionCell(row=a, column=c, share=0.5) for c in (a, b)])


def funnel(a: str, b: str) -> Spec:
    row = {"estimate": 0.5, "direct": 0.2, "centred": 0.3, "se": 0.2}
    return funnel_spec([FunnelRow(study="s", treatment1=a, treatment2=b, **row)], measure="OR")


def dose_response(a: str, b: str) -> Spec:
    curve = [CurvePoint(treatment=t, dose=d, estimate=d, low=d - 1, high=d + 1)
             for t in (a, b) for d in (0.0, 1.0)]  # fmt: skip
    point = DosePoint(treatment=a, study="s", dose=1, estimate=1, low=0, high=2, people=9)
    return dose_response_spec(curve, [point], measure="MD")


def densities(a: str, b: str) -> Spec:
    rows = [*density_rows(a, "prior", lambda x: exp(-x), (0, 1)),
            *density_rows(b, "posterior", lambda x: exp(-x), (0, 1))]  # fmt: skip
    return density_spec(rows)


def deviance(a: str, b: str) -> Spec:
    return deviance_spec(
        [
            DeviancePoint(label=a, size=1, consistency=9, inconsistency=1),
            DeviancePoint(label=b, size=1, consistency=4, inconsistency=8),
        ]
    )


PLOTS = [
    *(network, forest, league, ranks, net_heat, contributions),
    *(funnel, dose_response, densities, deviance),
]


def words(svg: str) -> str:
    return " ".join("".join(t.itertext()) for t in ElementTree.fromstring(svg).iter() if t.text)


def leaves(part: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(part, dict):
        for key, inner in part.items():
            yield key, inner
            yield from leaves(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from leaves(inner)


@pytest.mark.parametrize("plot", PLOTS)
def test_hostile_and_long_names_are_drawn_whole_and_do_nothing(plot: Callable[[str, str], Spec]):
    drawn = Figure(vega=plot(A, B)).svg()
    assert "<script" not in drawn
    shown = words(drawn)
    assert A in shown
    assert B.strip() in shown
    assert "…" not in drawn  # Vega's mark of a text that was cut


@pytest.mark.parametrize("plot", PLOTS)
def test_a_control_character_does_not_break_the_picture(plot: Callable[[str, str], Spec]):
    ElementTree.fromstring(Figure(vega=plot("bell\x07", "\x1b[31mred\u202e")).svg())


@pytest.mark.parametrize("plot", PLOTS)
def test_a_plot_names_no_data_elsewhere(plot: Callable[[str, str], Spec]):
    spec = plot("a", "b")
    json.dumps(spec, allow_nan=False)
    assert [key for key, _ in leaves(spec) if key in {"url", "href", "usermeta", "loader"}] == []
    addresses = [v for _, v in leaves(spec) if isinstance(v, str) and "://" in v]
    assert addresses == [spec["$schema"]]


@pytest.mark.parametrize("plot", PLOTS)
def test_the_same_plot_is_the_same_ink(plot: Callable[[str, str], Spec]):
    first = Figure(vega=plot("a", "b")).svg()
    assert Figure(vega=plot("a", "b")).svg() == first
    used, named = (set(re.findall(p, first)) for p in (r"url\(#([^)]+)\)", r'id="([^"]+)"'))
    assert used <= named


def test_a_png_has_the_scale_asked_for():
    def size(png: bytes) -> tuple[int, int]:
        return struct.unpack(">II", png[16:24])

    figure = Figure(vega=funnel("a", "b"))
    one, three = size(figure.png(scale=1)), size(figure.png(scale=3))
    assert three == tuple(3 * side for side in one)


def test_a_figure_is_saved_by_its_ending_and_shows_itself(tmp_path: Path):
    figure = Figure(vega=funnel("a", "b"))
    for ending, start in ((".svg", b"<svg"), (".png", b"\x89PNG"), (".json", b"{")):
        assert figure.save(tmp_path / f"p{ending}").read_bytes().startswith(start)
    assert json.loads((tmp_path / "p.json").read_text()) == figure.vega
    assert set(figure._repr_mimebundle_()) == {
        "application/vnd.vegalite.v5+json", "image/svg+xml", "text/plain"
    }  # fmt: skip
    with pytest.raises(PlotError, match=r"saved as \.svg, \.png, \.json, not as \.pdf"):
        figure.save(tmp_path / "p.pdf")


def test_without_the_renderer_the_specification_is_left_and_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    real = builtins.__import__

    def absent(name: str, *rest: Any, **more: Any) -> Any:
        if name == "vl_convert":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", absent)
    figure = Figure(vega=funnel("a", "b"))
    with pytest.raises(MissingSoftware, match=r"pip install 'assuage\[plots\]'"):
        figure.png()
    assert figure.save(tmp_path / "p.json").exists()
    assert set(figure._repr_mimebundle_()) == {"application/vnd.vegalite.v5+json", "text/plain"}


def test_what_leaves_a_forest_is_marked_by_an_arrow():
    data = forest("a", "b")["data"]["values"]
    assert [(d.get("left"), d.get("right")) for d in data] == [
        (None, None), (True, True), (False, False), (False, False)
    ]  # fmt: skip
    assert [d["effect"] for d in data][2] == "1.00 (0.37 to 2.72)"
