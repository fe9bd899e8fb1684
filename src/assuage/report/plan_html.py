"""A dose plan as one page for the clinician, and half a page for the patient to keep."""

from functools import partial

from assuage.plan.regimen import Plan
from assuage.provenance import Citation, Stamp
from assuage.report.chart import Staircase, staircase
from assuage.report.exposure_rows import acts_like, factor_rows
from assuage.report.page import fill
from assuage.report.plan_rows import (
    NO_DATES,
    advice_by_topic,
    appointments,
    onward_words,
    plan_citations,
    schedule,
    taper_rows,
    tick_rows,
    urgent_advice,
)
from assuage.report.rows import NumberedSource, numbered_sources
from assuage.report.staircase import draw_staircase
from assuage.report.wording import capitalised


def plan_html(plan: Plan, stamp: Stamp, *, patient: str) -> str:
    """Return the whole page; `patient` is the summary line of what was recorded."""
    sources = numbered_sources(plan_citations(plan))
    stairs = staircase(plan)
    return fill(
        "plan.html.j2",
        plan=plan,
        stamp=stamp,
        patient=patient,
        name=capitalised(plan.label),
        acts_like="" if plan.exposure is None else acts_like(plan.target, plan.exposure),
        factors=() if plan.exposure is None else factor_rows(plan.exposure),
        schedule=schedule(plan),
        no_dates=NO_DATES,
        onward=None if plan.onward is None else onward_words(plan.onward),
        picture=draw_staircase(
            stairs, title=f"Daily dose of {plan.label} over time", description=_describe(stairs)
        ),
        appointments=appointments(plan),
        ticks=tick_rows(plan),
        taper=taper_rows(plan),
        topics=advice_by_topic(plan),
        urgent=urgent_advice(plan),
        number=partial(_number, sources),
        sources=sources,
    )


def _number(sources: tuple[NumberedSource, ...], citation: Citation) -> int:
    return next(s.number for s in sources if s.source.id == citation.source.id)


def _describe(stairs: Staircase) -> str:
    doses = ", ".join(f"{tread.dose:g} mg from day {tread.from_day}" for tread in stairs.treads)
    reviews = ", ".join(f"day {day} ({purpose})" for day, purpose in stairs.reviews)
    return f"{doses}. Reviews: {reviews or 'none'}."
