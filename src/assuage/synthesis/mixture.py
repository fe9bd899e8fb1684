"""A posterior as a mixture of Gaussians: all that the bedside needs of the synthesis.

Quantiles come from root finding and draws from a fixed low-discrepancy sequence, so that the
same posterior gives the same bytes each time. Needs numpy only, so that a consultation starts
fast.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import erf, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assuage.errors import KnowledgeError
from assuage.evidence.network import Floats

SIGNIFICANT_DIGITS = 10
_STANDARD = NormalDist()
_SQRT2 = sqrt(2.0)


def normal_cdf(z: Floats) -> Floats:
    """Return the standard normal distribution function, elementwise, in z's shape."""
    flat = np.array([erf(x / _SQRT2) for x in z.ravel().tolist()], dtype=np.float64)
    return 0.5 * (1.0 + flat.reshape(z.shape))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NormalMixture:
    """One uncertain number: `weights`, `means` and `sds` have shape (components,)."""

    weights: Floats
    means: Floats
    sds: Floats

    @property
    def mean(self) -> float:
        return float(self.weights @ self.means)

    @property
    def sd(self) -> float:
        centred = self.means - self.mean
        return sqrt(float(self.weights @ (centred**2 + self.sds**2)))

    def cdf(self, x: float) -> float:
        """Return the probability of a value at or below x."""
        return float(self.weights @ normal_cdf((x - self.means) / self.sds))

    def exceedance(self, x: float) -> float:
        """Return the probability of a value above x, without loss in the far tail."""
        return float(self.weights @ normal_cdf((self.means - x) / self.sds))

    def density(self, x: float) -> float:
        z = (x - self.means) / self.sds
        return float(self.weights @ (np.exp(-0.5 * z * z) / self.sds)) / sqrt(2 * np.pi)

    def quantile(self, p: float) -> float:
        """Return the value that is exceeded with probability 1 - p (0 < p < 1).

        Newton's steps inside a bracket that always holds the root; the bracket is the range of
        the components' own quantiles, which the mixture's cannot leave.
        """
        if not 0 < p < 1:
            raise ValueError(f"A quantile needs 0 < p < 1, not {p}.")
        own = self.means + self.sds * _STANDARD.inv_cdf(p)
        low, high = float(own.min()), float(own.max())
        x = float(self.weights @ own)
        for _ in range(200):
            miss = self.cdf(x) - p
            low, high = (low, x) if miss > 0 else (x, high)
            slope = self.density(x)
            step = x - miss / slope if slope > 0 else low
            new = step if low < step < high else 0.5 * (low + high)
            if abs(new - x) <= 1e-13 * max(1.0, abs(x)):
                return new
            x = new
        return x

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the central credible interval."""
        tail = (1 - level) / 2
        return self.quantile(tail), self.quantile(1 - tail)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GaussianMixture:
    """Joint posterior of the effects of `names`, each against `reference`.

    With K components and T names: `weights` (K,) sum to one, `means` (K, T), `covariances`
    (K, T, T). `heterogeneity` (K,) is the between-study SD that each component stands for, which
    is what a prediction for a new study adds.
    """

    reference: str
    names: tuple[str, ...]
    weights: Floats
    means: Floats
    covariances: Floats
    heterogeneity: Floats

    def __post_init__(self) -> None:
        k, t = len(self.weights), len(self.names)
        shapes = (self.means.shape, self.covariances.shape, self.heterogeneity.shape)
        if shapes != ((k, t), (k, t, t), (k,)) or abs(float(self.weights.sum()) - 1) > 1e-8:
            raise KnowledgeError(
                f"A mixture of {k} components over {t} treatments needs means ({k}, {t}), "
                f"covariances ({k}, {t}, {t}), heterogeneity ({k},) and weights that sum to 1; "
                f"found {shapes} and a sum of {float(self.weights.sum())!r}."
            )

    @property
    def mean(self) -> Floats:
        """Posterior means, shape (T,)."""
        return self.weights @ self.means

    @property
    def covariance(self) -> Floats:
        """Posterior covariance, shape (T, T): within components plus between them."""
        centred = self.means - self.mean
        between = np.einsum("k,ki,kj->ij", self.weights, centred, centred)
        return np.einsum("k,kij->ij", self.weights, self.covariances) + between

    @property
    def sd(self) -> Floats:
        """Posterior standard deviations, shape (T,)."""
        return np.sqrt(np.diagonal(self.covariance))

    def marginal(self, name: str) -> NormalMixture:
        """Return the effect of one treatment against the reference."""
        return self.contrast(name, self.reference)

    def contrast(self, treatment1: str, treatment2: str) -> NormalMixture:
        """Return the effect of treatment1 against treatment2, either of which may be the
        reference. KeyError when a treatment is not in the mixture."""
        pick = self._indicator(treatment1) - self._indicator(treatment2)
        variances = np.einsum("i,kij,j->k", pick, self.covariances, pick)
        return NormalMixture(
            weights=self.weights,
            means=self.means @ pick,
            sds=np.sqrt(np.maximum(variances, 1e-300)),
        )

    def _indicator(self, name: str) -> Floats:
        pick = np.zeros(len(self.names))
        if name != self.reference:
            if name not in self.names:
                raise KeyError(name)
            pick[self.names.index(name)] = 1.0
        return pick

    def collapsed(self, groups: int | None = None) -> "GaussianMixture":
        """Return the mixture with components of like heterogeneity taken together, moments kept.

        A model with several hyperparameters has a component for each of their points. Those that
        share tau differ little, so that one Gaussian with their mean and covariance serves. With
        `groups`, neighbours in tau are joined until so many of about equal weight are left.
        """
        _, group = np.unique(self.heterogeneity, return_inverse=True)
        if groups is not None:
            order = np.argsort(self.heterogeneity, kind="stable")
            below = np.cumsum(self.weights[order]) - self.weights[order] / 2
            places = np.minimum((below * groups).astype(np.int64), groups - 1)
            group = np.empty(len(order), dtype=np.int64)
            group[order] = np.unique(places, return_inverse=True)[1]
        share = np.zeros((int(group.max()) + 1, len(self.weights)))
        share[group, np.arange(len(self.weights))] = self.weights
        weights = share.sum(axis=1)
        share /= weights[:, None]
        means = share @ self.means
        off = self.means - means[group]
        spread = self.covariances + off[:, :, None] * off[:, None, :]
        return replace(
            self,
            weights=weights,
            means=means,
            covariances=np.einsum("gk,kij->gij", share, spread),
            heterogeneity=share @ self.heterogeneity,
        )

    def predictive(self) -> "GaussianMixture":
        """Return the distribution of the effects in one new study.

        Random effects of contrasts have variance tau^2 and, sharing the reference arm, covariance
        tau^2 / 2 (Higgins and Whitehead, Stat Med 1996;15:2733-2749).
        """
        t = len(self.names)
        structure = 0.5 * (np.eye(t) + np.ones((t, t)))
        spread = self.heterogeneity[:, None, None] ** 2 * structure
        return GaussianMixture(
            reference=self.reference,
            names=self.names,
            weights=self.weights,
            means=self.means,
            covariances=self.covariances + spread,
            heterogeneity=self.heterogeneity,
        )

    def draws(self, count: int, *, stream: int = 0) -> Floats:
        """Return `count` joint draws, shape (count, T), the same on every call.

        Components are chosen by stratification on the weights, so that each gets its share to
        within one draw; the normals are a scrambled Halton sequence. Posteriors drawn with the same
        `stream` move together draw by draw; give another stream for an independent one.
        """
        uniform, normals = _sequence(count, len(self.names), stream)
        edges = np.cumsum(self.weights)
        chosen = np.minimum(np.searchsorted(edges, uniform, side="right"), len(edges) - 1)
        factors = _factors(self.covariances)
        out = np.empty((count, len(self.names)))
        for k in range(len(edges)):  # np.unique would import a slow module for this alone
            rows = chosen == k
            out[rows] = self.means[k] + normals[rows] @ factors[k].T
        return out

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON.

        Numbers keep ten significant digits (a relative change below 1e-9, far under the
        posterior's own convergence bound); of each covariance only the lower triangle is written.
        """
        lower = np.tril_indices(len(self.names))
        return {
            "reference": self.reference,
            "names": list(self.names),
            "weights": _rounded(self.weights),
            "heterogeneity": _rounded(self.heterogeneity),
            "means": [_rounded(row) for row in self.means],
            "covariances": [_rounded(matrix[lower]) for matrix in self.covariances],
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "GaussianMixture":
        """Read what `to_dict` wrote. Weights are scaled to sum to one exactly."""
        names = tuple(str(name) for name in plain["names"])
        t = len(names)
        weights = np.array(plain["weights"], dtype=np.float64)
        triangles = np.array(plain["covariances"], dtype=np.float64).reshape(len(weights), -1)
        covariances = np.zeros((len(weights), t, t))
        rows, columns = np.tril_indices(t)
        covariances[:, rows, columns] = triangles
        covariances[:, columns, rows] = triangles
        return cls(
            reference=str(plain["reference"]),
            names=names,
            weights=weights / weights.sum(),
            means=np.array(plain["means"], dtype=np.float64).reshape(len(weights), t),
            covariances=covariances,
            heterogeneity=np.array(plain["heterogeneity"], dtype=np.float64),
        )


def _factors(covariances: Floats) -> Floats:
    """Return F with F F' = C for each covariance, singular ones included: on a straight line one
    coefficient moves the effects of all doses."""
    try:
        return np.asarray(np.linalg.cholesky(covariances), dtype=np.float64)
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(covariances)
        return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :], dtype=np.float64)


