"""From what was recorded to what follows from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from assuage.errors import Problem
from assuage.patient.age_of_data import MeasurementsByAge, StaleMeasurement, by_age
from assuage.patient.because import Because, Known
from assuage.patient.doubts import doubts_of_entries
from assuage.patient.facts import (
    ANY_ALCOHOL,
    HEAVY_ALCOHOL,
    PREGNANCY,
    SMOKING,
    SUICIDAL_NOW,
    SUICIDALITY,
    Facts,
    known_fact,
)
from assuage.patient.finding import Fact, Finding, Quantity
from assuage.patient.genotype import genotype_concept
from assuage.patient.liver import LiverGrade, grade_liver
from assuage.patient.qt_interval import corrections_that_differ
from assuage.patient.quantities import COMPUTED_FROM, derive_quantities, oldest
from assuage.patient.reaction import reasons_of
from assuage.patient.record import PatientRecord, Pregnancy, RecordedMedicine
from assuage.patient.unread import unread_parts
from assuage.patient.vocabulary import Concept, Vocabulary

_ANTICOAGULANT = "anticoagulant"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighed:
    """Every concept that is known, by what measurements, and what the liver's score adds."""

    ages: MeasurementsByAge
    quantities: Mapping[str, Quantity]
    present: Known
    absent: Known
    liver: LiverGrade


_ATTESTED = Because("the history was taken and every other condition is absent")


@lru_cache(maxsize=4096)
def _attested(vocabulary: Vocabulary, concept: str) -> Fact:
    """The same of everybody whose history was taken: made once."""
    return known_fact(vocabulary, concept, _ATTESTED, finding=Finding.ABSENT)


def derive_facts(record: PatientRecord, vocabulary: Vocabulary, *, today: date) -> Facts:
    """Return everything that follows from a record on a day, each fact with its because."""
    weighed = _weigh(record, vocabulary, today)
    ages = weighed.ages
    states = {
        concept: _attested(vocabulary, concept)
        if why is _ATTESTED
        else known_fact(vocabulary, concept, why, finding=finding)
        for known, finding in (
            (weighed.absent, Finding.ABSENT),
            (weighed.present, Finding.PRESENT),
        )
        for concept, why in known.items()
    }
    doubts = (
        corrections_that_differ(ages.counting, vocabulary, record.sex),
        weighed.liver.disagreement,
        *doubts_of_entries(record, today),
    )
    return Facts(
        today=today,
        record=record,
        vocabulary=vocabulary,
        states=states,
        quantities=weighed.quantities,
        taking=_medicines_by_concept(record, vocabulary),
        unread=tuple(unread_parts(record)),
        stale=ages.stale,
        undated=ages.undated,
        left_open={**weighed.liver.left_open, **_outdated(ages.stale, vocabulary)},
        doubts=tuple(doubt for doubt in doubts if doubt),
        in_scores=weighed.liver.parts,
    )


def _weigh(record: PatientRecord, vocabulary: Vocabulary, today: date) -> _Weighed:
    ages = by_age(record, vocabulary, today=today)
    quantities = derive_quantities(record, vocabulary, ages.counting)
    present = _spread(vocabulary, _stated(record, vocabulary, quantities))
    excluded = _excluded(record, vocabulary, quantities)
    absent = {concept: why for concept, why in excluded.items() if concept not in present}
    undecided = _weigh_recent_events(vocabulary, present, absent, today)
    undecided |= _ungraded(vocabulary, present)
    if ages.stale:
        undecided |= _once_shown(record, vocabulary, quantities)
    absent = _spread_back(vocabulary, absent)
    if record.all_others_absent:
        for concept in vocabulary.concepts.values():
            if _history_settles(concept) and concept.id not in undecided:
                absent.setdefault(concept.id, _ATTESTED)
    anticoagulant = _anticoagulant_taken(record, today)
    liver = grade_liver(present, absent, quantities, vocabulary, anticoagulant=anticoagulant)
    if liver.shown:
        for concept in vocabulary.implied(liver.shown):
            present.setdefault(concept, liver.because)
    for concept in liver.excluded:
        absent.setdefault(concept, liver.because)
    return _Weighed(ages=ages, quantities=quantities, present=present, absent=absent, liver=liver)


