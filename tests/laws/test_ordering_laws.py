"""Laws of the order: numbers that cannot be true never speak for a drug, nor does a failed trial.

Truth: the rules of decision 0009, held for any numbers.
"""

from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.evidence.outcome import OutcomeDefinition
from assuage.knowledge.catalogues import load_catalogues
from assuage.options.appraisal import Interval, Origin, OutcomeEstimate
from assuage.options.benefit import Expectation, Expectations
from assuage.options.ordering import Ordering, Weight, order
from assuage.units import MgPerDay

OUTCOMES = load_catalogues().outcomes
RELIEF, STOPPED, LEFT = (
    OUTCOMES[name] for name in ("pain_relief_50", "withdrawal_adverse_event", "withdrawal_any")
)
DRUGS = ("amine", "bimine", "cimine")
DOSE = MgPerDay(Decimal(10))
DRAWS = 1024
shares = st.floats(min_value=-0.3, max_value=0.5)
tables = st.tuples(*(st.tuples(shares, shares) for _ in DRUGS))


def expectation(outcome: OutcomeDefinition, mean: float, *, contradicts: bool) -> Expectation:
    quantiles = np.linspace(-0.02, 0.02, DRAWS)
    seen = Interval(estimate=1000 * mean, low=0, high=0)
    return Expectation(
        estimate=OutcomeEstimate(
            outcome=outcome.id,
            unit="per_1000",
            with_drug=None,
            with_placebo=None,
            difference=seen,
            certainty=None,
            origin=Origin(kind="trials", statement=""),
            contradicts=(LEFT.id,) if contradicts else (),
        ),
        difference=mean + quantiles,
    )


def ordered(
    table: tuple[tuple[float, float], ...],
    *,
    doubted: frozenset[str] = frozenset(),
    failed: frozenset[str] = frozenset(),
) -> Ordering:
    found = {
        (drug, DOSE): (
            expectation(RELIEF, relief, contradicts=False),
            expectation(STOPPED, harm, contradicts=drug in doubted),
        )
        for drug, (relief, harm) in zip(DRUGS, table, strict=True)
    }
    return order(
        Expectations(outcomes=(RELIEF, STOPPED), by_dose=found, options={}),
        offered=dict.fromkeys(DRUGS, DOSE),
        weights=(
            Weight(outcome=RELIEF.id, weight=1, why=""),
            Weight(outcome=STOPPED.id, weight=1, why=""),
        ),
        failed=failed,
    )


@settings(max_examples=60, deadline=None)
@given(tables, st.sampled_from(DRUGS))
def test_a_contradiction_never_speaks_for_a_drug(table: tuple[tuple[float, float], ...], drug: str):
    believed = {s.drug: s.value for s in ordered(table).standings}
    doubted = {s.drug: s.value for s in ordered(table, doubted=frozenset({drug})).standings}
    assert doubted[drug] <= believed[drug] + 1  # one in 1,000: draws are drawn anew
    for other in set(DRUGS) - {drug}:
        assert doubted[other] == believed[other]


@settings(max_examples=60, deadline=None)
@given(tables, st.sets(st.sampled_from(DRUGS), max_size=2))
def test_a_failed_drug_stands_behind_all_others_and_wins_nothing(
    table: tuple[tuple[float, float], ...], failed: set[str]
):
    standings = ordered(table, failed=frozenset(failed)).standings
    assert sorted(s.drug for s in standings) == sorted(DRUGS)
    assert [s.drug in failed for s in standings] == sorted(s.drug in failed for s in standings)
    assert {s.drug for s in standings if s.best_probability is None} == failed
    assert abs(sum(s.best_probability or 0 for s in standings) - 1) < 1e-9


def test_where_every_number_is_contradicted_they_still_count():
    table = ((0.1, 0.3), (0.1, 0.1), (0.1, 0.2))
    standings = ordered(table, doubted=frozenset(DRUGS)).standings
    assert {s.drug for s in standings} == set(DRUGS)
    assert standings[-1].drug == "amine"  # the most harm stays the most
