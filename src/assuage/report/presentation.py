"""What a report needs besides the appraisal: names for outcomes, and which of them lead."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from assuage.errors import KnowledgeError


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeLabel:
    """How an outcome is called, and whether more of it is what a patient wants.

    `patient` completes "of 100 people, so many have ...": plain words, no full stop.
    """

    clinician: str
    patient: str
    desired: Literal["more", "fewer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The two outcomes that stand for benefit and harm where there is room for only two."""

    benefit: str = "pain_relief_50"
    harm: str = "withdrawal_adverse_event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """`labels` by outcome id; `targets` is the usual target dose by drug, in mg/day.

    `detailed` is how many of the highest-ranked drugs are shown dose by dose; JSON holds all.
    """

    labels: Mapping[str, OutcomeLabel]
    headline: Headline = field(default_factory=Headline)
    targets: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])
    detailed: int = 3

    def label(self, outcome: str) -> OutcomeLabel:
        """Return an outcome's names. Raises KnowledgeError for none: an id is not a name."""
        if outcome in self.labels:
            return self.labels[outcome]
        raise KnowledgeError(
            f"The outcome {outcome} has no name for readers; there are names for "
            f"{', '.join(sorted(self.labels))}. Add it to the outcome definitions."
        )
