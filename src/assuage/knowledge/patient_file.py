"""The patient file as written: its keys, and the forms each value may take."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from assuage.patient.record import Alcohol, Phenotype, Sex, Suicidality

_PHENOTYPES = {"extensive": "normal", "ultra-rapid": "ultrarapid", "ultra rapid": "ultrarapid"}
_YEAR = re.compile(r"(19|20)\d{2}")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True)
class RecordedDay:
    """A day, or all the days that a recorded month or year can mean."""

    earliest: date
    latest: date

    def latest_until(self, today: date) -> date:
        """The last day it can mean: what happened then may be that recent."""
        return min(self.latest, today) if self.earliest <= today else self.latest


def _day(value: Any) -> Any:
    """Read a day (2026-03-01), a month (2026-03) or a year (2026)."""
    if isinstance(value, date):
        return RecordedDay(value, value)
    text = str(value).strip()
    try:
        if _YEAR.fullmatch(text):
            return RecordedDay(date(int(text), 1, 1), date(int(text), 12, 31))
        if month := _MONTH.fullmatch(text):
            year, number = int(month[1]), int(month[2])
            last = monthrange(year, number)[1]
            return RecordedDay(date(year, number, 1), date(year, number, last))
        day = date.fromisoformat(text)
        return RecordedDay(day, day)
    except ValueError:
        raise ValueError("a day such as 2026-03-01, a month such as 2026-03, or a year") from None


def _named(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


def _pain(value: Any) -> Any:
    return {"condition": value} if isinstance(value, str) else value


def _sex(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    word = value.strip().casefold()
    return {"f": "female", "m": "male", "woman": "female", "man": "male"}.get(word, word)


def _phenotype(value: Any) -> Any:
    """`poor`, `poor metaboliser` and `Poor Metabolizer` are one; `not tested` is not recorded."""
    if not isinstance(value, str):
        return value
    words = re.sub(r"\bmetaboli[sz]er\b", "", value.casefold()).strip(" _-")
    words = _PHENOTYPES.get(words, words)
    return None if words in {"not tested", "unknown"} else words


def _pregnancy(value: Any) -> Any:
    answers = {"no": False, "yes": True, "none": False}
    answer = answers.get(value.casefold(), value) if isinstance(value, str) else value
    if isinstance(answer, bool):
        return {"pregnant": answer}
    return answer


def _stopped(value: Any) -> Any:
    """`stopped: yes` says that it was stopped, on a day that is not recorded."""
    if isinstance(value, str) and value.casefold() in {"yes", "true", "unknown"}:
        return True
    if isinstance(value, bool) or value is None:
        return value
    return False if isinstance(value, str) and value.casefold() == "no" else _day(value)


def _many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _no_answer(value: Any) -> Any:
    """YAML reads a bare `no` as false; as an answer it is `none`."""
    return "none" if value is False or value == "no" else value


Day = Annotated[RecordedDay, BeforeValidator(_day)]
MgPerDayEntry = Annotated[Decimal, Field(gt=0, le=100000)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PainEntry(_Entry):
    condition: str = Field(min_length=1)
    score: float | None = Field(default=None, ge=0, le=10)
    since: Day | None = None


class ConditionEntry(_Entry):
    name: str = Field(min_length=1)
    on: Day | None = None


class MedicineEntry(_Entry):
    name: str = Field(min_length=1)
    mg_per_day: MgPerDayEntry | None = None
    started: Day | None = None
    stopped: Annotated[RecordedDay | bool | None, BeforeValidator(_stopped)] = None


class MeasurementEntry(_Entry):
    value: float = Field(allow_inf_nan=False)
    unit: str = Field(min_length=1)
    on: date | None = None


class PregnancyEntry(_Entry):
    """`no`, `yes`, or `{weeks: n}`."""

    pregnant: bool = True
    weeks: int | None = Field(default=None, ge=0, le=45)


class AttemptEntry(_Entry):
    drug: str = Field(min_length=1)
    highest_mg_per_day: MgPerDayEntry | None = None
    weeks: float | None = Field(default=None, ge=0, le=2000)
    response: str = ""
    stopped_because: str = ""


class PreferencesEntry(_Entry):
    weights: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = {}


Named = Annotated[ConditionEntry, BeforeValidator(_named)]
NamedMedicine = Annotated[MedicineEntry, BeforeValidator(_named)]
Gene = Literal["CYP2D6", "CYP2C19"]


class PatientFile(_Entry):
    age: int | None = Field(default=None, ge=0, le=120)
    born: date | None = None
    sex: Annotated[Sex, BeforeValidator(_sex)] | None = None
    pain: Annotated[PainEntry, BeforeValidator(_pain)]
    conditions: tuple[Named, ...] = ()
    absent: Annotated[tuple[Named, ...], BeforeValidator(_many)] = ()
    medications: tuple[NamedMedicine, ...] | None = None
    allergies: tuple[NamedMedicine, ...] | None = None
    measurements: dict[str, MeasurementEntry] = {}
    genotypes: dict[Gene, Annotated[Phenotype | None, BeforeValidator(_phenotype)]] = {}
    pregnancy: Annotated[PregnancyEntry, BeforeValidator(_pregnancy)] | None = None
    suicidality: Annotated[Suicidality, BeforeValidator(_no_answer)] | None = None
    alcohol: Annotated[Alcohol, BeforeValidator(_no_answer)] | None = None
    smoker: bool | None = None
    attempts: tuple[AttemptEntry, ...] = ()
    preferences: PreferencesEntry = PreferencesEntry()

    @field_validator("medications", "allergies", mode="before")
    @classmethod
    def _none_taken(cls, value: Any) -> Any:
        return () if value == "none" else value
