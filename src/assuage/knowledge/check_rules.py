"""Read a knowledge folder, and put its rules, words and sources before the checks."""

from collections.abc import Callable, Iterable, Iterator
from typing import get_args

from assuage.errors import InvalidInput
from assuage.knowledge.burdens import FILE as BURDENS
from assuage.knowledge.burdens import load_burdens
from assuage.knowledge.catalogues import knowledge_folder
from assuage.knowledge.citing import Folder, read_part
from assuage.knowledge.coverage import rule_places
from assuage.knowledge.disagreements import FILE, load_disagreements
from assuage.knowledge.drugs import load_drugs
from assuage.knowledge.patient_file import Gene
from assuage.knowledge.reading import Problems
from assuage.knowledge.rules import SafetyKnowledge, load_safety
from assuage.options.reviewed import CheckFinding, CheckResult, Reviewed
from assuage.options.rule_checks import contradicts, doses, duplicates, never_fires, redundant
from assuage.options.satisfiable import World
from assuage.options.word_checks import drugs, named_and_coded, sources
from assuage.plan.dosing import Drug
from assuage.provenance import Citation
from assuage.units import MgPerDay

_PLACES = {
    "concept": "valuesets/concepts.yaml",
    "measure": "valuesets/measurements.yaml",
    "class": "valuesets/classes.yaml",
    "source": "rules/sources.yaml",
}


def check_rules(folder: Folder | None = None) -> tuple[CheckResult, ...]:
    """Return every check of a knowledge folder, by default of what comes with assuage.

    Raises InvalidInput where a file cannot be read as knowledge at all: those are errors, too,
    each with its file and line.
    """
    where = folder or knowledge_folder()
    if not where.joinpath("rules").is_dir():
        _refuse_folder(where)
    safety, described = load_safety(folder), load_drugs(folder)
    adult = {drug.id: _adult_maxima(drug) for drug in described.values()}
    reviewed = Reviewed(
        rules=safety.rules,
        world=World.of(safety.vocabulary, get_args(Gene)),
        classes=safety.classes,
        drugs=tuple(described),
        sources=safety.sources,
        cited=tuple(_cited_beside_rules(safety, folder, tuple(described))),
        highest={name: max(doses) for name, doses in adult.items() if doses},
        lowest={name: min(doses) for name, doses in adult.items() if doses},
        recorded=load_disagreements(folder) if where.joinpath(FILE).is_file() else (),
        places={**rule_places(folder), **_places(where)},
    )
    return _check_all(reviewed)


def _check_all(reviewed: Reviewed) -> tuple[CheckResult, ...]:
    """Run every check, in the order in which a reviewer would want to read them."""
    rules, concepts = len(reviewed.rules), len(reviewed.world.vocabulary.concepts)
    checks: tuple[tuple[str, str, int, Callable[[Reviewed], Iterable[CheckFinding]]], ...] = (
        ("never fires", "Can some patient meet the condition of each rule?", rules, never_fires),
        (
            "contradicts",
            "Do rules about the same drug, condition and region say the same?",
            rules,
            contradicts,
        ),
        ("duplicate", "Is each statement of a source there once?", rules, duplicates),
        ("redundant", "Is a rule outdone wherever it fires?", rules, redundant),
        ("doses", "Do caps fit each other and the drug's maximum?", rules, doses),
        (
            "sources",
            "Is each source cited, with an address, a place and a grade?",
            len(reviewed.sources),
            sources,
        ),
        ("drugs", "Has each drug rules, and each class drugs?", len(reviewed.drugs), drugs),
        ("concepts", "Has each concept names, codes and medicines?", concepts, named_and_coded),
    )
    return tuple(
        CheckResult(name=name, asks=asks, looked_at=number, findings=tuple(check(reviewed)))
        for name, asks, number, check in checks
    )


def _refuse_folder(folder: Folder) -> None:
    problems = Problems()
    problems.add(
        str(folder),
        found="no folder rules in it",
        expected="a folder laid out as src/assuage_knowledge",
        do="Name the folder that holds rules, valuesets and drugs.",
    )
    raise InvalidInput(problems.found)


def _adult_maxima(drug: Drug) -> list[MgPerDay]:
    return [m.dose.value for m in drug.dosing.maxima if m.from_age == 0]


def _cited_beside_rules(
    safety: SafetyKnowledge, folder: Folder | None, drugs: tuple[str, ...]
) -> Iterator[Citation]:
    """Yield what thresholds, shelf lives, mechanisms and burdens cite."""
    yield from _thresholds(safety)
    for measure in safety.vocabulary.measures.values():
        if measure.counts_by is not None:
            yield measure.counts_by
    yield from (m.citation for m in safety.mechanisms.values() if m.citation is not None)
    if (folder or knowledge_folder()).joinpath(BURDENS).is_file():
        for burden in load_burdens(safety, drugs, folder).definitions:
            yield from burden.citations


def _thresholds(safety: SafetyKnowledge) -> Iterator[Citation]:
    for concept in safety.vocabulary.concepts.values():
        yield from (shown.citation for shown in concept.shown_by)
        if concept.recent_of is not None and concept.recent_of.citation is not None:
            yield concept.recent_of.citation


def _places(folder: Folder) -> dict[str, str]:
    places: dict[str, str] = {}
    for kind, name in _PLACES.items():
        located = read_part(folder, name)
        for key in located.data:
            places[f"{kind} {key}"] = located.where((key,))
    return places
