"""Read the trial tables: studies, arms, outcomes, contrasts, sources, unpooled means, doubts."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from assuage.errors import InvalidInput
from assuage.evidence.trial import TrialTables
from assuage.knowledge.catalogues import Catalogues, Folder, knowledge_folder, load_catalogues
from assuage.knowledge.cells import Cells
from assuage.knowledge.reading import Problems, Row, read_csv, read_text
from assuage.knowledge.trial_coherence import find_incoherence
from assuage.knowledge.trial_rows import (
    KnownIds,
    read_arm,
    read_arm_result,
    read_contrast,
    read_doubt,
    read_source,
    read_study,
    read_unpooled_mean,
)

T = TypeVar("T")

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "sources.csv": ("source_id", "title", "url"),
    "studies.csv": (
        *("study_id", "year", "title", "reference", "condition", "design", "weeks"),
        *("risk_of_bias", "open_label", "source_id", "note"),
    ),
    "arms.csv": ("study_id", "arm_id", "treatment", "dose_mg_per_day", "dose_is", "n_randomised"),
    "outcomes.csv": (
        *("study_id", "arm_id", "outcome", "n", "events", "mean", "sd", "scale"),
        *("basis", "source_id", "note"),
    ),
    "contrasts.csv": (
        *("study_id", "outcome", "treatment1", "treatment2", "dose1_mg_per_day", "measure"),
        *("estimate", "ci_low", "ci_high", "scale", "basis", "also_arm_level", "source_id", "note"),
    ),
    "means_without_sd.csv": (
        *("study_id", "arm_id", "outcome", "n", "mean", "sd", "scale", "source_id", "note"),
    ),
    "doubts.csv": ("study_id", "outcome", "doubt"),
}
OPTIONAL_COLUMNS = {"sources.csv": ("also",), "studies.csv": ("same_people_as",)}
OPTIONAL_TABLES = ("contrasts.csv", "means_without_sd.csv", "doubts.csv")


def load_trials(folder: Folder | None = None, catalogues: Catalogues | None = None) -> TrialTables:
    """Read the trial tables of a folder (None: those that come with assuage).

    `contrasts.csv`, `means_without_sd.csv` and `doubts.csv` may be absent. Names of outcomes,
    treatments and conditions must stand in the catalogues (None: assuage's own). Raises
    InvalidInput with every problem of every table.
    """
    problems = Problems()
    folder = folder if folder is not None else knowledge_folder().joinpath("trials")
    rows = {name: _rows(folder, name, problems) for name in COLUMNS}
    known = _known_ids(rows, catalogues or load_catalogues())

    def read(table: str, one: Callable[[Cells, KnownIds], T]) -> tuple[T, ...]:
        return tuple(one(Cells(row, problems), known) for row in rows[table] or ())

    sources = read("sources.csv", read_source)
    studies = read("studies.csv", read_study)
    arms = read("arms.csv", read_arm)
    tables = TrialTables(
        studies={study.id: study for study in studies},
        arms={arm.id: arm for arm in arms},
        arm_results=read("outcomes.csv", read_arm_result),
        contrasts=read("contrasts.csv", read_contrast),
        sources={source.id: source for source in sources},
        unpooled_means=read("means_without_sd.csv", read_unpooled_mean),
        doubts=read("doubts.csv", read_doubt),
    )
    find_incoherence(rows, problems)
    problems.refuse_if_any()
    return tables


def _rows(folder: Folder, name: str, problems: Problems) -> tuple[Row, ...] | None:
    """Return the rows of one table, or None when it could not be read."""
    path = folder.joinpath(name)
    if name in OPTIONAL_TABLES and not path.is_file():
        return ()
    before = len(problems.found)
    try:
        text = read_text(path)
    except InvalidInput as error:
        problems.found.extend(error.problems)
        return None
    rows = read_csv(text, name, COLUMNS[name], problems, OPTIONAL_COLUMNS.get(name, ()))
    return None if not rows and len(problems.found) > before else rows


def _known_ids(rows: Mapping[str, tuple[Row, ...] | None], catalogues: Catalogues) -> KnownIds:
    """Collect the ids of the raw rows, so that a row with a wrong cell still counts as there."""
    studies, arms, sources = (rows[name] for name in ("studies.csv", "arms.csv", "sources.csv"))
    return KnownIds(
        catalogues=catalogues,
        studies=None if studies is None else {row.cells["study_id"] for row in studies},
        sources=None if sources is None else {row.cells["source_id"] for row in sources},
        arms=None
        if arms is None
        else {
            row.cells["arm_id"]: (row.cells["study_id"], row.cells["n_randomised"]) for row in arms
        },
    )
