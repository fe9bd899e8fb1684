"""The safety rules hold together, and none of the reviewed rows was lost.

Truth: the list of 371 reviewed rows (id, effect, drug or class, region), compiled from labels,
CPIC and regulators before this repository; its digest is pinned. In thirteen of them, tricyclics
in poor and intermediate metabolisers, the effect is caution instead of avoid or reduce_dose: CPIC
limits that advice to depression doses (Hicks 2016, table 4, footnote). In four (RC264, RC274,
RC277, RC280) it is caution instead of reduce_dose: the dose to reduce is the other medicine's. In
RC296 (mirtazapine and any alcohol) it is caution instead of avoid: the label's advice is to the
drinker; AS139 has heavy drinking.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from assuage.knowledge.burdens import load_burdens
from assuage.knowledge.catalogues import knowledge_folder, load_catalogues
from assuage.knowledge.coverage import coverage_page, topics_of_rules
from assuage.knowledge.enzymes import read_enzymes
from assuage.knowledge.reading import Problems
from assuage.knowledge.rules import load_safety
from assuage.options.condition import (
    Above,
    All,
    AnyOf,
    AtLeast,
    Below,
    Between,
    Condition,
    Has,
    Not,
    Plans,
    Takes,
    TakesAtLeast,
)
from assuage.options.gene_condition import Genotype
from assuage.options.rule import Rule

SAFETY = load_safety()
RULES = SAFETY.rules
VOCABULARY = SAFETY.vocabulary
DRUGS = tuple(drug.id for drug in load_catalogues().treatments.candidates)
PINNED = "bc0e17e17654dbede254c63770493e30bdd49cebcd7b8cdcf4fb85c0fdb0d228"


def leaves(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, All | AnyOf):
        for part in condition.parts:
            yield from leaves(part)
    elif isinstance(condition, Not):
        yield from leaves(condition.part)
    else:
        yield condition


def members(concept: str) -> list[str]:
    return [
        medicine.id
        for medicine in VOCABULARY.medicines.values()
        if concept in VOCABULARY.concepts_of(medicine)
    ]


def ways_to(condition: Condition) -> bool:
    """Whether some patient can meet the condition: its medicine exists, its range is not empty."""
    possible = True
    if isinstance(condition, Takes | Plans):
        possible = bool(members(condition.concept))
    elif isinstance(condition, TakesAtLeast):
        possible = len(members(condition.concept)) >= condition.medicines
    elif isinstance(condition, Has):
        kind = VOCABULARY.concepts[condition.concept].kind
        possible = kind in {"condition", "history", "pregnancy", "genotype"}
    elif isinstance(condition, Below | Above | AtLeast):
        measure = VOCABULARY.measures[condition.fact]
        possible = measure.lowest < condition.limit < measure.highest
    elif isinstance(condition, Between):
        possible = condition.low < condition.high
    elif isinstance(condition, All | AnyOf):
        possible = all(map(ways_to, condition.parts))
    return possible and not (isinstance(condition, All) and clash(condition.parts))


def clash(parts: Iterable[Condition]) -> bool:
    """Whether parts that must hold together leave no value of a measurement."""
    low: dict[str, float] = defaultdict(lambda: float("-inf"))
    high: dict[str, float] = defaultdict(lambda: float("inf"))
    for part in parts:
        if isinstance(part, Above | AtLeast):
            low[part.fact] = max(low[part.fact], part.limit)
        if isinstance(part, Below):
            high[part.fact] = min(high[part.fact], part.limit)
    return any(low[fact] >= high[fact] for fact in {*low, *high})


def test_the_reviewed_rows_are_all_there_and_unchanged():
    reviewed = [rule for rule in RULES if rule.id.startswith("RC")]
    assert sorted(rule.id for rule in reviewed) == [f"RC{n:03}" for n in range(1, 372)]
    lines = sorted(f"{r.id} {r.effect} {r.about} {r.region}" for r in reviewed)
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == PINNED


def test_our_own_rules_are_numbered_without_gaps():
    """The others are the reviewed rows, and statements of gene guidelines under their record."""
    own = sorted(rule.id for rule in RULES if not rule.id.startswith(("RC", "PA")))
    general = [name for name in own if name.startswith("AS")]
    by_enzyme = own[len(general) :]
    assert general == [f"AS{n:03}" for n in range(1, len(general) + 1)]
    assert by_enzyme == [f"PC{n:02}" for n in range(1, len(by_enzyme) + 1)]


def test_every_group_of_medicines_has_members():
    groups = [c.id for c in VOCABULARY.concepts.values() if c.kind == "medication"]
    assert [group for group in groups if not members(group)] == []


def test_every_rule_can_fire():
    assert [rule.id for rule in RULES if not ways_to(rule.when)] == []


def test_no_two_rules_about_the_same_say_different_things():
    by_trigger: dict[tuple[str, Condition, str], list[Rule]] = defaultdict(list)
    for rule in RULES:
        by_trigger[rule.about, rule.when, rule.region].append(rule)
    twice = {tuple(rule.id for rule in rules) for rules in by_trigger.values() if len(rules) > 1}
    assert twice == {
        # Paroxetine from 65: the label gives a lower dose, the Beers criteria say avoid. The
        # stricter decides, and the label's limit is still told to who prescribes nevertheless.
        ("RC201", "AS033"),
    }


def test_every_drug_has_rules_of_its_own():
    assert set(DRUGS) <= {rule.about for rule in RULES}


def test_every_source_is_used_and_has_an_address():
    thresholds = [
        shown.citation for concept in VOCABULARY.concepts.values() for shown in concept.shown_by
    ]
    enzymes = read_enzymes(
        knowledge_folder(),
        VOCABULARY.medicines,
        VOCABULARY.concepts,
        SAFETY.sources,
        Problems(),
    )
    burdens = [c for b in load_burdens(SAFETY, DRUGS).definitions for c in b.citations]
    mechanisms = [one.citation for one in SAFETY.mechanisms.values() if one.citation]
    ages = [m.counts_by for m in VOCABULARY.measures.values() if m.counts_by is not None]
    citations = [
        *(rule.citation for rule in RULES),
        *thresholds,
        *burdens,
        *mechanisms,
        *ages,
        *(effect.citation for effect in enzymes),
    ]
    named = " ".join(citation.locator for citation in citations)
    used = {citation.source.id for citation in citations}
    unused = {name for name in SAFETY.sources if name not in used and name not in named}
    assert unused == set()
    assert [name for name, source in SAFETY.sources.items() if not source.url] == []


def test_every_mechanism_is_that_of_some_rule_on_a_medicine():
    named = {rule.mechanism for rule in RULES if rule.when.reads & VOCABULARY.takeable}
    assert named == set(SAFETY.mechanisms)


def test_every_rule_cites_a_place_and_a_grade():
    lacking = [r.id for r in RULES if not r.citation.locator or r.citation.grade not in {"A", "B"}]
    assert lacking == []


def test_genotype_rules_hold_nobody_back_untested():
    genes = [
        rule
        for rule in RULES
        if any(
            isinstance(leaf, Genotype)
            or (isinstance(leaf, Has) and VOCABULARY.concepts[leaf.concept].kind == "genotype")
            for leaf in leaves(rule.when)
        )
    ]
    assert len(genes) == 3 + len({one.rule for one in SAFETY.genes}) + 4  # labels; caps from 65
    assert {rule.if_not_recorded for rule in genes} == {"pass"}


def test_a_rule_that_names_a_first_dose_holds_the_plan_to_it():
    named = {
        rule.id: max(map(int, found.groups(default="0")))
        for rule in RULES
        if rule.effect == "reduce_dose"
        and (found := re.search(r"[Ss]tart (?:at |with )?(\d+)(?:-(\d+))? mg", rule.do))
    }
    held = {rule.id: int(rule.start_cap) for rule in RULES if rule.start_cap is not None}
    assert len(named) == 6
    assert held == named


def test_each_topic_stays_short_enough_to_review():
    assert {topic: len(ids) for topic, ids in topics_of_rules().items() if len(ids) >= 60} == {}


def test_the_coverage_page_is_the_rules():
    page = Path(__file__).parents[2] / "docs" / "reference" / "coverage.md"
    assert page.read_text(encoding="utf-8") == coverage_page(DRUGS)
