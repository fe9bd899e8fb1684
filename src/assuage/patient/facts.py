"""What is known of a patient on one day: present, absent or not recorded, each with its because.

Nothing is filled in. What no line of the record states, and nothing recorded implies, is not
recorded, and stays so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from operator import itemgetter

from assuage.patient.age_of_data import StaleMeasurement
from assuage.patient.because import Because
from assuage.patient.finding import Fact, Finding, Quantity, Unread
from assuage.patient.record import PatientRecord, RecordedMedicine
from assuage.patient.vocabulary import Vocabulary

PREGNANCY, SUICIDALITY = "pregnancy", "suicidality"
SUICIDAL_NOW = "suicidality_current"
ANY_ALCOHOL, HEAVY_ALCOHOL = "alcohol_use", "substantial_alcohol_use"
SMOKING = "smoking"
MEDICATIONS, ALLERGIES, ALCOHOL = "medications", "allergies", "alcohol"
_NOT_SAID = "the record does not say"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Facts:
    """What is known of one patient on one day.

    `states` holds the concepts that are known to be present or absent; any other is not recorded.
    `taking` is None when no medication list was given. `stale` are measurements too old to count,
    `undated` the names of those that count as of today because nobody can tell how old they are.
    `left_open` says why a number or a condition is not known although the record speaks of it (the
    measurement is too old, a part of a score is missing). `doubts` says where two entries of the
    record do not fit each other, and which decides; `in_scores` names what a score was made of.
    """

    today: date
    record: PatientRecord
    vocabulary: Vocabulary
    states: Mapping[str, Fact]
    quantities: Mapping[str, Quantity]
    taking: Mapping[str, tuple[RecordedMedicine, ...]] | None
    unread: tuple[Unread, ...]
    stale: tuple[StaleMeasurement, ...] = ()
    undated: tuple[str, ...] = ()
    left_open: Mapping[str, str] = field(default_factory=dict[str, str])
    doubts: tuple[str, ...] = ()
    in_scores: frozenset[str] = frozenset()

    def has(self, concept: str) -> Fact:
        """Say whether a condition, history item, pregnancy or genotype is present."""
        known = self.states.get(concept)
        return known if known is not None else self._left_open(concept)

    def measured(self, name: str) -> Quantity | Fact:
        """Return a measurement, or the fact that it is not recorded."""
        known = self.quantities.get(name)
        return known if known is not None else self._left_open(name)

    def shown_without_number(self, name: str, low: float, high: float) -> Fact | None:
        """Return the condition that by itself places a quantity from `low` to below `high`.

        Severe renal impairment is a clearance below 30 whether or not a number is recorded.
        """
        for concept in self.vocabulary.shown_by(name):
            known = self.states.get(concept.id)
            if known is None or known.finding is not Finding.PRESENT:
                continue
            for shown in concept.shown_by:
                limits = shown.threshold
                at_least = float("-inf") if limits.low is None else limits.low
                if limits.fact == name and low <= at_least and limits.top <= high:
                    return known
        return None

    def takes(self, concept: str, within_days: int = 0) -> Fact:
        """Say whether a medicine of this concept is taken, or was stopped within some days.

        The last of the days counts: a stop 14 days ago is within 14 days. What is taken is said
        before what was stopped, and of several the last stop.
        """
        if self.taking is None:
            return self._unknown(concept, "no medication list is recorded", ask=MEDICATIONS)
        entries = self.taking.get(concept, ())
        taken = [medicine for medicine in entries if medicine.is_taken(self.today)]
        if taken:
            names = dict.fromkeys(f"{medicine.name} ({medicine.where})" for medicine in taken)
            begun = [medicine.started for medicine in taken if medicine.started is not None]
            fact = self._present(concept, f"takes {', '.join(names)}", max(begun, default=None))
            return replace(fact, lines=tuple(f"takes {name}" for name in names))
        if entries and within_days:
            return self._stopped_within(concept, entries, within_days)
        return self._absent(concept, "not in the medication list")

    def _stopped_within(
        self, concept: str, entries: tuple[RecordedMedicine, ...], within_days: int
    ) -> Fact:
        ended = [
            (medicine.stopped, medicine)
            for medicine in entries
            if isinstance(medicine.stopped, date) and not medicine.is_planned(self.today)
        ]
        if ended:
            stopped, medicine = max(ended, key=itemgetter(0))
            if (days := (self.today - stopped).days) <= within_days:
                because = f"stopped {medicine.name} {_days(days)} ago ({medicine.where})"
                return self._present(concept, because, stopped)
        for medicine in entries:
            if medicine.stopped is True:
                because = f"the day {medicine.name} was stopped is not recorded ({medicine.where})"
                return self._unknown(concept, because, ask=f"the day {medicine.name} was stopped")
        return self._absent(concept, "not in the medication list")

    def takes_at_least(self, concept: str, medicines: int) -> Fact:
        """Say whether so many different medicines of this concept are taken today.

        A combination counts by its ingredients of the concept, and nothing counts twice.
        """
        if self.taking is None:
            return self.takes(concept)
        words = self.vocabulary
        counted: set[str] = set()
        named: dict[str, None] = {}
        for entry in self.taking.get(concept, ()):
            if entry.medicine is not None and entry.is_taken(self.today):
                counted |= words.ingredients_of(
                    entry.medicine, lambda name: concept in words.concepts_of(words.medicines[name])
                )
                named[f"{entry.name} ({entry.where})"] = None
        if len(counted) < medicines:
            return self._absent(concept, f"fewer than {medicines} in the medication list")
        fact = self._present(concept, f"takes {', '.join(named)}")
        return replace(fact, lines=tuple(f"takes {name}" for name in named))

    def plans(self, concept: str) -> Fact:
        """Say whether a medicine of this concept is to be started after today."""
        if self.taking is None:
            return self.takes(concept)
        for medicine in self.taking.get(concept, ()):
            if medicine.is_planned(self.today):
                because = f"{medicine.name} is planned for {medicine.started} ({medicine.where})"
                return self._present(concept, because, medicine.started)
        return self._absent(concept, "no start after today in the medication list")

    def entries_of(self, medicine: str) -> tuple[RecordedMedicine, ...]:
        """Return the entries of the list that are this very medicine, taken or not."""
        entries = (self.taking or {}).get(medicine, ())
        return tuple(entry for entry in entries if entry.medicine == medicine)

    def besides(self, medicine: str) -> "Facts":
        """Return the facts without one medicine: a drug does not interact with itself."""
        if self.taking is None:
            return self
        others = {
            concept: tuple(entry for entry in entries if entry.medicine != medicine)
            for concept, entries in self.taking.items()
        }
        return replace(self, taking=others)

    def _present(self, concept: str, because: str, on: date | None = None) -> Fact:
        why = Because(because, on)
        return known_fact(self.vocabulary, concept, why, finding=Finding.PRESENT)

    def _absent(self, concept: str, because: str) -> Fact:
        return known_fact(self.vocabulary, concept, Because(because), finding=Finding.ABSENT)

    def _left_open(self, concept: str) -> Fact:
        return self._unknown(concept, self.left_open.get(concept, _NOT_SAID))

    def _unknown(self, concept: str, because: str, ask: str = "") -> Fact:
        return Fact(
            concept=concept,
            label=self.vocabulary.label(concept),
            finding=Finding.NOT_RECORDED,
            because=because,
            ask=ask or key_to_record(self.vocabulary, concept),
        )


def known_fact(vocabulary: Vocabulary, concept: str, why: Because, *, finding: Finding) -> Fact:
    """Return a fact under the concept's own label."""
    return Fact(
        concept=concept,
        label=vocabulary.label(concept),
        finding=finding,
        because=why.words,
        on=why.on,
        computed=why.computed,
        lines=why.lines,
    )


def key_to_record(vocabulary: Vocabulary, concept: str) -> str:
    """Name what to record to settle a concept: a key of the patient file, or the concept itself."""
    known = vocabulary.concepts.get(concept)
    if known is not None and known.allergy_to:
        return ALLERGIES
    if known is not None and known.kind == "genotype":
        return "genotypes: " + concept.split("_", 1)[0].upper()
    if concept.startswith(PREGNANCY):
        return PREGNANCY
    return ALCOHOL if concept in {ANY_ALCOHOL, HEAVY_ALCOHOL} else concept


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"
