"""The patient file as written: its keys, and the forms each value may take."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from assuage.patient.record import Alcohol, Correction, Goal, Phenotype, Sex, Suicidality

_PHENOTYPES = {"extensive": "normal", "ultra-rapid": "ultrarapid", "ultra rapid": "ultrarapid"}
_CORRECTIONS = {"qtcb": "Bazett", "qtcf": "Fridericia", "qtcfri": "Fridericia"}
_EARLIEST, _LATEST = 1900, 2099
_YEAR = re.compile(r"(19|20)\d{2}")
_DATED = re.compile(r"(.+?)[\s,]+(?:(?:in|on) )?\(?((?:19|20)\d\d(?:-\d\d){0,2})\)?")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_A_DAY = "a day such as 2026-03-01, from 1900 to 2099"
_DAY_FORMS = f"{_A_DAY}, a month such as 2026-03, or a year"
_MOST = 500
"""Entries under one key: no person has more, and each costs time."""


@dataclass(frozen=True, slots=True)
class RecordedDay:
    """A day, or all the days that a recorded month or year can mean."""

    earliest: date
    latest: date

    def latest_until(self, today: date) -> date:
        """The last day it can mean: what happened then may be that recent."""
        return min(self.latest, today) if self.earliest <= today else self.latest


def _one_day(value: Any) -> date:
    """Read a day; of a moment in time, as medical records export it, the day that it is written."""
    try:
        day = value if isinstance(value, date) else datetime.fromisoformat(value.strip())
    except (AttributeError, ValueError):
        raise ValueError(_A_DAY) from None
    if not _EARLIEST <= day.year <= _LATEST:
        raise ValueError(_A_DAY)
    return day.date() if isinstance(day, datetime) else day


def _day(value: Any) -> Any:
    """Read a day (2026-03-01, or a moment in it), a month (2026-03) or a year (2026)."""
    text = "" if isinstance(value, bool | float) else str(value).strip()
    try:
        if _YEAR.fullmatch(text):
            return RecordedDay(date(int(text), 1, 1), date(int(text), 12, 31))
        if month := _MONTH.fullmatch(text):
            first = _one_day(date(int(month[1]), int(month[2]), 1))
            return RecordedDay(first, first.replace(day=monthrange(first.year, first.month)[1]))
        day = _one_day(value)
        return RecordedDay(day, day)
    except ValueError:
        raise ValueError(_DAY_FORMS) from None


def dated_name(text: str) -> tuple[str, RecordedDay | None]:
    """Part a name from the day, month or year behind it: "MI 2010", "stroke (2024-03)"."""
    found = _DATED.fullmatch(text.strip())
    if found is None:
        return text, None
    try:
        return found[1], _day(found[2])
    except ValueError:
        return text, None


def _not_truth(value: Any) -> Any:
    """Refuse yes and no where a number belongs: Python would count them as 1 and 0."""
    if isinstance(value, bool):
        raise ValueError("a number")  # pydantic reports no TypeError
    return value


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


def _correction(value: Any) -> Any:
    """`bazett`, `QTcB` and `Bazett's formula` are one."""
    if not isinstance(value, str):
        return value
    word = re.sub(r"('s)?(\s+(formula|correction))?$", "", value.strip().casefold())
    return _CORRECTIONS.get(word, word.capitalize())


def _many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _goals(value: Any) -> Any:
    """One goal or a list; `insomnia`, `mood`, `low mood` and `sexual function` are understood."""
    other = {"insomnia": "sleep", "mood": "depression", "low mood": "depression"}
    listed = cast("list[Any]", value) if isinstance(value, list) else [value]
    words = [w.strip().casefold() if isinstance(w, str) else w for w in listed]
    return [other.get(w, w.replace(" ", "_")) if isinstance(w, str) else w for w in words]


def _no_answer(value: Any) -> Any:
    """YAML reads a bare `no` as false; as an answer it is `none`."""
    return "none" if value is False or value == "no" else value


def _judged(value: Any) -> float | str:
    """Read points, or an answer in a word; which words there are, the questionnaire knows."""
    if isinstance(value, str) and value.strip():
        return value.strip().casefold()
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1000:
        return float(value)
    raise ValueError("points from 0 to 1000, or an answer in a word, such as half")


Day = Annotated[RecordedDay, BeforeValidator(_day)]
OneDay = Annotated[date, BeforeValidator(_one_day)]
Number = Annotated[float, Field(allow_inf_nan=False), BeforeValidator(_not_truth)]
Whole = Annotated[int, BeforeValidator(_not_truth)]
MgPerDayEntry = Annotated[Decimal, Field(gt=0, le=100000), BeforeValidator(_not_truth)]
Points = Annotated[Number, Field(ge=0, le=1000)]
Many = Field(max_length=_MOST)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _RetractableEntry(_Entry):
    """What was entered in error stays in the file, and counts for nothing."""

    entered_in_error: bool = False


class PainEntry(_Entry):
    condition: str = Field(min_length=1)
    score: Annotated[Number, Field(ge=0, le=10)] | None = None
    since: Day | None = None


class ConditionEntry(_RetractableEntry):
    name: str = Field(min_length=1)
    on: Day | None = None


class MedicineEntry(_RetractableEntry):
    name: str = Field(min_length=1)
    mg_per_day: MgPerDayEntry | None = None
    started: Day | None = None
    stopped: Annotated[RecordedDay | bool | None, BeforeValidator(_stopped)] = None


class MeasurementEntry(_RetractableEntry):
    value: Number
    unit: str = Field(min_length=1)
    on: OneDay | None = None
    correction: Annotated[Correction, BeforeValidator(_correction)] | None = None


class PregnancyEntry(_Entry):
    """`no`, `yes`, or `{weeks: n}`."""

    pregnant: bool = True
    weeks: Annotated[Whole, Field(ge=0, le=45)] | None = None


class AttemptEntry(_RetractableEntry):
    drug: str = Field(min_length=1)
    highest_mg_per_day: MgPerDayEntry | None = None
    weeks: Annotated[Number, Field(ge=0, le=2000)] | None = None
    response: str = ""
    stopped_because: str = ""


class PreferencesEntry(_Entry):
    """`judgements` are points (100: the anchor's swing) or an answer of the questionnaire."""

    weights: Annotated[dict[str, Points], Many] = {}
    judgements: Annotated[dict[str, Annotated[Any, BeforeValidator(_judged)]], Many] = {}
    cost_per_month: Annotated[dict[str, Annotated[Number, Field(ge=0, le=1e6)]], Many] = {}
    goals: Annotated[tuple[Goal, ...], Many, BeforeValidator(_goals)] = ()


Named = Annotated[ConditionEntry, BeforeValidator(_named)]
NamedMedicine = Annotated[MedicineEntry, BeforeValidator(_named)]
Gene = Literal["CYP2D6", "CYP2C19", "CYP2B6"]


class PatientFile(_Entry):
    age: Annotated[Whole, Field(ge=0, le=120)] | None = None
    born: OneDay | None = None
    sex: Annotated[Sex, BeforeValidator(_sex)] | None = None
    pain: Annotated[PainEntry, BeforeValidator(_pain)]
    conditions: Annotated[tuple[Named, ...], Many] = ()
    absent: Annotated[tuple[Named, ...], Many, BeforeValidator(_many)] = ()
    medications: Annotated[tuple[NamedMedicine, ...], Many] | None = None
    allergies: Annotated[tuple[NamedMedicine, ...], Many] | None = None
    measurements: Annotated[dict[str, MeasurementEntry], Many] = {}
    genotypes: dict[Gene, Annotated[Phenotype | None, BeforeValidator(_phenotype)]] = {}
    pregnancy: Annotated[PregnancyEntry, BeforeValidator(_pregnancy)] | None = None
    suicidality: Annotated[Suicidality, BeforeValidator(_no_answer)] | None = None
    alcohol: Annotated[Alcohol, BeforeValidator(_no_answer)] | None = None
    smoker: bool | None = None
    attempts: Annotated[tuple[AttemptEntry, ...], Many] = ()
    preferences: PreferencesEntry = PreferencesEntry()

    @field_validator("medications", "allergies", mode="before")
    @classmethod
    def _none_taken(cls, value: Any) -> Any:
        return () if value == "none" else value
