"""Golden files of what is asked of a network beyond its estimates: see each file's `note`."""

import json
from collections import Counter, defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from nma_golden import NETWORKS, network_of
from nma_golden import golden as network_file

from assuage.evidence.network import Network

FOLDER = Path(__file__).parent / "golden_consistency"
SAME = {"rtol": 1e-8, "atol": 1e-10}
__all__ = ["NETWORKS", "SAME", "at_comparisons", "by_design", "golden", "in_their_order", "network"]


@cache
def golden(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text())


@cache
def network(name: str) -> Network:
    return network_of(network_file(f"nma_{name}"))


def in_their_order(name: str) -> tuple[Network, dict[str, str]]:
    """The network with treatments numbered in R's alphabet, in which capitals do not come first,
    and their own names: the order of treatments decides among equally short paths."""
    ours = network(name)
    numbered = {
        t: f"{i:02d} {t}" for i, t in enumerate(golden(f"consistency_{name}")["treatments"])
    }
    studies = tuple(
        replace(study, treatments=tuple(numbered[t] for t in study.treatments))
        for study in ours.studies
    )
    return replace(
        ours,
        reference=numbered[ours.reference],
        treatments=tuple(sorted(numbered.values())),
        studies=studies,
    ), {new: old for old, new in numbered.items()}


def at_comparisons(frame: dict[str, Any], rows, columns, values, names) -> tuple[Any, Any]:
    """(ours, theirs): `values` at the rows and columns that a frame names "a:b"; where we name a
    comparison the other way round, the sign of a flow turns."""
    row, column = (
        {sep.join(names[t] for t in pair): i for i, pair in enumerate(pairs)}
        for sep, pairs in ((":", rows), (":", columns))
    )
    picked = np.ix_([row[r] for r in frame["rows"]], [column[c] for c in frame["cols"]])
    left_out = np.delete(values, [column[c] for c in frame["cols"]], axis=1)
    np.testing.assert_allclose(left_out, 0, atol=1e-12)
    return values[picked], np.array(frame["values"], dtype=float)


def by_design(labels: list[str], designs: list[tuple[str, ...]]) -> list[int]:
    """Our places of their labels: a design of more arms has its label once for each contrast."""
    places = defaultdict(list)
    for place, design in enumerate(designs):
        places[frozenset(design)].append(place)
    seen: Counter[frozenset[str]] = Counter()
    found = []
    for label in labels:
        key = frozenset(label.split(":"))
        found.append(places[key][seen[key]])
        seen[key] += 1
    return found
