"""What to take from when, in sentences with their figures: both papers say the same."""

from dataclasses import dataclass

from assuage.plan.regimen import Count, Intake
from assuage.provenance import Citation
from assuage.report.papers.consultation import Consultation
from assuage.report.papers.figure import CitedPath, Figure, Said
from assuage.report.plan_rows import number_of, schedule
from assuage.units import MgPerDay


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRow:
    """One dose of the rise: when, how much in all, and what to swallow at each time of the day."""

    when: Said
    dose: Said
    takes: tuple[Said, ...]


def calendar(case: Consultation) -> tuple[CalendarRow, ...]:
    """Return the rise, by dates, or by days while something must come before the first dose."""
    return tuple(
        CalendarRow(
            when=_when(case, place),
            dose=case.speaker.say("dose", dose=milligrams(case, row.dose, "steps")),
            takes=tuple(_take(case, intake) for intake in case.plan.steps[place].intakes),
        )
        for place, row in enumerate(schedule(case.plan))
    )


def milligrams(case: Consultation, dose: MgPerDay, of: str) -> Figure:
    """Return a dose of the plan, with the source of the drug's steps."""
    path = CitedPath(of=f"plan.{of}", citation=_dose_source(case, of))
    return case.speaker.count(dose, path)


def _dose_source(case: Consultation, of: str) -> Citation:
    dosing, plan = case.drug.dosing, case.plan
    if of == "target":
        return plan.target_citation
    if of == "ceiling":
        return plan.ceiling.citation
    if of == "taper" and case.drug.taper.largest_step is None:
        return case.drug.taper.largest_fraction.citation
    return next((each.citation for each in (dosing.step, dosing.start) if each), case.timing)


def _when(case: Consultation, place: int) -> Said:
    row, speak = schedule(case.plan)[place], case.speaker
    path = CitedPath(of=f"plan.steps[{place}].from_day", citation=case.timing)
    if case.plan.dated:
        first = speak.on(row.on, path)
        last = None if row.until is None else speak.on(row.until, path)
        words = ("from_on", "only_on", "from_to")
    else:
        first = speak.count(row.from_day, path)
        last = None if row.until_day is None else speak.count(row.until_day, path)
        words = ("day_on", "day_only", "day_to")
    if last is None:
        return speak.say(words[0], first=first)
    if last == first:
        return speak.say(words[1], first=first)
    return speak.say(words[2], first=first, last=last)


def _take(case: Consultation, intake: Intake) -> Said:
    what = case.speaker.joined([_pieces(case, count) for count in intake.counts], by=" + ")
    return case.speaker.say("take", what=what, time=case.messages.say(f"time_{intake.time}"))


def _pieces(case: Consultation, count: Count) -> Said:
    path = CitedPath(of="plan.steps.intakes", citation=count.product.citation)
    number = number_of(count).replace(".", case.messages.number(0, decimals=1)[1])
    form = f"form_{count.product.form}_{'one' if count.number <= 1 else 'many'}"
    return case.speaker.say(
        "pieces",
        number=Figure(value=count.number, text=number, path=path),
        form=case.messages.say(form),
        strength=case.speaker.count(count.product.strength, path),
    )
