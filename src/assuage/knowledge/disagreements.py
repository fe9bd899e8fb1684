"""Read where sources disagree: what each says, what is taken, what a jurisdiction may choose."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, get_args

from pydantic import Field, TypeAdapter

from assuage.errors import InvalidInput, KnowledgeError
from assuage.knowledge.citing import CitationEntry, Entry, Folder, SourceEntry, cite, read_part
from assuage.knowledge.drugs import load_drugs
from assuage.knowledge.gene_disagreements import GeneDisagreement, gene_disagreements
from assuage.knowledge.patient_file import Gene
from assuage.knowledge.reading import Located, Problems, check, nearest, read_text
from assuage.knowledge.rules import SafetyKnowledge, load_safety, read_condition
from assuage.knowledge.tables import cited_sources
from assuage.options.condition import Condition
from assuage.options.disagreement import MaximumOf, Position, SourcesDisagree, uncovered
from assuage.options.rule import EVERY_DRUG, Region, Rule
from assuage.options.satisfiable import World, implies
from assuage.plan.dosing import Drug
from assuage.provenance import Source

FILE = "disagreements.yaml"


class _Maximum(Entry):
    market: Region
    from_age: int = 0


class _Position(Entry):
    who: str = Field(min_length=1)
    region: Region
    says: str = Field(min_length=1)
    rules: tuple[str, ...] = ()
    maxima: tuple[_Maximum, ...] = ()
    silent: bool = False
    sources: tuple[CitationEntry, ...] = ()


class _Disagreement(Entry):
    id: str = Field(min_length=1)
    about: str
    question: str = Field(min_length=1)
    positions: tuple[_Position, ...]
    taken: str = Field(min_length=1)
    both_stay: bool = False
    always: bool = False
    when: Any = None


class _File(Entry):
    sources: dict[str, SourceEntry] = Field(default_factory=dict[str, SourceEntry])
    disagreements: tuple[_Disagreement, ...]


def load_disagreements(folder: Folder | None = None) -> tuple[SourcesDisagree, ...]:
    """Read the disagreements of a knowledge folder, by default those that come with assuage.

    Raises InvalidInput with every problem of the file: an unknown rule, source, drug or maximum;
    a rule of another region, of another drug, or in two positions; an exclusion that a
    jurisdiction would set aside though no winner speaks of all its patients.
    """
    return _own() if folder is None else _read(folder)


@cache
def _own() -> tuple[SourcesDisagree, ...]:
    return _read(files("assuage_knowledge"))


def _read(folder: Folder) -> tuple[SourcesDisagree, ...]:
    safety = load_safety(None if folder == files("assuage_knowledge") else folder)
    located = read_part(folder, FILE)
    problems = Problems()
    entry = check(TypeAdapter(_File), located, problems)
    if entry is None:
        raise InvalidInput(problems.found)
    reader = _Reader(
        located=located,
        safety=safety,
        rules={rule.id: rule for rule in safety.rules},
        drugs=load_drugs(None if folder == files("assuage_knowledge") else folder),
        sources=_all_sources(folder, entry, safety, problems),
        world=cache(lambda: World.of(safety.vocabulary, get_args(Gene))),
        problems=problems,
    )
    found = [reader.read(place, each) for place, each in enumerate(entry.disagreements)]
    whole = [each for each in found if each is not None]
    whole += [_of_genes(each) for each in gene_disagreements(safety.genes)]
    reader.refuse_twice(whole)
    problems.refuse_if_any()
    return tuple(whole)


def _of_genes(each: GeneDisagreement) -> SourcesDisagree:
    return SourcesDisagree(
        id=each.id,
        about=each.about,
        drugs=(each.about,),
        question=each.question,
        positions=tuple(
            Position(
                who=p.who, region=p.region, says=p.says, citations=(p.citation,), rules=(p.rule,)
            )
            for p in each.positions
        ),
        taken="The stricter word; both are shown.",
        guidelines=True,
    )


def _all_sources(
    folder: Folder, entry: _File, safety: SafetyKnowledge, problems: Problems
) -> dict[str, Source]:
    """A position may cite what rules, drug files or guidelines cite, and sources of its own."""
    drugs = check(
        TypeAdapter(dict[str, SourceEntry]), read_part(folder, "drugs/sources.yaml"), problems
    )
    entries = {**(drugs or {}), **entry.sources}
    table = folder.joinpath("guidelines", "sources.csv")
    guidelines = cited_sources(read_text(table), "guidelines/sources.csv", problems)
    own = {name: Source(id=name, title=s.title, url=s.url) for name, s in entries.items()}
    return {**guidelines, **own, **safety.sources}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    located: Located
    safety: SafetyKnowledge
    rules: Mapping[str, Rule]
    drugs: Mapping[str, Drug]
    sources: Mapping[str, Source]
    world: Callable[[], World]  # made when asked for: most conditions are the same ones
    problems: Problems

    def read(self, place: int, entry: _Disagreement) -> SourcesDisagree | None:
        path = ("disagreements", place)
        where = self.located.where(path)
        drugs = self._drugs(entry.about)
        if not drugs:
            hint = nearest(entry.about, {*self.drugs, *self.safety.classes})
            self._refuse(where, f"about: {entry.about}", f"a drug or a class{hint}")
            return None
        when: Condition | None = None
        if entry.when is not None:
            when = read_condition(
                self.located, (*path, "when"), entry.when, self.safety.vocabulary, self.problems
            )
        positions = tuple(
            self._position(entry, each, drugs, self.located.where((*path, "positions", n)))
            for n, each in enumerate(entry.positions)
        )
        try:
            each = SourcesDisagree(
                **entry.model_dump(include={"id", "about", "question", "taken"}),
                drugs=drugs,
                positions=positions,
                both_stay=entry.both_stay,
                always=entry.always,
                when=when,
            )
        except KnowledgeError as error:
            self._refuse(where, str(error), "two positions or more, and when to show them")
            return None
        self._refuse_uncovered(each, where)
        return each

    def _position(
        self, entry: _Disagreement, given: _Position, drugs: tuple[str, ...], where: str
    ) -> Position:
        rules = [self.rules[name] for name in given.rules if self._knows(name, where)]
        for rule in rules:
            if rule.region != given.region:
                self._refuse(where, f"{rule.id} of {rule.region}", f"rules of {given.region} in it")
            if not set(self._drugs(rule.about)) <= set(drugs):
                self._refuse(
                    where, f"{rule.id} about {rule.about}", f"rules about {entry.about} alone"
                )
        cited = [cite(one, self.sources, where, self.problems) for one in given.sources]
        citations = [*(rule.citation for rule in rules), *cited]
        if not citations:
            self._refuse(where, f"{given.who} without a source", "rules or sources")
        if given.silent and (rules or given.maxima):
            self._refuse(where, f"{given.who}, silent, with rules", "a silent text without rules")
        return Position(
            **given.model_dump(include={"who", "region", "says", "silent"}),
            citations=tuple(dict.fromkeys(citations)),
            rules=tuple(rule.id for rule in rules),
            maxima=tuple(self._maximum(drugs, one, where) for one in given.maxima),
        )

    def _knows(self, name: str, where: str) -> bool:
        if name in self.rules:
            return True
        hint = nearest(name, self.rules)
        self._refuse(where, f"the rule {name}", f"a rule of the rules folder{hint}")
        return False

    def _drugs(self, about: str) -> tuple[str, ...]:
        if about == EVERY_DRUG:
            return tuple(self.drugs)
        return tuple(self.safety.classes.get(about, (about,) if about in self.drugs else ()))

    def _maximum(self, drugs: tuple[str, ...], given: _Maximum, where: str) -> MaximumOf:
        drug = drugs[0]
        known = {(m.market, m.from_age) for m in self.drugs[drug].dosing.maxima}
        if len(drugs) > 1 or (given.market, given.from_age) not in known:
            named = ", ".join(f"{market} from {age}" for market, age in sorted(known))
            self._refuse(
                where,
                f"a maximum of {given.market} from age {given.from_age}",
                f"one of the maxima in drugs/{drug}.yaml ({named})",
            )
        return MaximumOf(drug=drug, market=given.market, from_age=given.from_age)

    def _refuse_uncovered(self, each: SourcesDisagree, where: str) -> None:
        for name in uncovered(each, self.rules, self._covers):
            self._refuse(
                where,
                f"the exclusion {name}, which a jurisdiction would set aside though no rule of "
                "the other position speaks of all its patients and drugs",
                "both_stay: true, or a rule that does",
            )

    def _covers(self, lost: Rule, winner: Rule) -> bool:
        same = set(self._drugs(lost.about)) <= set(self._drugs(winner.about))
        return same and (lost.when == winner.when or implies(lost.when, winner.when, self.world()))

    def refuse_twice(self, found: list[SourcesDisagree]) -> None:
        """A rule in two positions could win in one and lose in the other."""
        seen: dict[str, str] = {}
        for each in found:
            for name in (rule for position in each.positions for rule in position.rules):
                if name in seen:
                    self._refuse(
                        self.located.where(("disagreements",)),
                        f"{name} in {seen[name]} and again in {each.id}",
                        "each rule in one position",
                    )
                seen[name] = each.id

    def _refuse(self, where: str, found: str, expected: str) -> None:
        self.problems.add(where, found=found, expected=expected, do="Correct the disagreement.")
