"""Facts that a record may hold and that must not pass in silence, each in a person who is well.

Truth: the sources that the rules cite (KDIGO 2012 table 5; CTCAE 5; the 2009 limits of a prolonged
QTc; escitalopram's EU text of 2011, 4.3 and 4.4; duloxetine SmPC 4.3 and label 5.3; the milnacipran
and paroxetine labels, 2.2 and 2.4; the tables of brugadadrugs.org; MHRA April 2015 on hydroxyzine),
and what a pharmacist reads first: a reaction before, a bleed, a number far out of its range.
"""

import json
from datetime import date
from typing import Any

import pytest

from assuage.consult.appraise import appraise
from assuage.consult.library import load_library
from assuage.consult.patient import patient_from_text
from assuage.consult.plan import plan_for
from assuage.errors import PlanError
from assuage.options.appraisal import Appraisal, Verdict

TODAY = date(2026, 6, 15)
TRICYCLICS = {"amitriptyline", "nortriptyline", "imipramine", "desipramine", "clomipramine"}
SSRIS = {"paroxetine", "citalopram", "escitalopram", "fluoxetine", "sertraline"}
SNRIS = {"duloxetine", "venlafaxine", "desvenlafaxine", "milnacipran"}
REUPTAKE = SSRIS | SNRIS
EXCLUDED = {Verdict.CONTRAINDICATED, Verdict.AVOID}
NUMBERS = {
    "crcl": (90, "mL/min"),
    "sodium": (140, "mmol/L"),
    "systolic": (122, "mmHg"),
    "diastolic": (76, "mmHg"),
    "qtc": (410, "ms"),
}
WELL: dict[str, Any] = {
    "age": 50,
    "sex": "male",
    "pain": {"condition": "painful diabetic neuropathy", "score": 6},
    "conditions": ["type 2 diabetes"],
    "absent": "all_others",
    "medications": [],
    "allergies": [],
    "suicidality": "none",
    "alcohol": "none",
}


def person(numbers: dict[str, tuple[float, str] | None] | None = None, **different: Any) -> str:
    given = {**NUMBERS, **(numbers or {})}
    measurements = {k: {"value": v[0], "unit": v[1]} for k, v in given.items() if v is not None}
    return json.dumps({**WELL, "measurements": measurements, **different})


def appraised(text: str) -> Appraisal:
    library = load_library()
    record = patient_from_text(text, "patient", library, today=TODAY)
    return appraise(record, library, today=TODAY)


def verdicts(text: str) -> dict[str, Verdict]:
    return {option.drug: option.verdict for option in appraised(text).options}


def suitable(text: str) -> set[str]:
    return {drug for drug, verdict in verdicts(text).items() if verdict is Verdict.SUITABLE}


def excluded(text: str) -> set[str]:
    return {drug for drug, verdict in verdicts(text).items() if verdict in EXCLUDED}


def planned(drug: str, text: str):
    library = load_library()
    record = patient_from_text(text, "patient", library, today=TODAY)
    return plan_for(record, drug, library, today=TODAY)[0]


@pytest.mark.parametrize(
    ("numbers", "none_of"),
    [
        ({"alt": (900, "U/L"), "bilirubin": (80, "umol/L")}, REUPTAKE | TRICYCLICS),
        ({"alt": (130, "U/L")}, REUPTAKE | TRICYCLICS),
        ({"ast": (400, "U/L")}, REUPTAKE | TRICYCLICS),
        ({"platelets": (20, "10^9/L")}, REUPTAKE | {"clomipramine", "trazodone"}),
        ({"heart_rate": (38, "bpm")}, TRICYCLICS | {"citalopram", "escitalopram", "trazodone"}),
        ({"heart_rate": (130, "bpm")}, TRICYCLICS | {"milnacipran"}),
        (
            {"systolic": (88, "mmHg"), "diastolic": (50, "mmHg")},
            TRICYCLICS | {"duloxetine", "trazodone", "mirtazapine"},
        ),
        ({"qtc": (455, "ms")}, REUPTAKE | TRICYCLICS | {"bupropion", "mirtazapine", "trazodone"}),
    ],
)
def test_a_number_far_out_of_its_range_is_judged(numbers, none_of):
    assert suitable(person(numbers)) & none_of == set()


