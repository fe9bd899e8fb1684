"""A dose plan for the terminal: what to take from when, what to watch, when to stop, how to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from assuage.plan.regimen import Plan
from assuage.provenance import Citation, Stamp
from assuage.report.exposure_rows import acts_like
from assuage.report.exposure_text import factor_lines
from assuage.report.plan_rows import (
    NO_DATES,
    ScheduleRow,
    advice_by_topic,
    appointments,
    onward_words,
    plan_citations,
    schedule,
    taper_rows,
    urgent_advice,
)
from assuage.report.rows import NumberedSource, numbered_sources
from assuage.report.text import (
    QUIET,
    Column,
    chapter,
    hanging,
    line_of,
    sources_list,
    spaced,
    stamp_line,
    text,
)
from assuage.report.wording import NOT_A_DEVICE, bare, capitalised, day, one_line
from assuage.units import plain

_BAR = 12


@dataclass(frozen=True, slots=True)
class PlanText:
    """What rich prints; `patient` is the summary line of what was recorded."""

    plan: Plan
    stamp: Stamp
    patient: str

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterable[RenderableType]:
        sources = numbered_sources(plan_citations(self.plan))
        refer = _Reference({s.source.id: s.number for s in sources})
        yield from _header(self, refer)
        yield from _caveats(self.plan, refer)
        yield from _exposure(self.plan, refer)
        yield from _schedule(self.plan, options.max_width)
        yield from _onward(self.plan, refer)
        yield from _dates(self.plan, refer)
        yield from _stopping(self.plan, refer)
        yield from _taper(self.plan, refer, options.max_width)
        yield from _advice(self.plan, refer)
        yield from _sources(sources)


@dataclass(frozen=True, slots=True)
class _Reference:
    """Write a citation as its source's number and the place in it."""

    numbers: Mapping[str, int]

    def __call__(self, citation: Citation) -> tuple[str, str]:
        number = str(self.numbers[citation.source.id])
        place = ", ".join(part for part in (number, citation.locator) if part)
        return f"[{place}]", QUIET


def _header(report: PlanText, refer: _Reference) -> Iterable[RenderableType]:
    plan = report.plan
    yield from chapter(f"Dose plan: {plan.label}")
    yield text((one_line(report.patient), "bold"))
    yield text((stamp_line(report.stamp), QUIET))
    yield text((NOT_A_DEVICE, QUIET))
    yield from _first(plan, refer)
    yield Text("")
    ours = "" if plan.target_given else "(our default: the lowest usual target within the limits)"
    yield spaced((f"Target {plain(plan.target)} mg/day", "bold"), ours, refer(plan.target_citation))
    ceiling = plan.ceiling
    yield spaced(
        (f"Maximum here {plain(ceiling.dose)} mg/day:", "bold"),
        bare(ceiling.because),
        refer(ceiling.citation),
    )
    for other in plan.other_ceilings:
        yield spaced(
            f"Other sources: {plain(other.dose)} mg/day,",
            bare(other.because),
            refer(other.citation),
        )
    yield text(f"Dosing written for {plan.indication}.")


def _first(plan: Plan, refer: _Reference) -> Iterable[RenderableType]:
    if plan.dated:
        return
    yield from chapter("First")
    for caveat in plan.first:
        cited = [refer(caveat.citation)] if caveat.citation is not None else []
        yield hanging(("!", "bold"), spaced((caveat.text, "bold"), *cited))
    yield hanging("!", text(NO_DATES))


def _onward(plan: Plan, refer: _Reference) -> Iterable[RenderableType]:
    if plan.onward is not None:
        step, judged = onward_words(plan.onward)
        yield spaced(step, refer(plan.onward.citation), judged, refer(plan.onward.judged_by))


def _caveats(plan: Plan, refer: _Reference) -> Iterable[RenderableType]:
    if not plan.caveats:
        return
    yield from chapter("Before you use this plan")
    for caveat in plan.caveats:
        cited = [refer(caveat.citation)] if caveat.citation is not None else []
        yield hanging("!", spaced(caveat.text, *cited))


