"""Reasons that screening gives by itself, without a rule of the knowledge."""

from collections.abc import Mapping

from assuage.options.appraisal import Hinge, Reason, Verdict
from assuage.patient.finding import Finding
from assuage.provenance import Citation, Source

OWN_RULE = Citation(source=Source(id="assuage", title="assuage's own rule"), grade="")

_PERMITS: Mapping[str, Verdict] = {
    "contraindicated": Verdict.CONTRAINDICATED,
    "avoid": Verdict.AVOID,
    "caution": Verdict.CAUTION,
}


def own_reason(
    rule: str, effect: str, sentence: str, *, do: str, because: str = "", hinge: str = ""
) -> Reason:
    """Return a reason under assuage's own name, for a fact that is present.

    `hinge` is what of the record it hangs on, where that can be otherwise.
    """
    return Reason(
        rule=rule,
        effect=effect,
        sentence=sentence,
        finding=Finding.PRESENT.value,
        because=because,
        do=do,
        citation=OWN_RULE,
        graded_by="assuage",
        permits=_PERMITS.get(effect, Verdict.SUITABLE),
        hinges=frozenset({Hinge(lines=(hinge,), recorded=True)} if hinge else ()),
    )
