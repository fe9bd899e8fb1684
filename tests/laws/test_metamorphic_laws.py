"""What must not change an answer, over any adult; and that what is said of changes comes true."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from any_patient import (
    TODAY,
    book,
    drugs,
    entry,
    interesting_medicines,
    item,
    listed,
    permits,
    quick,
    records,
    words,
)
from hypothesis import assume, given
from hypothesis import strategies as st

from assuage.options.screening import Screening, screen
from assuage.patient.derivation import derive_facts
from assuage.patient.finding import Finding
from assuage.patient.record import PatientRecord, RecordedCondition, RecordedMedicine


def screened(record: PatientRecord, *, later: int = 0) -> tuple[Screening, ...]:
    return screen(derive_facts(record, words(), today=TODAY + timedelta(days=later)), book())


def answers(found: Iterable[Screening]) -> list[object]:
    """All that is decided, without the words that name a line or a day."""
    return [(s.drug, s.verdict, {(r.rule, r.effect, r.finding) for r in s.reasons}) for s in found]


@quick
@given(records(), st.randoms(use_true_random=False))
def test_order_and_duplicates_of_entries_change_nothing(record, random):
    def mixed(entries):
        twice = [*entries, *random.sample(entries, len(entries) // 2)]
        random.shuffle(twice)
        return tuple(twice)

    listing = record.medications
    other = replace(
        record,
        conditions=mixed(record.conditions),
        absent=mixed(record.absent),
        medications=None if listing is None else mixed(listing),
        measurements=dict(reversed(record.measurements.items())),
    )
    assert answers(screened(other)) == answers(screened(record))


def irrelevant() -> tuple[tuple[RecordedCondition, ...], tuple[RecordedMedicine, ...]]:
    """100 codes that no rule reads, and 100 medicines in no group that a rule reads."""
    codes = tuple(
        RecordedCondition(name=f"Z{n}", concepts=(), where=f"line {n}") for n in range(100, 200)
    )
    strangers = [
        name
        for name, m in words().medicines.items()
        if not words().concepts_of(m) & book().reads and name not in drugs()
    ]
    return codes, tuple(entry(name) for name in strangers[:100])


@quick
@given(records())
def test_two_hundred_irrelevant_facts_change_nothing(record):
    codes, strangers = irrelevant()
    assert len(codes) + len(strangers) == 200
    assume(record.medications is not None)
    crowded = replace(
        record,
        conditions=(*record.conditions, *codes),
        medications=(*(record.medications or ()), *strangers),
    )
    assert answers(screened(crowded)) == answers(screened(record))


@quick
@given(records(), st.integers(-4000, 4000))
def test_moving_all_days_together_changes_nothing(record, days):
    def moved(on):
        return on + timedelta(days=days) if on not in {None, True} else on

    listing = record.medications
    later = replace(
        record,
        conditions=tuple(replace(c, on=moved(c.on)) for c in record.conditions),
        medications=None
        if listing is None
        else tuple(replace(m, started=moved(m.started), stopped=moved(m.stopped)) for m in listing),
        measurements={name: replace(m, on=moved(m.on)) for name, m in record.measurements.items()},
    )
    assert answers(screened(later, later=days)) == answers(screened(record))


@quick
@given(records(), st.data())
def test_an_added_medicine_never_permits_more(record, data):
    assume(record.medications is not None)
    present = {m.medicine for m in record.medications}
    others = [name for name in interesting_medicines() if name not in present]
    added = entry(data.draw(st.sampled_from(others)))
    more = replace(record, medications=(*record.medications, added))
    before, after = permits(record, book()), permits(more, book())
    assert {drug for drug in drugs() if after[drug] > before[drug]} == set()


@quick
@given(records())
def test_a_glance_never_differs_from_a_look(record):
    facts = derive_facts(record, words(), today=TODAY)
    for condition in book().conditions:
        glance = condition.at_a_glance(facts)
        assert glance in {None, condition.look_in(facts).finding}, condition.sentence
        assert glance is not Finding.PRESENT


@quick
@given(records())
def test_what_leads_decides_and_is_little(record):
    for s in screened(record):
        assert len(s.leading) <= 3
        assert all(reason in s.reasons and reason.permits is s.verdict for reason in s.leading)
        assert bool(s.leading) == (s.verdict.value != "suitable")


@quick
@given(records())
def test_without_the_medicines_that_are_named_the_verdict_is_what_was_said(record):
    listing = record.medications or ()
    lines = {f"takes {m.name} (line 2)": m for m in listing}
    for s in screened(record):
        for change in s.changes:
            named = {line for hinge in change.hinges for line in hinge.lines}
            if named <= lines.keys():
                left = tuple(m for m in listing if f"takes {m.name} (line 2)" not in named)
                after = screened(replace(record, medications=left))
                assert next(a.verdict for a in after if a.drug == s.drug) is change.verdict


@quick
@given(records(), st.sampled_from(listed()))
def test_where_the_condition_that_is_named_is_absent_the_verdict_is_no_stricter(record, name):
    assume(name not in {c.name for c in (*record.conditions, *record.absent)})
    implied = {other for c in record.conditions for other in words().implied(c.name)}
    assume(name not in implied)
    record = replace(record, measurements={})  # a number may show it still
    sick = replace(record, conditions=(*record.conditions, item(name)))
    well = replace(record, absent=(*record.absent, item(name)))
    after = {s.drug: s.verdict for s in screened(well)}
    for s in screened(sick):
        for change in s.changes:
            if {line for hinge in change.hinges for line in hinge.lines} == {f"{name} (line 1)"}:
                assert after[s.drug].rank >= change.verdict.rank
