"""Read a patient file strictly: every problem at once, each with its line and what to do."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from assuage.errors import Problem
from assuage.evidence.pain_condition import PainCondition, match_condition
from assuage.knowledge.patient_file import (
    ConditionEntry,
    MeasurementEntry,
    MedicineEntry,
    PatientFile,
    PregnancyEntry,
    RecordedDay,
)
from assuage.knowledge.patient_wishes import read_judgements, read_weights
from assuage.knowledge.reading import Located, PathInFile, Problems, check, nearest
from assuage.knowledge.yaml_text import read_yaml
from assuage.patient.derivation import contradictions
from assuage.patient.record import (
    Attempt,
    Measurement,
    Pain,
    PatientRecord,
    Pregnancy,
    RecordedCondition,
    RecordedMedicine,
)
from assuage.patient.scope import refuse_if_out_of_scope
from assuage.patient.vocabulary import Vocabulary

ALL_OTHERS = "all_others"
_OLDEST = 120
_NO_PAIN = "-"
_CLOSE = 0.8  # psychosis is not to be read as cirrhosis
_FILE = TypeAdapter(PatientFile)


def read_patient(
    text: str,
    name: str,
    *,
    vocabulary: Vocabulary,
    pain_conditions: Iterable[PainCondition],
    today: date,
) -> PatientRecord:
    """Return the record in a patient file (YAML or JSON). `name` is how problems call the file.

    Raises OutOfScope for a patient assuage must not advise on, before anything else is judged, and
    InvalidInput with every problem of the file.
    """
    located = read_yaml(text, name)
    problems = Problems()
    pains = tuple(pain_conditions)
    _refuse_out_of_scope(located, pains, today)
    entry = _checked(located, problems)
    reader = _PatientReader(located, vocabulary, today, problems)
    record = reader.record(entry, pains)
    problems.found.extend(contradictions(record, vocabulary))
    problems.found.sort(key=_line_of)
    problems.refuse_if_any()
    return record


def _checked(located: Located, problems: Problems) -> PatientFile:
    """Return the file's entries; those that are malformed are reported and left out.

    So that one slip does not hide what else is wrong, the rest is read on.
    """
    entry = check(_FILE, located, problems)
    if entry is not None:
        return entry
    if not isinstance(located.data, dict):
        problems.refuse_if_any()
    data = cast("dict[str, Any]", located.data)
    parts = {key: _sound_part(key, data[key]) for key in data}
    sound = {key: part for key, part in parts.items() if _is_sound(key, part)}
    return _FILE.validate_python({"pain": {"condition": _NO_PAIN}, **sound})


def _sound_part(key: str, value: Any) -> Any:
    """Leave out the malformed entries of several under one key, such as measurements."""
    if key == "pain" or not isinstance(value, dict):
        return value
    entries = cast("dict[str, Any]", value)
    return {name: entries[name] for name in entries if _is_sound(key, {name: entries[name]})}


def _is_sound(key: str, value: Any) -> bool:
    try:
        _FILE.validate_python({"pain": {"condition": _NO_PAIN}, key: value})
    except ValidationError:
        return False
    return True


def _line_of(problem: Problem) -> int:
    found = re.search(r"line (\d+)$", problem.where)
    return int(found[1]) if found else 0


def _refuse_out_of_scope(located: Located, pains: Iterable[PainCondition], today: date) -> None:
    """Look at age and pain before the rest: who is out of scope need not mend the file."""
    if not isinstance(located.data, dict):
        return
    data = cast("dict[str, Any]", located.data)
    pain = data.get("pain")
    named = cast("dict[str, Any]", pain).get("condition") if isinstance(pain, dict) else pain
    match = match_condition(named, pains) if isinstance(named, str) else None
    stated = named.strip() if isinstance(named, str) else ""
    refuse_if_out_of_scope(
        age=_years_of(data, today),
        pain=stated or (_NO_PAIN if _may_be_mistyped(data) else None),
        refusal=match.condition.refusal if match is not None else "",
    )


def _may_be_mistyped(data: Mapping[str, Any]) -> bool:
    """Whether the pain may stand under a key with a slip in it: then the slip is the problem."""
    pain = data.get("pain")
    return bool(pain) if "pain" in data else bool(data.keys() - PatientFile.model_fields.keys())


def _years_of(data: Mapping[str, Any], today: date) -> int:
    """The lowest age the file can mean; an adult one where it states none that can be read."""
    stated = {"pain": {"condition": _NO_PAIN}} | {
        key: data[key] for key in ("age", "born") if key in data and _is_sound(key, data[key])
    }
    entry = _FILE.validate_python(stated)
    ages = [entry.age, None if entry.born is None else _age(entry.born, today)]
    return min((age for age in ages if age is not None and age >= 0), default=_OLDEST)


def _age(born: date, today: date) -> int:
    had_birthday = (today.month, today.day) >= (born.month, born.day)
    return today.year - born.year - (not had_birthday)


@dataclass(frozen=True, slots=True)
class _PatientReader:
    located: Located
    vocabulary: Vocabulary
    today: date
    problems: Problems

    def record(self, entry: PatientFile, pains: tuple[PainCondition, ...]) -> PatientRecord:
        if entry.sex == "male" and entry.pregnancy is not None and entry.pregnancy.pregnant:
            self._refuse(("pregnancy",), "a pregnant man", "sex: female, or pregnancy: no")
        attempts = tuple(
            Attempt(
                drug=medicine.id if (medicine := self.vocabulary.medicine_named(a.drug)) else "",
                as_written=a.drug,
                hint=""
                if medicine
                else nearest(a.drug, self.vocabulary.medicine_names, cutoff=_CLOSE),
                highest_mg_per_day=a.highest_mg_per_day,
                weeks=a.weeks,
                response=a.response,
                stopped_because=a.stopped_because,
            )
            for a in entry.attempts
        )
        absent = [one for one in entry.absent if one.name != ALL_OTHERS]
        return PatientRecord(
            name=self.located.name,
            age=self._years(entry),
            born=entry.born,
            sex=entry.sex,
            pain=self._pain(entry, pains),
            conditions=self._conditions("conditions", entry.conditions),
            absent=self._conditions("absent", absent),
            all_others_absent=len(absent) < len(entry.absent),
            medications=self._medicines("medications", entry.medications),
            allergies=self._medicines("allergies", entry.allergies),
            measurements=self._measurements(entry.measurements),
            genotypes={g: p for g, p in entry.genotypes.items() if p is not None},
            pregnancy=_pregnancy(entry.pregnancy),
            suicidality=entry.suicidality,
            alcohol=entry.alcohol,
            smoker=entry.smoker,
            attempts=attempts,
            weights=read_weights(entry.preferences, self.located, self.problems),
            judgements=read_judgements(entry.preferences, self.located, self.problems),
            cost_per_month=self._costs(entry.preferences.cost_per_month),
        )

    def _costs(self, entries: Mapping[str, float]) -> dict[str, float]:
        """Return costs by medicine; one that nobody knows could be set against nothing."""
        found: dict[str, float] = {}
        for name, cost in entries.items():
            medicine = self.vocabulary.medicine_named(name)
            if medicine is None:
                known = self.vocabulary.medicine_names
                self._refuse(
                    ("preferences", "cost_per_month", name),
                    f"the cost of {name}",
                    "a medicine that assuage knows" + nearest(name, known, cutoff=_CLOSE),
                )
            else:
                found[medicine.id] = cost
        return found

    def _refuse(self, path: PathInFile, found: str, expected: str, do: str = "Correct it.") -> None:
        self.problems.add(self.located.where(path), found=found, expected=expected, do=do)

    def _not_later(self, when: date | None, path: PathInFile, what: str) -> None:
        if when is not None and when > self.today:
            self._refuse(path, f"{what} on {when}", f"a day up to today, {self.today}")

    def _past(self, day: RecordedDay | None, path: PathInFile, what: str) -> date | None:
        """Return the latest day it can mean; a day after today is refused."""
        latest = None if day is None else day.latest_until(self.today)
        self._not_later(latest, path, what)
        return latest

    def _years(self, entry: PatientFile) -> int:
        """Return the age; a birth date and an age that disagree are refused."""
        if entry.born is None:
            if entry.age is None and not {"age", "born"} & set(self.located.data):
                self._refuse((), "neither age nor born", "one of them", "Add age or born.")
            return entry.age or 0
        self._not_later(entry.born, ("born",), "a birth")
        years = _age(entry.born, self.today)
        if years > _OLDEST:
            self._refuse(("born",), f"a birth on {entry.born}", f"an age up to {_OLDEST}")
        if entry.age is not None and entry.age != years:
            self._refuse(
                ("age",),
                f"age {entry.age}, but born {entry.born}, which makes {years} on {self.today}",
                "an age that agrees with the birth date",
                "Correct one of the two, or leave the age out.",
            )
        return years

    def _pain(self, entry: PatientFile, pains: tuple[PainCondition, ...]) -> Pain:
        written = entry.pain.condition
        match = match_condition(written, pains)
        if match is None and written != _NO_PAIN:
            labels = [
                label for pain in pains if pain.in_scope for label in (pain.label, *pain.words)
            ]
            self._refuse(
                ("pain", "condition"),
                f"the pain condition {written!r}",
                "a neuropathic pain condition that assuage knows" + nearest(written, labels),
                "Use one of: " + ", ".join(pain.label for pain in pains if pain.in_scope) + ".",
            )
        return Pain(
            condition=match.condition.id if match else "",
            label=match.condition.label if match else written,
            as_written=written,
            score=entry.pain.score,
            since=self._past(entry.pain.since, ("pain", "since"), "pain since"),
            note=match.note if match else "",
        )

    def _conditions(
        self, key: str, entries: Iterable[ConditionEntry]
    ) -> tuple[RecordedCondition, ...]:
        """Read a list of conditions; an unknown name is kept, to be said not checked."""
        found: list[RecordedCondition] = []
        for place, entry in enumerate(entries):
            path = (key, place)
            concepts = self.vocabulary.conditions_named(entry.name)
            on = self._past(entry.on, (*path, "on"), entry.name)
            close = nearest(entry.name, self.vocabulary.condition_names, cutoff=_CLOSE)
            found.append(
                RecordedCondition(
                    name=entry.name,
                    concepts=concepts or (),
                    where=self._line(path),
                    on=on,
                    known=concepts is not None,
                    hint=close if concepts is None else "",
                )
            )
        return tuple(found)

    def _line(self, path: PathInFile) -> str:
        return self.located.where(path).removeprefix(f"{self.located.name}, ")

    def _medicines(
        self, key: str, entries: Iterable[MedicineEntry] | None
    ) -> tuple[RecordedMedicine, ...] | None:
        """Read a list of medicines; an unknown name is kept, to be said not checked."""
        if entries is None:
            return None
        return tuple(self._medicine(entry, (key, place)) for place, entry in enumerate(entries))

    def _medicine(self, entry: MedicineEntry, path: PathInFile) -> RecordedMedicine:
        started = entry.started.earliest if entry.started else None
        stopped = entry.stopped
        if isinstance(stopped, RecordedDay):
            stopped = stopped.latest_until(self.today)
        if isinstance(stopped, date) and started is not None and stopped < started:
            self._refuse(
                (*path, "stopped"),
                f"{entry.name} stopped on {stopped}, before its start on {started}",
                "a stop that is not before the start",
            )
        known = self.vocabulary.medicine_named(entry.name)
        allergy = path[0] == "allergies"
        concepts = (
            self.vocabulary.concepts_of(known)
            if known
            else self.vocabulary.class_named(entry.name)
            if allergy
            else frozenset[str]()
        )
        names = (
            self.vocabulary.names_to_ask_allergy_of if allergy else self.vocabulary.medicine_names
        )
        return RecordedMedicine(
            name=entry.name,
            medicine=known.id if known else None,
            concepts=concepts,
            where=self._line(path),
            mg_per_day=entry.mg_per_day,
            started=started,
            stopped=stopped or None,
            hint="" if known else nearest(entry.name, names, cutoff=_CLOSE),
        )

    def _measurements(self, entries: Mapping[str, MeasurementEntry]) -> dict[str, Measurement]:
        found: dict[str, Measurement] = {}
        for name, entry in entries.items():
            measurement = self._measurement(name, entry, ("measurements", name))
            if measurement is None:
                continue
            if measurement.measure in found:
                expected = "each measurement once"
                self._refuse(("measurements", name), f"{measurement.measure} twice", expected)
            found[measurement.measure] = measurement
        return found

    def _measurement(
        self, name: str, entry: MeasurementEntry, path: PathInFile
    ) -> Measurement | None:
        measure = self.vocabulary.measure_named(name)
        if measure is None or measure.id in {"age", "pregnancy_weeks"}:
            self._refuse(
                path,
                f"the unknown measurement {name}",
                "a measurement that assuage knows" + nearest(name, self.vocabulary.measure_names),
                "Correct the name, or remove it.",
            )
            return None
        factor = measure.factor(entry.unit)
        self._not_later(entry.on, (*path, "on"), f"{name} measured")
        if factor is None:
            units = " or ".join(measure.units)
            self._refuse((*path, "unit"), f"{name} in {entry.unit!r}", f"{name} in {units}")
            return None
        value = entry.value * factor
        if not measure.lowest <= value <= measure.highest:
            self._refuse(
                (*path, "value"),
                f"{measure.label} {entry.value:g} {entry.unit}",
                f"{measure.lowest:g} to {measure.highest:g} {measure.unit} in a living adult",
                "Is the number or the unit mistyped? Correct it, or leave it out.",
            )
        return Measurement(
            measure=measure.id,
            value=value,
            as_written=f"{entry.value:g} {entry.unit}" + (f" on {entry.on}" if entry.on else ""),
            where=self._line(path),
            on=entry.on,
        )


def _pregnancy(entry: PregnancyEntry | None) -> Pregnancy | None:
    return None if entry is None else Pregnancy(pregnant=entry.pregnant, weeks=entry.weeks)
