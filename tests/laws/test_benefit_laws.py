"""Laws of what is shown and how it is put in order, whatever the doses and the weights."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.releases import load_release
from assuage.options.appraisal import Interval
from assuage.options.benefit import Expectations, expect
from assuage.options.evidence_choice import Candidate
from assuage.options.ordering import Ordering, Weight, order
from assuage.units import MgPerDay

CATALOGUES = load_catalogues()
DRUGS = CATALOGUES.treatments.candidates
OUTCOMES = tuple(CATALOGUES.outcomes.values())
CONDITIONS = [c.id for c in CATALOGUES.conditions.values() if c.in_scope]

doses = st.lists(
    st.sampled_from([10, 25, 30, 40, 60, 75, 90, 120, 150, 225, 300]),
    min_size=1,
    max_size=4,
    unique=True,
).map(sorted)
conditions = st.sampled_from(CONDITIONS)
variants = st.sampled_from(["all", "without_reconstructed"])


def candidates(per_drug: list[int]) -> list[Candidate]:
    return [
        Candidate(
            drug=d.id,
            label=d.label,
            drug_class=d.drug_class,
            class_label=CATALOGUES.treatments.class_of(d.id).label,
            doses=tuple(MgPerDay(Decimal(x)) for x in per_drug),
        )
        for d in DRUGS
    ]


def expected(variant: str, condition: str, per_drug: list[int]) -> Expectations:
    return expect(
        load_release("all" if variant == "all" else "without_reconstructed"),
        condition=condition,
        candidates=candidates(per_drug),
        outcomes=OUTCOMES,
    )


@settings(max_examples=15, deadline=None)
@given(variants, conditions, doses)
def test_every_drug_dose_and_outcome_comes_out(variant: str, condition: str, per_drug: list[int]):
    found = expected(variant, condition, per_drug)
    for candidate in candidates(per_drug):
        options = found.options[candidate.drug]
        assert tuple(o.dose for o in options) == candidate.doses
        for option in options:
            assert {e.outcome for e in option.outcomes} == set(CATALOGUES.outcomes)


def inside(interval: Interval | None, low: float, high: float) -> bool:
    return interval is None or low <= interval.low <= interval.estimate <= interval.high <= high


@settings(max_examples=15, deadline=None)
@given(variants, conditions, doses)
def test_people_are_between_none_and_all_and_nothing_is_zero_for_want_of_data(
    variant: str, condition: str, per_drug: list[int]
):
    found = expected(variant, condition, per_drug)
    for expectations in found.by_dose.values():
        for e in (x.estimate for x in expectations):
            if e.unit == "per_1000":
                assert inside(e.with_drug, 0, 1000)
                assert inside(e.with_placebo, 0, 1000)
                assert inside(e.difference, -1000, 1000)
            assert (e.difference is None) == (e.origin.kind == "none") == (e.certainty is None)
            assert e.origin.statement


@settings(max_examples=15, deadline=None)
@given(variants, conditions, doses)
def test_a_higher_dose_never_promises_more_without_proof(
    variant: str, condition: str, per_drug: list[int]
):
    found = expected(variant, condition, per_drug)
    for candidate in candidates(per_drug):
        shown = [found.by_dose[candidate.drug, dose] for dose in sorted(candidate.doses)]
        for place, outcome in enumerate(found.outcomes):
            good = 1 if outcome.higher_is_better else -1
            for lower, higher in pairwise(shown):
                a, b = lower[place].difference, higher[place].difference
                if a is None or b is None or a is b:
                    continue
                gained = good * (b - a)
                # more is shown only where it is more in 95% of draws
                assert sorted(gained)[len(gained) // 2] <= 1e-12 or (gained > 0).mean() >= 0.95


@settings(max_examples=10, deadline=None)
@given(conditions, doses)
def test_the_same_question_has_the_same_answer(condition: str, per_drug: list[int]):
    one, other = (expected("all", condition, per_drug) for _ in range(2))
    for key, expectations in one.by_dose.items():
        assert [e.estimate for e in expectations] == [e.estimate for e in other.by_dose[key]]


weights = st.dictionaries(
    st.sampled_from(sorted(CATALOGUES.outcomes)), st.floats(0.01, 10), min_size=1, max_size=6
)


def ordering(found: Expectations, offered: list[str], weigh: dict[str, float]) -> Ordering:
    first = {drug: next(d for name, d in found.by_dose if name == drug) for drug in offered}
    return order(
        found,
        offered=first,
        weights=[Weight(outcome=o, weight=w, why="") for o, w in weigh.items()],
    )


@settings(max_examples=20, deadline=None)
@given(st.sets(st.sampled_from([d.id for d in DRUGS]), min_size=1), weights, st.floats(0.1, 50))
def test_the_order_holds_all_offered_and_only_ratios_of_weights_count(
    offered: set[str], weigh: dict[str, float], factor: float
):
    found = expected("all", "painful_diabetic_neuropathy", [60])
    result = ordering(found, sorted(offered), weigh)
    assert {s.drug for s in result.standings} == offered
    assert [s.rank for s in result.standings] == list(range(1, len(offered) + 1))
    compared = [s.best_probability for s in result.standings if s.best_probability is not None]
    assert sum(compared) == pytest.approx(1)
    assert [s.best_probability is None for s in result.standings] == sorted(
        s.best_probability is None for s in result.standings
    )  # proof goes before promise
    scaled = ordering(found, sorted(offered), {o: factor * w for o, w in weigh.items()})
    assert [s.drug for s in scaled.standings] == [s.drug for s in result.standings]
    assert [s.best_probability or 0 for s in scaled.standings] == pytest.approx(
        [s.best_probability or 0 for s in result.standings], abs=0.01
    )


def test_no_one_on_offer_is_an_empty_order():
    found = expected("all", "painful_diabetic_neuropathy", [60])
    assert order(found, offered={}, weights=()).standings == ()
