"""The evidence as a reader checks it: what was read, what cannot be used, and the rows behind."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from assuage.evidence.coverage import Coverage, NotUsed
from assuage.evidence.outcome import OutcomeDefinition
from assuage.evidence.treatment import TreatmentCatalogue
from assuage.evidence.trial import ArmResult, ContrastResult, Study, TrialTables
from assuage.provenance import Source
from assuage.units import plain

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What `evidence check` says: counts by table, by basis, by outcome, and what is not used."""

    counts: Mapping[str, int]
    bases: Mapping[str, int]
    coverage: tuple[Coverage, ...]
    labels: Mapping[str, str]
    not_used: tuple[NotUsed, ...]
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """One row behind an outcome, as printed in its table. `place` says which file and row."""

    treatment: str
    result: str
    n: int | None
    percent: float | None
    basis: str
    place: str
    source: str
    note: str
    stands_aside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialEvidence:
    """The rows of one trial for one outcome."""

    study: Study
    condition: str
    rows: tuple[EvidenceRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeEvidence:
    """All rows behind one outcome, with the sources they name, numbered from 1 in order."""

    outcome: OutcomeDefinition
    drug: str
    trials: tuple[TrialEvidence, ...]
    sources: tuple[Source, ...]


def outcome_evidence(
    tables: TrialTables,
    outcome: OutcomeDefinition,
    treatments: TreatmentCatalogue,
    conditions: Mapping[str, str],
    *,
    drug: str = "",
) -> OutcomeEvidence:
    """Return the rows of every trial for an outcome; with `drug`, of the trials that gave it.

    `conditions` gives the label of each condition. Means that cannot be pooled are among the
    rows and say so.
    """
    found: dict[str, list[EvidenceRow]] = {}
    given: dict[str, set[str]] = {}
    for study, names, row in _rows(tables, outcome.id, treatments):
        found.setdefault(study, []).append(row)
        given.setdefault(study, set()).update(names)
    trials = tuple(
        TrialEvidence(
            study=tables.studies[study],
            condition=conditions[tables.studies[study].condition],
            rows=tuple(rows),
        )
        for study, rows in sorted(found.items(), key=lambda item: _by_year(tables, item[0]))
        if not drug or drug in given[study]
    )
    used = dict.fromkeys(row.source for trial in trials for row in trial.rows)
    sources = tuple(tables.sources[source] for source in used)
    return OutcomeEvidence(outcome=outcome, drug=drug, trials=trials, sources=sources)


def _by_year(tables: TrialTables, study: str) -> tuple[int, str]:
    return (tables.studies[study].year or 9999, study)


def _rows(
    tables: TrialTables, outcome: str, treatments: TreatmentCatalogue
) -> Iterable[tuple[str, set[str], EvidenceRow]]:
    for result in tables.arm_results:
        if result.outcome == outcome:
            treatment = tables.arms[result.arm].treatment
            yield result.study, {treatment}, _arm_row(result, tables, treatments)
    for contrast in tables.contrasts:
        if contrast.outcome == outcome:
            names = {contrast.treatment1, contrast.treatment2}
            yield contrast.study, names, _contrast_row(contrast, treatments)
    for mean in tables.unpooled_means:
        if mean.outcome == outcome:
            row = EvidenceRow(
                treatment=_arm_label(mean.arm, tables, treatments),
                result=f"mean {mean.mean:g} ({mean.sd or 'no SD'}), {_scale(mean.scale)}",
                n=mean.n,
                percent=None,
                basis="not used",
                place=f"means_without_sd.csv, row {mean.row}",
                source=mean.source,
                note="; ".join(part for part in (mean.reason, mean.note) if part),
                stands_aside=True,
            )
            yield mean.study, {tables.arms[mean.arm].treatment}, row


def _arm_row(result: ArmResult, tables: TrialTables, treatments: TreatmentCatalogue) -> EvidenceRow:
    counted = result.events is not None
    return EvidenceRow(
        treatment=_arm_label(result.arm, tables, treatments),
        result=f"{result.events}/{result.n}"
        if counted
        else f"mean {result.mean:g} (SD {result.sd:g}), {_scale(result.scale)}",
        n=result.n,
        percent=100 * result.events / result.n if result.events is not None else None,
        basis=result.basis.value.replace("_", " "),
        place=f"outcomes.csv, row {result.row}",
        source=result.source,
        note=result.note,
    )


def _arm_label(arm_id: str, tables: TrialTables, treatments: TreatmentCatalogue) -> str:
    arm = tables.arms[arm_id]
    label = treatments.treatments[arm.treatment].label
    if arm.dose is None:
        return label
    how = {"fixed": "", "max": "up to ", "mean": "mean "}[arm.dose_is]
    return f"{label} {how}{plain(arm.dose)} mg"


def _contrast_row(contrast: ContrastResult, treatments: TreatmentCatalogue) -> EvidenceRow:
    first, second = (
        treatments.treatments[name].label for name in (contrast.treatment1, contrast.treatment2)
    )
    dose = f" {plain(contrast.dose1)} mg" if contrast.dose1 is not None else ""
    scale = f", {_scale(contrast.scale)}" if contrast.scale else ""
    aside = "stands aside for the arms of this trial" if contrast.also_arm_level else ""
    return EvidenceRow(
        treatment=f"{first}{dose} v {second}",
        result=f"{contrast.measure} {contrast.estimate:g} "
        f"({contrast.low:g} to {contrast.high:g}){scale}",
        n=None,
        percent=None,
        basis=contrast.basis.value,
        place=f"contrasts.csv, row {contrast.row}",
        source=contrast.source,
        note="; ".join(part for part in (aside, contrast.note) if part),
        stands_aside=contrast.also_arm_level,
    )


def _scale(scale: str) -> str:
    """Write VAS_0_100 as VAS 0-100."""
    return scale.replace("_", " ", 1).replace("_", "-")


def check_json(report: CheckReport) -> Json:
    return {
        "tables": dict(report.counts),
        "basis": dict(report.bases),
        "outcomes": [asdict(entry) for entry in report.coverage],
        "not_used": [asdict(item) for item in report.not_used],
    }


def show_json(evidence: OutcomeEvidence) -> Json:
    return {
        "outcome": asdict(evidence.outcome),
        "drug": evidence.drug or None,
        "trials": [
            {
                "study": asdict(trial.study),
                "rows": [asdict(row) for row in trial.rows],
            }
            for trial in evidence.trials
        ],
        "sources": [asdict(source) for source in evidence.sources],
    }
