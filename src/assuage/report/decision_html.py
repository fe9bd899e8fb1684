"""A decision as one self-contained page: the answer, a picture of what is traded, its table."""

from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from assuage.options.choice import Difference
from assuage.options.decision import Decision
from assuage.provenance import Citation
from assuage.report import decision_added, decision_rows, decision_wishes
from assuage.report.chart import IntervalMark, Scale, common_scale
from assuage.report.numbers import percent, signed, signed_bounds
from assuage.report.page import fill
from assuage.report.picture import draw_axis, draw_empty, draw_interval
from assuage.report.rows import NumberedSource, numbered_sources
from assuage.report.wording import capitalised, uncapitalised


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeRow:
    """One thing that is weighed: how far apart the first two are, as number and as drawing.

    `speaks_for` is empty where it is no reason to choose by.
    """

    label: str
    difference: str
    drawing: Markup
    speaks_for: str
    traded: bool


def decision_html(decision: Decision) -> str:
    """Return the whole page, in English, with questions in the decision's language."""
    sources = numbered_sources(decision_added.citations_of(decision))
    scale = common_scale(
        each.people
        for each in decision.choice.differences
        if not decision_rows.is_criterion(each.column)
    )
    return fill(
        "decision.html.j2",
        decision=decision,
        stamp=decision.stamp,
        rows=decision_rows,
        wishes=decision_wishes,
        added=decision_added,
        trades=trade_rows(decision, scale),
        axis=draw_axis(scale),
        share=percent,
        number=partial(_number, sources),
        sources=sources,
    )


def trade_rows(decision: Decision, scale: Scale) -> tuple[TradeRow, ...]:
    """Return the differences of the first two, those traded first, each on the common axis."""
    choice = decision.choice
    first = [each for each in choice.differences if each in choice.traded]
    rest = [each for each in choice.differences if each not in choice.traded]
    return tuple(_trade(decision, each, scale) for each in (*first, *rest))


def _trade(decision: Decision, each: Difference, scale: Scale) -> TradeRow:
    label, people = capitalised(each.label), each.people
    if decision_rows.is_criterion(each.column):
        drawing, number = draw_empty(scale), f"{people.estimate:+g}"
    else:
        bounds = signed_bounds(people, "per_1000")
        number = f"{signed(people.estimate, 'per_1000')} ({bounds})"
        said = f"{uncapitalised(label)}: {number} of 1,000"
        drawing = draw_interval(_mark(decision, each), scale, said)
    return TradeRow(
        label=label,
        difference=number,
        drawing=drawing,
        speaks_for=decision_rows.speaks_for(decision, each) if each.speaks else "",
        traded=each in decision.choice.traded,
    )


def _mark(decision: Decision, each: Difference) -> IntervalMark:
    """Solid only where both drugs' own numbers are of moderate or high certainty."""
    rated = [
        estimate.certainty
        for weighed in (decision.first, decision.second)
        if weighed is not None
        for estimate in weighed.estimates
        if estimate.outcome == each.column
    ]
    firm = len(rated) == 2 and all(c is not None and c.level in {"high", "moderate"} for c in rated)
    wanted = each.column.startswith("pain_relief")
    return IntervalMark(difference=each.people, wanted=wanted, firm=firm)


def _number(sources: tuple[NumberedSource, ...], citation: Citation) -> int:
    return next(s.number for s in sources if s.source.id == citation.source.id)
