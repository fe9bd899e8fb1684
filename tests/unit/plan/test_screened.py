"""What rules find becomes bounds and checks of a plan. Truth: the rules, written here by hand."""

from decimal import Decimal

from assuage.options.appraisal import Reason, Verdict
from assuage.options.screening import DoseLimit as Cap
from assuage.options.screening import DoseShare, Screening
from assuage.plan.dosing import DoseLimit, MonitoringNeed
from assuage.plan.screened import limits_found, needs_found
from assuage.provenance import Citation, Source
from assuage.units import mg_per_day

HERE = Citation(source=Source(id="label", title="a label"), locator="2.6")


def reason(rule: str, effect: str, do: str, finding: str = "present") -> Reason:
    return Reason(
        rule=rule,
        effect=effect,
        sentence="CrCl is 40 mL/min.",
        finding=finding,
        because="reduced clearance",
        do=do,
        citation=HERE,
        region="US",
    )


CAPPED = reason("R1", "reduce_dose", "At most 50 mg/day.")
HALVED = reason("R2", "reduce_dose", "Halve the daily dose.")
LESS = reason("R3", "reduce_dose", "Consider a lower dose.")
UNKNOWN = reason("R4", "reduce_dose", "Halve the daily dose.", "not recorded")
WATCH = reason("R5", "monitor", "Check sodium.")
SCREENING = Screening(
    drug="venlafaxine",
    verdict=Verdict.CAUTION,
    reasons=(CAPPED, HALVED, LESS, UNKNOWN),
    limits=(Cap(dose=mg_per_day(50), reason=CAPPED),),
    starts=(),
    shares=(DoseShare(factor=Decimal("0.5"), reason=HALVED),),
    monitoring=(WATCH, reason("R6", "monitor", "Check INR.", "not recorded")),
    unsettled=(),
    considered=6,
)


def limit(rule: str, sentence: str, **numbers: Decimal) -> DoseLimit:
    return DoseLimit(
        rule=rule,
        sentence=sentence,
        because="reduced clearance",
        citation=HERE,
        region="US",
        **numbers,
    )


def test_caps_shares_and_words_all_bound_the_dose():
    assert limits_found(SCREENING) == (
        limit("R1", "At most 50 mg/day.", at_most=mg_per_day(50)),
        limit("R2", "Halve the daily dose.", factor=Decimal("0.5")),
        limit("R3", "Consider a lower dose."),
    )


def test_only_present_rules_ask_to_watch():
    assert needs_found(SCREENING) == (
        MonitoringNeed(what="Check sodium.", why="reduced clearance", citation=HERE, rule="R5"),
    )
