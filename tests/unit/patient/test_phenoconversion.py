"""What inhibitors make of a phenotype.

Truth: the rule of the CPIC guideline on opioids (Crews et al. 2021; PMC8249478): under a strong
inhibitor of CYP2D6 the activity score is 0, under a moderate one half of it; and the bands of
Caudle et al. 2020 (PMC6951851): 0 poor, below 1.25 intermediate, to 2.25 normal, above ultrarapid.
"""

from datetime import date

import pytest

from assuage.consult.library import load_library
from assuage.consult.patient import patient_from_text
from assuage.patient.derivation import derive_facts
from assuage.patient.facts import MEDICATIONS, Facts
from assuage.patient.finding import Finding
from assuage.patient.phenoconversion import by_inhibitor, converted, phenotypes_now

TODAY = date(2026, 6, 15)
SCORES = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 5, 6]


LOW = {"poor", "intermediate"}


def band(score: float) -> str:
    if score == 0:
        return "poor"
    if score < 1.25:
        return "intermediate"
    return "normal" if score <= 2.25 else "ultrarapid"


@pytest.mark.parametrize("score", SCORES)
def test_half_of_every_score_is_the_phenotype_we_say(score: float):
    half = band(score / 2)
    assert converted(band(score), "moderate") == (half if half in LOW else None)
    assert converted(band(score), "strong") == band(0)


def test_what_cannot_be_told_is_not_told():
    for genotype in (None, "indeterminate", "rapid"):
        assert converted(genotype, "moderate") is None
        assert converted(genotype, "strong") == "poor"


def facts_of(text: str) -> Facts:
    library = load_library()
    record = patient_from_text(
        f"{{age: 50, pain: painful diabetic neuropathy, {text}}}", "p.yaml", library, today=TODAY
    )
    return derive_facts(record, library.safety.vocabulary, today=TODAY)


def now(text: str) -> list[str]:
    return [f"{fact.label}: {fact.because}" for fact in phenotypes_now(facts_of(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "medications: [paroxetine], genotypes: {CYP2D6: normal}",
            [
                "CYP2D6 poor metaboliser now: takes paroxetine (line 1), a strong inhibitor; "
                "by genotype normal"
            ],
        ),
        (
            "medications: [bupropion]",
            [
                "CYP2D6 poor metaboliser now: takes bupropion (line 1), a strong inhibitor; "
                "no genotype recorded"
            ],
        ),
        (
            "medications: [mirabegron], genotypes: {CYP2D6: normal}",
            [
                "CYP2D6 intermediate metaboliser now: takes mirabegron (line 1), a moderate "
                "inhibitor; by genotype normal"
            ],
        ),
        (
            "medications: [mirabegron, quinidine], genotypes: {CYP2D6: normal}",
            [
                "CYP2D6 poor metaboliser now: takes quinidine (line 1), a strong inhibitor; "
                "by genotype normal"
            ],
        ),
        (
            "medications: [omeprazole], genotypes: {CYP2C19: normal}",
            [
                "CYP2C19 intermediate metaboliser now: takes omeprazole (line 1), a moderate "
                "inhibitor; by genotype normal"
            ],
        ),
        (
            "medications: [{name: fluoxetine, stopped: 2026-05-11}]",  # 35 days ago
            [
                "CYP2D6 poor metaboliser now: stopped fluoxetine 35 days ago (line 1), a strong "
                "inhibitor; no genotype recorded"
            ],
        ),
        ("medications: [{name: fluoxetine, stopped: 2026-05-10}]", []),
        ("medications: [{name: paroxetine, stopped: 2026-06-14}]", []),
        ("medications: [paroxetine], genotypes: {CYP2D6: poor}", []),  # the genes say it already
        ("medications: [mirabegron]", []),  # untested: half of what?
        ("medications: [mirabegron], genotypes: {CYP2D6: ultrarapid}", []),  # normal: no advice
        ("medications: [sertraline, cimetidine], genotypes: {CYP2D6: normal}", []),  # weak
        ("medications: [rifampicin, carbamazepine], genotypes: {CYP2C19: normal}", []),
        ("medications: []", []),
    ],
)
def test_each_phenotype_now_has_its_because(text: str, expected: list[str]):
    assert now(text) == expected


def test_without_a_medication_list_it_is_not_recorded_and_the_list_is_asked():
    fact = by_inhibitor(facts_of("genotypes: {CYP2D6: normal}"), "CYP2D6", "poor")
    assert (fact.finding, fact.ask) == (Finding.NOT_RECORDED, MEDICATIONS)


def test_the_day_of_a_stop_is_asked_where_it_decides():
    facts = facts_of("medications: [{name: fluoxetine, stopped: yes}]")
    fact = by_inhibitor(facts, "CYP2D6", "poor")
    assert (fact.finding, fact.ask) == (Finding.NOT_RECORDED, "the day fluoxetine was stopped")


def test_a_drug_does_not_inhibit_its_own_way_out():
    facts = facts_of("medications: [paroxetine]")
    assert by_inhibitor(facts, "CYP2D6", "poor").finding is Finding.PRESENT
    assert by_inhibitor(facts.besides("paroxetine"), "CYP2D6", "poor").finding is Finding.ABSENT