def _once_shown(
    record: PatientRecord, vocabulary: Vocabulary, counting: Mapping[str, Quantity]
) -> frozenset[str]:
    """Return what a measurement showed that is too old: no attested history makes it absent.

    Who finds no other condition has not said that the eGFR of 20 of two years ago is a good one,
    nor one that would be computed from a creatinine of that day.
    """
    sex, every = record.sex, derive_quantities(record, vocabulary, record.measurements)
    return frozenset[str]().union(
        *(
            vocabulary.implied(concept.id)
            for name, old in every.items()
            if name not in counting
            for concept in vocabulary.shown_by(name)
            for shown in concept.shown_by
            if shown.threshold.fact == name
            and (sex is None or shown.sex in {None, sex})
            and shown.threshold.holds(old.value)
        )
    )


def _outdated(stale: Iterable[StaleMeasurement], vocabulary: Vocabulary) -> dict[str, str]:
    """Say of each number and condition that hangs on a measurement that it is too old."""
    found: dict[str, str] = {}
    for old in stale:
        found[old.measure] = old.value_and_age
        computed = [name for name, parts in COMPUTED_FROM.items() if old.measure in parts]
        for name in computed:
            found.setdefault(name, f"{old.label} {old.value_and_age}")
        for name in (old.measure, *computed):
            for concept in vocabulary.shown_by(name):
                found.setdefault(concept.id, f"{old.label} of {old.on} is too old")
    return found


def _anticoagulant_taken(record: PatientRecord, today: date) -> str:
    taken = (
        f"{entry.name} ({entry.where})"
        for entry in record.medications or ()
        if _ANTICOAGULANT in entry.concepts and entry.is_taken(today)
    )
    return next(taken, "")


def _stated(
    record: PatientRecord, vocabulary: Vocabulary, quantities: Mapping[str, Quantity]
) -> Iterable[tuple[str, Because]]:
    """Every concept that some line of the record makes present by itself."""
    yield from _listed(record)
    yield from _told_of_attempts(record, vocabulary)
    if record.pain.condition in vocabulary.concepts:
        yield record.pain.condition, Because(f"pain: {record.pain.as_written}")
    for concept, is_present, words in _answers(record, vocabulary):
        if is_present:
            yield concept, Because(words)
    for concept in vocabulary.concepts.values():
        for allergy in record.allergies or ():
            if allergy.concepts & set(concept.allergy_to):
                yield concept.id, Because(f"allergy to {allergy.name} ({allergy.where})")
        for shown in concept.shown_by:
            measured = quantities.get(shown.threshold.fact)
            of_sex = record.sex is None or shown.sex in {None, record.sex}
            if measured is not None and of_sex and shown.threshold.holds(measured.value):
                by_whom = shown.citation.source.title.split(",")[0]
                words = f"{measured.label} {measured}, {shown.words} ({by_whom})"
                yield concept.id, Because(words, measured.on, measured.computed)


def _listed(record: PatientRecord) -> Iterable[tuple[str, Because]]:
    for condition in record.conditions:
        for concept in condition.concepts:
            yield concept, Because(f"{condition.name} ({condition.where})", condition.on)


def _told_of_attempts(
    record: PatientRecord, vocabulary: Vocabulary
) -> Iterable[tuple[str, Because]]:
    """What stopped a drug before is history: who had a serotonin syndrome then, had one."""
    for attempt in record.attempts:
        for reason in reasons_of(attempt):
            for name in vocabulary.conditions_named(reason) or ():
                if vocabulary.concepts[name].kind == "history" and name != SUICIDAL_NOW:
                    yield name, Because(f"{reason}, on {attempt.as_written} (attempts)")


