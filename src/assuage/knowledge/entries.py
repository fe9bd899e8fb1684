"""What the entries of the knowledge files share: strict keys, words, sources and citations."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from assuage.knowledge.reading import Problems, nearest
from assuage.provenance import Citation, Source


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
