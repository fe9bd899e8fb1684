"""Read the burdens: what adds up over the medicines a person takes, and by whose word."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import Field, TypeAdapter

from assuage.knowledge.catalogues import knowledge_folder
from assuage.knowledge.citing import CitationEntry, Entry, Folder, cite, read_part
from assuage.knowledge.reading import Located, PathInFile, Problems, check, nearest
from assuage.knowledge.rules import SafetyKnowledge
from assuage.options.burden import (
    Addend,
    BurdenBook,
    BurdenDefinition,
    Counts,
    Level,
    OwnPart,
    compile_burdens,
)
from assuage.options.rule import EVERY_DRUG
from assuage.provenance import Citation

FILE = "burdens.yaml"


class _Addend(Entry):
    concept: str = ""
    medicines: tuple[str, ...] = ()
    points: int = Field(default=1, ge=1)
    source: CitationEntry | None = None


class _Candidates(Entry):
    about: tuple[str, ...] = Field(min_length=1)
    points: int = Field(default=1, ge=1)
    source: CitationEntry


class _Level(Entry):
    at: int = Field(ge=1)
    words: str = Field(min_length=1)
    source: CitationEntry


class _Burden(Entry):
    id: str = Field(min_length=1)
    label: str = Field(min_length=1)
    meaning: str = Field(min_length=1)
    scale: str = Field(min_length=1)
    counts: Counts
    source: CitationEntry
    level: _Level | None = None
    adds: tuple[_Addend, ...] = Field(min_length=1)
    candidates: tuple[_Candidates, ...]
    conditions: tuple[str, ...] = ()


_BURDENS = TypeAdapter(list[_Burden])


def load_burdens(
    safety: SafetyKnowledge, candidates: Sequence[str], folder: Folder | None = None
) -> BurdenBook:
    """Read the burdens of a folder, by default those that come with assuage.

    `candidates` are the drugs of a consultation. Raises InvalidInput with every problem: a name
    that nothing lists, a medicine twice, a candidate that a group holds and no source speaks of.
    """
    problems = Problems()
    located = read_part(folder or knowledge_folder(), FILE)
    reader = _Reader(located, safety, tuple(candidates), problems)
    definitions = reader.read()
    problems.refuse_if_any()
    return compile_burdens(definitions, candidates, safety.vocabulary)


@dataclass(frozen=True, slots=True)
class _Reader:
    located: Located
    safety: SafetyKnowledge
    drugs: tuple[str, ...]
    problems: Problems

    def read(self) -> tuple[BurdenDefinition, ...]:
        entries = check(_BURDENS, self.located, self.problems) or []
        seen: set[str] = set()
        for place, entry in enumerate(entries):
            self._once(entry.id, seen, "burden", (place,))
        return tuple(self._burden(entry, place) for place, entry in enumerate(entries))

    def _burden(self, entry: _Burden, place: int) -> BurdenDefinition:
        citation = self._cite(entry.source, (place, "source"))
        addends = self._addends(entry, place, citation)
        candidates = self._candidates(entry, place)
        self._check_groups(addends, candidates, (place,))
        self._known(entry.conditions, self.safety.vocabulary.stateable, "condition", (place,))
        level = entry.level
        return BurdenDefinition(
            id=entry.id,
            label=entry.label,
            meaning=entry.meaning,
            scale=entry.scale,
            counts=entry.counts,
            citation=citation,
            addends=addends,
            candidates=candidates,
            conditions=entry.conditions,
            level=level
            and Level(
                at=level.at,
                words=level.words,
                citation=self._cite(level.source, (place, "level")),
            ),
        )

    def _addends(self, entry: _Burden, place: int, citation: Citation) -> tuple[Addend, ...]:
        vocabulary = self.safety.vocabulary
        groups = {name for name in vocabulary.takeable if name in vocabulary.concepts}
        seen = set(self.drugs)
        found: list[Addend] = []
        for number, part in enumerate(entry.adds):
            path = (place, "adds", number)
            if bool(part.concept) == bool(part.medicines):
                self._refuse(path, "a part that adds", "a concept or medicines, one of the two")
            self._known([part.concept] if part.concept else [], groups, "medication concept", path)
            self._known(part.medicines, vocabulary.medicines, "medicine", path)
            for name in part.medicines:
                self._once(name, seen, "medicine", path)
            self._check_points(part.points, entry, path)
            found.append(
                Addend(
                    points=part.points,
                    citation=self._cite(part.source, path) if part.source else citation,
                    concept=part.concept,
                    medicines=part.medicines,
                )
            )
        return tuple(found)

    def _candidates(self, entry: _Burden, place: int) -> dict[str, OwnPart]:
        classes = {**self.safety.classes, EVERY_DRUG: self.drugs}
        seen: set[str] = set()
        found: dict[str, OwnPart] = {}
        for number, part in enumerate(entry.candidates):
            path = (place, "candidates", number)
            own = OwnPart(points=part.points, citation=self._cite(part.source, path))
            self._known(part.about, {*classes, *self.drugs}, "candidate drug or class", path)
            self._check_points(part.points, entry, path)
            for name in part.about:
                for drug in classes.get(name, (name,)):
                    self._once(drug, seen, "candidate", path)
                    found[drug] = own
        return found

    def _check_groups(
        self, addends: Iterable[Addend], candidates: Mapping[str, OwnPart], path: PathInFile
    ) -> None:
        """A candidate counts by a source of its own, never because a group happens to hold it."""
        vocabulary = self.safety.vocabulary
        groups = {addend.concept for addend in addends if addend.concept}
        for drug in self.drugs:
            known = vocabulary.medicines.get(drug)
            within = groups & vocabulary.concepts_of(known) if known else frozenset[str]()
            if within and drug not in candidates:
                held = ", ".join(sorted(within))
                self._refuse(path, f"{drug} in {held}", f"{drug} among the candidates, with source")

    def _check_points(self, points: int, entry: _Burden, path: PathInFile) -> None:
        if entry.counts == "medicines" and points != 1:
            self._refuse(path, f"{points} points", "no points where medicines are counted")

    def _once(self, name: str, seen: set[str], what: str, path: PathInFile) -> None:
        if name in seen:
            where = ", a candidate among the candidates" if what == "medicine" else ""
            self._refuse(path, f"the {what} {name} again", f"each {what} once{where}")
        seen.add(name)

    def _known(
        self, names: Iterable[str], known: Iterable[str], what: str, path: PathInFile
    ) -> None:
        listed = frozenset(known)
        for name in names:
            if name not in listed:
                hint = nearest(name, listed)
                self._refuse(path, f"the {what} {name}", f"a {what} that is listed{hint}")

    def _cite(self, entry: CitationEntry, path: PathInFile) -> Citation:
        return cite(entry, self.safety.sources, self.located.where(path), self.problems)

    def _refuse(self, path: PathInFile, found: str, expected: str) -> None:
        where = self.located.where(path)
        self.problems.add(where, found=found, expected=expected, do="Correct the burden.")
