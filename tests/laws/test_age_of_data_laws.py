"""Laws of the age of data and of entries made in error, for any patient and our rules.

Truth: what is too old, or was entered in error, says what silence says; time has no other meaning
than the days between a measurement and today.
"""

import json
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.patients import read_patient
from assuage.knowledge.rules import load_safety
from assuage.options.appraisal import Verdict
from assuage.options.question import questions
from assuage.options.rule import compile_rules
from assuage.options.screening import screen
from assuage.options.unjudged import unjudged
from assuage.patient.derivation import derive_facts
from assuage.patient.record import (
    Measurement,
    Pain,
    PatientRecord,
    RecordedCondition,
    RecordedMedicine,
    Retracted,
)

TODAY = date(2026, 6, 15)
ON_OFFER = {Verdict.SUITABLE: 2, Verdict.CAUTION: 1}
OWN_KEYS = {"age", "pregnancy_weeks"}
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def words():
    return load_safety().vocabulary


@cache
def drugs():
    return tuple(sorted({drug for group in load_safety().classes.values() for drug in group}))


@cache
def book():
    return compile_rules(load_safety().rules, drugs(), load_safety().classes)


@cache
def measures():
    return {name: m for name, m in words().measures.items() if name not in OWN_KEYS}


AGEING = sorted(name for name, m in measures().items() if m.counts_for_days is not None)
CONDITIONS = sorted(n for n, c in words().concepts.items() if c.kind in {"condition", "history"})
LIVER = [
    *("cirrhosis", "chronic_liver_disease", "ascites", "mild_ascites"),
    *("moderate_or_severe_ascites", "cirrhosis_child_pugh_a", "hepatic_encephalopathy_grade_1_2"),
]


def item(concept):
    return RecordedCondition(name=concept, concepts=(concept,), where="line 1")


def measured(name, value, on=None):
    return Measurement(measure=name, value=value, as_written=f"{value:g}", where="line 3", on=on)


@st.composite
def records(draw):
    """Any adult, with any measurements, all of them without a day; livers more often than usual."""
    names = draw(st.lists(st.sampled_from(CONDITIONS), unique=True, max_size=4))
    names += draw(st.lists(st.sampled_from(LIVER), unique=True, max_size=3))
    taken = draw(st.lists(st.sampled_from(sorted(words().medicines)), unique=True, max_size=3))
    values = {
        name: draw(st.floats(measures()[name].lowest, measures()[name].highest))
        for name in measures()
        if draw(st.booleans())
    }
    return PatientRecord(
        name="patient.yaml",
        age=draw(st.integers(18, 99)),
        sex=draw(st.sampled_from(["female", "male", None])),
        pain=Pain(condition="-", label="pain", as_written="pain"),
        conditions=tuple(item(name) for name in dict.fromkeys(names)),
        all_others_absent=draw(st.booleans()),
        medications=draw(
            st.none()
            | st.just(
                tuple(
                    RecordedMedicine(
                        name=name,
                        medicine=name,
                        concepts=words().concepts_of(words().medicines[name]),
                        where="line 2",
                    )
                    for name in taken
                )
            )
        ),
        allergies=draw(st.none() | st.just(())),
        measurements={name: measured(name, value) for name, value in values.items()},
        suicidality=draw(st.sampled_from(["none", "past", "current", None])),
        alcohol=draw(st.sampled_from(["none", "some", "heavy", None])),
    )


def dated(record, name, on):
    changed = replace(record.measurements[name], on=on)
    return replace(record, measurements={**record.measurements, name: changed})


def without(record, name):
    left = {key: value for key, value in record.measurements.items() if key != name}
    return replace(record, measurements=left)


def facts_of(record, today=TODAY):
    return derive_facts(record, words(), today=today)


def verdicts(record, today=TODAY):
    return {s.drug: s.verdict for s in screen(facts_of(record, today), book())}


def asked(record):
    return {question.fact for question in questions(screen(facts_of(record), book()))}


def would_show_something(name, value):
    return any(
        shown.threshold.fact == name and shown.threshold.holds(value)
        for concept in words().shown_by(name)
        for shown in concept.shown_by
    )


@quick
@given(records(), st.sampled_from(AGEING), st.integers(1, 9000))
def test_a_measurement_that_is_too_old_says_what_silence_says(record, name, days):
    assume(name in record.measurements)
    value = record.measurements[name].value
    too_old = TODAY - timedelta(days=measures()[name].counts_for_days + days)
    old, silent = dated(record, name, too_old), without(record, name)
    assert asked(silent) <= asked(old)
    after, before = verdicts(old), verdicts(silent)
    # "Every other condition is absent" does not say that what an old number showed is gone.
    if record.all_others_absent and would_show_something(name, value):
        ranks = {d: (ON_OFFER.get(after[d], 0), ON_OFFER.get(before[d], 0)) for d in after}
        assert {drug for drug, (now, then) in ranks.items() if now > then} == set()
    else:
        assert after == before