def _excluded(
    record: PatientRecord, vocabulary: Vocabulary, quantities: Mapping[str, Quantity]
) -> Known:
    """Every concept that some line of the record makes absent by itself."""
    found = {
        concept: Because(f"{condition.name} ({condition.where})", condition.on)
        for condition in record.absent
        for concept in condition.concepts
    }
    for concept, is_present, words in _answers(record, vocabulary):
        if not is_present:
            found.setdefault(concept, Because(words))
    for concept in vocabulary.can_be_ruled_out:
        if concept.allergy_to and record.allergies is not None:
            found.setdefault(concept.id, Because("not in the list of allergies"))
        if concept.ruled_out == "never":
            continue
        names = dict.fromkeys(shown.threshold.fact for shown in concept.shown_by)
        measured = [quantities[name] for name in names if name in quantities]
        needed = len(names) if concept.ruled_out == "by_all" else 1
        if names and len(measured) >= needed:
            words = ", ".join(f"{quantity.label} {quantity}" for quantity in measured)
            computed = all(quantity.computed for quantity in measured)
            on = oldest(quantity.on for quantity in measured)
            found.setdefault(concept.id, Because(words, on, computed))
    return found


def _answers(record: PatientRecord, vocabulary: Vocabulary) -> Iterable[tuple[str, bool, str]]:
    """What the keys that ask one thing say of their concepts: (concept, present, as written)."""
    if record.sex == "male":
        for concept in vocabulary.concepts.values():
            if concept.kind == "pregnancy":
                yield concept.id, False, "sex: male"
    if record.pregnancy is not None:
        yield PREGNANCY, record.pregnancy.pregnant, _pregnancy(record.pregnancy)
    if record.suicidality is not None:
        words = f"suicidality: {record.suicidality}"
        yield SUICIDALITY, record.suicidality != "none", words
        yield SUICIDAL_NOW, record.suicidality == "current", words
    if record.alcohol is not None:
        words = f"alcohol: {record.alcohol}"
        yield ANY_ALCOHOL, record.alcohol != "none", words
        yield HEAVY_ALCOHOL, record.alcohol == "heavy", words
    if record.smoker is not None:
        yield SMOKING, record.smoker, f"smoker: {'yes' if record.smoker else 'no'}"
    yield from _genotypes(record, vocabulary)


def _genotypes(record: PatientRecord, vocabulary: Vocabulary) -> Iterable[tuple[str, bool, str]]:
    """A gene's result makes one phenotype present, and its others absent."""
    for gene, phenotype in record.genotypes.items():
        found = genotype_concept(gene, phenotype)
        words = f"{vocabulary.label(found)} (genotypes)"
        for concept in vocabulary.concepts.values():
            if concept.kind == "genotype" and concept.id.startswith(f"{gene.lower()}_"):
                yield concept.id, concept.id == found, words


def _pregnancy(known: Pregnancy) -> str:
    if known.weeks is not None:
        return f"pregnancy: {known.weeks} weeks"
    return f"pregnancy: {'yes' if known.pregnant else 'no'}"


def _spread(vocabulary: Vocabulary, stated: Iterable[tuple[str, Because]]) -> Known:
    """A concept that is present makes present what it implies. The latest date is kept.

    A computed number never takes the place of what was recorded: dialysis is said as dialysis.
    """
    found: Known = {}
    for origin, because in stated:
        for concept in vocabulary.implied(origin):
            before = found.get(concept)
            if before is None:
                found[concept] = because
            elif before.words != because.words:
                later = (before.on or date.min) < (because.on or date.min)
                kept = because if later and not because.computed else before
                lines = dict.fromkeys((*(before.lines or (before.words,)), because.words))
                found[concept] = replace(kept, lines=tuple(lines))
    return found


def _spread_back(vocabulary: Vocabulary, absent: Known) -> Known:
    """A concept that is absent makes absent whatever would imply it."""
    found = dict(absent)
    for implied, because in absent.items():
        for concept in vocabulary.implying(implied):
            found.setdefault(concept, because)
    return found


