"""A check is listed once, whoever asks for it. Truth: the same words merged by hand."""

from assuage.plan.dosing import MonitoringNeed
from assuage.plan.monitoring import joined
from assuage.provenance import Citation, Source

LABEL = Citation(source=Source(id="label", title="the label"), locator="5.11")
SMPC = Citation(source=Source(id="smpc", title="the SmPC"), locator="4.4")


def own(**more) -> MonitoringNeed:
    return MonitoringNeed(what="Blood pressure", why="it can rise", citation=LABEL, **more)


def asked(rule: str, citation: Citation) -> MonitoringNeed:
    return MonitoringNeed(what="Measure it often.", why="crises", citation=citation, rule=rule)


def test_a_rule_that_asks_the_same_adds_only_its_reason_and_its_source():
    need = own(joins=("R1", "R2"), says=("R3",))
    rules = [asked("R1", SMPC), asked("R2", LABEL), asked("R3", LABEL)]
    (one,) = joined([need], rules)
    assert (one.what, one.citation) == ("Blood pressure", LABEL)
    assert one.why == (
        "it can rise; crises: measure it often (the SmPC, 4.4); crises: measure it often"
    )


def test_a_rule_that_no_need_takes_in_stays():
    need = own(joins=("R1",))
    assert joined([need], [asked("R9", SMPC)]) == (need, asked("R9", SMPC))


def test_a_need_for_a_rule_alone_is_left_out_without_it():
    need = own(joins=("R1",), only_if_joined=True)
    assert joined([need], []) == ()
    assert [each.what for each in joined([need], [asked("R1", LABEL)])] == ["Blood pressure"]
