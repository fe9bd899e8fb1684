"""Dose networks of the golden files.

`likelihood`: maximum and restricted likelihood with the full covariance, by an independent
program. `mbnmadose`: posterior summaries of MBNMAdose 0.4.3 with JAGS 4.3.1.
"""

from typing import Any

import numpy as np
from tests.reference.nma_golden import golden

from assuage.evidence.observed import BinomialArms, NormalArms, NormalContrasts
from assuage.synthesis.models.dose_network import Dosed, DoseNetwork, DoseScale, observe_doses


def dosed(agent: str, dose: float) -> Dosed:
    return Dosed.at("placebo" if dose == 0 else agent, dose)


def rows_of(name: str) -> dict[str, list[int]]:
    """Places of each study's arms, its dose-zero arm first."""
    arm = golden(f"nma_{name}")["data"]["arm"]
    rows: dict[str, list[int]] = {}
    for i, study in enumerate(arm["study"]):
        rows.setdefault(str(study), []).append(i)
    return {s: sorted(r, key=lambda i: arm["dose"][i] > 0) for s, r in rows.items()}


def arm_network(
    name: str, *, scale: DoseScale | None = None, only: set[str] | None = None
) -> DoseNetwork:
    """Arms as reported; `only` keeps the studies that compare none but these agents."""
    arm: dict[str, list[Any]] = golden(f"nma_{name}")["data"]["arm"]
    studies, used = [], []
    for study, rows in rows_of(name).items():
        if only is not None and not {arm["agent"][i] for i in rows} <= only:
            continue
        arms = [dosed(arm["agent"][i], arm["dose"][i]) for i in rows]
        used.extend(arms)
        labels = tuple(a.label for a in arms)
        if "mean" in arm:
            means, ses = (tuple(arm[key][i] for i in rows) for key in ("mean", "se"))
            studies.append(NormalArms(study=study, treatments=labels, means=means, ses=ses))
        else:
            events, people = (tuple(float(arm[key][i]) for i in rows) for key in ("event", "n"))
            studies.append(
                BinomialArms(study=study, treatments=labels, events=events, people=people)
            )
    return observe_doses(studies, used, scale=scale)


def contrast_network(name: str, *, scale: DoseScale | None = None) -> DoseNetwork:
    """The contrasts and covariances that the likelihood was maximised with."""
    file = golden(f"dose_{name}")
    rows, studies, used = file["rows"], [], []
    for study, covariance in file["V_by_study"].items():
        own = [i for i, s in enumerate(rows["study"]) if s == study]
        arms = [dosed(rows["base_agent"][own[0]], rows["base_dose"][own[0]])]
        arms += [dosed(rows["agent"][i], rows["dose"][i]) for i in own]
        used.extend(arms)
        studies.append(
            NormalContrasts(
                study=study,
                treatments=tuple(a.label for a in arms),
                estimates=np.array([rows["y"][i] for i in own]),
                covariance=np.array(covariance),
            )
        )
    return observe_doses(studies, used, scale=scale)
