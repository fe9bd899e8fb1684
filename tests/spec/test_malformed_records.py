"""Records that are malformed or cannot be true: each is refused, or the reader is told.

Truth: what a careful reader would say of each, written out by hand: the file and line, what stands
there, what should, and what to do; or, where the record can still be used, what the reader is told
under "Not checked" or "Chosen for you" and which of two readings decides (the stricter).
"""

from datetime import date
from pathlib import Path

import pytest

from assuage.consult.appraise import appraise
from assuage.consult.library import load_library
from assuage.consult.patient import patient_from_file, patient_from_text
from assuage.errors import InvalidInput
from assuage.knowledge.rules import load_safety
from assuage.options.appraisal import Verdict
from assuage.options.unjudged import disagreements, unjudged
from assuage.patient.derivation import derive_facts
from assuage.patient.finding import Finding

TODAY = date(2026, 6, 15)
HER = "age: 58\nsex: female\npain: painful diabetic neuropathy\n"  # lines 1 to 3
HIM = HER.replace("female", "male")
LIVING = "Is the number or the unit mistyped? Correct it, or leave it out."
PAIRS = "keys with their values, such as {value: 5, unit: kg}"
DAY = "a day such as 2026-03-01, from 1900 to 2099"


def measured(*lines: str) -> str:
    return "\n  ".join([HER + "measurements:", *lines]) + "\n"


def read(text: str):
    return patient_from_text(text, "p.yaml", load_library(), today=TODAY)


