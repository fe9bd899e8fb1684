"""What of a record no rule looks at, and where two of its facts do not fit each other.

That no rule speaks of a fact is not to say that it is harmless: the reader is told its name.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from assuage.options.rule import RuleBook
from assuage.options.screening import Screening
from assuage.patient.facts import Facts
from assuage.patient.finding import Finding, Quantity
from assuage.patient.genotype import genotype_concept
from assuage.patient.qt_interval import HEART_RATE
from assuage.patient.quantities import CLEARANCE, COMPUTED_FROM, FILTRATION
from assuage.patient.record import RecordedMedicine, medicine_lines
from assuage.patient.vocabulary import Concept


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineCheck:
    """How many medicines of the list could be checked, and the names of those that were not.

    A line of the list counts once. It is identified when every part of it is a known medicine, and
    looked at when some rule concerns a part of it; each part that none concerns is named.
    """

    listed: int
    identified: int
    looked_at: int
    not_checked: tuple[str, ...]

    @property
    def sentence(self) -> str:
        if not self.listed:
            return "no medicines listed"
        plural = "medicine" if self.listed == 1 else "medicines"
        return (
            f"{self.identified} of {self.listed} {plural} identified, "
            f"{self.looked_at} looked at by a rule"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unjudged:
    """What no rule speaks of, in words, and how many medicines of the list could be checked."""

    not_checked: tuple[str, ...]
    check: MedicineCheck

    @property
    def medicines(self) -> int:
        return self.check.listed


def unjudged(
    facts: Facts, rules: RuleBook, screenings: Iterable[Screening] | None = None
) -> Unjudged:
    """Return what could not be read, each with why, and what no rule of any drug concerns.

    `screenings` by all of these rules spare a second look at their conditions.
    """
    named = (
        _named_by_rules(facts, rules)
        if screenings is None
        else frozenset[str]().union(*(each.named for each in screenings))
    )
    search = _Search(facts=facts, rules=rules, named=named)
    check = search.medicines()
    unidentified = {e.name for e in facts.record.medications or () if e.medicine is None}
    groups = {
        "medicines": [name for name in check.not_checked if name not in unidentified],
        "conditions": search.conditions(),
        "measurements": search.measurements(),
        "genotypes": search.genotypes(),
    }
    return Unjudged(
        not_checked=(
            *(f"{part.name}: {part.because}" for part in facts.unread),
            *(f"{old}: not used" for old in facts.stale),
            *(
                f"{entry.name} ({entry.where}) was entered in error: not used"
                for entry in facts.record.retracted
            ),
            *(
                f"No rule concerns these {kind} here: {'; '.join(dict.fromkeys(names))}"
                for kind, names in groups.items()
                if names
            ),
        ),
        check=check,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """`named` is what the rules that hold for this person speak of."""

    facts: Facts
    rules: RuleBook
    named: frozenset[str]

    def medicines(self) -> MedicineCheck:
        """Count by line of the list: the ingredients of a combination stand on one."""
        lines = medicine_lines(self.facts.record.medications or ())
        return MedicineCheck(
            listed=len(lines),
            identified=sum(all(e.medicine is not None for e in line) for line in lines),
            looked_at=sum(any(map(self._is_looked_at, line)) for line in lines),
            not_checked=tuple(
                dict.fromkeys(
                    self._named(entry, line)
                    for line in lines
                    for entry in line
                    if not self._is_looked_at(entry)
                )
            ),
        )

    def _is_looked_at(self, entry: RecordedMedicine) -> bool:
        """A medicine that was stopped is looked at, too, by a rule that finds it past."""
        spoken_of = self.named if entry.stopped is None else self.rules.reads
        return entry.medicine is not None and (
            entry.medicine in self.rules.drugs or bool(entry.concepts & spoken_of)
        )

    def _named(self, entry: RecordedMedicine, line: Iterable[RecordedMedicine]) -> str:
        """Name an ingredient of a combination by itself, where another part was looked at."""
        if entry.medicine is None or not any(map(self._is_looked_at, line)):
            return entry.name
        return f"{self.facts.vocabulary.label(entry.medicine)} in {entry.name}"

    def conditions(self) -> list[str]:
        """A condition is looked at where a rule names it, or asks for its grade (its control)."""
        words = self.facts.vocabulary
        read = self.rules.reads & words.concepts.keys()
        spoken_of = self.named | {words.concepts[each].grades for each in read} - {""}
        spoken_of |= self.facts.in_scores
        return [
            entry.name
            for entry in self.facts.record.conditions
            if entry.concepts
            and not any(words.implied(each) & spoken_of for each in entry.concepts)
        ]

    def measurements(self) -> list[str]:
        """A measurement is looked at where a rule reads it, and names it if it is unusual."""
        inputs = self._computed_from()
        return [
            f"{quantity.label} {quantity}" + ("" if self._is_usual(quantity) else ", unusual")
            for name in self.facts.record.measurements
            if name in self.facts.quantities and name not in inputs
            for quantity in [self.facts.quantities[name]]
            if not (self._is_read(name) and self._is_usual(quantity))
            and not self._is_named(quantity)
        ]

    def genotypes(self) -> list[str]:
        """A result is looked at where some rule asks for it; CYP2D6 has no rapid metabolisers."""
        return [
            f"{gene} {phenotype}"
            for gene, phenotype in self.facts.record.genotypes.items()
            if genotype_concept(gene, phenotype) not in self.rules.reads
        ]

    def _computed_from(self) -> set[str]:
        """Return the measurements that went into a computed number: a clearance, QTc or score.

        A heart rate is looked at for its own sake, too.
        """
        quantities = self.facts.quantities
        done = [n for n in COMPUTED_FROM if (q := quantities.get(n)) is not None and q.computed]
        parts = set[str]().union(*(COMPUTED_FROM[name] for name in done)) - {HEART_RATE}
        return parts | self.facts.in_scores

    def _is_read(self, measure: str) -> bool:
        words, reads = self.facts.vocabulary, self.rules.reads
        return measure in reads or any(
            words.implied(concept.id) & reads for concept in words.shown_by(measure)
        )

    def _is_usual(self, quantity: Quantity) -> bool:
        usual = self.facts.vocabulary.measures[quantity.name].usual
        return usual is None or usual[0] <= quantity.value <= usual[1]

    def _is_named(self, quantity: Quantity) -> bool:
        words = self.facts.vocabulary
        return quantity.name in self.named or any(
            words.implied(concept.id) & self.named
            for concept in words.shown_by(quantity.name)
            if any(
                shown.threshold.fact == quantity.name and shown.threshold.holds(quantity.value)
                for shown in concept.shown_by
            )
        )


def _named_by_rules(facts: Facts, rules: RuleBook) -> frozenset[str]:
    """Look again at the conditions that read something of what is recorded."""
    words, record = facts.vocabulary, facts.record
    measured = facts.quantities.keys() & record.measurements.keys()  # those that are not too old
    recorded: set[str] = set(measured)
    for entry in record.medications or ():
        recorded |= entry.concepts
    for name in measured:
        recorded |= {concept.id for concept in words.shown_by(name)}
    for condition in record.conditions:
        recorded |= set(condition.concepts)
    wanted = frozenset[str]().union(recorded, *map(words.implied, recorded))
    looks = (
        condition.look_in(facts)
        for condition, reads in zip(rules.conditions, rules.reads_of, strict=True)
        if reads & wanted and condition.at_a_glance(facts) is None
    )
    return frozenset(
        fact.concept for look in looks if look.finding is Finding.PRESENT for fact in look.facts
    )


def disagreements(facts: Facts) -> tuple[str, ...]:
    """Return where two entries of the record do not fit each other, or a measurement a condition.

    The condition is one that any one measurement could show. Rules take the stricter of the two:
    one of them is wrong, or they are of different days.
    """
    found: dict[str, list[str]] = {}
    estimates: tuple[str, ...] = ()
    for concept in facts.vocabulary.concepts.values():
        known = facts.states.get(concept.id)
        if concept.ruled_out == "by_one" and known and known.finding is Finding.PRESENT:
            for quantity in _against(concept, facts):
                if quantity.computed and known.computed:
                    estimates = (_estimates_differ(facts),)
                    continue
                words = f"{quantity.label} {quantity} does not fit {known.label} ({known.because})"
                found.setdefault(concept.id, []).append(words)
    general = {other for each in found for other in facts.vocabulary.implied(each) if other != each}
    return (
        facts.doubts
        + estimates
        + tuple(
            words for each, several in found.items() if each not in general for words in several
        )
    )


def _estimates_differ(facts: Facts) -> str:
    """Two formulas, one creatinine: neither is a slip of the record, so it is said once."""
    clearance, rate = facts.quantities[CLEARANCE], facts.quantities[FILTRATION]
    return (
        f"{clearance.label} {clearance} and {rate.label} {rate}, both computed from one "
        f"creatinine, are of different grades"
    )


def _against(concept: Concept, facts: Facts) -> Iterable[Quantity]:
    for measure in dict.fromkeys(shown.threshold.fact for shown in concept.shown_by):
        quantity = facts.quantities.get(measure)
        ranges = [s.threshold for s in concept.shown_by if s.threshold.fact == measure]
        if quantity is not None and not any(limits.holds(quantity.value) for limits in ranges):
            yield quantity
