"""Where sources disagree is written down wholly, and a jurisdiction drops no rule in silence.

Truth: the rules themselves (every pair of rules about the same drug and facts, by sources of
different regions, with a different verdict, number or limit), and the questions that reviewers
named. Which rules a jurisdiction sets aside was worked out by hand from the file.
"""

import csv
import shutil
from itertools import combinations
from pathlib import Path

import pytest

import assuage_knowledge
from assuage.errors import InvalidInput
from assuage.knowledge.disagreements import load_disagreements
from assuage.knowledge.drugs import load_drugs
from assuage.knowledge.guidelines import load_guidelines
from assuage.knowledge.rules import load_safety
from assuage.options.disagreement import MaximumOf, maxima_set_aside, rules_set_aside
from assuage.options.rule import VERDICT_OF, Rule
from assuage.options.satisfiable import Other, Span, ways_to
from assuage.plan.limits import without_maxima

OWN = Path(assuage_knowledge.__file__).parent
DISAGREEMENTS = load_disagreements()
SAFETY = load_safety()
BY_ID = {rule.id: rule for rule in SAFETY.rules}


# DPWG's statements that yield to CPIC's on the same drug and phenotype where Europe is not chosen.
DPWG = {
    *("PA166299129", "PA166299132", "PA166299202", "PA166299242", "PA166299297"),
    *("PA166301968", "PA166302150", "PA166302502", "PA166302555", "PA166302557"),
    *("PA166302559", "PA166302879", "PA166302881", "PA166302890"),
}


