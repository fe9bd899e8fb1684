"""What is believed before the trials are read: priors as values that print themselves.

Nobody who reads a result chose these, so each prior carries its statement and its reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log, pi, sqrt

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats, Measure, Network

LOG_ODDS_PER_SD = pi / sqrt(3)
"""SD of the logistic distribution: a difference of one SD is so many units of log odds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfNormal:
    """Density of |N(0, scale^2)|."""

    scale: float
    upper: float = inf

    @property
    def statement(self) -> str:
        return f"half-normal with scale {self.scale:.3g}"

    def log_density(self, tau: Floats) -> Floats:
        return 0.5 * log(2 / pi) - log(self.scale) - 0.5 * (tau / self.scale) ** 2


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfCauchy:
    """Density of the absolute value of a Cauchy variable: a heavy tail."""

    scale: float
    upper: float = inf

    @property
    def statement(self) -> str:
        return f"half-Cauchy with scale {self.scale:.3g}"

    def log_density(self, tau: Floats) -> Floats:
        return log(2 / (pi * self.scale)) - np.log1p((tau / self.scale) ** 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogNormalVariance:
    """tau^2 is log-normal: `mean` and `sd` of log(tau^2), as Turner et al. tabulate them."""

    mean: float
    sd: float
    upper: float = inf

    @property
    def statement(self) -> str:
        return f"tau squared log-normal, log(tau^2) ~ N({self.mean:.3g}, SD {self.sd:.3g})"

    def log_density(self, tau: Floats) -> Floats:
        z = (2 * np.log(tau) - self.mean) / self.sd
        return log(2 / (self.sd * sqrt(2 * pi))) - np.log(tau) - 0.5 * z * z


@dataclass(frozen=True, slots=True, kw_only=True)
class UniformUpTo:
    """Equal density from zero to `upper`."""

    upper: float

    @property
    def scale(self) -> float:
        return self.upper

    @property
    def statement(self) -> str:
        return f"uniform from 0 to {self.upper:.3g}"

    def log_density(self, tau: Floats) -> Floats:
        return np.where(tau <= self.upper, -log(self.upper), -inf)


HeterogeneityPrior = HalfNormal | HalfCauchy | LogNormalVariance | UniformUpTo


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """Priors of a random-effects network.

    Each effect against the reference is N(0, effect_sd^2), or flat when `effect_sd` is None;
    `heterogeneity` is the prior of tau, the between-study SD of effects. `reason` tells why.
    """

    effect_sd: float | None
    heterogeneity: HeterogeneityPrior
    reason: str = ""

    @property
    def statement(self) -> str:
        """The prior in one line, to be printed with every result."""
        effects = "flat" if self.effect_sd is None else f"N(0, SD {self.effect_sd:.3g})"
        return (
            f"effect of each treatment against the reference: {effects}; "
            f"between-study SD tau: {self.heterogeneity.statement}"
        )


def log_odds_prior() -> Prior:
    """Return the default prior for effects on the log odds ratio (also for log RR and log IRR).

    The pair that the R package bayesmeta works its log odds ratio examples with (help page
    `pppvalue`): tau half-normal with scale 0.5, the effect N(0, SD 4). Half-normals are among the
    weakly informative choices that Röver, Bender, Dias et al. discuss (Res Synth Methods
    2021;12:448-474, arXiv:2007.08352). The prior median of tau, 0.34, puts the odds ratios of two
    trials within a factor 2.5 of each other in 95 of 100 pairs (exp(1.96 x sqrt 2 x tau)); its
    95% point, 0.98, within a factor 15. An effect's SD of 4 is what one participant would tell: a
    balanced trial of N people, half of them responding, has variance 16 / N.
    """
    return Prior(
        effect_sd=4.0,
        heterogeneity=HalfNormal(scale=0.5),
        reason=(
            "weakly informative on the log odds scale (Röver et al. 2021, arXiv:2007.08352; the R "
            "package bayesmeta uses the same pair); an effect's SD of 4 is the information of a "
            "single participant"
        ),
    )


def difference_prior(outcome_sd: float) -> Prior:
    """Return the default prior for mean differences, given the SD of the outcome among people.

    The log odds prior, carried over by pi / sqrt 3 log odds for one SD (Chinn, Stat Med
    2000;19:3127-3131): tau half-normal with scale 0.276 SD; the effect again worth one
    participant (variance of a balanced trial's difference: 4 SD^2 / N).
    """
    if outcome_sd <= 0:
        raise NetworkError(f"The SD of an outcome must be above zero, not {outcome_sd:g}.")
    scale = 0.5 / LOG_ODDS_PER_SD * outcome_sd
    return Prior(
        effect_sd=2 * outcome_sd,
        heterogeneity=HalfNormal(scale=scale),
        reason=(
            f"the log odds prior on the scale of the outcome, whose SD among people is "
            f"{outcome_sd:.3g}: one SD is taken as pi / sqrt 3 units of log odds"
        ),
    )


def risk_difference_prior() -> Prior:
    """Return the log odds prior at a risk of one half, where d risk / d log odds is a quarter."""
    return Prior(
        effect_sd=1.0,
        heterogeneity=HalfNormal(scale=0.125),
        reason="the log odds prior at a risk of one half, where it is widest on the risk scale",
    )


def data_scaled_prior(network: Network) -> Prior:
    """Return a vague prior for mean differences whose unit is unknown.

    As gemtc does (mtc.model, `om.scale`): the largest contrast seen sets the scale; tau is uniform
    up to it and the effects have 15 times it as SD.
    """
    largest = max(float(np.abs(study.estimates).max()) for study in network.studies)
    scale = largest if largest > 0 else 1.0
    return Prior(
        effect_sd=15 * scale,
        heterogeneity=UniformUpTo(upper=scale),
        reason=f"vague, on the scale of the largest difference seen ({scale:.3g}), as gemtc does",
    )


def default_prior(network: Network, *, outcome_sd: float | None = None) -> Prior:
    """Return the default prior for a network's measure. `outcome_sd` serves MD only."""
    makers: dict[Measure, Prior] = {
        "SMD": difference_prior(1.0),
        "RD": risk_difference_prior(),
    }
    if network.measure == "MD":
        return data_scaled_prior(network) if outcome_sd is None else difference_prior(outcome_sd)
    return makers.get(network.measure) or log_odds_prior()


def typical_sd(sds: Sequence[float]) -> float:
    """Return the median of the arms' SDs: how much people differ in an outcome."""
    if not sds:
        raise NetworkError("No arm gives a standard deviation: state the outcome's SD yourself.")
    return float(np.median(sds))
