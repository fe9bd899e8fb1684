"""What of a record could not be read, each with why."""

from collections.abc import Iterable

from assuage.patient.finding import Unread
from assuage.patient.record import PatientRecord


def unread_parts(record: PatientRecord) -> Iterable[Unread]:
    """What could not be read; an unknown condition may speak against any drug, as a medicine may.

    An allergy or an earlier attempt of unknown name holds back when it looks like a medicine. A
    code that no rule reads holds nothing back; an unknown name among the absent settles nothing.
    """
    for medicine in record.medications or ():
        if medicine.medicine is None:
            yield _unknown("medicine", medicine.name, medicine.hint, holds_back=True)
    for allergy in record.allergies or ():
        if not allergy.concepts:
            name = f"allergy to {allergy.name}"
            yield _unknown("medicine", name, allergy.hint, holds_back=bool(allergy.hint))
    yield from _unread_conditions(record)
    for attempt in record.attempts:
        if not attempt.drug:
            name = f"{attempt.as_written} (tried before)"
            yield _unknown("medicine", name, attempt.hint, holds_back=bool(attempt.hint))


def _unread_conditions(record: PatientRecord) -> Iterable[Unread]:
    for condition in record.conditions:
        if not condition.known:
            yield _unknown("condition", condition.name, condition.hint, holds_back=True)
        elif not condition.concepts:
            because = "no rule looks at this condition"
            yield Unread(name=condition.name, because=because, holds_back=False)
    for condition in record.absent:
        if not condition.known:
            name = f"{condition.name} (absent)"
            yield _unknown("condition", name, condition.hint, holds_back=False)


def _unknown(kind: str, name: str, hint: str, *, holds_back: bool) -> Unread:
    because = f"no {kind} is known by this name{hint}"
    return Unread(name=name, because=because, holds_back=holds_back)
