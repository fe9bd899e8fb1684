"""The gene rules held against the table of the guidelines' recommendations, row by row.

`pgx.csv` beside this file has the facts (no sentences) of 254 recommendations of CPIC (2016, 2023)
and DPWG, compiled from the PharmCAT copy before this repository. What an action means at pain doses
is written down here a second time, as docs/explanation/genes.md tells it.
"""

import csv
from collections.abc import Collection, Iterable, Mapping
from itertools import product
from pathlib import Path

from tests.cases.probe_format import facts_of

from assuage.knowledge.genes import GeneStatement
from assuage.knowledge.rules import SafetyKnowledge
from assuage.options.rule import Rule
from assuage.patient.finding import Finding
from assuage.patient.vocabulary import Vocabulary

TCA = frozenset({"amitriptyline", "nortriptyline", "imipramine", "desipramine", "clomipramine"})
RESULTS = ("poor", "intermediate", "normal", "rapid", "ultrarapid", "indeterminate")
UNTESTED = "not_tested"
NOTES = frozenset({"standard", "none", "start_standard_then_increase"})
CAPS: Mapping[tuple[str, str, str], int | float] = {
    ("citalopram", "poor", ""): 20,
    ("citalopram", "poor", "-65"): 10,
    ("citalopram", "intermediate", ""): 30,
    ("citalopram", "intermediate", "-65"): 15,
    ("escitalopram", "poor", ""): 10,
    ("escitalopram", "poor", "-65"): 5,
    ("escitalopram", "intermediate", ""): 15,
    ("escitalopram", "intermediate", "-65"): 7.5,
    ("sertraline", "poor", ""): 75,
}
"""DPWG on CYP2C19: citalopram 20 and 30 mg, from 65 years 10 and 15; sertraline 75 mg; escitalopram
half and three quarters of its maximum, 20 mg and from 65 years 10 mg (US label, 2.1, 2.5)."""
Row = dict[str, str]


def _read() -> list[Row]:
    path = Path(__file__).parent / "pgx.csv"
    with path.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


FACTS = _read()
_BY_VALUES = {tuple(row.values()): row for row in FACTS}


def phenotype_in_words(one: GeneStatement) -> str:
    if set(one.phenotypes.values()) == {"any"}:
        return "any"
    score = f" (AS {one.activity_score})" if one.activity_score else ""
    parts: list[str] = []
    for gene, result in one.phenotypes.items():
        name = result.replace("_", " ").capitalize()
        metaboliser = "" if result in {UNTESTED, "indeterminate"} else " metabolizer"
        scored = score if gene == "CYP2D6" and metaboliser else ""
        parts.append(f"{gene} {name}{metaboliser}{scored}")
    return " + ".join(parts)


def as_row(one: GeneStatement) -> tuple[str, ...]:
    strength = {
        "not graded": "DPWG (not graded in this copy)",
        "No recommendation found": "No CPIC recommendation found",
    }.get(one.strength, one.strength)
    return (
        one.drug,
        "+".join(one.genes),
        phenotype_in_words(one),
        one.action,
        one.dose_change,
        strength,
        one.guideline,
        "yes" if one.depression_doses else "",
        "" if one.record == "none" else one.record,
    )


def effect_at_pain_doses(row: Row) -> str:
    """The meaning of an action, in plain words of docs/explanation/genes.md."""
    action, found = row["action_code"], "reduce_dose"
    if action in NOTES:
        found = "note"
    elif action in {"avoid", "avoid_or_increase"}:
        found = "avoid"
    elif action == "avoid_or_tdm":
        found = "avoid" if "Ultrarapid" in row["phenotype"] else "caution"
    elif action == "consider_alternative":
        found = "avoid" if row["strength"] == "Strong" else "caution"
    elif action == "increase_or_avoid" or row["drug"] in TCA:
        found = "caution"  # for tricyclics, doses meant for depression
    elif action == "avoid_or_reduce":
        found = "avoid"
    return found


