"""A rule may count medicines; the only one that does is that of the Beers criteria.

Truth: 2023 AGS Beers Criteria, table 5: older adults avoid three or more CNS-active drugs
(antiepileptics with gabapentinoids, antidepressants of the three classes, antipsychotics,
benzodiazepines, Z-drugs, opioids, muscle relaxants). Single drugs: the list beside that table as
far as its copy could be read (formweb.com, whichpage=154), and that of the measure Poly-CNS
(outcomes.com, suboptimal-drug-selection-multiple-cns-active-agents).
"""

from datetime import date

import pytest

from assuage.knowledge.drugs import load_drugs
from assuage.knowledge.rules import load_safety
from assuage.options.condition import TakesAtLeast
from assuage.options.rule import compile_rules
from assuage.options.screening import screen
from assuage.patient.derivation import derive_facts
from assuage.patient.facts import Facts
from assuage.patient.finding import Finding
from assuage.patient.record import Pain, PatientRecord, RecordedMedicine

SAFETY = load_safety()
WORDS = SAFETY.vocabulary
BOOK = compile_rules(SAFETY.rules, tuple(load_drugs()), SAFETY.classes)
TWO = TakesAtLeast(concept="beers_cns_active_drug", label="CNS-active medicine", medicines=2)
BESIDE_TABLE_5 = """
    alprazolam amitriptyline aripiprazole asenapine baclofen brexpiprazole brivaracetam cannabidiol
    carbamazepine cariprazine carisoprodol cenobamate chlorpromazine chlorzoxazone citalopram
    clobazam clomipramine clonazepam clozapine codeine lamotrigine levetiracetam levomilnacipran
    lorazepam loxapine lurasidone pethidine metaxalone methadone methocarbamol midazolam
    milnacipran morphine nortriptyline olanzapine orphenadrine oxazepam oxcarbazepine oxycodone
    oxymorphone paliperidone paroxetine perampanel perphenazine phenobarbital"""
POLY_CNS = """
    gabapentin lacosamide phenytoin pregabalin topiramate fluphenazine haloperidol quetiapine
    risperidone ziprasidone diazepam estazolam eszopiclone temazepam zaleplon zolpidem
    buprenorphine fentanyl hydrocodone hydromorphone tapentadol tramadol desvenlafaxine duloxetine
    venlafaxine escitalopram fluoxetine fluvoxamine"""
BY_BEERS = {"AS159", "AS160", "AS161"}


def entries(name: str, place: int) -> tuple[RecordedMedicine, ...]:
    """The ingredients of a line, as a patient file is read."""
    read = WORDS.read_medicine(name)
    assert read.medicines and not read.unknown, name
    return tuple(
        RecordedMedicine(
            name=name,
            medicine=part,
            concepts=WORDS.concepts_of(WORDS.medicines[part]) | read.groups,
            where=f"line {place}",
        )
        for part in read.medicines
    )


def groups_of(name: str) -> frozenset[str]:
    return frozenset[str]().union(*(each.concepts for each in entries(name, 1)))


def facts_of(*names: str, age: int = 70) -> Facts:
    return facts_with(
        tuple(part for place, name in enumerate(names, 1) for part in entries(name, place)), age
    )


def facts_with(medications: tuple[RecordedMedicine, ...] | None, age: int) -> Facts:
    record = PatientRecord(
        name="",
        age=age,
        sex=None,
        pain=Pain(condition="fibromyalgia", label="", as_written=""),
        medications=medications,
    )
    return derive_facts(record, WORDS, today=date(2026, 6, 15))


@pytest.mark.parametrize(
    ("names", "finding", "because"),
    [
        (("gabapentin", "oxycodone"), "present", "takes gabapentin (line 1), oxycodone (line 2)"),
        (("gabapentin",), "absent", "fewer than 2 in the medication list"),
        (("gabapentin", "gabapentin"), "absent", "fewer than 2 in the medication list"),
        (("gabapentin", "metformin"), "absent", "fewer than 2 in the medication list"),
        # Both hold codeine, and nothing else of the list.
        (("codeine", "co-codamol"), "absent", "fewer than 2 in the medication list"),
        # Olanzapine and fluoxetine in one capsule are two.
        (("Symbyax",), "present", "takes Symbyax (line 1)"),
    ],
)
def test_different_ingredients_are_counted(names: tuple[str, ...], finding: str, because: str):
    found = TWO.look_in(facts_of(*names))
    assert (found.finding.value, [fact.because for fact in found.facts]) == (finding, [because])


@pytest.mark.parametrize("names", [BESIDE_TABLE_5, POLY_CNS], ids=["table 5", "Poly-CNS"])
def test_every_drug_of_the_published_lists_counts(names: str):
    missing = [n for n in names.split() if "beers_cns_active_drug" not in groups_of(n)]
    assert missing == []


@pytest.mark.parametrize("name", ["metformin", "donepezil", "methylphenidate", "mirtazapine"])
def test_what_is_in_none_of_the_classes_does_not_count(name: str):
    assert "beers_cns_active_drug" not in groups_of(name)


def test_without_a_list_the_number_is_not_recorded_and_the_list_is_asked_for():
    found = TWO.look_in(facts_with(None, 70))
    assert found.finding is Finding.NOT_RECORDED
    assert [fact.ask for fact in found.facts] == ["medications"]


def told(facts: Facts) -> set[str]:
    """The drugs that are to be avoided because they would be the third."""
    return {
        each.drug
        for each in screen(facts, BOOK)
        for reason in each.reasons
        if reason.rule in BY_BEERS and reason.finding == "present"
    }


def test_an_older_adult_on_two_is_not_given_a_third():
    classes = SAFETY.classes
    three_classes = {*classes["tca"], *classes["ssri"], *classes["snri"]}
    assert told(facts_of("pregabalin", "zopiclone")) == three_classes
    assert told(facts_of("pregabalin", "zopiclone", age=65)) == three_classes
    assert told(facts_of("pregabalin", "zopiclone", age=64)) == set()
    assert told(facts_of("pregabalin", "metformin")) == set()


def test_a_drug_that_is_taken_already_is_not_its_own_second():
    classes = SAFETY.classes
    others = {*classes["tca"], *classes["ssri"], *classes["snri"]} - {"duloxetine"}
    assert told(facts_of("pregabalin", "duloxetine")) == others
