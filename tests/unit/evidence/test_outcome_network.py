"""Small made-up trials whose networks can be worked out by hand."""

from dataclasses import replace
from math import log, sqrt

import numpy as np
import pytest
from made_up_trials import PAIN, arm, counts, logit, made, mean, printed, study, tables

from assuage.errors import NetworkError
from assuage.evidence.network import LeftOut
from assuage.evidence.nodes import Level
from assuage.evidence.trial import Basis, Doubt

THREE_ARMS = [arm("A", "placebo"), arm("A", "duloxetine", "60"), arm("A", "duloxetine", "120")]


@pytest.mark.parametrize(
    ("level", "treatments", "estimates"),
    [
        ("drug", ("placebo", "duloxetine"), [logit(90, 200) - logit(20, 100)]),
        (
            "dose",
            ("placebo", "duloxetine 120", "duloxetine 60"),
            [logit(50, 100) - logit(20, 100), logit(40, 100) - logit(20, 100)],
        ),
        ("class", ("placebo", "snri"), [logit(90, 200) - logit(20, 100)]),
    ],
)
def test_doses_are_one_node_or_several_by_level(
    level: Level, treatments: tuple[str, ...], estimates: list[float]
):
    placebo, low, high = THREE_ARMS
    data = tables(
        [study("A")], THREE_ARMS, [counts(placebo, 20), counts(low, 40), counts(high, 50)]
    )
    network = made(data, level=level)
    (only,) = network.network.studies
    assert only.treatments == treatments
    assert only.estimates == pytest.approx(estimates)
    assert [a.people for a in network.studies[0].arms] == (
        [100, 100, 100] if level == "dose" else [100, 200]
    )


def test_a_mean_dose_and_an_unknown_dose_name_no_single_dose():
    titrated = arm("A", "amitriptyline", "42", dose_is="mean")
    unknown = arm("A", "nortriptyline")
    pooled = arm("A", "duloxetine", "90", dose_is="mean", id="A__duloxetine_60_120_pooled")
    placebo = arm("A", "placebo")
    arms = [placebo, titrated, unknown, pooled]
    network = made(tables([study("A")], arms, [counts(a, 30) for a in arms]), level="dose")
    assert network.network.treatments == (
        "amitriptyline flexible",
        "duloxetine mixed doses",
        "nortriptyline dose not stated",
        "placebo",
    )


def test_a_pooled_group_gives_way_to_its_single_doses():
    placebo, low, high = THREE_ARMS
    pooled = arm("A", "duloxetine", "90", id="A__duloxetine_60_120_pooled")
    rows = [counts(placebo, 20), counts(low, 40), counts(high, 50), counts(pooled, 90, 200)]
    network = made(tables([study("A")], [*THREE_ARMS, pooled], rows))
    assert network.people("duloxetine") == 200
    assert network.set_aside == (
        LeftOut(
            study="A",
            reason="duloxetine, all doses together: the same people are counted in its single "
            "doses",
        ),
    )


def test_means_are_pooled_by_the_cochrane_formula_and_scales_brought_to_0_10():
    # Cochrane Handbook table 6.5.a for 10 (SD 2, n 50) and 20 (SD 4, n 30) on a 0-100 scale.
    placebo, low, high = THREE_ARMS
    rows = [
        mean(placebo, 5.0, 2.0, 64),
        mean(low, 10, 2, 50, scale="VAS_0_100"),
        mean(high, 20, 4, 30, scale="VAS_0_100"),
    ]
    network = made(tables([study("A")], THREE_ARMS, rows), PAIN)
    joint = (49 * 4 + 29 * 16 + 50 * 30 / 80 * (10 - 20) ** 2) / 79 / 100
    (only,) = network.network.studies
    assert only.estimates == pytest.approx([1.375 - 5.0])
    assert only.covariance == pytest.approx(np.array([[joint / 80 + 4 / 64]]))
    assert network.network.measure == "MD"


