"""Effects that add up over all medicines a person takes, with and without each candidate drug.

A burden is a number beside the verdict, never a verdict: the sum of a published scale's points (the
Anticholinergic Cognitive Burden scale; Boustani and others, Aging Health 2008;4:311-320, with its
2012 update), or a plain count of medicines. What the person has is named beside it and not counted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assuage.patient.facts import Facts
from assuage.patient.finding import Fact, Finding
from assuage.patient.record import RecordedMedicine
from assuage.patient.vocabulary import Vocabulary
from assuage.provenance import Citation

Counts = Literal["points", "medicines"]
_Adding = tuple[int, str, str]
"""The points of an ingredient, negative so that most come first, its id and its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addend:
    """What adds to a burden, so many points each: named medicines, or those of a concept."""

    points: int
    citation: Citation
    concept: str = ""
    medicines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPart:
    """What a candidate drug adds to a burden, and by whose word."""

    points: int
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A number from which on a source calls the burden too high, in short words."""

    at: int
    words: str
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BurdenDefinition:
    """One burden: what adds to it, which candidates do, and what in a person makes it worse.

    A candidate drug adds what `candidates` says and nothing else, on the list or beside it.
    `conditions` are concepts to name where the person has them. `level` is None where no source
    gives a number.
    """

    id: str
    label: str
    meaning: str
    scale: str
    counts: Counts
    citation: Citation
    addends: tuple[Addend, ...]
    candidates: Mapping[str, OwnPart]
    conditions: tuple[str, ...] = ()
    level: Level | None = None

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Return every citation of the burden: its own, its parts' and its level's."""
        parts = (*self.addends, *self.candidates.values(), *([self.level] if self.level else ()))
        return (self.citation, *(part.citation for part in parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributor:
    """An ingredient that adds to a burden; `where` are the lines of the record that hold it."""

    medicine: str
    name: str
    points: int
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A burden of what a person takes today, a candidate drug itself left aside.

    `total` is None where no medication list is recorded: that is not zero. `at_least` says that a
    medicine of the list was not identified, so that the true number may be higher. `conditions`
    are present.
    """

    definition: BurdenDefinition
    contributors: tuple[Contributor, ...]
    total: int | None
    at_least: bool
    conditions: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """A burden without and with one candidate drug; `part` is None where the drug adds nothing."""

    tally: Tally
    part: OwnPart | None = None

    @property
    def id(self) -> str:
        return self.tally.definition.id

    @property
    def without(self) -> int | None:
        return self.tally.total

    @property
    def with_drug(self) -> int | None:
        total = self.tally.total
        return total if total is None or self.part is None else total + self.part.points

    @property
    def reached(self) -> Level | None:
        """The level that a source calls too high, if the burden with the drug is there."""
        level, total = self.tally.definition.level, self.with_drug
        return level if level is not None and total is not None and total >= level.at else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BurdenBook:
    """All burdens, laid out for the candidate drugs.

    `parts` are the places of burdens in `definitions` with each different part that a candidate
    has in them; `rows` say which of these parts are a drug's. What a medicine adds is looked up
    once, then kept.
    """

    definitions: tuple[BurdenDefinition, ...]
    vocabulary: Vocabulary
    parts: tuple[tuple[int, OwnPart | None], ...]
    rows: Mapping[str, tuple[int, ...]]
    _known: dict[str, tuple[tuple[int, _Adding], ...]] = field(
        default_factory=dict[str, tuple[tuple[int, _Adding], ...]]
    )

    def added_by(self, medicine: str) -> tuple[tuple[int, _Adding], ...]:
        """Return what a medicine adds to which burdens; a combination adds by its ingredients."""
        if medicine not in self._known:
            found: list[tuple[int, _Adding]] = []
            for place, definition in enumerate(self.definitions):
                points = {name: self._points(definition, name) for name in self._within(medicine)}
                adding = self.vocabulary.ingredients_of(medicine, points.get)
                found.extend((place, (-points[name], name, self._name(name))) for name in adding)
            self._known[medicine] = tuple(found)
        return self._known[medicine]

    def _name(self, medicine: str) -> str:
        names = self.vocabulary.medicines[medicine].names
        return names[0] if names else medicine.replace("_", " ")

    def _within(self, medicine: str) -> frozenset[str]:
        known = self.vocabulary.medicines
        parts = (part for part in known[medicine].concepts - {medicine} if part in known)
        return frozenset({medicine}).union(*(self._within(part) for part in parts))

    def _points(self, definition: BurdenDefinition, medicine: str) -> int:
        if own := definition.candidates.get(medicine):
            return own.points
        groups = self.vocabulary.concepts_of(self.vocabulary.medicines[medicine])
        return max(
            (
                addend.points
                for addend in definition.addends
                if addend.concept in groups or medicine in addend.medicines
            ),
            default=0,
        )


def compile_burdens(
    definitions: Sequence[BurdenDefinition], drugs: Sequence[str], vocabulary: Vocabulary
) -> BurdenBook:
    """Lay out the burdens for the candidate drugs."""
    parts: list[tuple[int, OwnPart | None]] = []
    rows: dict[str, list[int]] = {drug: [] for drug in drugs}
    for place, definition in enumerate(definitions):
        for drug, row in rows.items():
            part = (place, definition.candidates.get(drug))
            if part not in parts:
                parts.append(part)
            row.append(parts.index(part))
    return BurdenBook(
        definitions=tuple(definitions),
        vocabulary=vocabulary,
        parts=tuple(parts),
        rows={drug: tuple(row) for drug, row in rows.items()},
    )


def burdens(facts: Facts, book: BurdenBook) -> dict[str, tuple[Burden, ...]]:
    """Return every burden for each candidate drug of the book, in the book's order.

    Only what is taken today counts, each ingredient once. A candidate that is taken already is
    left out of the number without it. Planned and stopped medicines are not counted.
    """
    taken = [entry for entry in facts.record.medications or () if entry.is_taken(facts.today)]
    unnamed = any(entry.medicine is None for entry in taken)
    known = facts.taking is not None
    tallies = [
        _tally(definition, listed, _present(definition, facts), known=known, at_least=unnamed)
        for definition, listed in zip(book.definitions, _contributors(taken, book), strict=True)
    ]
    made = [Burden(tally=tallies[place], part=part) for place, part in book.parts]
    listed = {each.medicine for tally in tallies for each in tally.contributors}
    found: dict[str, tuple[Burden, ...]] = {}
    for drug, row in book.rows.items():
        whole = [made[place] for place in row]
        found[drug] = tuple(map(_leave_out(drug), whole) if drug in listed else whole)
    return found


def _leave_out(drug: str) -> Callable[[Burden], Burden]:
    """Take a drug that the person takes already out of the number without it."""

    def left(burden: Burden) -> Burden:
        tally = burden.tally
        others = [each for each in tally.contributors if each.medicine != drug]
        if len(others) == len(tally.contributors):
            return burden
        rest = _tally(
            tally.definition, others, tally.conditions, known=True, at_least=tally.at_least
        )
        return Burden(tally=rest, part=burden.part)

    return left


def _contributors(
    taken: Iterable[RecordedMedicine], book: BurdenBook
) -> list[tuple[Contributor, ...]]:
    """List what adds to each burden, most points first: the order of the list plays no part."""
    lines: list[dict[_Adding, list[str]]] = [{} for _ in book.definitions]
    for entry in taken:
        if entry.medicine is not None:
            for place, adding in book.added_by(entry.medicine):
                lines[place].setdefault(adding, []).append(entry.where)
    return [
        tuple(
            Contributor(
                medicine=medicine,
                name=name,
                points=-points,
                where=where[0] if len(where) == 1 else ", ".join(sorted(set(where))),
            )
            for (points, medicine, name), where in sorted(found.items())
        )
        for found in lines
    ]


def _tally(
    definition: BurdenDefinition,
    listed: Iterable[Contributor],
    conditions: tuple[Fact, ...],
    *,
    known: bool,
    at_least: bool,
) -> Tally:
    contributors = tuple(listed)
    return Tally(
        definition=definition,
        contributors=contributors,
        total=sum(each.points for each in contributors) if known else None,
        at_least=at_least,
        conditions=conditions,
    )


def _present(definition: BurdenDefinition, facts: Facts) -> tuple[Fact, ...]:
    """Return the conditions that the person has, without those that another of them implies."""
    known = [facts.states.get(concept) for concept in definition.conditions]
    found = [fact for fact in known if fact is not None and fact.finding is Finding.PRESENT]
    if len(found) < 2:
        return tuple(found)
    implied = {
        concept
        for fact in found
        for concept in facts.vocabulary.implied(fact.concept)
        if concept != fact.concept
    }
    return tuple(fact for fact in found if fact.concept not in implied)
