"""The manual of the rules as pages and rows: one drug or one topic a page, one rule a row.

The pages are made from the rules themselves, so that what a pharmacist marks up is what decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assuage.errors import KnowledgeError
from assuage.options.disagreement import SourcesDisagree
from assuage.options.mechanism import Mechanism
from assuage.options.rule import EFFECTS, EVERY_DRUG, Effect, IfNotRecorded, Rule
from assuage.patient.vocabulary import Vocabulary
from assuage.report.wording import capitalised, listed
from assuage.units import plain

CLASS_WORDS: Mapping[str, str] = {
    "tca": "tricyclics",
    "snri": "SNRIs",
    "ssri": "SSRIs",
    "ndri": "NDRIs",
    "nassa": "NaSSAs",
    "sari": "SARIs",
    "serotonergic": "serotonergic antidepressants",
}
NOT_RECORDED: Mapping[IfNotRecorded, str] = {
    "ask": "asked; no start until answered",
    "caution": "asked; a caution until answered",
    "pass": "not held back; named as not considered",
}
REGIONS: Mapping[str, str] = {
    "US": "US",
    "UK": "UK",
    "EU": "EU",
    "INT": "International",
}
PageKind = Literal["drug", "topic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualRow:
    """One rule as it is printed, read and marked up. `reads` are the facts it looks at.

    `mechanism` is None for a rule that names none.
    """

    rule: Rule
    about: str
    topic: str
    when: str
    mechanism: Mechanism | None
    limits: tuple[str, ...]
    not_recorded: str
    by_whom: str
    region: str
    reads: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectGroup:
    """The rows with one effect."""

    effect: Effect
    rows: tuple[ManualRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualPage:
    """All rules of one drug or one topic, worst first. `name` is its id, `blanks` are the topics
    in which nothing was found for a drug, or the drugs for which a topic has nothing."""

    kind: PageKind
    name: str
    title: str
    groups: tuple[EffectGroup, ...]
    blanks: tuple[str, ...]
    disagreements: tuple[SourcesDisagree, ...]

    @property
    def rows(self) -> tuple[ManualRow, ...]:
        return tuple(row for group in self.groups for row in group.rows)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RulesToPrint:
    """What the manual is made from. `topics` maps each topic to the ids of its rules, `drugs`
    the id of each candidate to its label, `classes` a class to its drugs, `mechanisms` the id of
    each mechanism to what it means."""

    rules: tuple[Rule, ...]
    vocabulary: Vocabulary
    topics: Mapping[str, tuple[str, ...]]
    classes: Mapping[str, tuple[str, ...]]
    drugs: Mapping[str, str]
    mechanisms: Mapping[str, Mechanism]
    disagreements: tuple[SourcesDisagree, ...]

    def drugs_of(self, rule: Rule) -> tuple[str, ...]:
        if rule.about == EVERY_DRUG:
            return tuple(self.drugs)
        return tuple(self.classes.get(rule.about, (rule.about,)))

    def topic_of(self, rule: Rule) -> str:
        """Return the topic of a rule. Raises KnowledgeError for a rule that is in none."""
        topic = next((topic for topic, ids in self.topics.items() if rule.id in ids), "")
        if not topic:
            raise KnowledgeError(f"{rule.id} is in no topic, so on no page: name it in one.")
        return topic


def manual_pages(printed: RulesToPrint) -> tuple[ManualPage, ...]:
    """Return a page for each drug, then one for each topic."""
    rows = {rule.id: manual_row(rule, printed) for rule in printed.rules}
    drugs = [_drug_page(drug, rows, printed) for drug in printed.drugs]
    topics = [_topic_page(topic, rows, printed) for topic in printed.topics]
    return (*drugs, *topics)


def _drug_page(drug: str, rows: Mapping[str, ManualRow], printed: RulesToPrint) -> ManualPage:
    here = [row for row in rows.values() if drug in printed.drugs_of(row.rule)]
    spoken = {row.topic for row in here}
    return ManualPage(
        kind="drug",
        name=drug,
        title=capitalised(printed.drugs[drug]),
        groups=_grouped(here, drug),
        blanks=tuple(topic_words(topic) for topic in printed.topics if topic not in spoken),
        disagreements=tuple(d for d in printed.disagreements if drug in d.drugs),
    )


def _topic_page(topic: str, rows: Mapping[str, ManualRow], printed: RulesToPrint) -> ManualPage:
    ids = frozenset(printed.topics[topic])
    here = [row for row in rows.values() if row.rule.id in ids]
    spoken = {drug for row in here for drug in printed.drugs_of(row.rule)}
    return ManualPage(
        kind="topic",
        name=topic,
        title=capitalised(topic_words(topic)),
        groups=_grouped(here),
        blanks=tuple(label for drug, label in printed.drugs.items() if drug not in spoken),
        disagreements=tuple(d for d in printed.disagreements if d.rules & ids),
    )


def topic_words(topic: str) -> str:
    """Write a topic's name as a reader expects it."""
    words = topic.replace("_", " ").split()
    return " ".join(word.upper() if word in {"qt", "mao"} else word for word in words)


