"""Whether an earlier attempt was long and high enough to tell that a drug does not help.

Each drug is judged against its own adequate trial. The weeks of a record are those in all, the
increase included, so that an attempt is called long enough rather too early than too late: the
sources count weeks at the highest dose.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from assuage.patient.facts import Facts
from assuage.patient.record import Attempt
from assuage.provenance import Citation, Cited
from assuage.units import MgPerDay, plain

Adequacy = Literal["adequate", "too short", "too low", "too short and too low", "not known"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdequateTrial:
    """What an attempt must reach to tell something: weeks, and mg/day where a source gives a dose.

    `set_by` says whether the source gives the weeks, or we do where it does not name the drug.
    """

    drug: str
    weeks: Cited[int]
    set_by: Literal["source", "assuage"]
    at_least: Cited[MgPerDay] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptAdequacy:
    """One attempt beside the adequate trial of its drug. What is not recorded or not known is None.

    `words` say what was reached of what was needed: "4 of 6 weeks, 25 of at least 60 mg/day".
    """

    drug: str
    as_written: str
    finding: Adequacy
    weeks: float | None
    weeks_needed: int | None
    dose: Decimal | None
    dose_needed: MgPerDay | None
    words: str
    citations: tuple[Citation, ...] = ()
    set_by: Literal["source", "assuage"] = "source"

    @property
    def adequate(self) -> bool:
        return self.finding == "adequate"


def judge_attempts(
    facts: Facts, trials: Mapping[str, AdequateTrial]
) -> tuple[AttemptAdequacy, ...]:
    """Return every attempt beside the adequate trial of its drug, in the order of the record."""
    return tuple(
        judge_attempt(attempt, trials.get(attempt.drug)) for attempt in facts.record.attempts
    )


def judge_attempt(attempt: Attempt, trial: AdequateTrial | None) -> AttemptAdequacy:
    """Judge one attempt. What is not recorded is not adequate, but what is short is short."""
    weeks, dose = attempt.weeks, attempt.highest_mg_per_day
    needed = trial.at_least if trial else None
    weeks_needed = trial.weeks.value if trial else None
    dose_needed = needed.value if needed else None
    citations = (trial.weeks.citation,) if trial else ()
    return AttemptAdequacy(
        drug=attempt.drug,
        as_written=attempt.as_written,
        finding=_finding(_reached(weeks, weeks_needed), _reached(dose, dose_needed)),
        weeks=weeks,
        weeks_needed=weeks_needed,
        dose=dose,
        dose_needed=dose_needed,
        words=_words(attempt, weeks_needed, dose_needed),
        citations=(*citations, needed.citation) if needed else citations,
        set_by=trial.set_by if trial else "source",
    )


def _reached(value: float | Decimal | None, needed: int | Decimal | None) -> bool | None:
    return None if value is None or needed is None else value >= needed


def _finding(long_enough: bool | None, high_enough: bool | None) -> Adequacy:
    if long_enough is False:
        return "too short and too low" if high_enough is False else "too short"
    if high_enough is False:
        return "too low"
    return "adequate" if long_enough and high_enough else "not known"


def _words(attempt: Attempt, weeks: int | None, dose: MgPerDay | None) -> str:
    if weeks is None:
        return "how long and high an adequate trial of it is, is not known"
    time = "weeks not recorded" if attempt.weeks is None else f"{attempt.weeks:g}"
    parts = [f"{time}, {weeks} needed" if attempt.weeks is None else f"{time} of {weeks} weeks"]
    if dose is None:
        parts.append("no source gives the dose")
    elif attempt.highest_mg_per_day is None:
        parts.append(f"dose not recorded, at least {plain(dose)} mg/day needed")
    else:
        parts.append(f"{plain(attempt.highest_mg_per_day)} of at least {plain(dose)} mg/day")
    return ", ".join(parts)
