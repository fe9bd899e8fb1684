"""Read what guidelines say of these drugs."""

from collections.abc import Mapping
from typing import cast, get_args

from assuage.evidence.guideline import GuidelineKind, GuidelineLine, GuidelineStatement
from assuage.evidence.treatment import TreatmentCatalogue
from assuage.knowledge.catalogues import Catalogues, Folder, knowledge_folder, load_catalogues
from assuage.knowledge.cells import Cells
from assuage.knowledge.reading import Problems, nearest, read_csv, read_text
from assuage.knowledge.tables import cited_sources, find_duplicates
from assuage.provenance import Citation, Source

COLUMNS = (
    *("guideline", "year", "about", "subject", "statement", "strength", "line", "superseded"),
    *("kind", "source_id", "note"),
)


def load_guidelines(
    folder: Folder | None = None, catalogues: Catalogues | None = None
) -> tuple[GuidelineStatement, ...]:
    """Read `statements.csv` and its `sources.csv` (None: those that come with assuage).

    Raises InvalidInput with every problem of both files.
    """
    problems = Problems()
    folder = folder if folder is not None else knowledge_folder().joinpath("guidelines")
    treatments = (catalogues or load_catalogues()).treatments
    sources = cited_sources(
        read_text(folder.joinpath("sources.csv")), "guidelines/sources.csv", problems
    )
    text = read_text(folder.joinpath("statements.csv"))
    rows = read_csv(text, "guidelines/statements.csv", COLUMNS, problems)
    values = tuple(_statement(Cells(row, problems), sources, treatments) for row in rows)
    find_duplicates(rows, ("guideline", "year", "subject", "statement"), problems)
    problems.refuse_if_any()
    return values


def _statement(
    cells: Cells, sources: Mapping[str, Source], treatments: TreatmentCatalogue
) -> GuidelineStatement:
    source = cells.id_in("source_id", sources, table="guidelines/sources.csv")
    return GuidelineStatement(
        guideline=cells.filled("guideline"),
        year=cells.integer_or_none("year", low=1990),
        about=_about(cells, treatments),
        subject=cells.filled("subject"),
        statement=cells.filled("statement"),
        strength=cells.text("strength"),
        line=cast("GuidelineLine", cells.one_of("line", get_args(GuidelineLine))),
        superseded=cells.yes_or_no("superseded"),
        kind=cast("GuidelineKind", cells.one_of("kind", get_args(GuidelineKind))),
        citation=Citation(source=sources.get(source, Source(id=source, title=""))),
        row=cells.row.number,
        note=cells.text("note"),
    )


def _about(cells: Cells, treatments: TreatmentCatalogue) -> tuple[str, ...]:
    """Return treatment and class ids, which the cell lists with semicolons."""
    known = {*treatments.treatments, *treatments.classes}
    about = tuple(part.strip() for part in cells.text("about").split(";") if part.strip())
    for part in about:
        if part not in known:
            cells.wrong(
                "about",
                expected=f"treatments or classes of treatments.yaml{nearest(part, known)}",
                do=f"Correct {part}.",
            )
    return about