def _grouped(rows: Iterable[ManualRow], drug: str = "") -> tuple[EffectGroup, ...]:
    """Worst effect first; within it what is rare and may kill, then the drug's own rules."""

    def place(row: ManualRow) -> tuple[object, ...]:
        rule = row.rule
        return not rule.catastrophe, rule.about != drug, rule.about, rule.id

    ordered = sorted(rows, key=place)
    groups = (
        EffectGroup(effect=effect, rows=tuple(r for r in ordered if r.rule.effect == effect))
        for effect in EFFECTS
    )
    return tuple(group for group in groups if group.rows)


def manual_row(rule: Rule, printed: RulesToPrint) -> ManualRow:
    """Return a rule in words."""
    return ManualRow(
        rule=rule,
        about=_about(rule, printed),
        topic=printed.topic_of(rule),
        when=capitalised(_unbracketed(rule.when.sentence)),
        mechanism=printed.mechanisms[rule.mechanism] if rule.mechanism else None,
        limits=limits_of(rule),
        not_recorded=NOT_RECORDED[rule.if_not_recorded],
        by_whom="graded by the source" if rule.graded_by == "source" else "graded by assuage",
        region=REGIONS[rule.region],
        reads=tuple(sorted(map(printed.vocabulary.label, rule.when.reads))),
    )


def _unbracketed(sentence: str) -> str:
    """Take off the brackets around a whole sentence: they part it from nothing."""
    if not sentence.startswith("("):
        return sentence
    depth = 0
    for place, letter in enumerate(sentence):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return sentence[1:-1] if place == len(sentence) - 1 else sentence
    return sentence


def _about(rule: Rule, printed: RulesToPrint) -> str:
    if rule.about == EVERY_DRUG:
        return "for every drug"
    if rule.about in printed.classes:
        return f"for all {CLASS_WORDS.get(rule.about, rule.about)}"
    return printed.drugs.get(rule.about, rule.about)


def limits_of(rule: Rule) -> tuple[str, ...]:
    """Return the numbers that bound the dose, in words."""
    limits = [
        f"at most {plain(rule.cap)} mg/day" if rule.cap is not None else "",
        f"first dose at most {plain(rule.start_cap)} mg/day" if rule.start_cap is not None else "",
        f"{plain(rule.dose_factor * 100)}% of the usual dose"
        if rule.dose_factor is not None
        else "",
    ]
    return tuple(limit for limit in limits if limit)


def page_counts(page: ManualPage) -> str:
    """Say how many rules a page has, effect by effect, and how many we graded ourselves."""
    rows = page.rows
    ours = sum(row.rule.graded_by == "assuage" for row in rows)
    counts = [f"{len(group.rows)} {group.effect.replace('_', ' ')}" for group in page.groups]
    many = "1 rule" if len(rows) == 1 else f"{len(rows)} rules"
    detail = f": {listed(counts)}" if counts else ""
    return f"{many}{detail}. Graded by assuage: {ours}."


def find_page(name: str, pages: Sequence[ManualPage]) -> ManualPage | None:
    """Return the page of a drug or a topic, named with blanks, hyphens or underscores."""
    wanted = name.strip().casefold().replace("-", "_").replace(" ", "_")
    return next((page for page in pages if page.name == wanted), None)
