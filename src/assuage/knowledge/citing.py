"""What every reader of the reviewed files shares: strict entries, sources and their citations."""

from collections.abc import Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from assuage.knowledge.parsed import read_knowledge_file
from assuage.knowledge.reading import Located, Problems, check, nearest
from assuage.provenance import Citation, Source

Folder = Traversable | Path
SOURCES = ("rules/sources.yaml", "genes/sources.yaml", "kinetics/sources.yaml")
"""The lists of sources; a folder need not have the second and third."""


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_one_or_many)]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceEntry(Entry):
    title: str = Field(min_length=1)
    url: str = ""


class CitationEntry(Entry):
    """`{id, locator, grade}`, the id being one of rules/sources.yaml."""

    id: str
    locator: str = ""
    grade: str = ""


def read_part(folder: Folder, name: str) -> Located:
    """Read one YAML file of the knowledge folder."""
    return read_knowledge_file(folder.joinpath(*name.split("/")), name)  # type: ignore[arg-type]


def read_sources(folder: Folder, problems: Problems) -> dict[str, Source]:
    """Return the sources of rules, thresholds, gene guidance and enzymes, by id."""
    found: dict[str, Source] = {}
    for name in SOURCES:
        if name != SOURCES[0] and not folder.joinpath(*name.split("/")).is_file():
            continue
        located = read_part(folder, name)
        entries = check(TypeAdapter(dict[str, SourceEntry]), located, problems) or {}
        for each, entry in entries.items():
            if each in found:
                problems.add(
                    located.where((each,)),
                    found=f"the source {each} again",
                    expected="each source in one list",
                    do="Remove one of the two.",
                )
            found[each] = Source(id=each, title=entry.title, url=entry.url)
    return found


def cite(
    entry: CitationEntry, sources: Mapping[str, Source], where: str, problems: Problems
) -> Citation:
    """Return the citation, adding a problem when no source has its id."""
    source = sources.get(entry.id)
    if source is None:
        problems.add(
            where,
            found=f"the source {entry.id}",
            expected="an id of rules/sources.yaml" + nearest(entry.id, sources),
            do="Correct the id, or add the source there.",
        )
        source = Source(id=entry.id, title=entry.id)
    return Citation(source=source, locator=entry.locator, grade=entry.grade)


def cite_place(
    source: str, locator: str, sources: Mapping[str, Source], where: str, problems: Problems
) -> Citation:
    """Return the citation of a place in a guideline, whose evidence grade is A."""
    return cite(CitationEntry(id=source, locator=locator, grade="A"), sources, where, problems)
