"""Read the safety rules, and put them together with the words they are written in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast

from pydantic import ConfigDict, Field, TypeAdapter

from assuage.errors import KnowledgeError
from assuage.knowledge.citing import CitationEntry, Entry, Folder, cite, read_part, read_sources
from assuage.knowledge.genes import GeneStatement, gene_rules, read_genes
from assuage.knowledge.mechanisms import check_interaction, read_mechanisms
from assuage.knowledge.reading import Located, PathInFile, Problems, check, nearest
from assuage.knowledge.valuesets import (
    BetweenEntry,
    LimitEntry,
    find_measure,
    read_classes,
    read_vocabulary,
)
from assuage.options.condition import (
    Above,
    All,
    Always,
    AnyOf,
    AtLeast,
    Below,
    Between,
    Condition,
    Has,
    Not,
    Plans,
    Takes,
    TakesAtLeast,
)
from assuage.options.gene_condition import ByInhibitor
from assuage.options.mechanism import Mechanism
from assuage.options.rule import (
    EVERY_DRUG,
    IF_NOT_RECORDED,
    Effect,
    IfNotRecorded,
    Region,
    Rule,
)
from assuage.patient.phenoconversion import CONVERTED, SLOW
from assuage.patient.vocabulary import Vocabulary
from assuage.provenance import Source
from assuage.units import MgPerDay

_COMPARED = {"below": Below, "above": Above, "at_least": AtLeast}
_ABOUT_MEDICINES = ("takes", "takes_at_least", "plans")
_NODES = (
    *(*_ABOUT_MEDICINES, "has", "by_inhibitor", *_COMPARED, "between"),
    *("all", "any", "not", "always"),
)


class _Rule(Entry):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    about: str
    when: Any
    effect: Effect
    because: str = ""
    do: str = ""
    if_not_recorded: IfNotRecorded | None = None
    region: Region
    graded_by: Literal["source", "assuage"]
    cap_mg_per_day: Decimal | None = None
    start_at_most_mg_per_day: Decimal | None = None
    dose_factor: Decimal | None = None
    mechanism: str = ""
    catastrophe: str = ""
    source: CitationEntry


_RULES = TypeAdapter(list[_Rule])  # made once: making one takes longer than using it
_LIMIT, _BETWEEN = TypeAdapter(LimitEntry), TypeAdapter(BetweenEntry)


class _Number(Entry):
    concept: str
    medicines: int = Field(ge=2)


_NUMBER = TypeAdapter(_Number)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SafetyKnowledge:
    """The safety rules, the words they and a record are written in, and the classes of drugs.

    `genes` is what the gene guidelines say, entry by entry; its rules are among `rules`.
    `mechanisms` are those that rules name, by id.
    """

    vocabulary: Vocabulary
    rules: tuple[Rule, ...]
    classes: Mapping[str, tuple[str, ...]]
    sources: Mapping[str, Source]
    mechanisms: Mapping[str, Mechanism]
    genes: tuple[GeneStatement, ...] = ()


def load_safety(folder: Folder | None = None) -> SafetyKnowledge:
    """Read rules and value sets of a folder, by default those that come with assuage.

    Raises InvalidInput with every problem of all files.
    """
    return _own_safety() if folder is None else _read_safety(folder)


@cache
def _own_safety() -> SafetyKnowledge:
    return _read_safety(files("assuage_knowledge"))


def _read_safety(folder: Folder) -> SafetyKnowledge:
    problems = Problems()
    sources = read_sources(folder, problems)
    classes = read_classes(folder, problems)
    vocabulary = read_vocabulary(folder, sources, classes, problems)
    mechanisms = read_mechanisms(folder, sources, problems)
    rules: list[Rule] = []
    seen: dict[str, str] = {}
    names = sorted(part.name for part in folder.joinpath("rules").iterdir())
    for name in names:
        if name.endswith(".yaml") and name != "sources.yaml":
            located = read_part(folder, f"rules/{name}")
            reader = _RuleReader(located, vocabulary, classes, sources, mechanisms, problems)
            rules.extend(reader.read(seen))
    genes = read_genes(folder, classes, sources, problems)
    rules.extend(gene_rules(genes, seen, problems))
    problems.refuse_if_any()
    return SafetyKnowledge(
        vocabulary=vocabulary,
        rules=tuple(rules),
        classes=classes,
        sources=sources,
        genes=genes,
        mechanisms=mechanisms,
    )


def read_rules(
    located: Located,
    safety: SafetyKnowledge,
    classes: Mapping[str, Iterable[str]],
    sources: Mapping[str, Source],
    problems: Problems,
) -> tuple[Rule, ...]:
    """Return the rules of a file outside `rules/`, about drugs of `classes`, in the same form."""
    words, mechanisms = safety.vocabulary, safety.mechanisms
    reader = _RuleReader(located, words, classes, sources, mechanisms, problems)
    return tuple(reader.read({}))


def read_condition(
    located: Located, path: PathInFile, data: Any, vocabulary: Vocabulary, problems: Problems
) -> Condition | None:
    """Return the condition at a place of a file, or None after adding what is wrong with it."""
    reader = _RuleReader(located, vocabulary, {}, {}, {}, problems)
    return reader.condition(data, path)


def _dose(mg_per_day: Decimal | None) -> MgPerDay | None:
    return None if mg_per_day is None else MgPerDay(mg_per_day)


@dataclass(frozen=True, slots=True)
class _RuleReader:
    located: Located
    vocabulary: Vocabulary
    classes: Mapping[str, Iterable[str]]
    sources: Mapping[str, Source]
    mechanisms: Mapping[str, Mechanism]
    problems: Problems

    def read(self, seen: dict[str, str]) -> Iterable[Rule]:
        entries = check(_RULES, self.located, self.problems) or []
        for place, entry in enumerate(entries):
            where = self.located.where((place,))
            if entry.id in seen:
                self._refuse(where, f"the rule {entry.id} again", f"the one at {seen[entry.id]}")
            seen[entry.id] = where
            rule = self._rule(entry, place)
            if rule is not None:
                self._check_interaction(rule, where)
                yield rule

    def _check_interaction(self, rule: Rule, where: str) -> None:
        """An interaction says by which mechanism it comes, what to expect and what to do."""
        missing = check_interaction(rule, self.vocabulary, self.mechanisms)
        if missing is not None:
            self._refuse(where, *missing)

    def _rule(self, entry: _Rule, place: int) -> Rule | None:
        where = self.located.where((place,))
        drugs = {drug for group in self.classes.values() for drug in group}
        if entry.about not in {EVERY_DRUG, *self.classes, *drugs}:
            hint = nearest(entry.about, drugs)
            self._refuse(where, f"a rule about {entry.about}", f"a class or a drug{hint}")
        citation = cite(entry.source, self.sources, where, self.problems)
        when = self.condition(entry.when, (place, "when"))
        if when is None:
            return None
        meaning = entry.if_not_recorded or IF_NOT_RECORDED[entry.effect]
        self._check_pass(entry, meaning, when, where)
        try:
            return Rule(
                id=entry.id,
                about=entry.about,
                when=when,
                effect=entry.effect,
                because=entry.because,
                do=entry.do,
                if_not_recorded=meaning,
                region=entry.region,
                graded_by=entry.graded_by,
                citation=citation,
                cap=_dose(entry.cap_mg_per_day),
                start_cap=_dose(entry.start_at_most_mg_per_day),
                dose_factor=entry.dose_factor,
                mechanism=entry.mechanism,
                catastrophe=entry.catastrophe,
            )
        except KnowledgeError as error:
            self._refuse(where, str(error), "a rule that keeps the law of unrecorded facts")
            return None

    def _check_pass(
        self, entry: _Rule, meaning: IfNotRecorded, when: Condition, where: str
    ) -> None:
        """Only an untested gene, or a fact to be monitored, may be passed over."""
        concepts = [self.vocabulary.concepts.get(name) for name in when.reads]
        genes_only = all(concept and concept.kind == "genotype" for concept in concepts)
        if meaning == "pass" and entry.effect not in {"monitor", "note"} and not genes_only:
            self._refuse(
                where,
                f"if_not_recorded: pass on {entry.id}",
                "pass only on monitor and note rules, and on rules that read genotypes alone",
            )

    def _refuse(self, where: str, found: str, expected: str) -> None:
        self.problems.add(where, found=found, expected=expected, do="Correct the rule.")

    def condition(self, data: Any, path: PathInFile) -> Condition | None:
        """Turn a tree of plain data into conditions."""
        where = self.located.where(path)
        node = cast("dict[str, Any]", data) if isinstance(data, dict) else {}
        words = [word for word in node if word in _NODES]
        extra = set(node) - set(words) - ({"within_days"} if "takes" in node else set[str]())
        if len(words) != 1 or extra:
            hint = nearest(next(iter(extra)), _NODES) if extra else ""
            self._refuse(where, f"{data}", f"one of {', '.join(_NODES)}{hint}")
            return None
        word = words[0]
        if word in {"all", "any", "not"}:
            return self._joined(word, node[word], (*path, word))
        if word in _COMPARED or word == "between":
            return self._compared(word, node[word], (*path, word))
        if word == "takes_at_least":
            return self._number(node[word], (*path, word))
        if word in {"always", "by_inhibitor"}:
            return Always() if word == "always" else self._by_inhibitor(node[word], where)
        return self._about(word, node, where)

    def _joined(self, word: str, data: Any, path: PathInFile) -> Condition | None:
        if word == "not":
            part = self.condition(data, path)
            return None if part is None else Not(part=part)
        items = cast("list[Any]", data) if isinstance(data, list) else []
        parts = [self.condition(item, (*path, place)) for place, item in enumerate(items)]
        whole = tuple(part for part in parts if part is not None)
        if len(whole) < len(parts) or not parts:
            if not parts:
                self._refuse(self.located.where(path), f"{data}", "a list of conditions")
            return None
        return All(parts=whole) if word == "all" else AnyOf(parts=whole)

    def _part(self, data: Any, path: PathInFile) -> Located:
        lines = {
            steps[len(path) :]: n
            for steps, n in self.located.lines.items()
            if steps[: len(path)] == path
        }
        return Located(name=self.located.name, data=data, lines=lines)

    def _number(self, data: Any, path: PathInFile) -> Condition | None:
        """Takes at least so many medicines of a concept."""
        entry = check(_NUMBER, self._part(data, path), self.problems)
        if entry is None:
            return None
        one = self._about("takes", {"takes": entry.concept}, self.located.where(path))
        if not isinstance(one, Takes):
            return None
        return TakesAtLeast(concept=one.concept, label=one.label, medicines=entry.medicines)

    def _compared(self, word: str, data: Any, path: PathInFile) -> Condition | None:
        part = self._part(data, path)
        between = word == "between"
        entry = (
            check(_BETWEEN, part, self.problems) if between else check(_LIMIT, part, self.problems)
        )
        if entry is None:
            return None
        where = self.located.where(path)
        measures = self.vocabulary.measures
        measure = find_measure(entry.fact, entry.unit, measures, where, self.problems)
        if measure is None:
            return None
        factor = measure.factor(entry.unit) or 1.0
        named = {"fact": measure.id, "label": measure.label, "unit": measure.unit}
        if isinstance(entry, BetweenEntry):
            return Between(**named, low=entry.low * factor, high=entry.high * factor)
        return _COMPARED[word](**named, limit=entry.limit * factor)

    def _by_inhibitor(self, data: Any, where: str) -> Condition | None:
        for gene in CONVERTED:
            for phenotype in SLOW:
                if data == {gene: phenotype}:
                    return ByInhibitor(gene=gene, phenotype=phenotype)
        expected = f"{' or '.join(CONVERTED)}, with {' or '.join(SLOW)}"
        self._refuse(where, f"by_inhibitor: {data}", expected)
        return None

    def _about(self, word: str, node: Mapping[str, Any], where: str) -> Condition | None:
        """Takes, plans and has: a concept of the right kind."""
        name = str(node[word])
        known = self.vocabulary.stateable if word == "has" else self.vocabulary.takeable
        if name not in known:
            kind = "medication" if word != "has" else "condition, history, pregnancy or genotype"
            hint = nearest(name, known)
            self._refuse(where, f"{word}: {name}", f"a {kind} concept of the value sets{hint}")
            return None
        label = self.vocabulary.label(name)
        if word == "has":
            return Has(concept=name, label=label)
        if word == "plans":
            return Plans(concept=name, label=label)
        days = node.get("within_days", 0)
        if not isinstance(days, int) or days < 0:
            self._refuse(where, f"within_days: {days!r}", "a whole number of days")
            return None
        return Takes(concept=name, label=label, within_days=days)
