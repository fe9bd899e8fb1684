"""The studies of a network as arrays, turned so that every row is independent.

A study with m contrasts has covariance V + tau² P, where P = (I + J) / 2 because two contrasts
that share an arm share half of the heterogeneity. Diagonalising V relative to P once gives m
independent rows with variances (eigenvalue + tau²), whatever tau² is. From then on a network
meta-analysis is weighted least squares with one weight per row: all cost is linear in studies
and nothing is dense in them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from assuage.errors import NetworkError
from assuage.evidence.network import Floats, Network, StudyContrasts, components

Indices = NDArray[np.intp]
_DENSE_ENTRIES = 100_000
"""Up to this size of the largest matrix dense arrays are faster than sparse ones."""


class Linear(Protocol):
    """A matrix, dense or sparse."""

    def __matmul__(self, other: Floats, /) -> Floats: ...
    @property
    def T(self) -> "Linear": ...  # noqa: N802 - as numpy names it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stack:
    """All studies with the same number of arms: S studies, a arms, m = a - 1 rows each.

    `arms` (S, a) are positions in the network's treatments, ascending within a study.
    `effects` (S, a) and `covariance` (S, a, a) are those of the arms relative to the study's own
    baseline (which has zeros). `rows` (S, m, a) are the independent contrasts as weights on the
    arms, `y` (S, m) their values, `variances` (S, m) their sampling variances.
    """

    arms: Indices
    effects: Floats
    covariance: Floats
    rows: Floats
    y: Floats
    variances: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """R independent rows over p = treatments - 1 basic parameters (each versus the reference).

    `x` (R, p) is sparse in large networks; `squares` (R, p²) holds the outer product of each row
    of x, so that `squares.T @ w` is the information matrix under weights w, and
    `squares @ vec(A)` is each row's quadratic form in A.
    """

    treatments: tuple[str, ...]
    reference: int
    stacks: tuple[Stack, ...]
    x: Linear
    squares: Linear
    y: Floats
    variances: Floats

    @property
    def parameters(self) -> int:
        return len(self.treatments) - 1

    @property
    def df(self) -> int:
        """Degrees of freedom of the total heterogeneity: rows less parameters."""
        return self.y.size - self.parameters


def build_design(network: Network) -> Design:
    """Stack the studies by their number of arms and turn each into independent rows.

    Raises NetworkError when the network is not connected, naming its parts.
    """
    parts = components(network.studies)
    if len(parts) != 1:
        named = "; ".join(f"({i}) {', '.join(part)}" for i, part in enumerate(parts, start=1))
        raise NetworkError(f"The network is not connected. Its {len(parts)} parts: {named}.")
    stacks = stack_studies(network)
    reference = network.treatments.index(network.reference)
    x, squares = _matrices(stacks, len(network.treatments), reference)
    return Design(
        treatments=network.treatments,
        reference=reference,
        stacks=stacks,
        x=x,
        squares=squares,
        y=np.concatenate([s.y.ravel() for s in stacks]),
        variances=np.concatenate([s.variances.ravel() for s in stacks]),
    )


def is_connected(network: Network) -> bool:
    """Return whether trials join all treatments."""
    return len(components(network.studies)) == 1


def stack_studies(network: Network) -> tuple[Stack, ...]:
    """Return the studies of a network, connected or not, by their number of arms."""
    position = {name: i for i, name in enumerate(network.treatments)}
    by_arms: dict[int, list[StudyContrasts]] = {}
    for study in network.studies:
        by_arms.setdefault(len(study.treatments), []).append(study)
    return tuple(_stack(by_arms[arms], position) for arms in sorted(by_arms))


def _stack(studies: Sequence[StudyContrasts], position: dict[str, int]) -> Stack:
    arms = np.array([[position[t] for t in s.treatments] for s in studies])
    estimates = np.array([s.estimates for s in studies])
    sampling = np.array([s.covariance for s in studies])
    count, m = len(studies), estimates.shape[1]
    effects = np.zeros((count, m + 1))
    effects[:, 1:] = estimates
    covariance = np.zeros((count, m + 1, m + 1))
    covariance[:, 1:, 1:] = sampling
    variances, turn = _independent(sampling)
    rows = np.concatenate([-turn.sum(axis=2, keepdims=True), turn], axis=2)
    order = arms.argsort(axis=1)
    each = np.arange(count)[:, None]
    return Stack(
        arms=arms[each, order],
        effects=effects[each, order],
        covariance=covariance[each[:, :, None], order[:, :, None], order[:, None, :]],
        rows=np.take_along_axis(rows, order[:, None, :], axis=2),
        y=np.einsum("sij,sj->si", turn, estimates),
        variances=variances,
    )


def _independent(sampling: Floats) -> tuple[Floats, Floats]:
    """Return (variances, turn): turn V turn' is diagonal and turn P turn' the identity."""
    m = sampling.shape[1]
    if m == 1:
        return sampling[:, :, 0], np.ones_like(sampling)
    whiten = np.linalg.inv(np.linalg.cholesky((np.eye(m) + 1) / 2))
    variances, vectors = np.linalg.eigh(whiten @ sampling @ whiten.T)
    turn: Floats = (vectors.transpose(0, 2, 1) @ whiten).astype(float, copy=False)
    return variances, turn


def _matrices(stacks: Sequence[Stack], treatments: int, reference: int) -> tuple[Linear, Linear]:
    """The rows of all stacks as weights on the basic parameters (reference column dropped), and
    the outer product of each row with itself: shapes (R, p) and (R, p²)."""
    p = treatments - 1
    rows = sum(stack.y.size for stack in stacks)
    if rows * p * p <= _DENSE_ENTRIES:
        x = _dense_rows(stacks, treatments, reference)
        return x, (x[:, :, None] * x[:, None, :]).reshape(rows, p * p)
    return _sparse_rows(stacks, treatments, reference)


def _dense_rows(stacks: Sequence[Stack], treatments: int, reference: int) -> Floats:
    parts: list[Floats] = []
    for stack in stacks:
        part = np.zeros((*stack.y.shape, treatments))
        np.put_along_axis(
            part, np.broadcast_to(stack.arms[:, None, :], stack.rows.shape), stack.rows, axis=2
        )
        parts.append(part.reshape(-1, treatments))
    return np.delete(np.concatenate(parts), reference, axis=1)


def _sparse_rows(stacks: Sequence[Stack], treatments: int, reference: int) -> tuple[Linear, Linear]:
    from scipy.sparse import csr_array  # noqa: PLC0415 - slow to import, for large networks only

    p = treatments - 1
    values = np.concatenate([s.rows.ravel() for s in stacks])
    columns = np.concatenate(
        [np.broadcast_to(s.arms[:, None, :], s.rows.shape).ravel() for s in stacks]
    )
    lengths = np.concatenate([np.full(s.y.size, s.arms.shape[1]) for s in stacks])
    row = np.repeat(np.arange(lengths.size), lengths)
    keep = columns != reference
    values, columns, row = values[keep], (columns - (columns > reference))[keep], row[keep]
    lengths = np.bincount(row, minlength=lengths.size)
    starts = np.concatenate([[0], lengths.cumsum()])
    # every pair (left, right) of entries in the same row
    count = lengths**2
    begins = np.concatenate([[0], count.cumsum()])
    each = np.repeat(np.arange(lengths.size), count)
    within = np.arange(each.size) - begins[each]
    left, right = (starts[each] + part for part in np.divmod(within, lengths[each]))
    squares = (values[left] * values[right], columns[left] * p + columns[right], begins)
    return (
        cast("Linear", csr_array((values, columns, starts), shape=(lengths.size, p))),
        cast("Linear", csr_array(squares, shape=(lengths.size, p * p))),
    )
