"""What must hold between the rows of the trial tables: nothing twice, nothing alone."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from assuage.knowledge.reading import Problems, Row
from assuage.knowledge.tables import find_duplicates

IDENTITY: Mapping[str, tuple[str, ...]] = {
    "sources.csv": ("source_id",),
    "studies.csv": ("study_id",),
    "arms.csv": ("arm_id",),
    "outcomes.csv": ("study_id", "arm_id", "outcome"),
    "contrasts.csv": (
        *("study_id", "outcome", "treatment1", "treatment2", "dose1_mg_per_day", "measure"),
    ),
    "means_without_sd.csv": ("study_id", "arm_id", "outcome", "source_id"),
    "doubts.csv": ("study_id", "outcome"),
}


def find_incoherence(rows: Mapping[str, tuple[Row, ...] | None], problems: Problems) -> None:
    """Add a problem for each row that stands twice, alone, or against another table.

    Tables that could not be read (None) are passed over.
    """
    for table, columns in IDENTITY.items():
        find_duplicates(rows[table] or (), columns, problems)
    results, contrasts = rows["outcomes.csv"], rows["contrasts.csv"]
    if results is None:
        return
    by_comparison: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in results:
        by_comparison[row.cells["study_id"], row.cells["outcome"]].append(row)
    _find_lone_arms(by_comparison, problems)
    for row in contrasts or ():
        _find_double_count(row, by_comparison, problems)
    reported = {
        *by_comparison,
        *((r.cells["study_id"], r.cells["outcome"]) for r in contrasts or ()),
    }
    for row in rows["doubts.csv"] or ():
        _find_empty_doubt(row, reported, problems)


def _find_empty_doubt(row: Row, reported: Collection[tuple[str, str]], problems: Problems) -> None:
    study, outcome = row.cells["study_id"], row.cells["outcome"]
    if (study, outcome) not in reported:
        problems.add(
            row.where,
            found=f"a doubt about {outcome} of {study}, which has no such result",
            expected="an outcome that the study reports in outcomes.csv or contrasts.csv",
            do="Correct the study or the outcome, or remove the row.",
        )


def _find_lone_arms(by_comparison: Mapping[tuple[str, str], list[Row]], problems: Problems) -> None:
    for (study, outcome), together in by_comparison.items():
        if len({row.cells["arm_id"] for row in together}) == 1:
            problems.add(
                together[0].where,
                found=f"one arm only of {study} for {outcome}",
                expected="at least two arms, as one arm compares with nothing",
                do="Add the other arm, or remove the row.",
            )


def _find_double_count(
    contrast: Row, by_comparison: Mapping[tuple[str, str], list[Row]], problems: Problems
) -> None:
    """Check `also_arm_level`, which keeps a trial from counting twice."""
    study, outcome = contrast.cells["study_id"], contrast.cells["outcome"]
    here = "yes" if (study, outcome) in by_comparison else "no"
    said = contrast.cells["also_arm_level"]
    if said in {"yes", "no"} and said != here:
        problems.add(
            contrast.where,
            found=f"{said!r} for also_arm_level",
            expected=f"{here}, as outcomes.csv has {'' if here == 'yes' else 'no '}arms of "
            f"{study} for {outcome}",
            do=f"Write {here}.",
        )
