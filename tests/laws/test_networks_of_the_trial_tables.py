"""Laws that the networks made from assuage's own trial tables must keep, at every level."""

from functools import cache

import numpy as np
import pytest

from assuage.errors import NetworkError
from assuage.evidence.network import components
from assuage.evidence.nodes import Level
from assuage.evidence.outcome_network import OutcomeNetwork, network_for
from assuage.evidence.trial import Basis, TrialTables
from assuage.knowledge.catalogues import Catalogues, load_catalogues
from assuage.knowledge.trials import load_trials
from assuage.synthesis.priors import default_prior
from assuage.synthesis.quadrature import fit_random_effects


@cache
def tables() -> TrialTables:
    return load_trials()


@cache
def catalogues() -> Catalogues:
    return load_catalogues()


@cache
def made(outcome: str, level: Level, without: bool) -> OutcomeNetwork | None:
    try:
        return network_for(
            tables(),
            catalogues().outcomes[outcome],
            level=level,
            treatments=catalogues().treatments,
            without_reconstructed=without,
        )
    except NetworkError:
        return None


CASES = [
    (outcome, level, without)
    for outcome in load_catalogues().outcomes
    for level in ("drug", "dose", "class")
    for without in (False, True)
]
NETWORKS = {case: network for case in CASES if (network := made(*case)) is not None}
NAMED = [pytest.param(network, id="-".join(map(str, case))) for case, network in NETWORKS.items()]
every_network = pytest.mark.parametrize("network", NAMED)


def reporting(outcome: str) -> set[str]:
    rows = (*tables().arm_results, *tables().contrasts, *tables().unpooled_means)
    return {row.study for row in rows if row.outcome == outcome}


@every_network
def test_every_trial_that_reports_an_outcome_is_used_or_left_out_with_its_reason(
    network: OutcomeNetwork,
):
    used = [study.study.id for study in network.studies]
    left = [item.study for item in network.network.left_out]
    assert sorted([*used, *left]) == sorted(reporting(network.outcome.id))
    assert all(len(item.reason) > 10 for item in network.network.left_out)


@every_network
def test_a_network_is_one_piece_around_placebo_with_possible_covariances(
    network: OutcomeNetwork,
):
    assert components(network.network.studies) == (network.network.treatments,)
    assert network.network.reference == "placebo"
    for study in network.studies:
        assert np.linalg.eigvalsh(study.contrasts.covariance)[0] > 0
        assert tuple(arm.node for arm in study.arms) == study.contrasts.treatments
        assert len(set(study.contrasts.treatments)) == len(study.contrasts.treatments)


def test_asked_to_be_without_reconstructed_numbers_a_network_has_none():
    rows = (*tables().arm_results, *tables().contrasts)
    printed = {(r.study, r.outcome) for r in rows if r.basis is not Basis.RECONSTRUCTED}
    for (outcome, _, without), network in NETWORKS.items():
        for study in network.studies if without else ():
            assert not study.reconstructed
            assert (study.study.id, outcome) in printed


def test_only_burning_has_no_network_as_no_trial_compares_it_with_placebo():
    assert {case[0] for case in CASES} - {outcome for outcome, _, _ in NETWORKS} == {"burning"}


def test_trials_known_only_by_a_risk_difference_or_ratio_enter():
    # Finnerup 2015 prints these as NNT, DERP 2011 as RR; no arms of them are on record.
    network = made("pain_relief_50", "drug", False)
    assert network is not None
    derived = {study.study.id for study in network.studies if study.derived}
    assert {"Rowbotham2004", "Allen2014", "Stacey2008", "Moon2010", "Jose2007"} <= derived
    assert {"desvenlafaxine", "venlafaxine"} <= set(network.network.treatments)


@every_network
def test_no_converted_contrast_is_surer_than_its_people_can_make_it(network: OutcomeNetwork):
    # The log odds of n people have a variance of 1 / (n p q), which is 4 / n at least. 10% are for
    # people lost before the analysis and for the rounding of print.
    for study in network.studies:
        people = [arm.people for arm in study.arms]
        for place, n in enumerate(people[1:] if study.derived else ()):
            if n is not None and people[0] is not None:
                least = (4 / n + 4 / people[0]) ** 0.5
                assert study.contrasts.covariance[place, place] ** 0.5 > 0.9 * least, study.study.id


def test_the_same_people_are_never_counted_twice():
    for outcome, level, without in CASES:
        network = made(outcome, level, without)
        used = {study.study.id for study in network.studies} if network else set[str]()
        assert not {"Dinat2015_period1", "Dinat2015_crossover"} <= used


@pytest.mark.parametrize("level", ["drug", "dose", "class"])
def test_every_posterior_converges(level: Level):
    for outcome in catalogues().outcomes:
        network = made(outcome, level, False)
        if network is None:
            continue
        prior = default_prior(network.network, outcome_sd=network.outcome_sd)
        posterior = fit_random_effects(network.network, prior=prior)
        assert posterior.convergence_bound < 1e-8
        assert np.isfinite(posterior.effects.sd).all()
