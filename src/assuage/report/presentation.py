"""What a report needs besides the appraisal: names for outcomes, and which of them lead."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assuage.errors import KnowledgeError
from assuage.evidence.outcome import OutcomeDefinition


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The two outcomes that stand for benefit and harm where there is room for only two."""

    benefit: str = "pain_relief_50"
    harm: str = "withdrawal_adverse_event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """`outcomes` by id; `detailed` is how many of the highest-ranked drugs are shown dose by
    dose; JSON holds all.
    """

    outcomes: Mapping[str, OutcomeDefinition]
    headline: Headline = field(default_factory=Headline)
    detailed: int = 3

    def outcome(self, outcome: str) -> OutcomeDefinition:
        """Return an outcome's names. Raises KnowledgeError for none: an id is not a name."""
        if outcome in self.outcomes:
            return self.outcomes[outcome]
        raise KnowledgeError(
            f"The outcome {outcome} has no name for readers; there are names for "
            f"{', '.join(sorted(self.outcomes))}. Add it to the outcome definitions."
        )
