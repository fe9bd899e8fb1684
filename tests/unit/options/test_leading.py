"""Which few reasons lead, and what would change a verdict; worked out by hand."""

from assuage.options.appraisal import Change, Hinge, Reason, Verdict
from assuage.options.leading import leading, strictest, what_would_change
from assuage.options.own_reason import OWN_RULE

IBUPROFEN = Hinge(lines=("takes ibuprofen (line 4)",), recorded=True)
WARFARIN = Hinge(lines=("takes warfarin (line 5)",), recorded=True)
LINEZOLID = Hinge(lines=("takes linezolid (line 6)",), recorded=True)
AGE = Hinge(lines=("age 72 years",), recorded=True)
QTC = Hinge(lines=("QTc",), recorded=False)
CONTRAINDICATED, AVOID, CAUTION = Verdict.CONTRAINDICATED, Verdict.AVOID, Verdict.CAUTION
WAITING, SUITABLE = Verdict.NOT_ENOUGH_INFORMATION, Verdict.SUITABLE


def reason(rule: str, effect: str, permits: Verdict, *hinges: Hinge, danger: str = "") -> Reason:
    recorded = all(hinge.recorded for hinge in hinges)
    return Reason(
        rule=rule,
        effect=effect,
        sentence=f"{rule} found.",
        finding="present" if recorded else "not recorded",
        because="",
        do="",
        citation=OWN_RULE,
        permits=permits,
        hinges=frozenset(hinges),
        catastrophe=danger,
    )


BLEEDS = reason("BLEEDS", "caution", CAUTION, IBUPROFEN)
ULCER = reason("ULCER", "caution", CAUTION, IBUPROFEN)
CLOTS = reason("CLOTS", "caution", CAUTION, WARFARIN)
BOTH = reason("BOTH", "avoid", AVOID, IBUPROFEN, WARFARIN)
OLD = reason("OLD", "avoid", AVOID, AGE)
SYNDROME = reason("SYNDROME", "avoid", AVOID, LINEZOLID, danger="serotonin syndrome")
HEART = reason("HEART", "avoid", WAITING, QTC)
WATCH = reason("WATCH", "monitor", SUITABLE, IBUPROFEN)


def rules(reasons: tuple[Reason, ...]) -> list[str]:
    return [each.rule for each in reasons]


def test_nothing_leads_where_nothing_speaks_against_the_drug():
    assert leading((WATCH,), SUITABLE) == ()
    assert what_would_change((WATCH,), SUITABLE) == ()


def test_each_line_of_the_record_leads_once():
    assert rules(leading((BLEEDS, ULCER, CLOTS, WATCH), CAUTION)) == ["BLEEDS", "CLOTS"]


def test_only_what_decides_leads_and_what_may_kill_comes_first():
    assert rules(leading((BOTH, OLD, SYNDROME, BLEEDS), AVOID)) == ["SYNDROME", "BOTH", "OLD"]


def test_an_unrecorded_fact_leads_only_where_it_decides():
    assert rules(leading((BLEEDS, HEART), WAITING)) == ["HEART"]
    asked = reason("ASKED", "caution", CAUTION, QTC)
    assert rules(leading((BLEEDS, asked), CAUTION)) == ["BLEEDS"]


def test_no_more_than_three_lead():
    many = tuple(
        reason(f"R{n}", "caution", CAUTION, Hinge(lines=(f"line {n}",), recorded=True))
        for n in range(5)
    )
    assert rules(leading(many, CAUTION)) == ["R0", "R1", "R2"]


def test_the_strictest_reason_decides():
    assert strictest((BLEEDS, HEART, BOTH)) is AVOID
    assert strictest(()) is SUITABLE


def test_either_part_of_a_pair_would_end_it_and_the_rest_stays():
    assert what_would_change((BOTH, BLEEDS, CLOTS), AVOID) == (
        Change(hinges=(IBUPROFEN,), verdict=CAUTION),
        Change(hinges=(WARFARIN,), verdict=CAUTION),
    )


def test_an_answer_would_end_the_waiting():
    assert what_would_change((HEART, BLEEDS), WAITING) == (Change(hinges=(QTC,), verdict=CAUTION),)


def test_what_no_one_thing_ends_several_may():
    assert what_would_change((BLEEDS, ULCER, CLOTS), CAUTION) == (
        Change(hinges=(IBUPROFEN, WARFARIN), verdict=SUITABLE),
    )


def test_age_is_not_said_to_be_changeable():
    assert what_would_change((OLD, BLEEDS), AVOID) == ()


def test_a_reason_that_rests_on_two_lines_ends_with_both():
    both = Hinge(lines=(*IBUPROFEN.lines, *WARFARIN.lines), recorded=True)
    either = reason("EITHER", "avoid", AVOID, both)
    assert what_would_change((either, BLEEDS), AVOID) == (Change(hinges=(both,), verdict=SUITABLE),)
    assert what_would_change((either, SYNDROME), AVOID) == (
        Change(hinges=(both, LINEZOLID), verdict=SUITABLE),
    )