def test_printed_differences_share_the_placebo_arm():
    # Equal arms of 100 and SD 2: variance 0.08 each, of which the placebo mean is 0.04.
    se = sqrt(0.08)
    rows = [
        printed("A", ("duloxetine", "placebo"), "60", -1.0, se, "MD"),
        printed("A", ("duloxetine", "placebo"), "120", -1.4, se, "MD"),
    ]
    by_dose = made(tables([study("A")], THREE_ARMS, contrasts=rows), PAIN, level="dose")
    (only,) = by_dose.network.studies
    assert only.covariance == pytest.approx(np.array([[0.08, 0.04], [0.04, 0.08]]))
    assert by_dose.outcome_sd == pytest.approx(2.0)
    by_drug = made(tables([study("A")], THREE_ARMS, contrasts=rows), PAIN)
    (pooled,) = by_drug.network.studies
    assert pooled.estimates == pytest.approx([-1.2])
    assert pooled.covariance == pytest.approx(np.array([[0.06]]))  # 4/200 + 4/100


def test_a_contrast_printed_the_other_way_round_keeps_its_meaning():
    rows = [printed("A", ("placebo", "duloxetine"), None, 1.0, 0.3, "MD")]
    network = made(tables([study("A")], THREE_ARMS, contrasts=rows), PAIN)
    assert network.network.studies[0].treatments == ("placebo", "duloxetine")
    assert network.network.studies[0].estimates == pytest.approx([-1.0])


def test_arm_rows_win_over_a_contrast_of_the_same_trial():
    placebo, low, _ = THREE_ARMS
    rows = [counts(placebo, 20), counts(low, 40)]
    contrast = printed("A", ("duloxetine", "placebo"), "60", 0.2, 0.06, "RD")
    network = made(tables([study("A")], THREE_ARMS[:2], rows, [contrast]))
    assert not network.studies[0].derived
    assert network.network.studies[0].estimates == pytest.approx([logit(40, 100) - logit(20, 100)])


def test_contrasts_that_compare_more_treatments_win_and_stand_on_the_trials_own_placebo_arm():
    arms = [arm("A", "placebo"), arm("A", "duloxetine", "60"), arm("A", "amitriptyline", "75")]
    rows = [counts(arms[0], 20), counts(arms[1], 40)]
    p0, se = 20.5 / 101, 0.065
    contrasts = [
        printed("A", ("duloxetine", "placebo"), None, 0.2, se, "RD"),
        printed("A", ("amitriptyline", "placebo"), None, 0.1, se, "RD"),
    ]
    network = made(tables([study("A")], arms, rows, contrasts))
    (only,) = network.network.studies
    assert only.derived
    assert only.treatments == ("placebo", "amitriptyline", "duloxetine")
    assert only.estimates == pytest.approx(
        [log(p / (1 - p)) - log(p0 / (1 - p0)) for p in (p0 + 0.1, p0 + 0.2)]
    )
    assert only.covariance[0, 1] == pytest.approx(1 / 20.5 + 1 / 80.5)


def test_without_reconstructed_numbers_a_trial_falls_back_on_what_it_printed():
    placebo, low, _ = THREE_ARMS
    others = [arm("B", "placebo"), arm("B", "duloxetine", "60")]
    rows = [
        counts(placebo, 20, basis=Basis.RECONSTRUCTED),
        counts(low, 40, basis=Basis.RECONSTRUCTED),
        counts(others[0], 25),
        counts(others[1], 50),
    ]
    contrast = printed("A", ("duloxetine", "placebo"), None, 0.2, 0.06, "RD")
    data = tables([study("A"), study("B")], [*THREE_ARMS[:2], *others], rows, [contrast])
    assert [s.reconstructed for s in made(data).studies] == [True, False]
    without = made(data, without_reconstructed=True)
    assert {s.study.id: s.derived for s in without.studies} == {"A": True, "B": False}


def test_a_printed_contrast_with_placebo_wins_over_arms_without_it():
    # Without placebo's reconstructed count two drugs are left; one is printed against placebo.
    arms = [arm("A", "placebo"), arm("A", "duloxetine", "60"), arm("A", "amitriptyline", "75")]
    others = [arm("B", "placebo"), arm("B", "duloxetine", "60")]
    rows = [
        counts(arms[0], 20, basis=Basis.RECONSTRUCTED),
        counts(arms[1], 40),
        counts(arms[2], 30),
        counts(others[0], 20),
        counts(others[1], 40),
    ]
    contrast = printed("A", ("duloxetine", "placebo"), None, 0.2, 0.065, "RD")
    data = tables([study("A"), study("B")], [*arms, *others], rows, [contrast])
    network = made(data, without_reconstructed=True)
    assert network.network.studies[0].treatments == ("placebo", "duloxetine")
    assert network.set_aside == (
        LeftOut(
            study="A",
            reason="amitriptyline: its arm is on record, but the trial enters by its printed "
            "contrasts, which do not name it",
        ),
    )


