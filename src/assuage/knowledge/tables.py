"""What cited tables have in common: their list of sources, and rows that must not stand twice."""

from collections.abc import Mapping, Sequence

from assuage.knowledge.cells import Cells
from assuage.knowledge.reading import Problems, Row, read_csv
from assuage.provenance import Source


def cited_sources(text: str, name: str, problems: Problems) -> Mapping[str, Source]:
    """Read a list of sources with the columns source_id, title and url."""
    rows = read_csv(text, name, ("source_id", "title", "url"), problems)
    find_duplicates(rows, ("source_id",), problems)
    sources = [
        Source(id=c.filled("source_id"), title=c.filled("title"), url=c.text("url"))
        for c in (Cells(row, problems) for row in rows)
    ]
    return {source.id: source for source in sources}


def find_duplicates(rows: Sequence[Row], columns: Sequence[str], problems: Problems) -> None:
    """Add a problem for each row whose `columns` are all as in an earlier row."""
    seen: dict[tuple[str, ...], Row] = {}
    for row in rows:
        key = tuple(row.cells[column] for column in columns)
        first = seen.setdefault(key, row)
        if first is not row:
            problems.add(
                row.where,
                found=f"{', '.join(part for part in key if part)} a second time "
                f"(first in row {first.number})",
                expected=f"each {' + '.join(columns)} once",
                do="Keep one of the two.",
            )
