"""Reasons that screening gives by itself, without a rule of the knowledge."""

from assuage.options.appraisal import Reason
from assuage.patient.finding import Finding
from assuage.provenance import Citation, Source

OWN_RULE = Citation(source=Source(id="assuage", title="assuage's own rule"), grade="")


def own_reason(rule: str, effect: str, sentence: str, *, do: str, because: str = "") -> Reason:
    """Return a reason under assuage's own name, for a fact that is present."""
    return Reason(
        rule=rule,
        effect=effect,
        sentence=sentence,
        finding=Finding.PRESENT.value,
        because=because,
        do=do,
        citation=OWN_RULE,
        graded_by="assuage",
    )
