"""Which wishes speak for which option: stochastic multicriteria acceptability analysis (SMAA).

When a person has not said what matters, or only in part, weights are as uncertain as effects. The
acceptability of an option at a rank is the share of all weights that agree with the answers, and
of what may be true of the effects, that give it that rank; its central weights are the average of
the weights that put it first: the wishes of a typical person who would choose it. The confidence
factor is how probably it is first for somebody with just those wishes; a low one says that the
effects are not known well enough to choose it for sure.

Lahdelma, Hokkanen and Salminen 1998 (Eur J Oper Res 106:137-143); all ranks: Lahdelma and Salminen
2001 (Oper Res 49:444-454). Weights are uniform on the simplex. They are not sampled: a scrambled
Halton sequence, laid on the simplex, gives the same digits each time.
"""

from dataclasses import dataclass

import numpy as np

from assuage.evidence.network import Floats
from assuage.options.criteria import Gains
from assuage.options.effect_draws import COUNT, order_of
from assuage.options.preference import WeightSpace
from assuage.synthesis.mixture import low_discrepancy

ROUNDS = 16
"""Weights for each joint draw of the effects: 16,384 pairs in all, good to half a percent."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Acceptability:
    """`ranks` has shape (drugs, ranks): probabilities; every row and every column sums to 1.

    `central` holds, by drug, the swing weights of who would choose it, by column, summing to 1; a
    drug that no weights put first has none, and no `confidence`.
    """

    drugs: tuple[str, ...]
    ranks: Floats
    central: dict[str, dict[str, float]]
    confidence: dict[str, float]


def acceptability(gains: Gains, space: WeightSpace) -> Acceptability:
    """Return acceptabilities, central weights and confidence of the options in `gains`.

    All columns of the space must be among those of the gains.
    """
    columns = [gains.columns.index(column) for column in space.columns]
    drawn = np.ascontiguousarray(gains.drawn[:, columns].transpose(2, 0, 1))
    per_unit = simplex_points(len(space.per_unit), ROUNDS * COUNT) @ space.per_unit
    rows = np.concatenate([order_of("weights", str(each)) for each in range(ROUNDS)])
    counted = rank_shares(np.einsum("ndc,nc->nd", drawn[rows], per_unit))
    first = counted[:, :, 0]
    central = central_weights(first, per_unit)
    confidence: dict[str, float] = {}
    for number, (drug, weights) in enumerate(zip(gains.drugs, central, strict=True)):
        if weights is not None:
            confidence[drug] = float(first_shares(drawn @ weights)[:, number].mean())
    return Acceptability(
        drugs=gains.drugs,
        ranks=counted.mean(axis=0),
        central={
            drug: dict(zip(space.columns, (weights * space.swings).tolist(), strict=True))
            for drug, weights in zip(gains.drugs, central, strict=True)
            if weights is not None
        },
        confidence=confidence,
    )


def simplex_points(vertices: int, count: int) -> Floats:
    """Return points spread evenly over a simplex, shape (count, vertices); rows sum to 1.

    One share after the other: with m more to come, the part it takes of what is left is
    1 - u^(1/m), which has the distribution Beta(1, m) of uniform points on the simplex.
    """
    cube = low_discrepancy(count, vertices - 1)
    points = np.empty((count, vertices))
    left = np.ones(count)
    for vertex in range(vertices - 1):
        kept = left * cube[:, vertex] ** (1.0 / (vertices - 1 - vertex))
        points[:, vertex], left = left - kept, kept
    points[:, -1] = left
    return points


def rank_shares(values: Floats) -> Floats:
    """Return how far each option has each rank, shape (n, options, ranks), for values (n, options).

    Options that are level share the ranks that they take up.
    """
    options = int(values.shape[1])
    above = (values[:, None, :] > values[:, :, None]).sum(axis=2, keepdims=True)
    level = (values[:, None, :] == values[:, :, None]).sum(axis=2, keepdims=True)
    rank = np.arange(options)
    return np.where((rank >= above) & (rank < above + level), 1.0 / level, 0.0)


def first_shares(values: Floats) -> Floats:
    """Return how far each option is first, shape (n, options): `rank_shares` of the first rank."""
    highest = np.where(values == values.max(axis=1, keepdims=True), 1.0, 0.0)
    return highest / highest.sum(axis=1, keepdims=True)


def central_weights(first: Floats, weights: Floats) -> list[Floats | None]:
    """Return the mean of the weights (n, columns) that put each option first, or None of one.

    `first`, shape (n, options), says how far an option has the first rank.
    """
    totals = first.sum(axis=0)
    means = first.T @ weights
    return [mean / total if total else None for mean, total in zip(means, totals, strict=True)]
