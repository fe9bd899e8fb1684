"""What can happen to a patient in a trial, and which way is better."""

from dataclasses import dataclass
from typing import Literal

OutcomeKind = Literal["binary", "continuous"]
OutcomeFamily = Literal["pain relief", "stopping", "side effects"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeDefinition:
    """One outcome, in the words of a clinician and of a patient.

    `unit` is how its absolute effect is told: people per 1,000, or points on the 0-10 pain
    scale. `higher_is_better` says of the number itself: more people with relief is better, more
    points of pain is worse. `order` is where it stands in every table. `part_of` are outcomes that
    everyone with this one has too, so that no more people can have this one.
    """

    id: str
    label: str
    patient_label: str
    kind: OutcomeKind
    direction: Literal["benefit", "harm"]
    higher_is_better: bool
    unit: Literal["per_1000", "points"]
    family: OutcomeFamily
    order: int
    primary: bool
    definition: str = ""
    part_of: tuple[str, ...] = ()
