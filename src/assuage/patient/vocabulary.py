"""The words of a record: conditions, medicines and measurements, and what each stands for."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from assuage.evidence.pain_condition import plain_words
from assuage.patient.medicine_names import MedicineNames, MedicineReading, Spelling
from assuage.patient.reaction import ReactionWords
from assuage.patient.record import Sex
from assuage.provenance import Citation

ConceptKind = Literal[
    "condition", "history", "medication", "lab", "vital", "genotype", "pregnancy", "age"
]
LISTED: frozenset[str] = frozenset({"condition", "history", "pregnancy"})
_CODE = re.compile(r"[A-TV-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A range of a measurement, by a source. `low` and `high` are in the measurement's own unit."""

    fact: str
    low: float | None
    high: float | None
    low_included: bool = True
    high_included: bool = False

    @property
    def top(self) -> float:
        """Where values end. A whole high limit that is included reaches to just under the next."""
        if self.high is None:
            return float("inf")
        whole = float(self.high).is_integer()
        return self.high + 1 if self.high_included and whole else self.high

    def holds(self, value: float) -> bool:
        above = self.low is None or value > self.low or (self.low_included and value == self.low)
        return above and (value < self.top or (self.high_included and value == self.high))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBy:
    """A measurement that shows a condition by itself, and the source that says so.

    `sex` is set where the source's limit is that of one sex; it holds too where none is recorded.
    """

    threshold: Threshold
    words: str
    citation: Citation
    sex: Sex | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentOf:
    """An event that counts as recent for some days; assuage's own number without a source."""

    concept: str
    within_days: int
    citation: Citation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """What a rule can ask about.

    `ruled_out` says when measurements outside `shown_by` exclude it: when every one of them was
    measured (a pressure has two numbers), or when one was (a clearance or an eGFR). `grades` names
    the condition of which this is a severity, a type or a state of control. `allergy_to`
    holds the medicines and medication concepts an allergy to which makes it present. `members` are
    the medicines of a group that one published list defines.
    """

    id: str
    kind: ConceptKind
    label: str
    definition: str = ""
    synonyms: tuple[str, ...] = ()
    icd10cm: tuple[str, ...] = ()
    loinc: tuple[str, ...] = ()
    atc: tuple[str, ...] = ()
    rxnorm: tuple[str, ...] = ()
    implies: tuple[str, ...] = ()
    unit: str = ""
    shown_by: tuple[ShownBy, ...] = ()
    ruled_out: Literal["never", "by_all", "by_one"] = "never"
    recent_of: RecentOf | None = None
    grades: str = ""
    allergy_to: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine:
    """An ingredient: the names it goes by, and the medication concepts it belongs to."""

    id: str
    names: tuple[str, ...]
    concepts: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measurement: accepted units with what each is multiplied by to reach `unit`.

    `lowest` and `highest` bound what a living adult can have, to catch slips of unit or typing;
    they are assuage's own and decide nothing else. `usual` is the usual range, where it has one: a
    value outside that no rule speaks of is named to the reader. `counts_for_days` is how old a
    dated value may be and still count: None is for ever. `counts_by` is what the days lean on; they
    are assuage's own unless `counts_by_us` is false.
    """

    id: str
    label: str
    unit: str
    units: Mapping[str, float]
    lowest: float
    highest: float
    aliases: tuple[str, ...] = ()
    loinc: tuple[str, ...] = ()
    usual: tuple[float, float] | None = None
    counts_for_days: int | None = None
    counts_by: Citation | None = None
    counts_by_us: bool = True

    def factor(self, unit: str) -> float | None:
        """Return what a value in this spelling of a unit is multiplied by; None if not accepted."""
        wanted = plain_unit(unit)
        factors = (by for spelling, by in self.units.items() if plain_unit(spelling) == wanted)
        return next(factors, None)


def plain_unit(unit: str) -> str:
    """Reduce the spelling of a unit: μ and µ to u, ² to 2, no blanks, braces or case."""
    swapped = unit.translate(str.maketrans({"μ": "u", "µ": "u", "²": "2", "·": ".", "⁹": "9"}))
    return re.sub(r"[\s{}\[\]()]", "", swapped).casefold()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vocabulary:
    """All concepts, medicines and measurements, with their names looked up in either direction.

    `acts_after_stop` holds, for a group of medicines, those that go on acting after they were
    stopped, and for how many days.
    """

    concepts: Mapping[str, Concept]
    medicines: Mapping[str, Medicine]
    measures: Mapping[str, Measure]
    reactions: ReactionWords = field(default_factory=ReactionWords)
    acts_after_stop: Mapping[str, tuple[tuple[str, int], ...]] = field(
        default_factory=dict[str, tuple[tuple[str, int], ...]]
    )
    spellings: tuple[Spelling, ...] = ()
    _takeable: frozenset[str] = frozenset()
    _listed: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    _codes: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    _medicine_names: MedicineNames = field(init=False)
    _measure_names: dict[str, str] = field(default_factory=dict[str, str])
    _implied: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    _shown_by: dict[str, tuple[Concept, ...]] = field(
        default_factory=dict[str, tuple[Concept, ...]]
    )

    def __post_init__(self) -> None:
        medication = {n for n, concept in self.concepts.items() if concept.kind == "medication"}
        object.__setattr__(self, "_takeable", frozenset({*medication, *self.medicines}))
        for concept in self.concepts.values():
            if concept.kind in LISTED:
                for name in (concept.id, concept.label, *concept.synonyms):
                    _add(self._listed, plain_words(name), concept.id)
                for code in concept.icd10cm:
                    _add(self._codes, code.upper(), concept.id)
            for fact in {shown.threshold.fact for shown in concept.shown_by}:
                self._shown_by[fact] = (*self._shown_by.get(fact, ()), concept)
        names: dict[str, str] = {}
        for medicine in self.medicines.values():
            for name in (medicine.id, *medicine.names):
                names.setdefault(plain_words(name), medicine.id)
        spellings = {plain_words(each.written): each for each in self.spellings}
        read = MedicineNames(known=names, spellings=spellings)
        object.__setattr__(self, "_medicine_names", read)
        for measure in self.measures.values():
            for name in (measure.id, *measure.aliases):
                self._measure_names[name] = measure.id

    def label(self, concept: str) -> str:
        known = self.measures.get(concept) or self.concepts.get(concept)
        return known.label if known else concept.replace("_", " ")

    def implied(self, concept: str) -> frozenset[str]:
        """Return the concept and everything that holds when it holds."""
        if concept not in self._implied:
            reached = {concept}
            waiting = [concept]
            while waiting:
                known = self.concepts.get(waiting.pop())
                fresh = set(known.implies) - reached if known else set[str]()
                reached |= fresh
                waiting.extend(fresh)
            self._implied[concept] = frozenset(reached)
        return self._implied[concept]

    def shown_by(self, measure: str) -> tuple[Concept, ...]:
        """Return the conditions that this measurement can show."""
        return self._shown_by.get(measure, ())

    def conditions_named(self, text: str) -> tuple[str, ...] | None:
        """Return the concepts a recorded name or ICD-10-CM code means; None for an unknown name.

        A code is read by its longest known beginning: E11 is known, so E11.42 is. A well-formed
        code that no rule looks at means no concept, which is not the same as an unknown name.
        """
        named = self._listed.get(plain_words(text))
        if named is not None:
            return named
        code = text.strip().upper()
        if not _CODE.fullmatch(code):
            return None
        for length in range(len(code), 2, -1):
            if (known := self._codes.get(code[:length].rstrip("."))) is not None:
                return known
        return ()

    def read_medicine(self, text: str) -> MedicineReading:
        """Return what a recorded name of a medicine means, each combination as its ingredients."""
        read = self._medicine_names.read(text)
        named = [self.medicines[name] for name in read.medicines]
        parts = [part for medicine in named for part in self.parts_of(medicine)]
        groups = frozenset[str]().union(*(m.concepts for m in named if self.parts_of(m) != (m,)))
        return replace(
            read,
            medicines=tuple(dict.fromkeys(part.id for part in parts)),
            groups=groups.difference(self.medicines),
        )

    def medicine_named(self, text: str) -> Medicine | None:
        """Return the one ingredient that a name means to the letter."""
        read = self.read_medicine(text)
        whole = read.exact and not read.unknown and len(read.medicines) == 1
        return self.medicines[read.medicines[0]] if whole else None

    def parts_of(self, medicine: Medicine) -> tuple[Medicine, ...]:
        """Return the ingredients of a combination; of a single medicine, itself."""
        parts = sorted(medicine.concepts & self.medicines.keys() - {medicine.id})
        found = (part for name in parts for part in self.parts_of(self.medicines[name]))
        return tuple(found) or (medicine,)

    def class_named(self, text: str) -> frozenset[str]:
        """Return the groups a class of medicines means (SSRI, tricyclics), and their members.

        An allergy to a class is an allergy to each of its members. Empty for an unknown name.
        """
        wanted = _singular(plain_words(text))
        groups = {
            concept.id
            for concept in self.concepts.values()
            if concept.kind == "medication"
            and any(
                wanted == _singular(plain_words(name))
                for name in (concept.id, concept.label, *concept.synonyms)
            )
        }
        members = {m.id for m in self.medicines.values() if groups & self.concepts_of(m)}
        above = (self.implied(group) for group in groups)
        return frozenset(members).union(*above)

    @property
    def names_to_ask_allergy_of(self) -> Iterable[str]:
        """The names of medicines and classes an allergy to which a rule asks about.

        A name that is not known but like one of these may be a slip for it; penicillin is not.
        """
        asked = {name for concept in self.concepts.values() for name in concept.allergy_to}
        members: dict[str, list[bool]] = {}
        for medicine in self.medicines.values():
            groups = self.concepts_of(medicine)
            if asked & groups:
                yield from (medicine.id, *medicine.names)
            for group in groups & self.concepts.keys():
                members.setdefault(group, []).append(bool(asked & groups))
        for group, are_asked in members.items():
            if 2 * sum(are_asked) > len(are_asked):  # a class made up mostly of such medicines
                yield from (self.concepts[group].label, *self.concepts[group].synonyms)

    def measure_named(self, text: str) -> Measure | None:
        found = self._measure_names.get(text.strip().casefold().replace(" ", "_"))
        return self.measures[found] if found is not None else None

    def concepts_of(self, medicine: Medicine) -> frozenset[str]:
        """Return every medication concept a medicine belongs to, itself included.

        A combination belongs to its ingredients, and to whatever they belong to.
        """
        own = {medicine.id, *medicine.concepts}
        for part in medicine.concepts - {medicine.id}:
            if part in self.medicines:
                own |= self.concepts_of(self.medicines[part])
        return frozenset[str]().union(*(self.implied(concept) for concept in own))

    def ingredients_of(self, medicine: str, holds: Callable[[str], object]) -> frozenset[str]:
        """Return the ingredients of a medicine of which something holds.

        A combination of whose parts it does not hold, or whose parts are not listed, is taken as
        one ingredient.
        """
        parts = self.medicines[medicine].concepts - {medicine}
        known = [part for part in parts if part in self.medicines]
        found = frozenset[str]().union(*(self.ingredients_of(part, holds) for part in known))
        return found or frozenset({medicine} if holds(medicine) else ())

    @property
    def takeable(self) -> frozenset[str]:
        """What `takes` and `plans` can ask about: medicines and medication concepts."""
        return self._takeable

    @property
    def stateable(self) -> frozenset[str]:
        """What `has` can ask about: any concept that is not a medicine."""
        return frozenset(self.concepts) - self._takeable

    @property
    def condition_names(self) -> Iterable[str]:
        return self._listed.keys()

    @property
    def medicine_names(self) -> Iterable[str]:
        return self._medicine_names.known.keys()

    @property
    def measure_names(self) -> Iterable[str]:
        return self._measure_names.keys()


def _singular(words: str) -> str:
    return words.removesuffix("s")


def _add(index: dict[str, tuple[str, ...]], key: str, concept: str) -> None:
    present = index.get(key, ())
    if concept not in present:
        index[key] = (*present, concept)
