"""What to watch and when to look again, with the day of each."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from assuage.plan.dosing import MonitoringNeed, ReviewRule
from assuage.plan.regimen import Check, Review
from assuage.plan.titration import Rise

_WEEK = 7


def reviews(
    rule: ReviewRule, *, rises: Sequence[Rise], age: int, today: date
) -> tuple[Review, ...]:
    """Return the early review for harms and the later one for benefit.

    Benefit is judged when the whole trial has lasted long enough and the target dose has been
    taken long enough, whichever is later: a slow titration earns a later verdict.
    """
    early = rule.early_days_young if age <= rule.young_through_age else rule.early_days
    by_trial = _WEEK * rule.weeks.value
    by_target = rises[-1].from_day - 1 + _WEEK * rule.weeks_at_target.value
    later = rule.weeks if by_trial >= by_target else rule.weeks_at_target
    days = max(by_trial, by_target)
    return (
        Review(
            on=today + timedelta(days=early.value),
            week=early.value // _WEEK,
            purpose="tolerability",
            ask=rule.ask_early,
            citation=early.citation,
            timed_by="source",
        ),
        Review(
            on=today + timedelta(days=days),
            week=-(-days // _WEEK),
            purpose="efficacy",
            ask=rule.ask_benefit,
            citation=later.citation,
            timed_by="source",
        ),
    )


def joined(
    own: Sequence[MonitoringNeed], asked: Sequence[MonitoringNeed]
) -> tuple[MonitoringNeed, ...]:
    """Return what to watch, each thing once: a rule's check joins the drug's own check of the same.

    `own` are the drug's needs, `asked` those of rules. What a rule adds is kept in the reason,
    with its source where that is another; a rule that no need takes in stays a need of its own.
    """
    found: list[MonitoringNeed] = []
    taken: set[str] = set()
    for need in own:
        with_this = [each for each in asked if each.rule in need.joins]
        taken |= {each.rule for each in with_this} | set(need.says)
        if with_this or not need.only_if_joined:
            whys = dict.fromkeys([need.why, *(_addition(each, need) for each in with_this)])
            found.append(replace(need, why="; ".join(whys)))
    return (*found, *(each for each in asked if each.rule not in taken))


def _addition(asked: MonitoringNeed, need: MonitoringNeed) -> str:
    what = asked.what.removesuffix(".")
    if not what[1:2].isupper():  # an ECG stays an ECG
        what = what[:1].lower() + what[1:]
    words = f"{asked.why}: {what}"
    return (
        words
        if asked.citation.source.id == need.citation.source.id
        else f"{words} ({asked.citation})"
    )


def checks(
    needs: Sequence[MonitoringNeed], planned: Sequence[Review], today: date
) -> tuple[Check, ...]:
    """Return every check with its day, in order. The same need is not listed twice."""
    found = {
        (need.what, on): Check(
            what=need.what,
            why=need.why,
            on=on,
            week=(on - today).days // _WEEK,
            citation=need.citation,
            timed_by=need.timed_by if need.weeks else "assuage",
            need=need.id,
        )
        for need in needs
        for on in _days(need, planned, today)
    }
    return tuple(sorted(found.values(), key=lambda check: (check.on, check.what)))


def _days(need: MonitoringNeed, planned: Sequence[Review], today: date) -> tuple[date, ...]:
    if need.weeks:
        return tuple(today + timedelta(weeks=week) for week in need.weeks)
    return (today, *(review.on for review in planned))
