"""Golden files: data and results of netmeta 3.3-1 and metafor 5.0-1 (R 4.2.2), trimmed.

Each names its data set (`source_dataset`) and software. `exact` holds the (restricted) maximum
likelihood with the full multi-arm covariance, found by an independent program.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from assuage.evidence.assembly import assemble
from assuage.evidence.effect import (
    Pair,
    contrasts_from_arms,
    contrasts_from_events,
    contrasts_from_means,
    contrasts_from_pairs,
    contrasts_from_rates,
)
from assuage.evidence.network import LeftOut, Network, StudyContrasts

FOLDER = Path(__file__).parent / "golden"
NETWORKS = sorted(path.stem.removeprefix("nma_") for path in FOLDER.glob("nma_*.json"))


@cache
def golden(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text())


def network_of(file: dict[str, Any], measure: str | None = None) -> Network:
    """Build the network from a file's data as reported."""
    measure = measure or file["effect_measure"]
    read = _from_pairs if "contrast" in file["data"] else _from_arms
    return assemble(read(file, measure), measure=measure, reference=file["reference_group"])


def _from_arms(file: dict[str, Any], measure: str) -> list[StudyContrasts | LeftOut]:
    arms = file["data"]["arm"]
    by_study: dict[str, list[int]] = {}
    for row, study in enumerate(arms["study"]):
        by_study.setdefault(study, []).append(row)
    return [_study(study, {k: [v[r] for r in rows] for k, v in arms.items()}, measure)
            for study, rows in by_study.items()]  # fmt: skip


def _study(study: str, arms: dict[str, list[Any]], measure: str) -> StudyContrasts | LeftOut:
    treatments = [str(t) for t in arms["treatment"]]
    if "time" in arms:
        return contrasts_from_rates(study, treatments, arms["event"], arms["time"])
    if "event" in arms:
        return contrasts_from_events(study, treatments, arms["event"], arms["n"], measure=measure)
    if "sd" in arms:
        return contrasts_from_means(
            study, treatments, arms["mean"], arms["sd"], arms["n"], measure=measure
        )
    return contrasts_from_arms(study, treatments, arms["mean"], [se**2 for se in arms["se"]])


def _from_pairs(file: dict[str, Any], _: str) -> list[StudyContrasts | LeftOut]:
    rows = file["data"]["contrast"]
    by_study: dict[str, list[Pair]] = {}
    for study, first, second, estimate, se in zip(
        rows["studlab"], rows["treat1"], rows["treat2"], rows["TE"], rows["seTE"], strict=True
    ):
        pair = Pair(treatment1=first, treatment2=second, estimate=estimate, se=se)
        by_study.setdefault(study, []).append(pair)
    return [contrasts_from_pairs(study, pairs) for study, pairs in by_study.items()]


def matrix(frame: dict[str, Any], treatments: tuple[str, ...]) -> np.ndarray:
    """A matrix of a file in our order of treatments; null becomes nan."""
    order = [frame["rows"].index(t) for t in treatments]
    return np.array(frame["values"], dtype=float)[np.ix_(order, order)]


def columns(table: dict[str, Any]) -> list[dict[str, Any]]:
    """A table of columns as rows; R writes a column of one value as the value."""
    lists = {k: v if isinstance(v, list) else [v] for k, v in table.items()}
    return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]
