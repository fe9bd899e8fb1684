"""Whole plans against the schedules that the sources print.

Truth: Northern Ireland Formulary 4.7.3 (amitriptyline: 10 mg, up by 10 mg a week to 70-75 mg in the
evening; tablets of 10, 25 and 50 mg); Canadian Family Physician table of regimens and Cymbalta
label section 2 (duloxetine: 30 mg, up by 30 mg after a week to 60 mg; capsules of 20, 30 and 60
mg); Savella label 2.1 (milnacipran days 1, 2, 4 and 8); NICE NG222 1.4.11, 1.4.17 and 1.4.24 (first
review, halving, young adults). Dates are counted by hand from Monday 15 June 2026.
"""

from datetime import date
from decimal import Decimal

import pytest

from assuage.errors import PlanError
from assuage.knowledge.drugs import load_drugs
from assuage.plan.dosing import DoseLimit, MonitoringNeed
from assuage.plan.planning import make_plan
from assuage.plan.regimen import Plan
from assuage.provenance import Citation, Source
from assuage.units import mg_per_day

TODAY = date(2026, 6, 15)
DRUGS = load_drugs()
LABEL = Citation(source=Source(id="label", title="a label"), locator="2.6")


def steps(plan: Plan) -> list[tuple[int, date, Decimal, str]]:
    return [
        (step.from_day, step.from_date, step.dose, "; ".join(str(i) for i in step.intakes))
        for step in plan.steps
    ]


def taper(plan: Plan) -> list[tuple[int, Decimal, str]]:
    return [
        (step.from_day, step.dose, "; ".join(str(i) for i in step.intakes)) for step in plan.taper
    ]


def limit(**numbers: Decimal) -> DoseLimit:
    return DoseLimit(
        rule="R1", sentence="Reduce the dose.", because="kidneys", citation=LABEL, **numbers
    )


def test_duloxetine_as_its_sources_raise_and_stop_it():
    plan = make_plan(DRUGS["duloxetine"], age=50, today=TODAY)
    assert steps(plan) == [
        (1, date(2026, 6, 15), Decimal(30), "1 x 30 mg capsule in the morning"),
        (8, date(2026, 6, 22), Decimal(60), "1 x 60 mg capsule in the morning"),
    ]
    assert (plan.target, plan.target_given) == (Decimal(60), False)
    assert (plan.ceiling.dose, plan.ceiling.citation.source.id) == (
        Decimal(60),
        "duloxetine-us-label",
    )
    assert [ceiling.dose for ceiling in plan.other_ceilings] == [Decimal(120), Decimal(120)]
    # Half of the dose before, as far as 20, 30 and 60 mg capsules allow; at least four weeks.
    assert taper(plan) == [
        (1, Decimal(30), "1 x 30 mg capsule in the morning"),
        (15, Decimal(20), "1 x 20 mg capsule in the morning"),
        (29, Decimal(0), ""),
    ]
    # Two weeks (NG222 1.4.11); six weeks from the start is later than four weeks at 60 mg.
    assert [(r.purpose, r.on, r.week) for r in plan.reviews] == [
        ("tolerability", date(2026, 6, 29), 2),
        ("efficacy", date(2026, 7, 27), 6),
    ]


def test_amitriptyline_to_75_mg_as_the_formulary_raises_it():
    drug = DRUGS["amitriptyline"].in_market("UK")
    plan = make_plan(drug, age=50, today=TODAY, target=mg_per_day(75))
    evening = "in the evening"
    assert steps(plan) == [
        (1, date(2026, 6, 15), Decimal(10), f"1 x 10 mg tablet {evening}"),
        (8, date(2026, 6, 22), Decimal(20), f"2 x 10 mg tablet {evening}"),
        (15, date(2026, 6, 29), Decimal(30), f"3 x 10 mg tablet {evening}"),
        (22, date(2026, 7, 6), Decimal(40), f"4 x 10 mg tablet {evening}"),
        (29, date(2026, 7, 13), Decimal(50), f"1 x 50 mg tablet {evening}"),
        (36, date(2026, 7, 20), Decimal(60), f"1 x 50 mg tablet and 1 x 10 mg tablet {evening}"),
        (43, date(2026, 7, 27), Decimal(70), f"1 x 50 mg tablet and 2 x 10 mg tablet {evening}"),
        (50, date(2026, 8, 3), Decimal(75), f"1 x 50 mg tablet and 1 x 25 mg tablet {evening}"),
    ]
    # Never less than half of the dose before (75 -> 40 -> 20 -> 10), over at least four weeks.
    # Three steps down share 28 days: ten days each, in whole weeks two.
    assert [(day, dose) for day, dose, _ in taper(plan)] == [
        (1, Decimal(40)),
        (15, Decimal(20)),
        (29, Decimal(10)),
        (43, Decimal(0)),
    ]
    # Four weeks at 75 mg, reached on 3 August, is later than six weeks from the start.
    assert [review.on for review in plan.reviews] == [date(2026, 6, 29), date(2026, 8, 31)]


def test_milnacipran_follows_the_days_of_its_label():
    plan = make_plan(DRUGS["milnacipran"], age=50, today=TODAY)
    assert [(day, dose, text) for day, _, dose, text in steps(plan)] == [
        (1, Decimal("12.5"), "1 x 12.5 mg tablet in the evening"),
        (2, Decimal(25), "1 x 12.5 mg tablet in the morning; 1 x 12.5 mg tablet in the evening"),
        (4, Decimal(50), "1 x 25 mg tablet in the morning; 1 x 25 mg tablet in the evening"),
        (8, Decimal(100), "1 x 50 mg tablet in the morning; 1 x 50 mg tablet in the evening"),
    ]
    assert plan.caveats[0].text == (
        "No dosing of milnacipran in neuropathic pain was found; this is its dosing for "
        "fibromyalgia."
    )