@quick
@given(records(), st.sampled_from(AGEING), st.integers(0, 400))
def test_a_measurement_counts_to_the_last_of_its_days(record, name, days):
    assume(name in record.measurements and days <= measures()[name].counts_for_days)
    # the corrections of a QTc, and a QT, need a heart rate of the same day
    assume(name not in {"qt", "qtc", "heart_rate"})
    recent = dated(record, name, TODAY - timedelta(days=days))
    assert verdicts(recent) == verdicts(record)
    assert facts_of(recent).stale == ()


@quick
@given(records(), st.dates(date(2026, 1, 1), TODAY), st.integers(-20000, 20000))
def test_moving_every_day_and_today_together_changes_nothing(record, on, days):
    for name in record.measurements:
        record = dated(record, name, on)
    later = record
    for name in record.measurements:
        later = dated(later, name, on + timedelta(days=days))
    assert verdicts(record) == verdicts(later, TODAY + timedelta(days=days))


@pytest.mark.parametrize("name", sorted(measures()))
def test_every_old_number_is_named_with_its_value_day_and_age_and_every_undated_one(name):
    value, on = round(measures()[name].lowest + 1, 1), date(1995, 3, 1)
    record = PatientRecord(
        name="p", age=50, sex=None, pain=Pain(condition="-", label="", as_written="")
    )
    record = replace(record, measurements={name: measured(name, value, on)})
    limit = measures()[name].counts_for_days
    facts = facts_of(record)
    if limit is None:  # height
        assert (facts.stale, facts.quantities[name].value) == ((), value)
        return
    (old,) = facts.stale
    age = (TODAY - on).days
    assert (old.measure, old.value, old.on, old.days_old, old.counts_for_days) == (
        *(name, value, on),
        *(age, limit),
    )
    fact = facts.measured(name)
    words_for_it = f"{value:g} {measures()[name].unit} of 1995-03-01, line 3, is {age} days old"
    assert words_for_it in fact.because
    assert name not in facts.quantities
    assert any(words_for_it in line for line in unjudged(facts, book()).not_checked)
    undated = facts_of(replace(record, measurements={name: measured(name, value)}))
    assert (undated.undated, undated.stale) == ((name,), ())


BASE = {
    "age": 58,
    "sex": "female",
    "pain": "painful diabetic neuropathy",
    "conditions": ["type 2 diabetes", "cirrhosis"],
    "absent": ["glaucoma"],
    "medications": [{"name": "metformin", "mg_per_day": 2000}],
    "allergies": ["penicillin"],
    "measurements": {"crcl": {"value": 62, "unit": "mL/min"}},
    "attempts": [{"drug": "gabapentin", "stopped_because": "drowsy"}],
}
IN_ERROR = {"entered_in_error": True}
WRONG = [
    ("conditions", {"name": "recent myocardial infarction"}),
    ("conditions", {"name": "glaucoma", "on": "2031-01-01"}),
    ("conditions", {"name": "no such illness"}),
    ("absent", {"name": "cirrhosis"}),
    ("absent", {"name": "all_others"}),
    ("medications", {"name": "phenelzine", "mg_per_day": 45}),
    ("medications", {"name": "phenelzine", "started": "2026-05-01", "stopped": "2026-01-01"}),
    ("medications", {"name": "no such medicine"}),
    ("allergies", {"name": "duloxetine"}),
    ("attempts", {"drug": "amitriptyline", "stopped_because": "serotonin syndrome"}),
    ("measurements", ("crcl", {"value": 620000, "unit": "drops"})),
    ("measurements", ("egfr", {"value": 12, "unit": "mL/min/1.73m2"})),
    ("measurements", ("qtc", {"value": 530, "unit": "ms", "on": "2031-01-01"})),
    ("measurements", ("no_such_measurement", {"value": 1, "unit": "mg"})),
]


def read(data):
    return read_patient(
        json.dumps(data),  # one line: no entry changes the line of another
        "patient",
        vocabulary=words(),
        pain_conditions=load_catalogues().conditions.values(),
        today=TODAY,
    )


@pytest.mark.parametrize(("key", "entry"), WRONG)
@pytest.mark.parametrize("base", [BASE, {key: BASE[key] for key in ("age", "sex", "pain")}])
def test_an_entry_made_in_error_changes_nothing_and_is_named(base, key, entry):
    before = read({**base, "measurements": {}} if key == "measurements" else base)
    if key == "measurements":
        name, content = entry
        after = read({**base, "measurements": {name: content | IN_ERROR}})
    else:
        name = entry.get("name") or entry["drug"]
        after = read({**base, key: [*base.get(key, []), entry | IN_ERROR]})
    assert replace(after, retracted=()) == before
    assert after.retracted == (Retracted(key=key, name=name, where="line 1"),)
    told = unjudged(facts_of(after), book()).not_checked
    assert f"{name} (line 1) was entered in error: not used" in told
    assert screen(facts_of(after), book()) == screen(facts_of(before), book())


def test_an_entry_not_made_in_error_counts():
    entry = {"name": "phenelzine", "mg_per_day": 45, "entered_in_error": False}
    record = read({**BASE, "medications": [entry]})
    assert record.retracted == ()
    assert verdicts(record)["duloxetine"] is Verdict.CONTRAINDICATED
