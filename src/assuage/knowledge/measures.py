"""Read the measurements: their units, their bounds, and how long each counts."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, TypeAdapter

from assuage.knowledge.citing import CitationEntry, Entry, Words, cite
from assuage.knowledge.reading import Located, Problems, check
from assuage.patient.vocabulary import Measure
from assuage.provenance import Source

# Numbers that the record gives outside `measurements`.
_OWN_QUANTITIES = (
    Measure(id="age", label="age", unit="years", units={"years": 1, "y": 1}, lowest=0, highest=130),
    Measure(
        id="pregnancy_weeks",
        label="weeks of pregnancy",
        unit="weeks",
        units={"weeks": 1},
        lowest=0,
        highest=45,
    ),
)


def _days(value: Any) -> Any:
    """`for_ever` is said, not left out: a forgotten number must not count for ever."""
    return None if value == "for_ever" else value if value is not None else "nothing"


class _Measure(Entry):
    """`graded_by: source` says that the days are those of the source."""

    label: str = Field(min_length=1)
    unit: str = Field(min_length=1)
    units: dict[str, float]
    plausible: tuple[float, float]
    usual: tuple[float, float] | None = None
    aliases: Words = ()
    loinc: Words = ()
    counts_for_days: Annotated[Annotated[int, Field(gt=0)] | None, BeforeValidator(_days)]
    graded_by: Literal["source", "assuage"] = "assuage"
    source: CitationEntry | None = None


def read_measures(
    located: Located, sources: Mapping[str, Source], problems: Problems
) -> dict[str, Measure]:
    """Return the measurements of the file, and the numbers of other keys (age), by their ids."""
    entries = check(TypeAdapter(dict[str, _Measure]), located, problems) or {}
    read = [
        _measure(name, entry, sources, located.where((name,)), problems)
        for name, entry in entries.items()
    ]
    return {measure.id: measure for measure in (*read, *_OWN_QUANTITIES)}


def _measure(
    name: str, entry: _Measure, sources: Mapping[str, Source], where: str, problems: Problems
) -> Measure:
    cited = cite(entry.source, sources, where, problems) if entry.source else None
    if entry.graded_by == "source" and cited is None:
        problems.add(
            where,
            found=f"graded_by: source for {name}, without a source",
            expected="the source that says how long it counts",
            do="Add the source, or leave graded_by out: then the number is assuage's own.",
        )
    return Measure(
        id=name,
        label=entry.label,
        unit=entry.unit,
        units={entry.unit: 1.0, **entry.units},
        lowest=entry.plausible[0],
        highest=entry.plausible[1],
        aliases=entry.aliases,
        loinc=entry.loinc,
        usual=entry.usual,
        counts_for_days=entry.counts_for_days,
        counts_by=cited,
        counts_by_us=entry.graded_by == "assuage",
    )
