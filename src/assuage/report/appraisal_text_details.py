"""The highest-ranked drugs, dose by dose, for the terminal."""

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.text import Text

from assuage.options.appraisal import Appraisal, Option, OutcomeEstimate
from assuage.report.numbers import difference, level
from assuage.report.presentation import Presentation
from assuage.report.rows import (
    DoseMatrix,
    by_data,
    dose_matrix,
    estimate_of,
    shown_dose,
    top_options,
)
from assuage.report.summary import best_percent, marks_used, not_told_apart, origin_brief
from assuage.report.text import QUIET, Column, chapter, indented, line_of, spaced, text
from assuage.report.wording import NO_DATA, VERDICTS, certainty_word
from assuage.units import plain

WIDE, MIDDLE = 98, 78
"""Columns from which there is room for where a number is from, and for drug and placebo apart."""
_NAME = Column(width=27)
_INTERVAL = Column(width=19, align="right")


def details(
    appraisal: Appraisal, presentation: Presentation, width: int
) -> Iterable[RenderableType]:
    """Yield a part for each of the best options: its outcomes, then its doses side by side."""
    shown = top_options(appraisal, presentation.detailed)
    for option in shown:
        words = VERDICTS[option.verdict]
        yield from chapter(f"{option.rank}. {option.drug}")
        chance = best_percent(option, presentation)
        best = f"· best in {chance} of draws" if chance else ""
        yield spaced((f"{words.symbol} {words.word}", "bold"), best)
        yield from _outcomes(option, presentation, width)
        matrix = dose_matrix(option, presentation)
        if len(matrix.doses) > 1:
            yield from _doses(matrix, presentation, width)
    for mark, meaning in marks_used(shown).items() if width >= WIDE else ():
        yield text((f"{mark} {meaning}", QUIET))


def _outcomes(option: Option, presentation: Presentation, width: int) -> Iterable[RenderableType]:
    dose = shown_dose(option)
    if dose is None:
        yield text(f"{NO_DATA.capitalize()}: no dose of it has been studied.")
        return
    heads = ["drug", "placebo", "difference", "certainty", "from"]
    title = Text(f"At {plain(dose.dose)} mg/day, of 1,000", style="bold")
    columns = _columns(width)
    yield _row([title, *(text((head, QUIET)) for head in heads)], columns)
    known, unknown = by_data(option, presentation)
    for outcome in known:
        estimate = estimate_of(dose, outcome)
        yield _row([_name(outcome, estimate, presentation), *_cells(estimate)], columns)
        if estimate is not None and estimate.contradiction:
            yield indented(text((f"↑ {estimate.contradiction}", QUIET)), 4)
    if unknown:
        names = "; ".join(presentation.outcome(outcome).label.lower() for outcome in unknown)
        yield indented(text((f"{NO_DATA.capitalize()} at any dose: {names}.", QUIET)), 2)


def _name(outcome: str, estimate: OutcomeEstimate | None, presentation: Presentation) -> Text:
    points = ", points" if estimate is not None and estimate.unit == "points" else ""
    return text(presentation.outcome(outcome).label + points)


def _columns(width: int) -> tuple[Column, ...]:
    number, placebo = Column(width=5, align="right"), Column(width=7, align="right")
    if width < MIDDLE:
        return (Column(width=width - 36), _INTERVAL, Column(width=9))
    columns = (_NAME, number, placebo, _INTERVAL, Column(width=9))
    return (*columns, Column(width=width - 79)) if width >= WIDE else columns


def _row(cells: Sequence[Text], columns: Sequence[Column]) -> RenderableType:
    """Set a row of outcomes; with three columns, without the levels that a difference is of."""
    if len(columns) == 3 and len(cells) == 6:
        cells = [cells[0], *cells[3:5]]
    return indented(line_of(cells[: len(columns)], columns), 2)


def _cells(estimate: OutcomeEstimate | None) -> list[Text]:
    if estimate is None or estimate.difference is None:
        return [text(""), text(""), text(NO_DATA), text(""), text("")]
    unit = estimate.unit
    return [
        text(level(estimate.with_drug, unit)),
        text(level(estimate.with_placebo, unit)),
        text(difference(estimate.difference, unit)),
        text(certainty_word(estimate.certainty)),
        text(origin_brief(estimate.origin)),
    ]


def _doses(matrix: DoseMatrix, presentation: Presentation, width: int) -> Iterable[RenderableType]:
    if matrix.alike:
        yield indented(text((not_told_apart(matrix, presentation), QUIET)), 2)
    if not matrix.rows:
        return
    yield Text("")
    yield indented(text(("Difference from placebo, dose by dose", "bold")), 2)
    at_once = max(1, (width - 2 - _NAME.width) // (_INTERVAL.width + 2))
    for first in range(0, len(matrix.doses), at_once):
        part = slice(first, first + at_once)
        columns = (_NAME, *(_INTERVAL for _ in matrix.doses[part]))
        heads = [text((f"{plain(dose)} mg", QUIET)) for dose in matrix.doses[part]]
        yield _row([Text(""), *heads], columns)
        for outcome, estimates in matrix.rows:
            cells = [text(_difference(e)) for e in estimates[part]]
            yield _row([_name(outcome, estimates[0], presentation), *cells], columns)


def _difference(estimate: OutcomeEstimate | None) -> str:
    if estimate is None:
        return NO_DATA
    return difference(estimate.difference, estimate.unit)
