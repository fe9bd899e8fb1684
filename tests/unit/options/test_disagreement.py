"""Two made-up sources that disagree: who is heard in which jurisdiction, and who is shown.

Truth: decision 0010, worked through by hand.
"""

from datetime import date

import pytest

from assuage.errors import KnowledgeError
from assuage.options.condition import Below, Condition, Has
from assuage.options.disagreement import (
    MaximumOf,
    Position,
    SourcesDisagree,
    maxima_set_aside,
    relevant,
    rules_set_aside,
    uncovered,
)
from assuage.options.rule import IF_NOT_RECORDED, Effect, Region, Rule
from assuage.patient.derivation import derive_facts
from assuage.patient.record import Pain, PatientRecord, RecordedCondition
from assuage.patient.vocabulary import Concept, Measure, Vocabulary
from assuage.provenance import Citation, Source

LABEL = Citation(source=Source(id="label", title="Examplamine label"), locator="4.3", grade="A")
FALLS = Has(concept="falls", label="falls")
POOR = Has(concept="cyp2d6_poor_metaboliser", label="CYP2D6 poor metaboliser")
CLEARANCE = Below(fact="crcl", label="creatinine clearance", limit=30, unit="mL/min")
WORDS = Vocabulary(
    concepts={
        "falls": Concept(id="falls", kind="history", label="falls"),
        "cyp2d6_poor_metaboliser": Concept(
            id="cyp2d6_poor_metaboliser", kind="genotype", label="CYP2D6 poor metaboliser"
        ),
    },
    medicines={},
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


def rule(name: str, when: Condition, effect: Effect, region: Region, **more: str) -> Rule:
    return Rule(
        id=name,
        about="examplamine",
        when=when,
        effect=effect,
        because="harm",
        do="Do as the label says.",
        if_not_recorded="pass" if "pass" in more else IF_NOT_RECORDED[effect],
        region=region,
        graded_by="source",
        citation=LABEL,
    )


US = rule("US1", CLEARANCE, "avoid", "US")
UK = rule("UK1", CLEARANCE, "contraindicated", "UK")
INT = rule("INT1", CLEARANCE, "caution", "INT")
RULES = {each.id: each for each in (US, UK, INT)}


def position(region: Region, *rules: str, silent: bool = False, maximum: bool = False) -> Position:
    maxima = (MaximumOf(drug="examplamine", market=region),) if maximum else ()
    return Position(
        who=f"a text of {region}",
        region=region,
        says="something",
        citations=(LABEL,),
        rules=rules,
        maxima=maxima,
        silent=silent,
    )


def kidney(*positions: Position, **more: bool) -> SourcesDisagree:
    return SourcesDisagree(
        id="kidney",
        about="examplamine",
        drugs=("examplamine",),
        question="Avoid or never?",
        positions=positions,
        taken="Never.",
        **more,
    )


BOTH = (position("US", "US1"), position("UK", "UK1"), position("INT", "INT1"))


@pytest.mark.parametrize(
    ("regions", "lost"),
    [
        (None, set()),
        ((), set()),
        (("UK",), {"US1"}),
        (("US",), {"UK1"}),
        (("EU",), set()),
        (("UK", "EU"), {"US1"}),
        (("US", "UK"), set()),
    ],
    ids=str,
)
def test_a_region_sets_aside_the_others_only_where_it_speaks(regions, lost):
    assert rules_set_aside([kidney(*BOTH)], regions) == lost


def test_a_silent_text_never_wins_and_loses_nothing():
    silent = kidney(position("US", silent=True), position("UK", "UK1"))
    assert rules_set_aside([silent], ("US",)) == set()
    assert silent.set_aside(("UK",)) == ()


def test_where_both_stay_no_region_chooses():
    assert rules_set_aside([kidney(*BOTH, both_stay=True)], ("UK",)) == set()


def test_a_region_chooses_between_highest_doses():
    doses = kidney(position("US", maximum=True), position("UK", maximum=True), always=True)
    assert maxima_set_aside([doses], ("UK",)) == {MaximumOf(drug="examplamine", market="US")}
    assert maxima_set_aside([doses], None) == set()


def test_the_choice_is_said():
    assert kidney(*BOTH).choice(None) == "No jurisdiction is set. Never."
    assert kidney(*BOTH).choice(("UK",)) == (
        "Jurisdiction UK: held to a text of UK (UK); a text of INT (INT); set aside: a text of US "
        "(US)."
    )
    assert kidney(*BOTH).choice(("EU",)) == "Jurisdiction EU: nothing is set aside here. Never."


def test_an_exclusion_must_be_covered_by_the_winner():
    def covers(lost: Rule, winner: Rule) -> bool:
        return lost.when == winner.when

    assert uncovered(kidney(*BOTH), RULES, covers) == ()
    falls = {**RULES, "UK1": rule("UK1", FALLS, "contraindicated", "UK")}
    assert uncovered(kidney(*BOTH), falls, covers) == ("UK1", "US1")
    assert uncovered(kidney(*BOTH, both_stay=True), falls, covers) == ()


def facts(*conditions: str):
    record = PatientRecord(
        name="patient.yaml",
        age=50,
        sex="male",
        pain=Pain(condition="phn", label="postherpetic neuralgia", as_written="PHN"),
        conditions=tuple(
            RecordedCondition(name=name, concepts=(name,), where="line 1") for name in conditions
        ),
        medications=(),
    )
    return derive_facts(record, WORDS, today=date(2026, 6, 15))


def shown(each: SourcesDisagree, rules: dict[str, Rule], *conditions: str, on_offer=True) -> bool:
    found = relevant([each], "examplamine", facts(*conditions), rules, on_offer=on_offer)
    assert relevant([each], "otheramine", facts(*conditions), rules, on_offer=on_offer) == ()
    return found == (each,)


def test_it_is_shown_where_a_rule_speaks_or_must_be_asked_for():
    of_falls = {**RULES, "US1": rule("US1", FALLS, "caution", "US")}
    one = kidney(position("US", "US1"), position("UK", silent=True))
    assert shown(one, of_falls, "falls")
    assert shown(one, of_falls)  # not recorded, and asked for
    untested = {**RULES, "US1": rule("US1", POOR, "caution", "US", **{"pass": "yes"})}
    assert not shown(one, untested)


def test_one_without_rules_is_shown_with_every_offer_or_with_its_condition():
    two = (position("US"), position("UK"))
    assert shown(kidney(*two, always=True), RULES)
    assert not shown(kidney(*two, always=True), RULES, on_offer=False)
    with_falls = SourcesDisagree(
        id="falls",
        about="examplamine",
        drugs=("examplamine",),
        question="?",
        positions=two,
        taken="Both.",
        when=FALLS,
    )
    assert shown(with_falls, RULES, "falls")
    assert not shown(with_falls, RULES)


def test_a_disagreement_has_two_positions_and_a_time_to_be_shown():
    with pytest.raises(KnowledgeError, match="two positions"):
        kidney(position("US", "US1"))
    with pytest.raises(KnowledgeError, match="nothing says when"):
        kidney(position("US"), position("UK"))
