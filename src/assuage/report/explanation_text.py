"""The full trace of one verdict, for the terminal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from assuage.options.leading import what_would_change
from assuage.options.trace import Explanation, Traced
from assuage.patient.finding import Fact, Finding
from assuage.report.appraisal_text import verdict_line
from assuage.report.summary import change_words
from assuage.report.text import QUIET, chapter, hanging, spaced, stamp_line, text
from assuage.report.wording import (
    NOT_A_DEVICE,
    bare,
    capitalised,
    day,
    effect_word,
    listed,
    one_line,
)


@dataclass(frozen=True, slots=True)
class ExplanationText:
    """What rich prints, best from 80 columns."""

    explanation: Explanation

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterable[RenderableType]:
        found = self.explanation
        yield from chapter(f"Why {found.drug} has its verdict")
        yield text((one_line(found.patient), "bold"))
        yield text((stamp_line(found.stamp), QUIET))
        yield text((NOT_A_DEVICE, QUIET))
        yield Text("")
        yield verdict_line(found.screening.verdict)
        yield text(counted(found.traced))
        for change in what_would_change(found.screening.reasons, found.screening.verdict):
            yield hanging("→", text(change_words(change)))
        for title, rules in by_finding(found.traced):
            yield from chapter(f"{title} ({len(rules)})")
            for each in rules:
                yield hanging("•" if each.finding is Finding.PRESENT else "·", _rule(each))
        yield from _beside_rules(found)
        yield from _facts(found)


def counted(traced: Sequence[Traced]) -> str:
    """Say how many rules were looked at and what they found, in one sentence."""
    parts = [f"{len(rules)} {title.lower()}" for title, rules in by_finding(traced)]
    return f"{len(traced)} rules were looked at: {listed(parts)}."


def by_finding(traced: Iterable[Traced]) -> tuple[tuple[str, tuple[Traced, ...]], ...]:
    """Group rules by what they found, in the order of reading; no group is empty."""
    groups: dict[str, list[Traced]] = {
        "Hold": [],
        "Wait for an answer": [],
        "Set aside by the jurisdiction": [],
        "Not recorded, and hold nothing back": [],
        "Do not apply": [],
    }
    for each in traced:
        if each.finding is Finding.ABSENT:
            groups["Do not apply"].append(each)
        elif each.set_aside:
            groups["Set aside by the jurisdiction"].append(each)
        elif each.finding is Finding.PRESENT:
            groups["Hold"].append(each)
        elif each.holds_back:
            groups["Wait for an answer"].append(each)
        else:
            groups["Not recorded, and hold nothing back"].append(each)
    return tuple((title, tuple(rules)) for title, rules in groups.items() if rules)


def _rule(each: Traced) -> Text:
    """Write a rule: in full where it holds or waits, briefly where it does not apply."""
    rule = each.rule
    lead = f"{rule.id} {effect_word(rule.effect).lower()} with {rule.when.sentence}:"
    found = f"{capitalised(bare(each.found))}."
    if each.finding is Finding.ABSENT:
        return spaced(lead, (found, QUIET))
    because = f"{capitalised(bare(rule.because))}." if rule.because else ""
    do = f"{capitalised(bare(rule.do))}." if rule.do else ""
    graded = ", graded by assuage" if rule.graded_by == "assuage" else ""
    source = f"[{rule.citation}, {rule.region}{graded}]"
    return spaced((lead, "bold"), found, because, do, (source, QUIET))


def _beside_rules(found: Explanation) -> Iterable[RenderableType]:
    """Yield what screening says without a rule: an allergy, a drug taken, an unknown name."""
    known = {each.rule.id for each in found.traced} | {"screened"}
    own = [reason for reason in found.screening.reasons if reason.rule not in known]
    if own:
        yield from chapter("Said by screening itself")
        for reason in own:
            do = f"{capitalised(bare(reason.do))}." if reason.do else ""
            yield hanging(
                "•", spaced((f"{effect_word(reason.effect)}:", "bold"), reason.sentence, do)
            )


def _facts(found: Explanation) -> Iterable[RenderableType]:
    yield from chapter("Facts that these rules read")
    for fact in found.facts:
        yield hanging("·", _fact(fact))
    yield from chapter("Numbers in the record")
    for quantity in found.quantities:
        dated = f"on {day(quantity.on)}" if quantity.on is not None else ""
        yield hanging(
            "·", spaced((f"{quantity.label} {quantity}", "bold"), dated, (quantity.because, QUIET))
        )


def _fact(fact: Fact) -> Text:
    dated = f"({day(fact.on)})" if fact.on is not None else ""
    return spaced(
        (f"{capitalised(fact.label)}:", "bold"), fact.finding.value, dated, (fact.because, QUIET)
    )
