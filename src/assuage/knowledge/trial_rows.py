"""One row of a trial table to one value: cells checked, names looked up in the other tables."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from assuage.evidence.outcome import OutcomeDefinition
from assuage.evidence.trial import (
    POINTS_ON_0_10,
    Arm,
    ArmResult,
    Basis,
    ContrastMeasure,
    ContrastResult,
    Design,
    Doubt,
    RiskOfBias,
    Study,
    UnpooledMean,
)
from assuage.knowledge.catalogues import Catalogues
from assuage.knowledge.cells import Cells
from assuage.provenance import Source

DoseIs = Literal["fixed", "max", "mean"]
BASES = tuple(basis.value for basis in Basis)
UNPOOLED_SCALES = (*POINTS_ON_0_10, "VRS")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIds:
    """What a row may name. None stands for a table that could not be read.

    `arms` gives the study and the randomised number (as printed) of each arm.
    """

    catalogues: Catalogues
    studies: Collection[str] | None
    arms: Mapping[str, tuple[str, str]] | None
    sources: Collection[str] | None

    def study(self, cells: Cells, column: str = "study_id") -> str:
        return cells.id_in(column, self.studies, table="studies.csv")

    def source(self, cells: Cells) -> str:
        return cells.id_in("source_id", self.sources, table="sources.csv")

    def treatment(self, cells: Cells, column: str = "treatment") -> str:
        known = self.catalogues.treatments.treatments
        return cells.id_in(column, known, table="treatments.yaml")

    def outcome(self, cells: Cells) -> OutcomeDefinition | None:
        known = self.catalogues.outcomes
        return known.get(cells.id_in("outcome", known, table="outcomes.yaml"))

    def arm(self, cells: Cells, study: str) -> str:
        """Return the arm, which must be one of this study's."""
        arm = cells.id_in("arm_id", self.arms, table="arms.csv")
        if self.arms and arm in self.arms and self.arms[arm][0] != study:
            cells.wrong(
                "arm_id",
                expected=f"an arm of {study}; this one belongs to {self.arms[arm][0]}",
                do="Correct the study or the arm.",
            )
        return arm

    def randomised(self, arm: str) -> int | None:
        printed = self.arms[arm][1] if self.arms and arm in self.arms else ""
        return int(printed) if printed.isascii() and printed.isdigit() else None


def read_source(cells: Cells, _: KnownIds) -> Source:
    return Source(id=cells.filled("source_id"), title=cells.filled("title"), url=cells.text("url"))


def read_study(cells: Cells, known: KnownIds) -> Study:
    study = cells.filled("study_id")
    same = cells.text("same_people_as")
    if same:
        others = None if known.studies is None else set(known.studies) - {study}
        cells.id_in("same_people_as", others, table="studies.csv, other than its own")
    return Study(
        id=study,
        title=cells.filled("title"),
        reference=cells.text("reference"),
        year=cells.integer_or_none("year", low=1900),
        condition=cells.id_in("condition", known.catalogues.conditions, table="conditions.yaml"),
        design=cast("Design", cells.one_of("design", get_args(Design))),
        weeks=cells.number_or_none("weeks", above=0),
        risk_of_bias=cast("RiskOfBias", cells.one_of("risk_of_bias", get_args(RiskOfBias))),
        open_label=cells.yes_or_no("open_label"),
        note=cells.text("note"),
        source=known.source(cells),
        same_people_as=same or None,
    )


def read_arm(cells: Cells, known: KnownIds) -> Arm:
    treatment = known.treatment(cells)
    if treatment == known.catalogues.treatments.reference:
        cells.empty("dose_mg_per_day", because=f"as {treatment} has no dose")
    return Arm(
        study=known.study(cells),
        id=cells.filled("arm_id"),
        treatment=treatment,
        dose=cells.dose_or_none("dose_mg_per_day"),
        dose_is=cast("DoseIs", cells.one_of("dose_is", get_args(DoseIs))),
        n_randomised=cells.integer_or_none("n_randomised", low=1),
    )


def read_arm_result(cells: Cells, known: KnownIds) -> ArmResult:
    study = known.study(cells)
    arm = known.arm(cells, study)
    outcome = known.outcome(cells)
    n = _analysed(cells, known.randomised(arm))
    binary = outcome is not None and outcome.kind == "binary"
    continuous = outcome is not None and outcome.kind == "continuous"
    if binary:
        for column in ("mean", "sd", "scale"):
            cells.empty(column, because=f"as {cells.text('outcome')} counts people")
    if continuous:
        cells.empty("events", because=f"as {cells.text('outcome')} is a mean")
    return ArmResult(
        study=study,
        arm=arm,
        outcome=cells.text("outcome"),
        n=n,
        events=_events(cells, n) if binary else None,
        mean=_mean(cells) if continuous else None,
        sd=cells.number("sd", above=0) if continuous else None,
        scale=cells.one_of("scale", tuple(POINTS_ON_0_10)) if continuous else "",
        basis=_basis(cells),
        source=known.source(cells),
        row=cells.row.number,
        note=cells.text("note"),
    )


