"""The shape of small networks, counted by hand."""

import numpy as np
import pytest

from assuage.evidence.assembly import assemble
from assuage.evidence.effect import contrasts_from_arms
from assuage.synthesis.classical.geometry import TreatmentPlace, geometry


def network(*trials: str):
    return assemble(
        [
            contrasts_from_arms(str(i), list(arms), [0.0] * len(arms), [1.0] * len(arms))
            for i, arms in enumerate(trials)
        ],
        measure="MD",
        reference="A",
        connected=False,
    )


def test_a_triangle_with_a_tail():
    shape = geometry(network("AB", "AB", "ABC", "CD"))
    assert shape.treatments == (
        TreatmentPlace(treatment="A", studies=3, degree=2),
        TreatmentPlace(treatment="B", studies=3, degree=2),
        TreatmentPlace(treatment="C", studies=2, degree=3),
        TreatmentPlace(treatment="D", studies=1, degree=1),
    )
    assert (shape.studies, shape.arms, shape.multi_arm_studies, shape.designs) == (4, 9, 1, 3)
    assert (shape.comparisons, shape.possible_comparisons, shape.loops) == (4, 6, 1)
    assert (shape.density, shape.mean_degree) == (4 / 6, 2.0)
    # distances: AB 1, AC 1, AD 2, BC 1, BD 2, CD 1
    assert (shape.diameter, shape.mean_distance) == (2, pytest.approx(8 / 6))
    assert (shape.cut_treatments, shape.bridges) == (("C",), (("C", "D"),))
    # of 9 arms 3, 3, 2 and 1: 36 ordered draws less 3 + 3 + 1 pairs alike, of 36
    assert shape.pie == pytest.approx(1 - 7 / 36)
    # (only one, only other): AB 0x0, AC 2x1, AD 3x1, BC 2x1, BD 3x1, CD 1x0
    assert shape.c_score == pytest.approx(10 / 6)
    assert shape.is_connected


def test_two_parts():
    shape = geometry(network("AB", "CDE", "CD"))
    assert shape.parts == (("C", "D", "E"), ("A", "B"))
    assert not shape.is_connected
    assert (shape.loops, shape.diameter, shape.mean_distance) == (1, 1, 1.0)
    assert shape.bridges == (("A", "B"),)


def test_one_comparison():
    shape = geometry(network("AB"))
    assert (shape.density, shape.pie, shape.c_score) == (1.0, 1.0, 0.0)
    assert np.isfinite(shape.mean_distance)
