"""What a patient file may say, and what is answered to one that says it wrongly.

Truth: the contract of the patient file (strict; every problem at once with its line, what stands
there, what should and what to do; out of scope in the first line), written out by hand.
"""

from datetime import date
from decimal import Decimal

import pytest

from assuage.errors import InvalidInput, OutOfScope
from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.patients import read_patient
from assuage.knowledge.rules import load_safety
from assuage.patient.derivation import derive_facts
from assuage.patient.finding import Finding
from assuage.patient.record import Attempt, Pain, Pregnancy

TODAY = date(2026, 6, 15)
PAIN = "pain: painful diabetic neuropathy\n"


def read(text, name="patient.yaml"):
    return read_patient(
        text,
        name,
        vocabulary=load_safety().vocabulary,
        pain_conditions=load_catalogues().conditions.values(),
        today=TODAY,
    )


def facts_of(text):
    return derive_facts(read(text), load_safety().vocabulary, today=TODAY)


def problems_of(text):
    with pytest.raises(InvalidInput) as refused:
        read(text)
    return str(refused.value).split("\n")


BAD = """\
age: 58
born: 1960-05-01
sex: male
pain: {condition: painful diabetic neuropathi, score: 11}
conditions:
  - diabetis
  - {name: cirrhosis, on: 2027-01-01}
absent: [chronic liver disease]
medications:
  - {name: Prozac, started: 2026-03-01, stopped: 2026-01-01}
measurements:
  sodium: {value: 14, unit: mmol/L}
  creatinine: {value: 80, unit: mmol/L}
  sodum: {value: 140, unit: mmol/L}
allergies:
  - {nam: metformin}
genotypes: {CYP2D6: fast}
pregnancy: {weeks: 10}
smokr: no
"""
BAD_IN_WORDS = [
    "patient.yaml, line 1: found age 58, but born 1960-05-01, which makes 66 on 2026-06-15; "
    "expected an age that agrees with the birth date. "
    "Correct one of the two, or leave the age out.",
    "patient.yaml, line 4: found 11 for pain.score; expected less than or equal to 10. Correct it.",
    "patient.yaml, line 7: found cirrhosis on 2027-01-01; expected a day up to today, "
    "2026-06-15. Correct it.",
    "patient.yaml, line 8: found chronic liver disease as absent, but present by cirrhosis "
    "(line 7); expected a condition to be present or absent, not both. "
    "Correct one of the two.",
    "patient.yaml, line 10: found Prozac stopped on 2026-01-01, before its start on "
    "2026-03-01; expected a stop that is not before the start. Correct it.",
    "patient.yaml, line 12: found sodium 14 mmol/L; expected 95 to 185 mmol/L in a living "
    "adult. Is the number or the unit mistyped? Correct it, or leave it out.",
    "patient.yaml, line 13: found creatinine in 'mmol/L'; expected creatinine in µmol/L or "
    "umol/L or micromol/L or mg/dL. Correct it.",
    "patient.yaml, line 14: found the unknown measurement sodum; expected a measurement that "
    "assuage knows (did you mean sodium?). Correct the name, or remove it.",
    "patient.yaml, line 16: found no allergies.0.name; expected a value for "
    "allergies.0.name. Add it.",
    "patient.yaml, line 16: found the unknown key allergies.0.nam; expected a key that "
    "assuage knows (did you mean name?). Correct or remove it.",
    "patient.yaml, line 17: found 'fast' for genotypes.CYP2D6; expected 'poor', "
    "'intermediate', 'normal', 'rapid', 'ultrarapid' or 'indeterminate'. Correct it.",
    "patient.yaml, line 18: found a pregnant man; expected sex: female, or pregnancy: no. "
    "Correct it.",
    "patient.yaml, line 19: found the unknown key smokr; expected a key that assuage knows "
    "(did you mean smoker?). Correct or remove it.",
]


def test_every_problem_of_a_bad_file_is_named_at_once():
    assert problems_of(BAD) == BAD_IN_WORDS