def share_of_the_dose(row: Row) -> float | None:
    """The share of the usual dose that a guideline leaves, where it cuts the dose."""
    if effect_at_pain_doses(row) == "reduce_dose" and row["dose_change"].startswith("-"):
        return (100 + int(row["dose_change"].rstrip("%"))) / 100
    return None


def gene_differences(
    knowledge: SafetyKnowledge, of: Collection[str] | None = None
) -> tuple[str, ...]:
    """Return what the gene rules say otherwise than the table, in words; of some rules or of all.

    Held against it are drug, effect, highest dose, share, what an untested gene means (nothing),
    and which results of the genes fit, at 64 and at 65 years.
    """
    rules = {rule.id: rule for rule in knowledge.rules}
    lines: list[str] = []
    for one in knowledge.genes:
        for name in one.rules:
            if of is not None and name not in of:
                continue
            rule = rules.get(name)
            if rule is None:
                lines.append(f"{name}: no such rule")
            else:
                lines += _unlike_the_row(rule, one)
                lines += _unlike_results(rule, one, knowledge)
    return tuple(lines)


def _unlike_the_row(rule: Rule, one: GeneStatement) -> Iterable[str]:
    row = _BY_VALUES[as_row(one)]
    suffix = rule.id.removeprefix(one.rule)
    result = one.phenotypes.get("CYP2C19", "") if one.guideline == "DPWG" else ""
    cap = CAPS.get((one.drug, result, suffix)) if len(one.genes) == 1 else None
    expected = (row["drug"], effect_at_pain_doses(row), cap, share_of_the_dose(row), "pass")
    share = None if rule.dose_factor is None else float(rule.dose_factor)
    held = None if rule.cap is None else float(rule.cap)
    found = (rule.about, rule.effect, held, share, rule.if_not_recorded)
    if found != expected:
        yield f"{rule.id}: {found}, by the table {expected}"


def _unlike_results(rule: Rule, one: GeneStatement, knowledge: SafetyKnowledge) -> Iterable[str]:
    older = rule.id.endswith("-65")
    fitting = set(_fitting(one, knowledge.genes))
    for results in product((UNTESTED, *RESULTS), repeat=len(one.genes)):
        for age in (64, 65):
            expected = results in fitting and (age == 65 or not older)
            if _holds(rule, one.genes, results, age, knowledge.vocabulary) != expected:
                said = ", ".join(f"{g} {r}" for g, r in zip(one.genes, results, strict=True))
                yield f"{rule.id}: {said}, age {age}: fits {not expected}, by the table {expected}"


def _fitting(one: GeneStatement, all_of_them: Iterable[GeneStatement]) -> Iterable[tuple[str, ...]]:
    """The row's own results; and of a row on one gene, those whose row of both says less."""
    table = [
        other
        for other in all_of_them
        if (other.drug, other.guideline, other.genes) == (one.drug, one.guideline, one.genes)
    ]
    for results in product((UNTESTED, *RESULTS), repeat=len(one.genes)):
        both = dict(zip(one.genes, results, strict=True))
        if _is_row_of(one, both):
            yield results
            continue
        pair = [other for other in table if _is_row_of(other, both)]
        alone = {gene: both[gene] if gene in one.named else UNTESTED for gene in one.genes}
        if _is_row_of(one, alone) and any(each.strictness > one.strictness for each in pair):
            yield results


def _is_row_of(one: GeneStatement, results: Mapping[str, str]) -> bool:
    """`any` is said of CYP2D6, of which no guideline calls anybody a rapid metaboliser."""
    return all(
        results[gene] == said or (said == "any" and results[gene] not in {UNTESTED, "rapid"})
        for gene, said in one.phenotypes.items()
    )


def _holds(
    rule: Rule, genes: Iterable[str], results: Iterable[str], age: int, vocabulary: Vocabulary
) -> bool:
    tested = (
        f"{gene} {result}"
        for gene, result in zip(genes, results, strict=True)
        if result != UNTESTED
    )
    facts = facts_of("; ".join((f"age {age}", *tested)), vocabulary)
    return rule.when.look_in(facts).finding is Finding.PRESENT
