"""Read the value sets: concepts, medicines, classes and measurements."""

from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import Field, TypeAdapter

from assuage.errors import InvalidInput
from assuage.knowledge.citing import CitationEntry, Entry, Folder, Words, cite, read_part
from assuage.knowledge.enzymes import acting_after_stop, read_enzymes, with_enzymes
from assuage.knowledge.measures import read_measures
from assuage.knowledge.medicines import read_medicines, read_spellings
from assuage.knowledge.reading import Located, Problems, check, nearest
from assuage.patient.reaction import ReactionWords
from assuage.patient.vocabulary import (
    Concept,
    ConceptKind,
    Measure,
    RecentOf,
    ShownBy,
    Threshold,
    Vocabulary,
)
from assuage.provenance import Source

_RULED_OUT: Mapping[str, Literal["never", "by_all", "by_one"]] = {
    "not_recorded": "never",
    "absent": "by_all",
    "absent_by_one": "by_one",
}


class LimitEntry(Entry):
    fact: str
    limit: float
    unit: str


class BetweenEntry(Entry):
    fact: str
    low: float
    high: float
    unit: str


class _ShownBy(Entry):
    source: CitationEntry
    below: LimitEntry | None = None
    above: LimitEntry | None = None
    at_least: LimitEntry | None = None
    between: BetweenEntry | None = None
    sex: Literal["female", "male"] | None = None


class _RecentOf(Entry):
    concept: str
    within_days: int = Field(gt=0)
    graded_by: Literal["source", "assuage"] = "assuage"
    source: CitationEntry | None = None


class _Concept(Entry):
    kind: ConceptKind
    label: str = Field(min_length=1)
    definition: str = ""
    synonyms: Words = ()
    icd10cm: Words = ()
    loinc: Words = ()
    atc: Words = ()
    rxnorm: Words = ()
    implies: Words = ()
    unit: str = ""
    shown_by: tuple[_ShownBy, ...] = ()
    otherwise: Literal["absent", "absent_by_one", "not_recorded"] = "not_recorded"
    recent_of: _RecentOf | None = None
    grades: str = ""
    allergy_to: Words = ()
    members: Words = ()
    source: str = ""
    note: str = ""


class _Reactions(Entry):
    serious: Words = ()
    no_reaction: Words = ()
    shared_by: Words = ()


def read_classes(folder: Folder, problems: Problems) -> dict[str, tuple[str, ...]]:
    """Return the drugs of each class that rules speak of."""
    located = read_part(folder, "valuesets/classes.yaml")
    return check(TypeAdapter(dict[str, tuple[str, ...]]), located, problems) or {}


def read_vocabulary(
    folder: Folder,
    sources: Mapping[str, Source],
    classes: Mapping[str, Iterable[str]],
    problems: Problems,
) -> Vocabulary:
    """Return the words of a record: concepts, medicines (candidate drugs too) and measurements."""
    measurements = read_part(folder, "valuesets/measurements.yaml")
    measures = read_measures(measurements, sources, problems)
    located = read_part(folder, "valuesets/concepts.yaml")
    entries = check(TypeAdapter(dict[str, _Concept]), located, problems)
    if entries is None:  # without concepts everything else would seem wrong
        raise InvalidInput(problems.found)
    concepts = {
        name: _concept(name, entry, measures, sources, located, problems)
        for name, entry in entries.items()
    }
    listed = read_medicines(folder, concepts, classes, problems)
    enzymes = read_enzymes(folder, listed, concepts, sources, problems)
    medicines = with_enzymes(listed, enzymes)
    known = {*concepts, *medicines}
    for name, entry in entries.items():
        where = located.where((name,))
        recent = {entry.recent_of.concept} if entry.recent_of else set[str]()
        graded = {entry.grades} if entry.grades else set[str]()
        _all_known({*entry.implies, *recent, *graded}, concepts, "concept", where, problems)
        _all_known(entry.allergy_to, known, "medicine or medication concept", where, problems)
    return Vocabulary(
        concepts=concepts,
        medicines=medicines,
        measures=measures,
        reactions=_reactions(read_part(folder, "valuesets/reactions.yaml"), concepts, problems),
        acts_after_stop=acting_after_stop(enzymes),
        spellings=read_spellings(folder, medicines, problems),
    )


