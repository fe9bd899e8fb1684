"""The mutants of the safety knowledge change what they say, and the probes notice them.

Truth: a rule small enough to write out by hand every way in which it can be one step wrong.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from tests.cases.probe_format import facts_of
from validation.rule_mutants import KINDS, Mutant, changed_conditions, mutants
from validation.rule_mutations import judge, page, sample, survivors

from assuage.knowledge.rules import load_safety
from assuage.options.condition import (
    Above,
    All,
    AnyOf,
    AtLeast,
    Below,
    Between,
    Has,
    Not,
    Takes,
    TakesAtLeast,
)
from assuage.options.gene_condition import ByInhibitor, Genotype
from assuage.units import MgPerDay

SAFETY = load_safety()
MUTANTS = tuple(mutants(SAFETY))
AGE = AtLeast(fact="age", label="age", limit=65, unit="years")
SODIUM = Below(fact="sodium", label="sodium", limit=130, unit="mmol/L")
MAOI = Takes(concept="maoi", label="MAO inhibitor", within_days=14)
LITHIUM = Takes(concept="lithium", label="lithium")
SEDATIVES = TakesAtLeast(concept="cns_active_drug", label="sedatives", medicines=2)
SLOWED = ByInhibitor(gene="CYP2D6", phenotype="poor")
DEMENTIA = Has(concept="dementia", label="dementia")


def of_rule(identity: str) -> Iterator[Mutant]:
    return (mutant for mutant in MUTANTS if mutant.of == identity)


def test_every_way_a_rule_is_made_wrong():
    # RC199: escitalopram from 65 years, at most 10 mg a day.
    assert [(mutant.kind, mutant.change) for mutant in of_rule("RC199")] == [
        ("removed", "left out"),
        ("verdict", "reduce_dose to caution"),
        ("verdict", "reduce_dose to monitor"),
        ("unknown", "caution to ask"),
        ("unknown", "caution to pass"),
        ("limit", "age at least 65 to 64"),
        ("limit", "age at least 65 to 66"),
        ("limit", "age at least 65, the limit itself turned"),
        ("about", "escitalopram to ssri"),
        ("dose", "cap 10 to 5"),
        ("dose", "cap 10 to 15"),
        ("dose", "cap 10 left out"),
    ]


def test_the_wrong_rule_stands_in_the_place_of_the_true_one():
    place = next(n for n, rule in enumerate(SAFETY.rules) if rule.id == "RC199")
    wrong = next(m for m in of_rule("RC199") if m.change == "cap 10 to 15").knowledge
    assert wrong is not None
    assert wrong.rules[place] == replace(SAFETY.rules[place], cap=MgPerDay(Decimal(15)))
    assert wrong.rules[:place] + wrong.rules[place + 1 :] == (
        SAFETY.rules[:place] + SAFETY.rules[place + 1 :]
    )


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (DEMENTIA, []),
        (LITHIUM, [replace(LITHIUM, within_days=1)]),
        (MAOI, [replace(MAOI, within_days=days) for days in (13, 15, 0)]),
        (
            AGE,
            [
                replace(AGE, limit=64),
                replace(AGE, limit=66),
                Above(fact="age", label="age", limit=65, unit="years"),
            ],
        ),
        (
            Between(fact="crcl", label="clearance", low=30, high=59, unit="mL/min"),
            [
                Between(fact="crcl", label="clearance", low=low, high=high, unit="mL/min")
                for low, high in ((29, 59), (31, 59), (30, 58), (30, 60))
            ],
        ),
        (SEDATIVES, [replace(SEDATIVES, medicines=number) for number in (1, 3)]),
        (
            SLOWED,
            [
                ByInhibitor(gene="CYP2C19", phenotype="poor"),
                ByInhibitor(gene="CYP2D6", phenotype="intermediate"),
            ],
        ),
        (
            Genotype(genes=(("CYP2D6", ("poor",)), ("CYP2C19", ("not_tested",)))),
            [
                Genotype(genes=genes)
                for genes in (
                    (("CYP2D6", ("intermediate",)), ("CYP2C19", ("not_tested",))),
                    (("CYP2D6", ("poor", "intermediate")), ("CYP2C19", ("not_tested",))),
                    (("CYP2C19", ("not_tested",)),),
                    (("CYP2D6", ("poor",)), ("CYP2C19", ("poor",))),
                    (("CYP2D6", ("poor",)), ("CYP2C19", ("not_tested", "poor"))),
                    (("CYP2D6", ("poor",)),),
                )
            ],
        ),
        (Not(part=LITHIUM), [LITHIUM, Not(part=replace(LITHIUM, within_days=1))]),
        (
            All(parts=(DEMENTIA, LITHIUM)),
            [
                AnyOf(parts=(DEMENTIA, LITHIUM)),
                All(parts=(LITHIUM,)),
                All(parts=(DEMENTIA,)),
                All(parts=(DEMENTIA, replace(LITHIUM, within_days=1))),
            ],
        ),
    ],
)
def test_every_way_a_condition_is_made_wrong(condition, expected):
    assert [wrong for _, _, wrong in changed_conditions(condition)] == expected


def test_a_limit_that_is_turned_includes_what_it_left_out_and_nothing_more():
    _, _, turned = list(changed_conditions(SODIUM))[2]
    found = [
        turned.look_in(facts_of(f"sodium {value} mmol/L", SAFETY.vocabulary)).finding.value
        for value in (129, 130, 130.1)
    ]
    assert found == ["present", "present", "absent"]


def test_every_way_the_number_that_shows_a_condition_is_made_wrong():
    assert [(mutant.kind, mutant.change) for mutant in of_rule("bradycardia")] == [
        ("shown by", "no longer by heart_rate"),
        ("shown by", "heart_rate high 50 to 49"),
        ("shown by", "heart_rate high 50 to 51"),
        ("shown by", "heart_rate high 50, the limit itself turned"),
        ("ruled out", "by_all to never"),
    ]
    wrong = next(m for m in of_rule("bradycardia") if m.change.endswith("to 51")).knowledge
    assert wrong is not None
    found = [
        facts_of("heart_rate 50 /min", vocabulary).has("bradycardia").finding.value
        for vocabulary in (SAFETY.vocabulary, wrong.vocabulary)
    ]
    assert found == ["absent", "present"]


def test_a_measurement_counts_for_a_day_more_and_a_day_less():
    assert [(mutant.kind, mutant.change) for mutant in of_rule("sodium")] == [
        ("age of data", "90 to 89 days"),
        ("age of data", "90 to 91 days"),
    ]
    assert list(of_rule("height")) == []


def test_what_the_law_of_unrecorded_facts_forbids_cannot_be_read():
    meanings = {m.change: m.knowledge is None for m in of_rule("RC176") if m.kind == "unknown"}
    assert meanings == {"ask to caution": True, "ask to pass": False}


def test_no_mutant_is_the_knowledge_itself_and_each_kind_is_made():
    same = [
        mutant.change
        for mutant in MUTANTS
        if mutant.knowledge is not None
        and mutant.knowledge.rules == SAFETY.rules
        and mutant.knowledge.vocabulary.concepts == SAFETY.vocabulary.concepts
        and mutant.knowledge.vocabulary.measures == SAFETY.vocabulary.measures
    ]
    assert same == []
    assert {mutant.kind for mutant in MUTANTS} == set(KINDS)


def test_a_sample_of_the_mutants_is_caught():
    outcomes = [judge(place) for place in sample(len(MUTANTS), 150)]
    assert len(outcomes) >= 150
    assert survivors(outcomes) == []
    assert "None." in page(outcomes)
