"""Read the pooled estimates that reviews printed."""

from assuage.evidence.published import PublishedEstimate
from assuage.knowledge.catalogues import Folder, knowledge_folder
from assuage.knowledge.cells import Cells
from assuage.knowledge.reading import Problems, read_csv, read_text

NAME = "published_pooled.csv"
COLUMNS = (
    *("outcome", "comparison", "population", "measure", "estimate", "ci_low", "ci_high"),
    *("n_trials", "n_participants", "source", "note"),
)


def load_published(folder: Folder | None = None) -> tuple[PublishedEstimate, ...]:
    """Read `published_pooled.csv` of a folder (None: the one that comes with assuage).

    Raises InvalidInput with every problem of the file.
    """
    problems = Problems()
    folder = folder if folder is not None else knowledge_folder().joinpath("trials")
    rows = read_csv(read_text(folder.joinpath(NAME)), NAME, COLUMNS, problems)
    values = tuple(_estimate(Cells(row, problems)) for row in rows)
    problems.refuse_if_any()
    return values


def _estimate(cells: Cells) -> PublishedEstimate:
    return PublishedEstimate(
        outcome=cells.filled("outcome"),
        comparison=cells.filled("comparison"),
        population=cells.text("population"),
        measure=cells.filled("measure"),
        printed=cells.filled("estimate"),
        estimate=_number_or_words(cells.text("estimate")),
        low=cells.number_or_none("ci_low"),
        high=cells.number_or_none("ci_high"),
        n_trials=cells.integer_or_none("n_trials"),
        n_participants=cells.integer_or_none("n_participants"),
        source=cells.filled("source"),
        row=cells.row.number,
        note=cells.text("note"),
    )


def _number_or_words(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
