"""Genes, inhibitors, inducers and smoking, in people with painful diabetic neuropathy.

Truth: CPIC (2016, 2023) and DPWG as tests/knowledge/pgx.csv holds them; CPIC 2016, table 4,
footnote (low doses for pain); the labels of tricyclics (inhibitors of CYP2D6: a lower dose),
citalopram (at most 20 mg) and duloxetine (smoking: a third less, no other dose; potent inhibitors
of CYP1A2: avoid, contraindicated in the UK); and what follows, written down by hand.
"""

import json
from datetime import date
from functools import cache
from typing import Any

import pytest

from assuage.consult.library import load_library
from assuage.consult.patient import patient_from_text
from assuage.consult.plan import plan_for
from assuage.options.appraisal import Verdict
from assuage.options.screening import Screening, screen
from assuage.options.unjudged import unjudged
from assuage.patient.derivation import derive_facts
from assuage.plan.regimen import Plan

TODAY = date(2026, 6, 15)
PATIENT: dict[str, Any] = {
    "age": 50,
    "sex": "male",
    "pain": {"condition": "painful diabetic neuropathy", "score": 6},
    "conditions": ["type 2 diabetes"],
    "absent": "all_others",
    "medications": [],
    "allergies": [],
    "measurements": {
        "crcl": {"value": 95, "unit": "mL/min"},
        "systolic": {"value": 128, "unit": "mmHg"},
        "diastolic": {"value": 76, "unit": "mmHg"},
        "sodium": {"value": 140, "unit": "mmol/L"},
        "qtc": {"value": 410, "unit": "ms"},
    },
    "suicidality": "none",
    "alcohol": "none",
}
VERDICTS = tuple(Verdict)
BY_GENES = ("RC3", "PA", "PC")


def record(different: dict[str, Any]):
    text = json.dumps({**PATIENT, **different})
    return patient_from_text(text, "patient", load_library(), today=TODAY)


def screened(different: dict[str, Any]) -> dict[str, Screening]:
    library = load_library()
    facts = derive_facts(record(different), library.safety.vocabulary, today=TODAY)
    return {each.drug: each for each in screen(facts, library.rules)}


@cache
def healthy() -> dict[str, Screening]:
    return screened({})


def planned(drug: str, different: dict[str, Any]) -> Plan:
    return plan_for(record(different), drug, load_library(), today=TODAY)[0]


def said(screening: Screening) -> dict[str, str]:
    """The rules about genes, inhibitors and inducers that hold, with their effects."""
    return {
        reason.rule: reason.effect
        for reason in screening.reasons
        if reason.rule.startswith(BY_GENES) and reason.finding == "present"
    }


def test_nobody_is_told_of_genes_that_were_not_tested():
    assert {drug: said(screening) for drug, screening in healthy().items() if said(screening)} == {}


def test_a_poor_metaboliser_may_have_a_low_dose_of_nortriptyline():
    found = screened({"genotypes": {"CYP2D6": "poor"}})["nortriptyline"]
    assert found.verdict is Verdict.CAUTION
    assert said(found) == {"RC334": "caution", "PA166302539": "caution"}  # CPIC; DPWG
    advice = {r.rule: r.do for r in found.reasons}
    assert "depression doses: avoid, or half the start" in advice["RC334"]
    plan = planned("nortriptyline", {"genotypes": {"CYP2D6": "poor"}})
    assert max(step.dose for step in plan.steps) <= 25


def test_paroxetine_added_to_nortriptyline_is_told_once():
    found = screened({"medications": ["paroxetine"]})["nortriptyline"]
    assert said(found) == {}
    told = [r for r in found.reasons if "CYP2D6" in f"{r.sentence} {r.because}"]
    assert [(r.rule, r.effect) for r in told] == [("RC238", "reduce_dose")]


@pytest.mark.parametrize("drug", ["nortriptyline", "amitriptyline", "imipramine"])
def test_a_start_is_as_careful_by_an_inhibitor_as_by_the_genes(drug: str):
    """Terbinafine: a strong inhibitor of CYP2D6 that does nothing else to these drugs."""
    genes = planned(drug, {"genotypes": {"CYP2D6": "poor"}})
    inhibitor = planned(drug, {"medications": ["terbinafine"]})
    usual = planned(drug, {})
    assert inhibitor.steps[0].dose <= genes.steps[0].dose <= usual.steps[0].dose
    second = [plan.steps[1].from_day for plan in (inhibitor, genes, usual)]
    assert second[0] >= second[1] > second[2]


def test_an_ultrarapid_metaboliser_on_paroxetine_hears_both():
    """The genes say that levels are low, the inhibitor that they are high: the stricter stays."""
    alone = screened({"genotypes": {"CYP2D6": "ultrarapid"}})["nortriptyline"]
    both = screened({"genotypes": {"CYP2D6": "ultrarapid"}, "medications": ["paroxetine"]})
    found = both["nortriptyline"]
    assert alone.verdict is found.verdict is Verdict.AVOID
    assert said(found) == {"RC336": "avoid", "PA166302555": "caution"}
    assert "RC238" in {r.rule for r in found.reasons}


def test_citalopram_in_a_poor_metaboliser_of_cyp2c19():
    found = screened({"genotypes": {"CYP2C19": "poor"}})["citalopram"]
    assert found.verdict is Verdict.CAUTION
    assert said(found) == {
        "RC355": "reduce_dose",  # CPIC: half
        "RC361": "reduce_dose",  # FDA: at most 20 mg
        "PA166299295": "reduce_dose",  # DPWG: at most 20 mg
    }
    assert [limit.dose for limit in found.limits] == [20, 20]
    assert [float(share.factor) for share in found.shares] == [0.5]
    old = screened({"genotypes": {"CYP2C19": "poor"}, "age": 70})["citalopram"]
    assert min(limit.dose for limit in old.limits) == 10


