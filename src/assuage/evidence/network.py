"""A network of trials for one outcome: what each study says of the differences between its arms."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Measure = Literal["OR", "RR", "RD", "IRR", "MD", "SMD"]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyContrasts:
    """The basic contrasts of one study, on the analysis scale (log for OR, RR and IRR).

    `treatments[0]` is the study's own baseline; `estimates[i]` is treatments[i + 1] minus
    treatments[0]; `covariance` is their exact sampling covariance, shape (a - 1, a - 1), so that
    multi-arm trials are not counted twice.
    """

    study: str
    treatments: tuple[str, ...]
    estimates: Floats
    covariance: Floats
    derived: bool = False

    def comparisons(
        self, forward: Callable[[str, str], bool]
    ) -> list[tuple[str, str, float, float]]:
        """Return each pair of arms as (treatment1, treatment2, estimate, standard error).

        `forward(a, b)` says whether a stands first; each pair comes once.
        """
        effects = [0.0, *self.estimates.tolist()]
        covariance = self.covariance.tolist()

        def shared(i: int, j: int) -> float:
            return covariance[i - 1][j - 1] if i and j else 0.0

        out: list[tuple[str, str, float, float]] = []
        for i, j in combinations(range(len(self.treatments)), 2):
            a, b = (i, j) if forward(self.treatments[i], self.treatments[j]) else (j, i)
            variance = shared(a, a) + shared(b, b) - 2 * shared(a, b)
            names = (self.treatments[a], self.treatments[b])
            out.append((*names, effects[a] - effects[b], variance**0.5))
        return out


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A study that could not be used, and why."""

    study: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Network:
    """Studies that can be analysed together. `treatments` is sorted; `reference` is one of them."""

    measure: Measure
    reference: str
    treatments: tuple[str, ...]
    studies: tuple[StudyContrasts, ...]
    left_out: tuple[LeftOut, ...] = ()


class Compares(Protocol):
    """A study, of which only the compared treatments matter."""

    @property
    def treatments(self) -> tuple[str, ...]: ...


def components(studies: Sequence[Compares]) -> tuple[tuple[str, ...], ...]:
    """Return the connected parts of the network, largest first, treatments sorted in each."""
    return connected_parts([study.treatments for study in studies])


def connected_parts(compared: Iterable[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Return the parts that sets of compared treatments join, largest first, sorted in each."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while (above := parent[name]) != name:
            parent[name] = name = parent[above]
        return name

    for treatments in dict.fromkeys(map(tuple, compared)):
        for name in treatments:
            parent.setdefault(name, name)
        first = root(treatments[0])
        for name in treatments[1:]:
            parent[root(name)] = first
    parts: dict[str, list[str]] = {}
    for name in sorted(parent):
        parts.setdefault(root(name), []).append(name)
    return tuple(sorted(map(tuple, parts.values()), key=lambda part: (-len(part), part)))
