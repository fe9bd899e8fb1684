"""Duloxetine 120 mg against 60 mg: no better for pain, harder to tolerate.

Kajdasz, Iyengar, Desaiah et al. (Clin Ther 2007;29 Suppl:2536-46; abstract, PMID 18164920) pool
three trials: NNT for response 5.2 (60 mg) and 4.9 (120 mg), NNH for stopping because of an adverse
event 17.5 and 8.8. The trial tables hold the pain counts of these trials with both doses together.
"""

from functools import cache

import numpy as np
import pytest

from assuage.evidence.observed import RiskContrasts, from_nnt
from assuage.evidence.outcome import OutcomeDefinition
from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.trials import load_trials
from assuage.synthesis.models.dose_model import DosePrior
from assuage.synthesis.models.dose_network import Dosed, DoseNetwork, observe_doses
from assuage.synthesis.models.dose_response import DoseResponse, fit_dose_response
from assuage.synthesis.models.dose_trials import dose_network_of

RELEVANT = float(np.log(1.25))
POOLED = {"Goldstein2005", "Raskin2005", "Wernicke2006"}


@cache
def outcome(name: str) -> OutcomeDefinition:
    return load_catalogues().outcomes[name]


@cache
def network(name: str) -> DoseNetwork:
    return dose_network_of(load_trials(), outcome(name), ("duloxetine",))


def response(chosen: DoseNetwork, desirable: str) -> DoseResponse:
    return fit_dose_response(chosen, DosePrior.default(chosen), desirable=desirable)  # pyright: ignore


def by_dose(name: str, nnts: tuple[tuple[float, float, float], ...], risk: float) -> DoseNetwork:
    """The tables' trials, the three pooled ones replaced by their pool's printed numbers."""
    people = 339
    level = {
        "baseline_mean": float(np.log(risk / (1 - risk))),
        "baseline_sd": (people * risk * (1 - risk)) ** -0.5,
    }
    pairs = [from_nnt("pool", ("placebo", "duloxetine"), nnt, **level) for nnt in nnts]
    covariance = np.full((2, 2), risk * (1 - risk) / people)
    covariance[0, 0], covariance[1, 1] = (p.covariance[0, 0] for p in pairs)
    pool = RiskContrasts(
        study="pool", treatments=("placebo", "duloxetine 60", "duloxetine 120"), scale="RD",
        estimates=np.array([p.estimates[0] for p in pairs]), covariance=covariance, **level,
    )  # fmt: skip
    tables = network(name)
    rest = [s for s in tables.observed.studies if s.study not in POOLED]
    doses = [Dosed.at("duloxetine", 60), Dosed.at("duloxetine", 120)]
    return observe_doses([*rest, pool], [*tables.arms.values(), *doses])


def test_pooled_arms_enter_as_the_mean_of_their_doses_and_nothing_vanishes():
    pain = network("pain_relief_50")
    studies = {s.study: s.treatments for s in pain.observed.studies}
    for study in POOLED:
        shares = dict(pain.arms[studies[study][1]].shares)
        assert sorted(shares) == [60.0, 120.0]
    # 227 people, 114 of them at 60 mg
    assert dict(pain.arms[studies["Goldstein2005"][1]].shares)[60.0] == pytest.approx(114 / 227)
    tables = load_trials()
    reported = {
        r.study for r in tables.arm_results
        if r.outcome == "pain_relief_50" and tables.arms[r.arm].treatment == "duloxetine"
    }  # fmt: skip
    left_out = {gone.study for gone in pain.observed.left_out}
    assert reported == set(studies) | left_out
    assert "Kaur2011" in left_out  # it compares duloxetine with amitriptyline only


@pytest.mark.parametrize("source", ["tables", "pool by dose"])
def test_120_mg_is_no_better_than_60_mg_for_pain(source: str):
    chosen = network("pain_relief_50")
    if source != "tables":
        chosen = by_dose("pain_relief_50", ((5.2, 3.8, 8.3), (4.9, 3.6, 7.6)), 91 / 339)
    found = response(chosen, "larger")
    gain = found.gain("duloxetine", 60, 120, mid=RELEVANT)
    assert gain.probability < 0.25
    assert abs(gain.median) < 0.1
    rows = {row.dose: row.probability for row in found.no_gain("duloxetine", mid=RELEVANT)}
    assert rows[60.0] > 0.75
    assert not found.ed50()[0].identified  # the trials do not fix the curve between the doses


@pytest.mark.parametrize("source", ["tables", "pool by dose"])
def test_120_mg_is_harder_to_tolerate_than_60_mg(source: str):
    name = "withdrawal_adverse_event"
    chosen = network(name)
    if source != "tables":
        chosen = by_dose(name, ((17.5, 10.2, 58.8), (8.8, 6.3, 14.7)), 17 / 339)
    found = response(chosen, "smaller")
    gain = found.gain("duloxetine", 60, 120, mid=RELEVANT)
    assert gain.worse > 0.8
    assert gain.probability < 0.01


def test_the_pool_by_dose_gives_its_own_nnts_back():
    chosen = by_dose("pain_relief_50", ((5.2, 3.8, 8.3), (4.9, 3.6, 7.6)), 91 / 339)
    only = [s for s in chosen.observed.studies if s.study == "pool"]
    alone = observe_doses(only, chosen.arms.values())
    flat = DosePrior(effect_sd=100.0, heterogeneity=None)
    found = fit_dose_response(alone, flat, desirable="larger")
    odds = 91 / 248
    for dose, nnt in ((60, 5.2), (120, 4.9)):
        ratio = np.exp(found.effect("duloxetine", dose).quantile(0.5))
        risk = odds * ratio / (1 + odds * ratio)
        assert 1 / (risk - 91 / 339) == pytest.approx(nnt, rel=0.1)
