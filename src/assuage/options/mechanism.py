"""How two medicines act on each other, in the words that a rule's reason shows."""

from dataclasses import dataclass

from assuage.provenance import Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism:
    """`label` names it in a few words, `explanation` in one plain sentence.

    `citation` is empty where each rule's own source states the mechanism.
    """

    id: str
    label: str
    explanation: str
    citation: Citation | None = None
