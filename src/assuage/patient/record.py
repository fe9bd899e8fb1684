"""A patient as recorded: what somebody wrote down, understood but not yet reasoned about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Sex = Literal["female", "male"]
Phenotype = Literal["poor", "intermediate", "normal", "rapid", "ultrarapid", "indeterminate"]
Suicidality = Literal["none", "past", "current"]
Alcohol = Literal["none", "some", "heavy"]
Goal = Literal["depression", "anxiety", "sleep", "weight", "sexual_function"]
Correction = Literal["Bazett", "Fridericia", "Framingham", "Hodges"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pain:
    """`condition` is an id of the pain conditions; `note` says when it is only the nearest one."""

    condition: str
    label: str
    as_written: str
    score: float | None = None
    since: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCondition:
    """`concepts` is empty for a name that is not known, and for a code that no rule reads.

    `on` is the latest day it can mean. An unknown name is kept and said not to be checked; `hint`
    names a known one that is close to it.
    """

    name: str
    concepts: tuple[str, ...]
    where: str
    on: date | None = None
    known: bool = True
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedMedicine:
    """A medicine taken, planned (started after today) or stopped.

    `medicine` is None for a name that is not known: it is kept and said not to be checked. A
    combination has an entry for each ingredient, all with the name that was written. `read_as` is
    what a name that is not known to the letter was read as, empty for one that is.
    `stopped` is True when it was stopped on a day that is not recorded. `place` is that of its line
    in the list, the same for all ingredients of a combination.
    """

    name: str
    medicine: str | None
    concepts: frozenset[str]
    where: str
    mg_per_day: Decimal | None = None
    started: date | None = None
    stopped: date | Literal[True] | None = None
    hint: str = ""
    read_as: str = ""
    place: int | None = None

    def is_taken(self, today: date) -> bool:
        started = self.started is None or self.started <= today
        ended = self.stopped is True or (self.stopped is not None and self.stopped <= today)
        return started and not ended

    def is_planned(self, today: date) -> bool:
        return self.started is not None and self.started > today


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A measurement in the measure's own unit, with what was written.

    `correction` is how a QT interval was corrected for the heart rate, where the record says it.
    """

    measure: str
    value: float
    as_written: str
    where: str
    on: date | None = None
    correction: Correction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pregnancy:
    """`weeks` is None when she is pregnant and the week is not recorded."""

    pregnant: bool
    weeks: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A drug tried before against this pain. `drug` is the medicine's id, empty if unknown."""

    drug: str
    as_written: str
    hint: str = ""
    highest_mg_per_day: Decimal | None = None
    weeks: float | None = None
    response: str = ""
    stopped_because: str = ""
    read_as: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retracted:
    """An entry that was entered in error: it counts for nothing, and is named to the reader.

    `key` is the key of the patient file under which it stands.
    """

    key: str
    name: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientRecord:
    """Everything recorded. None means the record does not speak of it; empty means none.

    What was entered in error is in `retracted` and nowhere else. `judgements` are points by outcome
    or criterion (100: the swing of the anchor); `weights` are edited by hand; `cost_per_month` is
    by medicine, in one currency.
    """

    name: str
    age: int
    sex: Sex | None
    pain: Pain
    conditions: tuple[RecordedCondition, ...] = ()
    absent: tuple[RecordedCondition, ...] = ()
    all_others_absent: bool = False
    medications: tuple[RecordedMedicine, ...] | None = None
    allergies: tuple[RecordedMedicine, ...] | None = None
    measurements: Mapping[str, Measurement] = field(default_factory=dict[str, Measurement])
    genotypes: Mapping[str, Phenotype] = field(default_factory=dict[str, Phenotype])
    pregnancy: Pregnancy | None = None
    suicidality: Suicidality | None = None
    alcohol: Alcohol | None = None
    smoker: bool | None = None
    attempts: tuple[Attempt, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict[str, float])
    judgements: Mapping[str, float] = field(default_factory=dict[str, float])
    cost_per_month: Mapping[str, float] = field(default_factory=dict[str, float])
    born: date | None = None
    goals: tuple[Goal, ...] = ()
    retracted: tuple[Retracted, ...] = ()


def medicine_lines(
    medicines: Iterable[RecordedMedicine],
) -> tuple[tuple[RecordedMedicine, ...], ...]:
    """Return the medicines by line of their list: the ingredients of a combination stand on one."""
    lines: dict[int, tuple[RecordedMedicine, ...]] = {}
    for order, entry in enumerate(medicines):
        line = -1 - order if entry.place is None else entry.place
        lines[line] = (*lines.get(line, ()), entry)
    return tuple(lines.values())


def readings(record: PatientRecord) -> tuple[str, ...]:
    """Return each name of a medicine that was not read to the letter, and what it was read as."""
    medicines = (*(record.medications or ()), *(record.allergies or ()))
    written = [(entry.name, entry.read_as) for entry in medicines]
    written += [(attempt.as_written, attempt.read_as) for attempt in record.attempts]
    return tuple(dict.fromkeys(f"{name!r} read as {as_}" for name, as_ in written if as_))
