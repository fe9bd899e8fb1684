"""Take a flow of evidence apart into the paths that carry it.

Each comparison's row of the hat matrix is a flow of one unit from its first treatment to its
second (König, Krahn, Binder, Stat Med 2013;32:5414-5429).
"""

from itertools import pairwise

import numpy as np

from assuage.evidence.network import Floats
from assuage.synthesis.design import Indices

NO_FLOW = 1e-12
"""Less than this part of the unit is rounding, not flow."""
_FAR = 1_000_000


def shortest_path_streams(flow: Floats, source: int, sink: int) -> Floats:
    """Return (n, n): what each step contributes when the flow is taken apart, shortest path first.

    `flow` (n, n) holds what runs from row to column, zero or more. The shortest path is taken with
    all it can carry, which its L steps share, and so on until nothing is left (Papakonstantinou,
    Nikolakopoulou, Rücker et al., F1000Research 2018;7:610). Of equally short paths the first in
    the order of treatments goes first; the result depends on it.
    """
    rest: list[dict[int, float]] = [{} for _ in range(len(flow))]
    rows, columns = np.nonzero(flow > NO_FLOW)
    for i, j, runs in zip(
        rows.tolist(), columns.tolist(), flow[rows, columns].tolist(), strict=True
    ):
        rest[i][j] = runs
    share: list[dict[int, float]] = [dict.fromkeys(row, 0.0) for row in rest]
    while True:
        level = _distances(rest, sink)
        if level[source] == _FAR:
            break
        _drain(rest, share, level, source)
    out = np.zeros_like(flow)
    out[rows, columns] = [share[i][j] for i, j in zip(rows.tolist(), columns.tolist(), strict=True)]
    return out


def _distances(rest: list[dict[int, float]], sink: int) -> list[int]:
    """Steps from each treatment to the sink; _FAR where the sink is out of reach."""
    into: list[list[int]] = [[] for _ in rest]
    for i, row in enumerate(rest):
        for j in row:
            into[j].append(i)
    level = [_FAR] * len(rest)
    level[sink] = 0
    front, steps = [sink], 0
    while front:
        steps += 1
        reached: list[int] = []
        for j in front:
            for i in into[j]:
                if level[i] == _FAR:
                    level[i] = steps
                    reached.append(i)
        front = reached
    return level


def _drain(
    rest: list[dict[int, float]], share: list[dict[int, float]], level: list[int], source: int
) -> None:
    """Take all paths on which every step comes one nearer to the sink, first in order first, from
    `rest` and give their steps what they share."""
    # the arc to try next is at the end; dead ends are dropped on the way back
    arcs = [[j for j in reversed(row) if level[j] == level[i] - 1] for i, row in enumerate(rest)]
    steps = level[source]
    path = [source]
    while path:
        here = path[-1]
        if level[here] == 0:
            del path[_take(rest, share, arcs, path, steps) + 1 :]
        elif arcs[here]:
            path.append(arcs[here][-1])
        else:
            path.pop()
            if path:
                arcs[path[-1]].pop()


def _take(
    rest: list[dict[int, float]],
    share: list[dict[int, float]],
    arcs: list[list[int]],
    path: list[int],
    steps: int,
) -> int:
    """Take what the path can carry; return the place of its first step that then carries no
    more."""
    carried = min([rest[i][j] for i, j in pairwise(path)])
    part = carried / steps
    first = steps
    for place in range(steps - 1, -1, -1):
        i, j = path[place], path[place + 1]
        share[i][j] += part
        left = rest[i][j] - carried
        if left <= NO_FLOW:
            del rest[i][j]
            arcs[i].pop()
            first = place
        else:
            rest[i][j] = left
    return first


def random_walk_streams(flows: Floats, heights: Floats, source: int, sinks: Indices) -> Floats:
    """Return (T, n, n): what each step contributes when a walker follows the flow.

    `flows` (T, n, n) are acyclic flows from the source to the T sinks, what runs from row to
    column; `heights` (T, n) fall along every flow. A walker leaves each treatment by the share of
    the flow (Davies, Papakonstantinou, Nikolakopoulou, Rücker, Galla, Stat Med 2022;41:2091-2114);
    a walk of L steps gives each of them 1 / L of its probability. With F(z) and G(z) the generating
    functions of the lengths of the walks to a step's start and from its end, a step of probability
    p gets

        p times the integral over z from 0 to 1 of F(z) G(z),

    a polynomial, which Gauss-Legendre nodes integrate exactly. No path is listed.
    """
    n = heights.shape[1]
    order = np.argsort(-heights, axis=1, kind="stable")
    each = np.arange(len(flows))[:, None, None]
    down = flows[each, order[:, :, None], order[:, None, :]]
    out = down.sum(axis=2, keepdims=True)
    step = np.divide(down, out, out=np.zeros_like(down), where=out > NO_FLOW)
    nodes, weights = np.polynomial.legendre.leggauss(max(1, n // 2))
    z, weights = (nodes + 1) / 2, weights / 2
    to_start = np.zeros((len(flows), z.size, n))
    from_end = np.zeros_like(to_start)
    to_start[np.broadcast_to((order == source)[:, None], to_start.shape)] = 1
    from_end[np.broadcast_to((order == sinks[:, None])[:, None], from_end.shape)] = 1
    # every step leads from left to right
    for v in range(1, n):
        to_start[:, :, v] += z * (to_start[:, :, :v] @ step[:, :v, v, None])[:, :, 0]
        u = n - 1 - v
        from_end[:, :, u] += z * (from_end[:, :, u + 1 :] @ step[:, u, u + 1 :, None])[:, :, 0]
    streams = step * (np.swapaxes(to_start * weights[:, None], 1, 2) @ from_end)
    result = np.zeros_like(flows)
    result[each, order[:, :, None], order[:, None, :]] = streams
    return result
