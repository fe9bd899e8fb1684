"""A dose plan as rows: the schedule, the days that matter, and the sources, in reading order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assuage.plan.dosing import Advice
from assuage.plan.regimen import Count, Intake, Onward, Plan
from assuage.provenance import Citation
from assuage.report.exposure_rows import exposure_citations
from assuage.report.wording import bare
from assuage.units import MgPerDay, plain

TIMES: Mapping[str, str] = {
    "morning": "in the morning",
    "midday": "at midday",
    "evening": "in the evening",
    "bedtime": "at bedtime",
}
PURPOSES: Mapping[str, str] = {
    "tolerability": "Review: is it tolerated?",
    "efficacy": "Review: does it help?",
}
NO_DATES = (
    "No dates until then: the days below count from the first dose, and weeks from the same day."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRow:
    """One dose of the rise. `until` is its last day; None for the dose to stay on."""

    from_day: int
    on: date
    until_day: int | None
    until: date | None
    dose: MgPerDay
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaperRow:
    """One dose of the way down, by day of the taper; 0 mg is the first day without the drug."""

    from_day: int
    dose: MgPerDay
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One box to tick. `why` is said only the first time it comes up."""

    what: str
    why: str
    citation: Citation
    timing_is_ours: bool
    is_review: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """All that falls on one day."""

    on: date
    week: int
    tasks: tuple[Task, ...]

    @property
    def title(self) -> str:
        return "Before the first dose" if self.week == 0 else f"Week {self.week}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TickRow:
    """One thing to do, as its first task says it, and on which of the days it is due."""

    task: Task
    due: tuple[bool, ...]


def number_of(count: Count) -> str:
    """Write how many, halves as pharmacists do: ½, 1½, 2."""
    whole = int(count.number)
    rest = count.number - whole
    if rest == 0:
        return str(whole)
    return f"{whole or ''}½" if rest == Decimal("0.5") else plain(count.number)


def how_to_take(intakes: Iterable[Intake]) -> str:
    """Write what to swallow and when: 1 × 30 mg capsule in the morning."""
    return "; ".join(
        " + ".join(f"{number_of(count)} × {count.product}" for count in intake.counts)
        + f" {TIMES[intake.time]}"
        for intake in intakes
    )


def onward_words(onward: Onward) -> tuple[str, str]:
    """Say how to go on above the target, and when to judge then: one sentence each."""
    days = onward.interval_days
    every = "a week" if days == 7 else f"every {days // 7} weeks" if days % 7 == 0 else ""
    return (
        f"If tolerated and not enough: at most {plain(onward.step)} mg/day more "
        f"{every or f'every {days} days'}, up to {plain(onward.up_to)} mg/day.",
        f"Then judge, {onward.weeks} weeks after the first dose at the earliest and after "
        f"{onward.weeks_at_dose} weeks at the highest dose that is tolerated.",
    )


def schedule(plan: Plan) -> tuple[ScheduleRow, ...]:
    following = (*plan.steps[1:], None)
    return tuple(
        ScheduleRow(
            from_day=step.from_day,
            on=step.from_date,
            until_day=after.from_day - 1 if after is not None else None,
            until=date.fromordinal(after.from_date.toordinal() - 1) if after is not None else None,
            dose=step.dose,
            how=how_to_take(step.intakes),
        )
        for step, after in zip(plan.steps, following, strict=True)
    )


def taper_rows(plan: Plan) -> tuple[TaperRow, ...]:
    return tuple(
        TaperRow(
            from_day=step.from_day,
            dose=step.dose,
            how=how_to_take(step.intakes) if step.dose > 0 else "none",
        )
        for step in plan.taper
    )


def appointments(plan: Plan) -> tuple[Appointment, ...]:
    """Return every day on which something is due, in order; a review comes first on its day."""
    due: dict[date, list[Task]] = {}
    weeks: dict[date, int] = {}
    for review in plan.reviews:
        weeks.setdefault(review.on, review.week)
        due.setdefault(review.on, []).append(
            Task(
                what=PURPOSES[review.purpose],
                why=review.ask,
                citation=review.citation,
                timing_is_ours=review.timed_by == "assuage",
                is_review=True,
            )
        )
    explained: set[str] = set()
    for check in sorted(plan.monitoring, key=lambda c: c.on):
        weeks.setdefault(check.on, check.week)
        due.setdefault(check.on, []).append(
            Task(
                what=bare(check.what),
                why="" if check.what in explained else check.why,
                citation=check.citation,
                timing_is_ours=check.timed_by == "assuage",
                is_review=False,
            )
        )
        explained.add(check.what)
    return tuple(
        Appointment(on=on, week=weeks[on], tasks=tuple(tasks)) for on, tasks in sorted(due.items())
    )


def tick_rows(plan: Plan) -> tuple[TickRow, ...]:
    """Return each thing to do once, with the days it is due among those of `appointments`."""
    days = appointments(plan)
    first = {task.what: task for day in reversed(days) for task in reversed(day.tasks)}
    order = dict.fromkeys(
        task.what
        for reviews_first in (True, False)
        for day in days
        for task in day.tasks
        if task.is_review is reviews_first
    )
    return tuple(
        TickRow(
            task=first[what],
            due=tuple(any(task.what == what for task in day.tasks) for day in days),
        )
        for what in order
    )


def advice_by_topic(plan: Plan) -> Mapping[str, tuple[Advice, ...]]:
    """Return what is not urgent, by topic, in the order in which topics first come up."""
    topics: dict[str, list[Advice]] = {}
    for advice in plan.advice:
        if not advice.urgent:
            topics.setdefault(advice.topic, []).append(advice)
    return {topic: tuple(said) for topic, said in topics.items()}


def urgent_advice(plan: Plan) -> tuple[Advice, ...]:
    return tuple(advice for advice in plan.advice if advice.urgent)


def plan_citations(plan: Plan) -> Iterable[Citation]:
    """Yield every citation of the plan, in the order in which the report sets them."""
    yield plan.target_citation
    yield plan.ceiling.citation
    yield from (caveat.citation for caveat in plan.first if caveat.citation is not None)
    if plan.onward is not None:
        yield from (plan.onward.citation, plan.onward.judged_by)
    for step in plan.steps:
        for intake in step.intakes:
            yield from (count.product.citation for count in intake.counts)
    yield from (ceiling.citation for ceiling in plan.other_ceilings)
    yield from (limit.citation for limit in plan.limits)
    yield from exposure_citations(plan.exposure)
    yield from (c.citation for c in plan.caveats if c.citation is not None)
    for appointment in appointments(plan):
        yield from (task.citation for task in appointment.tasks)
    yield from (rule.citation for rule in plan.stopping)
    yield from (guidance.citation for guidance in plan.taper_guidance)
    yield from (advice.citation for advice in plan.advice)
