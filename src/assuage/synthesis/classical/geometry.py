"""The shape of a network: who was compared with whom, how often, and how far apart.

Diversity and co-occurrence after Salanti, Kavvoura and Ioannidis, Ann Intern Med 2008;148:544-553:
PIE is the chance that two arms drawn from all trials got different treatments (Hurlbert, Ecology
1971;52:577-586), the C-score how often two treatments avoid each other's trials (Stone and Roberts,
Oecologia 1990;85:74-79).
"""

from collections import Counter, deque
from collections.abc import Mapping, Set
from dataclasses import dataclass
from itertools import combinations

from assuage.evidence.network import Network, components

Neighbours = Mapping[str, Set[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentPlace:
    """A treatment's place: trials with it, and treatments it was compared with (its degree)."""

    treatment: str
    studies: int
    degree: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """Measures of a network's shape.

    `comparisons` are pairs that some trial compares, `density` their share of all pairs; `loops`
    the number of independent ones (edges less treatments plus parts). `diameter` and
    `mean_distance` count comparisons on the shortest way, within parts. `cut_treatments` and
    `bridges` are treatments and comparisons whose loss would split a part of the network. `pie`
    runs from 0 (one treatment) to nearly 1, `c_score` from 0 (no two treatments avoid each other);
    nan where a network has one treatment only.
    """

    studies: int
    arms: int
    multi_arm_studies: int
    treatments: tuple[TreatmentPlace, ...]
    comparisons: int
    possible_comparisons: int
    designs: int
    parts: tuple[tuple[str, ...], ...]
    loops: int
    diameter: int
    mean_distance: float
    cut_treatments: tuple[str, ...]
    bridges: tuple[tuple[str, str], ...]
    pie: float
    c_score: float

    @property
    def density(self) -> float:
        possible = self.possible_comparisons
        return self.comparisons / possible if possible else float("nan")

    @property
    def mean_degree(self) -> float:
        return 2 * self.comparisons / len(self.treatments)

    @property
    def is_connected(self) -> bool:
        return len(self.parts) == 1


def geometry(network: Network) -> Geometry:
    """Return the shape of a network, connected or not."""
    trials = [s.treatments for s in network.studies]
    near: dict[str, set[str]] = {t: set() for t in network.treatments}
    for arms in trials:
        for arm in arms:
            near[arm].update(set(arms) - {arm})
    counts = Counter(t for arms in trials for t in arms)
    edges = [(a, b) for a in network.treatments for b in sorted(near[a]) if a < b]
    n = len(network.treatments)
    parts = components(network.studies)
    ways = [d for t in network.treatments for d in _distances(near, t).values() if d]
    return Geometry(
        studies=len(trials),
        arms=sum(map(len, trials)),
        multi_arm_studies=sum(len(arms) > 2 for arms in trials),
        treatments=tuple(
            TreatmentPlace(treatment=t, studies=counts[t], degree=len(near[t]))
            for t in network.treatments
        ),
        comparisons=len(edges),
        possible_comparisons=n * (n - 1) // 2,
        designs=len({frozenset(arms) for arms in trials}),
        parts=parts,
        loops=len(edges) - n + len(parts),
        diameter=max(ways, default=0),
        mean_distance=sum(ways) / len(ways) if ways else float("nan"),
        cut_treatments=tuple(t for t in network.treatments if _cuts(near, t)),
        bridges=tuple((a, b) for a, b in edges if _is_bridge(near, a, b)),
        pie=_pie(counts),
        c_score=_c_score(network, counts),
    )


def _distances(near: Neighbours, start: str, without: str | None = None) -> dict[str, int]:
    """The number of comparisons on the shortest way from `start` to what it reaches."""
    found = {start: 0}
    queue = deque([start])
    while queue:
        at = queue.popleft()
        for other in near[at]:
            if other not in found and other != without:
                found[other] = found[at] + 1
                queue.append(other)
    return found


def _cuts(near: Neighbours, treatment: str) -> bool:
    neighbours = near[treatment]
    if len(neighbours) < 2:
        return False
    reached = _distances(near, next(iter(neighbours)), without=treatment)
    return not neighbours <= reached.keys()


def _is_bridge(near: Neighbours, a: str, b: str) -> bool:
    if near[a] & near[b]:
        return False
    found, queue = {a}, deque([a])
    while queue:
        at = queue.popleft()
        for other in near[at]:
            if (at, other) != (a, b) and other not in found:
                if other == b:
                    return False
                found.add(other)
                queue.append(other)
    return True


def _pie(counts: Mapping[str, int]) -> float:
    total = sum(counts.values())
    if len(counts) < 2:
        return float("nan")
    return total / (total - 1) * (1 - sum((c / total) ** 2 for c in counts.values()))


def _c_score(network: Network, counts: Mapping[str, int]) -> float:
    """The mean over pairs of (trials with one only) times (trials with the other only)."""
    n = len(network.treatments)
    if n < 2:
        return float("nan")
    together = Counter(
        pair for s in network.studies for pair in combinations(sorted(s.treatments), 2)
    )
    apart = sum(
        (counts[a] - together[a, b]) * (counts[b] - together[a, b])
        for a, b in combinations(sorted(network.treatments), 2)
    )
    return apart / (n * (n - 1) / 2)
