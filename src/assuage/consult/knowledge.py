"""Review the knowledge: check it, show a rule of it, print its manual."""

from pathlib import Path

from assuage.errors import InvalidInput, Problem
from assuage.knowledge.check_rules import check_rules
from assuage.knowledge.coverage import rule_places, topics_of_rules
from assuage.knowledge.disagreements import load_disagreements
from assuage.knowledge.drugs import load_drugs
from assuage.knowledge.reading import nearest
from assuage.knowledge.rules import load_safety
from assuage.options.reviewed import CheckResult
from assuage.report.manual import (
    ManualPage,
    ManualRow,
    RulesToPrint,
    find_page,
    manual_pages,
    manual_row,
    topic_words,
)


def check_knowledge(folder: Path | None = None) -> tuple[CheckResult, ...]:
    """Check the rules of a knowledge folder (None: those that come with assuage).

    Raises InvalidInput where a file cannot be read at all.
    """
    return check_rules(folder)


def rules_to_print() -> RulesToPrint:
    """Return the rules, the words, topics and classes that the manual is made from."""
    safety = load_safety()
    return RulesToPrint(
        rules=safety.rules,
        vocabulary=safety.vocabulary,
        topics=_topics(),
        classes=safety.classes,
        drugs={drug.id: drug.label for drug in load_drugs().values()},
        mechanisms=safety.mechanisms,
        disagreements=load_disagreements(),
    )


def _topics() -> dict[str, tuple[str, ...]]:
    """Return the rules of each topic; the files of a folder (genes/duloxetine) are one topic."""
    topics: dict[str, tuple[str, ...]] = {}
    for name, ids in topics_of_rules().items():
        topic = name.split("/", 1)[0]
        topics[topic] = (*topics.get(topic, ()), *ids)
    return topics


def manual() -> tuple[ManualPage, ...]:
    """Return every page of the manual: drugs, then topics."""
    return manual_pages(rules_to_print())


def manual_page(name: str) -> ManualPage:
    """Return the page of a drug (or its brand name) or a topic. Raises InvalidInput for others."""
    pages = manual()
    medicine = load_safety().vocabulary.medicine_named(name)
    page = find_page(name, pages) or (find_page(medicine.id, pages) if medicine else None)
    if page is None:
        names = [each.name for each in pages]
        raise _unknown(name, "a drug or a topic: " + ", ".join(names) + nearest(name, names))
    return page


def rule_shown(name: str) -> tuple[ManualRow, str, tuple[str, ...]]:
    """Return a rule, the file and line it stands in, and its drugs. Raises InvalidInput."""
    printed = rules_to_print()
    rule = next((r for r in printed.rules if r.id.casefold() == name.strip().casefold()), None)
    if rule is None:
        ids = [each.id.lower() for each in printed.rules]
        raise _unknown(name, "the id of a rule, such as RC001" + nearest(name, ids))
    topic = printed.topic_of(rule)
    where = rule_places().get(rule.id, f"the topic {topic_words(topic)}")
    return manual_row(rule, printed), where, printed.drugs_of(rule)


def _unknown(name: str, expected: str) -> InvalidInput:
    do = "Name one of these; assuage knowledge manual lists them."
    return InvalidInput([Problem(where="the name", found=name, expected=expected, do=do)])
