"""Prediction intervals under the field's several conventions for their degrees of freedom."""

from dataclasses import replace
from typing import Literal

from scipy.special import ndtri, stdtrit

from assuage.synthesis.classical.treatment_effects import TreatmentEffects, effects_of
from assuage.synthesis.gls import NetworkFit
from assuage.synthesis.prediction import RelativeEffect

PredictionRule = Literal["Q", "k-1", "k-2", "k-n", "normal"]
"""Degrees of freedom of t: those of Q (netmeta); studies less one (meta since 7, metafor beside
Hartung-Knapp); less two (Higgins, Thompson and Spiegelhalter 2009); less the number of treatments,
the same count of two for any network; or the normal distribution (metafor without Hartung-Knapp).
"""


def prediction_df(fit: NetworkFit, rule: PredictionRule) -> float:
    """Return the degrees of freedom: infinite for the normal distribution, below one for none."""
    k = len(fit.network.studies)
    return {
        "Q": float(fit.df),
        "k-1": k - 1.0,
        "k-2": k - 2.0,
        "k-n": float(k - len(fit.treatments)),
        "normal": float("inf"),
    }[rule]


def with_predictions(
    fit: NetworkFit,
    *,
    rule: PredictionRule = "Q",
    level: float = 0.95,
    effects: TreatmentEffects | None = None,
) -> tuple[RelativeEffect, ...]:
    """Return each pair of treatments once with its prediction interval under the rule.

    `effects` are those to predict from, such as Hartung-Knapp's; by default the fit's own. The
    prediction interval is None for common effects and without degrees of freedom.
    """
    df, half = prediction_df(fit, rule), (1 + level) / 2
    pairs = (effects or effects_of(fit)).relative_effects(level)
    if df < 1 or fit.effects == "common":
        return pairs
    t = float(ndtri(half) if rule == "normal" else stdtrit(df, half))
    return tuple(
        replace(
            pair,
            predict_low=pair.estimate - t * (pair.se**2 + fit.tau2) ** 0.5,
            predict_high=pair.estimate + t * (pair.se**2 + fit.tau2) ** 0.5,
        )
        for pair in pairs
    )