REFUSED = {
    "a wrong unit": (
        measured("sodium: {value: 140, unit: mg/dL}"),
        "line 5: found sodium in 'mg/dL'; expected sodium in mmol/L or mEq/L. Correct it.",
    ),
    "no unit": (
        measured("sodium: {value: 140}"),
        "line 5: found no measurements.sodium.unit; expected a value for "
        "measurements.sodium.unit. Add it.",
    ),
    "a measurement of tomorrow": (
        measured("sodium: {value: 140, unit: mmol/L, on: 2026-06-16}"),
        "line 5: found sodium measured on 2026-06-16; expected a day up to today, 2026-06-15. "
        "Correct it.",
    ),
    "a measurement before birth, by the birth date": (
        measured("sodium: {value: 140, unit: mmol/L, on: 1968-02-10}").replace(
            "age: 58", "born: 1968-02-11"
        ),
        "line 5: found sodium measured on 1968-02-10; expected a day after the birth, 1968-02-11 "
        "or later. Correct it.",
    ),
    "a condition before birth, by the age": (
        HER + "conditions: [{name: hypertension, on: 1966}]\n",
        "line 4: found hypertension on 1966-12-31; expected a day after the birth, 1967-06-15 or "
        "later. Correct it.",
    ),
    "a medicine before birth": (
        HER + "medications: [{name: warfarin, started: 1950-01-01}]\n",
        "line 4: found warfarin started on 1950-01-01; expected a day after the birth, 1967-06-15 "
        "or later. Correct it.",
    ),
    "two sexes": (
        HER.replace("female", "[female, male]"),
        "line 2: found ['female', 'male'] for sex; expected 'female' or 'male'. Correct it.",
    ),
    "a sex said twice": (
        HER + "sex: male\n",
        "line 4: found the key sex a second time; expected each key once. Keep one of the two.",
    ),
    "an unknown sex": (
        HER.replace("female", "unknown"),
        "line 2: found 'unknown' for sex; expected 'female' or 'male'. Correct it.",
    ),
    "a weight of 700 kg": (
        measured("weight: {value: 700, unit: kg}"),
        f"line 5: found weight 700 kg; expected 25 to 400 kg in a living adult. {LIVING}",
    ),
    "a height in metres said to be centimetres": (
        measured("height: {value: 1.66, unit: cm}"),
        f"line 5: found height 1.66 cm; expected 100 to 250 cm in a living adult. {LIVING}",
    ),
    "a sodium of 13.9": (
        measured("sodium: {value: 13.9, unit: mmol/L}"),
        f"line 5: found sodium 13.9 mmol/L; expected 95 to 185 mmol/L in a living adult. {LIVING}",
    ),
    "pressures that are swapped": (
        measured("systolic: {value: 82, unit: mmHg}", "diastolic: {value: 136, unit: mmHg}"),
        "line 4: found systolic 82 mmHg and diastolic 136 mmHg; expected a systolic pressure above "
        "the diastolic. Are the two swapped? Correct them.",
    ),
    "one measurement under two names": (
        measured("sodium: {value: 140, unit: mmol/L}", "na: {value: 120, unit: mmol/L}"),
        "line 6: found sodium twice; expected each measurement once. Correct it.",
    ),
    "one measurement twice": (
        measured("sodium: {value: 140, unit: mmol/L}", "sodium: {value: 120, unit: mmol/L}"),
        "line 6: found the key sodium a second time; expected each key once. Keep one of the two.",
    ),
    "a word for a number": (
        measured("sodium: {value: normal, unit: mmol/L}"),
        "line 5: found 'normal' for measurements.sodium.value; expected a number, without its "
        "unit. Correct it.",
    ),
    "a comma for a point": (
        measured('potassium: {value: "4,3", unit: mmol/L}'),
        "line 5: found '4,3' for measurements.potassium.value; expected a number, without its "
        "unit. Correct it.",
    ),
    "not a number": (
        measured("sodium: {value: .nan, unit: mmol/L}"),
        "line 5: found nan for measurements.sodium.value; expected a finite number. Correct it.",
    ),
    "an infinite number": (
        measured("sodium: {value: .inf, unit: mmol/L}"),
        "line 5: found inf for measurements.sodium.value; expected a finite number. Correct it.",
    ),
    "yes for a number": (
        measured("sodium: {value: yes, unit: mmol/L}"),
        "line 5: found yes for measurements.sodium.value; expected a number. Correct it.",
    ),
    "a measurement of a whole month": (
        measured("sodium: {value: 140, unit: mmol/L, on: 2026-05}"),
        f"line 5: found '2026-05' for measurements.sodium.on; expected {DAY}. Correct it.",
    ),
    "30 February": (
        measured("sodium: {value: 140, unit: mmol/L, on: 2026-02-30}"),
        f"line 5: found '2026-02-30' for measurements.sodium.on; expected {DAY}. Correct it.",
    ),
    "a measurement of unknown name": (
        measured("sodum: {value: 140, unit: mmol/L}"),
        "line 5: found the unknown measurement sodum; expected a measurement that assuage knows "
        "(did you mean sodium?). Correct the name, or remove it.",
    ),
    "a correction of what is none": (
        measured("qt: {value: 400, unit: ms, correction: Bazett}"),
        "line 5: found a correction of qt; expected a correction of qtc only. Remove it, or record "
        "the corrected value as qtc.",
    ),
    "an unknown correction": (
        measured("qtc: {value: 440, unit: ms, correction: Ashman}"),
        "line 5: found 'Ashman' for measurements.qtc.correction; expected 'Bazett', 'Fridericia', "
        "'Framingham' or 'Hodges'. Correct it.",
    ),
    "a list of measurements": (
        HER + "measurements: [sodium]\n",
        f"line 4: found ['sodium'] for measurements; expected {PAIRS}. Correct it.",
    ),
    "medicines that are no list": (
        HER + "medications: {warfarin: 5}\n",
        "line 4: found {'warfarin': 5} for medications; expected a list, such as [one, another]. "
        "Correct it.",
    ),
    "an unknown key": (
        HER + "measurments: {}\n",
        "line 4: found the unknown key measurments; expected a key that assuage knows (did you "
        "mean measurements?). Correct or remove it.",
    ),
    "a dose with its unit": (
        HER + "medications: [{name: warfarin, mg_per_day: 5 mg}]\n",
        "line 4: found '5 mg' for medications.0.mg_per_day; expected a number, without its unit. "
        "Correct it.",
    ),
    "a dose without a unit": (
        HER + "medications: [{name: warfarin, dose: 5}]\n",
        "line 4: found the unknown key medications.0.dose; expected a key that assuage knows. "
        "Correct or remove it.",
    ),
    "a negative dose": (
        HER + "medications: [{name: warfarin, mg_per_day: -5}]\n",
        "line 4: found -5 for medications.0.mg_per_day; expected greater than 0. Correct it.",
    ),
    "a dose of nothing": (
        HER + "medications: [{name: warfarin, mg_per_day: 0}]\n",
        "line 4: found 0 for medications.0.mg_per_day; expected greater than 0. Correct it.",
    ),
    "a medicine without a name": (
        HER + "medications: ['']\n",
        "line 4: found '' for medications.0.name; expected text. Correct it.",
    ),
    "stopped before it was started": (
        HER + "medications: [{name: warfarin, started: 2026-03-01, stopped: 2026-01-01}]\n",
        "line 4: found warfarin stopped on 2026-01-01, before its start on 2026-03-01; expected a "
        "stop that is not before the start. Correct it.",
    ),
    "a negative age": (
        HER.replace("58", "-5"),
        "line 1: found -5 for age; expected greater than or equal to 0. Correct it.",
    ),
    "an age and a birth that disagree": (
        HER + "born: 1960-05-01\n",
        "line 1: found age 58, but born 1960-05-01, which makes 66 on 2026-06-15; expected an age "
        "that agrees with the birth date. Correct one of the two, or leave the age out.",
    ),
    "a birth that is to come": (
        HER.replace("age: 58", "born: 2030-05-01"),
        "line 1: found a birth on 2030-05-01; expected a day up to today, 2026-06-15. Correct it.",
    ),
    "a pregnant man": (
        HIM + "pregnancy: yes\n",
        "line 4: found a pregnant man; expected sex: female, or pregnancy: no. Correct it.",
    ),
    "a phenotype that is a genotype": (
        HER + "genotypes: {CYP2D6: '*4/*4'}\n",
        "line 4: found '*4/*4' for genotypes.CYP2D6; expected 'poor', 'intermediate', 'normal', "
        "'rapid', 'ultrarapid' or 'indeterminate'. Correct it.",
    ),
    "a condition both present and absent": (
        HER + "conditions: [cirrhosis]\nabsent: [chronic liver disease]\n",
        "line 5: found chronic liver disease as absent, but present by cirrhosis (line 4); "
        "expected a condition to be present or absent, not both. Correct one of the two.",
    ),
    "a recent event said not to be": (
        HER + "conditions: [{name: MI, on: 2026-05-01}]\nabsent: [recent myocardial infarction]\n",
        "line 5: found recent myocardial infarction as absent, but present by MI (line 4), 45 days "
        "ago, within 183 days (assuage's own limit); expected a condition to be present or absent, "
        "not both. Correct one of the two.",
    ),
    "a slip in what was entered in error": (
        measured("sodium: {value: 140, unit: mmol/L, entered_in_error: perhaps}"),
        "line 5: found 'perhaps' for measurements.sodium.entered_in_error; expected yes or no. "
        "Correct it.",
    ),
    "an empty file": (
        "",
        f"line 1: found nothing for the whole file; expected {PAIRS}. Correct it.",
    ),
    "prose": (
        "A woman of 58 with pain.",
        "line 1: found 'A woman of 58 with pain.' for the whole file; expected keys with their "
        "values, such as {value: 5, unit: kg}. Correct it.",
    ),
    "two patients in a list": (
        "- age: 58\n- age: 60\n",
        f"line 1: found [{{'age': 58}}, {{'age': 60}}] for the whole file; expected {PAIRS}. "
        "Correct it.",
    ),
    "two patients one after the other": (
        f"{HER}---\n{HIM}",
        "line 4: found but found another document; expected well-formed YAML or JSON. Check the "
        "indentation, the colons and the quotes around this line.",
    ),
    "brackets that stay open": (
        "age: [58\n",
        "line 2: found did not find expected ',' or ']'; expected well-formed YAML or JSON. Check "
        "the indentation, the colons and the quotes around this line.",
    ),
    "a reference that grows": (
        "a: &a [1, 1]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        "line 1: found &a, a reference; expected each value written where it belongs. Write the "
        "value out, or put text that begins so in quotes.",
    ),
    "brackets without end": (
        "[" * 5000,
        "line 1: found lists within lists; expected at most 30 within each other. Is this the "
        "right file? Close the brackets.",
    ),
    "a control character": (
        "age: 58\x00\n",
        "line 1: found the character '\\x00', which cannot be printed; expected plain text "
        "(UTF-8). Remove it, or save the file as UTF-8 text.",
    ),
}


