"""An appraisal as one self-contained page, for the screen and for A4 paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace

from markupsafe import Markup

from assuage.options.appraisal import Appraisal, Interval, Option, OutcomeEstimate
from assuage.options.leading import what_would_change
from assuage.report.chart import (
    IntervalMark,
    People,
    Scale,
    common_scale,
    interval_mark,
    people,
    per_1000,
)
from assuage.report.footing import footing
from assuage.report.numbers import difference
from assuage.report.page import fill
from assuage.report.picture import (
    draw_axis,
    draw_empty,
    draw_interval,
    draw_key,
    draw_people,
    people_counts,
)
from assuage.report.presentation import Presentation
from assuage.report.rows import (
    DoseMatrix,
    NumberedSource,
    OverviewRow,
    ReasonRow,
    against,
    by_data,
    citations,
    common_against,
    common_reasons,
    dose_matrix,
    estimate_of,
    in_reading_order,
    numbered_sources,
    overview,
    reason_rows,
    shown_dose,
    top_options,
)
from assuage.report.summary import (
    PROVISIONAL,
    adding_up,
    asked,
    best_percent,
    brief_reason,
    certainties,
    change_words,
    disagreeing,
    leader,
    marked,
    marks_used,
    not_told_apart,
    origin_brief,
    provisional,
    reason_body,
    reason_lead,
    reason_place,
    told_first,
    tried,
)
from assuage.report.wording import slug
from assuage.units import MgPerDay, plain

LEGEND: Mapping[str, str] = {
    "because": "because of the drug",
    "anyway": "with placebo just as well",
    "instead": "with placebo, but not with the drug",
    "neither": "neither way",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    """One outcome of the detailed table, with its picture."""

    label: str
    family: str
    estimate: OutcomeEstimate | None
    strip: Markup
    brief: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePicture:
    """100 people for one outcome: the picture, and the same as rows (figure, number, words)."""

    heading: str
    drawing: Markup
    rows: tuple[tuple[Markup, int, str], ...]
    range: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One of the highest-ranked drugs, at the dose shown and dose by dose."""

    option: Option
    dose: MgPerDay | None
    rows: tuple[OutcomeRow, ...]
    unknown: tuple[str, ...]
    people: tuple[PeoplePicture, ...]
    matrix: DoseMatrix


def appraisal_html(appraisal: Appraisal, presentation: Presentation) -> str:
    """Return the whole page. Raises KnowledgeError for an outcome that has no name."""
    sources = numbered_sources(citations(appraisal))
    return fill(
        "appraisal.html.j2",
        appraisal=appraisal,
        stamp=appraisal.stamp,
        **_overview(appraisal, presentation),
        **_details(appraisal, presentation),
        leader=leader(appraisal, presentation),
        best=partial(best_percent, presentation=presentation),
        marked=marked,
        every=_every_drug(appraisal, sources),
        outcome=presentation.outcome,
        headline=presentation.headline,
        certainties=certainties,
        condition=appraisal.condition.replace("_", " "),
        reasons=_own_reasons(appraisal, sources),
        against=against,
        footing=partial(footing, presentation=presentation),
        not_told_apart=partial(not_told_apart, presentation=presentation),
        asked=asked(appraisal),
        reason=SimpleNamespace(
            brief=brief_reason, lead=reason_lead, body=reason_body, place=reason_place
        ),
        beside=_beside,
        told_first=told_first(appraisal),
        tried=tried(appraisal),
        sources=sources,
    )


def _overview(appraisal: Appraisal, presentation: Presentation) -> dict[str, object]:
    """Return what the table of all drugs shows: its groups, and strips on one scale each."""
    groups = overview(appraisal, presentation)
    shown = [row for group in groups for row in group.rows]
    scales = {
        "benefit": common_scale(per_1000(row.benefit for row in shown), most_ticks=6),
        "harm": common_scale(per_1000(row.harm for row in shown), most_ticks=6),
    }
    return {
        "groups": groups,
        "strip": partial(_overview_strip, scales),
        "axis": {which: draw_axis(scale) for which, scale in scales.items()},
    }


def _details(appraisal: Appraisal, presentation: Presentation) -> dict[str, object]:
    """Return what stands below it of the drugs ranked highest, all on one scale."""
    top = top_options(appraisal, presentation.detailed)
    scale = common_scale(_detailed_intervals(top))
    return {
        "details": [_detail(option, presentation, scale) for option in top],
        "no_strip": draw_empty(scale),
        "detail_axis": draw_axis(scale),
        "marks": marks_used(top),
    }


