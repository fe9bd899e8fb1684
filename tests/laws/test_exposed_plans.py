"""Laws of plans that heed exposure, over 500 varied people and every drug.

Truth: the laws themselves. What raises an exposure may lower a first dose and never raise one; who
has no factor has the plan of a person of whom nothing about exposure is asked; duloxetine above
60 mg relieves no more pain (NNT 4.9 and 5.2) and is harder to bear.
"""

import json
from dataclasses import replace
from functools import cache

import pytest
from validation.realistic_patients import TODAY, realistic_patients

from assuage.consult.appraise import appraise
from assuage.consult.library import load_library
from assuage.consult.patient import patient_from_text
from assuage.consult.plan import plan_for
from assuage.errors import PlanError
from assuage.options.screening import screen
from assuage.patient.derivation import derive_facts
from assuage.plan.planning import make_plan
from assuage.plan.screened import limits_found

COUNT = 500
LIBRARY = load_library()


@cache
def people():
    return tuple(
        patient_from_text(json.dumps(each, default=str), "someone.json", LIBRARY, today=TODAY)
        for each in realistic_patients(COUNT)
    )


def planned(record, drug):
    try:
        return plan_for(record, drug, LIBRARY, today=TODAY)[0]
    except PlanError:
        return None


def plain_start(record, drug):
    """The first dose by the drug's sources and the rules alone, without a word of exposure."""
    screenings = screen(derive_facts(record, LIBRARY.safety.vocabulary, today=TODAY), LIBRARY.rules)
    limits = limits_found(next(s for s in screenings if s.drug == drug))
    return make_plan(LIBRARY.drugs[drug], age=record.age, today=TODAY, limits=limits).steps[0].dose


def test_duloxetine_is_never_chosen_above_60_mg():
    chosen = []
    for record in people():
        option = next(
            o for o in appraise(record, LIBRARY, today=TODAY).options if o.drug == "duloxetine"
        )
        chosen += [option.doses[0].dose] if option.rank is not None else []
        made = planned(record, "duloxetine")
        if made is not None:
            assert made.target <= 60
            assert made.onward is None or made.onward.up_to <= 60
    assert len(chosen) > 100
    assert max(chosen) <= 60


@pytest.mark.parametrize(
    "change", ["CYP2D6 poor", "CYP2C19 poor", "bupropion", "terbinafine", "omeprazole"]
)
def test_a_raised_exposure_never_raises_a_first_dose(change: str):
    lowered = bounded = 0
    for record in people()[::5]:
        before = replace(record, genotypes={"CYP2D6": "normal", "CYP2C19": "normal"})
        after = changed(before, change)
        for drug in ("duloxetine", "venlafaxine", "citalopram", "imipramine", "mirtazapine"):
            one, other = planned(before, drug), planned(after, drug)
            if one is None or other is None:
                continue
            assert other.steps[0].dose <= one.steps[0].dose
            assert other.steps[0].dose <= plain_start(after, drug)
            assert other.target <= one.target
            bounded += "exposure" in {limit.rule for limit in other.limits}
            lowered += other.steps[0].dose < one.steps[0].dose
    assert bounded > 0
    assert lowered > 0


def changed(record, change):
    gene, _, phenotype = change.partition(" ")
    if phenotype:
        return replace(record, genotypes={**record.genotypes, gene: phenotype})
    taken = patient_from_text(
        json.dumps(
            {
                "age": 50,
                "pain": {"condition": "painful diabetic neuropathy", "score": 6},
                "medications": [change],
            }
        ),
        "someone.json",
        LIBRARY,
        today=TODAY,
    ).medications
    return replace(record, medications=(*(record.medications or ()), *(taken or ())))


def test_without_a_factor_nothing_changes_to_the_last_digit():
    same = 0
    for record in people()[::5]:
        for drug in ("nortriptyline", "mirtazapine", "duloxetine", "venlafaxine"):
            made = planned(record, drug)
            if made is None or made.exposure is not None:
                continue
            same += 1
            assert "exposure" not in {limit.rule for limit in made.limits}
            assert made.steps[0].dose == plain_start(record, drug)
    assert same > 50


def test_bounds_by_rules_and_by_exposure_are_not_multiplied():
    """The first dose is the lower of the two, each worked out alone."""
    met = 0
    for record in people()[::3]:
        poor = changed(replace(record, genotypes={}), "CYP2D6 poor")
        for drug in ("duloxetine", "imipramine", "venlafaxine"):
            made = planned(poor, drug)
            bound = (
                next((li for li in made.limits if li.rule == "exposure"), None) if made else None
            )
            if made is None or bound is None or LIBRARY.drugs[drug].dosing.taken_now is not None:
                continue
            met += 1
            assert made.steps[0].dose == min(bound.start_at_most, plain_start(poor, drug))
    assert met > 10
