"""Laws of screening, for any patient and for the rules that come with assuage.

Truth: Kleene's logic (De Morgan, double negation, monotone in what is known), and the laws of the
design: nothing vanishes, not recorded is not absent, more harm is never more permission.
"""

from dataclasses import replace

import pytest
from any_patient import (
    PERMITS,
    TODAY,
    book,
    drugs,
    knowledge,
    listed,
    permits,
    quick,
    records,
    words,
)
from hypothesis import given
from hypothesis import strategies as st

from assuage.knowledge.disagreements import load_disagreements
from assuage.options.appraisal import Verdict
from assuage.options.condition import All, AnyOf, Has, Not
from assuage.options.disagreement import rules_set_aside
from assuage.options.question import questions
from assuage.options.rule import IF_NOT_RECORDED, Rule, compile_rules
from assuage.options.screening import screen
from assuage.patient.derivation import derive_facts
from assuage.patient.finding import Finding, all_of, any_of

findings = st.sampled_from(Finding)


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
    some = screen(facts, book(), set_aside=rules_set_aside(load_disagreements(), regions))
    for whole, part in zip(everywhere, some, strict=True):
        assert PERMITS[whole.verdict] <= PERMITS[part.verdict]
