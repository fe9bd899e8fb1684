"""Check the evidence, and show the rows behind an outcome."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from assuage.errors import InvalidInput, Problem
from assuage.evidence.coverage import coverage, not_used
from assuage.evidence.trial import Basis
from assuage.knowledge.evidence import load_evidence
from assuage.knowledge.reading import nearest
from assuage.report.evidence import CheckReport, OutcomeEvidence, outcome_evidence


def check_evidence(folder: Path | None = None) -> CheckReport:
    """Read the trial tables of a folder (None: all evidence that comes with assuage).

    Raises InvalidInput with every problem of every file.
    """
    if folder is not None:
        _must_be_folder(folder)
    evidence = load_evidence(folder)
    tables = evidence.tables
    counted = Counter(r.basis for r in (*tables.arm_results, *tables.contrasts))
    return CheckReport(
        counts={
            "studies": len(tables.studies),
            "arms": len(tables.arms),
            "arm_results": len(tables.arm_results),
            "contrasts": len(tables.contrasts),
            "unpooled_means": len(tables.unpooled_means),
            "sources": len(tables.sources),
            "labels": len(evidence.labels),
            "guidelines": len(evidence.guidelines),
            "published": len(evidence.published),
        },
        bases={basis.value: counted[basis] for basis in Basis if counted[basis]},
        coverage=coverage(tables, evidence.catalogues.outcomes),
        labels={outcome.id: outcome.label for outcome in evidence.catalogues.outcomes.values()},
        not_used=not_used(tables, evidence.catalogues.treatments),
        titles={study.id: study.title for study in tables.studies.values()},
    )


def show_evidence(outcome: str, *, drug: str = "", folder: Path | None = None) -> OutcomeEvidence:
    """Return every row behind an outcome, of the trials that gave `drug` when it is named.

    Raises InvalidInput when the outcome or the drug is unknown, or the folder cannot be read.
    """
    if folder is not None:
        _must_be_folder(folder)
    evidence = load_evidence(folder)
    catalogues = evidence.catalogues
    _must_be_known("outcome", outcome, catalogues.outcomes)
    if drug:
        _must_be_known("treatment", drug, catalogues.treatments.treatments)
    return outcome_evidence(
        evidence.tables,
        catalogues.outcomes[outcome],
        catalogues.treatments,
        {condition.id: condition.label for condition in catalogues.conditions.values()},
        drug=drug,
    )


def _must_be_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise InvalidInput(
            [
                Problem(
                    where=str(folder),
                    found="a file" if folder.exists() else "nothing",
                    expected="a folder with studies.csv, arms.csv, outcomes.csv and sources.csv",
                    do="Check the path.",
                )
            ]
        )


def _must_be_known(what: str, name: str, known: Iterable[str]) -> None:
    ids = list(known)
    if name not in ids:
        problem = Problem(
            where="command line",
            found=f"the unknown {what} {name}",
            expected=f"one of {', '.join(ids)}{nearest(name, ids)}",
            do="Correct it.",
        )
        raise InvalidInput([problem])
