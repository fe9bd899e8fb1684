"""Read what trials found of combinations, and how a gabapentinoid may be added."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import cast

from pydantic import Field, TypeAdapter

from assuage.knowledge.catalogues import Catalogues, Folder, knowledge_folder, load_catalogues
from assuage.knowledge.cells import Cells
from assuage.knowledge.citing import CitationEntry, Entry, SourceEntry
from assuage.knowledge.parsed import read_knowledge_file
from assuage.knowledge.reading import Located, Problems, check, nearest, read_csv, read_text
from assuage.knowledge.rules import load_safety, read_rules
from assuage.options.combination import (
    AddingDose,
    CombinationKnowledge,
    CombinationTrial,
    Finding,
    Review,
    Unit,
)
from assuage.options.rule import compile_rules
from assuage.provenance import Citation, Cited, Source
from assuage.units import MgPerDay

FOLDER, CLASS = "combination", "gabapentinoid"
COLUMNS = (
    *("trial", "year", "antidepressant", "gabapentinoid", "design", "people", "who"),
    *("compared_with", "outcome", "unit", "estimate", "low", "high", "finding"),
    *("source_id", "locator", "note"),
)
_FINDINGS = ("better", "no better", "unclear")
_UNITS = ("points", "per_1000")


class _Dose(Entry):
    value: Decimal = Field(gt=0)
    source: CitationEntry


class _Count(Entry):
    value: int = Field(gt=0)
    source: CitationEntry


class _Words(Entry):
    value: str = Field(min_length=1)
    source: CitationEntry


class _Dosing(Entry):
    start: _Dose
    step: _Dose
    interval_days: _Count
    maximum: _Dose
    smallest: _Dose
    times_a_day: _Count
    stop: _Words


class _Review(Entry):
    finding: str = Field(min_length=1)
    trials: int = Field(gt=0)
    people: int = Field(gt=0)
    source: CitationEntry


class _ReviewFile(Entry):
    review: _Review


def load_combinations(folder: Folder | None = None) -> CombinationKnowledge:
    """Return all of `combination/`. Raises InvalidInput with every problem of its files."""
    return _own() if folder is None else _read(folder)


@cache
def _own() -> CombinationKnowledge:
    return _read(knowledge_folder())


def _read(folder: Folder) -> CombinationKnowledge:
    problems = Problems()
    catalogues, safety = load_catalogues(), load_safety()
    entries = check(TypeAdapter(dict[str, SourceEntry]), _part(folder, "sources"), problems) or {}
    sources = {
        name: Source(id=name, title=each.title, url=each.url) for name, each in entries.items()
    }
    doses = _doses(_part(folder, "dosing"), sources, problems)
    review = _review(_part(folder, "review"), sources, problems)
    classes = _classes(catalogues)
    trials = _trials(folder, classes, sources, problems)
    rules = read_rules(_part(folder, "rules"), safety, {CLASS: tuple(doses)}, sources, problems)
    problems.refuse_if_any()
    assert review is not None  # else a problem was found
    return CombinationKnowledge(
        trials=trials,
        review=review,
        doses=doses,
        rules=compile_rules(rules, tuple(doses), {CLASS: tuple(doses)}),
        classes=classes,
    )


def _part(folder: Folder, name: str) -> Located:
    file = f"{FOLDER}/{name}.yaml"
    return read_knowledge_file(folder.joinpath(FOLDER, f"{name}.yaml"), file)


def _classes(catalogues: Catalogues) -> dict[str, str]:
    """The class of every antidepressant and gabapentinoid."""
    return {
        drug.id: drug.drug_class
        for drug in catalogues.treatments.treatments.values()
        if drug.is_candidate or drug.drug_class == CLASS
    }


def _doses(
    located: Located, sources: Mapping[str, Source], problems: Problems
) -> dict[str, AddingDose]:
    entries = check(TypeAdapter(dict[str, _Dosing]), located, problems) or {}
    for drug, entry in entries.items():
        if not entry.smallest.value <= entry.start.value <= entry.maximum.value:
            problems.add(
                located.where((drug, "start")),
                found=f"a start of {entry.start.value} mg",
                expected=f"from {entry.smallest.value} to {entry.maximum.value} mg",
                do="Correct the doses.",
            )
    cite = _Citing(located, sources, problems)
    return {drug: _dosing(drug, entry, cite) for drug, entry in entries.items()}


@dataclass(frozen=True, slots=True)
class _Citing:
    """Give the citation of a part of one file; a source that is not listed is a problem."""

    located: Located
    sources: Mapping[str, Source]
    problems: Problems

    def __call__(self, entry: CitationEntry, *path: str) -> Citation:
        _known_source(entry.id, self.located.where(path), self.sources, self.problems)
        source = self.sources.get(entry.id) or Source(id=entry.id, title=entry.id)
        return Citation(source=source, locator=entry.locator, grade=entry.grade)


def _dosing(drug: str, entry: _Dosing, cite: _Citing) -> AddingDose:
    def dose(part: str, each: _Dose) -> Cited[MgPerDay]:
        return Cited(value=MgPerDay(each.value), citation=cite(each.source, drug, part))

    def count(part: str, each: _Count) -> Cited[int]:
        return Cited(value=each.value, citation=cite(each.source, drug, part))

    return AddingDose(
        drug=drug,
        start=dose("start", entry.start),
        step=dose("step", entry.step),
        interval_days=count("interval_days", entry.interval_days),
        maximum=dose("maximum", entry.maximum),
        smallest=dose("smallest", entry.smallest),
        times_a_day=count("times_a_day", entry.times_a_day),
        stop=Cited(value=entry.stop.value, citation=cite(entry.stop.source, drug, "stop")),
    )


def _review(located: Located, sources: Mapping[str, Source], problems: Problems) -> Review | None:
    entry = check(TypeAdapter(_ReviewFile), located, problems)
    if entry is None:
        return None
    review = entry.review
    return Review(
        finding=review.finding,
        trials=review.trials,
        people=review.people,
        citation=_Citing(located, sources, problems)(review.source, "review", "source"),
    )


def _known_source(name: str, where: str, sources: Mapping[str, Source], problems: Problems) -> None:
    if name not in sources:
        problems.add(
            where,
            found=f"the source {name}",
            expected=f"an id of {FOLDER}/sources.yaml" + nearest(name, sources),
            do="Correct the id, or add the source there.",
        )


def _trials(
    folder: Folder, classes: Mapping[str, str], sources: Mapping[str, Source], problems: Problems
) -> tuple[CombinationTrial, ...]:
    table = f"{FOLDER}/trials.csv"
    rows = read_csv(read_text(folder.joinpath(FOLDER, "trials.csv")), table, COLUMNS, problems)
    second = {drug for drug, drug_class in classes.items() if drug_class == CLASS}
    return tuple(
        _trial(Cells(row, problems), set(classes) - second, second, sources) for row in rows
    )


def _trial(
    cells: Cells, first: Collection[str], second: Collection[str], sources: Mapping[str, Source]
) -> CombinationTrial:
    source = cells.id_in("source_id", sources, table=f"{FOLDER}/sources.yaml")
    estimate, low, high = (cells.number_or_none(c) for c in ("estimate", "low", "high"))
    finding = cast("Finding", cells.one_of("finding", _FINDINGS))
    if (low is None) != (high is None) or (low is not None and estimate is None):
        cells.wrong("low", expected="an estimate with both limits, or neither", do="Complete it.")
    elif None not in (low, estimate, high) and not low <= estimate <= high:  # type: ignore[operator]
        cells.wrong("estimate", expected="an estimate within its limits", do="Correct it.")
    elif finding == "better" and (low is None or high is None or low <= 0 <= high):
        cells.wrong("finding", expected="better only with an interval without 0", do="Correct it.")
    return CombinationTrial(
        trial=cells.filled("trial"),
        year=cells.integer("year", low=1950),
        antidepressant=cells.one_of("antidepressant", first),
        gabapentinoid=cells.one_of("gabapentinoid", second),
        design=cells.filled("design"),
        who=cells.filled("who"),
        compared_with=cells.filled("compared_with"),
        outcome=cells.filled("outcome"),
        unit=cast("Unit", cells.one_of("unit", _UNITS)),
        finding=finding,
        citation=Citation(
            source=sources.get(source) or Source(id=source, title=source),
            locator=cells.filled("locator"),
        ),
        people=cells.integer_or_none("people", low=1),
        estimate=estimate,
        low=low,
        high=high,
        note=cells.text("note"),
    )
