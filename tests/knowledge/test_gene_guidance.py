"""Every recommendation of the gene guidelines is there once, with the effect we say it has.

Truth: `pgx.csv` beside this file, the facts (no sentences) of 254 recommendations of CPIC (2016,
2023) and DPWG, compiled from the PharmCAT copy before this repository; and the meaning of an action
at pain doses as docs/explanation/genes.md tells it, written a second time in `gene_table.py`.
"""

from collections import Counter, defaultdict
from itertools import product
from pathlib import Path

import pytest
import yaml
from tests.knowledge.gene_table import (
    CAPS,
    FACTS,
    RESULTS,
    TCA,
    as_row,
    effect_at_pain_doses,
    gene_differences,
    share_of_the_dose,
)

from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.gene_disagreements import gene_disagreements
from assuage.knowledge.rules import load_safety
from assuage.options.condition import Takes
from assuage.options.gene_condition import ByInhibitor, Genotype
from assuage.options.rule import Rule
from assuage.patient.phenoconversion import groups_of

HERE = Path(__file__).parent
GENES = HERE.parents[1] / "src" / "assuage_knowledge" / "genes"
SAFETY = load_safety()
RULES = {rule.id: rule for rule in SAFETY.rules}


def test_nothing_is_lost_and_nothing_added():
    left_out = {
        (entry["drug"], record)
        for entry in yaml.safe_load((GENES / "left_out.yaml").read_text(encoding="utf-8"))
        for record in entry["records"]
    }
    held = Counter(as_row(one) for one in SAFETY.genes)
    facts = Counter(
        tuple(row.values()) for row in FACTS if (row["drug"], row["record_id"]) not in left_out
    )
    assert len(FACTS) == 254
    assert len(left_out) == 5
    assert held == facts


def test_what_is_left_out_is_no_candidate():
    candidates = {drug.id for drug in load_catalogues().treatments.candidates}
    entries = yaml.safe_load((GENES / "left_out.yaml").read_text(encoding="utf-8"))
    assert [entry["drug"] for entry in entries if entry["drug"] in candidates] == []
    assert all(entry["reason"] for entry in entries)


def test_every_entry_has_the_effect_that_its_action_has_at_pain_doses():
    expected = {tuple(row.values()): effect_at_pain_doses(row) for row in FACTS}
    wrong = {as_row(one): one.effect for one in SAFETY.genes if one.effect != expected[as_row(one)]}
    assert wrong == {}
    assert {one.rule for one in SAFETY.genes if RULES[one.rule].effect != one.effect} == set()


def test_a_share_of_the_dose_is_the_guidelines():
    shares = {
        (row["drug"], row["record_id"]): share
        for row in FACTS
        if row["drug"] != "fluvoxamine" and (share := share_of_the_dose(row)) is not None
    }
    held = {(one.drug, one.record): float(one.factor) for one in SAFETY.genes if one.factor}
    assert held == shares


def test_caps_are_the_guidelines():
    held = {
        (rule.about, one.phenotypes["CYP2C19"], name.removeprefix(one.rule)): float(rule.cap)
        for one in SAFETY.genes
        for name, rule in RULES.items()
        if name in {one.rule, f"{one.rule}-65"} and rule.cap is not None
    }
    assert held == CAPS


def test_the_rules_themselves_say_what_the_table_says():
    assert set(SAFETY.classes["tca"]) == TCA
    assert gene_differences(SAFETY) == ()


def fits(rule: Rule, genotypes: dict[str, str]) -> bool:
    condition = rule.when
    assert isinstance(condition, Genotype)
    return all(genotypes.get(gene, "not_tested") in results for gene, results in condition.genes)


PAIRS = sorted({(one.drug, one.guideline, one.genes) for one in SAFETY.genes if len(one.genes) > 1})