def _analysed(cells: Cells, randomised: int | None) -> int:
    n = cells.integer("n", low=1)
    if randomised is not None and n > randomised:
        cells.wrong(
            "n",
            expected=f"at most the {randomised} randomised to this arm",
            do="Correct n here or n_randomised in arms.csv.",
        )
    return n


def _events(cells: Cells, n: int) -> int:
    events = cells.integer("events")
    if events > n:
        cells.wrong("events", expected=f"at most n, which is {n}", do="Correct events or n.")
    return events


def _mean(cells: Cells) -> float:
    mean = cells.number("mean")
    points = POINTS_ON_0_10.get(cells.text("scale"))
    if points and abs(mean) * points > 10:
        cells.wrong(
            "mean",
            expected=f"a mean that the scale {cells.text('scale')} allows",
            do="Correct the mean or the scale.",
        )
    return mean


def _basis(cells: Cells) -> Basis:
    value = cells.one_of("basis", BASES)
    return Basis(value) if value in BASES else Basis.REPORTED


def read_contrast(cells: Cells, known: KnownIds) -> ContrastResult:
    outcome = known.outcome(cells)
    continuous = outcome is not None and outcome.kind == "continuous"
    measures = {"binary": ("RD", "RR"), "continuous": ("MD",)}
    allowed = measures[outcome.kind] if outcome else get_args(ContrastMeasure)
    measure = cast("ContrastMeasure", cells.one_of("measure", allowed))
    treatment1, treatment2 = (known.treatment(cells, f"treatment{i}") for i in (1, 2))
    if treatment1 == treatment2:
        cells.wrong(
            "treatment2", expected="another treatment than treatment1", do="Correct one of them."
        )
    estimate, low, high = _interval(cells, measure)
    return ContrastResult(
        study=known.study(cells),
        outcome=cells.text("outcome"),
        treatment1=treatment1,
        treatment2=treatment2,
        dose1=cells.dose_or_none("dose1_mg_per_day"),
        measure=measure,
        estimate=estimate,
        low=low,
        high=high,
        scale=cells.one_of("scale", tuple(POINTS_ON_0_10)) if continuous else "",
        also_arm_level=cells.yes_or_no("also_arm_level"),
        basis=_basis(cells),
        source=known.source(cells),
        row=cells.row.number,
        note=cells.text("note"),
    )


def _interval(cells: Cells, measure: str) -> tuple[float, float, float]:
    """Read an estimate and its 95% interval, which must hold it and be possible."""
    floor = 0.0 if measure == "RR" else float("-inf")
    estimate, low, high = (
        cells.number(column, above=floor) for column in ("estimate", "ci_low", "ci_high")
    )
    if low > high:
        cells.wrong(
            "ci_low",
            expected=f"less than ci_high, which is {high:g}",
            do="Swap the limits, or check that neither is a standard error.",
        )
    elif estimate < low or estimate > high:
        cells.wrong(
            "estimate",
            expected=f"a value in its interval, {low:g} to {high:g}",
            do="Correct the estimate, or check that no limit is a standard error.",
        )
    elif low == high:
        cells.wrong(
            "ci_high", expected=f"more than ci_low, which is {low:g}", do="Correct the limits."
        )
    if measure == "RD" and abs(estimate) > 1:
        cells.wrong(
            "estimate",
            expected="a risk difference between -1 and 1",
            do="Divide a percentage by 100.",
        )
    return estimate, low, high


def read_unpooled_mean(cells: Cells, known: KnownIds) -> UnpooledMean:
    study = known.study(cells)
    outcome = known.outcome(cells)
    if outcome is not None and outcome.kind != "continuous":
        cells.wrong("outcome", expected="an outcome that is a mean", do="Move the row.")
    n = cells.integer_or_none("n", low=1)
    sd = cells.number_or_none("sd", above=0)
    scale = cells.one_of("scale", UNPOOLED_SCALES)
    return UnpooledMean(
        study=study,
        arm=known.arm(cells, study),
        outcome=cells.text("outcome"),
        n=n,
        mean=_mean(cells),
        sd=sd,
        scale=scale,
        source=known.source(cells),
        row=cells.row.number,
        note=cells.text("note"),
        reason=_why_not_pooled(cells, n, sd, scale),
    )


def read_doubt(cells: Cells, known: KnownIds) -> Doubt:
    known.outcome(cells)
    return Doubt(
        study=known.study(cells), outcome=cells.text("outcome"), reason=cells.filled("doubt")
    )


def _why_not_pooled(cells: Cells, n: int | None, sd: float | None, scale: str) -> str:
    lacks = [
        *(["a mean without its standard deviation"] if sd is None else []),
        *(["a mean without the number of people"] if n is None else []),
        *(["a scale that is not 0-10 or 0-100"] if scale not in POINTS_ON_0_10 else []),
    ]
    if not lacks:
        cells.wrong(
            "sd",
            expected="n or sd to be missing, as the table is for means that cannot be pooled",
            do="Move the row to outcomes.csv.",
        )
    return " and ".join(lacks)