@pytest.mark.parametrize(
    ("text", "first_line"),
    [
        (
            "age: 17\npain: postherpetic neuralgia\nnonsense: 1\n",
            "Out of scope: the patient is 17. assuage advises on adults of 18 or more.",
        ),
        (
            '{"born": "2012-02-11", "pain": "postherpetic neuralgia"}',
            "Out of scope: the patient is 14. assuage advises on adults of 18 or more.",
        ),
        (
            "age: 50\n",
            "Out of scope: no neuropathic pain is recorded. assuage advises on neuropathic pain "
            "only; record it as pain: condition.",
        ),
    ],
)
def test_a_patient_out_of_scope_is_refused_before_anything_else(text, first_line):
    with pytest.raises(OutOfScope) as refused:
        read(text)
    assert str(refused.value).split("\n")[0] == first_line


@pytest.mark.parametrize("pain", ["trigeminal neuralgia", "cancer pain"])
def test_pains_without_applicable_evidence_are_out_of_scope(pain):
    with pytest.raises(OutOfScope, match=r"^Out of scope: "):
        read(f"age: 50\npain: {pain}\n")


def test_a_record_is_read_as_written():
    record = read(
        """\
born: 1968-02-11
sex: F
pain: {condition: PDN, score: 7, since: 2024-09}
pregnancy: {weeks: 10}
attempts: [{drug: Neurontin, highest_mg_per_day: 1800, weeks: 8, response: none}]
preferences: {weights: {pain_relief_50: 10, nausea: 2}}
"""
    )
    assert (record.age, record.sex, record.pain) == (
        58,
        "female",
        Pain(
            condition="painful_diabetic_neuropathy",
            label="painful diabetic neuropathy",
            as_written="PDN",
            score=7,
            since=date(2024, 9, 30),
        ),
    )
    assert record.pregnancy == Pregnancy(pregnant=True, weeks=10)
    assert record.attempts == (
        Attempt(
            drug="gabapentin",
            as_written="Neurontin",
            highest_mg_per_day=Decimal(1800),
            weeks=8,
            response="none",
        ),
    )
    assert record.weights == {"pain_relief_50": 10, "nausea": 2}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("creatinine: {value: 1.0, unit: mg/dL}", 88.4),
        ("creatinine: {value: 80, unit: µmol/L}", 80),
        ("creatinine: {value: 80, unit: μmol/l}", 80),  # Greek mu
        ("sodium: {value: 139, unit: mEq/L}", 139),
        ('egfr: {value: 60, unit: "mL/min/{1.73_m2}"}', 60),
        ("egfr: {value: 60, unit: mL/min/1.73 m²}", 60),
        ("egfr: {value: 60, unit: mL/min/1.73.m2}", 60),
        ("weight: {value: 150, unit: lb}", 68.0388555),
        ("height: {value: 1.66, unit: m}", 166),
    ],
)
def test_accepted_units_are_brought_to_one(written, value):
    record = read(f"age: 50\n{PAIN}measurements:\n  {written}\n")
    (measurement,) = record.measurements.values()
    assert measurement.value == pytest.approx(value, rel=1e-12)


def test_a_unit_like_but_not_the_same_is_refused():
    # mL/min is not mL/min/1.73 m²: one is scaled to body surface.
    assert problems_of(f"age: 50\n{PAIN}measurements: {{egfr: {{value: 60, unit: mL/min}}}}\n") == [
        "patient.yaml, line 3: found egfr in 'mL/min'; expected egfr in mL/min/1.73 m² or "
        "mL/min/1.73m2 or mL/min/1.73.m2 or mL/min/1.73_m2 or mL/min per 1.73m2 or "
        "mL/min/{1.73_m2} or mL/min/1,73m2. Correct it."
    ]


def test_an_unknown_medicine_is_kept_and_named():
    facts = facts_of(f"age: 50\n{PAIN}medications: [gabapentyne, Nerve Calm Plus]\n")
    assert [(part.name, part.because) for part in facts.unread] == [
        ("gabapentyne", "no medicine is known by this name (did you mean gabapentin?)"),
        ("Nerve Calm Plus", "no medicine is known by this name"),
    ]


def test_an_unknown_condition_is_kept_and_named_and_holds_back():
    # Refusing the whole patient for one word that is not known helps nobody.
    facts = facts_of(
        f"age: 50\n{PAIN}conditions: [diabetis, odd spells]\nabsent: [spleen trouble]\n"
    )
    assert [(part.name, part.because, part.holds_back) for part in facts.unread] == [
        ("diabetis", "no condition is known by this name (did you mean diabetes?)", True),
        ("odd spells", "no condition is known by this name", True),
        ("spleen trouble (absent)", "no condition is known by this name", False),
    ]


