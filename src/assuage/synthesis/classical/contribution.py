"""How much each direct comparison, and each trial, contributes to each network estimate.

A network estimate is a flow of evidence through the direct comparisons: the rows of the hat
matrix of the aggregate network (Davies, Papakonstantinou, Nikolakopoulou, Rücker, Galla, Stat Med
2022;41:2091-2114). Contributions share the unit out among the paths, and each path among its
steps.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats, Network
from assuage.synthesis.classical.flow import NO_FLOW, random_walk_streams, shortest_path_streams
from assuage.synthesis.classical.weights import (
    Comparison,
    TrialWeights,
    compared,
    laplacian,
    named,
    pairs,
    potentials,
    trial_weights,
)
from assuage.synthesis.design import Indices
from assuage.synthesis.gls import NetworkFit

ContributionMethod = Literal["shortest path", "random walk"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HatMatrix:
    """`values` (C, D): the weight of each of D direct comparisons in each of C network estimates.

    Positive where the direct effect, first minus second treatment, enters as it is, negative where
    it enters reversed.
    """

    comparisons: tuple[Comparison, ...]
    direct: tuple[Comparison, ...]
    values: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contributions:
    """Shares of each network estimate; rows sum to one.

    `values` (C, D) are of C network estimates by D direct comparisons, `by_study` (C, S) by the
    S trials of `studies`: a direct comparison's share goes to its trials by their weights.
    """

    method: ContributionMethod
    comparisons: tuple[Comparison, ...]
    direct: tuple[Comparison, ...]
    values: Floats
    studies: tuple[str, ...]
    by_study: Floats


def hat_matrix(fit: NetworkFit) -> HatMatrix:
    """Return the hat matrix of the aggregate network, under the fit's own model."""
    n = len(fit.treatments)
    trials = trial_weights(fit.network, fit.design, fit.tau2)
    edges = compared(trials, n)
    return HatMatrix(
        comparisons=named(fit.treatments, pairs(n)),
        direct=named(fit.treatments, edges),
        values=_hat(fit, trials, edges),
    )


def _hat(fit: NetworkFit, trials: tuple[TrialWeights, ...], edges: tuple[Indices, Indices]):
    first, second = edges
    height = potentials(fit)
    weight = -laplacian(trials, len(fit.treatments))[first, second]
    flow: Floats = weight * (height[:, first] - height[:, second])
    return flow


def contributions(
    fit: NetworkFit, *, method: ContributionMethod = "shortest path"
) -> Contributions:
    """Return what contributes to each network estimate, under the fit's own model.

    "shortest path" is Papakonstantinou et al. 2018 (which of equally short paths goes first depends
    on the order of treatments), "random walk" Davies et al. 2022 (which needs no such choice).
    Raises NetworkError when a multi-arm trial's errors give a comparison a negative weight, naming
    the trial: evidence would then flow in circles.
    """
    n = len(fit.treatments)
    trials = trial_weights(fit.network, fit.design, fit.tau2)
    edges = compared(trials, n)
    _refuse_negative_weights(fit, trials, edges)
    hat = _hat(fit, trials, edges)
    values = (
        _by_shortest_paths(hat, edges, n)
        if method == "shortest path"
        else _by_random_walk(fit, hat, edges)
    )
    share = _shares_of_studies(fit.network, trials, edges)
    return Contributions(
        method=method,
        comparisons=named(fit.treatments, pairs(n)),
        direct=named(fit.treatments, edges),
        values=values,
        studies=tuple(study.study for study in fit.network.studies),
        by_study=values @ share,
    )


def _directed(hat: Floats, edges: tuple[Indices, Indices], n: int) -> Floats:
    """The flows (C, n, n) of C rows of the hat matrix: what runs from row to column."""
    first, second = edges
    out = np.zeros((len(hat), n, n))
    seen = np.where(np.abs(hat) > NO_FLOW, hat, 0.0)
    out[:, first, second] = np.maximum(seen, 0)
    out[:, second, first] = np.maximum(-seen, 0)
    return out


def _by_shortest_paths(hat: Floats, edges: tuple[Indices, Indices], n: int) -> Floats:
    out = np.zeros_like(hat)
    first, second = pairs(n)
    for row in range(len(hat)):
        order = _order_of_appearance(hat[row], edges, n)
        flow = _directed(hat[row : row + 1], edges, n)[0][np.ix_(order, order)]
        place = order.argsort()
        streams = shortest_path_streams(flow, int(place[first[row]]), int(place[second[row]]))
        one, two = place[edges[0]], place[edges[1]]
        out[row] = streams[one, two] + streams[two, one]
    return out


def _order_of_appearance(row: Floats, edges: tuple[Indices, Indices], n: int) -> Indices:
    """Return all treatments as they appear when the direct comparisons are listed one by one, each
    from where its evidence comes to where it goes.

    Equally short paths need some order; netmeta takes this one, and results agree with its.
    """
    first, second = edges
    forward = row > 0
    listed = np.stack([np.where(forward, first, second), np.where(forward, second, first)], axis=1)
    _, at = np.unique(listed.ravel(), return_index=True)
    order: Indices = np.arange(n)[at.argsort()]
    return order


def _by_random_walk(fit: NetworkFit, hat: Floats, edges: tuple[Indices, Indices]) -> Floats:
    n = len(fit.treatments)
    height = potentials(fit)
    first, second = edges
    out = np.zeros_like(hat)
    sources, sinks = pairs(n)
    for source in range(n - 1):
        rows = np.flatnonzero(sources == source)
        flows = _directed(hat[rows], edges, n)
        streams = random_walk_streams(flows, height[rows], source, sinks[rows])
        out[rows] = streams[:, first, second] + streams[:, second, first]
    return out


def _refuse_negative_weights(
    fit: NetworkFit, trials: tuple[TrialWeights, ...], edges: tuple[Indices, Indices]
) -> None:
    first, second = edges
    total = laplacian(trials, len(fit.treatments))
    bad = np.flatnonzero(total[first, second] > NO_FLOW * np.abs(total).max())
    if not bad.size:
        return
    i, j = int(first[bad[0]]), int(second[bad[0]])
    culprits = [
        study
        for group in trials
        for study, arms, own in zip(
            group.studies, group.arms.tolist(), group.laplacians, strict=True
        )
        if i in arms and j in arms and own[arms.index(i), arms.index(j)] > 0
    ]
    raise NetworkError(
        f"The standard errors of {', '.join(culprits)} give the comparison of "
        f"{fit.treatments[i]} with {fit.treatments[j]} a negative weight, so that evidence would "
        "flow in circles and nothing can be said of contributions. Check the errors of all "
        "comparisons of these arms."
    )


def _shares_of_studies(
    network: Network, trials: tuple[TrialWeights, ...], edges: tuple[Indices, Indices]
) -> Floats:
    """Return (D, S): each trial's share of each direct comparison's weight."""
    n, place = len(network.treatments), {s.study: i for i, s in enumerate(network.studies)}
    row = np.zeros((n, n), dtype=np.intp)
    row[edges] = np.arange(len(edges[0]))
    share = np.zeros((len(edges[0]), len(place)))
    for group in trials:
        left, right = np.triu_indices(group.arms.shape[1], 1)
        column = np.array([place[study] for study in group.studies])[:, None]
        share[row[group.arms[:, left], group.arms[:, right]], column] = -group.laplacians[
            :, left, right
        ]
    return share / share.sum(axis=1, keepdims=True)
