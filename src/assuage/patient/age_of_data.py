"""How long a measurement counts: one that is too old is shown, and used for nothing."""

from dataclasses import dataclass
from datetime import date

from assuage.patient.record import Measurement, PatientRecord
from assuage.patient.vocabulary import Measure, Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleMeasurement:
    """A measurement that is too old to count, in the measure's own unit.

    `by` says by whose word.
    """

    measure: str
    label: str
    value: float
    unit: str
    on: date
    where: str
    days_old: int
    counts_for_days: int
    by: str

    @property
    def value_and_age(self) -> str:
        """The old value, its day, its age and how long it would have counted."""
        return (
            f"{self.value:g} {self.unit} of {self.on}, {self.where}, is {self.days_old} days old "
            f"and counts for {self.counts_for_days}"
        )

    def __str__(self) -> str:
        return f"{self.label} {self.value_and_age} (by {self.by})"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementsByAge:
    """The measurements that count on a day, those that are too old, and those without a day.

    What has no date counts as of today: nobody can tell how old it is, so it is named.
    """

    counting: dict[str, Measurement]
    stale: tuple[StaleMeasurement, ...]
    undated: tuple[str, ...]


def by_age(record: PatientRecord, vocabulary: Vocabulary, *, today: date) -> MeasurementsByAge:
    """Part the measurements of a record by whether they are recent enough to count.

    On the last of its days a measurement still counts. What counts for ever (a height) is never
    named as undated.
    """
    counting: dict[str, Measurement] = {}
    stale: list[StaleMeasurement] = []
    undated: list[str] = []
    for name, measured in record.measurements.items():
        measure = vocabulary.measures[name]
        limit = measure.counts_for_days
        if limit is None or measured.on is None:
            counting[name] = measured
            if limit is not None:
                undated.append(name)
        elif (days := (today - measured.on).days) <= limit:
            counting[name] = measured
        else:
            stale.append(
                StaleMeasurement(
                    measure=name,
                    label=measure.label,
                    value=measured.value,
                    unit=measure.unit,
                    on=measured.on,
                    where=measured.where,
                    days_old=days,
                    counts_for_days=limit,
                    by=_by(measure),
                )
            )
    return MeasurementsByAge(counting=counting, stale=tuple(stale), undated=tuple(undated))


def _by(measure: Measure) -> str:
    if measure.counts_by_us or measure.counts_by is None:
        return "assuage"
    return measure.counts_by.source.title.split(",")[0]
