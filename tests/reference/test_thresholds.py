"""How far a result must move before another treatment is best: equal to nmathresh."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from consistency_golden import golden, network

from assuage.synthesis.classical.threshold import thresholds
from assuage.synthesis.gls import fit

NAMES = ("dogliotti2014", "senn2013", "smokingcessation")
each_model = pytest.mark.parametrize(
    ("name", "key"), [(n, k) for n in NAMES for k in golden(f"threshold_{n}")["models"]]
)
NEVER = 1e12
"""nmathresh divides by rounding errors where a result has no influence."""


def fitted(name: str, key: str):
    return fit(network(name), tau2=golden(f"threshold_{name}")["models"][key]["tau2"])


def limit(value: float | str) -> float:
    value = float(value)
    return value if abs(value) < NEVER else (inf if value > 0 else -inf)


@each_model
def test_thresholds(name: str, key: str):
    truth = golden(f"threshold_{name}")
    model, theirs = truth["models"][key], truth["models"][key]["thresholds"]
    found = thresholds(fitted(name, key), truth["small_values"])
    assert found.best == model["optimal_treatment"]
    ours = {(c.study, c.treatment, c.baseline): c for c in found.contrasts}
    keys = list(zip(theirs["study"], theirs["treat"], theirs["base"], strict=True))
    assert set(ours) == set(keys)
    picked = [ours[k] for k in keys]
    for side, other in (("low", "lo"), ("high", "hi")):
        expected = [limit(v) for v in theirs[other]]
        np.testing.assert_allclose([getattr(c, side) for c in picked], expected, rtol=1e-8)


@each_model
def test_influence(name: str, key: str):
    truth = golden(f"threshold_{name}")
    model = truth["models"][key]
    found = thresholds(fitted(name, key), truth["small_values"])
    place = {(c.study, c.treatment, c.baseline): i for i, c in enumerate(found.contrasts)}
    t = model["thresholds"]
    columns = [place[k] for k in zip(t["study"], t["treat"], t["base"], strict=True)]
    rows = [found.treatments.index(name) for name in truth["treatment_order"][1:]]
    np.testing.assert_allclose(
        found.influence[np.ix_(rows, columns)], model["influence_matrix"]["values"], atol=1e-10
    )


def test_at_a_threshold_two_treatments_are_equally_good():
    """Move one result to either of its thresholds and fit again (the golden files do not say which
    treatment is best then)."""
    net = network("smokingcessation")
    found = thresholds(fit(net, tau2=0.3), "undesirable")
    moved = 0
    for contrast in found.contrasts:
        study = next(s for s in net.studies if s.study == contrast.study)
        if len(study.treatments) > 2:
            continue
        sign = 1 if study.treatments[0] == contrast.baseline else -1
        for change, new in (
            (contrast.low, contrast.best_below),
            (contrast.high, contrast.best_above),
        ):
            if not np.isfinite(change):
                assert new is None
                continue
            other = replace(study, estimates=study.estimates + sign * change)
            studies = tuple(other if s is study else s for s in net.studies)
            again = fit(replace(net, studies=studies), tau2=0.3)
            two = [again.treatments.index(t) for t in (found.best, new)]
            np.testing.assert_allclose(again.estimates[two], again.estimates.max(), atol=1e-9)
            moved += 1
    assert moved > 20
