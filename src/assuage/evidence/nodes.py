"""What counts as one treatment in a network: the drug, the drug at a dose, or its class."""

from decimal import Decimal
from typing import Literal

from assuage.evidence.treatment import TreatmentCatalogue
from assuage.evidence.trial import Arm
from assuage.units import plain

Level = Literal["drug", "dose", "class"]

FLEXIBLE = "flexible"
"""Dosed to effect, with the mean dose on record: the trial tells nothing of any single dose."""
NOT_STATED = "dose not stated"
MIXED_DOSES = "mixed doses"
"""Several doses reported as one group."""


def is_pooled(arm: Arm) -> bool:
    """True for a group that a report made of several dose arms."""
    return arm.id.endswith("_pooled")


def node(treatment: str, dose_label: str, *, level: Level, catalogue: TreatmentCatalogue) -> str:
    """Return the name of a treatment in a network of this level.

    The reference and combinations keep their own name at every level: a class of combinations
    would lump what has nothing in common. `dose_label` is what `dose_of` gave.
    """
    entry = catalogue.treatments[treatment]
    if treatment == catalogue.reference or entry.components or level == "drug":
        return treatment
    if level == "class":
        return entry.drug_class
    return f"{treatment} {dose_label}"


def dose_of(arm: Arm) -> str:
    """Return how a network by dose names the dose of an arm.

    A fixed dose and a target ("up to 75 mg") are both what a clinician would write on the
    prescription, so both name the node. A mean of doses taken is no prescription: it would put
    people who could bear 25 mg and people who needed 150 mg into one dose that nobody had.
    """
    if is_pooled(arm):
        return MIXED_DOSES
    if arm.dose is None:
        return NOT_STATED
    return FLEXIBLE if arm.dose_is == "mean" else plain(arm.dose)


def dose_of_contrast(treatment: str, printed: Decimal | None, arms: tuple[Arm, ...]) -> str:
    """Return the dose label of one side of a printed contrast; `arms` are those of its study.

    The trial's own arms say best what was given: the same people must stand on the same node in
    every outcome. A contrast printed without a dose speaks of all arms of that treatment together.
    """
    own = {dose_of(arm) for arm in arms if arm.treatment == treatment and not is_pooled(arm)}
    if len(own) == 1:
        return own.pop()
    if printed is not None:
        return plain(printed)
    return MIXED_DOSES if own else NOT_STATED