def _exposure(plan: Plan, refer: _Reference) -> Iterable[RenderableType]:
    if plan.exposure is None:
        return
    yield from chapter("What a dose means in this person")
    yield spaced(
        plan.exposure.statement, (f"{capitalised(acts_like(plan.target, plan.exposure))}.", "bold")
    )
    yield from factor_lines(plan.exposure, refer)


def _schedule(plan: Plan, width: int) -> Iterable[RenderableType]:
    yield from chapter("Step up")
    top = max(step.dose for step in plan.steps)
    wide = width >= 98
    how = Column(width=max(20, width - 35 - 12 - (_BAR + 6 if wide else 4)))
    columns = [Column(width=35), Column(width=12, align="right"), how, Column(width=_BAR)]
    for row in schedule(plan):
        bar = "█" * max(1, round(_BAR * row.dose / top))
        cells = [
            _span(row, dated=plan.dated),
            text((f"{plain(row.dose)} mg/day", "bold")),
            text(row.how),
            text(bar),
        ]
        yield line_of(cells, columns) if wide else line_of(cells[:3], columns[:3])


def _span(row: ScheduleRow, *, dated: bool) -> Text:
    if not dated:
        return text(f"day {row.from_day} on" if row.until_day is None else _days(row))
    start = f"from {day(row.on)}"
    until = f"day {row.from_day} on" if row.until_day is None else _days(row)
    return spaced(start, (f"({until})", QUIET))


def _days(row: ScheduleRow) -> str:
    return f"day {row.from_day} to day {row.until_day}"


def _dates(plan: Plan, refer: _Reference) -> Iterable[RenderableType]:
    yield from chapter("Watch and review")
    for appointment in appointments(plan):
        on = f"· {day(appointment.on)}" if plan.dated else ""
        yield spaced((appointment.title, "bold"), on)
        for task in appointment.tasks:
            ours = "day chosen by assuage" if task.timing_is_ours else ""
            why = "; ".join(part for part in (bare(task.why), ours) if part)
            said = [f"– {why}", refer(task.citation)] if task.why else []
            what = (task.what, "bold") if task.is_review else task.what
            yield hanging("[ ]", spaced(what, *said), left=2, width=4)


def _stopping(plan: Plan, refer: _Reference) -> Iterable[RenderableType]:
    yield from chapter("Stop when (agreed before the first dose)")
    for rule in plan.stopping:
        ours = ("set by assuage", QUIET) if rule.set_by == "assuage" else ""
        yield hanging(
            "·",
            spaced(
                (f"{bare(rule.when)}.", "bold"), f"{bare(rule.do)}.", refer(rule.citation), ours
            ),
        )


def _taper(plan: Plan, refer: _Reference, width: int) -> Iterable[RenderableType]:
    yield from chapter("How to come off")
    yield text("Day 1 is the first day of the taper. Wait longer on a step if symptoms appear.")
    for row in taper_rows(plan):
        cells = [text(f"from day {row.from_day}"), text(f"{plain(row.dose)} mg/day")]
        how = Column(width=max(20, width - 32))
        yield line_of([*cells, text(row.how)], [Column(width=14), Column(width=13), how])
    for guidance in plan.taper_guidance:
        yield hanging("·", spaced(f"{bare(guidance.value)}.", refer(guidance.citation)))


def _advice(plan: Plan, refer: _Reference) -> Iterable[RenderableType]:
    yield from chapter("Tell the patient")
    for advice in urgent_advice(plan):
        yield hanging(
            "!", spaced(("Same day:", "bold"), f"{bare(advice.text)}.", refer(advice.citation))
        )
    for topic, said in advice_by_topic(plan).items():
        for advice in said:
            yield hanging(
                "·",
                spaced(
                    (f"{capitalised(topic)}:", "bold"),
                    f"{bare(advice.text)}.",
                    refer(advice.citation),
                ),
            )


def _sources(sources: tuple[NumberedSource, ...]) -> Iterable[RenderableType]:
    yield from chapter("Sources")
    yield from sources_list((s.number, s.source) for s in sources)
