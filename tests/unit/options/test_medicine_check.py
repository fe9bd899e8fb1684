"""How many medicines of a list could be checked, and which could not.

Truth: the list of the record, and which of its medicines are in a group that a rule reads, by hand:
atorvastatin and paracetamol are in none.
"""

from datetime import date

import pytest

from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.patients import read_patient
from assuage.knowledge.rules import load_safety
from assuage.options.rule import compile_rules
from assuage.options.unjudged import MedicineCheck, unjudged
from assuage.patient.derivation import derive_facts

SAFETY = load_safety()
CANDIDATES = tuple(drug.id for drug in load_catalogues().treatments.candidates)
BOOK = compile_rules(SAFETY.rules, CANDIDATES, SAFETY.classes)
TODAY = date(2026, 6, 15)


def silent(medications: str):
    record = read_patient(
        f"age: 60\nsex: male\npain: painful diabetic neuropathy\n{medications}",
        "patient.yaml",
        vocabulary=SAFETY.vocabulary,
        pain_conditions=load_catalogues().conditions.values(),
        today=TODAY,
    )
    return unjudged(derive_facts(record, SAFETY.vocabulary, today=TODAY), BOOK)


def test_each_line_counts_once_and_what_no_rule_concerns_is_named():
    found = silent(
        "medications: [co-codamol 30/500, amitrip, tamsulosin, atorvastatin 20 mg, Nerve Calm]"
    )
    assert found.check == MedicineCheck(
        listed=5,
        identified=4,
        looked_at=3,
        not_checked=("paracetamol in co-codamol 30/500", "atorvastatin 20 mg", "Nerve Calm"),
    )
    assert found.check.sentence == "4 of 5 medicines identified, 3 looked at by a rule"
    assert found.not_checked == (
        "Nerve Calm: no medicine is known by this name",
        "No rule concerns these medicines here: paracetamol in co-codamol 30/500; "
        "atorvastatin 20 mg",
    )


def test_a_combination_with_an_unknown_part_is_looked_at_but_not_identified():
    assert silent("medications: [tramadol/xyzzyx]").check == MedicineCheck(
        listed=1, identified=0, looked_at=1, not_checked=("xyzzyx",)
    )


def test_the_same_medicine_on_two_lines_counts_twice_and_is_named_once():
    assert silent("medications: [atorvastatin, atorvastatin]").check == MedicineCheck(
        listed=2, identified=2, looked_at=0, not_checked=("atorvastatin",)
    )


@pytest.mark.parametrize("medications", ["", "medications: none"])
def test_a_list_that_is_empty_or_not_recorded_has_nothing_to_check(medications: str):
    check = silent(medications).check
    assert check == MedicineCheck(listed=0, identified=0, looked_at=0, not_checked=())
    assert check.sentence == "no medicines listed"


# Groups by the warnings of the US labels (see valuesets/README.md), read by hand.
@pytest.mark.parametrize(
    ("medicine", "group"),
    [
        ("alfuzosin", "antihypertensive"),
        ("tamsulosin", "antihypertensive"),
        ("glyceryl trinitrate", "antihypertensive"),
        ("sildenafil", "antihypertensive"),
        ("ropinirole", "antihypertensive"),
        ("ropinirole", "cns_depressant"),
        ("cetirizine", "cns_depressant"),
        ("encorafenib", "qt_prolonging_drug"),
        ("propafenone", "qt_prolonging_drug"),
        ("tedizolid", "other_serotonergic_drug"),
        ("berotralstat", "cyp2d6_inhibitor"),
        ("rifabutin", "enzyme_inducer"),
    ],
)
def test_a_medicine_belongs_to_what_its_label_warns_of(medicine: str, group: str):
    known = SAFETY.vocabulary.medicine_named(medicine)
    assert known is not None
    assert group in SAFETY.vocabulary.concepts_of(known)
    assert silent(f"medications: [{medicine}]").check.looked_at == 1