@pytest.mark.parametrize(("text", "problem"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_with_what_to_do(text, problem):
    with pytest.raises(InvalidInput) as refused:
        read(text)
    assert str(refused.value).split("\n") == [f"p.yaml, {problem}"]


def test_a_file_that_is_too_large_is_refused_without_a_line():
    with pytest.raises(InvalidInput) as refused:
        read("#" * 1_000_001)
    assert str(refused.value) == (
        "p.yaml: found 1,000,001 characters; expected at most 1,000,000. Is this the right file? "
        "Keep only what the file is for."
    )


def test_a_file_that_is_no_text_is_refused(tmp_path: Path):
    path = tmp_path / "p.yaml"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    with pytest.raises(InvalidInput, match="found bytes that are not UTF-8; expected a readable"):
        patient_from_file(path, load_library(), today=TODAY)


TWICE = """\
medications:
  - {name: phenelzine, mg_per_day: 45}
  - {name: Nardil, stopped: 2026-01-01}
"""
TOLD = {
    "a medicine both taken and stopped": (
        HER + TWICE,
        "phenelzine is on the list as taken (line 5) and as stopped on 2026-01-01 (line 6): it "
        "counts as taken",
    ),
    "a medicine both taken and stopped, the other way round": (
        HER + "medications:\n  - {name: Nardil, stopped: yes}\n  - phenelzine\n",
        "phenelzine is on the list as taken (line 6) and as stopped on an unknown day (line 5): it "
        "counts as taken",
    ),
    "a medicine taken at two doses": (
        HER + "medications:\n  - {name: duloxetine, mg_per_day: 30}\n"
        "  - {name: Cymbalta, mg_per_day: 60}\n",
        "duloxetine is on the list twice as taken (30 mg/day, line 5 and 60 mg/day, line 6): their "
        "sum counts as the dose taken now",
    ),
    "a medicine taken in spite of an allergy": (
        HER + "medications: [warfarin]\nallergies: [warfarin]\n",
        "warfarin is on the list as taken (line 4), and an allergy to it is recorded (line 5): "
        "both count",
    ),
    "a medicine taken that was given up": (
        HER + "medications: [gabapentin]\nattempts: [{drug: Neurontin, stopped_because: rash}]\n",
        "gabapentin is on the list as taken (line 4), and as tried before and stopped (rash): both "
        "count",
    ),
    "a pregnancy at 78": (
        HER.replace("58", "78") + "pregnancy: yes\n",
        "pregnancy is recorded at the age of 78: is one of the two mistyped?",
    ),
    "a class of the liver that its numbers contradict": (
        HER + "conditions: [Child-Pugh A]\nabsent: [all_others]\nmeasurements:\n"
        "  bilirubin: {value: 60, unit: umol/L}\n  albumin: {value: 2.5, unit: g/dL}\n"
        "  inr: {value: 2.5, unit: ratio}\n",
        "mild hepatic impairment (Child-Pugh A (line 4)) does not fit Child-Pugh 11, class C, "
        "computed from bilirubin 60 µmol/L (3), albumin 25 g/L (3), INR 2.5 (3), no ascites (1), "
        "no encephalopathy (1); the worse decides",
    ),
}


@pytest.mark.parametrize(("text", "told"), TOLD.values(), ids=TOLD)
def test_what_can_still_be_used_is_told_where_it_does_not_fit(text, told):
    facts = derive_facts(read(text), load_safety().vocabulary, today=TODAY)
    assert told in facts.doubts
    assert told in disagreements(facts)


NOT_USED = {
    "a medicine among the conditions": (
        HER + "conditions: [warfarin]\n",
        "warfarin: no condition is known by this name",
    ),
    "a condition among the medicines": (
        HER + "medications: [hypertension]\n",
        "hypertension: no medicine is known by this name",
    ),
    "a number that is too old": (
        measured("sodium: {value: 121, unit: mmol/L, on: 2025-01-01}"),
        "sodium 121 mmol/L of 2025-01-01, line 5, is 530 days old and counts for 90 (by assuage): "
        "not used",
    ),
    "a number that was entered in error": (
        measured("sodium: {value: 13.9, unit: mmol/L, entered_in_error: yes}"),
        "sodium (line 5) was entered in error: not used",
    ),
}


@pytest.mark.parametrize(("text", "told"), NOT_USED.values(), ids=NOT_USED)
def test_what_cannot_be_used_is_told_under_not_checked(text, told):
    library = load_library()
    facts = derive_facts(read(text), load_safety().vocabulary, today=TODAY)
    assert told in unjudged(facts, library.rules).not_checked


@pytest.mark.parametrize("order", [1, -1])
def test_of_a_medicine_both_taken_and_stopped_the_taking_decides(order):
    lines = ["  - {name: phenelzine}", "  - {name: Nardil, stopped: 2024-01-01}"][::order]
    record = read("\n".join([HER + "medications:", *lines, ""]))
    facts = derive_facts(record, load_safety().vocabulary, today=TODAY)
    assert facts.takes("maoi").finding is Finding.PRESENT
    appraisal = appraise(record, load_library(), today=TODAY)
    (duloxetine,) = (option for option in appraisal.options if option.drug == "duloxetine")
    assert duloxetine.verdict is Verdict.CONTRAINDICATED


@pytest.mark.parametrize("begun", ["2026-01-01", "2026-03-01"])
def test_a_medicine_stopped_and_begun_again_is_no_contradiction(begun):
    again = TWICE.replace("mg_per_day: 45", f"started: {begun}")
    assert derive_facts(read(HER + again), load_safety().vocabulary, today=TODAY).doubts == ()