def _reactions(
    located: Located, concepts: Mapping[str, Concept], problems: Problems
) -> ReactionWords:
    entry = check(TypeAdapter(_Reactions), located, problems) or _Reactions()
    known = {name for name, concept in concepts.items() if concept.kind == "medication"}
    _all_known(entry.shared_by, known, "medication concept", located.where(()), problems)
    return ReactionWords(**entry.model_dump())


def _concept(
    name: str,
    entry: _Concept,
    measures: Mapping[str, Measure],
    sources: Mapping[str, Source],
    located: Located,
    problems: Problems,
) -> Concept:
    where = located.where((name,))
    recent = entry.recent_of
    given = entry.model_dump(exclude={"shown_by", "otherwise", "recent_of", "source", "note"})
    return Concept(
        **given,
        id=name,
        shown_by=tuple(
            shown
            for one in entry.shown_by
            if (shown := _shown(one, measures, sources, where, problems)) is not None
        ),
        ruled_out=_RULED_OUT[entry.otherwise],
        recent_of=RecentOf(
            concept=recent.concept,
            within_days=recent.within_days,
            citation=cite(recent.source, sources, where, problems) if recent.source else None,
        )
        if recent
        else None,
    )


def _shown(
    entry: _ShownBy,
    measures: Mapping[str, Measure],
    sources: Mapping[str, Source],
    where: str,
    problems: Problems,
) -> ShownBy | None:
    """Read one threshold: exactly one of below, above, at_least and between."""
    given = [word for word in ("below", "above", "at_least", "between") if getattr(entry, word)]
    if len(given) != 1:
        problems.add(
            where,
            found=" and ".join(given) or "no threshold",
            expected="one of below, above, at_least and between in each entry of shown_by",
            do="Write one threshold per entry.",
        )
        return None
    limits: LimitEntry | BetweenEntry = getattr(entry, given[0])
    measure = find_measure(limits.fact, limits.unit, measures, where, problems)
    if measure is None:
        return None
    factor = measure.factor(limits.unit) or 1.0
    if isinstance(limits, BetweenEntry):
        low, high = limits.low * factor, limits.high * factor
        words = f"from {limits.low:g} to {limits.high:g}"
    else:
        low = None if given[0] == "below" else limits.limit * factor
        high = limits.limit * factor if given[0] == "below" else None
        words = f"{given[0].replace('_', ' ')} {limits.limit:g}"
    return ShownBy(
        threshold=Threshold(
            fact=measure.id,
            low=low,
            high=high,
            low_included=given[0] != "above",
            high_included=given[0] == "between",
        ),
        words=words,
        citation=cite(entry.source, sources, where, problems),
        sex=entry.sex,
    )


def find_measure(
    fact: str, unit: str, measures: Mapping[str, Measure], where: str, problems: Problems
) -> Measure | None:
    """Return the measurement a rule names, if it accepts the unit the rule writes."""
    measure = next((m for m in measures.values() if fact in (m.id, *m.aliases)), None)
    if measure is None:
        problems.add(
            where,
            found=f"the measurement {fact}",
            expected="one of valuesets/measurements.yaml" + nearest(fact, measures),
            do="Correct it, or add the measurement there.",
        )
    elif measure.factor(unit) is None:
        problems.add(
            where,
            found=f"{fact} in {unit}",
            expected=f"{fact} in {' or '.join(measure.units)}",
            do="Write the limit in one of these units.",
        )
        return None
    return measure


def _all_known(
    names: Iterable[str], known: Iterable[str], what: str, where: str, problems: Problems
) -> None:
    for name in names:
        if name not in known:
            problems.add(
                where,
                found=f"the {what} {name}",
                expected=f"a {what} that is listed" + nearest(name, known),
                do="Correct it, or list it.",
            )