def test_a_young_adult_is_seen_after_one_week():
    plan = make_plan(DRUGS["duloxetine"], age=22, today=TODAY)
    assert plan.reviews[0].on == date(2026, 6, 22)


def test_a_target_above_the_maximum_is_refused_with_its_source():
    with pytest.raises(PlanError) as refusal:
        make_plan(DRUGS["duloxetine"], age=50, today=TODAY, target=mg_per_day(90))
    message = str(refusal.value)
    assert message.startswith(
        "Cannot plan duloxetine at 90 mg/day: its range here is above 0 to 60 mg/day, highest "
        "dose in adults (US) [Cymbalta (duloxetine) US label (FDA)"
    )
    assert "Other sources go higher: 120 mg/day [Northern Ireland Formulary" in message
    assert message.endswith("Choose a target in that range.")


def test_a_market_that_allows_more_gives_more_in_two_doses():
    drug = DRUGS["duloxetine"].in_market("UK")
    plan = make_plan(drug, age=50, today=TODAY, target=mg_per_day(120))
    assert steps(plan)[-1] == (
        22,
        date(2026, 7, 6),
        Decimal(120),
        "1 x 60 mg capsule in the morning; 1 x 60 mg capsule in the evening",
    )


def test_a_target_the_strengths_cannot_make_names_the_nearest():
    with pytest.raises(PlanError) as refusal:
        make_plan(DRUGS["venlafaxine"], age=50, today=TODAY, target=mg_per_day(100))
    assert str(refusal.value) == (
        "Cannot plan venlafaxine at 100 mg/day: the strengths (37.5 mg capsule, 75 mg capsule, "
        "150 mg capsule) do not make it. The nearest they make: 75 mg/day and 112.5 mg/day. "
        "Choose one of these."
    )


def test_a_step_that_no_source_gives_is_not_invented():
    with pytest.raises(PlanError) as refusal:
        make_plan(DRUGS["fluoxetine"], age=50, today=TODAY, target=mg_per_day(40))
    assert str(refusal.value) == (
        "Cannot plan how to raise fluoxetine from 20 to 40 mg/day: no source was found for the "
        "titration step and interval, and assuage does not invent one. Plan up to 20 mg/day, or "
        "write the steps yourself."
    )


def test_older_people_stay_below_their_own_maximum():
    # Celexa label 2.3: at most 20 mg/day above 60 years of age.
    plan = make_plan(DRUGS["citalopram"], age=61, today=TODAY)
    assert (plan.ceiling.dose, plan.ceiling.because) == (
        Decimal(20),
        "highest dose from age 61 (US)",
    )
    with pytest.raises(PlanError, match=r"at 40 mg/day: its range here is above 0 to 20 mg/day"):
        make_plan(DRUGS["citalopram"], age=61, today=TODAY, target=mg_per_day(40))
    assert make_plan(DRUGS["citalopram"], age=60, today=TODAY).ceiling.dose == Decimal(40)


def test_half_the_dose_halves_target_and_maximum():
    # Venlafaxine label 2.6: half of the daily dose; 150 -> 75 mg, and 225 -> 112.5 mg at most.
    plan = make_plan(
        DRUGS["venlafaxine"], age=50, today=TODAY, limits=(limit(factor=Decimal("0.5")),)
    )
    assert [step.dose for step in plan.steps] == [Decimal("37.5"), Decimal(75)]
    assert plan.ceiling.dose == Decimal("112.5")


def test_a_rule_without_a_number_starts_lowest_and_goes_half_as_fast():
    plan = make_plan(DRUGS["duloxetine"], age=50, today=TODAY, limits=(limit(),))
    assert [(step.from_day, step.dose) for step in plan.steps] == [
        (1, Decimal(20)),
        (15, Decimal(50)),
        (29, Decimal(60)),
    ]
    assert plan.caveats[1].text == (
        "Reduce the dose. Because: kidneys. The rule gives no number, so the plan starts at the "
        "lowest strength and takes 2 times as long over each step; that choice is assuage's."
    )


def test_a_cap_below_every_strength_is_refused():
    with pytest.raises(PlanError, match=r"no marketed strength .* makes a daily dose of 10 mg"):
        make_plan(DRUGS["duloxetine"], age=50, today=TODAY, limits=(limit(at_most=mg_per_day(10)),))


def test_monitoring_without_a_time_falls_before_the_first_dose_and_on_each_review():
    need = MonitoringNeed(what="Sodium", why="diuretic", citation=LABEL)
    timed = MonitoringNeed(
        what="ECG", why="heart disease", citation=LABEL, weeks=(0, 4), timed_by="source"
    )
    plan = make_plan(DRUGS["duloxetine"], age=50, today=TODAY, monitoring=(need, timed))
    own = [(c.what, c.on, c.week, c.timed_by) for c in plan.monitoring if c.citation == LABEL]
    assert own == [
        ("ECG", date(2026, 6, 15), 0, "source"),
        ("Sodium", date(2026, 6, 15), 0, "assuage"),
        ("Sodium", date(2026, 6, 29), 2, "assuage"),
        ("ECG", date(2026, 7, 13), 4, "source"),
        ("Sodium", date(2026, 7, 27), 6, "assuage"),
    ]
