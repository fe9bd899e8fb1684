"""How often people have an outcome on the treatment that a printed contrast compares with."""

from collections.abc import Sequence
from functools import cache

from assuage.evidence.conversion import ReferenceRisk, predicted_risk
from assuage.evidence.nodes import is_pooled
from assuage.evidence.trial import ArmResult, TrialTables

FEWEST_ARMS_OF_A_CONDITION = 3
"""With fewer arms a condition's own spread between trials cannot be told; all arms serve then."""


class ReferenceRisks:
    """Predicted risks for one outcome, from the arms of other trials.

    `results` are the usable rows of the outcome, of all studies.
    """

    def __init__(self, tables: TrialTables, results: Sequence[ArmResult]):
        self._tables, self._results = tables, results
        self.predicted = cache(self._predicted)

    def _predicted(self, treatment: str, condition: str) -> ReferenceRisk | None:
        """Return the risk in a new trial of this condition; None when no arm tells it."""
        arms = [
            (self._tables.studies[result.study].condition, (result.events, result.n))
            for result in self._results
            if self._is_of(result, treatment) and result.events is not None
        ]
        own = [counts for place, counts in arms if place == condition]
        if len(own) >= FEWEST_ARMS_OF_A_CONDITION:
            where = f" in {condition.replace('_', ' ')}"
            return _predict(own, f"{len(own)} {treatment} arms{where}")
        everywhere = [counts for _, counts in arms]
        return _predict(everywhere, f"{len(arms)} {treatment} arms") if arms else None

    def _is_of(self, result: ArmResult, treatment: str) -> bool:
        arm = self._tables.arms[result.arm]
        return arm.treatment == treatment and not is_pooled(arm)


def _predict(counts: Sequence[tuple[int | None, int]], whose: str) -> ReferenceRisk:
    known = [(events, n) for events, n in counts if events is not None]
    return predicted_risk(known, whose=f"as in the {whose} of the trials that count them")