def _weigh_recent_events(
    vocabulary: Vocabulary, present: Known, absent: Known, today: date
) -> frozenset[str]:
    """Decide what is recent by its date; return what no attested history may settle instead."""
    undecided: set[str] = set()
    for concept in vocabulary.concepts.values():
        recent = concept.recent_of
        if recent is None or concept.id in present:
            continue
        event = present.get(recent.concept)
        if event is None:
            if recent.concept in absent:
                absent.setdefault(concept.id, absent[recent.concept])
        elif event.on is None:
            undecided.add(concept.id)
        elif (days := (today - event.on).days) <= recent.within_days:
            by = f"by {recent.citation}" if recent.citation else "assuage's own limit"
            words = f"{event.words}, {days} days ago, within {recent.within_days} days ({by})"
            for implied in vocabulary.implied(concept.id):
                present.setdefault(implied, Because(words, event.on))
        else:
            absent.setdefault(concept.id, Because(f"{event.words}, {days} days ago", event.on))
    return frozenset(undecided)


def _ungraded(vocabulary: Vocabulary, present: Known) -> frozenset[str]:
    """Return the grades (severity, type, control) of what is present that no line states.

    Who lists cirrhosis and attests that nothing else is there has not said that it is mild.
    """
    grades = [concept for concept in vocabulary.concepts.values() if concept.grades]
    stated = {concept.grades for concept in grades if concept.id in present}
    general = present.keys() - stated
    undecided: set[str] = set()
    while fresh := {
        concept.id
        for concept in grades
        if concept.grades in general | undecided and concept.id not in present.keys() | undecided
    }:
        undecided |= fresh
    return frozenset[str]().union(*map(vocabulary.implied, undecided)) - present.keys()


def _history_settles(concept: Concept) -> bool:
    """An attested history covers what can be listed, not what has a key of its own."""
    listed = concept.kind in {"condition", "history"} and not concept.allergy_to
    return listed or (concept.kind == "pregnancy" and not concept.id.startswith(PREGNANCY))


def _medicines_by_concept(
    record: PatientRecord, vocabulary: Vocabulary
) -> dict[str, tuple[RecordedMedicine, ...]] | None:
    """Medicines on the list, and drugs tried before as stopped on a day that is not recorded."""
    if record.medications is None:
        return None
    listed = {entry.medicine for entry in record.medications}
    tried = [
        RecordedMedicine(
            name=attempt.as_written,
            medicine=attempt.drug,
            concepts=vocabulary.concepts_of(vocabulary.medicines[attempt.drug]),
            where="attempts",
            stopped=True,
        )
        for attempt in record.attempts
        if attempt.drug in vocabulary.medicines and attempt.drug not in listed
    ]
    found: dict[str, tuple[RecordedMedicine, ...]] = {}
    for entry in (*record.medications, *tried):
        for concept in entry.concepts:
            found[concept] = (*found.get(concept, ()), entry)
    return found


def contradictions(
    record: PatientRecord, vocabulary: Vocabulary, *, today: date
) -> tuple[Problem, ...]:
    """Return what the record says to be both present and absent."""
    present = _weigh(record, vocabulary, today).present
    listed = _spread(vocabulary, _listed(record))
    found = [
        _both(f"{record.name}, {condition.where}", condition.name, present[concept].words)
        for condition in record.absent
        for concept in condition.concepts
        if concept in present
    ]
    for concept, is_present, answer in _answers(record, vocabulary):
        if concept in listed and not is_present:
            words = f"{vocabulary.label(concept)} ({answer})"
            found.append(_both(record.name, words, listed[concept].words))
    return tuple(dict.fromkeys(found))


def _both(where: str, absent: str, present: str) -> Problem:
    return Problem(
        where=where,
        found=f"{absent} as absent, but present by {present}",
        expected="a condition to be present or absent, not both",
        do="Correct one of the two.",
    )