def test_a_suggestion_is_made_only_where_it_is_close():
    facts = facts_of(f"age: 50\n{PAIN}conditions: [amyloidosis, fibrosis]\n")
    assert [part.because for part in facts.unread] == ["no condition is known by this name"] * 2


def test_a_drug_tried_before_under_an_unknown_name_is_named():
    facts = facts_of(
        f"age: 50\n{PAIN}attempts: [{{drug: duloxitene}}, {{drug: Nerve Calm Plus}}]\n"
    )
    assert [(part.name, part.holds_back) for part in facts.unread] == [
        ("duloxitene (tried before)", True),
        ("Nerve Calm Plus (tried before)", False),
    ]


def test_a_medicine_is_known_by_brand_salt_and_strength():
    record = read(
        f"age: 50\n{PAIN}medications: [Prozac 20 mg, venlafaxine hydrochloride XR 75 mg]\n"
    )
    assert [entry.medicine for entry in record.medications or ()] == ["fluoxetine", "venlafaxine"]


@pytest.mark.parametrize(
    ("lines", "concept", "finding"),
    [
        ("conditions: [cirrhosis]", "chronic_liver_disease", Finding.PRESENT),
        ("absent: [chronic liver disease]", "cirrhosis", Finding.ABSENT),
        ("conditions: [E11.42]", "diabetes", Finding.PRESENT),
        ("conditions: [asthma]", "diabetes", Finding.PRESENT),  # implied by the pain itself
        ("conditions: [asthma]", "glaucoma", Finding.NOT_RECORDED),
        ("absent: [all_others]", "glaucoma", Finding.ABSENT),
        ("sex: male", "pregnancy", Finding.ABSENT),
        ("sex: female", "pregnancy", Finding.NOT_RECORDED),
        ("absent: all_others", "pregnancy", Finding.NOT_RECORDED),
        ("pregnancy: {weeks: 10}", "pregnancy_first_trimester", Finding.PRESENT),
        ("pregnancy: {weeks: 10}", "pregnancy_third_trimester", Finding.ABSENT),
        ("pregnancy: yes", "pregnancy_first_trimester", Finding.NOT_RECORDED),
        ("pregnancy: no", "pregnancy_first_trimester", Finding.ABSENT),
        ("alcohol: some", "substantial_alcohol_use", Finding.ABSENT),
        ("alcohol: heavy", "alcohol_use", Finding.PRESENT),
        ("genotypes: {CYP2D6: Poor Metabolizer}", "cyp2d6_poor_metaboliser", Finding.PRESENT),
        ("genotypes: {CYP2D6: poor}", "cyp2d6_ultrarapid_metaboliser", Finding.ABSENT),
        ("genotypes: {CYP2D6: poor}", "cyp2c19_poor_metaboliser", Finding.NOT_RECORDED),
        ("genotypes: {CYP2B6: Indeterminate}", "cyp2b6_indeterminate_metaboliser", Finding.PRESENT),
        ("genotypes: {CYP2B6: rapid}", "cyp2b6_normal_metaboliser", Finding.ABSENT),
        ("smoker: yes", "smoking", Finding.PRESENT),
        ("smoker: no", "smoking", Finding.ABSENT),
        ("allergies: [amitriptyline]", "hypersensitivity_tca", Finding.PRESENT),
        ("allergies: []", "hypersensitivity_tca", Finding.ABSENT),
        ("absent: all_others", "hypersensitivity_tca", Finding.NOT_RECORDED),
        (
            "conditions: [{name: myocardial infarction, on: 2026-05-04}]",
            "recent_myocardial_infarction",
            Finding.PRESENT,
        ),
        (
            "conditions: [{name: myocardial infarction, on: 2025-01-04}]",
            "recent_myocardial_infarction",
            Finding.ABSENT,
        ),
        (
            "conditions: [myocardial infarction]\nabsent: all_others",
            "recent_myocardial_infarction",
            Finding.NOT_RECORDED,
        ),
        (
            "conditions: [{name: myocardial infarction, on: 2026}]",
            "recent_myocardial_infarction",
            Finding.PRESENT,
        ),
    ],
)
def test_what_follows_from_a_line(lines, concept, finding):
    assert facts_of(f"age: 40\n{PAIN}{lines}\n").has(concept).finding is finding


