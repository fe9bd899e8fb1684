"""Pool the two-by-two tables of trials that compare the same two treatments.

This is the classical check on the networks: what reviews printed can be recomputed with it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import exp, inf, isinf, sqrt
from typing import Literal

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats
from assuage.evidence.trial import Basis, TrialTables

Z95 = 1.959963984540054
PooledMeasure = Literal["RR", "OR", "RD"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoByTwo:
    """Events and people on the treatment (1) and on its comparator (0) in one trial."""

    study: str
    events1: int
    n1: int
    events0: int
    n0: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """A pooled effect with its 95% confidence interval, on the natural scale.

    `se` is on the analysis scale: the logarithm for RR and OR, the difference itself for RD and MD.
    """

    measure: Literal["RR", "OR", "RD", "MD"]
    estimate: float
    se: float
    low: float
    high: float
    trials: int
    participants: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberNeeded:
    """People to treat for one more (benefit) or one fewer (harm) to have the event.

    Read with Altman 1998: where the risk difference can be nought, the interval runs through
    infinity, from `low` people for one to benefit to `beyond` people for one to be harmed.
    """

    estimate: float
    low: float
    high: float
    beyond: float | None


def mantel_haenszel(tables: Sequence[TwoByTwo], measure: PooledMeasure) -> Pooled:
    """Return the Mantel-Haenszel common effect of treatment against comparator.

    RR: Greenland and Robins, Biometrics 1985;41:55-68. OR: Robins, Breslow and Greenland,
    Biometrics 1986;42:311-323. RD: Sato, Greenland and Robins, Biometrics 1989;45:1323-1324.
    No correction is added to empty cells: a trial without events says nothing of RR and OR.
    Raises NetworkError when no trial can inform the measure.
    """
    if not tables:
        raise NetworkError("No trial compares the two treatments: there is nothing to pool.")
    columns = [(t.events1, t.n1, t.events0, t.n0) for t in tables]
    a, n1, c, n0 = np.array(columns, dtype=np.float64).T
    pool = {"RR": _risk_ratio, "OR": _odds_ratio, "RD": _risk_difference}[measure]
    estimate, se = pool(a, n1, c, n0)
    if measure == "RD":
        low, high = estimate - Z95 * se, estimate + Z95 * se
    else:
        low, high = estimate * exp(-Z95 * se), estimate * exp(Z95 * se)
    return Pooled(
        measure=measure,
        estimate=estimate,
        se=se,
        low=low,
        high=high,
        trials=len(tables),
        participants=int(n1.sum() + n0.sum()),
    )


def inverse_variance(
    estimates: Sequence[float], standard_errors: Sequence[float], measure: Literal["RD", "MD"]
) -> Pooled:
    """Return the common effect of independent differences, weighted by their precision."""
    if not estimates:
        raise NetworkError("No trial compares the two treatments: there is nothing to pool.")
    weights = 1 / np.square(np.asarray(standard_errors, dtype=np.float64))
    estimate = float(weights @ np.asarray(estimates, dtype=np.float64) / weights.sum())
    se = float(1 / sqrt(weights.sum()))
    return Pooled(
        measure=measure,
        estimate=estimate,
        se=se,
        low=estimate - Z95 * se,
        high=estimate + Z95 * se,
        trials=len(estimates),
    )


def number_needed(difference: Pooled) -> NumberNeeded:
    """Return the number needed to treat (or harm) as the reciprocal of a risk difference.

    Interval after Altman, BMJ 1998;317:1309-1312: reciprocal limits, swapped; through infinity
    when the risk difference is compatible with nought.
    """
    if difference.measure != "RD":
        raise NetworkError(f"A number needed to treat comes from an RD, not {difference.measure}.")
    sign = -1.0 if difference.estimate < 0 else 1.0
    near, far = sorted((sign * difference.low, sign * difference.high), reverse=True)
    reciprocal = [1 / x if x else inf for x in (sign * difference.estimate, near, far)]
    if far > 0:
        return NumberNeeded(
            estimate=reciprocal[0], low=reciprocal[1], high=reciprocal[2], beyond=None
        )
    beyond = None if isinf(reciprocal[2]) else -reciprocal[2]
    return NumberNeeded(estimate=reciprocal[0], low=reciprocal[1], high=inf, beyond=beyond)


def _informed(numerator: float, denominator: float, measure: str) -> None:
    if numerator <= 0 or denominator <= 0:
        raise NetworkError(
            f"No {measure} can be pooled: one of the two arms has no events in any trial."
        )


def _risk_ratio(a: Floats, n1: Floats, c: Floats, n0: Floats) -> tuple[float, float]:
    total = n1 + n0
    r, s = float((a * n0 / total).sum()), float((c * n1 / total).sum())
    _informed(r, s, "RR")
    p = float(((n1 * n0 * (a + c) - a * c * total) / total**2).sum())
    return r / s, sqrt(p / (r * s))


def _odds_ratio(a: Floats, n1: Floats, c: Floats, n0: Floats) -> tuple[float, float]:
    total, b, d = n1 + n0, n1 - a, n0 - c
    r, s = a * d / total, b * c / total
    big_r, big_s = float(r.sum()), float(s.sum())
    _informed(big_r, big_s, "OR")
    p, q = (a + d) / total, (b + c) / total
    variance = (
        (p * r).sum() / big_r**2
        + (p * s + q * r).sum() / (big_r * big_s)
        + (q * s).sum() / big_s**2
    ) / 2
    return big_r / big_s, sqrt(float(variance))


def _risk_difference(a: Floats, n1: Floats, c: Floats, n0: Floats) -> tuple[float, float]:
    total = n1 + n0
    weight = float((n1 * n0 / total).sum())
    estimate = float(((a * n0 - c * n1) / total).sum()) / weight
    f1, f0 = n1 / total, n0 / total
    p = (c * f1**2 - a * f0**2 + f1 * f0 * (n0 - n1) / 2).sum()
    q = (a * (n0 - c) + c * (n1 - a)) / total / 2
    return estimate, sqrt(float(estimate * p + q.sum())) / weight


def two_by_two(
    tables: TrialTables,
    *,
    outcome: str,
    treatments: Collection[str],
    comparator: str = "placebo",
    doses: Collection[Decimal] = (),
    without: Collection[Basis] = (),
) -> tuple[TwoByTwo, ...]:
    """Return one table a trial: its arms of `treatments` together, against its comparator arms.

    Arms are pooled because each person counts once and the comparator's people must not count
    twice. `doses` (mg/day) restricts the treatment arms, `without` leaves out results by basis.
    """
    counts: dict[str, list[int]] = {}
    for result in tables.arm_results:
        if result.outcome != outcome or result.events is None or result.basis in without:
            continue
        arm = tables.arms[result.arm]
        if arm.treatment == comparator:
            offset = 2
        elif arm.treatment in treatments and (not doses or arm.dose in doses):
            offset = 0
        else:
            continue
        cells = counts.setdefault(result.study, [0, 0, 0, 0])
        cells[offset] += result.events
        cells[offset + 1] += result.n
    return tuple(
        TwoByTwo(study=study, events1=a, n1=n1, events0=c, n0=n0)
        for study, (a, n1, c, n0) in sorted(counts.items())
        if n1 and n0
    )
