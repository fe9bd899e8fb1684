"""Crossover trials from what their arms report and a stated within-person correlation.

The same people take every treatment, so a contrast's variance loses twice the covariance of the
two periods (Elbourne, Altman, Higgins, Curtin, Worthington and Vail, Int J Epidemiol
2002;31:140-149). Trial reports rarely print the correlation: it is stated by the analyst, taken
from a trial that gives both the arms and the paired difference, and varied.
"""

from collections.abc import Sequence
from math import sqrt

import numpy as np
from scipy.special import stdtrit

from assuage.errors import NetworkError
from assuage.evidence.effect import BinaryMeasure
from assuage.evidence.network import Floats, LeftOut, StudyContrasts


def crossover_from_means(
    study: str,
    treatments: Sequence[str],
    means: Sequence[float],
    sds: Sequence[float],
    n: int,
    *,
    correlation: float,
) -> StudyContrasts:
    """Return the paired mean differences of `n` people who took all a treatments (a - 1,).

    The correlation between any two periods is the same. Raises NetworkError when it cannot be one.
    """
    mean, sd = np.asarray(means, float), np.asarray(sds, float)
    _refuse_correlation(study, len(treatments), correlation)
    if n < 2 or not (sd > 0).all():
        raise NetworkError(f"{study}: needs two or more people and standard deviations above 0.")
    return _paired(study, treatments, mean, (sd / sqrt(n), correlation))


def crossover_from_events(
    study: str,
    treatments: Sequence[str],
    events: Sequence[float],
    n: int,
    *,
    correlation: float,
    measure: BinaryMeasure = "OR",
) -> StudyContrasts | LeftOut:
    """Return marginal log odds ratios, log risk ratios or risk differences of a crossover trial.

    `correlation` is that of the yes-or-no outcomes of one person (phi). The variance is that of the
    marginal effect by the delta method, so that the trial can be pooled with parallel ones (Becker
    and Balagtas, Biometrics 1993;49:997-1009; Elbourne et al. 2002); the conditional odds ratio of
    discordant pairs is another quantity. A treatment on which nobody or everybody has the event is
    left out with its trial: no correction of empty cells is defined for pairs. Raises NetworkError
    for a correlation that these risks do not allow.
    """
    count = np.asarray(events, float)
    if n < 2 or not ((count >= 0) & (count <= n)).all():
        raise NetworkError(f"{study}: {count.tolist()} events in {n} people.")
    risk = count / n
    _refuse_correlation(study, len(treatments), correlation)
    empty = [t for t, p in zip(treatments, risk.tolist(), strict=True) if p in (0.0, 1.0)]
    if empty:
        reason = f"{', '.join(empty)}: no event, or one in everybody, in a crossover trial"
        return LeftOut(study=study, reason=reason)
    _refuse_impossible(study, treatments, risk, correlation)
    own = risk * (1 - risk)
    if measure == "OR":
        values, errors = np.log(risk / (1 - risk)), 1 / np.sqrt(n * own)
    elif measure == "RR":
        values, errors = np.log(risk), np.sqrt((1 - risk) / (n * risk))
    else:
        values, errors = risk, np.sqrt(own / n)
    return _paired(study, treatments, values, (errors, correlation))


def correlation_from_difference(sd1: float, sd2: float, sd_difference: float) -> float:
    """Return the correlation that a trial implies by printing both SDs and that of the paired
    difference. Raises NetworkError when no correlation can give it."""
    found = (sd1**2 + sd2**2 - sd_difference**2) / (2 * sd1 * sd2)
    if not -1 <= found <= 1:
        raise NetworkError(
            f"SDs of {sd1:g} and {sd2:g} cannot give a difference with an SD of "
            f"{sd_difference:g}: the correlation would be {found:.2f}."
        )
    return found


def sd_of_difference_from_p(difference: float, p: float, n: int) -> float:
    """Return the SD of a paired difference from its mean and the two-sided p of a paired t test."""
    if not 0 < p < 1 or n < 2 or difference == 0:
        raise NetworkError("Needs a difference other than 0, 0 < p < 1 and two or more people.")
    t = -float(stdtrit(n - 1, p / 2))
    return abs(difference) / t * sqrt(n)


def _paired(
    study: str, treatments: Sequence[str], values: Floats, spread: tuple[Floats, float]
) -> StudyContrasts:
    errors, correlation = spread
    shared = correlation * np.outer(errors, errors)
    np.fill_diagonal(shared, errors**2)
    covariance = shared[1:, 1:] - shared[1:, :1] - shared[:1, 1:] + shared[0, 0]
    return StudyContrasts(
        study=study,
        treatments=tuple(treatments),
        estimates=values[1:] - values[0],
        covariance=covariance,
    )


def _refuse_correlation(study: str, arms: int, correlation: float) -> None:
    lowest = -1 / (arms - 1)
    if not lowest < correlation < 1:
        raise NetworkError(
            f"{study}: a correlation shared by {arms} periods lies between {lowest:.2f} and 1, "
            f"not at {correlation:g}."
        )


def _refuse_impossible(
    study: str, treatments: Sequence[str], risk: Floats, correlation: float
) -> None:
    """The share with the event on both lies between max(0, p + q - 1) and min(p, q)."""
    for i in range(len(risk)):
        for j in range(i):
            p, q = float(risk[j]), float(risk[i])
            scale = sqrt(p * (1 - p) * q * (1 - q))
            low, high = (max(0.0, p + q - 1) - p * q) / scale, (min(p, q) - p * q) / scale
            if not low - 1e-9 <= correlation <= high + 1e-9:
                raise NetworkError(
                    f"{study}: risks of {p:.3g} ({treatments[j]}) and {q:.3g} ({treatments[i]}) "
                    f"allow a correlation of {low:.2f} to {high:.2f}, not {correlation:g}."
                )
