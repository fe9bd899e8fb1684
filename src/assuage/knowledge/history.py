"""Read what earlier attempts mean for the next drug."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, model_validator

from assuage.knowledge.catalogues import Folder, knowledge_folder, load_catalogues
from assuage.knowledge.citing import CitationEntry, Entry, SourceEntry
from assuage.knowledge.parsed import read_knowledge_file
from assuage.knowledge.reading import Located, PathInFile, Problems, check, nearest
from assuage.options.history import HistoryModel, Range, ShareRanges
from assuage.provenance import Citation, Source

FILE = "effects/history.yaml"
_Share = Annotated[float, Field(ge=0, lt=1)]
_Chance = Annotated[float, Field(gt=0, lt=1)]
_Words = Annotated[tuple[str, ...], Field(min_length=1)]


class _Range(Entry):
    low: _Share
    high: _Share

    @model_validator(mode="after")
    def _in_order(self) -> "_Range":
        if self.low > self.high:
            raise ValueError("low at most high")
        return self


class _Shares(Entry):
    person: _Range
    drug_class: _Range
    drug: _Range
    source: CitationEntry
    beside: tuple[CitationEntry, ...] = ()

    @model_validator(mode="after")
    def _leave_something(self) -> "_Shares":
        if self.person.high + self.drug_class.high + self.drug.high >= 1:
            raise ValueError("shares that leave something of 1")
        return self


class _History(Entry):
    set_by: Literal["assuage", "source"]
    sources: dict[str, SourceEntry]
    response: _Shares
    side_effect: _Shares
    usual: Annotated[dict[str, _Chance], Field(min_length=1)]
    usual_source: CitationEntry
    inadequate_shows: Annotated[float, Field(gt=0, lt=1)]
    causes_from_per_1000: Annotated[float, Field(gt=0, lt=1000)]
    reactions: dict[str, _Words]
    partly: _Words
    well: _Words


def load_history(folder: Folder | None = None) -> HistoryModel:
    """Return the model of `effects/history.yaml`. InvalidInput with every problem of it."""
    return _own() if folder is None else _read(folder)


@cache
def _own() -> HistoryModel:
    return _read(knowledge_folder())


def _read(folder: Folder) -> HistoryModel:
    problems = Problems()
    located = read_knowledge_file(folder.joinpath(*FILE.split("/")), FILE)
    entry = check(TypeAdapter(_History), located, problems)
    problems.refuse_if_any()
    assert entry is not None  # else a problem was found
    sources = {
        name: Source(id=name, title=source.title, url=source.url)
        for name, source in entry.sources.items()
    }
    _known(entry.usual, "usual", located, problems)
    _known(entry.reactions, "reactions", located, problems)
    shares = {"response": entry.response, "side_effect": entry.side_effect}
    cited: list[tuple[CitationEntry, PathInFile]] = [(entry.usual_source, ("usual_source",))]
    for name, each in shares.items():
        cited += [(each.source, (name, "source")), *((b, (name, "beside")) for b in each.beside)]
    for citation, path in cited:
        _check_source(citation, path, sources, located, problems)
    problems.refuse_if_any()
    return HistoryModel(
        response=_ranges(entry.response, sources),
        side_effect=_ranges(entry.side_effect, sources),
        usual=entry.usual,
        inadequate_shows=entry.inadequate_shows,
        causes_from=entry.causes_from_per_1000 / 1000,
        reactions=entry.reactions,
        partly=entry.partly,
        well=entry.well,
    )


def _known(names: Iterable[str], part: str, located: Located, problems: Problems) -> None:
    outcomes = load_catalogues().outcomes
    for name in names:
        if name not in outcomes:
            problems.add(
                located.where((part, name)),
                found=f"the outcome {name}",
                expected="an outcome of outcomes.yaml" + nearest(name, outcomes),
                do="Correct or remove it.",
            )


def _check_source(
    citation: CitationEntry,
    path: PathInFile,
    sources: Mapping[str, Source],
    located: Located,
    problems: Problems,
) -> None:
    if citation.id not in sources:
        problems.add(
            located.where(path),
            found=f"the source {citation.id}",
            expected="an id under sources" + nearest(citation.id, sources),
            do="Correct the id, or add the source there.",
        )


def _ranges(entry: _Shares, sources: Mapping[str, Source]) -> ShareRanges:
    return ShareRanges(
        person=Range(low=entry.person.low, high=entry.person.high),
        drug_class=Range(low=entry.drug_class.low, high=entry.drug_class.high),
        drug=Range(low=entry.drug.low, high=entry.drug.high),
        citation=Citation(source=sources[entry.source.id], locator=entry.source.locator),
    )
