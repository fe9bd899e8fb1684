"""Rows of a plan's report against values worked out by hand from the sample plan."""

from datetime import date
from decimal import Decimal

import pytest
from report_plan_sample import LABEL, LEAFLET, PLAN

from assuage.plan.regimen import Count
from assuage.report.chart import Staircase, Tread, staircase
from assuage.report.plan_rows import (
    Appointment,
    ScheduleRow,
    Task,
    TickRow,
    appointments,
    number_of,
    schedule,
    tick_rows,
)


def test_the_schedule_gives_first_and_last_days_and_what_to_swallow():
    assert schedule(PLAN) == (
        ScheduleRow(
            from_day=1,
            on=date(2026, 6, 15),
            until_day=7,
            until=date(2026, 6, 21),
            dose=PLAN.steps[0].dose,
            how="1 × 30 mg capsule in the morning",
        ),
        ScheduleRow(
            from_day=8,
            on=date(2026, 6, 22),
            until_day=None,
            until=None,
            dose=PLAN.steps[1].dose,
            how="2 × 30 mg capsule in the morning; 1½ × 7.5 mg tablet in the evening",
        ),
    )


@pytest.mark.parametrize(
    ("number", "shown"), [("0.5", "½"), ("1", "1"), ("10", "10"), ("2.5", "2½")]
)
def test_halves_are_written_as_pharmacists_do(number: str, shown: str):
    product = PLAN.steps[0].intakes[0].counts[0].product
    assert number_of(Count(number=Decimal(number), product=product)) == shown


def task(what: str, why: str, *, review: bool = False) -> Task:
    return Task(
        what=what,
        why=why,
        citation=LEAFLET if review else LABEL,
        timing_is_ours=not review,
        is_review=review,
    )


def test_each_day_has_its_tasks_and_a_check_is_explained_once():
    tolerated = task("Review: is it tolerated?", "Side effects and mood.", review=True)
    helping = task("Review: does it help?", "Pain against the start.", review=True)
    pressure, mood = task("Blood pressure", "it can rise"), task("Mood", "it can worsen")
    assert appointments(PLAN) == (
        Appointment(on=date(2026, 6, 15), week=0, tasks=(pressure, mood)),
        Appointment(on=date(2026, 6, 29), week=2, tasks=(tolerated, task("Blood pressure", ""))),
        Appointment(on=date(2026, 7, 27), week=6, tasks=(helping, task("Mood", ""))),
    )
    assert tick_rows(PLAN) == (
        TickRow(task=tolerated, due=(False, True, False)),
        TickRow(task=helping, due=(False, False, True)),
        TickRow(task=pressure, due=(True, True, False)),
        TickRow(task=mood, due=(True, False, True)),
    )


def test_the_staircase_rises_on_the_days_of_the_plan():
    assert staircase(PLAN) == Staircase(
        treads=(
            Tread(from_day=1, to_day=8, dose=30.0),
            Tread(from_day=8, to_day=50, dose=71.25),
        ),
        target=71.25,
        last_day=50,
        reviews=((15, "tolerability"), (43, "efficacy")),
    )
    assert staircase(PLAN).week_ticks == (0, 1, 2, 3, 4, 5, 6, 7)
