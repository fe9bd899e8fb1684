"""The manual, and one rule of it, as text for a terminal."""

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from assuage.options.disagreement import SourcesDisagree
from assuage.provenance import Stamp
from assuage.report.manual import ManualPage, ManualRow, page_counts, topic_words
from assuage.report.text import ACCENT, QUIET, chapter, hanging, indented, spaced, stamp_line, text
from assuage.report.wording import effect_word

OURS = "yellow"
MARGIN = 7
"""Characters left of a rule's text: an id of ours fits; a longer one stands on its own line."""


def manual_text(page: ManualPage, stamp: Stamp) -> RenderableType:
    """Return one page: every rule, worst first, with its source."""
    parts: list[RenderableType] = [
        text((f"{page.title}: the rules", ACCENT)),
        text(page_counts(page)),
    ]
    if page.blanks:
        under = "under" if page.kind == "drug" else "for"
        parts.append(text(f"Nothing found {under}: {', '.join(page.blanks)}. No proof of safety."))
    for group in page.groups:
        parts += chapter(f"{effect_word(group.effect)} ({len(group.rows)})")
        for row in group.rows:
            parts += _row(row)
    if page.disagreements:
        parts += chapter("Where sources disagree")
        for each in page.disagreements:
            parts += disagreement_text(each)
    return Group(*parts, Text(""), text((stamp_line(stamp), QUIET)))


def contents_text(pages: Sequence[ManualPage]) -> RenderableType:
    """Return the list of pages, with how many rules each has."""
    parts: list[RenderableType] = []
    for kind, title in (("drug", "Drugs"), ("topic", "Topics")):
        parts += chapter(title)
        parts += [
            spaced(page.name, (page_counts(page), QUIET)) for page in pages if page.kind == kind
        ]
    return Group(*parts)


def _row(row: ManualRow) -> Iterable[RenderableType]:
    head = text((row.when, "bold"), " ", (f"({row.about}, {row.region})", QUIET))
    if len(row.rule.id) < MARGIN:
        yield hanging((row.rule.id, ACCENT), head, width=MARGIN)
    else:
        yield text((row.rule.id, ACCENT))
        yield indented(head, MARGIN)
    body = spaced(
        row.rule.do,
        f"Because: {row.rule.because}." if row.rule.because else "",
        f"Mechanism: {row.mechanism.label}. {row.mechanism.explanation}" if row.mechanism else "",
        (f"May kill: {row.rule.catastrophe}.", "red") if row.rule.catastrophe else "",
        (f"Limits: {'; '.join(row.limits)}.", "bold") if row.limits else "",
    )
    if body.plain:
        yield indented(body, MARGIN)
    yield indented(_source(row), MARGIN)


def _source(row: ManualRow) -> Text:
    citation = row.rule.citation
    ours = row.rule.graded_by == "assuage"
    return spaced(
        (f"{citation}, grade {citation.grade or 'none'},", QUIET),
        (row.by_whom + ".", OURS if ours else QUIET),
        (f"Not recorded: {row.not_recorded}.", QUIET),
    )


def disagreement_text(each: SourcesDisagree) -> Iterable[RenderableType]:
    """Return a question with its positions side by side, and what is taken."""
    yield Text("")
    yield text((each.question, "bold"))
    for position in each.positions:
        rules = f"({', '.join(position.rules)})" if position.rules else ""
        where = "; ".join(map(str, position.citations))
        yield hanging(
            "·",
            spaced(
                (f"{position.who} ({position.region}):", "bold"),
                f"{position.says}.",
                (rules, QUIET),
                (f"[{where}]", QUIET),
            ),
            left=2,
        )
    stays = " No jurisdiction chooses." if each.both_stay else ""
    yield indented(text(f"We take: {each.taken}{stays}"), 2)


def rule_text(row: ManualRow, where: str, drugs: Sequence[str]) -> RenderableType:
    """Return one rule whole: what it says, what it reads, by whose word, and where it stands."""
    rule, citation = row.rule, row.rule.citation
    pairs = [
        ("about", f"{row.about} ({', '.join(drugs)})"),
        ("when", row.when),
        ("effect", effect_word(rule.effect)),
        ("do", rule.do),
        ("because", rule.because),
        ("mechanism", _mechanism(row)),
        ("may kill", rule.catastrophe),
        ("limits", "; ".join(row.limits)),
        ("reads", "; ".join(row.reads) or "no fact"),
        ("not recorded", row.not_recorded),
        ("region", row.region),
        ("graded", row.by_whom),
        ("source", f"{citation}"),
        ("address", citation.source.url),
        ("grade", citation.grade),
        ("topic", topic_words(row.topic)),
        ("written in", where),
    ]
    lines = [hanging((name, QUIET), text(value), width=14) for name, value in pairs if value]
    return Group(text((rule.id, ACCENT)), *lines)


def _mechanism(row: ManualRow) -> str:
    """Return a mechanism's name and what it means, with its own source where it has one."""
    known = row.mechanism
    if known is None:
        return ""
    source = f" [{known.citation}]" if known.citation is not None else ""
    return f"{known.label}: {known.explanation}{source}"


def rule_json(row: ManualRow, where: str, drugs: Sequence[str]) -> dict[str, Any]:
    """Return one rule as plain data."""
    rule, citation = row.rule, row.rule.citation
    return {
        "id": rule.id,
        "about": rule.about,
        "drugs": list(drugs),
        "when": row.when,
        "effect": rule.effect,
        "do": rule.do,
        "because": rule.because,
        "mechanism": rule.mechanism,
        "catastrophe": rule.catastrophe,
        "limits": list(row.limits),
        "reads": sorted(rule.when.reads),
        "if_not_recorded": rule.if_not_recorded,
        "region": rule.region,
        "graded_by": rule.graded_by,
        "source": {
            "id": citation.source.id,
            "title": citation.source.title,
            "url": citation.source.url,
            "locator": citation.locator,
            "grade": citation.grade,
        },
        "topic": row.topic,
        "where": where,
    }


def page_json(page: ManualPage) -> dict[str, Any]:
    """Return one page as plain data: the ids of its rules, effect by effect."""
    return {
        "kind": page.kind,
        "name": page.name,
        "rules": {group.effect: [row.rule.id for row in group.rows] for group in page.groups},
        "blanks": list(page.blanks),
        "disagreements": [each.id for each in page.disagreements],
    }
