"""The trials of each design pooled among themselves, and regressions on the rows of a network.

A design is the set of treatments that a trial compares. Its trials together say as much as one
trial of the same arms; what designs say differently is inconsistency (Krahn, Binder, König, BMC
Med Res Methodol 2013;13:35).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats, Network
from assuage.synthesis.classical.weights import TrialWeights, trial_weights
from assuage.synthesis.design import Design

_DEPENDENT = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledDesign:
    """One design of a arms. `arms` are positions of treatments, the baseline first (the network's
    reference where the design has it); `effects` (a - 1,) are each other arm minus the baseline,
    `covariance` (a - 1, a - 1) theirs."""

    arms: tuple[int, ...]
    studies: tuple[str, ...]
    effects: Floats
    covariance: Floats


def pool_designs(network: Network, design: Design, tau2: float) -> tuple[PooledDesign, ...]:
    """Return every design pooled given tau², two-arm designs first, each size in order."""
    groups = trial_weights(network, design, tau2)
    return tuple(own for group in groups for own in _pool(group, design.reference))


def _pool(group: TrialWeights, reference: int) -> Iterator[PooledDesign]:
    arms, which = np.unique(group.arms, axis=0, return_inverse=True)
    which = which.ravel()
    information = np.zeros((len(arms), *group.laplacians.shape[1:]))
    score = np.zeros(arms.shape)
    np.add.at(information, which, group.laplacians)
    np.add.at(score, which, group.scores)
    order = np.argsort(arms != reference, axis=1, kind="stable")  # the reference, if there, first
    rest = order[:, 1:]
    each = np.arange(len(arms))[:, None]
    inner: Floats = information[each[:, :, None], rest[:, :, None], rest[:, None, :]]
    covariance: Floats = np.linalg.inv(inner).astype(float, copy=False)
    covariance = (covariance + np.swapaxes(covariance, 1, 2)) / 2
    effects = np.einsum("dij,dj->di", covariance, score[each, rest])
    studies: list[list[str]] = [[] for _ in arms]
    for study, place in zip(group.studies, which.tolist(), strict=True):
        studies[place].append(study)
    ordered: list[list[int]] = np.take_along_axis(arms, order, axis=1).tolist()
    for d, own in enumerate(ordered):
        yield PooledDesign(
            arms=tuple(own),
            studies=tuple(studies[d]),
            effects=effects[d],
            covariance=covariance[d],
        )


def contrast_matrix(designs: tuple[PooledDesign, ...], treatments: int) -> Floats:
    """Return (R, n): one row for each contrast of each design, +1 its arm, -1 the baseline."""
    rows = [(own.arms[0], arm) for own in designs for arm in own.arms[1:]]
    out = np.zeros((len(rows), treatments))
    base, arm = np.array(rows).T
    out[np.arange(len(rows)), arm] = 1
    out[np.arange(len(rows)), base] = -1
    return out


def block_covariance(designs: tuple[PooledDesign, ...]) -> Floats:
    """Return (R, R): the designs' covariances on the diagonal."""
    size = sum(own.effects.size for own in designs)
    out = np.zeros((size, size))
    start = 0
    for own in designs:
        stop = start + own.effects.size
        out[start:stop, start:stop] = own.covariance
        start = stop
    return out


def design_contrasts(network: Network, design: Design) -> Floats:
    """Return (rows, R): each independent row of a network on the contrasts of its own design."""
    designs = pool_designs(network, design, 0.0)
    starts: dict[frozenset[int], tuple[int, tuple[int, ...]]] = {}
    column = 0
    for own in designs:
        starts[frozenset(own.arms)] = (column, own.arms)
        column += own.effects.size
    parts: list[Floats] = []
    for stack in design.stacks:
        part = np.zeros((*stack.y.shape, column))
        for study, arms in enumerate(stack.arms.tolist()):
            start, ordered = starts[frozenset(arms)]
            for offset, arm in enumerate(ordered[1:]):
                part[study, :, start + offset] = stack.rows[study, :, arms.index(arm)]
        parts.append(part.reshape(-1, column))
    return np.concatenate(parts)


def restricted_constant(design: Design) -> float:
    """Return what the restricted log-likelihood of the rows lacks of that of the contrasts: each
    study's (I + J) / 2, of determinant (m + 1) / 2^m, which turning the rows took out."""
    sizes = [(len(stack.y), stack.y.shape[1]) for stack in design.stacks]
    return -0.5 * sum(count * (log(m + 1) - m * log(2)) for count, m in sizes)


def treatment_columns(design: Design) -> Floats:
    """Return (rows, n - 1), dense: the rows on the basic parameters of consistency."""
    return design.x @ np.eye(design.parameters)


def regression(design: Design, columns: Floats, names: tuple[str, ...]) -> Design:
    """Return the rows of a network with other parameters: `columns` (rows, parameters).

    Raises NetworkError when the parameters cannot all be told from the trials, naming the first
    that cannot.
    """
    _refuse_dependent(columns, names)
    count, p = columns.shape
    return Design(
        treatments=("", *names),
        reference=0,
        stacks=design.stacks,
        x=columns,
        squares=(columns[:, :, None] * columns[:, None, :]).reshape(count, p * p),
        y=design.y,
        variances=design.variances,
    )


def _refuse_dependent(columns: Floats, names: tuple[str, ...]) -> None:
    size = np.sqrt((columns**2).sum(axis=0))
    scaled = columns / np.where(size > 0, size, 1)
    if np.linalg.matrix_rank(scaled, tol=_DEPENDENT) == len(names):
        return
    for last in range(1, len(names) + 1):
        if np.linalg.matrix_rank(scaled[:, :last], tol=_DEPENDENT) < last:
            raise NetworkError(
                f"The trials cannot tell {names[last - 1]} from the other parameters: it does not "
                "vary, or varies only together with them. Leave it out, or share it."
            )
