"""Laws of the burdens, for any medicine list and the burdens that come with assuage.

Truth: what a sum over a set must do. A medicine more is never a burden less, order and repetition
say nothing, a drug adds what its source gives it and no more, and no list is not an empty list.
"""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assuage.knowledge.burdens import load_burdens
from assuage.knowledge.drugs import load_drugs
from assuage.knowledge.rules import load_safety
from assuage.options.burden import Burden, burdens
from assuage.patient.derivation import derive_facts
from assuage.patient.record import Pain, PatientRecord, RecordedMedicine

TODAY = date(2026, 6, 15)
DRUGS = tuple(load_drugs())
SAFETY = load_safety()
WORDS = SAFETY.vocabulary
BOOK = load_burdens(SAFETY, DRUGS)
ADDING = sorted(name for name in WORDS.medicines if BOOK.added_by(name))
medicines = st.lists(st.sampled_from(ADDING), max_size=8)
quick = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def entry(name: str, **more: object) -> RecordedMedicine:
    known = WORDS.medicines.get(name)
    taken = RecordedMedicine(
        name=name,
        medicine=name if known else None,
        concepts=WORDS.concepts_of(known) if known else frozenset(),
        where=name,
    )
    return replace(taken, **more)


def of(*entries: RecordedMedicine) -> dict[str, tuple[Burden, ...]]:
    return found(entries)


def found(entries: tuple[RecordedMedicine, ...] | None) -> dict[str, tuple[Burden, ...]]:
    record = PatientRecord(
        name="",
        age=70,
        sex=None,
        pain=Pain(condition="fibromyalgia", label="", as_written=""),
        medications=entries,
    )
    return burdens(derive_facts(record, WORDS, today=TODAY), BOOK)


def numbers(result: dict[str, tuple[Burden, ...]]) -> dict[tuple[str, str], tuple[int, int]]:
    return {
        (drug, each.id): (each.without, each.with_drug)
        for drug, row in result.items()
        for each in row
        if each.without is not None and each.with_drug is not None
    }


def test_the_burdens_are_those_that_pharmacists_add_up():
    assert [definition.id for definition in BOOK.definitions] == [
        *("anticholinergic", "serotonergic", "qt", "bleeding", "sodium", "sedation_and_falls"),
        *("pressure_lowering", "pressure_raising", "seizure_threshold"),
    ]
    assert set(found(())) == set(DRUGS)


@quick
@given(names=medicines, more=st.sampled_from(ADDING))
def test_a_medicine_more_is_never_a_burden_less(names: list[str], more: str):
    before, after = numbers(of(*map(entry, names))), numbers(of(*map(entry, [*names, more])))
    assert before.keys() == after.keys()
    lower = [
        key for key, pair in after.items() if pair[0] < before[key][0] or pair[1] < before[key][1]
    ]
    assert lower == []


@quick
@given(names=medicines, data=st.data())
def test_order_and_repetition_say_nothing(names: list[str], data: st.DataObject):
    again = data.draw(st.lists(st.sampled_from(names), max_size=3)) if names else []
    mixed = data.draw(st.permutations([*names, *again]))
    assert of(*map(entry, mixed)) == of(*map(entry, names))


@quick
@given(names=medicines)
def test_a_drug_adds_what_its_source_gives_it_and_no_more(names: list[str]):
    for drug, row in of(*map(entry, names)).items():
        for definition, burden in zip(BOOK.definitions, row, strict=True):
            own = definition.candidates.get(drug)
            assert burden.part == own
            assert burden.with_drug == (burden.without or 0) + (own.points if own else 0)


@quick
@given(names=medicines, drug=st.sampled_from(DRUGS))
def test_a_drug_that_is_taken_already_counts_once(names: list[str], drug: str):
    others = [name for name in names if name != drug]
    before, after = of(*map(entry, others)), of(*map(entry, [*others, drug]))
    assert after[drug] == before[drug]
    for other in DRUGS:
        for definition, one, two in zip(BOOK.definitions, before[other], after[other], strict=True):
            own = definition.candidates.get(drug)
            counted = any(each.medicine == drug for each in one.tally.contributors)
            added = 0 if own is None or counted or other == drug else own.points
            assert two.without == (one.without or 0) + added


@quick
@given(names=medicines)
def test_most_points_come_first(names: list[str]):
    for burden in of(*map(entry, names))["sertraline"]:
        points = [each.points for each in burden.tally.contributors]
        assert all(one >= two for one, two in pairwise(points))
        assert sum(points) == burden.without


@quick
@given(names=medicines)
def test_what_is_not_taken_today_does_not_count(names: list[str]):
    day = timedelta(days=1)
    past = [entry(name, stopped=TODAY - day) for name in names]
    planned = [entry(name, started=TODAY + day) for name in names]
    unknown_day = [entry(name, stopped=True) for name in names]
    assert of(*past, *planned, *unknown_day) == of()


@quick
@given(names=medicines)
def test_no_list_is_not_an_empty_list_and_an_unknown_name_makes_it_at_least(names: list[str]):
    assert numbers(found(None)) == {}
    assert {each.without for row in found(()).values() for each in row} == {0}
    for row in of(*map(entry, names), entry("what the neighbour gave")).values():
        assert all(each.tally.at_least for each in row)
    assert not any(each.tally.at_least for row in of(*map(entry, names)).values() for each in row)