@pytest.mark.parametrize(
    "numbers",
    [
        {"alt": (45, "U/L"), "ast": (38, "U/L"), "bilirubin": (25, "umol/L")},
        {"platelets": (140, "10^9/L")},
        {"heart_rate": (54, "bpm")},
        {"systolic": (98, "mmHg"), "diastolic": (60, "mmHg")},
        {"qtc": (445, "ms")},
        {"potassium": (3.6, "mmol/L")},
        {"egfr": (92, "mL/min/1.73m2")},
    ],
)
def test_a_number_near_its_range_cries_no_wolf(numbers):
    assert len(suitable(person(numbers))) == 17


def test_a_qtc_of_455_is_long_in_a_man_and_normal_in_a_woman():
    assert suitable(person({"qtc": (455, "ms")})) == set()
    woman = person({"qtc": (455, "ms")}, sex="female", pregnancy="no", absent=["all_others"])
    assert len(suitable(woman)) == 17


@pytest.mark.parametrize("qtc", [485, 499, 500, 505])
def test_a_prolonged_qtc_excludes_citalopram_escitalopram_and_tricyclics(qtc):
    assert excluded(person({"qtc": (qtc, "ms")})) >= TRICYCLICS | {
        "citalopram",
        "escitalopram",
        "trazodone",
    }


@pytest.mark.parametrize(
    "text",
    [
        person({"potassium": (2.9, "mmol/L")}),
        person({"magnesium": (0.5, "mmol/L")}),
        person(conditions=["ventricular tachycardia"]),
        person(conditions=["torsades de pointes"]),
    ],
)
def test_low_potassium_and_ventricular_arrhythmia_exclude_both_citaloprams(text):
    assert excluded(text) >= {"citalopram", "escitalopram"}


KIDNEYS = [
    person({"egfr": (27, "mL/min/1.73m2")}),
    person(conditions=["dialysis"]),
    person(conditions=["CKD 4"]),
    person(
        {
            "crcl": None,
            "creatinine": (230, "umol/L"),
            "weight": (165, "kg"),
            "egfr": (27, "mL/min/1.73m2"),
        }
    ),
]


@pytest.mark.parametrize("text", KIDNEYS)
def test_a_clearance_does_not_overrule_what_else_says_the_kidneys_fail(text):
    found = appraised(text)
    options = {option.drug: option for option in found.options}
    assert options["duloxetine"].verdict is Verdict.CONTRAINDICATED
    assert "does not fit" in found.choices["facts that disagree"]
    plan = planned("desvenlafaxine", text)
    assert plan.ceiling.dose == 25
    assert any("does not fit" in caveat.text for caveat in plan.caveats)
    assert planned("paroxetine", text).steps[0].dose == 10


@pytest.mark.parametrize(
    "text",
    [
        person({"crcl": (4, "mL/min")}),
        person({"crcl": None, "egfr": (12, "mL/min/1.73m2")}),
        person({"crcl": None}, conditions=["CKD 5"]),
        person({"crcl": None}, conditions=["dialysis"]),
    ],
)
def test_milnacipran_is_not_given_in_kidney_failure(text):
    assert "milnacipran" in excluded(text)


def test_milnacipran_keeps_its_severe_limit_where_no_clearance_is_recorded():
    plan = planned("milnacipran", person({"crcl": None}, conditions=["CKD 4"]))
    assert max(step.dose for step in plan.steps) <= 50


@pytest.mark.parametrize(
    ("drug", "text", "first"),
    [
        ("paroxetine", person({"crcl": (4, "mL/min")}), 10),
        ("paroxetine", person(conditions=["Child-Pugh C cirrhosis"]), 10),
    ],
)
def test_the_first_dose_is_the_one_that_the_rule_names(drug, text, first):
    assert planned(drug, text).steps[0].dose <= first


@pytest.mark.parametrize("named", ["GI bleed", "peptic ulcer", "haemophilia"])
def test_a_bleed_before_is_a_caution_with_every_reuptake_inhibitor(named):
    found = suitable(person(conditions=[named]))
    assert found & (REUPTAKE | {"clomipramine", "trazodone"}) == set()
    assert found >= {"amitriptyline", "bupropion", "mirtazapine"}