def mixed(parts: Sequence[GaussianMixture], shares: Sequence[float]) -> GaussianMixture:
    """Return one mixture of several over the same names, as when models are averaged."""
    weights = [share * part.weights for share, part in zip(shares, parts, strict=True)]
    return replace(
        parts[0],
        weights=np.concatenate(weights) / sum(shares),
        means=np.concatenate([part.means for part in parts]),
        covariances=np.concatenate([part.covariances for part in parts]),
        heterogeneity=np.concatenate([part.heterogeneity for part in parts]),
    )


def _rounded(values: Floats) -> list[float]:
    return [float(f"{x:.{SIGNIFICANT_DIGITS}g}") for x in values.tolist()]


@lru_cache(maxsize=64)
def _sequence(count: int, dimensions: int, stream: int) -> tuple[Floats, Floats]:
    """Stratified uniforms (count,) and low-discrepancy normals (count, dimensions).

    Rows are a Halton sequence with every digit place permuted by itself, extended by one
    stratified coordinate as Hammersley did. Each coordinate is then replaced by its rank, so that
    every margin is an exact grid of mid-quantiles. Another stream has other scrambles and order.
    """
    grid = np.array([_STANDARD.inv_cdf((i + 0.5) / count) for i in range(count)])
    normals = grid[_ranks(count, dimensions, stream)]
    uniform = (np.arange(count) + 0.5) / count
    if stream:
        order = np.argsort(_mixed(np.arange(count), stream), kind="stable")
        uniform, normals = uniform[order], normals[order]
    uniform.setflags(write=False)
    normals.setflags(write=False)
    return uniform, normals


