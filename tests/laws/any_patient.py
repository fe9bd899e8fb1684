"""Any adult, drawn at random, and the knowledge that screens them."""

from datetime import date, timedelta
from functools import cache

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from assuage.knowledge.rules import load_safety
from assuage.options.appraisal import Verdict
from assuage.options.rule import compile_rules
from assuage.options.screening import screen
from assuage.patient.derivation import derive_facts
from assuage.patient.record import (
    Measurement,
    Pain,
    PatientRecord,
    Pregnancy,
    RecordedCondition,
    RecordedMedicine,
)

TODAY = date(2026, 6, 15)
PERMITS = {
    Verdict.CONTRAINDICATED: 0,
    Verdict.AVOID: 0,
    Verdict.NOT_ENOUGH_INFORMATION: 0,
    Verdict.CAUTION: 1,
    Verdict.SUITABLE: 2,
}
SLOW_OR_PICKY = [HealthCheck.too_slow, HealthCheck.filter_too_much]
quick = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=SLOW_OR_PICKY,
)


@cache
def knowledge():
    return load_safety()


@cache
def words():
    return knowledge().vocabulary


@cache
def drugs():
    return tuple(sorted({drug for group in knowledge().classes.values() for drug in group}))


@cache
def book():
    return compile_rules(knowledge().rules, drugs(), knowledge().classes)


@cache
def listed():
    kinds = {"condition", "history"}
    return tuple(
        name for name, c in words().concepts.items() if c.kind in kinds and not c.allergy_to
    )


@cache
def interesting_medicines():
    return tuple(name for name, medicine in words().medicines.items() if medicine.concepts)


def item(concept):
    return RecordedCondition(name=concept, concepts=(concept,), where="line 1")


def entry(name, **more):
    concepts = words().concepts_of(words().medicines[name])
    return RecordedMedicine(name=name, medicine=name, concepts=concepts, where="line 2", **more)


MEASURED = {
    "crcl": st.integers(3, 140),
    "sodium": st.integers(115, 150),
    "qtc": st.integers(350, 560),
    "systolic": st.integers(80, 220),
    "neutrophils": st.floats(0.1, 9),
}


@st.composite
def measurements(draw):
    """Any of the measurements, each recorded or not."""
    return {
        name: Measurement(measure=name, value=draw(values), as_written="", where="line 3")
        for name, values in MEASURED.items()
        if draw(st.booleans())
    }


@st.composite
def medications(draw):
    """No list of medicines, or up to four, each taken now or stopped, its day known or not."""
    taken = draw(st.lists(st.sampled_from(interesting_medicines()), unique=True, max_size=4))
    days = st.integers(-30, 60).map(lambda n: TODAY - timedelta(days=n))
    stopped = st.none() | st.just(value=True) | days
    listed_now = st.just(tuple(entry(name, stopped=draw(stopped)) for name in taken))
    return draw(st.none() | listed_now)


@st.composite
def records(draw):
    """Any adult: each part recorded or not. Clearance is drawn, never computed: a computed one
    would step in for a removed one, and that is another fact, not a missing one. So would the age
    for a removed pregnancy from 55 on: there is none by the age."""
    names = draw(st.lists(st.sampled_from(listed()), unique=True, max_size=8))
    split = draw(st.integers(0, len(names)))
    implied = frozenset().union(*(words().implied(name) for name in names[:split]))
    sex = draw(st.sampled_from(["female", "male", None]))
    age = draw(st.integers(18, 99))
    pregnant = draw(st.none() | st.integers(1, 41)) if sex == "female" and age < 55 else None
    return PatientRecord(
        name="patient.yaml",
        age=age,
        sex=sex,
        pain=Pain(condition="-", label="pain", as_written="pain"),
        conditions=tuple(item(name) for name in names[:split]),
        absent=tuple(item(name) for name in names[split:] if name not in implied),
        medications=draw(medications()),
        allergies=draw(st.none() | st.just(())),
        measurements=draw(measurements()),
        pregnancy=Pregnancy(pregnant=True, weeks=pregnant) if pregnant else None,
        suicidality=draw(st.sampled_from(["none", "past", "current", None])),
        alcohol=draw(st.sampled_from(["none", "some", "heavy", None])),
    )


def permits(record, rules):
    found = screen(derive_facts(record, words(), today=TODAY), rules)
    return {screening.drug: PERMITS[screening.verdict] for screening in found}
