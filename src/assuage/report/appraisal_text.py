"""An appraisal for the terminal: the answer first, then the detail, then where it comes from."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from assuage.options.appraisal import Appraisal, OutcomeEstimate, Verdict
from assuage.options.leading import what_would_change
from assuage.report.appraisal_text_details import details
from assuage.report.footing import footing
from assuage.report.numbers import difference, level
from assuage.report.presentation import Presentation
from assuage.report.rows import (
    NumberedSource,
    OverviewRow,
    ReasonRow,
    VerdictGroup,
    against,
    citations,
    common_against,
    common_reasons,
    has_data,
    in_reading_order,
    numbered_sources,
    overview,
    reason_rows,
)
from assuage.report.summary import (
    PROVISIONAL,
    adding_up,
    asked,
    best_percent,
    brief_reason,
    certainties,
    change_words,
    counts,
    disagreeing,
    leader,
    marked,
    provisional,
    reason_body,
    reason_lead,
    reason_place,
    told_first,
    tried,
)
from assuage.report.text import (
    QUIET,
    Column,
    chapter,
    hanging,
    indented,
    line_of,
    sources_list,
    spaced,
    stamp_line,
    text,
)
from assuage.report.wording import (
    FROM,
    NO_DATA,
    NOT_A_DEVICE,
    RATED_BY_RULE,
    VERDICTS,
    capitalised,
    one_line,
)
from assuage.units import plain

WIDE, MIDDLE = 100, 78
"""Columns from which a row of the overview has room for all of its cells, and for most."""
_STYLES = {
    "suitable": "bold green",
    "caution": "bold yellow",
    "not_enough_information": "bold blue",
    "avoid": "bold magenta",
    "contraindicated": "bold red",
}


@dataclass(frozen=True, slots=True)
class AppraisalText:
    """What rich prints: it sets itself for the width at hand, best from 100 columns."""

    appraisal: Appraisal
    presentation: Presentation

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterable[RenderableType]:
        width = options.max_width
        sources = numbered_sources(citations(self.appraisal))
        yield from header(self.appraisal, self.presentation)
        yield from _questions(self.appraisal)
        yield from _overview(self.appraisal, self.presentation, width)
        yield from details(self.appraisal, self.presentation, width)
        yield from _reasons(self.appraisal, sources)
        yield from _choices(self.appraisal)
        yield from _sources(sources)


def header(appraisal: Appraisal, presentation: Presentation) -> Iterable[RenderableType]:
    """Yield the title, the patient, what is urgent, the count of verdicts and the leader."""
    yield from chapter("Antidepressants for neuropathic pain: options for one patient")
    yield text((one_line(appraisal.patient), "bold"))
    yield text((stamp_line(appraisal.stamp), QUIET))
    yield text((NOT_A_DEVICE, QUIET))
    yield Text("")
    for said in appraisal.urgent:
        yield hanging(("!", "bold red"), text((said, "bold")))
    if appraisal.urgent:
        yield Text("")
    yield text(f"{capitalised(counts(appraisal))}. {leader(appraisal, presentation)}")
    if said := provisional(appraisal):
        yield text((said, "bold"))
    for said in told_first(appraisal):
        yield text(said)


def _questions(appraisal: Appraisal) -> Iterable[RenderableType]:
    if not appraisal.questions:
        return
    in_full, short = asked(appraisal)
    count = len(appraisal.questions)
    many = "1 answer" if count == 1 else f"{count} answers"
    yield from chapter(f"First: {many} could change a verdict")
    for question in in_full:
        yield hanging(
            ("?", "bold blue"),
            spaced((f"{question.fact}:", "bold"), question.why, (question.waiting, QUIET)),
        )
    if short:
        yield hanging("?", text(f"Also, with how many drugs wait: {', '.join(short)}."))


def _overview(
    appraisal: Appraisal, presentation: Presentation, width: int
) -> Iterable[RenderableType]:
    yield from chapter(f"All {len(appraisal.options)} drugs")
    count = "how many have it with the drug, then the " if width >= WIDE else "the "
    yield text(
        f"Of 1,000 people like this one, at the dose shown (mg/day): {count}difference from "
        "placebo (95% credible interval). Certainty: of benefit/harm where they differ. Best: how "
        "often the drug is the best on offer by the weights below, over all uncertainty."
    )
    for reason in common_against(appraisal):
        yield text((f"For every drug: {brief_reason(reason)}.", QUIET))
    yield Text("")
    yield column_heads(presentation, width)
    mark = PROVISIONAL if appraisal.not_settled else ""
    for group in overview(appraisal, presentation):
        yield from _group(group, presentation, width, mark)


def _columns(width: int) -> tuple[Column, ...]:
    name, chance = Column(width=21), Column(width=4, align="right")
    if width >= WIDE:
        block = Column(width=24, align="right")
        return (name, block, block, Column(width=10), Column(width=6), chance)
    if width >= MIDDLE:
        block = Column(width=19, align="right")
        return (name, block, block, Column(width=10), chance)
    block = Column(width=18, align="right")
    return (Column(width=20), block, block)


def _line(cells: list[Text], width: int) -> RenderableType:
    """Set the six cells of a row; a narrow terminal leaves out where the numbers come from.

    A narrower one also certainty and place, which then have a line of their own.
    """
    if width >= WIDE:
        return line_of(cells, _columns(width))
    kept = [*cells[:4], cells[5]] if width >= MIDDLE else cells[:3]
    return line_of(kept, _columns(width), gap=1)


def column_heads(presentation: Presentation, width: int) -> RenderableType:
    """Head the columns of the overview."""
    headline = presentation.headline
    benefit = presentation.outcome(headline.benefit).label
    harm = presentation.outcome(headline.harm).label
    heads = ["", benefit, harm, "certainty", "from", "best"]
    return _line([text((head, QUIET)) for head in heads], width)


def verdict_line(verdict: Verdict) -> RenderableType:
    """Head the rows of one verdict: its symbol, its word and what it means."""
    words = VERDICTS[verdict]
    return spaced(
        (f"{words.symbol} {words.word.upper()}", _STYLES[verdict.value]),
        (f"– {words.meaning}", QUIET),
    )


def _group(
    group: VerdictGroup, presentation: Presentation, width: int, mark: str
) -> Iterable[RenderableType]:
    yield verdict_line(group.verdict)
    for row in group.rows:
        yield overview_line(row, presentation, width, mark)
        if said := marked(row):
            yield indented(text((said, "bold")), 4)
        if width < MIDDLE and row.has_numbers:
            yield indented(text((_apart(row, presentation), QUIET)), 4)
        for reason in _why(row):
            yield indented(reason, 4)
        if weak := footing(row, presentation):
            yield indented(text((weak, QUIET)), 4)


def _why(row: OverviewRow) -> Iterable[Text]:
    """Say why, briefly: the reasons that lead, and how many more there are below."""
    for reason in against(row):
        yield text((f"{brief_reason(reason.reason)} [{reason.number}]", QUIET))
    if row.others:
        yield text((f"and {row.others} more, below", QUIET))


def overview_line(
    row: OverviewRow, presentation: Presentation, width: int, mark: str
) -> RenderableType:
    """Set the one line of a drug; `mark` stands after its dose."""
    option = row.option
    place = "" if option.rank is None else str(option.rank)
    dose = "" if row.dose is None else f" {plain(row.dose)}"
    chance = best_percent(option, presentation)
    blocks = [text(_block(estimate, width)) for estimate in (row.benefit, row.harm)]
    origin = FROM[row.benefit.origin.kind] if row.benefit and has_data(row.benefit) else ""
    name = Text(f"{place:>2} ").append(option.drug, "bold").append(dose + mark)
    return _line([name, *blocks, text(certainties(row)), text(origin), text(chance)], width)


def _apart(row: OverviewRow, presentation: Presentation) -> str:
    """Write what a narrow terminal has no column for."""
    chance = best_percent(row.option, presentation)
    best = f"; best {chance}" if chance else ""
    return f"Certainty {certainties(row)}{best}."


def _block(estimate: OutcomeEstimate | None, width: int) -> str:
    """Write the level with the drug, where there is room for it, and the difference."""
    if estimate is None or estimate.difference is None:
        return NO_DATA
    change = difference(estimate.difference, estimate.unit)
    return f"{level(estimate.with_drug, estimate.unit)} {change:>19}" if width >= WIDE else change


def _reasons(appraisal: Appraisal, sources: tuple[NumberedSource, ...]) -> Iterable[RenderableType]:
    yield from chapter("Reasons, drug by drug")
    yield text(("[n] is the number of the source in the list at the end.", QUIET))
    common = common_reasons(appraisal)
    if common:
        yield text(("every drug", "bold"))
        for row in reason_rows(appraisal.options[0], sources):
            if row.reason in common:
                yield hanging("•" if row.decides else "·", reason_text(row), left=2)
    for option in in_reading_order(appraisal):
        words = VERDICTS[option.verdict]
        yield spaced(
            (option.drug, "bold"),
            (f"{words.symbol} {words.word.lower()}", _STYLES[option.verdict.value]),
        )
        for row in reason_rows(option, sources):
            if row.reason not in common:
                yield hanging("•" if row.decides else "·", reason_text(row), left=2)
        for change in what_would_change(option.reasons, option.verdict):
            yield hanging("→", text(change_words(change)), left=2)
        for said in (*adding_up(option), *disagreeing(option)):
            yield hanging("≈", text(said), left=2)


def reason_text(row: ReasonRow) -> Text:
    """Write a reason on as few lines as it needs: what, because of what, what to do, by whom."""
    source = ", ".join(part for part in (f"{row.number}", reason_place(row.reason)) if part)
    return spaced(
        (f"{reason_lead(row)}:", "bold" if row.decides else ""),
        reason_body(row.reason),
        (f"[{source}]", QUIET),
    )


def _choices(appraisal: Appraisal) -> Iterable[RenderableType]:
    if said := tried(appraisal):
        yield from chapter("Tried before")
        for attempt in said:
            yield hanging("·", text(attempt))
    yield from chapter("Chosen for you")
    for name, value in appraisal.choices.items():
        yield hanging("·", spaced((f"{capitalised(name)}:", "bold"), value))
    yield hanging("·", text(RATED_BY_RULE))
    yield from chapter("Not checked")
    for item in appraisal.not_checked or ("Every recorded fact was looked at by some rule.",):
        yield hanging("·", text(item))


def _sources(sources: tuple[NumberedSource, ...]) -> Iterable[RenderableType]:
    yield from chapter("Sources")
    yield from sources_list((entry.number, entry.source) for entry in sources)
