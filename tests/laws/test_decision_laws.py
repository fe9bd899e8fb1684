"""What must hold of every decision.

Truth: only ratios of weights count; a drug that failed for long enough is never put higher for it;
a history that tells nothing changes no digit; no shift of a failure raises relief.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from assuage.consult.appraise import appraise
from assuage.consult.decide import decide
from assuage.consult.library import load_library
from assuage.consult.patient import patient_from_file
from assuage.options.decision import Decision
from assuage.patient.record import Attempt
from assuage.report.decision_rows import worth

EXAMPLES = Path(__file__).parents[2] / "examples"
TODAY = date(2026, 6, 15)
LIBRARY = load_library()
PEOPLE = {
    name: patient_from_file(EXAMPLES / f"{name}.yaml", LIBRARY, today=TODAY)
    for name in ("patient", "patient_duloxetine_failed", "patient_partial_relief")
}


def decided(record) -> Decision:
    return decide(record, LIBRARY, today=TODAY)


def attempt(drug: str, response: str) -> Attempt:
    return Attempt(
        drug=drug,
        as_written=drug,
        highest_mg_per_day=Decimal(400),
        weeks=52,
        response=response,
    )


@pytest.mark.parametrize("factor", [1e-3, 7.0, 50.0])
@pytest.mark.parametrize("name", PEOPLE)
def test_scaling_all_weights_changes_nothing(name: str, factor: float):
    record = replace(PEOPLE[name], judgements={})
    weights = {"pain_relief_50": 10.0, "somnolence": 6.0, "nausea": 3.0, "dry_mouth": 2.0}
    one = decided(replace(record, weights=weights))
    other = decided(replace(record, weights={k: w * factor for k, w in weights.items()}))
    assert one.sentence == other.sentence
    assert one.choice.probability == pytest.approx(other.choice.probability, abs=2 / 1024)
    for a, b in zip(one.weighed, other.weighed, strict=True):
        assert a.drug == b.drug
        assert worth(one, a) == pytest.approx(worth(other, b), rel=1e-9)
    for a, b in zip(one.choice.flips, other.choice.flips, strict=True):
        assert a.column == b.column
        assert (a.at is None) == (b.at is None)
        assert a.at is None or a.at * factor == pytest.approx(b.at, rel=1e-6)


@pytest.mark.parametrize("name", PEOPLE)
def test_a_failed_adequate_attempt_never_raises_the_rank_of_its_drug(name: str):
    record = replace(PEOPLE[name], attempts=())
    before = {w.drug: w.rank for w in decided(record).weighed}
    for drug, rank_before in before.items():
        after = decided(replace(record, attempts=(attempt(drug, "no relief"),)))
        rank = {w.drug: w.rank for w in after.weighed}
        assert rank.get(drug, 99) >= rank_before


@pytest.mark.parametrize("drug", ["duloxetine", "nortriptyline", "venlafaxine"])
def test_a_failure_raises_no_relief_and_lowers_that_drug_against_placebo(drug: str):
    record = replace(PEOPLE["patient"], attempts=())
    usual = appraise(record, LIBRARY, today=TODAY)
    group = {(o.drug, e.outcome): e for o in usual.options for e in o.doses[0].outcomes}
    after = decided(replace(record, attempts=(attempt(drug, "no relief"),)))
    for weighed in after.weighed:
        for estimate in weighed.estimates:
            known = group[weighed.drug, estimate.outcome]
            if estimate.outcome != "pain_relief_50" or estimate.with_drug is None:
                continue
            assert known.with_drug is not None
            assert estimate.with_drug.high <= known.with_drug.high + 1e-9
            assert estimate.with_drug.estimate < known.with_drug.estimate
            if weighed.drug == drug and estimate.difference and known.difference:
                assert estimate.difference.estimate < known.difference.estimate


@pytest.mark.parametrize("attempts", [(), (attempt("duloxetine", "stopped, not told why"),)])
def test_a_history_that_tells_nothing_changes_no_digit(attempts: tuple[Attempt, ...]):
    record = replace(PEOPLE["patient"], attempts=attempts)
    usual = appraise(record, LIBRARY, today=TODAY)
    group = {(o.drug, e.outcome): e for o in usual.options for e in o.doses[0].outcomes}
    decision = decided(record)
    assert decision.before.shifts == ()
    for weighed in decision.weighed:
        assert all(group[weighed.drug, e.outcome] == e for e in weighed.estimates)
    ranks = {o.drug: o.rank for o in usual.options if o.rank is not None}
    assert {w.drug: w.rank for w in decision.weighed} == ranks
    assert np.isclose(
        sum(w.best_probability for w in decision.weighed if w.best_probability is not None), 1
    )
