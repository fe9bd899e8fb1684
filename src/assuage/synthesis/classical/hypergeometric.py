"""Network meta-analysis of odds ratios by the exact conditional likelihood, for rare events.

Given the total of events in a trial, its arms follow Fisher's multivariate non-central
hypergeometric distribution, in which the trial's own risk has cancelled: no correction of empty
cells, no normal approximation within trials (the common-effect model of Stijnen, Hamza and Ozdemir,
Stat Med 2010;29:3046-3067, for any number of arms). The normalising sum is exact: the arms'
binomial distributions, tilted so that the observed total is their expectation, are convolved over
their whole support up to terms below rounding.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from assuage.errors import NetworkError
from assuage.evidence.network import Floats, LeftOut
from assuage.synthesis.classical.event_counts import (
    CountedArms,
    EventCounts,
    informative,
    joined_treatments,
    keep_arms,
)
from assuage.synthesis.classical.treatment_effects import TreatmentEffects, versus_reference
from assuage.synthesis.design import Indices

Complexes = NDArray[np.complex128]
_NEGLIGIBLE = 1e-25
"""Probabilities below this share of the largest cannot reach the sixteenth digit of any sum."""
_RUNAWAY = 40.0
"""A log odds ratio this far out is on its way to infinity."""
_STEPS = 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ConditionalMoments:
    """One trial given its total of events: log P(observed), E and Cov of the events by arm."""

    log_likelihood: float
    mean: Floats
    covariance: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HypergeometricFit:
    """Common log odds ratios at the maximum of the conditional likelihood.

    `score` (n - 1,) is its slope there, zero up to rounding; the covariance of `effects` is the
    inverse of the exact information.
    """

    effects: TreatmentEffects
    log_likelihood: float
    score: Floats
    studies: tuple[str, ...]
    left_out: tuple[LeftOut, ...]


def conditional_moments(events: Floats, n: Floats, log_odds: Floats) -> ConditionalMoments:
    """Return the moments of a arms with `log_odds` (a,) up to a constant, given sum(events)."""
    tilt = _tilt(n, log_odds, float(events.sum()))
    size, low, pmf = _binomials(n, log_odds + tilt)
    centre = n / (1 + np.exp(-(log_odds + tilt)))
    off = np.arange(float(pmf.shape[1])) + (low - centre)[:, None]
    frequencies = np.fft.rfft(pmf, size, axis=1)
    first = np.fft.rfft(pmf * off, size, axis=1)
    second = np.fft.rfft(pmf * off**2, size, axis=1)
    total = round(float(events.sum())) - int(low.sum())

    def chance(parts: Sequence[Complexes]) -> float:
        return float(np.fft.irfft(np.prod(parts, axis=0), size)[total])

    a = len(events)
    parts = [frequencies[j] for j in range(a)]
    whole = chance(parts)
    mean, cross = np.empty(a), np.empty((a, a))
    for j in range(a):
        mean[j] = chance([*parts[:j], first[j], *parts[j + 1 :]]) / whole
        cross[j, j] = chance([*parts[:j], second[j], *parts[j + 1 :]]) / whole
        for k in range(j):
            mixed = [first[i] if i in (j, k) else parts[i] for i in range(a)]
            cross[j, k] = cross[k, j] = chance(mixed) / whole
    observed = _log_binomial(events, n, log_odds + tilt)
    return ConditionalMoments(
        log_likelihood=float(observed.sum() - np.log(whole)),
        mean=centre + mean,
        covariance=cross - np.outer(mean, mean),
    )


def hypergeometric_network(
    studies: Sequence[CountedArms], *, reference: str | None = None
) -> HypergeometricFit:
    """Maximise the exact conditional likelihood by Newton's method with halved steps.

    Left out with their reasons: trials without any event or without anyone free of it, and the arms
    of a treatment that has no event (or nothing else) in any trial, whose odds ratio is infinite.
    Raises NetworkError when what remains is not connected, or the data of several treatments
    together put an odds ratio at infinity.
    """
    _refuse_fractions(studies)
    used, left_out = _finite(studies)
    treatments, reference = joined_treatments(used, reference, left_out)
    others = [t for t in treatments if t != reference]
    position = {t: i for i, t in enumerate([*others, reference])}
    arms = [np.array([position[t] for t in s.treatments]) for s in used]
    effects = np.zeros(len(others))
    value, score, information = _likelihood(used, arms, effects)
    for _ in range(_STEPS):
        try:
            step = np.linalg.solve(information, score).astype(float, copy=False)
        except np.linalg.LinAlgError:
            break
        if np.abs(step).max(initial=0.0) < 1e-13:
            break
        new = _likelihood(used, arms, effects + step)
        while new[0] < value - 1e-9 * abs(value) and np.abs(step).max() > 1e-12:
            step = step / 2
            new = _likelihood(used, arms, effects + step)
        effects, (value, score, information) = effects + step, new
        if np.abs(effects).max() > _RUNAWAY:
            break
    _refuse_infinite(effects, information, others, reference)
    covariance: Floats = np.linalg.inv(information).astype(float, copy=False)
    return HypergeometricFit(
        effects=versus_reference(treatments, reference, effects, covariance),
        log_likelihood=value,
        score=score,
        studies=tuple(s.study for s in used),
        left_out=left_out,
    )


def _refuse_fractions(studies: Sequence[CountedArms]) -> None:
    for s in studies:
        if (s.events % 1).any() or (s.n % 1).any():
            raise NetworkError(
                f"{s.study}: the exact likelihood counts people and needs whole numbers, not "
                f"{s.events.tolist()} of {s.n.tolist()}."
            )


def _refuse_infinite(
    effects: Floats, information: Floats, names: Sequence[str], reference: str
) -> None:
    spread = np.linalg.eigvalsh(information)
    if np.abs(effects).max(initial=0.0) <= _RUNAWAY and spread[0] > 1e-10 * spread[-1]:
        return
    far = names[int(np.abs(effects).argmax())]
    raise NetworkError(
        f"The odds ratio of {far} v {reference} has no finite estimate: its events and those of "
        "its comparators never overlap. Join treatments, or use a method with a prior."
    )


def _finite(
    studies: Sequence[CountedArms],
) -> tuple[tuple[EventCounts, ...], tuple[LeftOut, ...]]:
    """Leave out what has no finite odds ratio until nothing more has to go."""
    used, left_out = informative(studies)
    while True:
        events: dict[str, float] = {}
        free: dict[str, float] = {}
        for s in used:
            for t, a, n in zip(s.treatments, s.events.tolist(), s.n.tolist(), strict=True):
                events[t] = events.get(t, 0.0) + a
                free[t] = free.get(t, 0.0) + n - a
        bad = {t for t in events if not events[t] or not free[t]}
        if not bad:
            return used, left_out
        kept: list[EventCounts] = []
        for s in used:
            gone = [t for t in s.treatments if t in bad]
            if gone:
                reason = f"{', '.join(gone)}: no event, or nothing else, in any trial"
                left_out = (*left_out, LeftOut(study=s.study, reason=reason))
            if len(s.treatments) - len(gone) > 1:
                kept.append(keep_arms(s, [t not in bad for t in s.treatments]) if gone else s)
        used, more = informative(kept)
        left_out = (*left_out, *more)


def _likelihood(
    studies: Sequence[EventCounts], arms: Sequence[Indices], effects: Floats
) -> tuple[float, Floats, Floats]:
    """The log-likelihood, its score (p,) and its information (p, p)."""
    full = np.append(effects, 0.0)
    value, score = 0.0, np.zeros(full.size)
    information = np.zeros((full.size, full.size))
    for study, own in zip(studies, arms, strict=True):
        moments = conditional_moments(study.events, study.n, full[own])
        value += moments.log_likelihood
        score[own] += study.events - moments.mean
        information[np.ix_(own, own)] += moments.covariance
    return value, score[:-1], information[:-1, :-1]


def _tilt(n: Floats, log_odds: Floats, total: float) -> float:
    """The shift of all log odds under which the expected total is the observed one."""
    risk = total / float(n.sum())
    base = float(np.log(risk / (1 - risk)))
    low, high = base - float(log_odds.max()), base - float(log_odds.min())
    x = (low + high) / 2
    for _ in range(200):
        p = 1 / (1 + np.exp(-(log_odds + x)))
        miss = float(n @ p) - total
        low, high = (low, x) if miss > 0 else (x, high)
        step = x - miss / float(n @ (p * (1 - p)))
        new = step if low < step < high else (low + high) / 2
        if abs(new - x) < 1e-12:
            return new
        x = new
    return x


def _log_binomial(x: Floats, n: Floats, log_odds: Floats) -> Floats:
    choose = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    return choose + x * log_odds - n * np.logaddexp(0, log_odds)


def _binomials(n: Floats, log_odds: Floats) -> tuple[int, Floats, Floats]:
    """The arms' binomial distributions without their negligible tails.

    Returns a length at which a circular convolution does not wrap, the lowest count of each arm
    (a,), and the probabilities (a, w) from there on.
    """
    p = 1 / (1 + np.exp(-log_odds))
    # Bernstein: P(|X - np| > t) <= 2 exp(-t² / (2 (v + t / 3))), solved for the negligible
    bound = -np.log(_NEGLIGIBLE)
    reach = np.ceil(bound / 3 + np.sqrt(bound**2 / 9 + 2 * bound * n * p * (1 - p)))
    low = np.maximum(np.floor(n * p) - reach, 0)
    high = np.minimum(np.ceil(n * p) + reach, n)
    width = int((high - low).max()) + 1
    at = low[:, None] + np.arange(width)
    inside = at <= high[:, None]
    log_p = _log_binomial(np.where(inside, at, 0.0), n[:, None], log_odds[:, None])
    size = 1 << int((high - low).sum() + 1).bit_length()
    return size, low, np.where(inside, np.exp(log_p), 0.0)
