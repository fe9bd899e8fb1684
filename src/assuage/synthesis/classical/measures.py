"""How directly, and over how many ways, the evidence for each comparison runs.

König, Krahn and Binder, Stat Med 2013;32:5414-5429.
"""

from dataclasses import dataclass

import numpy as np

from assuage.evidence.network import Floats
from assuage.synthesis.classical.weights import (
    TrialWeights,
    named,
    pairs,
    potentials,
    trial_weights,
)
from assuage.synthesis.gls import NetworkFit
from assuage.synthesis.splits import split


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonMeasures:
    """Of the network estimate of treatment1 against treatment2.

    `direct` is the proportion of direct evidence (0 to 1). `mean_path_length` is the mean number
    of designs that evidence runs through (1: all direct; above 2 be careful). `parallelism` is the
    least number of independent ways over designs, `parallelism_studies` over single trials (1: all
    of it hangs on one design, or one trial).
    """

    treatment1: str
    treatment2: str
    direct: float
    mean_path_length: float
    parallelism: float
    parallelism_studies: float


def comparison_measures(fit: NetworkFit) -> tuple[ComparisonMeasures, ...]:
    """Return the measures of every comparison, under the fit's own model."""
    trials = trial_weights(fit.network, fit.design, fit.tau2)
    height = potentials(fit)
    designs = [_through(height, group, by_design=True) for group in trials]
    studies = [_through(height, group, by_design=False).max(axis=1) for group in trials]
    length = np.sum([part.sum(axis=1) for part in designs], axis=0)
    widest = np.max([part.max(axis=1) for part in designs], axis=0)
    direct = {frozenset((s.treatment1, s.treatment2)): s.share for s in split(fit)}
    rows = zip(
        named(fit.treatments, pairs(len(fit.treatments))),
        length.tolist(),
        (1 / widest).tolist(),
        (1 / np.max(studies, axis=0)).tolist(),
        strict=True,
    )
    return tuple(
        ComparisonMeasures(
            treatment1=one,
            treatment2=two,
            direct=direct.get(frozenset((one, two)), 0.0),
            mean_path_length=path,
            parallelism=over_designs,
            parallelism_studies=over_studies,
        )
        for (one, two), path, over_designs, over_studies in rows
    )


def _through(height: Floats, group: TrialWeights, *, by_design: bool) -> Floats:
    """Return (C, D) or (C, S): the flow of evidence through each design, or each trial.

    The coefficients of a trial's arms in a network estimate sum to zero; what enters at some arms
    leaves at others, and half the sum of their sizes runs through.
    """
    arms, laplacians = group.arms, group.laplacians
    if by_design:
        arms, which = np.unique(group.arms, axis=0, return_inverse=True)
        laplacians = np.zeros((len(arms), *group.laplacians.shape[1:]))
        np.add.at(laplacians, which.ravel(), group.laplacians)
    coefficients = np.einsum("sij,csj->csi", laplacians, height[:, arms])
    through: Floats = np.abs(coefficients).sum(axis=2) / 2
    return through
