"""Where the record speaks of one medicine in two ways: both are named to the reader."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import combinations

from assuage.patient.record import PatientRecord, RecordedMedicine


def doubts_of_lists(record: PatientRecord, today: date) -> tuple[str, ...]:
    """Say what does not fit in the lists of medicines, allergies and attempts, and what decides.

    A medicine that was stopped and later begun again fits, and so does an entry written twice.
    """
    entries = [entry for entry in record.medications or () if entry.medicine is not None]
    names = {entry.medicine: entry for entry in entries if entry.is_taken(today)}
    return tuple(
        dict.fromkeys(
            (
                *(_twice(entries, today) if len(set(names)) < len(entries) else ()),
                *_taken_in_spite_of_an_allergy(record, names),
                *_taken_though_given_up(record, names),
            )
        )
    )


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
