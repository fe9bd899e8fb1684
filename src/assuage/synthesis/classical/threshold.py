"""How far must a trial's result move before another treatment is best?

Phillippo, Dias, Ades, Didelez, Welton, J R Stat Soc A 2018;181:843-867: network estimates are
linear in the data, so that each data point has a threshold either way, in closed form.
"""

from dataclasses import dataclass
from math import inf

import numpy as np

from assuage.evidence.network import Floats, Network, StudyContrasts
from assuage.synthesis.gls import NetworkFit
from assuage.synthesis.ranking import SmallValues

_NO_INFLUENCE = 1e-12
"""A smaller derivative is rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """One contrast of one study, treatment minus baseline, and what it takes to change the best.

    A change of `low` (zero or less; -inf: none does) makes `best_below` best, one of `high` makes
    `best_above`.
    """

    study: str
    treatment: str
    baseline: str
    estimate: float
    low: float
    best_below: str | None
    high: float
    best_above: str | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Thresholds:
    """`influence` (n, M): how much each treatment's estimate versus the reference moves when each
    of the M contrasts of `contrasts` moves by one."""

    best: str
    treatments: tuple[str, ...]
    influence: Floats
    contrasts: tuple[Threshold, ...]


def thresholds(fit: NetworkFit, small_values: SmallValues) -> Thresholds:
    """Return the thresholds of every study's contrasts, in the order of the studies, under the
    fit's own tau² (held fixed).

    A study's baseline is the network's reference where it has it, else its first treatment in
    order; in a multi-arm trial one arm moves against the baseline while the others stay.
    """
    sign = -1.0 if small_values == "desirable" else 1.0
    worth = sign * fit.estimates
    best = int(np.argmax(worth))
    influence = contrast_influence(fit)
    gap = worth[best] - worth
    # a change u of contrast m closes the gap to k when u slope[k, m] = gap[k]
    slope = sign * (influence - influence[best])
    rows = _contrasts(fit.network)
    return Thresholds(
        best=fit.treatments[best],
        treatments=fit.treatments,
        influence=influence,
        contrasts=tuple(
            _threshold(row, fit.treatments, gap, slope[:, m]) for m, row in enumerate(rows)
        ),
    )


def _rebased(study: StudyContrasts, reference: str) -> tuple[tuple[str, ...], Floats, Floats]:
    """The study's arms with the network's reference first (else the first in order), the other
    arms' effects relative to it, and their covariance."""
    arms = len(study.treatments)
    order = sorted(
        range(arms), key=lambda a: (study.treatments[a] != reference, study.treatments[a])
    )
    values, covariance = np.zeros(arms), np.zeros((arms, arms))
    values[1:], covariance[1:, 1:] = study.estimates, study.covariance
    turn = np.eye(arms)[order[1:]] - np.eye(arms)[order[:1]]
    names = tuple(study.treatments[o] for o in order)
    return names, turn @ values, turn @ covariance @ turn.T


def _contrasts(network: Network) -> list[tuple[str, str, str, float]]:
    rows: list[tuple[str, str, str, float]] = []
    for study in network.studies:
        names, values, _ = _rebased(study, network.reference)
        rows += [
            (study.study, name, names[0], value)
            for name, value in zip(names[1:], values.tolist(), strict=True)
        ]
    return rows


def contrast_influence(fit: NetworkFit) -> Floats:
    """Return (n, M): the derivative of each estimate versus the reference by each study's contrast
    versus its baseline, in the order of `thresholds`."""
    place = {name: i for i, name in enumerate(fit.treatments)}
    parts: list[Floats] = []
    for study in fit.network.studies:
        names, _, covariance = _rebased(study, fit.reference)
        arms = [place[name] for name in names]
        m = len(arms) - 1
        spread = covariance + fit.tau2 * (np.eye(m) + 1) / 2
        towards = fit.covariance[:, arms[1:]] - fit.covariance[:, arms[:1]]
        moved: Floats = np.linalg.solve(spread, towards.T).astype(float, copy=False)
        parts.append(moved.T)
    return np.concatenate(parts, axis=1)


def _threshold(
    row: tuple[str, str, str, float], treatments: tuple[str, ...], gap: Floats, slope: Floats
) -> Threshold:
    low, high = -inf, inf
    below = above = None
    for name, missing, rate in zip(treatments, gap.tolist(), slope.tolist(), strict=True):
        if abs(rate) <= _NO_INFLUENCE:
            continue
        change = missing / rate
        if rate > 0 and change < high:
            high, above = change, name
        elif rate < 0 and change > low:
            low, below = change, name
    study, treatment, baseline, estimate = row
    return Threshold(
        study=study,
        treatment=treatment,
        baseline=baseline,
        estimate=estimate,
        low=low,
        best_below=below,
        high=high,
        best_above=above,
    )
