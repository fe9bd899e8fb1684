"""Golden networks as observed: counts, person-time and means rather than contrasts."""

import re
from typing import Any

from nma_golden import golden, network_of

from assuage.evidence.observed import (
    BinomialArms,
    NormalArms,
    NormalContrasts,
    ObservedNetwork,
    ObservedStudy,
    PoissonArms,
    observe,
)


def observed(name: str) -> ObservedNetwork:
    file = golden(f"nma_{name}")
    reference = str(file["reference_group"])
    if "contrast" in file["data"]:
        studies = [NormalContrasts.of(study) for study in network_of(file).studies]
        return observe(studies, reference=reference)
    arms = file["data"]["arm"]
    by_study: dict[str, list[int]] = {}
    for row, study in enumerate(arms["study"]):
        by_study.setdefault(study, []).append(row)
    return observe(
        [_study(study, {k: [v[r] for r in rows] for k, v in arms.items()})
         for study, rows in by_study.items()],
        reference=reference,
    )  # fmt: skip


def _study(study: str, arms: dict[str, list[Any]]) -> ObservedStudy:
    treatments = tuple(str(t) for t in arms["treatment"])
    numbers = {k: tuple(map(float, v)) for k, v in arms.items() if k not in {"study", "treatment"}
               and all(isinstance(x, int | float) for x in v)}  # fmt: skip
    if "time" in arms:
        return PoissonArms(
            study=study, treatments=treatments, events=numbers["event"], exposure=numbers["time"]
        )
    if "event" in arms:
        return BinomialArms(
            study=study, treatments=treatments, events=numbers["event"], people=numbers["n"]
        )
    ses = numbers.get("se") or tuple(
        sd / n**0.5 for sd, n in zip(numbers["sd"], numbers["n"], strict=True)
    )
    return NormalArms(study=study, treatments=treatments, means=numbers["mean"], ses=ses)


def number(text: str) -> float:
    """The SD, scale or upper end that a prior is said to have."""
    found = re.search(r"(?:sd=|scale=|, )([0-9.]+)", text)
    assert found, text
    return float(found.group(1))
