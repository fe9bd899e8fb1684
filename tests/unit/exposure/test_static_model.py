"""The static model gives the textbook ratios, and its fit is the mode of what it states.

Truth: 1 / (1 - m (1 - x)) worked out by hand; the same penalised squares minimised by scipy, with
the formula written again here.
"""

from math import exp, log

import numpy as np
import pytest
from people import knowledge, model
from scipy.optimize import minimize

from assuage.exposure.model import fit_exposure
from assuage.exposure.observation import observations
from assuage.exposure.static_model import (
    LogRatio,
    NormalPrior,
    StaticModel,
    StaticPriors,
    fit_static,
)


def odds(share):
    return log(share / (1 - share))


STATIC = StaticModel(
    shares=(("amine", "CYP2D6"),),
    residuals=(("blocker", "CYP2D6"),),
    mode=np.array([odds(0.8), odds(0.1)]),
    covariance=np.diag([0.04, 0.09]),
    spread=0.3,
)


@pytest.mark.parametrize(
    ("before", "after", "inhibitor", "ratio"),
    [
        (1.0, 0.0, None, 5.0),  # none of an enzyme that takes four fifths
        (1.0, 0.5, None, 1 / 0.6),
        (1.0, 1.5, None, 1 / 1.4),  # more than usual
        (1.0, 1.0, None, 1.0),
        (1.0, 1.0, "blocker", 1 / 0.28),  # 1 - 0.8 x 0.9
        (0.5, 0.5, "blocker", 0.6 / 0.24),  # in people with half of it
        (0.0, 0.0, "blocker", 1.0),  # nothing to inhibit
        (1.0, 0.5, "blocker", 1 / 0.24),  # half of it, and a tenth of that
    ],
)
def test_the_ratio_is_that_of_the_static_model(before, after, inhibitor, ratio):
    found = STATIC.log_ratio("amine", "CYP2D6", before=before, after=after, inhibitor=inhibitor)
    assert exp(found.mean) == pytest.approx(ratio, rel=1e-12)


def test_the_variance_follows_from_the_slopes():
    # Of -log(1 - m (1 - r)) by the log odds of m and r, at m = 0.8 and r = 0.1: by hand.
    by_share = 0.9 / 0.28 * 0.8 * 0.2
    by_residual = -0.8 / 0.28 * 0.1 * 0.9
    found = STATIC.log_ratio("amine", "CYP2D6", after=1.0, inhibitor="blocker")
    assert found == LogRatio(
        mean=pytest.approx(-log(0.28)),
        variance=pytest.approx(0.04 * by_share**2 + 0.09 * by_residual**2),
    )


def test_what_no_ratio_speaks_of_keeps_its_prior():
    priors = StaticPriors(
        shares={("amine", "CYP2D6"): NormalPrior(centre=0.3, sd=0.7)}, residuals={}
    )
    fitted = fit_static((), priors)
    assert fitted.share("amine", "CYP2D6") == pytest.approx(0.3)
    assert fitted.covariance == pytest.approx(np.array([[0.49]]))


def test_the_fit_is_the_mode_of_the_penalised_squares():
    observed = observations(knowledge().ratios)
    static = model().static
    place = {key: at for at, key in enumerate(static.shares)}
    left = {key: at for at, key in enumerate(static.residuals, start=len(place))}
    start = np.zeros(len(static.mode))
    for route in knowledge().routes:
        centre = {"main": 0.75, "part": 0.3, "minor": 0.1}.get(route.share, route.share)
        start[place[route.drug, route.route]] = odds(centre)
    probes = set(place) - {(route.drug, route.route) for route in knowledge().routes}
    for key in probes:
        start[place[key]] = odds(0.75)
    width = np.full(len(start), 0.7)
    for at in (at for key, at in place.items() if key[1] == "kidney"):
        width[at] = 0.3
    strong = {g.concept for g in knowledge().inhibitor_classes if g.strength == "strong"}
    for (name, _), at in left.items():
        start[at] = odds(0.1 if name in strong else 0.4)
        width[at] = 1.0 if name in strong else 1.25

    def loss(point):
        total = 0.5 * float((((point - start) / width) ** 2).sum())
        for o in observed:
            m = 1 / (1 + exp(-point[place[o.drug, o.route]]))
            r = 1 / (1 + exp(-point[left[o.inhibitor, o.route]])) if o.inhibitor else 1.0
            fitted = log((1 - m * (1 - o.before)) / (1 - m * (1 - o.after * r)))
            total += 0.5 * (o.log_ratio - fitted) ** 2 / (o.variance + static.spread**2)
        return total

    found = minimize(loss, start, method="BFGS", options={"gtol": 1e-6})
    assert static.mode == pytest.approx(found.x, abs=2e-3)
    assert loss(static.mode) <= found.fun + 1e-7


def test_the_same_rows_give_the_same_numbers():
    again = fit_exposure(knowledge()).static
    assert np.array_equal(again.mode, model().static.mode)
    assert np.array_equal(again.covariance, model().static.covariance)


def test_a_contradiction_between_studies_is_seen():
    # Fluvoxamine raises duloxetine 5.6 times and paroxetine 1.6 times: more than the whole.
    assert model().shares_of("duloxetine") > 1
    assert model().shares_of("amitriptyline") < 1
