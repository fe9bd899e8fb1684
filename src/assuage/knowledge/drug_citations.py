"""Turn the citations of a drug file into values that carry them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from assuage.errors import InvalidInput
from assuage.knowledge.drug_entries import AdequateTrialEntry, CitedEntry
from assuage.knowledge.parsed import read_knowledge_file
from assuage.knowledge.reading import Located, Problems, nearest
from assuage.knowledge.valuesets import CitationEntry, Folder
from assuage.options.attempt_adequacy import AdequateTrial
from assuage.provenance import Citation, Cited, Source
from assuage.units import MgPerDay

T = TypeVar("T")
PartPath = tuple[str | int, ...]


def read_drug_part(folder: Folder, name: str, problems: Problems) -> Located:
    """Read one file of `drugs` or `plan`; one that cannot be read is reported and empty."""
    try:
        return read_knowledge_file(folder.joinpath(*name.split("/")), name)  # type: ignore[arg-type]
    except InvalidInput as error:
        problems.found.extend(error.problems)
        return Located(name=name, data=None, lines={})


@dataclass(frozen=True, slots=True)
class Citer:
    """Turn the citations of one file into values; what they cite must be in the sources."""

    located: Located
    sources: Mapping[str, Source]
    problems: Problems

    def cite(self, entry: CitationEntry) -> Citation:
        source = self.sources.get(entry.id)
        if source is None:
            self.problems.add(
                self.located.where(self._first_use(entry.id)),
                found=f"the source {entry.id}",
                expected=f"an id of drugs/sources.yaml{nearest(entry.id, self.sources)}",
                do="Correct the id, or add the source there.",
            )
            source = Source(id=entry.id, title=entry.id)
        return Citation(source=source, locator=entry.locator, grade=entry.grade)

    def cited(self, entry: CitedEntry[T]) -> Cited[T]:
        return Cited(value=entry.value, citation=self.cite(entry.source))

    def cited_or_none(self, entry: CitedEntry[T] | None) -> Cited[T] | None:
        return None if entry is None else self.cited(entry)

    def dose(self, entry: CitedEntry[Decimal] | None) -> Cited[MgPerDay] | None:
        if entry is None:
            return None
        return Cited(value=MgPerDay(entry.value), citation=self.cite(entry.source))

    def trial(self, drug: str, entry: AdequateTrialEntry) -> AdequateTrial:
        return AdequateTrial(
            drug=drug,
            weeks=self.cited(entry.weeks),
            set_by=entry.set_by,
            at_least=self.dose(entry.at_least_mg_per_day),
        )

    def _first_use(self, source: str) -> PartPath:
        def part(path: PartPath) -> object:
            data: Any = self.located.data
            for step in path:
                data = data[step]
            return data

        uses = (path for path in self.located.lines if path[-2:] == ("source", "id"))
        return next((path for path in uses if part(path) == source), ())
