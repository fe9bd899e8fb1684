"""Differences between two options are those of the release's joint posterior.

Truth: the posterior of the release (its weights, means and covariances, read from the file) and the
placebo risk, drawn again by numpy's own generator, 400,000 times, by the definition: logit p1 =
logit p0 + d, once with the effects joint and once with their covariance taken away.
"""

from functools import cache

import numpy as np
import pytest

from assuage.consult.library import load_library
from assuage.evidence.network import Floats
from assuage.options.benefit import Expectations, expect
from assuage.options.choice import weigh_up
from assuage.options.criteria import gains_of
from assuage.options.evidence_choice import Candidate
from assuage.options.ordering import Weight
from assuage.units import MgPerDay

PDN = "painful_diabetic_neuropathy"
RELIEF = "pain_relief_50"
DRUGS = ("amitriptyline", "nortriptyline")
N = 400_000


def dose(drug: str) -> MgPerDay:
    low = load_library().drugs[drug].dosing.target_low
    assert low is not None
    return low.value


@cache
def expected() -> Expectations:
    library = load_library()
    treatments = library.catalogues.treatments
    candidates = [
        Candidate(
            drug=drug,
            label=drug,
            drug_class=treatments.class_of(drug).id,
            class_label="",
            doses=(dose(drug),),
        )
        for drug in DRUGS
    ]
    outcomes = [library.outcomes[RELIEF]]
    return expect(library.release, condition=PDN, candidates=candidates, outcomes=outcomes)


def drawn_again(*, joint: bool) -> Floats:
    """People per 1,000 with relief: the first drug less the second, shape (N,)."""
    result = load_library().release.outcomes[RELIEF]
    effects, source = result.levels["drug"].effects, np.random.default_rng(1)
    pair = [effects.names.index(drug) for drug in DRUGS]
    chosen = source.choice(len(effects.weights), size=N, p=effects.weights / effects.weights.sum())
    d = np.empty((N, 2))
    for k in range(len(effects.weights)):
        rows = np.flatnonzero(chosen == k)
        covariance = effects.covariances[k][np.ix_(pair, pair)]
        covariance = covariance if joint else np.diag(np.diag(covariance))
        mean = effects.means[k][pair]
        d[rows] = source.multivariate_normal(mean, covariance, size=len(rows))
    assert result.baseline is not None
    risk = result.baseline.of(PDN)
    p0 = source.normal(risk.mean, risk.sd, N)
    p1 = 1 / (1 + np.exp(-(p0[:, None] + d)))
    return 1000 * (p1[:, 0] - p1[:, 1])


def interval(difference: Floats) -> tuple[float, ...]:
    return tuple(np.quantile(difference, (0.025, 0.5, 0.975)).tolist())


def test_both_speak_by_their_own_trials():
    kinds = {row[0].estimate.origin.kind for row in expected().by_dose.values()}
    assert kinds == {"trials"}


def test_intervals_of_differences_are_joint_and_not_those_of_independent_draws():
    gains = gains_of(
        expected(), offered={drug: dose(drug) for drug in DRUGS}, weighed=[RELIEF]
    ).drawn
    low, middle, high = interval(gains[0, 0] - gains[1, 0])
    joint, apart = (interval(drawn_again(joint=joint)) for joint in (True, False))
    # 1,024 draws: the standard error of a 2.5% quantile is about 0.09 SD of the difference
    close = 0.15 * (joint[2] - joint[0]) / 3.92
    assert (low, middle, high) == pytest.approx(joint, abs=close)
    ours, independent = high - low, apart[2] - apart[0]
    assert independent - ours > 3 * close, "independent draws would have told the two apart worse"


def test_the_choice_shows_the_same_interval():
    found = weigh_up(
        expected(),
        offered={drug: dose(drug) for drug in DRUGS},
        weights=(Weight(outcome=RELIEF, weight=1.0, why=""),),
    )
    shown = found.differences[0].people
    joint = interval(drawn_again(joint=True))
    if found.first == DRUGS[1]:
        joint = tuple(-end for end in reversed(joint))
    close = 0.15 * (joint[2] - joint[0]) / 3.92
    assert (shown.low, shown.estimate, shown.high) == pytest.approx(joint, abs=close)
