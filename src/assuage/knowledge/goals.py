"""Read what drugs are known to do for goals beside pain."""

from decimal import Decimal
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from assuage.knowledge.catalogues import Folder, knowledge_folder, load_catalogues
from assuage.knowledge.citing import CitationEntry, Entry, SourceEntry, cite, read_sources
from assuage.knowledge.parsed import read_knowledge_file
from assuage.knowledge.reading import Located, Problems, check, nearest
from assuage.options.goals import Effect, GoalEntry
from assuage.patient.record import Goal
from assuage.provenance import Source
from assuage.units import MgPerDay

FILE = "effects/goals.yaml"
_Percent = Annotated[float, Field(ge=0, le=100)]


class _Seen(Entry):
    """Percentages of an adverse event in a table of `label_frequencies.csv`."""

    adverse_event: str = Field(min_length=1)
    with_drug: _Percent
    with_placebo: _Percent


class _Entry(Entry):
    about: str
    goal: Goal
    effect: Effect
    because: str = Field(min_length=1)
    graded_by: Literal["source", "assuage"]
    source: CitationEntry
    from_mg_per_day: Annotated[Decimal, Field(gt=0)] | None = None
    seen: _Seen | None = None


class _Goals(Entry):
    sources: dict[str, SourceEntry] = Field(default_factory=dict[str, SourceEntry])
    entries: tuple[_Entry, ...]


def load_goals(folder: Folder | None = None) -> tuple[GoalEntry, ...]:
    """Return the entries of `effects/goals.yaml`. InvalidInput with every problem of it."""
    return _own() if folder is None else _read(folder)


@cache
def _own() -> tuple[GoalEntry, ...]:
    return _read(knowledge_folder())


def _read(folder: Folder) -> tuple[GoalEntry, ...]:
    problems = Problems()
    located = read_knowledge_file(folder.joinpath(*FILE.split("/")), FILE)
    file = check(TypeAdapter(_Goals), located, problems)
    problems.refuse_if_any()
    assert file is not None  # else a problem was found
    own = {n: Source(id=n, title=s.title, url=s.url) for n, s in file.sources.items()}
    sources = {**read_sources(knowledge_folder(), problems), **own}
    _check_entries(file, located, problems)
    entries = tuple(
        GoalEntry(
            about=entry.about,
            goal=entry.goal,
            effect=entry.effect,
            because=entry.because,
            graded_by=entry.graded_by,
            citation=cite(entry.source, sources, located.where(("entries", place)), problems),
            from_mg_per_day=None
            if entry.from_mg_per_day is None
            else MgPerDay(entry.from_mg_per_day),
        )
        for place, entry in enumerate(file.entries)
    )
    problems.refuse_if_any()
    return entries


def _check_entries(file: _Goals, located: Located, problems: Problems) -> None:
    """Each about a candidate or its class, once for a goal; a dose only where it helps."""
    candidates = load_catalogues().treatments.candidates
    known = {drug.id for drug in candidates} | {drug.drug_class for drug in candidates}
    seen: set[tuple[str, Goal]] = set()
    for place, entry in enumerate(file.entries):
        where = located.where(("entries", place))
        if entry.about not in known:
            problems.add(
                where,
                found=f"an entry about {entry.about}",
                expected="a candidate drug or its class" + nearest(entry.about, known),
                do="Correct it.",
            )
        if (entry.about, entry.goal) in seen:
            problems.add(
                where,
                found=f"{entry.about} and {entry.goal} again",
                expected="one entry for a drug and a goal",
                do="Keep one.",
            )
        seen.add((entry.about, entry.goal))
        if entry.from_mg_per_day is not None and entry.effect != "helps":
            problems.add(
                where,
                found=f"from_mg_per_day beside {entry.effect}",
                expected="a dose only where the drug helps",
                do="Remove it.",
            )
