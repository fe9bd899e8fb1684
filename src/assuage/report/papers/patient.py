"""The plan for the patient as rows: one page, plain words, every number with its path."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from assuage.options.appraisal import OutcomeEstimate
from assuage.plan.regimen import Review
from assuage.report.chart import People, people
from assuage.report.papers.calendar import CalendarRow, calendar
from assuage.report.papers.consultation import BENEFIT, STOPPED, Consultation
from assuage.report.papers.estimates import Estimated
from assuage.report.papers.figure import CitedPath, Figure, OwnPath, RecordPath, Said

MOST_HARMS = 3
RELIEF_RULE = "less_than_30_percent"
WORTH_GOING_ON = Decimal("0.3")
"""The fall in pain below which the stopping rule of that name gives the drug up."""
_TOLD_ELSEWHERE = frozenset({"any_adverse_event", "serious_adverse_event"})
EFFECT_TOPICS = ("effects", "effects that fade", "effects that stay")
HABIT_TOPICS = ("how to take", "missed dose", "driving", "alcohol")


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePicture:
    """One outcome as 100 people. `lines` name the figures that are drawn, kind by kind."""

    outcome: str
    wanted: bool
    people: People
    caption: Said
    lines: tuple[tuple[str, Said], ...]
    range: Said
    sure: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientRows:
    """The page from top to bottom. `not_yet` is set while something must come before day 1."""

    title: Said
    purpose: Said
    not_yet: Said | None
    of_100: Said
    pictures: tuple[PeoplePicture, ...]
    no_numbers: Said | None
    calendar: tuple[CalendarRow, ...]
    relief: tuple[Said, ...]
    effects: tuple[Said, ...]
    habits: tuple[Said, ...]
    meetings: tuple[Said, ...]
    deal: tuple[Said, ...]
    never: tuple[Said, ...]
    urgent: tuple[Said, ...]
    standing: Said


def patient_rows(case: Consultation) -> PatientRows:
    """Return the page of the patient, in the language of the messages."""
    speak, plan = case.speaker, case.plan
    pictures = tuple(_pictures(case))
    drug = case.drug_name(plan.drug)
    condition = case.messages.say(f"patient_condition_{case.record.pain.condition}")
    has_benefit = any(picture.wanted for picture in pictures)
    return PatientRows(
        title=speak.say("patient_title", drug=drug),
        purpose=speak.say("purpose", drug=drug, condition=condition),
        not_yet=None if plan.dated else speak.say("not_yet"),
        of_100=speak.say("of_100", people=_hundred(case)),
        pictures=pictures,
        no_numbers=None if has_benefit else speak.say("no_numbers", drug=drug),
        calendar=calendar(case),
        relief=_advice(case, ("onset",)),
        effects=_advice(case, EFFECT_TOPICS),
        habits=_advice(case, HABIT_TOPICS),
        meetings=tuple(_meeting(case, review) for review in plan.reviews),
        deal=tuple(_deal(case)),
        never=_advice(case, ("stopping",)),
        urgent=tuple(
            speak.say(f"advice_{each.id}", each.citation) for each in plan.advice if each.urgent
        ),
        standing=speak.say("patient_standing", day=_today(case)),
    )


def _today(case: Consultation) -> Figure:
    return case.speaker.on(case.appraisal.stamp.today, OwnPath(of="stamp.today"))


def _hundred(case: Consultation) -> Figure:
    return case.speaker.count(100, OwnPath(of="the pictures count 100 people"))


def main_harms(case: Consultation) -> tuple[OutcomeEstimate, ...]:
    """Return the harms to draw: stopping for a side effect, then those that weigh most here.

    What a harm weighs is the person's weight times the people in whom the drug makes the
    difference; among those without a weight, the most frequent come next. Numbers that contradict
    each other are not drawn.
    """
    found: list[tuple[bool, float, float, OutcomeEstimate]] = []
    for outcome in case.outcomes.values():
        estimate = case.estimate(outcome.id)
        drawn = people(estimate)
        if estimate is None or drawn is None or outcome.direction != "harm":
            continue
        stopping = outcome.family == "stopping" and outcome.id != STOPPED
        if stopping or outcome.id in _TOLD_ELSEWHERE or estimate.contradicts or not drawn.because:
            continue
        weighs = case.weight.get(outcome.id, 0.0) * drawn.because
        found.append((outcome.id == STOPPED, weighs, drawn.because, estimate))
    found.sort(key=lambda each: each[:3], reverse=True)
    return tuple(estimate for *_, estimate in found[:MOST_HARMS])


def _pictures(case: Consultation) -> Iterator[PeoplePicture]:
    benefit = case.estimate(BENEFIT)
    for estimate in (*([benefit] if benefit else []), *main_harms(case)):
        drawn = people(estimate)
        if drawn is not None:
            yield _picture(Estimated(case, estimate), drawn)


def _picture(estimated: Estimated, drawn: People) -> PeoplePicture:
    case, outcome = estimated.case, estimated.estimate.outcome
    speak = case.speaker
    wanted = case.outcomes[outcome].direction == "benefit"
    words = {
        "because": "people_because" if wanted else "people_because_harm",
        "instead": "people_instead_wanted" if wanted else "people_instead",
    }
    lines = tuple(
        (
            kind,
            speak.say(words.get(kind, f"people_{kind}"), people=estimated.of_100(drawn, kind)),
        )
        for kind in ("because", "anyway", "instead", "neither")
        if getattr(drawn, kind)
    )
    certainty = estimated.estimate.certainty
    level = "very_low" if certainty is None else certainty.level.replace(" ", "_")
    return PeoplePicture(
        outcome=outcome,
        wanted=wanted,
        people=drawn,
        caption=speak.say(f"picture_{outcome}"),
        lines=lines,
        range=_range(estimated, drawn),
        sure=speak.say(f"sure_{level}"),
    )


def _range(estimated: Estimated, drawn: People) -> Said:
    """Say between which numbers the drug's own part may lie; below zero are fewer people."""
    speak = estimated.case.speaker
    low, high = (estimated.of_100(drawn, limit) for limit in ("low", "high"))
    if drawn.low < 0 <= drawn.high:
        return speak.say("range_either_way", low=low, high=high)
    if drawn.high < 0:
        return speak.say("range_fewer", low=high, high=low)
    return speak.say("range_more", low=low, high=high)


