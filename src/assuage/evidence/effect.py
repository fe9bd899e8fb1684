"""Turn what the arms of one trial report into the contrasts that a network pools.

Every measure but the standardised mean difference is a difference of independent arm summaries
(log odds, log risk, risk, log rate, mean), so the covariance of a multi-arm trial's contrasts is
exact: the baseline's variance is shared by all of them. Conventions on zero cells are those of
the R package meta: 0.5 is added to every arm of a trial with an empty cell, and to no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats, LeftOut, StudyContrasts

BinaryMeasure = Literal["OR", "RR", "RD"]
MeanMeasure = Literal["MD", "SMD"]

CONTINUITY_CORRECTION = 0.5
ROUNDING_IN_SE = 0.1
"""How far, in standard errors, printed contrasts of one trial may miss adding up (rounding)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One printed contrast: treatment1 minus treatment2 on the analysis scale."""

    treatment1: str
    treatment2: str
    estimate: float
    se: float


def contrasts_from_arms(
    study: str, treatments: Sequence[str], values: Sequence[float], variances: Sequence[float]
) -> StudyContrasts:
    """Return the contrasts of independent arms with the given summaries and their variances.

    The first arm is the study's baseline. Shapes: a arms in, a - 1 contrasts out.
    """
    value, variance = np.asarray(values, float), np.asarray(variances, float)
    return StudyContrasts(
        study=study,
        treatments=tuple(treatments),
        estimates=value[1:] - value[0],
        covariance=np.diag(variance[1:]) + variance[0],
    )


def contrasts_from_events(
    study: str,
    treatments: Sequence[str],
    events: Sequence[float],
    n: Sequence[float],
    *,
    measure: BinaryMeasure,
) -> StudyContrasts | LeftOut:
    """Return log odds ratios, log risk ratios or risk differences from events of n.

    A trial without any event (or, for OR, without anyone free of it) says nothing of a ratio and
    is left out. For RD the correction enters the variance only, so that the difference stays as
    observed.
    """
    a, size = np.asarray(events, float), np.asarray(n, float)
    b = size - a
    if measure != "RD" and not a.any():
        return LeftOut(study=study, reason=f"no event in any arm: no information on the {measure}")
    if measure == "OR" and not b.any():
        return LeftOut(study=study, reason="an event in everyone: no information on the OR")
    zero_cell = not (a.all() and b.all())
    incr = CONTINUITY_CORRECTION if zero_cell else 0.0
    if measure == "OR":
        values = np.log((a + incr) / (b + incr))
        variances = 1 / (a + incr) + 1 / (b + incr)
    elif measure == "RR":
        values = np.log((a + incr) / (size + incr))
        variances = 1 / (a + incr) - 1 / (size + incr)
    else:
        values = a / size
        total = size + 2 * incr
        variances = (a + incr) * (b + incr) / total**3
    if (variances <= 0).sum() > 1:
        return LeftOut(study=study, reason="an event in everyone in more than one arm")
    return contrasts_from_arms(study, treatments, values.tolist(), variances.tolist())


def contrasts_from_rates(
    study: str, treatments: Sequence[str], events: Sequence[float], time: Sequence[float]
) -> StudyContrasts | LeftOut:
    """Return log incidence rate ratios from events in person-time (any unit, the same per arm)."""
    a = np.asarray(events, float)
    if not a.any():
        return LeftOut(study=study, reason="no event in any arm: no information on the IRR")
    a = a + (0.0 if a.all() else CONTINUITY_CORRECTION)
    values = np.log(a / np.asarray(time, float))
    return contrasts_from_arms(study, treatments, values.tolist(), (1 / a).tolist())


def contrasts_from_means(
    study: str,
    treatments: Sequence[str],
    means: Sequence[float],
    sds: Sequence[float],
    n: Sequence[float],
    *,
    measure: MeanMeasure,
) -> StudyContrasts | LeftOut:
    """Return mean differences, or differences standardised by the SD pooled over all arms.

    SMD: Crippa and Orsini, BMC Med Res Methodol 2016;16:91, equations 4 and 5, which keep the
    contrasts of a multi-arm trial consistent; cov(d_i, d_j) = 1/n_0 + d_i d_j / (2 N).
    """
    mean, sd, size = (np.asarray(x, float) for x in (means, sds, n))
    if measure == "MD":
        if not sd.all():
            return LeftOut(study=study, reason="a standard deviation of zero")
        return contrasts_from_arms(study, treatments, mean.tolist(), (sd**2 / size).tolist())
    free = size.sum() - size.size
    pooled = float(np.sqrt(((size - 1) * sd**2).sum() / free)) if free > 0 else 0.0
    if pooled == 0:
        return LeftOut(study=study, reason="no standard deviation above zero to standardise by")
    d = (mean[1:] - mean[0]) / pooled
    shared = 1 / size[0] + np.outer(d, d) / (2 * size.sum())
    return StudyContrasts(
        study=study,
        treatments=tuple(treatments),
        estimates=d,
        covariance=np.diag(1 / size[1:]) + shared,
    )


def contrasts_from_pairs(study: str, pairs: Sequence[Pair]) -> StudyContrasts:
    """Return the basic contrasts of a trial from all its pairwise contrasts.

    The covariance follows from the variances, cov(d_i, d_j) = (v_0i + v_0j - v_ij) / 2, and the
    estimates are the weighted least-squares values that add up, as in Rücker, Res Synth Methods
    2012;3:312-324, so that rounding in print is spread over the contrasts.

    Raises NetworkError when contrasts are missing or repeated, do not add up beyond rounding, or
    have standard errors that no multi-arm trial can have.
    """
    names = tuple(dict.fromkeys(t for p in pairs for t in (p.treatment2, p.treatment1)))
    if len(pairs) == 1 and len(names) == 2:
        return StudyContrasts(
            study=study,
            treatments=names,
            estimates=np.array([pairs[0].estimate]),
            covariance=np.array([[pairs[0].se ** 2]]),
        )
    effect, variance = _pairwise(study, names, pairs)
    _refuse_missing(study, names, effect)
    covariance = (variance[0, 1:, None] + variance[0, None, 1:] - variance[1:, 1:]) / 2
    if np.linalg.eigvalsh(covariance)[0] <= 0:
        raise NetworkError(
            f"{study}: no trial with arms {', '.join(names)} can have these standard errors "
            "(their covariance is not positive definite)."
        )
    values = _least_squares(effect, variance)
    _refuse_gap(study, names, effect - (values[:, None] - values[None, :]), np.sqrt(variance))
    return StudyContrasts(
        study=study, treatments=names, estimates=values[1:] - values[0], covariance=covariance
    )


def _pairwise(study: str, names: Sequence[str], pairs: Sequence[Pair]) -> tuple[Floats, Floats]:
    """All contrasts as (a, a) matrices of effects (nan where not given) and variances."""
    index = {name: i for i, name in enumerate(names)}
    effect = np.full((len(names), len(names)), np.nan)
    variance = np.zeros_like(effect)
    np.fill_diagonal(effect, 0)
    for pair in pairs:
        i, j = index[pair.treatment1], index[pair.treatment2]
        if i == j or not np.isnan(effect[i, j]):
            raise NetworkError(
                f"{study}: the contrast {pair.treatment1} - {pair.treatment2} "
                + ("compares a treatment with itself." if i == j else "is given twice.")
            )
        effect[i, j], effect[j, i] = pair.estimate, -pair.estimate
        variance[i, j] = variance[j, i] = pair.se**2
    return effect, variance


def _least_squares(effect: Floats, variance: Floats) -> Floats:
    """Arm values that reproduce the pairwise effects best, weighted as the trial's own fit is."""
    centre = np.eye(len(effect)) - 1 / len(effect)
    inverse = -0.5 * centre @ variance @ centre
    laplacian = np.linalg.pinv(inverse, hermitian=True)
    return inverse @ -(laplacian * effect).sum(axis=1)


def _refuse_missing(study: str, names: Sequence[str], effect: Floats) -> None:
    absent = [f"{names[i]} - {names[j]}" for i, j in np.argwhere(np.isnan(effect)) if i > j]
    if absent:
        raise NetworkError(
            f"{study}: a trial with {len(names)} arms needs all its "
            f"{len(names) * (len(names) - 1) // 2} contrasts; missing: {', '.join(absent)}."
        )


def _refuse_gap(study: str, names: Sequence[str], gap: Floats, se: Floats) -> None:
    worst = np.abs(gap) - ROUNDING_IN_SE * se
    i, j = divmod(int(worst.argmax()), len(names))
    if worst[i, j] > 0:
        raise NetworkError(
            f"{study}: its contrasts do not add up: {names[i]} - {names[j]} is off by "
            f"{abs(gap[i, j]):.3g} from what the others say (more than rounding explains)."
        )