@pytest.mark.parametrize("name", ["warfarin", "apixaban", "rivaroxaban", "cilostazol"])
def test_anticoagulants_are_no_less_a_caution_than_ibuprofen(name):
    assert suitable(person(medications=[name])) & (REUPTAKE | {"trazodone"}) == set()
    assert suitable(person(medications=["ibuprofen"])) & (REUPTAKE | {"trazodone"}) == set()


@pytest.mark.parametrize(
    ("name", "not_suitable"),
    [
        ("cyclobenzaprine", REUPTAKE | TRICYCLICS | {"bupropion", "trazodone"}),
        ("dextromethorphan", REUPTAKE | TRICYCLICS | {"bupropion", "trazodone"}),
        ("ergotamine", REUPTAKE | TRICYCLICS),
        ("dihydroergotamine", REUPTAKE | TRICYCLICS),
        ("ozanimod", REUPTAKE | TRICYCLICS | {"bupropion"}),
        ("granisetron", REUPTAKE | TRICYCLICS),
        ("dipyridamole", REUPTAKE | {"trazodone"}),
        ("ritonavir", TRICYCLICS | {"trazodone", "mirtazapine"}),
    ],
)
def test_a_medicine_that_meets_antidepressants_is_looked_at(name, not_suitable):
    assert suitable(person(medications=[name])) & not_suitable == set()


@pytest.mark.parametrize("name", ["procarbazine", "Matulane"])
def test_procarbazine_is_an_mao_inhibitor(name):
    assert set(verdicts(person(medications=[name])).values()) == {Verdict.CONTRAINDICATED}


@pytest.mark.parametrize(
    "name", ["erythromycin", "domperidone", "arsenic trioxide", "ciprofloxacin", "hydroxyzine"]
)
def test_medicines_that_prolong_qt_exclude_escitalopram_and_citalopram(name):
    assert excluded(person(medications=[name])) >= {"citalopram", "escitalopram"}


def test_a_medicine_without_a_rule_is_named_and_counted():
    found = appraised(person(medications=["allopurinol", "ibuprofen", "methotrexate"]))
    assert "3 of 3 medicines identified, 1 looked at by a rule" in found.patient
    assert "No rule concerns these medicines here: allopurinol; methotrexate" in found.not_checked


def test_what_no_rule_reads_is_named_with_its_value():
    numbers = {"hba1c": (7.1, "%"), "height": (180, "cm")}
    found = appraised(person(numbers, conditions=["type 2 diabetes", "gout"]))
    assert found.not_checked == (
        "No rule concerns these conditions here: gout",
        "No rule concerns these measurements here: HbA1c 7.1 %; height 180 cm",
    )


def tried(drug: str, why: str) -> str:
    return person(attempts=[{"drug": drug, "stopped_because": why}])


@pytest.mark.parametrize(
    ("drug", "why"),
    [
        ("duloxetine", "serotonin syndrome"),
        ("amitriptyline", "acute urinary retention"),
        ("sertraline", "no effect, then a seizure"),
        ("Cymbalta", "anaphylaxis"),
    ],
)
def test_a_drug_stopped_for_a_serious_reaction_is_not_offered_again(drug, why):
    name = "duloxetine" if drug == "Cymbalta" else drug
    options = {option.drug: option for option in appraised(tried(drug, why)).options}
    assert options[name].verdict is Verdict.AVOID
    assert any(why in reason.sentence for reason in options[name].reasons)
    with pytest.raises(PlanError, match=why):
        planned(name, tried(drug, why))


@pytest.mark.parametrize(
    "why",
    [
        "dry mouth",
        "drowsy at work",
        "not enough relief and a rash",
        "no sleep",
        "fluid retention",
        "rash, resolved when stopped",
        "lack of appetite",
        "it did not fit my days",
    ],
)
def test_a_drug_stopped_for_a_reaction_is_a_caution_and_the_plan_says_so(why):
    assert verdicts(tried("nortriptyline", why))["nortriptyline"] is Verdict.CAUTION
    texts = [
        caveat.text for caveat in planned("nortriptyline", tried("nortriptyline", why)).caveats
    ]
    assert any(why in text for text in texts)


