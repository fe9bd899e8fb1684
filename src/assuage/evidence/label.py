"""How often product labels, and trials in other conditions, report a side effect."""

from dataclasses import dataclass
from typing import Literal

from assuage.provenance import Citation

LabelSetting = Literal["pain", "psychiatric", "mixed"]
LabelPeople = Literal["adults", "men", "women"]
LabelSourceType = Literal["label", "trial", "pooled_trials", "review"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFrequency:
    """The percentage with one adverse event on a drug and on placebo, as printed.

    `outcome` is the id of our outcome that is the same thing, else empty. `percent_placebo` is
    None when the table prints none; `placebo_is_below` says that it was printed as less than it.
    These are crude percentages over trials of unlike length and dose, not a network estimate.
    """

    drug: str
    adverse_event: str
    outcome: str
    percent_drug: float
    percent_placebo: float | None
    placebo_is_below: bool
    n_drug: int | None
    n_placebo: int | None
    people: LabelPeople
    setting: LabelSetting
    population: str
    source_type: LabelSourceType
    citation: Citation
    row: int
    note: str
