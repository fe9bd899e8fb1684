"""Do small trials favour the newer treatments? The comparison-adjusted funnel and its tests.

Chaimani, Salanti, Res Synth Methods 2012;3:161-176: each trial's effect minus the pooled direct
effect of its comparison, all turned so that the treatment that comes earlier in a meaningful order
(newest or sponsored first, say) is the first. Without such an order the funnel has no meaning.
Contrasts of a multi-arm trial count as if they were trials of their own, as in netmeta.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtr, stdtr

from assuage.errors import NetworkError
from assuage.evidence.network import Floats, Network
from assuage.synthesis.gls import NetworkFit
from assuage.synthesis.splits import split

AsymmetryMethod = Literal["Egger", "Begg-Mazumdar", "Thompson-Sharp"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelRow:
    """treatment1 minus treatment2 in one study; `centred` is it minus `direct`, the pooled effect
    of the comparison."""

    study: str
    treatment1: str
    treatment2: str
    estimate: float
    se: float
    direct: float
    centred: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AsymmetryTest:
    """A test of the funnel: `statistic` is t with `df` degrees of freedom, or z where `df` is None.

    For the regressions `bias` is the change of the centred effect with one unit of standard error,
    and `tau2` their residual variance (Thompson-Sharp: additive; None for Egger, where it is
    multiplicative). For Begg-Mazumdar `bias` is Kendall's score.
    """

    method: AsymmetryMethod
    contrasts: int
    bias: float
    se: float
    statistic: float
    df: int | None
    p: float
    tau2: float | None


def comparison_adjusted_funnel(fit: NetworkFit, order: Sequence[str]) -> tuple[FunnelRow, ...]:
    """Return the funnel's rows, by comparison in the order given; pooled under the fit's model.

    `order` lists all treatments of the network. Raises NetworkError for one missing or unknown.
    """
    rank = _ranks(fit.network, order)
    direct: dict[tuple[str, str], float] = {}
    for s in split(fit):
        direct[s.treatment1, s.treatment2] = s.direct
        direct[s.treatment2, s.treatment1] = -s.direct
    rows = [
        FunnelRow(
            study=study.study,
            treatment1=one,
            treatment2=two,
            estimate=estimate,
            se=se,
            direct=direct[one, two],
            centred=estimate - direct[one, two],
        )
        for study in fit.network.studies
        for one, two, estimate, se in study.comparisons(lambda a, b: rank[a] < rank[b])
    ]
    return tuple(sorted(rows, key=lambda r: (rank[r.treatment1], rank[r.treatment2])))


def _ranks(network: Network, order: Sequence[str]) -> dict[str, int]:
    missing = [t for t in network.treatments if t not in order]
    unknown = [t for t in order if t not in network.treatments]
    if missing or unknown or len(set(order)) != len(order):
        said = [f"missing: {', '.join(missing)}"] if missing else []
        said += [f"not in the network: {', '.join(unknown)}"] if unknown else []
        raise NetworkError(
            "The order of a funnel names every treatment of the network once; "
            + ("; ".join(said) or "one is named twice")
            + "."
        )
    return {name: i for i, name in enumerate(order)}


def asymmetry_test(rows: Sequence[FunnelRow], method: AsymmetryMethod = "Egger") -> AsymmetryTest:
    """Test whether centred effects change with their standard errors.

    "Egger": weighted regression with multiplicative dispersion (Egger, Smith, Schneider, Minder,
    BMJ 1997;315:629-634). "Thompson-Sharp": the same with additive tau² by moments (Thompson,
    Sharp, Stat Med 1999;18:2693-2708). "Begg-Mazumdar": rank correlation of standardised effects
    with variances (Begg, Mazumdar, Biometrics 1994;50:1088-1101), no continuity correction.

    Raises NetworkError with fewer than three contrasts or when all have the same standard error.
    """
    se = np.array([row.se for row in rows])
    if se.size < 3 or float(np.ptp(se)) <= 1e-12 * float(se.max()):
        raise NetworkError(
            f"A test of the funnel needs at least three contrasts of different precision; there "
            f"are {se.size}, with standard errors "
            f"{', '.join(f'{s:.4g}' for s in sorted(set(se.tolist())))}."
        )
    y = np.array([row.centred for row in rows])
    if method == "Egger":
        return _egger(y, se)
    return _thompson_sharp(y, se) if method == "Thompson-Sharp" else _begg(y, se)


def _egger(y: Floats, se: Floats) -> AsymmetryTest:
    x, w = np.column_stack([np.ones_like(se), se]), 1 / se**2
    coefficients, covariance, q = _least_squares(x, w, y)
    df = y.size - 2
    error = float(covariance[1, 1] * q / df) ** 0.5
    return _by_t("Egger", y.size, float(coefficients[1]), error, tau2=None)


def _thompson_sharp(y: Floats, se: Floats) -> AsymmetryTest:
    x, w = np.column_stack([np.ones_like(se), se]), 1 / se**2
    _, covariance, q = _least_squares(x, w, y)
    used = float(w.sum() - np.trace(covariance @ (x.T * w**2) @ x))
    tau2 = max(0.0, (q - (y.size - 2)) / used)
    coefficients, covariance, _ = _least_squares(x, 1 / (se**2 + tau2), y)
    error = float(covariance[1, 1]) ** 0.5
    return _by_t("Thompson-Sharp", y.size, float(coefficients[1]), error, tau2=tau2)


def _least_squares(x: Floats, w: Floats, y: Floats) -> tuple[Floats, Floats, float]:
    covariance: Floats = np.linalg.inv((x.T * w) @ x).astype(float, copy=False)
    coefficients = covariance @ (x.T @ (w * y))
    return coefficients, covariance, float(w @ (y - x @ coefficients) ** 2)


def _by_t(
    method: AsymmetryMethod, contrasts: int, bias: float, se: float, *, tau2: float | None
) -> AsymmetryTest:
    statistic = bias / se if se > 0 else float("nan")
    return AsymmetryTest(
        method=method,
        contrasts=contrasts,
        bias=bias,
        se=se,
        statistic=statistic,
        df=contrasts - 2,
        p=float(2 * stdtr(contrasts - 2, -abs(statistic))),
        tau2=tau2,
    )


def _begg(y: Floats, se: Floats) -> AsymmetryTest:
    w = 1 / se**2
    standard = (y - w @ y / w.sum()) / np.sqrt(se**2 - 1 / w.sum())
    score = float(np.sum(np.triu(_order(standard) * _order(se), 1)))
    error = _score_variance(y.size, _ties(standard), _ties(se)) ** 0.5
    z = score / error if error > 0 else float("nan")
    return AsymmetryTest(
        method="Begg-Mazumdar",
        contrasts=y.size,
        bias=score,
        se=error,
        statistic=z,
        df=None,
        p=float(2 * ndtr(-abs(z))),
        tau2=None,
    )


def _order(values: Floats) -> Floats:
    """(n, n) signs of all differences; what differs by rounding only is a tie."""
    apart = values[:, None] - values[None, :]
    out: Floats = np.where(np.abs(apart) > _tie(values), np.sign(apart), 0.0)
    return out


def _tie(values: Floats) -> float:
    return 1e-12 * max(1.0, float(np.abs(values).max()))


def _ties(values: Floats) -> Floats:
    """How many values there are at each place."""
    ordered = np.sort(values)
    ends = np.flatnonzero(np.diff(ordered) > _tie(values)) + 1
    return np.diff(np.concatenate([[0], ends, [values.size]])).astype(float)


def _score_variance(n: int, t: Floats, u: Floats) -> float:
    """Variance of Kendall's score under no association, given ties (Kendall, Gibbons, Rank
    Correlation Methods, 5th edition, 1990)."""
    plain = n * (n - 1) * (2 * n + 5) - sum(
        float((g * (g - 1) * (2 * g + 5)).sum()) for g in (t, u)
    )
    threes = float((t * (t - 1) * (t - 2)).sum() * (u * (u - 1) * (u - 2)).sum())
    twos = float((t * (t - 1)).sum() * (u * (u - 1)).sum())
    return plain / 18 + threes / (9 * n * (n - 1) * (n - 2)) + twos / (2 * n * (n - 1))