@pytest.mark.parametrize(
    ("lines", "within_days", "finding"),
    [
        ("medications: [phenelzine]", 0, Finding.PRESENT),
        ("medications: []", 14, Finding.ABSENT),
        ("sex: male", 14, Finding.NOT_RECORDED),
        ("medications: [{name: phenelzine, stopped: 2026-06-10}]", 14, Finding.PRESENT),
        ("medications: [{name: phenelzine, stopped: 2026-06-10}]", 0, Finding.ABSENT),
        ("medications: [{name: phenelzine, stopped: 2026-06-01}]", 14, Finding.PRESENT),
        ("medications: [{name: phenelzine, stopped: 2026-05-31}]", 14, Finding.ABSENT),
        ("medications: [{name: phenelzine, stopped: yes}]", 14, Finding.NOT_RECORDED),
        ("medications: [{name: phenelzine, stopped: yes}]", 0, Finding.ABSENT),
        ("medications: [{name: phenelzine, started: 2026-07-01}]", 14, Finding.ABSENT),
        ("medications: [{name: phenelzine, stopped: 2026-07-01}]", 0, Finding.PRESENT),
        ("medications: []\nattempts: [{drug: phenelzine}]", 14, Finding.NOT_RECORDED),
    ],
)
def test_when_a_medicine_counts(lines, within_days, finding):
    facts = facts_of(f"age: 40\n{PAIN}{lines}\n")
    assert facts.takes("maoi", within_days).finding is finding


def test_a_computed_clearance_says_so_and_a_recorded_one_wins():
    measured = """\
age: 65
sex: male
pain: postherpetic neuralgia
measurements:
  creatinine: {value: 1.4, unit: mg/dL, on: 2026-06-01}
  weight: {value: 70, unit: kg}
"""
    computed = facts_of(measured).quantities["crcl"]
    assert (computed.value, computed.computed, computed.on, computed.because) == (
        52,
        True,
        date(2026, 6, 1),
        "computed by Cockcroft-Gault from creatinine 123.76 µmol/L, weight 70 kg, age 65 and "
        "sex male",
    )
    recorded = facts_of(measured + "  crcl: {value: 48, unit: mL/min}\n").quantities["crcl"]
    assert (recorded.value, recorded.computed) == (48, False)
    unsexed = facts_of(measured.replace("sex: male\n", ""))
    assert "crcl" not in unsexed.quantities


def test_what_is_said_both_ways_is_refused():
    assert problems_of(f"age: 40\n{PAIN}conditions: [heavy alcohol use]\nalcohol: none\n") == [
        "patient.yaml: found alcohol (alcohol: none) as absent, but present by heavy alcohol use "
        "(line 3); expected a condition to be present or absent, not both. "
        "Correct one of the two.",
        "patient.yaml: found heavy alcohol use (alcohol: none) as absent, but present by heavy "
        "alcohol use (line 3); expected a condition to be present or absent, not both. "
        "Correct one of the two.",
    ]


@pytest.mark.parametrize(
    ("text", "slip"),
    [
        (
            "age: 50\npian: postherpetic neuralgia\n",
            "patient.yaml, line 2: found the unknown key pian; expected a key that assuage knows "
            "(did you mean pain?). Correct or remove it.",
        ),
        (
            "age: 50\npain: {conditon: postherpetic neuralgia}\n",
            "patient.yaml, line 2: found the unknown key pain.conditon; expected a key that "
            "assuage knows (did you mean condition?). Correct or remove it.",
        ),
    ],
)
def test_a_slip_in_the_pain_is_a_problem_not_a_patient_out_of_scope(text, slip):
    assert slip in problems_of(text)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("medications: metformin", "a list, such as [one, another]"),
        ("measurements: {qtc: 420}", "keys with their values, such as {value: 5, unit: kg}"),
        (
            "medications: [{name: warfarin, mg_per_day: 5mg}]",
            "a number, without its unit",
        ),
    ],
)
def test_what_is_expected_is_said_in_plain_words(line, expected):
    (problem,) = problems_of(f"age: 50\n{PAIN}{line}\n")
    assert f"; expected {expected}. Correct it." in problem


def test_one_malformed_measurement_does_not_hide_what_is_wrong_with_the_others():
    text = f"age: 50\n{PAIN}measurements:\n  qtc: 420\n  weight: {{value: 700, unit: kg}}\n"
    assert [problem.split(";")[0] for problem in problems_of(text)] == [
        "patient.yaml, line 4: found 420 for measurements.qtc",
        "patient.yaml, line 5: found weight 700 kg",
    ]
