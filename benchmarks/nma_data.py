"""Networks to time: a published one, and simulated ones of any size."""

import json
from pathlib import Path

import numpy as np

from assuage.evidence.effect import Pair

GOLDEN = Path(__file__).parents[1] / "tests" / "reference" / "golden" / "nma_senn2013.json"
Pairs = dict[str, list[Pair]]


def senn() -> Pairs:
    rows = json.loads(GOLDEN.read_text())["data"]["contrast"]
    columns = (rows[key] for key in ("studlab", "treat1", "treat2", "TE", "seTE"))
    out: Pairs = {}
    for study, first, second, estimate, se in zip(*columns, strict=True):
        pair = Pair(treatment1=first, treatment2=second, estimate=estimate, se=se)
        out.setdefault(study, []).append(pair)
    return out


def simulated(trials: int, treatments: int) -> Pairs:
    """Trials of random treatments, every fifth with three arms; tau 0.14. The first trials chain
    all treatments together."""
    rng = np.random.default_rng(1)
    truth = rng.normal(size=treatments)
    out: Pairs = {}
    for trial in range(trials):
        if trial < treatments - 1:
            arms = np.array([trial, trial + 1])
        else:
            arms = rng.choice(treatments, 3 if trial % 5 == 0 else 2, replace=False)
        variance = rng.uniform(0.02, 0.3, arms.size)
        value = truth[arms] + rng.normal(size=arms.size) * np.sqrt(variance + 0.01)
        out[f"trial {trial}"] = [
            Pair(
                treatment1=f"T{arms[i]:03d}",
                treatment2=f"T{arms[j]:03d}",
                estimate=float(value[i] - value[j]),
                se=float(np.sqrt(variance[i] + variance[j])),
            )
            for i in range(arms.size)
            for j in range(i)
        ]
    return out
