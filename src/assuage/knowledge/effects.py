"""Read how often labels and trials outside the network report each adverse event."""

from collections.abc import Collection, Mapping
from typing import cast, get_args

from assuage.evidence.label import LabelFrequency, LabelPeople, LabelSetting, LabelSourceType
from assuage.knowledge.catalogues import Catalogues, Folder, knowledge_folder, load_catalogues
from assuage.knowledge.cells import Cells
from assuage.knowledge.reading import Problems, read_csv, read_text
from assuage.knowledge.tables import cited_sources, find_duplicates
from assuage.provenance import Citation, Source

COLUMNS = (
    *("drug", "adverse_event", "outcome", "percent_drug", "percent_placebo", "n_drug"),
    *("n_placebo", "people", "setting", "population", "source_id", "section", "source_type"),
    "note",
)
IDENTITY = ("drug", "adverse_event", "people", "population")


def load_label_frequencies(
    folder: Folder | None = None, catalogues: Catalogues | None = None
) -> tuple[LabelFrequency, ...]:
    """Read `label_frequencies.csv` and its `sources.csv` (None: those that come with assuage).

    Raises InvalidInput with every problem of both files.
    """
    problems = Problems()
    folder = folder if folder is not None else knowledge_folder().joinpath("effects")
    catalogues = catalogues or load_catalogues()
    sources = cited_sources(
        read_text(folder.joinpath("sources.csv")), "effects/sources.csv", problems
    )
    text = read_text(folder.joinpath("label_frequencies.csv"))
    rows = read_csv(text, "effects/label_frequencies.csv", COLUMNS, problems)
    values = tuple(_frequency(Cells(row, problems), sources, catalogues) for row in rows)
    find_duplicates(rows, IDENTITY, problems)
    problems.refuse_if_any()
    return values


def _frequency(
    cells: Cells, sources: Mapping[str, Source], catalogues: Catalogues
) -> LabelFrequency:
    source = cells.id_in("source_id", sources, table="effects/sources.csv")
    below = cells.text("percent_placebo").startswith("<")
    return LabelFrequency(
        drug=cells.id_in("drug", catalogues.treatments.treatments, table="treatments.yaml"),
        adverse_event=cells.filled("adverse_event"),
        outcome=_outcome(cells, catalogues.outcomes),
        percent_drug=cells.percent("percent_drug"),
        percent_placebo=cells.percent("percent_placebo", or_below=True)
        if cells.text("percent_placebo")
        else None,
        placebo_is_below=below,
        n_drug=cells.integer_or_none("n_drug", low=1),
        n_placebo=cells.integer_or_none("n_placebo", low=1),
        people=cast("LabelPeople", cells.one_of("people", get_args(LabelPeople))),
        setting=cast("LabelSetting", cells.one_of("setting", get_args(LabelSetting))),
        population=cells.filled("population"),
        source_type=cast("LabelSourceType", cells.one_of("source_type", get_args(LabelSourceType))),
        citation=Citation(
            source=sources.get(source, Source(id=source, title="")), locator=cells.text("section")
        ),
        row=cells.row.number,
        note=cells.text("note"),
    )


def _outcome(cells: Cells, known: Collection[str]) -> str:
    """Return our outcome for the event; an event that has our id must carry it."""
    if not cells.text("outcome"):
        if cells.text("adverse_event") in known:
            cells.wrong("outcome", expected="the outcome of that name", do="Fill the cell.")
        return ""
    return cells.id_in("outcome", known, table="outcomes.yaml")
