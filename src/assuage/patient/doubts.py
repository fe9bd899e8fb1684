"""Where two entries of a record do not fit each other: both are named to the reader."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import combinations

from assuage.patient.record import PatientRecord, RecordedMedicine

_LATE = 60
"""Years: a pregnancy beyond is more likely a slip (assuage's own, 0008)."""


def doubts_of_entries(record: PatientRecord, today: date) -> tuple[str, ...]:
    """Say what does not fit between medicines, allergies, attempts and age, and what decides.

    A medicine that was stopped and later begun again fits, and so does an entry written twice.
    """
    entries = [entry for entry in record.medications or () if entry.medicine is not None]
    taken = {entry.medicine: entry for entry in entries if entry.is_taken(today)}
    doubts = (
        *_twice(entries, today),
        *_taken_in_spite_of_an_allergy(record, taken),
        *_taken_though_given_up(record, taken),
        *_pregnant_at_an_age(record),
    )
    return tuple(dict.fromkeys(doubts))


def _taken_in_spite_of_an_allergy(
    record: PatientRecord, taken: Mapping[str | None, RecordedMedicine]
) -> Iterable[str]:
    for allergy in record.allergies or ():
        if allergy.medicine is not None and allergy.medicine in taken:
            entry = taken[allergy.medicine]
            yield (
                f"{entry.name} is on the list as taken ({entry.where}), and an allergy to it is "
                f"recorded ({allergy.where}): both count"
            )


def _taken_though_given_up(
    record: PatientRecord, taken: Mapping[str | None, RecordedMedicine]
) -> Iterable[str]:
    for attempt in record.attempts:
        if attempt.drug in taken and attempt.stopped_because:
            entry = taken[attempt.drug]
            yield (
                f"{entry.name} is on the list as taken ({entry.where}), and as tried before and "
                f"stopped ({attempt.stopped_because}): both count"
            )


def _pregnant_at_an_age(record: PatientRecord) -> Iterable[str]:
    if record.pregnancy is not None and record.pregnancy.pregnant and record.age > _LATE:
        yield f"pregnancy is recorded at the age of {record.age}: is one of the two mistyped?"


def _twice(entries: Iterable[RecordedMedicine], today: date) -> Iterable[str]:
    for first, second in combinations(entries, 2):
        if first.medicine != second.medicine:
            continue
        taken = [entry for entry in (first, second) if entry.is_taken(today)]
        if len(taken) == 2 and first.mg_per_day != second.mg_per_day:
            doses = " and ".join(_dose(entry) for entry in taken)
            yield (
                f"{first.medicine} is on the list twice as taken ({doses}): "
                "their sum counts as the dose taken now"
            )
        if len(taken) == 1:
            (other,) = (entry for entry in (first, second) if entry is not taken[0])
            if other.stopped is not None and not _begun_again(taken[0], other):
                ended = "on an unknown day" if other.stopped is True else f"on {other.stopped}"
                yield (
                    f"{first.medicine} is on the list as taken ({taken[0].where}) and as stopped "
                    f"{ended} ({other.where}): it counts as taken"
                )


def _begun_again(taken: RecordedMedicine, ended: RecordedMedicine) -> bool:
    if taken.started is None or not isinstance(ended.stopped, date):
        return False
    return taken.started >= ended.stopped


def _dose(entry: RecordedMedicine) -> str:
    dose = "dose not recorded" if entry.mg_per_day is None else f"{entry.mg_per_day:f} mg/day"
    return f"{dose}, {entry.where}"