def test_all_doses_together_are_not_counted_beside_the_single_doses():
    se = sqrt(0.08)
    rows = [
        printed("A", ("duloxetine", "placebo"), None, -1.2, sqrt(0.06), "MD"),
        printed("A", ("duloxetine", "placebo"), "60", -1.0, se, "MD"),
        printed("A", ("duloxetine", "placebo"), "120", -1.4, se, "MD"),
    ]
    (only,) = made(tables([study("A")], THREE_ARMS, contrasts=rows), PAIN).network.studies
    assert only.estimates == pytest.approx([-1.2])
    assert only.covariance == pytest.approx(np.array([[0.06]]))


def test_every_trial_that_cannot_be_used_says_why():
    arms = [
        *THREE_ARMS,
        *(arm(t, d) for t in ("none", "alone", "same", "again") for d in ("placebo", "duloxetine")),
        arm("plan", "pathway"),
        arm("plan", "placebo"),
        arm("apart", "amitriptyline"),
        arm("apart", "nortriptyline"),
    ]
    of = {(a.study, a.treatment): a for a in arms}
    rows = [
        counts(THREE_ARMS[0], 20),
        counts(THREE_ARMS[1], 40),
        counts(of["none", "placebo"], 0),
        counts(of["none", "duloxetine"], 0),
        counts(of["alone", "duloxetine"], 30),
        counts(of["same", "placebo"], 10),
        counts(of["same", "duloxetine"], 30),
        counts(of["again", "placebo"], 10),
        counts(of["again", "duloxetine"], 30),
        counts(of["plan", "pathway"], 30),
        counts(of["plan", "placebo"], 10),
        counts(of["apart", "amitriptyline"], 30),
        counts(of["apart", "nortriptyline"], 20),
    ]
    names = ["A", "none", "alone", "same", "plan", "apart"]
    studies = [*(study(n) for n in names), study("again", same_people_as="same")]
    network = made(tables(studies, arms, rows))
    assert [s.study.id for s in network.studies] == ["A", "same"]
    assert {item.study: item.reason for item in network.network.left_out} == {
        "again": "the same people as same, which reports this outcome too",
        "alone": "only one of its arms is reported, which compares with nothing",
        "apart": "compares amitriptyline and nortriptyline, which no trial of this outcome "
        "connects with placebo",
        "none": "nobody had the event in any arm, so it cannot tell the arms apart",
        "plan": "one drug, then another: a plan, not one treatment",
    }


def test_drugs_of_one_class_compare_nothing_at_the_level_of_classes():
    arms = [arm("A", "amitriptyline"), arm("A", "nortriptyline")]
    data = tables([study("A")], arms, [counts(arms[0], 30), counts(arms[1], 20)])
    with pytest.raises(NetworkError, match="all its reported arms are tca"):
        made(data, level="class")


def test_a_doubt_about_a_trials_numbers_goes_with_them_for_that_outcome_only():
    placebo, low, _ = THREE_ARMS
    data = replace(
        tables([study("A")], THREE_ARMS[:2], [counts(placebo, 20), counts(low, 40)]),
        doubts=(
            Doubt(study="A", outcome="relief", reason="counts disagree"),
            Doubt(study="A", outcome="pain", reason="scale not said"),
        ),
    )
    assert [s.doubt for s in made(data).studies] == ["counts disagree"]


def test_a_crossover_counts_its_people_once():
    placebo, low, _ = THREE_ARMS
    data = tables(
        [study("A", design="crossover")], THREE_ARMS[:2], [counts(placebo, 20), counts(low, 40)]
    )
    network = made(data)
    assert (network.people(), network.people("duloxetine")) == (100, 100)
    assert network.conventions[0].startswith("1 of 1 trials are crossovers")