@pytest.mark.parametrize(("drug", "guideline", "genes"), PAIRS)
def test_knowing_the_other_gene_loosens_nothing(drug, guideline, genes):
    """What a guideline says of one gene is still said, or something as strict, with both known."""
    table = {
        one.rule: one for one in SAFETY.genes if (one.drug, one.guideline) == (drug, guideline)
    }
    twice = 0
    for results in product(RESULTS, repeat=2):
        both = dict(zip(genes, results, strict=True))
        said = [one for name, one in table.items() if fits(RULES[name], both)]
        if not said:
            assert both.get("CYP2D6") == "rapid"  # no guideline calls anybody that
            continue
        strictest = min(one.strictness for one in said)
        for gene in genes:
            alone = [one for name, one in table.items() if fits(RULES[name], {gene: both[gene]})]
            assert len(alone) == 1
            assert strictest <= alone[0].strictness
        pair = [one for one in said if "not_tested" not in one.phenotypes.values()]
        assert len(pair) == 1
        singles = [one for one in said if one not in pair]
        assert all(one.strictness < pair[0].strictness for one in singles)
        twice += bool(singles)
    assert twice <= 12  # of 36: the single row stands beside that of the pair only where needed


def test_both_guidelines_are_heard_where_they_differ():
    """CPIC and DPWG on one drug and one phenotype of one gene, read from the facts themselves.

    In words of a verdict: venlafaxine in intermediate metabolisers, no change or avoid; and so on.
    """
    said: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in FACTS:
        parts = [part for part in row["phenotype"].split(" + ") if "Not tested" not in part]
        if len(parts) == 1 and row["drug"] != "fluvoxamine" and parts != ["any"]:
            gene, result = parts[0].split()[:2]
            who = "DPWG" if row["guideline"] == "DPWG" else "CPIC"
            effect = {"reduce_dose": "caution"}.get(effect_at_pain_doses(row))
            said[row["drug"], f"{gene} {result.lower()}"][who] = effect or effect_at_pain_doses(row)
    expected = {key for key, who in said.items() if len(who) == 2 and len(set(who.values())) == 2}
    found = gene_disagreements(SAFETY.genes)
    assert {(each.about, each.phenotype) for each in found} == expected
    assert ("venlafaxine", "CYP2D6 intermediate") in expected
    assert all([p.who for p in each.positions] == ["CPIC", "DPWG"] for each in found)
    assert all(p.rule in RULES for each in found for p in each.positions)
    page = " ".join((HERE.parents[1] / "docs" / "explanation" / "genes.md").read_text().split())
    assert f"{len(found)} pairs of drug and phenotype" in page
    assert f"one entry a recommendation: {len(SAFETY.genes)} of them" in page


def test_inhibitors_are_told_wherever_a_guideline_has_advice_for_slow_metabolisers():
    """By a rule of its own, or by the rule on inhibitors that was there: tricyclics with CYP2D6
    (RC238), citalopram with CYP2C19 (RC254). Never more strictly than a caution, and a strong
    inhibitor never less strictly than a moderate one.
    """
    advice = {
        (one.drug, gene, result)
        for one in SAFETY.genes
        for gene, result in one.named.items()
        if len(one.named) == 1
        and gene in {"CYP2D6", "CYP2C19"}
        and result in {"poor", "intermediate"}
        and one.effect != "note"
    }
    left = {(drug, "CYP2D6") for drug in TCA} | {("citalopram", "CYP2C19")}
    own = {
        (rule.about, rule.when.gene, rule.when.phenotype): rule
        for rule in SAFETY.rules
        if isinstance(rule.when, ByInhibitor)
    }
    assert {case for case in advice if case[:2] not in left} == set(own)
    for case, rule in own.items():
        said = [one for one in SAFETY.genes if one.named == {case[1]: case[2]}]
        strictest = min(
            (one for one in said if one.drug == case[0]), key=lambda one: one.strictness
        )
        assert rule.effect == {"avoid": "caution"}.get(strictest.effect, strictest.effect)
        assert rule.dose_factor == strictest.factor
    for drug, gene, _ in own:
        strong = own[drug, gene, "poor"]
        moderate = own.get((drug, gene, "intermediate"), strong)
        assert {strong.effect, moderate.effect} <= {"caution", "reduce_dose"}
        assert {strong.graded_by, moderate.graded_by} == {"assuage"}
        assert (strong.dose_factor or 1) <= (moderate.dose_factor or 1)
    for rule, about, group in (("RC238", "tca", "CYP2D6"), ("RC254", "citalopram", "CYP2C19")):
        asked = Takes(
            concept=f"{group.lower()}_inhibitor",
            label=f"{group} inhibitor",
        )
        assert (RULES[rule].about, RULES[rule].when) == (about, asked)
        for narrower in groups_of(group):
            assert asked.concept in SAFETY.vocabulary.implied(narrower)
