"""What the reading of a patient file notes: where things stand, what is wrong or retracted."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from assuage.knowledge.patient_file import (
    AttemptEntry,
    ConditionEntry,
    MeasurementEntry,
    MedicineEntry,
    RecordedDay,
)
from assuage.knowledge.reading import Located, PathInFile, Problems
from assuage.patient.record import Retracted

Retractable = ConditionEntry | MedicineEntry | AttemptEntry
E = TypeVar("E", bound=Retractable)


def years_since(born: date, today: date) -> int:
    """Return the age in whole years."""
    had_birthday = (today.month, today.day) >= (born.month, born.day)
    return today.year - born.year - (not had_birthday)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """`born` is the birth date, or the earliest that the age leaves possible."""

    located: Located
    today: date
    problems: Problems
    born: date | None
    retracted: list[Retracted] = field(default_factory=list[Retracted])

    def refuse(self, path: PathInFile, found: str, expected: str, do: str = "Correct it.") -> None:
        self.problems.add(self.located.where(path), found=found, expected=expected, do=do)

    def line(self, path: PathInFile) -> str:
        return self.located.where(path).removeprefix(f"{self.located.name}, ")

    def standing(self, key: str, entries: Iterable[E]) -> Iterable[tuple[PathInFile, E]]:
        """Yield each entry that stands, with its place; note those that were entered in error."""
        for place, entry in enumerate(entries):
            path = (key, place)
            name = entry.drug if isinstance(entry, AttemptEntry) else entry.name
            if not self.is_retracted(entry, path, name):
                yield path, entry

    def is_retracted(
        self, entry: Retractable | MeasurementEntry, path: PathInFile, name: str
    ) -> bool:
        if entry.entered_in_error:
            noted = Retracted(key=str(path[0]), name=name, where=self.line(path))
            self.retracted.append(noted)
        return entry.entered_in_error

    def not_later(self, when: date | None, path: PathInFile, what: str) -> None:
        if when is not None and when > self.today:
            self.refuse(path, f"{what} on {when}", f"a day up to today, {self.today}")

    def not_before_birth(self, when: date | None, path: PathInFile, what: str) -> None:
        if when is not None and self.born is not None and when < self.born:
            self.refuse(path, f"{what} on {when}", f"a day after the birth, {self.born} or later")

    def past(self, day: RecordedDay | None, path: PathInFile, what: str) -> date | None:
        """Return the latest day it can mean; one after today, or before birth, is refused."""
        latest = None if day is None else day.latest_until(self.today)
        self.not_later(latest, path, what)
        self.not_before_birth(latest, path, what)
        return latest
