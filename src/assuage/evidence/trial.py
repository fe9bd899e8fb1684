"""What the trials reported: studies, their arms, and each arm's or contrast's result."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Literal

from assuage.provenance import Source


class Basis(Enum):
    """How a reported number was had."""

    REPORTED = "reported"
    FROM_PERCENT = "from_percent"
    FROM_IPD = "from_ipd"
    RECONSTRUCTED = "reconstructed"


Design = Literal["parallel", "crossover", "not_stated"]
RiskOfBias = Literal["low", "some", "high", "unclear", "not_judged"]
ContrastMeasure = Literal["MD", "RD", "RR"]


POINTS_ON_0_10 = {"NRS_0_10": 1.0, "VAS_0_10": 1.0, "VAS_0_100": 0.1}
"""What one unit of each pain scale is worth on the 0-10 scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One trial report. `weeks` is the length of treatment (of one period, in a crossover).

    `source` is the document the study was read through. `same_people_as` names another study of
    the same people: where both report an outcome, only that other one counts.
    """

    id: str
    title: str
    reference: str
    year: int | None
    condition: str
    design: Design
    weeks: float | None
    risk_of_bias: RiskOfBias
    open_label: bool
    note: str
    source: str = ""
    same_people_as: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """`dose` is mg/day; None for placebo, pooled doses, and titration without a mean."""

    study: str
    id: str
    treatment: str
    dose: Decimal | None
    dose_is: Literal["fixed", "max", "mean"]
    n_randomised: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmResult:
    """One arm and one outcome: events of n, or mean and SD (on `scale`, lower is less pain)."""

    study: str
    arm: str
    outcome: str
    n: int
    events: int | None
    mean: float | None
    sd: float | None
    scale: str
    basis: Basis
    source: str
    row: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContrastResult:
    """A difference between two treatments as printed, with its 95% interval.

    `estimate` is treatment1 minus treatment2 (or over it, for RR). `basis` is RECONSTRUCTED
    where the interval or the estimate was derived from another statistic.
    """

    study: str
    outcome: str
    treatment1: str
    treatment2: str
    dose1: Decimal | None
    measure: ContrastMeasure
    estimate: float
    low: float
    high: float
    scale: str
    also_arm_level: bool
    basis: Basis
    source: str
    row: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why one trial's numbers for one outcome are trusted less. They are used all the same.

    Whoever extracted the trials doubted them from the report alone, before anything was pooled:
    counts and percentages that disagree, denominators that had to be assumed, another definition of
    the outcome. Open trials and reconstructed numbers are marked elsewhere and stand not here.
    """

    study: str
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpooledMean:
    """A mean that cannot be pooled as printed, and why."""

    study: str
    arm: str
    outcome: str
    n: int | None
    mean: float
    sd: float | None
    scale: str
    source: str
    row: int
    note: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialTables:
    """All that was extracted; keys are ids."""

    studies: Mapping[str, Study]
    arms: Mapping[str, Arm]
    arm_results: tuple[ArmResult, ...]
    contrasts: tuple[ContrastResult, ...]
    sources: Mapping[str, Source]
    unpooled_means: tuple[UnpooledMean, ...] = ()
    doubts: tuple[Doubt, ...] = ()
