"""A decision for the terminal: the answer in ten seconds, then all that it hangs on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from assuage.options.decision import Decision
from assuage.provenance import Citation
from assuage.report.decision_added import added, citations_of, goal_words, off_words
from assuage.report.decision_rows import (
    OWN_NUMBERS,
    before_words,
    cautions,
    compared_outcomes,
    dominated_words,
    facts,
    first_words,
    flips,
    named,
    partly_words,
    record_first,
    second_words,
    shift_rows,
    standing_words,
    traded_words,
    value_means,
    waiting_words,
    weights_words,
)
from assuage.report.decision_wishes import choosers, how_to_answer
from assuage.report.numbers import difference, percent
from assuage.report.rows import NumberedSource, numbered_sources
from assuage.report.summary import origin_brief
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
from assuage.report.wording import NOT_A_DEVICE, capitalised, listed, one_line


@dataclass(frozen=True, slots=True)
class DecisionText:
    """What rich prints: everything of the decision, the answer first."""

    decision: Decision

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterable[RenderableType]:
        decision, sources = self.decision, numbered_sources(citations_of(self.decision))
        yield from _answer(decision, sources)
        yield from _turned(decision)
        yield from _outcomes(decision, options.max_width)
        yield from _wishes(decision)
        yield from _before(decision, sources)
        yield from _goals(decision, sources)
        yield from _added(decision, sources)
        yield from _others(decision, sources)
        yield from _choices(decision)
        yield from chapter("Sources")
        yield from sources_list((entry.number, entry.source) for entry in sources)
        yield Text("")
        yield text((f"{NOT_A_DEVICE} {OWN_NUMBERS}", QUIET))


def _answer(decision: Decision, sources: tuple[NumberedSource, ...]) -> Iterable[RenderableType]:
    """The first screen: who, the sentence, the first two, what is traded, whose weights."""
    yield from _header(decision)
    for mark, weighed, said in (
        ("1", decision.first, first_words(decision)),
        ("2", decision.second, second_words(decision)),
    ):
        if weighed is not None:
            yield hanging(mark, spaced((f"{capitalised(named(weighed))}:", "bold"), f"{said}."))
            for heed, citation in cautions(weighed):
                yield indented(text(heed, (f" {_number(sources, citation)}", QUIET)), 2)
    for each in decision.choice.traded:
        yield hanging("±", text(traded_words(decision, each)))
    for said in before_words(decision):
        yield hanging("↺", text(said))
    if said := partly_words(decision):
        yield hanging("+", text(said))
    if decision.tie_break is not None:
        yield hanging("≈", text(decision.tie_break.sentence))
    yield from _open(decision)
    skipped = len(decision.wishes.skipped)
    open_ones = f"; {skipped} of {len(decision.wishes.asked)} questions not answered"
    yield text((f"Weights: {decision.wishes.whose}{open_ones if skipped else ''}.", QUIET))


def _header(decision: Decision) -> Iterable[RenderableType]:
    yield text((stamp_line(decision.stamp), QUIET))
    yield text((one_line(decision.patient), "bold"))
    for said in decision.urgent:
        yield hanging(("!", "bold red"), text((said, "bold")))
    if decision.not_settled:
        names = ", ".join(one_line(name) for name in decision.not_settled)
        yield hanging(
            ("!", "bold red"), text(f"Provisional until it is known what this is: {names}.")
        )
    yield Text("")
    yield text((decision.sentence, "bold cyan"))


def _open(decision: Decision) -> Iterable[RenderableType]:
    """Say which drugs wait, and what to record first."""
    if waiting := waiting_words(decision):
        yield hanging(("?", "bold blue"), text(waiting))
    asked, _ = record_first(decision)
    if asked:
        yield hanging(("?", "bold blue"), spaced(("Record first:", "bold"), asked))


def _turned(decision: Decision) -> Iterable[RenderableType]:
    if decision.first is None:
        return
    yield from chapter("What would turn it")
    for said in (*flips(decision), *facts(decision)):
        yield hanging("·", text(said))


def _outcomes(decision: Decision, width: int) -> Iterable[RenderableType]:
    rows, first, second = compared_outcomes(decision), decision.first, decision.second
    if not rows or first is None:
        return
    yield from chapter("Of 1,000 people, more or fewer than with placebo (95%)")
    name = Column(width=28)
    cell = Column(width=(width - 34) // 2)
    heads = [Text(""), text((named(first), "bold"))]
    yield line_of(
        [*heads, text((named(second), "bold")) if second else Text("")], (name, cell, cell)
    )
    for row in rows:
        cells = [
            text(f"{difference(e.difference, e.unit)}", (f" {origin_brief(e.origin)}", QUIET))
            if e is not None
            else Text("")
            for e in (row.first, row.second)
        ]
        yield line_of([text(row.label), *cells], (name, cell, cell))


def _wishes(decision: Decision) -> Iterable[RenderableType]:
    wishes = decision.wishes
    yield from chapter("Whose wishes")
    yield text(f"{capitalised(wishes.whose)}, as parts of that of relief: ")
    yield indented(text("; ".join(weights_words(decision))), 2)
    if not wishes.skipped:
        return
    yield Text("")
    yield text((f"Not answered yet. {wishes.introduction}", "bold"))
    for asked in wishes.skipped:
        yield hanging("?", text(f"{asked.text} ", (f"[{asked.id}]", QUIET)))
    for said in how_to_answer(decision):
        yield indented(text(said), 2)
    if found := choosers(decision):
        yield from chapter("Who would choose what: all wishes that fit the answers, evenly")
        for each in found:
            ranks = listed([f"{i}. in {percent(share)}" for i, share in enumerate(each.ranks, 1)])
            sure = "" if each.confidence is None else f"; then first in {percent(each.confidence)}"
            yield hanging("·", spaced((f"{each.drug}:", "bold"), f"{ranks}; {each.words}{sure}."))


def _before(decision: Decision, sources: tuple[NumberedSource, ...]) -> Iterable[RenderableType]:
    before, rows = decision.before, shift_rows(decision)
    if not before.attempts:
        return
    yield from chapter("What was tried before")
    for each in before.attempts:
        told = f" ({each.words})" if each.words else ""
        where = listed([_number(sources, citation) for citation in each.citations])
        yield hanging(
            "·", text(f"{one_line(each.as_written)}: {each.finding}{told} ", (where, QUIET))
        )
    if not rows:
        yield text("It moves no number here.")
        return
    yield text(("By a model of assuage’s own (numbers elsewhere hold it already):", QUIET))
    for drugs, said, citation in rows:
        where = _number(sources, replace(citation, locator=""))
        yield hanging("·", spaced((f"{drugs}:", "bold"), said, (where, QUIET)))
    for citation in dict.fromkeys(citation for _, _, citation in rows):
        yield text((f"{_number(sources, citation)}", QUIET))


def _goals(decision: Decision, sources: tuple[NumberedSource, ...]) -> Iterable[RenderableType]:
    rows = goal_words(decision)
    if not rows:
        return
    yield from chapter("Goals beside pain: secondary evidence, for a coin toss only")
    for said, citation in rows:
        yield hanging("·", text(f"{said} ", (_number(sources, citation), QUIET)))


def _added(decision: Decision, sources: tuple[NumberedSource, ...]) -> Iterable[RenderableType]:
    rows = added(decision)
    if not rows:
        return
    yield from chapter("A second drug, since one helped partly")
    for row in rows:
        yield spaced((f"{capitalised(row.title)}:", "bold"), f"{row.verdict}. {row.steps}")
        for reason in row.reasons:
            yield indented(text(reason), 2)
        where = listed([_number(sources, citation) for citation in row.citations])
        yield indented(text(f"{row.certainty} ", (where, QUIET)), 2)
        for said, citation in row.trials:
            yield indented(hanging("·", text(f"{said} ", (_number(sources, citation), QUIET))), 2)


def _others(decision: Decision, sources: tuple[NumberedSource, ...]) -> Iterable[RenderableType]:
    _, rest = record_first(decision)
    if rest:
        yield from chapter("To record as well (with how many drugs wait)")
        yield text(rest)
    yield from chapter("All other drugs")
    yield text((value_means(decision), QUIET))
    first_two = {each.drug for each in (decision.first, decision.second) if each is not None}
    for weighed in decision.weighed:
        if weighed.drug not in first_two:
            said = standing_words(decision, weighed)
            yield hanging(f"{weighed.rank}", text(f"{named(weighed)}: {said}."), width=3)
    for worse in decision.choice.dominated:
        yield hanging("<", text(dominated_words(decision, worse)), width=3)
    for said, citation in off_words(decision):
        where = "" if citation is None else f" {_number(sources, citation)}"
        yield hanging("–", text(f"{said}.", (where, QUIET)), width=3)


def _choices(decision: Decision) -> Iterable[RenderableType]:
    yield from chapter("Choices you did not make")
    for name, said in decision.choices.items():
        yield hanging("·", text((f"{capitalised(name)}: ", "bold"), said))


def _number(sources: tuple[NumberedSource, ...], citation: Citation) -> str:
    """Return the number of a source in the list, with the place in it."""
    number = next(s.number for s in sources if s.source.id == citation.source.id)
    return f"[{number}{', ' + citation.locator if citation.locator else ''}]"