def low_discrepancy(count: int, dimensions: int, *, stream: int = 0) -> Floats:
    """Return points that fill the unit cube evenly, shape (count, dimensions), always the same.

    The Halton sequence of the draws, as uniforms: every margin is an exact grid of mid-quantiles.
    """
    return (_ranks(count, dimensions, stream) + 0.5) / count


def _ranks(count: int, dimensions: int, stream: int) -> NDArray[np.int64]:
    ranks = np.empty((count, dimensions), dtype=np.int64)
    for j, base in enumerate(_primes(dimensions)):
        radical = _scrambled_radical_inverse(count, base, stream)
        ranks[np.argsort(radical, kind="stable"), j] = np.arange(count)
    return ranks


def _scrambled_radical_inverse(count: int, base: int, stream: int) -> Floats:
    """Mirror the digits of 0, 1, ... about the point, each place under its own permutation."""
    left = np.arange(count)
    out, unit, place = np.zeros(count), 1.0 / base, 0
    while unit > 1e-10:
        label = (stream * 100_003 + base) * 64 + place
        permutation = np.argsort(_mixed(np.arange(base), label), kind="stable")
        out += unit * permutation[left % base]
        left, unit, place = left // base, unit / base, place + 1
    return out


def _mixed(index: NDArray[np.int64], label: int) -> NDArray[np.uint64]:
    """Mix integers by the finaliser of SplitMix64: fixed, and the same on every machine."""
    golden, first, second = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
    z = index.astype(np.uint64) * np.uint64(golden) + np.uint64((label * first) % 2**64)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(first)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(second)
    return z ^ (z >> np.uint64(31))


def _primes(count: int) -> list[int]:
    found: list[int] = []
    candidate = 2
    while len(found) < count:
        if all(candidate % p for p in found):
            found.append(candidate)
        candidate += 1
    return found
