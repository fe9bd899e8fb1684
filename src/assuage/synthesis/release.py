"""An evidence release: what the trials say together, frozen, so that the bedside never samples.

These are the values a release consists of. They need numpy only. How they are computed stands in
`release_fit`; how they are written and read, in `assuage.knowledge.releases`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from assuage.evidence.network import LeftOut, Measure
from assuage.evidence.nodes import Level
from assuage.synthesis.baseline import Baseline
from assuage.synthesis.mixture import GaussianMixture

LEVELS: tuple[Level, ...] = ("drug", "dose", "class")
Variant = Literal["all", "without_reconstructed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """What stands behind one treatment of a network: its own trials, and what is known of them.

    `people` counts everyone analysed in those trials' arms of the network, `treated` those on
    this treatment, as far as they are on record. Trials are study ids. `doses` are in
    mg/day; an arm without a stated dose adds none. `small` are trials with an arm of fewer than 50
    people. `doubts` are trials with the reason why their numbers are trusted less. `incoherence`
    says how direct and indirect evidence against the reference disagree, if they do.
    """

    trials: tuple[str, ...]
    people: int
    treated: int
    doses: tuple[Decimal, ...]
    conditions: tuple[str, ...]
    placebo_controlled: int
    high_risk: tuple[str, ...]
    not_judged: tuple[str, ...]
    reconstructed: tuple[str, ...]
    derived: tuple[str, ...]
    small: tuple[str, ...] = ()
    doubts: tuple[tuple[str, str], ...] = ()
    incoherence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Classical:
    """The same network by generalised least squares, as a check: common effects and REML.

    `estimates` are the random-effects estimates against the reference, on the analysis scale.
    `i2` is None without degrees of freedom.
    """

    q: float
    df: int
    i2: float | None
    tau: float
    estimates: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LevelResult:
    """One network of an outcome. `tau` is the between-study SD: median and 95% interval.

    `left_out` names trials that report the outcome and are not used, and single rows of used
    trials that are not; `conventions` are choices that the data made necessary.
    """

    effects: GaussianMixture
    support: Mapping[str, Support]
    tau: tuple[float, float, float]
    prior: str
    trials: int
    people: int
    classical: Classical
    left_out: tuple[LeftOut, ...]
    conventions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutcomeResult:
    """One outcome at the three levels. `baseline` is None where no placebo arm reports it."""

    outcome: str
    measure: Measure
    baseline: Baseline | None
    levels: Mapping[Level, LevelResult]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAnalysed:
    """An outcome without a network, and why."""

    outcome: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelEffect:
    """A drug's log odds ratio against placebo from the counts a product label gives.

    The trials were in the label's own condition, not in neuropathic pain; `statement` names it.
    """

    drug: str
    outcome: str
    log_odds_ratio: float
    se: float
    people: int
    statement: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EvidenceRelease:
    """Everything a consultation knows of the trials, with the digest of what it was made from."""

    id: str
    variant: Variant
    software: str
    knowledge: str
    inputs: str
    outcomes: Mapping[str, OutcomeResult]
    not_analysed: tuple[NotAnalysed, ...]
    labels: tuple[LabelEffect, ...]
    priors: Mapping[str, str]
