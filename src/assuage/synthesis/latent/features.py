"""How arms depend on coefficients: a sparse design, never dense in the studies."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.evidence.network import Floats

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Features:
    """The fixed part of each arm's predictor, over all studies of a network.

    theta[s, a] = sum over f of value[s, a, f] * beta[index[s, a, f]]. `index` (S, A, F), `value`
    the same shape, or (K, S, A, F) where it differs between the K points of the hyperparameters.
    Absent arms and unused places have value 0. S is in the order of the network's studies, A in
    the order of a study's treatments, A the largest number of arms.
    """

    index: Ints
    value: Floats

    def of(self, rows: Ints, arms: int) -> "Features":
        """Return the part of some studies, which all have so many arms."""
        return Features(index=self.index[rows][:, :arms], value=self.value[..., rows, :arms, :])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SparseDesign:
    """The entries of a design that are not zero, and their pairs within a study.

    `place` (E,) are places in (S, A, F), `entry` (E,) the same in (S, A), `column` (E,) the
    coefficients; `block` (Q,) is a place in (S, A, A) and `cell` (Q,) one in (p, p).
    """

    p: int
    shape: tuple[int, int]
    place: Ints
    entry: Ints
    column: Ints
    first: Ints
    second: Ints
    block: Ints
    cell: Ints

    @classmethod
    def of(cls, features: Features, p: int) -> "SparseDesign":
        studies, arms, width = features.index.shape
        value = features.value
        used = (value != 0).any(axis=0) if value.ndim == 4 else value != 0
        place = np.flatnonzero(used)
        study, arm = place // (arms * width), place // width % arms
        column = features.index.ravel()[place]
        # pairs within a study: entries are sorted by study, so each study is a run
        count = np.bincount(study, minlength=studies)
        start = np.concatenate([[0], np.cumsum(count)[:-1]])
        repeats = count[study]
        first = np.repeat(np.arange(len(place)), repeats)
        offset = np.arange(len(first)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        second = np.repeat(start[study], repeats) + offset
        return cls(
            p=p,
            shape=(studies, arms),
            place=place,
            entry=study * arms + arm,
            column=column,
            first=first,
            second=second,
            block=(study[first] * arms + arm[first]) * arms + arm[second],
            cell=column[first] * p + column[second],
        )

    def at(self, features: Features) -> "BoundDesign":
        """Return the design with its values, (1, E) or (K, E)."""
        flat = features.value.reshape(*features.value.shape[:-3], features.index.size)
        return BoundDesign(sparse=self, values=np.atleast_2d(flat[..., self.place]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BoundDesign:
    """A sparse design with values (1, E) or (K, E)."""

    sparse: SparseDesign
    values: Floats

    def _row(self, k: int) -> Floats:
        return self.values[k if len(self.values) > 1 else 0]

    def predictors(self, beta: Floats) -> Floats:
        """Return theta, shape (K, S, A), for beta (K, p)."""
        places, (studies, arms) = self.sparse.entry, self.sparse.shape
        out = np.empty((len(beta), studies * arms))
        for k, row in enumerate(beta):
            weights = self._row(k) * row[self.sparse.column]
            out[k] = np.bincount(places, weights, minlength=studies * arms)
        return out.reshape(len(beta), studies, arms)

    def add_score(self, score: Floats, into: Floats) -> None:
        """Add X' score to `into` (K, p); score is (K, S, A)."""
        for k, row in enumerate(score):
            weights = self._row(k) * row.ravel()[self.sparse.entry]
            into[k] += np.bincount(self.sparse.column, weights, minlength=self.sparse.p)

    def add_information(self, blocks: Floats, into: Floats) -> None:
        """Add X' M X to `into` (K, p, p); blocks are M (K, S, A, A)."""
        p = self.sparse.p
        for k, pairs in enumerate(self._pair_values(len(blocks))):
            weights = pairs * blocks[k].ravel()[self.sparse.block]
            into[k] += np.bincount(self.sparse.cell, weights, minlength=p * p).reshape(p, p)

    def covariances(self, covariance: Floats) -> Floats:
        """Return X C X' within each study, (K, S, A, A), for C (K, p, p)."""
        studies, arms = self.sparse.shape
        size = studies * arms * arms
        out = np.empty((len(covariance), size))
        for k, pairs in enumerate(self._pair_values(len(covariance))):
            weights = pairs * covariance[k].ravel()[self.sparse.cell]
            out[k] = np.bincount(self.sparse.block, weights, minlength=size)
        return out.reshape(len(covariance), studies, arms, arms)

    def _pair_values(self, count: int) -> list[Floats]:
        first, second = self.sparse.first, self.sparse.second
        rows = [row[first] * row[second] for row in self.values]
        return rows if len(rows) == count else rows * count


def inverse(matrices: Floats) -> Floats:
    """Return the inverses of stacked matrices."""
    return np.linalg.inv(matrices).astype(np.float64, copy=False)