def _beside(option: Option) -> tuple[str, ...]:
    """Say below a drug's reasons what would change its verdict, what adds up, who disagrees."""
    changes = what_would_change(option.reasons, option.verdict)
    return (*map(change_words, changes), *adding_up(option), *disagreeing(option))


def _every_drug(appraisal: Appraisal, sources: tuple[NumberedSource, ...]) -> SimpleNamespace:
    """Return what holds of every drug alike, and is said once."""
    common = common_reasons(appraisal)
    return SimpleNamespace(
        provisional=provisional(appraisal),
        mark=PROVISIONAL if appraisal.not_settled else "",
        against=common_against(appraisal),
        reasons=[r for r in reason_rows(appraisal.options[0], sources) if r.reason in common],
    )


def _own_reasons(
    appraisal: Appraisal, sources: tuple[NumberedSource, ...]
) -> list[tuple[Option, list[ReasonRow]]]:
    common = common_reasons(appraisal)
    return [
        (option, [row for row in reason_rows(option, sources) if row.reason not in common])
        for option in in_reading_order(appraisal)
    ]


def _detailed_intervals(top: tuple[Option, ...]) -> tuple[Interval, ...]:
    doses = (shown_dose(option) for option in top)
    return per_1000(e for dose in doses if dose is not None for e in dose.outcomes)


def _overview_strip(scales: Mapping[str, Scale], row: OverviewRow, which: str) -> Markup:
    estimate = row.benefit if which == "benefit" else row.harm
    mark = interval_mark(estimate, wanted=which == "benefit")
    return _strip(mark, scales[which], f"{row.option.drug}: ")


def _strip(mark: IntervalMark | None, scale: Scale, before: str) -> Markup:
    if mark is None:
        return draw_empty(scale)
    words = f"{before}{difference(mark.difference, 'per_1000')} per 1,000 versus placebo"
    return draw_interval(mark, scale, words)


def _detail(option: Option, presentation: Presentation, scale: Scale) -> Detail:
    dose = shown_dose(option)
    known, unknown = by_data(option, presentation)
    rows: list[OutcomeRow] = []
    for outcome in known:
        estimate, defined = estimate_of(dose, outcome), presentation.outcome(outcome)
        wanted = defined.direction == "benefit"
        mark = interval_mark(estimate, wanted=wanted)
        rows.append(
            OutcomeRow(
                label=defined.label + (", points" if defined.unit == "points" else ""),
                family=defined.family,
                estimate=estimate,
                strip=_strip(mark, scale, f"{defined.label}: "),
                brief=origin_brief(estimate.origin) if estimate is not None else "",
            )
        )
    lead = (presentation.headline.benefit, presentation.headline.harm)
    pictures = (_people_picture(option, o, presentation) for o in lead)
    return Detail(
        option=option,
        dose=dose.dose if dose is not None else None,
        rows=tuple(rows),
        unknown=tuple(presentation.outcome(o).label for o in unknown),
        people=tuple(p for p in pictures if p is not None),
        matrix=dose_matrix(option, presentation),
    )


def _people_picture(
    option: Option, outcome: str, presentation: Presentation
) -> PeoplePicture | None:
    dose = shown_dose(option)
    counted = people(estimate_of(dose, outcome))
    if dose is None or counted is None:
        return None
    defined = presentation.outcome(outcome)
    key = f"people-{slug(option.drug)}-{slug(outcome)}"
    wanted = defined.direction == "benefit"
    numbers = {k: n for k, n in people_counts(counted).items() if n or k != "instead"}
    who = f"Of 100 people like this one taking {option.drug} {plain(dose.dose)} mg a day"
    return PeoplePicture(
        heading=defined.patient_label,
        drawing=draw_people(
            counted,
            title=f"{who}: {defined.patient_label}",
            description="; ".join(f"{n} {LEGEND[k]}" for k, n in numbers.items()),
            key=key,
            wanted=wanted,
        ),
        rows=tuple((draw_key(k, key=key, wanted=wanted), n, LEGEND[k]) for k, n in numbers.items()),
        range=range_words(counted),
    )


def range_words(counted: People) -> str:
    """Say in words how far the trials leave the drug’s own share open."""
    low, high = counted.low, counted.high
    if low >= 0:
        return f"The drug’s own share could be anything from {low} to {high} of 100."
    if high <= 0:
        return f"With the drug it could be from {-high} to {-low} of 100 fewer."
    return f"It could also be {-low} fewer, or up to {high} more, of 100: the trials leave it open."
