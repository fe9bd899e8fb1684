"""What is called impossible never happens, and what is called implied always does.

Truth: every patient of a small world (two illnesses, of which one implies the other, a gene, two
medicines of one group, a clearance; each part present, absent or not recorded), looked at one by
one by the conditions themselves.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import product
from typing import ClassVar

from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.options.condition import (
    Above,
    All,
    Always,
    AnyOf,
    AtLeast,
    Below,
    Between,
    Condition,
    Found,
    Has,
    Not,
    Plans,
    Takes,
)
from assuage.options.satisfiable import World, implies, why_never
from assuage.patient.derivation import derive_facts
from assuage.patient.facts import Facts
from assuage.patient.finding import Finding
from assuage.patient.record import (
    Measurement,
    Pain,
    PatientRecord,
    Phenotype,
    RecordedCondition,
    RecordedMedicine,
)
from assuage.patient.vocabulary import Concept, Measure, Medicine, Vocabulary

TODAY = date(2026, 6, 15)
UNIT = {"fact": "crcl", "label": "clearance", "unit": "mL/min"}
CONCEPTS = (
    Concept(id="dementia", kind="condition", label="dementia"),
    Concept(id="alzheimer", kind="condition", label="Alzheimer", implies=("dementia",)),
    Concept(id="maoi", kind="medication", label="MAO inhibitor"),
    Concept(id="cyp2d6_poor_metaboliser", kind="genotype", label="poor metaboliser"),
    Concept(id="cyp2d6_ultrarapid_metaboliser", kind="genotype", label="ultrarapid metaboliser"),
)
WORDS = Vocabulary(
    concepts={concept.id: concept for concept in CONCEPTS},
    medicines={
        name: Medicine(id=name, names=(), concepts=frozenset({"maoi"}))
        for name in ("phenelzine", "moclobemide")
    },
    measures={
        "crcl": Measure(
            id="crcl", label="clearance", unit="mL/min", units={"mL/min": 1}, lowest=0, highest=90
        )
    },
)
WORLD = World.of(WORDS, ("CYP2D6",))
NUMBERS = st.sampled_from([-1.0, 0.0, 30.0, 30.5, 31.0, 60.0, 90.0, 91.0])


def listed(*names: str) -> tuple[RecordedCondition, ...]:
    return tuple(RecordedCondition(name=n, concepts=(n,), where="line 1") for n in names)


def taken(name: str, **more: date) -> RecordedMedicine:
    concepts = WORDS.concepts_of(WORDS.medicines[name])
    return RecordedMedicine(name=name, medicine=name, concepts=concepts, where="line 2", **more)


def measured(clearance: float) -> Measurement:
    return Measurement(measure="crcl", value=clearance, as_written="", where="line 3")


def lists():
    """No list, an empty one, and each medicine now, stopped lately, stopped long ago, planned."""
    yield None
    yield ()
    for name in WORDS.medicines:
        yield (taken(name),)
        yield (taken(name, stopped=TODAY - timedelta(days=7)),)
        yield (taken(name, stopped=TODAY - timedelta(days=20)),)
        yield (taken(name, started=TODAY + timedelta(days=3)),)


@cache
def everybody() -> tuple[Facts, ...]:
    illnesses = [
        ((), ()),
        (("dementia",), ("alzheimer",)),
        (("alzheimer",), ()),
        ((), ("dementia",)),
    ]
    illnesses.append(((), ("alzheimer",)))
    genes: list[dict[str, Phenotype]] = [
        {},
        *({"CYP2D6": p} for p in ("poor", "normal", "ultrarapid")),
    ]
    clearances = [None, 0.0, 15.0, 30.2, 30.7, 60.0, 90.0]
    return tuple(
        derive_facts(
            PatientRecord(
                name="patient.yaml",
                age=50,
                sex="male",
                pain=Pain(condition="phn", label="PHN", as_written="PHN"),
                conditions=listed(*present),
                absent=listed(*absent),
                genotypes=gene,
                medications=medicines,
                measurements={} if clearance is None else {"crcl": measured(clearance)},
            ),
            WORDS,
            today=TODAY,
        )
        for (present, absent), gene, medicines, clearance in product(
            illnesses, genes, lists(), clearances
        )
    )


def has(name: str) -> Has:
    return Has(concept=name, label=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Young:
    """A kind of condition that the check has never heard of."""

    sentence: ClassVar[str] = "youth"
    reads: ClassVar[frozenset[str]] = frozenset()
    age: int = 0

    def look_in(self, facts: Facts) -> Found:
        young = facts.record.age < self.age
        return Found(finding=Finding.PRESENT if young else Finding.ABSENT)


leaves = st.one_of(
    st.sampled_from([c.id for c in CONCEPTS if c.kind != "medication"]).map(has),
    st.builds(
        lambda name, days: Takes(concept=name, label=name, within_days=days),
        st.sampled_from(["maoi", "phenelzine", "moclobemide"]),
        st.sampled_from([0, 7, 14]),
    ),
    st.sampled_from(["maoi", "phenelzine"]).map(lambda name: Plans(concept=name, label=name)),
    NUMBERS.map(lambda limit: Below(**UNIT, limit=limit)),
    NUMBERS.map(lambda limit: Above(**UNIT, limit=limit)),
    NUMBERS.map(lambda limit: AtLeast(**UNIT, limit=limit)),
    st.builds(lambda low, high: Between(**UNIT, low=low, high=high), NUMBERS, NUMBERS),
    st.just(Always()),
    st.sampled_from([Young(age=40), Young(age=60)]),
)


def joined(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        several.map(lambda some: All(parts=some)),
        several.map(lambda some: AnyOf(parts=some)),
        parts.map(lambda part: Not(part=part)),
    )


conditions = st.recursive(leaves, joined, max_leaves=5)


def met(condition: Condition) -> list[bool]:
    return [condition.look_in(facts).finding is Finding.PRESENT for facts in everybody()]


@settings(max_examples=80, deadline=None)
@given(conditions)
def test_who_meets_a_condition_proves_that_it_can_be_met(condition: Condition):
    if any(met(condition)):
        assert why_never(condition, WORLD) == ""


@settings(max_examples=80, deadline=None)
@given(conditions, conditions)
def test_what_is_implied_holds_in_everybody_who_meets_the_other(one: Condition, other: Condition):
    for narrow, wide in (
        (one, other),
        (All(parts=(one, other)), one),
        (one, AnyOf(parts=(one, other))),
    ):
        if implies(narrow, wide, WORLD):
            assert all(w for n, w in zip(met(narrow), met(wide), strict=True) if n)


def test_some_pairs_are_implied_and_some_are_not():
    clearance = Below(**UNIT, limit=30)
    assert implies(Below(**UNIT, limit=15), clearance, WORLD)
    assert not implies(clearance, Below(**UNIT, limit=15), WORLD)
    assert implies(has("alzheimer"), has("dementia"), WORLD)
    assert implies(Not(part=has("dementia")), Not(part=has("alzheimer")), WORLD)
    assert not implies(has("dementia"), has("alzheimer"), WORLD)
    now, lately = (Takes(concept="phenelzine", label="", within_days=n) for n in (0, 14))
    maoi_lately = Takes(concept="maoi", label="", within_days=14)
    assert implies(now, maoi_lately, WORLD)
    assert implies(now, lately, WORLD)
    assert not implies(lately, now, WORLD)
    assert implies(All(parts=(clearance, now)), AnyOf(parts=(has("dementia"), lately)), WORLD)


def test_a_range_that_ends_at_a_whole_number_reaches_to_just_under_the_next():
    whole = Between(**UNIT, low=30, high=60)
    assert implies(whole, Below(**UNIT, limit=61), WORLD)
    assert not implies(whole, Below(**UNIT, limit=60.5), WORLD)
    assert implies(Between(**UNIT, low=30, high=60.5), Below(**UNIT, limit=61), WORLD)
    assert not implies(Between(**UNIT, low=30, high=60.5), Below(**UNIT, limit=60.5), WORLD)


def test_of_a_group_only_the_others_count_for_one_of_its_drugs():
    maoi, other = (Takes(concept=name, label=name) for name in ("maoi", "moclobemide"))
    assert implies(maoi, other, WORLD, "phenelzine")
    assert not implies(maoi, other, WORLD)


def test_a_drug_never_meets_itself():
    own = Takes(concept="phenelzine", label="phenelzine")
    assert why_never(own, WORLD, "phenelzine") != ""
    assert why_never(own, WORLD, "moclobemide") == ""
    assert why_never(Takes(concept="maoi", label="maoi"), WORLD, "phenelzine") == ""


def test_a_kind_of_condition_that_is_not_known_is_itself_and_nothing_else():
    young = Young(age=40)
    assert why_never(All(parts=(young, Not(part=young))), WORLD) == (
        "it asks for youth and excludes it"
    )
    assert why_never(All(parts=(young, Not(part=Young(age=60)))), WORLD) == ""
    assert implies(All(parts=(young, has("dementia"))), young, WORLD)
    assert not implies(young, Young(age=60), WORLD)