def _advice(case: Consultation, topics: tuple[str, ...]) -> tuple[Said, ...]:
    return tuple(
        case.speaker.say(f"advice_{each.id}", each.citation)
        for topic in topics
        for each in case.plan.advice
        if each.topic == topic and not each.urgent
    )


def _meeting(case: Consultation, review: Review) -> Said:
    return case.speaker.say(f"meeting_{review.purpose}", when=_day(case, review))


def _day(case: Consultation, review: Review) -> Said:
    """Say when a review is: its day, or its week while nobody knows when day 1 is."""
    path = CitedPath(of=f"plan.reviews.{review.purpose}", citation=review.citation)
    speak = case.speaker
    if case.plan.dated:
        return speak.say("on_day", day=speak.on(review.on, path))
    return speak.say("in_week", week=speak.count(review.week, path))


def _deal(case: Consultation) -> Iterator[Said]:
    """Yield when the drug is given up, as agreed before the first dose."""
    speak, score = case.speaker, case.record.pain.score
    judged = next(r for r in case.plan.reviews if r.purpose == "efficacy")
    for rule in case.plan.stopping:
        if rule.id != RELIEF_RULE:
            if case.messages.knows(f"deal_{rule.id}"):
                yield speak.say(f"deal_{rule.id}", rule.citation)
        elif score:
            now = Decimal(str(score))
            goal = now * (1 - WORTH_GOING_ON)
            yield speak.say(
                f"deal_{rule.id}",
                rule.citation,
                when=_day(case, judged),
                now=speak.count(now, RecordPath(of="pain.score")),
                top=speak.count(10, RecordPath(of="pain.score: on a scale from 0 to 10")),
                goal=speak.count(
                    goal, CitedPath(of=f"pain.score less 30%: {rule.id}", citation=rule.citation)
                ),
            )
        else:
            yield speak.say("deal_without_score", rule.citation, when=_day(case, judged))
