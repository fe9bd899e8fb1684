"""Rows of plots, as whole values worked out by hand."""

from math import exp, inf

import numpy as np
import pytest

from assuage.evidence.network import StudyContrasts
from assuage.report.plots.densities import DensityPoint, density_rows
from assuage.report.plots.network_graph import (
    GraphEdge,
    GraphNode,
    MultiArmDesign,
    NetworkGraph,
    network_graph,
)
from assuage.report.plots.rankogram import RankRow, rank_rows
from assuage.report.plots.scale import effect_axis


def study(name: str, *treatments: str) -> StudyContrasts:
    m = len(treatments) - 1
    return StudyContrasts(
        study=name, treatments=treatments, estimates=np.zeros(m), covariance=np.eye(m)
    )


STUDIES = (study("s1", "a", "b"), study("s2", "c", "a", "b"), study("s3", "d", "a"))


def test_the_network_graph():
    graph = network_graph(STUDIES, {"a": 30.0, "b": 20.0, "c": 10.0})
    edge = GraphEdge
    assert graph == NetworkGraph(
        nodes=(
            GraphNode(treatment="a", trials=3, people=30.0, x=0.0, y=1.0),
            GraphNode(treatment="b", trials=2, people=20.0, x=1.0, y=0.0),
            GraphNode(treatment="c", trials=1, people=10.0, x=0.0, y=-1.0),
            GraphNode(treatment="d", trials=1, people=None, x=-1.0, y=0.0),
        ),
        edges=(
            edge(treatment1="a", treatment2="b", trials=2, multi_arm=1),
            edge(treatment1="a", treatment2="c", trials=1, multi_arm=1),
            edge(treatment1="a", treatment2="d", trials=1, multi_arm=0),
            edge(treatment1="b", treatment2="c", trials=1, multi_arm=1),
        ),
        multi_arm=(MultiArmDesign(treatments=("a", "b", "c"), trials=1),),
    )
    assert network_graph(STUDIES[::-1], {"a": 30.0, "b": 20.0, "c": 10.0}) == graph


def test_ranks_add_up():
    row = RankRow
    assert rank_rows({"a": (0.5, 0.25, 0.25), "b": (0.25, 0.25, 0.5)}) == (
        row(treatment="a", rank=1, probability=0.5, cumulative=0.5),
        row(treatment="a", rank=2, probability=0.25, cumulative=0.75),
        row(treatment="a", rank=3, probability=0.25, cumulative=1.0),
        row(treatment="b", rank=1, probability=0.25, cumulative=0.25),
        row(treatment="b", rank=2, probability=0.25, cumulative=0.5),
        row(treatment="b", rank=3, probability=0.5, cumulative=1.0),
    )


def test_a_density_is_taken_at_even_steps():
    rows = density_rows("τ", "prior", lambda x: 2 * x, (0.0, 1.0))
    first, last = rows[0], rows[-1]
    assert (first, last) == (
        DensityPoint(parameter="τ", of="prior", value=0.0, density=0.0),
        DensityPoint(parameter="τ", of="prior", value=1.0, density=2.0),
    )
    assert np.ptp(np.diff([row.value for row in rows])) == pytest.approx(0, abs=1e-12)


def test_the_axis_holds_what_is_drawn_and_no_effect():
    axis = effect_axis("MD", [1.0, 2.0], [(0.5, 1.5), (1.0, 3.0)])
    # from no effect (0) to 3, with 4% of that as margin
    assert (axis.low, axis.high, axis.none, axis.ratio) == (
        pytest.approx(-0.12), pytest.approx(3.12), 0.0, False,
    )  # fmt: skip
    assert axis.ticks == (0.0, 1.0, 2.0, 3.0)


def test_a_ratio_has_a_logarithmic_axis_with_round_values():
    axis = effect_axis("OR", [0.0], [(-1.0, 1.0)])
    assert (axis.low, axis.high, axis.none) == (
        pytest.approx(exp(-1.08)), pytest.approx(exp(1.08)), 1.0,
    )  # fmt: skip
    assert axis.ticks == (0.5, 1.0, 2.0)


def test_one_huge_interval_does_not_squeeze_the_others():
    axis = effect_axis("OR", [0.0, 0.2, 0.1], [(-1, 1), (-0.8, 1.2), (-50.0, 50.0)])
    assert exp(-7) < axis.low < axis.high < exp(7)
    assert axis.clipped(inf) == axis.high
