"""What reviews printed when they pooled trials: the outside truth that our synthesis is held to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedEstimate:
    """One pooled (or single-trial) estimate as a review printed it.

    `estimate`, `low` and `high` are None where the review printed a range or words; `printed` is
    what stands there. For an NNT a negative limit means that the interval passes through
    infinity.
    """

    outcome: str
    comparison: str
    population: str
    measure: str
    printed: str
    estimate: float | None
    low: float | None
    high: float | None
    n_trials: int | None
    n_participants: int | None
    source: str
    row: int
    note: str
