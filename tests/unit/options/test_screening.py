"""A ward small enough to reason about by hand: three made-up drugs, seven rules.

Truth: the verdict order and the meaning of unrecorded facts as docs/explanation states them,
worked through by hand.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from assuage.errors import KnowledgeError
from assuage.options.appraisal import Hinge, Question, Reason, Verdict
from assuage.options.condition import All, AtLeast, Below, Has, Takes
from assuage.options.own_reason import OWN_RULE
from assuage.options.question import questions
from assuage.options.rule import IF_NOT_RECORDED, Rule, compile_rules
from assuage.options.screening import screen
from assuage.options.unjudged import unjudged
from assuage.patient.derivation import derive_facts
from assuage.patient.record import (
    Attempt,
    Measurement,
    Pain,
    PatientRecord,
    RecordedCondition,
    RecordedMedicine,
)
from assuage.patient.vocabulary import Concept, Measure, Medicine, Vocabulary
from assuage.provenance import Citation, Source
from assuage.units import mg_per_day

TODAY = date(2026, 6, 15)
LABEL = Citation(source=Source(id="label", title="Examplamine label"), locator="4.3", grade="A")
WORDS = Vocabulary(
    concepts={
        "glaucoma": Concept(id="glaucoma", kind="condition", label="glaucoma"),
        "falls": Concept(id="falls", kind="history", label="falls"),
        "maoi": Concept(id="maoi", kind="medication", label="MAO inhibitor"),
        "cyp2d6_poor_metaboliser": Concept(
            id="cyp2d6_poor_metaboliser", kind="genotype", label="CYP2D6 poor metaboliser"
        ),
    },
    medicines={
        "phenelzine": Medicine(id="phenelzine", names=(), concepts=frozenset({"maoi"})),
        "examplamine": Medicine(id="examplamine", names=(), concepts=frozenset({"maoi"})),
    },
    measures={
        "crcl": Measure(
            id="crcl",
            label="creatinine clearance",
            unit="mL/min",
            units={"mL/min": 1},
            lowest=0,
            highest=300,
        )
    },
)
GLAUCOMA = Has(concept="glaucoma", label="glaucoma")
FALLS = Has(concept="falls", label="falls")
MAOI = Takes(concept="maoi", label="MAO inhibitor", within_days=14)
POOR = Has(concept="cyp2d6_poor_metaboliser", label="CYP2D6 poor metaboliser")
CLEARANCE = Below(fact="crcl", label="creatinine clearance", limit=30, unit="mL/min")
OLD = AtLeast(fact="age", label="age", limit=65, unit="years")


def rule(name, about, when, effect, **more):
    return Rule(
        id=name,
        about=about,
        when=when,
        effect=effect,
        because=more.pop("because", "harm"),
        do="Do as the label says.",
        if_not_recorded=more.pop("if_not_recorded", IF_NOT_RECORDED[effect]),
        region=more.pop("region", "US"),
        graded_by="source",
        citation=LABEL,
        **more,
    )


RULES = (
    rule("R1", "amines", MAOI, "contraindicated"),
    rule("R2", "examplamine", CLEARANCE, "avoid", region="UK"),
    rule("R3", "examplamine", GLAUCOMA, "caution"),
    rule("R4", "examplamine", All(parts=(OLD, FALLS)), "avoid"),
    rule("R5", "otheramine", OLD, "reduce_dose", cap=mg_per_day(20), dose_factor=Decimal("0.5")),
    rule("R6", "otheramine", POOR, "avoid", if_not_recorded="pass"),
    rule("R7", "any", FALLS, "monitor"),
)
DRUGS = ("examplamine", "otheramine", "thirdamine")
BOOK = compile_rules(RULES, DRUGS, {"amines": ("examplamine", "otheramine")})
PERSON = PatientRecord(
    name="patient.yaml",
    age=70,
    sex=None,
    pain=Pain(condition="phn", label="postherpetic neuralgia", as_written="PHN"),
)


def screened(record, **more):
    return screen(derive_facts(record, WORDS, today=TODAY), BOOK, **more)


def verdicts(record, **more):
    return {screening.drug: screening.verdict for screening in screened(record, **more)}


def medicine(name, **more):
    known = WORDS.medicines.get(name)
    return RecordedMedicine(
        name=name,
        medicine=known.id if known else None,
        concepts=WORDS.concepts_of(known) if known else frozenset(),
        where="line 9",
        **more,
    )


def condition(name):
    return RecordedCondition(name=name, concepts=(name,), where="line 5")


HEALTHY = replace(
    PERSON,
    age=40,
    medications=(),
    all_others_absent=True,
    measurements={
        "crcl": Measurement(measure="crcl", value=90, as_written="90 mL/min", where="line 7")
    },
)


def test_a_person_of_whom_nothing_speaks_against_any_drug():
    assert verdicts(HEALTHY) == {
        "examplamine": Verdict.SUITABLE,
        "otheramine": Verdict.SUITABLE,
        "thirdamine": Verdict.CAUTION,  # no rule of its own was found
    }
    examplamine, otheramine, thirdamine = screened(HEALTHY)
    assert [reason.sentence for reason in examplamine.reasons] == [
        "5 rules were looked at: none speaks against it."
    ]
    assert [reason.sentence for reason in otheramine.reasons] == [
        "4 rules were looked at: none speaks against it."
    ]
    assert [reason.sentence for reason in thirdamine.reasons] == [
        "No safety rule for this drug by itself is in the knowledge."
    ]


def test_a_present_finding_carries_rule_words_source_and_region():
    sick = replace(HEALTHY, conditions=(condition("glaucoma"),))
    assert screened(sick)[0].reasons == (
        Reason(
            rule="R3",
            effect="caution",
            sentence="Glaucoma (line 5).",
            finding="present",
            because="harm",
            do="Do as the label says.",
            citation=LABEL,
            region="US",
            graded_by="source",
            permits=Verdict.CAUTION,
            hinges=frozenset({Hinge(lines=("glaucoma (line 5)",), recorded=True)}),
        ),
    )


def test_an_unrecorded_fact_holds_a_drug_back_and_is_asked():
    assert verdicts(PERSON) == {
        "examplamine": Verdict.NOT_ENOUGH_INFORMATION,
        "otheramine": Verdict.NOT_ENOUGH_INFORMATION,
        "thirdamine": Verdict.CAUTION,
    }
    assert questions(screened(PERSON)) == (
        Question(
            fact="medications",
            why="Not recorded: the list of medications. With MAO inhibitor, now or in the last 14 "
            "days, examplamine is contraindicated (harm).",
            drugs=("examplamine", "otheramine"),
        ),
        Question(
            fact="crcl",
            why="Not recorded: creatinine clearance. With creatinine clearance below 30 mL/min, "
            "examplamine is to be avoided (harm).",
            drugs=("examplamine",),
        ),
        Question(
            fact="falls",
            why="Not recorded: falls. With age at least 65 years and falls, examplamine is to be "
            "avoided (harm).",
            drugs=("examplamine",),
        ),
        Question(
            fact="glaucoma",
            why="Not recorded: glaucoma. With glaucoma, examplamine needs caution (harm).",
            drugs=("examplamine",),
        ),
    )


def test_what_cannot_change_a_verdict_is_not_asked():
    refused = replace(PERSON, medications=(medicine("phenelzine"),))
    assert verdicts(refused)["examplamine"] is Verdict.CONTRAINDICATED
    assert questions(screened(refused)) == ()


def test_reasons_come_worst_first_and_the_present_before_the_unrecorded():
    record = replace(
        PERSON, medications=(medicine("phenelzine"),), conditions=(condition("glaucoma"),)
    )
    shown = [(reason.rule, reason.finding) for reason in screened(record)[0].reasons]
    assert shown == [
        ("R1", "present"),
        ("R3", "present"),
        ("R2", "not recorded"),
        ("R4", "not recorded"),
    ]


def test_dose_limits_come_with_their_reason():
    otheramine = screened(replace(HEALTHY, age=70))[1]
    assert otheramine.verdict is Verdict.CAUTION
    assert [(limit.dose, limit.reason.rule) for limit in otheramine.limits] == [(Decimal(20), "R5")]
    assert [(share.factor, share.reason.rule) for share in otheramine.shares] == [
        (Decimal("0.5"), "R5")
    ]


def test_monitoring_does_not_hold_back():
    record = replace(HEALTHY, conditions=(condition("falls"),))
    otheramine = screened(record)[1]
    assert otheramine.verdict is Verdict.SUITABLE
    assert [reason.rule for reason in otheramine.monitoring] == ["R7"]
    assert [reason.rule for reason in otheramine.reasons] == ["R7", "screened"]


def test_regions_can_be_chosen():
    low = {"crcl": Measurement(measure="crcl", value=20, as_written="20 mL/min", where="line 7")}
    record = replace(HEALTHY, measurements=low)
    assert verdicts(record)["examplamine"] is Verdict.AVOID
    assert verdicts(record, jurisdictions=("US",))["examplamine"] is Verdict.SUITABLE


def test_a_drug_does_not_meet_itself():
    record = replace(HEALTHY, medications=(medicine("examplamine"),))
    examplamine, otheramine, _ = screened(record)
    assert (examplamine.verdict, otheramine.verdict) == (
        Verdict.CAUTION,  # taken now: it is raised or reviewed, never started
        Verdict.CONTRAINDICATED,
    )
    assert examplamine.reasons[0].sentence == "Already taken: examplamine (line 9)."


def test_an_allergy_to_the_drug_itself_contraindicates_it_without_any_rule():
    record = replace(HEALTHY, allergies=(medicine("examplamine"),))
    assert verdicts(record)["examplamine"] is Verdict.CONTRAINDICATED
    assert screened(record)[0].reasons[0].citation == OWN_RULE


def test_an_unknown_medicine_caps_every_verdict_and_is_listed():
    record = replace(HEALTHY, medications=(medicine("mystery drops"),))
    assert set(verdicts(record).values()) == {Verdict.CAUTION}
    facts = derive_facts(record, WORDS, today=TODAY)
    assert unjudged(facts, BOOK).not_checked == (
        "mystery drops: no medicine is known by this name",
    )


def test_an_earlier_attempt_is_told():
    attempt = Attempt(
        drug="examplamine",
        as_written="Examplamine",
        highest_mg_per_day=Decimal(60),
        weeks=8,
        response="none",
        stopped_because="nausea",
    )
    # It also counts as an MAO inhibitor here that was stopped on an unknown day.
    examplamine, otheramine, _ = screened(replace(HEALTHY, attempts=(attempt,)))
    assert examplamine.reasons[0].sentence == (
        "Tried before: up to 60 mg/day, for 8 weeks, response: none, stopped because: nausea."
    )
    assert otheramine.verdict is Verdict.NOT_ENOUGH_INFORMATION
    assert [q.fact for q in questions((otheramine,))] == ["the day Examplamine was stopped"]


def test_rules_that_break_the_law_of_unrecorded_facts_cannot_be_made():
    with pytest.raises(KnowledgeError, match="an unrecorded fact would permit more"):
        rule("R9", "examplamine", GLAUCOMA, "avoid", if_not_recorded="caution")


def test_a_rule_about_nothing_known_is_refused():
    with pytest.raises(KnowledgeError, match="neither a candidate drug nor a class"):
        compile_rules([rule("R9", "nonamine", GLAUCOMA, "avoid")], DRUGS, {})
