"""What other meta-analyses teach about heterogeneity: priors of tau with their source.

Turner et al. (2015) fitted the binary meta-analyses of the Cochrane Database of Systematic Reviews;
Rhodes et al. (2015) those of standardised mean differences. The numbers were read from the R
package bayesmeta (TurnerEtAlPrior and RhodesEtAlPrior), which takes them from the papers' tables,
for comparisons of drugs; the papers themselves were not read.
"""

from dataclasses import dataclass
from math import inf, lgamma, log, pi
from typing import Literal

import numpy as np

from assuage.evidence.network import Floats
from assuage.synthesis.priors import LogNormalVariance

BinaryOutcome = Literal[
    "all-cause mortality", "withdrawals", "adverse events", "signs or symptoms", "pain",
    "quality of life", "mental health", "subjective",
]  # fmt: skip
ContinuousOutcome = Literal["pain, quality of life", "signs or symptoms", "mental health",
                            "subjective"]  # fmt: skip
Versus = Literal["placebo", "drug"]

_BINARY: dict[BinaryOutcome, tuple[tuple[float, float], tuple[float, float]]] = {
    "all-cause mortality": ((-3.95, 1.34), (-4.18, 1.41)),
    "withdrawals": ((-2.99, 1.74), (-3.23, 1.79)),
    "adverse events": ((-1.87, 1.52), (-2.10, 1.58)),
    "signs or symptoms": ((-2.06, 1.51), (-2.29, 1.58)),
    "pain": ((-1.83, 1.52), (-2.06, 1.58)),
    "quality of life": ((-2.54, 1.54), (-2.78, 1.60)),
    "mental health": ((-2.12, 1.53), (-2.35, 1.60)),
    "subjective": ((-2.70, 1.52), (-2.93, 1.58)),
}
_CONTINUOUS: dict[ContinuousOutcome, tuple[tuple[float, float], tuple[float, float]]] = {
    "pain, quality of life": ((-3.16, 2.50), (-3.44, 2.44)),
    "signs or symptoms": ((-3.00, 2.50), (-3.27, 2.47)),
    "mental health": ((-2.99, 2.16), (-3.27, 2.14)),
    "subjective": ((-2.76, 2.58), (-3.03, 2.59)),
}


def _of_t(freedom: float) -> tuple[float, float]:
    """Half the exponent of a t density and the log of its constant."""
    half = 0.5 * (freedom + 1)
    return half, lgamma(half) - lgamma(0.5 * freedom) - 0.5 * log(freedom * pi)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogTVariance:
    """log(tau^2) has a t distribution with this location, scale and degrees of freedom."""

    location: float
    scale_of_log: float
    freedom: float = 5.0
    upper: float = inf

    @property
    def statement(self) -> str:
        return (
            f"tau squared log-t, log(tau^2) ~ t({self.freedom:g}, {self.location:.3g}, scale "
            f"{self.scale_of_log:.3g})"
        )

    def log_density(self, tau: Floats) -> Floats:
        z = (2 * np.log(tau) - self.location) / self.scale_of_log
        half, constant = _of_t(self.freedom)
        slope = log(2 / self.scale_of_log) - np.log(tau)
        return constant + slope - half * np.log1p(z * z / self.freedom)


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfT:
    """The absolute value of a scaled t: between half-normal and half-Cauchy."""

    scale: float
    freedom: float
    upper: float = inf

    @property
    def statement(self) -> str:
        return f"half-t with scale {self.scale:.3g} and {self.freedom:g} degrees of freedom"

    def log_density(self, tau: Floats) -> Floats:
        half, constant = _of_t(self.freedom)
        z = tau / self.scale
        return log(2 / self.scale) + constant - half * np.log1p(z * z / self.freedom)


def log_odds_heterogeneity(outcome: BinaryOutcome, *, versus: Versus) -> LogNormalVariance:
    """Return Turner's predictive prior of tau for log odds ratios of a drug against placebo (or
    usual care), or against another drug."""
    mean, sd = _BINARY[outcome][versus == "drug"]
    return LogNormalVariance(mean=mean, sd=sd)


def standardised_heterogeneity(outcome: ContinuousOutcome, *, versus: Versus) -> LogTVariance:
    """Return Rhodes' predictive prior of tau for standardised mean differences."""
    location, scale = _CONTINUOUS[outcome][versus == "drug"]
    return LogTVariance(location=location, scale_of_log=scale)
