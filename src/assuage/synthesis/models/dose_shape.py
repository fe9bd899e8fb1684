"""What is believed of an ED50 before the trials are read."""

from dataclasses import dataclass
from math import exp, log, pi, sqrt
from statistics import NormalDist

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats
from assuage.synthesis.models.dose_network import Agent

_STANDARD = NormalDist()
_HALF_NORMAL_LOG_MEAN = -0.5 * (np.euler_gamma + log(2))
_HALF_NORMAL_LOG_SD = pi / (2 * sqrt(2))


@dataclass(frozen=True, slots=True, kw_only=True)
class LogDensity:
    """A density of u = log(ED50 / reference dose) as the engine wants it, with its mean and SD."""

    statement: str
    mean: float
    sd: float
    half_normal: float | None = None

    def log_density(self, u: Floats) -> Floats:
        if self.half_normal is None:
            return -0.5 * ((u - self.mean) / self.sd) ** 2 - log(self.sd * sqrt(2 * pi))
        return (
            0.5 * log(2 / pi) - log(self.half_normal) + u
            - 0.5 * np.exp(2 * np.minimum(u, 300)) / self.half_normal**2
        )  # fmt: skip

    def quantile(self, p: float) -> float:
        if self.half_normal is None:
            return self.mean + self.sd * _STANDARD.inv_cdf(p)
        return log(self.half_normal * _STANDARD.inv_cdf(0.5 + 0.5 * p))

    def nodes(self, count: int = 25) -> tuple[Floats, Floats]:
        """Return values of u that stand for equal shares of the prior, and their weights."""
        values = [self.quantile((i + 0.5) / count) for i in range(count)]
        return np.array(values), np.full(count, 1 / count)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogNormalED50:
    """ED50 log-normal about `median` times the reference dose, with `sd` of its logarithm.

    By default 95% lies between a fiftieth and three times the largest studied dose: doses are
    chosen where something happens, and an ED50 far outside them looks like a straight line or a
    step, which other curves say better.
    """

    median: float = 0.25
    sd: float = 1.25

    def of(self, group: str, agents: tuple[Agent, ...], unit: str) -> LogDensity:
        low, high = (self.median * exp(sign * 1.96 * self.sd) for sign in (-1, 1))
        if len({a.reference for a in agents}) == 1:
            at = agents[0].reference
            where = f"{self.median * at:.3g} {unit} (95% {low * at:.3g} to {high * at:.3g} {unit})"
        else:
            where = f"{self.median:.3g} of the reference dose (95% {low:.3g} to {high:.3g})"
        text = f"ED50 of {group}: log-normal, median {where}"
        return LogDensity(statement=text, mean=log(self.median), sd=self.sd)


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfNormalED50:
    """ED50 as |N(0, scale^2)|, `scale` in the network's unit: MBNMAdose's default with scale 100.
    It changes with the unit and favours large ED50s; it is here to compare with others' results."""

    scale: float

    def of(self, group: str, agents: tuple[Agent, ...], unit: str) -> LogDensity:
        if len({a.reference for a in agents}) > 1:
            raise NetworkError(
                f"{group}: a half-normal ED50 in {unit} shared by agents needs one reference dose."
            )
        relative = self.scale / agents[0].reference
        return LogDensity(
            statement=f"ED50 of {group}: half-normal, scale {self.scale:.3g} {unit}",
            mean=log(relative) + _HALF_NORMAL_LOG_MEAN,
            sd=_HALF_NORMAL_LOG_SD,
            half_normal=relative,
        )


ED50Prior = LogNormalED50 | HalfNormalED50
