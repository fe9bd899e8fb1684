"""Laws of what is recorded, for the rules that come with assuage: worse is never safer.

Truth: the direction in which each measurement is worse is written here, not read from the rules;
that a fact is judged is seen from the outside, by changing it and looking at every answer.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from any_patient import SLOW_OR_PICKY
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assuage.consult.library import load_library
from assuage.knowledge.rules import load_safety
from assuage.options.appraisal import Verdict
from assuage.options.rule import compile_rules
from assuage.options.screening import screen
from assuage.options.unjudged import unjudged
from assuage.patient.derivation import contradictions, derive_facts
from assuage.patient.record import (
    Attempt,
    Measurement,
    Pain,
    PatientRecord,
    RecordedCondition,
    RecordedMedicine,
)
from assuage.plan.planning import make_plan
from assuage.plan.screened import limits_found

TODAY = date(2026, 6, 15)
ON_OFFER = {Verdict.SUITABLE: 2, Verdict.CAUTION: 1}
# The value from which a measurement gets worse, and whether downwards, upwards or both ways.
WORSE: Mapping[str, tuple[str, float]] = {
    "crcl": ("down", 120),
    "egfr": ("down", 120),
    "creatinine": ("up", 60),
    "sodium": ("down", 140),
    "potassium": ("down", 4.2),
    "magnesium": ("down", 0.9),
    "qt": ("up", 380),
    "qtc": ("up", 400),
    "heart_rate": ("both", 75),
    "systolic": ("both", 122),
    "diastolic": ("both", 76),
    "alt": ("up", 25),
    "ast": ("up", 25),
    "bilirubin": ("up", 10),
    "albumin": ("down", 42),
    "inr": ("up", 1),
    "hba1c": ("up", 5.5),
    "neutrophils": ("down", 4),
    "platelets": ("down", 250),
    "nortriptyline_level": ("up", 0),
    "weight": ("down", 75),  # by the clearance that is computed from it
    "height": ("up", 170),
}
quick = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=SLOW_OR_PICKY,
)


@cache
def safety():
    return load_safety()


@cache
def drugs():
    return tuple(sorted({drug for group in safety().classes.values() for drug in group}))


@cache
def book():
    return compile_rules(safety().rules, drugs(), safety().classes)


def measure(name):
    return safety().vocabulary.measures[name]


WELL = PatientRecord(
    name="patient.yaml",
    age=50,
    sex="male",
    pain=Pain(condition="-", label="pain", as_written="pain"),
    all_others_absent=True,
    medications=(),
    allergies=(),
    suicidality="none",
    alcohol="none",
)


def taken(name):
    words = safety().vocabulary
    concepts = words.concepts_of(words.medicines[name])
    return RecordedMedicine(name=name, medicine=name, concepts=concepts, where="line 2")


def having(concept):
    return RecordedCondition(name=concept, concepts=(concept,), where="line 1")


def measured(record, name, value):
    new = Measurement(measure=name, value=value, as_written=f"{value:g}", where="line 3")
    return replace(record, measurements={**record.measurements, name: new})


def facts_of(record):
    return derive_facts(record, safety().vocabulary, today=TODAY)


def permits(record):
    return {s.drug: ON_OFFER.get(s.verdict, 0) for s in screen(facts_of(record), book())}


def told(record):
    return {
        s.drug: (s.verdict, {r.sentence for r in (*s.reasons, *s.monitoring)} - counted(s))
        for s in screen(facts_of(record), book())
    }


def counted(screening):
    return {r.sentence for r in screening.reasons if r.rule == "screened"}


conditions = st.sampled_from(
    [n for n, c in safety().vocabulary.concepts.items() if c.kind in {"condition", "history"}]
)


@st.composite
def records(draw):
    """Any adult without contradictions, every measurement recorded or not, attempts and all."""
    words = safety().vocabulary
    names = draw(st.lists(conditions, unique=True, max_size=4))
    medicines = draw(st.lists(st.sampled_from(sorted(words.medicines)), unique=True, max_size=3))
    record = replace(
        WELL,
        age=draw(st.integers(18, 99)),
        sex=draw(st.sampled_from(["female", "male", None])),
        all_others_absent=draw(st.booleans()),
        conditions=tuple(having(name) for name in names),
        medications=draw(st.none() | st.just(tuple(taken(name) for name in medicines))),
        attempts=tuple(draw(st.lists(attempts(), max_size=2))),
    )
    for name in WORSE:
        if draw(st.booleans()):
            record = measured(record, name, draw(values(name)))
    assume(not contradictions(record, words, today=TODAY))
    return record


def values(name):
    return st.floats(measure(name).lowest, measure(name).highest).map(lambda x: round(x, 1))


@st.composite
def attempts(draw):
    why = ["", "no effect", "dry mouth", "serotonin syndrome", "urinary retention", "cost"]
    drug = draw(st.sampled_from(drugs()))
    return Attempt(drug=drug, as_written=drug, stopped_because=draw(st.sampled_from(why)))


def test_a_direction_is_stated_for_every_measurement():
    assert set(WORSE) == set(safety().vocabulary.measures) - {"age", "pregnancy_weeks"}


@quick
@given(records(), st.data())
def test_worsening_a_measurement_never_permits_more(record, data):
    name = data.draw(st.sampled_from(sorted(WORSE)))
    way, normal = WORSE[name]
    first, second = data.draw(values(name)), data.draw(values(name))
    if way == "both":
        way = "down" if first < normal else "up"
    better, worse = (min, max) if way == "up" else (max, min)
    before = permits(measured(record, name, better(first, second)))
    after = permits(measured(record, name, worse(first, second)))
    # beside a QT interval, a slower pulse means a shorter QTc
    assume(name != "heart_rate" or "qt" not in record.measurements)
    assume(WORSE[name][0] != "both" or (first < normal) == (second < normal))
    assert {drug for drug in drugs() if after[drug] > before[drug]} == set()


@pytest.mark.parametrize("name", sorted(WORSE))
def test_a_measurement_that_changes_no_answer_is_named_and_no_other(name):
    """Named where no value of it changes an answer, or where this one is unusual and does not."""
    lowest, highest = measure(name).lowest, measure(name).highest
    beside = {"weight": ("creatinine", 300), "creatinine": ("weight", 75)}.get(name)
    record = measured(WELL, *beside) if beside else WELL
    normal = told(measured(record, name, WORSE[name][1]))
    grid = [round(lowest + (highest - lowest) * n / 120, 1) for n in range(121)]
    same = {value: told(measured(record, name, value)) == normal for value in grid}
    low, high = measure(name).usual or (lowest, highest)
    for value in grid:
        facts = facts_of(measured(record, name, value))
        named = any(
            f"{measure(name).label} {value:g}" in i for i in unjudged(facts, book()).not_checked
        )
        unusual = not low <= value <= high
        in_clearance = name in {"weight", "creatinine"}
        assert named == (all(same.values()) or (same[value] and unusual and not in_clearance))


@quick
@given(st.sampled_from(sorted(safety().vocabulary.medicines)))
def test_a_medicine_that_changes_no_answer_is_named(name):
    record = replace(WELL, medications=(taken(name),))
    silent = told(record) == told(WELL)
    assert not silent or any(
        name in item for item in unjudged(facts_of(record), book()).not_checked
    )


@quick
@given(conditions)
def test_a_condition_that_changes_no_answer_is_named(name):
    record = replace(WELL, conditions=(having(name),))
    silent = told(record) == told(WELL)
    assert not silent or any(
        name in item for item in unjudged(facts_of(record), book()).not_checked
    )


@quick
@given(records(), attempts())
def test_an_earlier_reaction_never_permits_more_and_is_told(record, attempt):
    tried = replace(record, attempts=(*record.attempts, attempt))
    before, after = permits(record), permits(tried)
    assert {drug for drug in drugs() if after[drug] > before[drug]} == set()
    most = {"dry mouth": 1, "serotonin syndrome": 0, "urinary retention": 0}
    assert after[attempt.drug] <= most.get(attempt.stopped_because, 2)
    reasons = next(s for s in screen(facts_of(tried), book()) if s.drug == attempt.drug).reasons
    assert any("Tried before" in reason.sentence for reason in reasons)


@quick
@given(records(), st.sampled_from([15, 29]), st.sampled_from(["egfr", "crcl"]))
def test_of_two_kidney_numbers_the_lower_decides(record, low, which):
    assume("crcl" in record.measurements)
    worse = permits(measured(record, which, low))
    assert worse["duloxetine"] == 0
    before = permits(record)
    assume(which == "egfr" or record.measurements["crcl"].value > low)
    # a recorded eGFR takes the place of one computed from creatinine: it must be the worse number
    known = facts_of(record).quantities.get("egfr")
    assume(known is None or known.value > low)
    assert {drug for drug in drugs() if worse[drug] > before[drug]} == set()


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=SLOW_OR_PICKY,
)
@given(records())
def test_no_plan_starts_above_what_a_rule_allows(record):
    library = load_library()
    for screening in screen(facts_of(record), book()):
        if screening.drug in library.drugs and screening.starts and screening.verdict in ON_OFFER:
            drug = library.drugs[screening.drug]
            plan = make_plan(drug, age=record.age, today=TODAY, limits=limits_found(screening))
            assert plan.steps[0].dose <= min(limit.dose for limit in screening.starts)
