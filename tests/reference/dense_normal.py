"""A second computation for normal contrasts: dense, on a plain grid, sharing no code with assuage.

Coefficients are integrated out, not solved for: given the spreads, y ~ N(0, X P X' + V + tau^2 S)
with P the prior covariance of all that is asked about. Spreads are summed over a fine product of
Gauss-Legendre rules.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assuage.evidence.network import Network


@dataclass
class Stacked:
    """All basic contrasts of a network: y (m,), V and S (m, m), and each row's (study, its own
    treatment, baseline)."""

    y: np.ndarray
    v: np.ndarray
    s: np.ndarray
    rows: list[tuple[str, str, str]]


def stacked(network: Network) -> Stacked:
    rows = [(s.study, t, s.treatments[0]) for s in network.studies for t in s.treatments[1:]]
    y = np.concatenate([s.estimates for s in network.studies])
    v, s_matrix, at = np.zeros((len(y),) * 2), np.zeros((len(y),) * 2), 0
    for study in network.studies:
        m = len(study.estimates)
        v[at : at + m, at : at + m] = study.covariance
        s_matrix[at : at + m, at : at + m] = 0.5 * (np.eye(m) + np.ones((m, m)))
        at += m
    return Stacked(y, v, s_matrix, rows)


def half_normal(scale: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda x: np.sqrt(2 / np.pi) / scale * np.exp(-0.5 * (x / scale) ** 2)


@dataclass
class Dense:
    mean: np.ndarray
    sd: np.ndarray
    log_marginal: float
    spreads_mean: np.ndarray
    spreads_sd: np.ndarray


def solve(
    data: Stacked,
    x: np.ndarray,
    prior: Callable[[np.ndarray], np.ndarray],
    densities: Sequence[Callable[[np.ndarray], np.ndarray]],
    reach: float = 2.2,
    nodes: int = 50,
) -> Dense:
    """`x` (m, q) of the q quantities; `prior(spreads)` (q, q); spreads[0] is tau."""
    z, w = np.polynomial.legendre.leggauss(nodes)
    axis, weight = 0.5 * reach * (z + 1), 0.5 * reach * w
    grids = np.meshgrid(*[axis] * len(densities), indexing="ij")
    spreads = np.stack([g.ravel() for g in grids], axis=1)
    log_weight = sum(
        np.log(g.ravel()) for g in np.meshgrid(*[weight] * len(densities), indexing="ij")
    )
    log_weight = log_weight + sum(
        np.log(np.maximum(d(spreads[:, j]), 1e-300)) for j, d in enumerate(densities)
    )
    log_mass, means, covariances = [], [], []
    for at, lw in zip(spreads, log_weight, strict=True):
        p = prior(at)
        total = x @ p @ x.T + data.v + at[0] ** 2 * data.s
        px = p @ x.T
        solved = np.linalg.solve(total, np.column_stack([data.y, px.T]))
        means.append(px @ solved[:, 0])
        covariances.append(p - px @ solved[:, 1:])
        fit = data.y @ solved[:, 0] + np.linalg.slogdet(2 * np.pi * total)[1]
        log_mass.append(lw - 0.5 * fit)
    mass = np.exp(np.array(log_mass) - max(log_mass))
    log_marginal = float(max(log_mass) + np.log(mass.sum()))
    mass /= mass.sum()
    mean = mass @ np.array(means)
    second = np.einsum("k,kii->i", mass, np.array(covariances)) + mass @ np.array(means) ** 2
    spread_mean = mass @ spreads
    return Dense(
        mean, np.sqrt(second - mean**2), log_marginal, spread_mean,
        np.sqrt(mass @ spreads**2 - spread_mean**2),
    )  # fmt: skip
