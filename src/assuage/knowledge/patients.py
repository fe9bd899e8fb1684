"""Read a patient file strictly: every problem at once, each with its line and what to do."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from assuage.errors import Problem
from assuage.evidence.pain_condition import PainCondition, match_condition
from assuage.knowledge.patient_file import (
    AttemptEntry,
    ConditionEntry,
    MedicineEntry,
    PatientFile,
    PregnancyEntry,
    RecordedDay,
    dated_name,
)
from assuage.knowledge.patient_measurements import read_measurements
from assuage.knowledge.patient_notes import Notes, years_since
from assuage.knowledge.patient_wishes import read_judgements, read_weights
from assuage.knowledge.reading import Located, PathInFile, Problems, check, nearest
from assuage.knowledge.yaml_text import read_yaml
from assuage.patient.derivation import contradictions
from assuage.patient.medicine_names import MedicineReading
from assuage.patient.record import (
    Attempt,
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
    notes = Notes(
        located=located, today=today, problems=problems, born=_earliest_birth(entry, today)
    )
    record = _PatientReader(notes, vocabulary).record(entry, pains)
    problems.found.extend(contradictions(record, vocabulary, today=today))
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
    ages = [entry.age, None if entry.born is None else years_since(entry.born, today)]
    return min((age for age in ages if age is not None and age >= 0), default=_OLDEST)


def _earliest_birth(entry: PatientFile, today: date) -> date | None:
    """The birth date, or the earliest that an age leaves possible."""
    if entry.born is not None or entry.age is None:
        return entry.born
    year = today.year - entry.age - 1
    leap_day = (today.month, today.day) == (2, 29)
    return today.replace(year=year, day=28 if leap_day else today.day)


@dataclass(frozen=True, slots=True)
class _PatientReader:
    notes: Notes
    vocabulary: Vocabulary

    @property
    def today(self) -> date:
        return self.notes.today

    def record(self, entry: PatientFile, pains: tuple[PainCondition, ...]) -> PatientRecord:
        if entry.sex == "male" and entry.pregnancy is not None and entry.pregnancy.pregnant:
            self.notes.refuse(("pregnancy",), "a pregnant man", "sex: female, or pregnancy: no")
        attempts = tuple(
            part
            for _, each in self.notes.standing("attempts", entry.attempts)
            for part in self._attempts(each)
        )
        return PatientRecord(
            name=self.notes.located.name,
            age=self._years(entry),
            born=entry.born,
            sex=entry.sex,
            pain=self._pain(entry, pains),
            conditions=self._conditions("conditions", entry.conditions),
            absent=self._conditions("absent", entry.absent),
            all_others_absent=any(
                one.name == ALL_OTHERS and not one.entered_in_error for one in entry.absent
            ),
            medications=self._medicines("medications", entry.medications),
            allergies=self._medicines("allergies", entry.allergies),
            measurements=read_measurements(entry.measurements, self.vocabulary, self.notes),
            genotypes={g: p for g, p in entry.genotypes.items() if p is not None},
            pregnancy=_pregnancy(entry.pregnancy),
            suicidality=entry.suicidality,
            alcohol=entry.alcohol,
            smoker=entry.smoker,
            attempts=attempts,
            weights=read_weights(entry.preferences, self.notes.located, self.notes.problems),
            judgements=read_judgements(entry.preferences, self.notes.located, self.notes.problems),
            cost_per_month=self._costs(entry.preferences.cost_per_month),
            goals=tuple(dict.fromkeys(entry.preferences.goals)),
            retracted=tuple(self.notes.retracted),
        )

    def _costs(self, entries: Mapping[str, float]) -> dict[str, float]:
        """Return costs by medicine; one that nobody knows could be set against nothing."""
        found: dict[str, float] = {}
        for name, cost in entries.items():
            medicine = self.vocabulary.medicine_named(name)
            if medicine is None:
                known = self.vocabulary.medicine_names
                self.notes.refuse(
                    ("preferences", "cost_per_month", name),
                    f"the cost of {name}",
                    "a medicine that assuage knows" + nearest(name, known, cutoff=_CLOSE),
                )
            else:
                found[medicine.id] = cost
        return found

    def _years(self, entry: PatientFile) -> int:
        """Return the age; a birth date and an age that disagree are refused."""
        if entry.born is None:
            if entry.age is None and not {"age", "born"} & set(self.notes.located.data):
                self.notes.refuse((), "neither age nor born", "one of them", "Add age or born.")
            return entry.age or 0
        self.notes.not_later(entry.born, ("born",), "a birth")
        years = years_since(entry.born, self.today)
        if years > _OLDEST:
            self.notes.refuse(("born",), f"a birth on {entry.born}", f"an age up to {_OLDEST}")
        if entry.age is not None and entry.age != years:
            self.notes.refuse(
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
            self.notes.refuse(
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
            since=self.notes.past(entry.pain.since, ("pain", "since"), "pain since"),
            note=match.note if match else "",
        )

    def _conditions(
        self, key: str, entries: Iterable[ConditionEntry]
    ) -> tuple[RecordedCondition, ...]:
        """Read a list of conditions; an unknown name is kept, to be said not checked."""
        found: list[RecordedCondition] = []
        for path, entry in self.notes.standing(key, entries):
            if key == "absent" and entry.name == ALL_OTHERS:
                continue
            concepts = self.vocabulary.conditions_named(entry.name)
            name, when = dated_name(entry.name)
            if concepts is None and entry.on is None and when is not None:
                concepts = self.vocabulary.conditions_named(name)  # "MI 2010"
            else:
                when = entry.on
            on = self.notes.past(when, (*path, "on"), entry.name)
            close = nearest(entry.name, self.vocabulary.condition_names, cutoff=_CLOSE)
            found.append(
                RecordedCondition(
                    name=entry.name,
                    concepts=concepts or (),
                    where=self.notes.line(path),
                    on=on,
                    known=concepts is not None,
                    hint=close if concepts is None else "",
                )
            )
        return tuple(found)

    def _medicines(
        self, key: str, entries: Iterable[MedicineEntry] | None
    ) -> tuple[RecordedMedicine, ...] | None:
        """Read a list of medicines; an unknown name is kept, to be said not checked.

        A list whose every entry was entered in error does not say that nothing is taken.
        """
        if entries is None:
            return None
        listed = tuple(entries)
        read = tuple(
            part
            for path, entry in self.notes.standing(key, listed)
            for part in self._medicine(entry, path)
        )
        return None if listed and not read else read

    def _medicine(self, entry: MedicineEntry, path: PathInFile) -> Iterable[RecordedMedicine]:
        """Yield a combination by its ingredients; of their doses the entry says nothing."""
        started = entry.started.earliest if entry.started else None
        stopped = entry.stopped
        if isinstance(stopped, RecordedDay):
            stopped = stopped.latest_until(self.today)
        if isinstance(stopped, date) and started is not None and stopped < started:
            self.notes.refuse(
                (*path, "stopped"),
                f"{entry.name} stopped on {stopped}, before its start on {started}",
                "a stop that is not before the start",
            )
        self.notes.not_before_birth(started, (*path, "started"), f"{entry.name} started")
        if isinstance(stopped, date):
            self.notes.not_before_birth(stopped, (*path, "stopped"), f"{entry.name} stopped")
        read = self.vocabulary.read_medicine(entry.name)
        unread = RecordedMedicine(
            name=entry.name,
            medicine=None,
            concepts=frozenset(),
            where=self.notes.line(path),
            mg_per_day=entry.mg_per_day if len(read.medicines) < 2 else None,
            started=started,
            stopped=stopped or None,
            place=path[-1] if isinstance(path[-1], int) else None,
        )
        for name in read.medicines:
            concepts = self.vocabulary.concepts_of(self.vocabulary.medicines[name]) | read.groups
            read_as = self._read_as(read)
            yield replace(unread, medicine=name, concepts=concepts, read_as=read_as)
        for part in read.unknown if read.medicines else (entry.name,):
            yield self._unknown(replace(unread, name=part), read, allergy=path[0] == "allergies")

    def _unknown(
        self, entry: RecordedMedicine, read: MedicineReading, *, allergy: bool
    ) -> RecordedMedicine:
        """An allergy may be to a class; another name that is not known is named with a hint."""
        words = self.vocabulary
        if read.may_be and not read.medicines:
            hint = f" (it may be {' or '.join(map(words.label, read.may_be))}: write it out)"
            return replace(entry, hint=hint)
        names = words.names_to_ask_allergy_of if allergy else words.medicine_names
        return replace(
            entry,
            concepts=words.class_named(entry.name) if allergy else frozenset[str](),
            hint=nearest(entry.name, names, cutoff=_CLOSE),
        )

    def _read_as(self, read: MedicineReading) -> str:
        return "" if read.exact else " and ".join(map(self.vocabulary.label, read.medicines))

    def _attempts(self, entry: AttemptEntry) -> Iterable[Attempt]:
        """Yield an attempt at a combination by its ingredients, as a list of medicines does."""
        read = self.vocabulary.read_medicine(entry.drug)
        unknown = read.unknown if read.medicines else (entry.drug,)
        names = [(drug, entry.drug) for drug in read.medicines] + [("", name) for name in unknown]
        known = self.vocabulary.medicine_names
        for drug, written in names:
            yield Attempt(
                drug=drug,
                as_written=written,
                hint="" if drug else nearest(written, known, cutoff=_CLOSE),
                highest_mg_per_day=entry.highest_mg_per_day if len(read.medicines) < 2 else None,
                weeks=entry.weeks,
                response=entry.response,
                stopped_because=entry.stopped_because,
                read_as=self._read_as(read) if drug else "",
            )


def _pregnancy(entry: PregnancyEntry | None) -> Pregnancy | None:
    return None if entry is None else Pregnancy(pregnant=entry.pregnant, weeks=entry.weeks)
