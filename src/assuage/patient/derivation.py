"""From what was recorded to what follows from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from assuage.errors import Problem
from assuage.patient.facts import (
    ANY_ALCOHOL,
    HEAVY_ALCOHOL,
    PREGNANCY,
    SUICIDAL_NOW,
    SUICIDALITY,
    Facts,
    known_fact,
)
from assuage.patient.finding import Finding, Quantity, Unread
from assuage.patient.quantities import derive_quantities
from assuage.patient.reaction import reasons_of
from assuage.patient.record import PatientRecord, Pregnancy, RecordedMedicine
from assuage.patient.vocabulary import Concept, Vocabulary


@dataclass(frozen=True, slots=True)
class _Because:
    """Why a concept is taken as present or absent, and the latest day that goes with it.

    `computed` says that a number which nobody measured shows it.
    """

    words: str
    on: date | None = None
    computed: bool = False


_Known = dict[str, _Because]


def derive_facts(record: PatientRecord, vocabulary: Vocabulary, *, today: date) -> Facts:
    """Return everything that follows from a record on a day, each fact with its because."""
    quantities = derive_quantities(record, vocabulary)
    present = _spread(vocabulary, _stated(record, vocabulary, quantities))
    excluded = _excluded(record, vocabulary, quantities)
    absent = {concept: why for concept, why in excluded.items() if concept not in present}
    undecided = _weigh_recent_events(vocabulary, present, absent, today)
    undecided |= _ungraded(vocabulary, present)
    absent = _spread_back(vocabulary, absent)
    if record.all_others_absent:
        because = _Because("the history was taken and every other condition is absent")
        for concept in vocabulary.concepts.values():
            if _history_settles(concept) and concept.id not in undecided:
                absent.setdefault(concept.id, because)
    states = {
        concept: replace(
            known_fact(vocabulary, concept, why.words, finding=finding, on=why.on),
            computed=why.computed,
        )
        for known, finding in ((absent, Finding.ABSENT), (present, Finding.PRESENT))
        for concept, why in known.items()
    }
    return Facts(
        today=today,
        record=record,
        vocabulary=vocabulary,
        states=states,
        quantities=quantities,
        taking=_medicines_by_concept(record, vocabulary),
        unread=tuple(_unread(record)),
    )


def _stated(
    record: PatientRecord, vocabulary: Vocabulary, quantities: Mapping[str, Quantity]
) -> Iterable[tuple[str, _Because]]:
    """Every concept that some line of the record makes present by itself."""
    yield from _listed(record)
    yield from _told_of_attempts(record, vocabulary)
    if record.pain.condition in vocabulary.concepts:
        yield record.pain.condition, _Because(f"pain: {record.pain.as_written}")
    for concept, is_present, words in _answers(record, vocabulary):
        if is_present:
            yield concept, _Because(words)
    for concept in vocabulary.concepts.values():
        for allergy in record.allergies or ():
            if allergy.concepts & set(concept.allergy_to):
                yield concept.id, _Because(f"allergy to {allergy.name} ({allergy.where})")
        for shown in concept.shown_by:
            measured = quantities.get(shown.threshold.fact)
            of_sex = record.sex is None or shown.sex in {None, record.sex}
            if measured is not None and of_sex and shown.threshold.holds(measured.value):
                by_whom = shown.citation.source.title.split(",")[0]
                words = f"{measured.label} {measured}, {shown.words} ({by_whom})"
                yield concept.id, _Because(words, measured.on, measured.computed)


def _listed(record: PatientRecord) -> Iterable[tuple[str, _Because]]:
    for condition in record.conditions:
        for concept in condition.concepts:
            yield concept, _Because(f"{condition.name} ({condition.where})", condition.on)


def _told_of_attempts(
    record: PatientRecord, vocabulary: Vocabulary
) -> Iterable[tuple[str, _Because]]:
    """What stopped a drug before is history: who had a serotonin syndrome then, had one."""
    for attempt in record.attempts:
        for reason in reasons_of(attempt):
            for name in vocabulary.conditions_named(reason) or ():
                if vocabulary.concepts[name].kind == "history" and name != SUICIDAL_NOW:
                    yield name, _Because(f"{reason}, on {attempt.as_written} (attempts)")


def _excluded(
    record: PatientRecord, vocabulary: Vocabulary, quantities: Mapping[str, Quantity]
) -> _Known:
    """Every concept that some line of the record makes absent by itself."""
    found = {
        concept: _Because(f"{condition.name} ({condition.where})")
        for condition in record.absent
        for concept in condition.concepts
    }
    for concept, is_present, words in _answers(record, vocabulary):
        if not is_present:
            found.setdefault(concept, _Because(words))
    for concept in vocabulary.concepts.values():
        if concept.allergy_to and record.allergies is not None:
            found.setdefault(concept.id, _Because("not in the list of allergies"))
        names = dict.fromkeys(shown.threshold.fact for shown in concept.shown_by)
        measured = [quantities[name] for name in names if name in quantities]
        needed = {"never": 0, "by_all": len(names), "by_one": 1}[concept.ruled_out]
        if needed and len(measured) >= needed:
            words = ", ".join(f"{quantity.label} {quantity}" for quantity in measured)
            found.setdefault(concept.id, _Because(words))
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
    for gene, phenotype in record.genotypes.items():
        found = f"{gene.lower()}_{phenotype}_metaboliser"
        for concept in vocabulary.concepts.values():
            if concept.kind == "genotype" and concept.id.startswith(f"{gene.lower()}_"):
                yield concept.id, concept.id == found, f"{gene}: {phenotype}"


def _pregnancy(known: Pregnancy) -> str:
    if known.weeks is not None:
        return f"pregnancy: {known.weeks} weeks"
    return f"pregnancy: {'yes' if known.pregnant else 'no'}"


def _spread(vocabulary: Vocabulary, stated: Iterable[tuple[str, _Because]]) -> _Known:
    """A concept that is present makes present what it implies. The latest date is kept.

    A computed number never takes the place of what was recorded: dialysis is said as dialysis.
    """
    found: _Known = {}
    for origin, because in stated:
        for concept in vocabulary.implied(origin):
            before = found.get(concept)
            if before is None or (
                not because.computed and (before.on or date.min) < (because.on or date.min)
            ):
                found[concept] = because
    return found


def _spread_back(vocabulary: Vocabulary, absent: _Known) -> _Known:
    """A concept that is absent makes absent whatever would imply it."""
    found = dict(absent)
    for concept in vocabulary.concepts:
        for implied in vocabulary.implied(concept):
            if implied in absent:
                found.setdefault(concept, absent[implied])
    return found


def _weigh_recent_events(
    vocabulary: Vocabulary, present: _Known, absent: _Known, today: date
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
                present.setdefault(implied, _Because(words, event.on))
        else:
            absent.setdefault(concept.id, _Because(f"{event.words}, {days} days ago"))
    return frozenset(undecided)


def _ungraded(vocabulary: Vocabulary, present: _Known) -> frozenset[str]:
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


def _unread(record: PatientRecord) -> Iterable[Unread]:
    """What could not be read; an unknown condition may speak against any drug, as a medicine may.

    An allergy or an earlier attempt of unknown name holds back when it looks like a medicine. A
    code that no rule reads holds nothing back; an unknown name among the absent settles nothing.
    """
    for medicine in record.medications or ():
        if medicine.medicine is None:
            yield _unknown("medicine", medicine.name, medicine.hint, holds_back=True)
    for allergy in record.allergies or ():
        if not allergy.concepts:
            name = f"allergy to {allergy.name}"
            yield _unknown("medicine", name, allergy.hint, holds_back=bool(allergy.hint))
    yield from _unread_conditions(record)
    for attempt in record.attempts:
        if not attempt.drug:
            name = f"{attempt.as_written} (tried before)"
            yield _unknown("medicine", name, attempt.hint, holds_back=bool(attempt.hint))


def _unread_conditions(record: PatientRecord) -> Iterable[Unread]:
    for condition in record.conditions:
        if not condition.known:
            yield _unknown("condition", condition.name, condition.hint, holds_back=True)
        elif not condition.concepts:
            because = "no rule looks at this condition"
            yield Unread(name=condition.name, because=because, holds_back=False)
    for condition in record.absent:
        if not condition.known:
            name = f"{condition.name} (absent)"
            yield _unknown("condition", name, condition.hint, holds_back=False)


def _unknown(kind: str, name: str, hint: str, *, holds_back: bool) -> Unread:
    because = f"no {kind} is known by this name{hint}"
    return Unread(name=name, because=because, holds_back=holds_back)


def contradictions(record: PatientRecord, vocabulary: Vocabulary) -> tuple[Problem, ...]:
    """Return what the record says to be both present and absent."""
    quantities = derive_quantities(record, vocabulary)
    present = _spread(vocabulary, _stated(record, vocabulary, quantities))
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
