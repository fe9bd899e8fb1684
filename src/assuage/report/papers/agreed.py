"""What was agreed, for the note: how to rise and come off, what is due when, when to give up."""

from collections.abc import Iterator
from dataclasses import dataclass

from assuage.plan.regimen import Check, Review
from assuage.report.papers.calendar import calendar, milligrams
from assuage.report.papers.consultation import Consultation
from assuage.report.papers.figure import CitedPath, Figure, Said
from assuage.report.papers.patient import RELIEF_RULE, WORTH_GOING_ON
from assuage.report.wording import bare


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRow:
    """One thing to watch, and on which of the days it is due."""

    what: Said
    due: tuple[bool, ...]


def plan_said(case: Consultation) -> Iterator[Said]:
    """Yield the plan in two lines: the rise with its maximum, and the way off."""
    speak, plan = case.speaker, case.plan
    steps = [
        speak.say("step", dose=row.dose, when=row.when, how=speak.joined(row.takes, by="; "))
        for row in calendar(case)
    ]
    yield speak.say(
        "plan_up",
        steps=speak.joined(steps, by="; "),
        most=milligrams(case, plan.ceiling.dose, "ceiling"),
    )
    rule = case.drug.taper
    down = [milligrams(case, step.dose, "taper") for step in plan.taper]
    days = plan.taper[1].from_day - plan.taper[0].from_day if len(plan.taper) > 1 else 0
    path = CitedPath(of="plan.taper.from_day", citation=rule.shortest_days.citation)
    yield speak.say("plan_down", doses=speak.joined(down, by=" → "), days=speak.count(days, path))


def days_said(case: Consultation) -> list[tuple[Review | Check, Said]]:
    """Return each day on which something is due, once, with its week and its date."""
    due: dict[int, Review | Check] = {}
    for each in (*case.plan.reviews, *case.plan.monitoring):
        due.setdefault(each.on.toordinal(), each)
    return [(each, _heading(case, each)) for _, each in sorted(due.items())]


def _heading(case: Consultation, due: Review | Check) -> Said:
    speak = case.speaker
    path = CitedPath(of="plan: day of a check or review", citation=due.citation)
    day = speak.on(due.on, path)
    if due.week == 0:
        return (
            speak.say("before_start_on", day=day) if case.plan.dated else speak.say("before_start")
        )
    week = speak.count(due.week, path)
    return (
        speak.say("week_on", week=week, day=day)
        if case.plan.dated
        else speak.say("week", week=week)
    )


def watch_said(case: Consultation, days: list[Review | Check]) -> Iterator[WatchRow]:
    """Yield what to watch, reviews first, with the days on which each is due."""
    plan, speak = case.plan, case.speaker
    for review in plan.reviews:
        due = tuple(day.on == review.on for day in days)
        yield WatchRow(what=speak.say(f"review_{review.purpose}", review.citation), due=due)
    for what in dict.fromkeys(check.what for check in plan.monitoring):
        same = [check for check in plan.monitoring if check.what == what]
        first = same[0]
        said = (
            speak.say(f"watch_{first.need}", first.citation)
            if first.need
            else speak.quote(bare(what), first.citation)
        )
        on = {check.on for check in same}
        yield WatchRow(what=said, due=tuple(day.on in on for day in days))


def stopping_said(case: Consultation) -> Iterator[Said]:
    """Yield the stopping rules, each with its number where it has one."""
    for rule in case.plan.stopping:
        share = Figure(
            value=WORTH_GOING_ON,
            text=case.messages.percent(float(WORTH_GOING_ON)),
            path=CitedPath(of=f"plan.stopping.{rule.id}", citation=rule.citation),
        )
        named = {"share": share} if rule.id == RELIEF_RULE else {}
        yield case.speaker.say(f"stopping_{rule.id}", rule.citation, **named)
