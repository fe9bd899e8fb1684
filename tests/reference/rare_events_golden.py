"""Networks of rare events: the counts of the golden networks, and what other programs made of them.

`golden/rare_events.json` holds results of netmeta 3.3-1 (netmetabin: MH, NCH) and metafor 5.0-1.
"""

from functools import cache
from typing import Any

import numpy as np
from nma_golden import golden

from assuage.synthesis.classical.event_counts import EventCounts, event_counts
from assuage.synthesis.classical.treatment_effects import TreatmentEffects

RARE = sorted(golden("rare_events")["networks"])


@cache
def counts_of(name: str) -> tuple[EventCounts, ...]:
    arms = golden(f"nma_{name}")["data"]["arm"]
    by_study: dict[str, list[int]] = {}
    for row, study in enumerate(arms["study"]):
        by_study.setdefault(study, []).append(row)
    return tuple(
        event_counts(study, *([arms[key][r] for r in rows] for key in ("treatment", "event", "n")))
        for study, rows in by_study.items()
    )


def in_their_order(
    effects: TreatmentEffects, truth: dict[str, Any]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Our differences and standard errors, and theirs, over their treatments."""
    names = truth["TE"]["rows"]
    at = np.ix_(*[[effects.treatments.index(t) for t in names]] * 2)
    theirs = (np.array(truth[key]["values"], dtype=float) for key in ("TE", "seTE"))
    return effects.differences[at], effects.standard_errors[at], *theirs
