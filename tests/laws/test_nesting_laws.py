"""Numbers that cannot both be true never stand side by side unmarked, whatever the drug and dose.

Truth: counting. Everyone with a part of an outcome is among those with the whole, so the part
cannot have more people.
"""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.errors import InvalidInput
from assuage.evidence.outcome import OutcomeDefinition
from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.releases import load_release
from assuage.options.appraisal import Certainty, Interval, Origin, OutcomeEstimate
from assuage.options.benefit import expect
from assuage.options.evidence_choice import Candidate
from assuage.options.nesting import mark_contradictions
from assuage.synthesis.certainty import LEVELS_OF_CERTAINTY
from assuage.units import MgPerDay

CATALOGUES = load_catalogues()
OUTCOMES = tuple(CATALOGUES.outcomes.values())
NESTED = [(o.id, whole) for o in OUTCOMES for whole in o.part_of]
CONDITIONS = [c.id for c in CATALOGUES.conditions.values() if c.in_scope]
DOSES = tuple(MgPerDay(Decimal(x)) for x in (25, 60, 150))


def test_the_nestings_that_the_words_imply_are_declared():
    assert {
        ("pain_relief_50", "pain_relief_30"),
        ("pain_relief_a_lot_or_complete", "pain_relief_moderate"),
        ("withdrawal_adverse_event", "withdrawal_any"),
        ("withdrawal_lack_of_efficacy", "withdrawal_any"),
        ("serious_adverse_event", "any_adverse_event"),
    } <= set(NESTED)
    named_side_effects = {o.id for o in OUTCOMES if o.family == "side effects"}
    parts = {part for part, whole in NESTED if whole == "any_adverse_event"}
    assert parts - {"withdrawal_adverse_event"} == named_side_effects - {"any_adverse_event"}


@settings(max_examples=6, deadline=None)
@given(st.sampled_from(["all", "without_reconstructed"]), st.sampled_from(CONDITIONS))
def test_every_contradiction_of_the_release_is_marked_on_both_sides_and_nothing_else(
    variant: str, condition: str
):
    drugs = CATALOGUES.treatments.candidates
    candidates = [
        Candidate(drug=d.id, label=d.label, drug_class=d.drug_class, class_label="", doses=DOSES)
        for d in drugs
    ]
    found = expect(
        load_release("all" if variant == "all" else "without_reconstructed"),
        condition=condition,
        candidates=candidates,
        outcomes=OUTCOMES,
    )
    for expectations in found.by_dose.values():
        of = {e.estimate.outcome: e.estimate for e in expectations}
        impossible = {frozenset(pair) for pair in NESTED if more(of[pair[0]], of[pair[1]])}
        marked = {frozenset((e.outcome, other)) for e in of.values() for other in e.contradicts}
        assert marked == impossible
        for e in of.values():
            assert bool(e.contradicts) == bool(e.contradiction)
            assert all(e.outcome in of[other].contradicts for other in e.contradicts)
            if e.contradicts and e.certainty is not None:
                assert e.contradiction in e.certainty.reasons
                assert e.certainty.level != "high"


def more(part: OutcomeEstimate, whole: OutcomeEstimate) -> bool:
    arms = ((part.with_drug, whole.with_drug), (part.with_placebo, whole.with_placebo))
    return any(a and b and round(a.estimate) > round(b.estimate) for a, b in arms)


def counted(outcome: str, people: float, level: str) -> OutcomeEstimate:
    return OutcomeEstimate(
        outcome=outcome,
        unit="per_1000",
        with_drug=Interval(estimate=people, low=people, high=people),
        with_placebo=None,
        difference=None,
        certainty=Certainty(level=level, reasons=()),  # type: ignore[arg-type]
        origin=Origin(kind="trials", statement=""),
    )


def defined(name: str, *part_of: str) -> OutcomeDefinition:
    return OutcomeDefinition(
        id=name,
        label=name.capitalize(),
        patient_label=name,
        kind="binary",
        direction="harm",
        higher_is_better=False,
        unit="per_1000",
        family="stopping",
        order=1,
        primary=False,
        part_of=part_of,
    )


@given(st.floats(0, 1000), st.floats(0, 1000), st.sampled_from(LEVELS_OF_CERTAINTY))
def test_a_contradiction_lowers_both_by_one_level_and_changes_no_number(
    part: float, whole: float, level: str
):
    outcomes = (defined("half", "some"), defined("some"))
    before = (counted("half", part, level), counted("some", whole, level))
    after = mark_contradictions(before, outcomes)
    if round(part) <= round(whole):
        assert after == before
        return
    lower = LEVELS_OF_CERTAINTY[max(0, LEVELS_OF_CERTAINTY.index(level) - 1)]  # type: ignore[arg-type]
    assert [e.with_drug for e in after] == [e.with_drug for e in before]
    assert [e.certainty.level for e in after if e.certainty] == [lower, lower]
    told = "the two come from different trials: trust neither far"
    assert [e.contradiction for e in after] == [
        f"cannot be more than ‘Some’: {told}",
        f"cannot be less than ‘Half’: {told}",
    ]


def test_a_part_of_what_is_no_count_of_people_is_refused(tmp_path):
    tmp_path.joinpath("outcomes.yaml").write_text(
        "- {id: a, label: A, patient_label: A, kind: binary, direction: harm, family: stopping,"
        " part_of: [b]}\n"
        "- {id: b, label: B, patient_label: B, kind: continuous, direction: harm,"
        " family: stopping}\n"
    )
    with pytest.raises(InvalidInput, match="found a as a part of b"):
        load_catalogues(tmp_path)
