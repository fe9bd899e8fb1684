"""Direct against indirect evidence for each comparison, by back-calculation.

König, Krahn and Binder, Stat Med 2013;32:5414-5429; Dias et al., Stat Med 2010;29:932-944: the
network estimate is the average of the direct and the indirect one, weighted by precision.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from assuage.evidence.network import Floats
from assuage.synthesis.design import Design
from assuage.synthesis.gls import NetworkFit

_ALL_DIRECT = 0.9995
"""From this share of direct evidence on, what is left is too little to speak of (as netmeta)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """treatment1 minus treatment2; the indirect part is None where all evidence is direct.

    `share` is the proportion of direct evidence, `p` that of the test for a difference.
    """

    treatment1: str
    treatment2: str
    studies: int
    share: float
    direct: float
    se_direct: float
    indirect: float | None
    se_indirect: float | None
    difference: float | None
    se_difference: float | None
    p: float | None


def split(fit: NetworkFit) -> tuple[Split, ...]:
    """Return one split for each comparison that some trial makes, under the fit's own model."""
    studies, direct, variance = _direct(fit.design, fit.tau2)
    order = sorted(range(len(fit.treatments)), key=lambda i: (i == fit.design.reference, i))
    found = ((i, j) for rank, i in enumerate(order) for j in order[rank + 1 :] if studies[i, j])
    return tuple(
        _split(
            fit,
            (i, j),
            studies=int(studies[i, j]),
            direct=float(direct[i, j]),
            variance=float(variance[i, j]),
        )
        for i, j in found
    )


def _split(
    fit: NetworkFit, pair: tuple[int, int], *, studies: int, direct: float, variance: float
) -> Split:
    network, se = float(fit.differences[pair]), float(fit.standard_errors[pair])
    share = min(1.0, se**2 / variance)
    indirect = se_indirect = difference = se_difference = p = None
    if share < _ALL_DIRECT:
        indirect = (network - share * direct) / (1 - share)
        se_indirect = se / (1 - share) ** 0.5
        difference = direct - indirect
        se_difference = (variance + se_indirect**2) ** 0.5
        p = float(2 * ndtr(-abs(difference) / se_difference))
    return Split(
        treatment1=fit.treatments[pair[0]],
        treatment2=fit.treatments[pair[1]],
        studies=studies,
        share=share,
        direct=direct,
        se_direct=variance**0.5,
        indirect=indirect,
        se_indirect=se_indirect,
        difference=difference,
        se_difference=se_difference,
        p=p,
    )


def _direct(design: Design, tau2: float) -> tuple[Floats, Floats, Floats]:
    """Inverse-variance pooling of the trials that compare i and j: (n, n) counts, estimates
    (i minus j) and variances, from two-arm and multi-arm trials alike."""
    n = len(design.treatments)
    count, weight, weighted = (np.zeros(n * n) for _ in range(3))
    for stack in design.stacks:
        own = np.diagonal(stack.covariance, axis1=1, axis2=2)
        variance = own[:, :, None] + own[:, None, :] - 2 * stack.covariance
        effect = stack.effects[:, :, None] - stack.effects[:, None, :]
        cell = stack.arms[:, :, None] * n + stack.arms[:, None, :]
        apart = ~np.eye(stack.arms.shape[1], dtype=bool)
        cells, w = cell[:, apart].ravel(), 1 / (variance[:, apart].ravel() + tau2)
        count += np.bincount(cells, minlength=n * n)
        weight += np.bincount(cells, w, minlength=n * n)
        weighted += np.bincount(cells, w * effect[:, apart].ravel(), minlength=n * n)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate, variance = weighted / weight, 1 / weight
    return count.reshape(n, n), estimate.reshape(n, n), variance.reshape(n, n)