@pytest.mark.parametrize("why", ["no effect", "did not help", "cost", ""])
def test_a_drug_that_only_did_not_help_is_told_and_not_held_back(why):
    assert verdicts(tried("nortriptyline", why))["nortriptyline"] is Verdict.SUITABLE
    texts = [
        caveat.text for caveat in planned("nortriptyline", tried("nortriptyline", why)).caveats
    ]
    assert any(text.startswith("Tried before") for text in texts)


def test_a_serious_reaction_is_told_of_the_other_drugs_of_its_group():
    found = verdicts(tried("duloxetine", "serotonin syndrome"))
    assert {found[drug] for drug in SNRIS - {"duloxetine"}} == {Verdict.CAUTION}


def test_a_serotonin_syndrome_before_is_a_caution_with_every_serotonergic_drug():
    found = suitable(tried("duloxetine", "serotonin syndrome"))
    assert found == suitable(person(conditions=["serotonin syndrome"])) == {"bupropion"}


@pytest.mark.parametrize("named", ["orthostatic hypotension", "syncope"])
def test_falling_pressure_is_a_caution_with_tricyclics_and_duloxetine(named):
    found = suitable(person(conditions=[named]))
    assert found & (TRICYCLICS | {"duloxetine", "trazodone", "mirtazapine"}) == set()


def test_brugada_syndrome_excludes_every_tricyclic():
    assert excluded(person(conditions=["Brugada syndrome"])) >= TRICYCLICS
    assert (
        suitable(person(conditions=["Brugada syndrome"])) & {"citalopram", "escitalopram"} == set()
    )


@pytest.mark.parametrize("named", ["heart block", "complete heart block", "bundle branch block"])
def test_heart_block_is_no_blank_for_the_citaloprams(named):
    assert suitable(person(conditions=[named])) & {"citalopram", "escitalopram"} == set()


def test_delirium_is_looked_at_at_any_age():
    found = verdicts(person(conditions=["delirium"]))
    assert {found[drug] for drug in TRICYCLICS} == {Verdict.AVOID}
    assert Verdict.SUITABLE not in found.values()


@pytest.mark.parametrize("named", ["Whipple disease", "spleen trouble", "odd spells"])
def test_a_condition_of_unknown_name_is_kept_and_holds_every_drug_at_caution(named):
    found = appraised(person(conditions=[named]))
    assert {option.verdict for option in found.options} == {Verdict.CAUTION}
    assert f"{named}: no condition is known by this name" in found.not_checked


@pytest.mark.parametrize(
    "named",
    [
        "psoriasis",
        "pacemaker",
        "porphyria",
        "major depression",
        "psychosis",
        "Child-Pugh C cirrhosis",
        "serotonin syndrome",
    ],
)
def test_plain_names_of_conditions_are_known(named):
    found = appraised(person(conditions=[named]))
    assert not [item for item in found.not_checked if "known by this name" in item]


@pytest.mark.parametrize(
    ("numbers", "named"),
    [
        ({"potassium": (6.6, "mmol/L")}, "potassium 6.6 mmol/L, unusual"),
        ({"sodium": (155, "mmol/L")}, "sodium 155 mmol/L, unusual"),
        ({"neutrophils": (0.9, "10^9/L")}, "neutrophils 0.9 10^9/L, unusual"),
    ],
)
def test_an_unusual_number_that_no_rule_speaks_of_is_named(numbers, named):
    found = appraised(person(numbers))
    assert found.not_checked == (f"No rule concerns these measurements here: {named}",)


def test_noradrenergic_drugs_are_no_blank_in_phaeochromocytoma():
    noradrenergic = TRICYCLICS | SNRIS | {"bupropion"}
    assert suitable(person(conditions=["phaeochromocytoma"])) & noradrenergic == set()


def test_anticholinergic_medicines_add_up_with_every_tricyclic():
    assert suitable(person(medications=["oxybutynin"])) & TRICYCLICS == set()
