"""Relative effects of all pairs of treatments, with the interval a new trial would fall in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import isnan, sqrt
from typing import Protocol

from scipy.special import ndtri, stdtrit

from assuage.evidence.network import Floats


class FittedEffects(Protocol):
    """What a fitted network must tell: (n, n) differences and standard errors of its treatments."""

    @property
    def treatments(self) -> tuple[str, ...]: ...
    @property
    def reference(self) -> str: ...
    @property
    def effects(self) -> str: ...
    @property
    def tau2(self) -> float: ...
    @property
    def prediction_df(self) -> int: ...
    @cached_property
    def differences(self) -> Floats: ...
    @cached_property
    def standard_errors(self) -> Floats: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeEffect:
    """treatment1 minus treatment2 on the analysis scale (log for ratios).

    `predict_low` and `predict_high` are None for common effects, and without the degrees of
    freedom that a prediction interval needs.
    """

    treatment1: str
    treatment2: str
    estimate: float
    se: float
    low: float
    high: float
    predict_low: float | None
    predict_high: float | None

    @property
    def turned(self) -> RelativeEffect:
        """The same effect the other way round."""
        low, high = self.predict_low, self.predict_high
        return RelativeEffect(
            treatment1=self.treatment2,
            treatment2=self.treatment1,
            estimate=-self.estimate,
            se=self.se,
            low=-self.high,
            high=-self.low,
            predict_low=None if high is None else -high,
            predict_high=None if low is None else -low,
        )


def relative_effects(fit: FittedEffects, level: float) -> tuple[RelativeEffect, ...]:
    """Return each pair once, the reference second.

    Prediction intervals: t with the degrees of freedom of Q times sqrt(se² + tau²) (Higgins,
    Thompson, Spiegelhalter, J R Stat Soc A 2009;172:137-159; degrees of freedom as netmeta).
    """
    z = float(ndtri((1 + level) / 2))
    df = fit.prediction_df
    t = float(stdtrit(df, (1 + level) / 2)) if fit.effects == "random" and df > 0 else float("nan")
    order = sorted(
        range(len(fit.treatments)), key=lambda i: (fit.treatments[i] == fit.reference, i)
    )
    out: list[RelativeEffect] = []
    differences, errors = fit.differences.tolist(), fit.standard_errors.tolist()
    for rank, i in enumerate(order):
        for j in order[rank + 1 :]:
            estimate, se = differences[i][j], errors[i][j]
            spread = t * sqrt(se**2 + fit.tau2)
            out.append(
                RelativeEffect(
                    treatment1=fit.treatments[i],
                    treatment2=fit.treatments[j],
                    estimate=estimate,
                    se=se,
                    low=estimate - z * se,
                    high=estimate + z * se,
                    predict_low=None if isnan(t) else estimate - spread,
                    predict_high=None if isnan(t) else estimate + spread,
                )
            )
    return tuple(out)