def test_what_yields_is_dpwgs_and_cpic_speaks_of_the_same_people():
    # Truth: the table of the two guidelines, committed beside this test.
    with (Path(__file__).parent / "pgx.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    for record in DPWG:
        row = next(each for each in rows if each["record_id"] == record)
        assert row["guideline"] == "DPWG"
        phenotype = row["phenotype"].split(" (")[0]
        assert any(
            each["guideline"].startswith("CPIC")
            and each["drug"] == row["drug"]
            and phenotype in each["phenotype"]
            for each in rows
        ), row


def facts_asked(rule: Rule) -> set[tuple[str, str]]:
    leaves = [leaf for way in ways_to(rule.when) for leaf in way]
    if any(isinstance(leaf, Other) for leaf in leaves):
        return set()  # genes: their disagreements are derived
    return {
        ("", x.fact) if isinstance(x, Span) else (x.kind, x.concept)
        for x in leaves
        if not isinstance(x, Other)
    }


def differ(a: Rule, b: Rule) -> bool:
    numbers = [(VERDICT_OF[r.effect], r.cap, r.start_cap, r.dose_factor, r.when) for r in (a, b)]
    return numbers[0] != numbers[1]


def test_every_pair_of_sources_that_differ_by_region_is_written_down():
    stated = [rule for rule in SAFETY.rules if rule.graded_by == "source"]
    pairs = {
        frozenset({a.id, b.id})
        for a, b in combinations(stated, 2)
        if a.about == b.about
        and a.region != b.region
        and facts_asked(a)
        and facts_asked(a) == facts_asked(b)
        and differ(a, b)
    }
    assert len(pairs) == 8  # by hand; a pair on a gene's result is gene guidance
    pairs.add(frozenset({"RC355", "RC361"}))  # CPIC and the US label, CYP2C19 poor metaboliser
    missing = [p for p in pairs if not any(p <= each.rules for each in DISAGREEMENTS)]
    assert missing == []


def test_the_questions_that_reviewers_named_are_there():
    assert {
        "duloxetine-highest-dose",
        "citalopram-age",
        "venlafaxine-cyp2d6-intermediate",
        "venlafaxine-place",
        "duloxetine-kidney",
        "duloxetine-liver",
        "duloxetine-cyp1a2-inhibitor",
        "escitalopram-qt",
    } <= {each.id for each in DISAGREEMENTS}


@pytest.mark.parametrize(
    ("regions", "lost"),
    [
        (None, set()),
        (("US",), {"RC176", "RC198", "RC200", "RC252"} | DPWG),
        (("UK",), {"RC175", "RC197", "RC199", "RC251"} | DPWG),
        (("EU",), set()),
        (("UK", "EU"), {"RC175", "RC197", "RC199", "RC251"}),
        (("US", "UK", "EU"), set()),
    ],
    ids=lambda value: " and ".join(value) if isinstance(value, tuple) else "",
)
def test_a_jurisdiction_sets_aside_these_rules_and_no_other(regions, lost):
    assert rules_set_aside(DISAGREEMENTS, regions) == lost


def test_no_exclusion_gives_way_to_anything_but_an_exclusion_on_the_same_fact():
    for regions in (("US",), ("UK",), ("EU",)):
        lost = rules_set_aside(DISAGREEMENTS, regions)
        left = [rule for rule in SAFETY.rules if rule.id not in lost]
        for name in lost:
            rule = BY_ID[name]
            if rule.effect in {"contraindicated", "avoid"}:
                guideline = rule.id in DPWG  # gives way to CPIC on the same phenotype
                assert any(
                    other.about == rule.about
                    and other.when == rule.when
                    and (guideline or other.effect in {"contraindicated", "avoid"})
                    for other in left
                ), rule


def test_the_highest_dose_of_duloxetine_follows_the_jurisdiction():
    drug = load_drugs()["duloxetine"]

    def highest(*regions: str) -> list[int]:
        lost = maxima_set_aside(DISAGREEMENTS, regions)
        return sorted(int(m.dose.value) for m in without_maxima(drug, lost).dosing.maxima)

    # US label 60; Northern Ireland Formulary 120; NeuPSIG (international) 120.
    assert (highest(), highest("US"), highest("UK")) == ([60, 120, 120], [60, 120], [120, 120])


def test_a_drug_keeps_its_maxima_where_nothing_else_would_bound_it():
    drug = load_drugs()["duloxetine"]
    every = {MaximumOf(drug="duloxetine", market=m) for m in ("US", "UK", "INT")}
    assert without_maxima(drug, every) == drug


def test_what_guidelines_say_of_venlafaxine_is_what_the_guideline_table_has():
    place = next(each for each in DISAGREEMENTS if each.id == "venlafaxine-place")
    about = [g for g in load_guidelines() if "venlafaxine" in g.about and g.line]
    cited = {c.source.id for p in place.positions for c in p.citations}
    assert {g.citation.source.id for g in about} == cited
    assert {g.line for g in about} == {"first", "specialist_only"}


BROKEN = [
    ("rules: [RC175]", "rules: [RC999]", "the rule RC999"),
    ("rules: [RC175]", "rules: [RC176]", "RC176 of UK"),
    ("rules: [RC175]", "rules: [RC178]", "RC178 about venlafaxine"),
    ("rules: [RC094]", "rules: [RC157]", "RC157 in duloxetine-liver and again in duloxetine-"),
    ("about: citalopram", "about: citalopran", "about: citalopran"),
    ("maxima: [{market: US}]", "maxima: [{market: EU}]", "a maximum of EU from age 0"),
    ("id: nhs-medicines-resources", "id: a-page", "the source a-page"),
    (
        "    always: true\n\n  - id: amitriptyline-h",
        "    when: {has: cyp2d6_poor}\n\n  - id: amitriptyline-h",
        "has: cyp2d6_poor",
    ),
    ("rules: [RC158]}\n    taken", "rules: [RC158], sure: yes}\n    taken", "the unknown key"),
    (
        "    always: true\n\n  - id: amitriptyline-h",
        "\n  - id: amitriptyline-h",
        "duloxetine-highest",
    ),
    (
        "  silent: true\n",
        "  silent: true\n        rules: [RC046]\n",
        "US label, silent, with rules",
    ),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ignore = shutil.ignore_patterns("releases", "__pycache__", "trials", "effects")
    shutil.copytree(OWN, tmp_path / "knowledge", ignore=ignore)
    return tmp_path / "knowledge"


@pytest.mark.parametrize(("old", "new", "said"), BROKEN, ids=[said for *_, said in BROKEN])
def test_a_broken_file_is_refused_with_its_line(folder: Path, old: str, new: str, said: str):
    path = folder / "disagreements.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(InvalidInput) as refused:
        load_disagreements(folder)
    problem = refused.value.problems[0]
    assert problem.where.startswith("disagreements.yaml, line ")
    assert problem.found.startswith(said)


def test_a_jurisdiction_may_not_drop_an_exclusion_that_the_winner_does_not_cover(folder: Path):
    # The UK text of liver disease is wider than the US one, and narrower: neither covers the other.
    path = folder / "disagreements.yaml"
    start, liver = path.read_text().split("  - id: duloxetine-liver", 1)
    path.write_text(
        start + "  - id: duloxetine-liver" + liver.replace("    both_stay: true\n", "", 1)
    )
    with pytest.raises(InvalidInput) as refused:
        load_disagreements(folder)
    assert [p.found.split(",")[0] for p in refused.value.problems] == [
        "the exclusion RC158",
        "the exclusion RC157",
    ]
