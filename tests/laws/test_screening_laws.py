"""Laws of screening, for any patient and for the rules that come with assuage.

Truth: Kleene's logic (De Morgan, double negation, monotone in what is known), and the laws of the
design: nothing vanishes, not recorded is not absent, more harm is never more permission.
"""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assuage.knowledge.rules import load_safety
from assuage.options.appraisal import Verdict
from assuage.options.condition import All, AnyOf, Has, Not
from assuage.options.rule import IF_NOT_RECORDED, Rule, compile_rules
from assuage.options.screening import questions, screen
from assuage.patient.derivation import derive_facts
from assuage.patient.finding import Finding, all_of, any_of
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
MEASURED = {
    "crcl": st.integers(3, 140),
    "sodium": st.integers(115, 150),
    "qtc": st.integers(350, 560),
    "systolic": st.integers(80, 220),
    "neutrophils": st.floats(0.1, 9),
}
findings = st.sampled_from(Finding)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(st.lists(findings, min_size=1, max_size=5))
def test_de_morgan(parts):
    negated = [part.negated() for part in parts]
    assert all_of(parts).negated() is any_of(negated)
    assert any_of(parts).negated() is all_of(negated)


@given(findings)
def test_double_negation(finding):
    assert finding.negated().negated() is finding


@given(st.lists(findings, min_size=1, max_size=5), st.data())
def test_knowing_less_never_decides_otherwise(parts, data):
    place = data.draw(st.integers(0, len(parts) - 1))
    fewer = [*parts[:place], Finding.NOT_RECORDED, *parts[place + 1 :]]
    for join in (all_of, any_of):
        assert join(fewer) in {join(parts), Finding.NOT_RECORDED}


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


@st.composite
def records(draw):
    """Any adult: each part recorded or not. Clearance is drawn, never computed: a computed one
    would step in for a removed one, and that is another fact, not a missing one. So would the age
    for a removed pregnancy from 55 on: there is none by the age."""
    names = draw(st.lists(st.sampled_from(listed()), unique=True, max_size=8))
    split = draw(st.integers(0, len(names)))
    implied = frozenset().union(*(words().implied(name) for name in names[:split]))
    taken = draw(st.lists(st.sampled_from(interesting_medicines()), unique=True, max_size=4))
    days = st.integers(-30, 60).map(lambda n: TODAY - timedelta(days=n))
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
        medications=draw(
            st.none()
            | st.just(
                tuple(
                    entry(name, stopped=draw(st.none() | st.just(value=True) | days))
                    for name in taken
                )
            )
        ),
        allergies=draw(st.none() | st.just(())),
        measurements={
            name: Measurement(measure=name, value=draw(values), as_written="", where="line 3")
            for name, values in MEASURED.items()
            if draw(st.booleans())
        },
        pregnancy=Pregnancy(pregnant=True, weeks=pregnant) if pregnant else None,
        suicidality=draw(st.sampled_from(["none", "past", "current", None])),
        alcohol=draw(st.sampled_from(["none", "some", "heavy", None])),
    )


def without_one(record):
    """Every record that says one thing less."""
    for place in range(len(record.conditions)):
        left = record.conditions[:place] + record.conditions[place + 1 :]
        yield replace(record, conditions=left)
    for place in range(len(record.absent)):
        yield replace(record, absent=record.absent[:place] + record.absent[place + 1 :])
    for name in record.measurements:
        left = {key: value for key, value in record.measurements.items() if key != name}
        yield replace(record, measurements=left)
    for key in ("medications", "allergies", "pregnancy", "suicidality", "alcohol"):
        yield replace(record, **{key: None})


def permits(record, rules):
    found = screen(derive_facts(record, words(), today=TODAY), rules)
    return {screening.drug: PERMITS[screening.verdict] for screening in found}


@quick
@given(records())
def test_candidates_in_are_screenings_out_each_with_a_reason(record):
    found = screen(derive_facts(record, words(), today=TODAY), book())
    assert tuple(screening.drug for screening in found) == drugs()
    assert all(screening.reasons for screening in found)
    held = {s.drug for s in found if s.verdict is Verdict.NOT_ENOUGH_INFORMATION}
    asked = {drug for question in questions(found) for drug in question.drugs}
    assert held <= asked


@quick
@given(records(), st.data())
def test_removing_a_fact_never_permits_more(record, data):
    fewer = data.draw(st.sampled_from(list(without_one(record))))
    before, after = permits(record, book()), permits(fewer, book())
    assert {drug for drug in drugs() if after[drug] > before[drug]} == set()


@quick
@given(records(), st.data())
def test_adding_a_contraindication_never_permits_more(record, data):
    concept = data.draw(st.sampled_from(listed()))
    added = Rule(
        id="X1",
        about=data.draw(st.sampled_from(drugs())),
        when=Has(concept=concept, label=words().label(concept)),
        effect="contraindicated",
        because="",
        do="",
        if_not_recorded=IF_NOT_RECORDED["contraindicated"],
        region="INT",
        graded_by="assuage",
        citation=knowledge().rules[0].citation,
    )
    stricter = compile_rules([*knowledge().rules, added], drugs(), knowledge().classes)
    before, after = permits(record, book()), permits(record, stricter)
    assert {drug for drug in drugs() if after[drug] > before[drug]} == set()


@quick
@given(records(), st.randoms(use_true_random=False))
def test_the_order_of_rules_does_not_matter(record, random):
    shuffled = list(knowledge().rules)
    random.shuffle(shuffled)
    facts = derive_facts(record, words(), today=TODAY)
    again = compile_rules(shuffled, drugs(), knowledge().classes)
    assert screen(facts, again) == screen(facts, book())


@quick
@given(records(), st.data())
def test_trees_obey_the_laws_on_facts(record, data):
    facts = derive_facts(record, words(), today=TODAY)
    names = data.draw(st.lists(st.sampled_from(listed()), min_size=1, max_size=4))
    parts = tuple(Has(concept=name, label=name) for name in names)
    negated = tuple(Not(part=part) for part in parts)
    pairs = [
        (Not(part=All(parts=parts)), AnyOf(parts=negated)),
        (Not(part=AnyOf(parts=parts)), All(parts=negated)),
        (Not(part=Not(part=parts[0])), parts[0]),
    ]
    for one, other in pairs:
        assert one.look_in(facts).finding is other.look_in(facts).finding


@pytest.mark.parametrize("regions", [("US",), ("UK",), ("EU",), ("US", "UK")])
@quick
@given(record=records())
def test_all_regions_together_are_the_strictest(record, regions):
    facts = derive_facts(record, words(), today=TODAY)
    everywhere = screen(facts, book())
    some = screen(facts, book(), jurisdictions=regions)
    for whole, part in zip(everywhere, some, strict=True):
        assert PERMITS[whole.verdict] <= PERMITS[part.verdict]
