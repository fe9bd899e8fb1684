"""What each trial adds to the deviance: under the network, and with each design on its own."""

from collections.abc import Iterator

import numpy as np

from assuage.evidence.network import Floats
from assuage.report.plots.deviance import DeviancePoint
from assuage.synthesis.design import Stack
from assuage.synthesis.gls import NetworkFit


def deviance_points(fitted: NetworkFit) -> tuple[DeviancePoint, ...]:
    """Return a point for each trial, in the network's order.

    `consistency`: the squared residuals of its contrasts from the fitted network, in units of
    their variance (sampling and tau²). `inconsistency`: the same from the pooled effect of the
    trials of the same design, which is the design-by-treatment interaction model given the same
    tau² (Higgins, Jackson, Barrett, Lu, Ades and White, Res Synth Methods 2012;3:98-110).
    """
    by_arms: dict[int, list[str]] = {}
    for study in fitted.network.studies:
        by_arms.setdefault(len(study.treatments), []).append(study.study)
    found: dict[str, DeviancePoint] = {}
    for stack, count in zip(fitted.design.stacks, sorted(by_arms), strict=True):
        names = by_arms[count]
        for name, point in zip(names, _points(names, stack, fitted), strict=True):
            found[name] = point
    return tuple(found[study.study] for study in fitted.network.studies)


def _points(names: list[str], stack: Stack, fitted: NetworkFit) -> Iterator[DeviancePoint]:
    weights = 1 / (stack.variances + fitted.tau2)
    own = np.einsum("sma,sa->sm", stack.rows, fitted.estimates[stack.arms])
    network = (weights * (stack.y - own) ** 2).sum(axis=1)
    design = (weights * (stack.y - _pooled(stack, weights)) ** 2).sum(axis=1)
    for name, a, b in zip(names, network.tolist(), design.tolist(), strict=True):
        yield DeviancePoint(label=name, size=stack.y.shape[1], consistency=a, inconsistency=b)


def _pooled(stack: Stack, weights: Floats) -> Floats:
    """The fitted rows (S, m) when each design has effects of its own."""
    _, which = np.unique(stack.arms, axis=0, return_inverse=True)
    which = which.ravel()
    rows = stack.rows[:, :, 1:]
    size = int(which.max()) + 1
    information = np.zeros((size, rows.shape[2], rows.shape[2]))
    score = np.zeros((size, rows.shape[2]))
    np.add.at(information, which, np.einsum("sm,smi,smj->sij", weights, rows, rows))
    np.add.at(score, which, np.einsum("sm,smi->si", weights * stack.y, rows))
    effects = np.linalg.solve(information, score[:, :, None])[:, :, 0]
    fitted: Floats = np.einsum("smi,si->sm", rows, effects[which])
    return fitted
