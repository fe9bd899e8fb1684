"""Burdens as rows that a test can read, as one line each, and as plain data.

A line is worth reading where the drug adds to a burden that is there already; everything else
stands in the data. "QT: methadone, ondansetron; with citalopram 3".
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assuage.options.burden import Burden, Contributor
from assuage.provenance import Citation
from assuage.report.wording import listed


@dataclass(frozen=True, slots=True, kw_only=True)
class BurdenRow:
    """`who` are the medicines that add, with their points where the burden is a scale's.

    `low` words a number that a medicine nobody identified may raise ("at least"), `unit` is empty
    for a plain count, `level` the words of the source whose level is reached, and `has` what the
    person has that makes it worse.
    """

    burden: str
    without: int
    with_drug: int
    who: tuple[str, ...]
    unit: str = ""
    low: str = ""
    level: str = ""
    has: tuple[str, ...] = ()


def burden_rows(burdens: Iterable[Burden]) -> tuple[BurdenRow, ...]:
    """Return the burdens that a drug raises and that are there without it, in their order."""
    return tuple(_row(each, each.without, each.with_drug) for each in burdens if _is_raised(each))


def burden_line(row: BurdenRow, drug: str) -> str:
    """Return a row in short words; `drug` is the drug as the page calls it."""
    number = f"{row.low}{row.with_drug}{row.unit}"
    level = f", {row.level}" if row.level else ""
    has = f"; and the person has {listed(row.has)}" if row.has else ""
    return f"{row.burden}: {', '.join(row.who)}; with {drug} {number}{level}{has}"


def burdens_json(
    burdens: Sequence[Burden], source: Callable[[Citation], Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return every burden as plain data. `without` and `with` are None without a medication list.

    `source` turns a citation into plain data.
    """
    return [_data(each, source) for each in burdens]


def _is_raised(burden: Burden) -> bool:
    return burden.part is not None and bool(burden.without)


def _row(burden: Burden, without: int | None, with_drug: int | None) -> BurdenRow:
    tally = burden.tally
    scaled = tally.definition.counts == "points"
    reached = burden.reached
    return BurdenRow(
        burden=tally.definition.label,
        without=without or 0,
        with_drug=with_drug or 0,
        who=tuple(
            f"{each.name} {each.points}" if scaled else each.name for each in tally.contributors
        ),
        unit=" points" if scaled else "",
        low="at least " if tally.at_least else "",
        level=reached.words if reached else "",
        has=tuple(fact.label for fact in tally.conditions),
    )


def _data(burden: Burden, source: Callable[[Citation], Mapping[str, Any]]) -> dict[str, Any]:
    tally, part = burden.tally, burden.part
    definition = tally.definition
    level = definition.level
    return {
        "burden": definition.id,
        "label": definition.label,
        "meaning": definition.meaning,
        "scale": definition.scale,
        "counts": definition.counts,
        "without": burden.without,
        "with": burden.with_drug,
        "at_least": tally.at_least,
        "contributors": [_contributor(each) for each in tally.contributors],
        "drug_adds": part.points if part else 0,
        "drug_adds_source": source(part.citation) if part else None,
        "person_has": [fact.label for fact in tally.conditions],
        "level": level
        and {
            "at": level.at,
            "words": level.words,
            "reached": burden.reached is not None,
            "source": source(level.citation),
        },
        "source": source(definition.citation),
    }


def _contributor(contributor: Contributor) -> dict[str, Any]:
    return {
        "medicine": contributor.medicine,
        "name": contributor.name,
        "points": contributor.points,
        "where": contributor.where,
    }