@pytest.mark.parametrize(
    ("genotypes", "rules", "verdict"),
    [
        ({"CYP2B6": "poor"}, {"PA166300945": "reduce_dose"}, Verdict.CAUTION),
        (
            {"CYP2B6": "poor", "CYP2C19": "poor"},  # another drug
            {"PA166300933": "avoid", "PA166299243": "reduce_dose"},
            Verdict.AVOID,
        ),
        (
            {"CYP2B6": "poor", "CYP2C19": "rapid"},  # usual dose, but less for CYP2B6 alone: both
            {"PA166300898": "note", "PA166300945": "reduce_dose"},
            Verdict.CAUTION,
        ),
        ({"CYP2B6": "normal"}, {"PA166300943": "note"}, Verdict.SUITABLE),
        ({"CYP2B6": "indeterminate"}, {"PA166300946": "note"}, Verdict.SUITABLE),
    ],
)
def test_sertraline_by_cyp2b6(genotypes, rules, verdict):
    found = screened({"genotypes": genotypes})["sertraline"]
    assert said(found) == rules
    if verdict is not Verdict.SUITABLE:  # what else is to be said of sertraline stays
        assert found.verdict is verdict
    else:
        assert found.verdict is healthy()["sertraline"].verdict


def test_an_advice_on_one_gene_stays_when_the_other_is_normal():
    found = screened({"genotypes": {"CYP2D6": "normal", "CYP2C19": "ultrarapid"}})["amitriptyline"]
    assert found.verdict is Verdict.AVOID
    assert said(found)["RC344"] == "avoid"


def test_a_smoker_on_duloxetine_is_told_and_nothing_else_changes():
    found = screened({"smoker": True})["duloxetine"]
    assert said(found) == {"PC13": "note"}
    assert found.verdict is healthy()["duloxetine"].verdict
    assert "smoking stops, the level rises" in {r.rule: r.do for r in found.reasons}["PC13"]


@pytest.mark.parametrize("medicine", ["ciprofloxacin", "fluvoxamine"])
def test_what_duloxetine_labels_call_potent_stays_so(medicine: str):
    """FDA's examples call ciprofloxacin moderate; the labels name it, and the stricter counts."""
    found = screened({"medications": [medicine]})["duloxetine"]
    assert found.verdict is Verdict.CONTRAINDICATED
    assert "PC15" not in said(found)


@pytest.mark.parametrize(
    ("medicine", "drugs"),
    [
        ("rifampicin", {"amitriptyline", "citalopram", "escitalopram", "sertraline", "duloxetine"}),
        ("carbamazepine", set()),  # a weak inducer of both
    ],
)
def test_inducers_are_watched_and_convert_nobody(medicine: str, drugs: set[str]):
    found = screened({"medications": [medicine], "genotypes": {"CYP2C19": "normal"}})
    watched = {
        drug
        for drug, each in found.items()
        if "monitor" in {e for rule, e in said(each).items() if rule.startswith("PC")}
    }
    assert watched == drugs


def test_escitalopram_with_omeprazole():
    untested = screened({"medications": ["omeprazole"]})["escitalopram"]
    assert said(untested) == {"PC12": "caution"}
    tested = screened({"medications": ["omeprazole"], "genotypes": {"CYP2C19": "normal"}})
    rules = said(tested["escitalopram"])
    assert {rule: effect for rule, effect in rules.items() if effect != "note"} == {
        "PC09": "reduce_dose"
    }


GENES = [{}, *({"CYP2D6": p} for p in ("poor", "normal", "ultrarapid"))]
GENES += [{"CYP2C19": "normal"}, {"CYP2C19": "ultrarapid", "CYP2D6": "intermediate"}]


@pytest.mark.parametrize("genotypes", GENES)
@pytest.mark.parametrize("first", [[], ["omeprazole"], ["mirabegron"], ["rifampicin"]])
def test_an_added_inhibitor_or_inducer_never_permits_more(genotypes, first):
    before = screened({"genotypes": genotypes, "medications": first})
    changers = ["terbinafine", "fluconazole", "esomeprazole", "abiraterone", "rifampicin"]
    for added in [*changers, "phenytoin", "ticlopidine", "cenobamate", "teriflunomide"]:
        after = screened({"genotypes": genotypes, "medications": [*first, added]})
        better = [
            drug
            for drug, found in after.items()
            if VERDICTS.index(found.verdict) > VERDICTS.index(before[drug].verdict)
        ]
        assert better == [], added


def test_a_contraceptive_with_duloxetine_is_a_note():
    found = screened(
        {"sex": "female", "medications": ["combined oral contraceptive"], "pregnancy": "no"}
    )
    assert said(found["duloxetine"]) == {"PC15": "note"}


@pytest.mark.parametrize(
    ("genotypes", "named"),
    [
        ({"CYP2D6": "rapid"}, ["No rule concerns these genotypes here: CYP2D6 rapid"]),
        ({"CYP2D6": "normal", "CYP2C19": "rapid", "CYP2B6": "indeterminate"}, []),
    ],
)
def test_a_result_that_no_guideline_knows_is_named(genotypes, named):
    library = load_library()
    facts = derive_facts(record({"genotypes": genotypes}), library.safety.vocabulary, today=TODAY)
    words = unjudged(facts, library.rules).not_checked
    assert [line for line in words if "genotypes" in line] == named
