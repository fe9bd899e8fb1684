"""Do trials of different designs agree? Cochran's Q split within and between designs.

A design is the set of treatments that a trial compares. Krahn, Binder and König (BMC Med Res
Methodol 2013;13:35): Q = Q within designs (heterogeneity) + Q between designs (inconsistency).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from assuage.evidence.network import Floats
from assuage.synthesis.design import Design, Indices, Stack
from assuage.synthesis.heterogeneity import Solution, solve

_RANK_TOLERANCE = 1e-8


@dataclass(frozen=True, slots=True, kw_only=True)
class ChiSquared:
    """A heterogeneity statistic; `p` is nan without degrees of freedom."""

    q: float
    df: int
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignPart:
    """One design: how its trials differ among themselves, and Q between without it.

    `detached` is None where leaving the design out changes nothing, because no other trial
    speaks of its comparisons.
    """

    treatments: tuple[str, ...]
    studies: int
    within: ChiSquared
    detached: ChiSquared | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignDecomposition:
    """`between_random` is Q between designs in the full design-by-treatment interaction random
    effects model, given `tau_within`, the heterogeneity within designs (method of moments)."""

    total: ChiSquared
    within: ChiSquared
    between: ChiSquared
    between_random: ChiSquared
    tau_within: float
    designs: tuple[DesignPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pooled:
    """Designs with the same number of arms: D designs, a arms, m = a - 1 contrasts versus the
    first arm, pooled with common weights."""

    arms: Indices
    studies: Indices
    effects: Floats
    covariance: Floats
    q: Floats
    used: Floats


def decompose(design: Design) -> DesignDecomposition:
    """Split the total Q of a network within and between its designs, and by design."""
    fit = solve(design, 0.0)
    pooled = [_pool(stack, 0.0) for stack in design.stacks]
    q_within = float(sum(part.q.sum() for part in pooled))
    df_within = sum(
        int((part.studies.sum() - part.studies.size) * (part.arms.shape[1] - 1)) for part in pooled
    )
    df_between = design.df - df_within
    between = _test(max(0.0, fit.q - q_within) if df_between else 0.0, df_between)
    tau2 = _tau2_within(q_within, df_within, sum(float(part.used.sum()) for part in pooled))
    spread = solve(design, tau2).q - sum(_pool(s, tau2).q.sum() for s in design.stacks)
    parts = [part for group in pooled for part in _by_design(design, fit, group, between)]
    return DesignDecomposition(
        total=_test(fit.q, design.df),
        within=_test(q_within, df_within),
        between=between,
        between_random=_test(max(0.0, float(spread)) if df_between else 0.0, df_between),
        tau_within=tau2**0.5,
        designs=tuple(sorted(parts, key=lambda part: part.treatments)),
    )


def _test(q: float, df: int) -> ChiSquared:
    return ChiSquared(q=q, df=df, p=float(chdtrc(df, q)) if df > 0 else float("nan"))


def _tau2_within(q: float, df: int, used: float) -> float:
    return max(0.0, (q - df) / used) if df > 0 and used > 0 else 0.0


def _pool(stack: Stack, tau2: float) -> _Pooled:
    """Pool the trials of each design among themselves, given tau².

    `used` is the divisor of the method of moments, sum(w) - tr(A⁻¹ X'W²X), within each design.
    """
    arms, which = np.unique(stack.arms, axis=0, return_inverse=True)
    which = which.ravel()
    rows = stack.rows[:, :, 1:]
    weights = 1 / (stack.variances + tau2)

    def by_design(values: Floats) -> Floats:
        out = np.zeros((len(arms), *values.shape[1:]))
        np.add.at(out, which, values)
        return out

    information = by_design(np.einsum("sr,sri,srj->sij", weights, rows, rows))
    squared = by_design(np.einsum("sr,sri,srj->sij", weights**2, rows, rows))
    covariance: Floats = np.linalg.inv(information).astype(float, copy=False)
    score = by_design(np.einsum("sr,sri->si", weights * stack.y, rows))
    effects = np.einsum("dij,dj->di", covariance, score)
    residuals = stack.y - np.einsum("sri,si->sr", rows, effects[which])
    q = by_design((weights * residuals**2).sum(axis=1))
    studies = np.bincount(which, minlength=len(arms))
    used = by_design(weights.sum(axis=1)) - np.einsum("dij,dji->d", covariance, squared)
    return _Pooled(
        arms=arms,
        studies=studies,
        effects=effects,
        covariance=covariance,
        q=np.where(studies > 1, q, 0.0),
        used=np.where(studies > 1, used, 0.0),
    )


def _by_design(
    design: Design, fit: Solution, pooled: _Pooled, between: ChiSquared
) -> Iterator[DesignPart]:
    """Each design's own Q, and what is left of Q between when its contrasts are set free.

    Setting a design free lowers Q by r' (V - H)⁺ r, with r its residual from the network, V its
    own covariance and H the covariance of the network's fit to it.
    """
    effects, covariance = _with_reference(design, fit)
    arms: Indices = pooled.arms
    m = arms.shape[1] - 1
    residuals = pooled.effects - (effects[arms[:, 1:]] - effects[arms[:, :1]])
    spread = covariance[arms[:, :, None], arms[:, None, :]]
    fitted = spread[:, 1:, 1:] - spread[:, :1, 1:] - spread[:, 1:, :1] + spread[:, :1, :1]
    gains, ranks = _gains(residuals, pooled.covariance, fitted)
    sets: list[list[int]] = arms.tolist()
    for own, studies, q, gain, rank in zip(
        sets,
        pooled.studies.tolist(),
        pooled.q.tolist(),
        gains.tolist(),
        ranks.tolist(),
        strict=True,
    ):
        left = _test(max(0.0, between.q - gain), between.df - rank) if rank else None
        yield DesignPart(
            treatments=tuple(design.treatments[a] for a in own),
            studies=studies,
            within=_test(q, (studies - 1) * m),
            detached=left,
        )


def _with_reference(design: Design, fit: Solution) -> tuple[Floats, Floats]:
    """Effects (n,) and covariance (n, n) with zeros put back for the reference."""
    n, r = len(design.treatments), design.reference
    others = np.delete(np.arange(n), r)
    effects, covariance = np.zeros(n), np.zeros((n, n))
    effects[others] = fit.effects
    covariance[np.ix_(others, others)] = fit.covariance
    return effects, covariance


def _gains(residuals: Floats, own: Floats, fitted: Floats) -> tuple[Floats, Indices]:
    """r' (V - H)⁺ r and the rank of V - H, for each design."""
    scale = 1 / np.sqrt(np.diagonal(own, axis1=1, axis2=2))
    values, vectors = np.linalg.eigh((own - fitted) * scale[:, :, None] * scale[:, None, :])
    seen = values > _RANK_TOLERANCE
    turned = np.einsum("dij,di->dj", vectors, residuals * scale)
    gains = (turned**2 / np.where(seen, values, np.inf)).sum(axis=1)
    return gains, seen.sum(axis=1)
