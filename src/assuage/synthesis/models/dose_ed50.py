"""An ED50 with its prior beside it, and whether the trials tell it at all."""

from dataclasses import dataclass
from math import exp, log

import numpy as np

from assuage.evidence.network import Floats
from assuage.synthesis.models.dose_fit import CurveFit
from assuage.synthesis.models.dose_model import ShapeGroup

_SAYS_LITTLE = 0.3
"""Nats from prior to posterior of an ED50 below which it is called not identified: as much as
halving its SD on the log scale."""
_PROBABILITIES = (0.5, 0.025, 0.975)


@dataclass(frozen=True, slots=True, kw_only=True)
class ED50Row:
    """The ED50 of an agent or group, in the network's unit (`relative`: as a share of each agent's
    reference dose, where agents with different ones share it).

    `divergence` (nats) is Kullback-Leibler's from prior to posterior, both taken as normal in
    log(ED50); `identified` tells whether it amounts to anything, in words in `statement`.
    """

    group: str
    relative: bool
    median: float
    low: float
    high: float
    prior_median: float
    prior_low: float
    prior_high: float
    divergence: float
    identified: bool
    statement: str


def ed50_row(fit: CurveFit, group: ShapeGroup, unit: str) -> ED50Row:
    """Return the ED50 of a group of agents under an Emax curve."""
    after, divergence = _learnt(fit, group)
    references = {agent.reference for agent in group.agents}
    relative = len(references) > 1
    scale = 1.0 if relative else references.pop()
    median, low, high = (scale * exp(u) for u in after)
    before = [scale * exp(group.prior.quantile(p)) for p in _PROBABILITIES]
    identified = divergence >= _SAYS_LITTLE
    where = "times the reference dose" if relative else unit
    told = f"ED50 of {group.name}: {median:.3g} {where} (95% {low:.3g} to {high:.3g})"
    if group.column is None:
        told += "; no trial compares two doses, so this is the prior"
    elif not identified:
        told += (
            f"; the trials say little of it: the prior was {before[0]:.3g} ({before[1]:.3g} to "
            f"{before[2]:.3g}), {divergence:.2f} nats away"
        )
    return ED50Row(
        group=group.name, relative=relative, median=median, low=low, high=high,
        prior_median=before[0], prior_low=before[1], prior_high=before[2],
        divergence=divergence, identified=identified, statement=told,
    )  # fmt: skip


def _learnt(fit: CurveFit, group: ShapeGroup) -> tuple[list[float], float]:
    """Return the posterior's quantiles of log(ED50 / reference dose), and its divergence."""
    prior = group.prior
    if group.column is None:
        return [prior.quantile(p) for p in _PROBABILITIES], 0.0
    values, weights = fit.psi[:, group.column], fit.weights
    margin = fit.margins.get(f"log ED50 of {group.name}")
    if margin is not None:
        quantiles = [margin.quantile(p) for p in _PROBABILITIES]
    else:
        quantiles = [_quantile(values, weights, p) for p in _PROBABILITIES]
    mean = float(weights @ values)
    sd = float(np.sqrt(weights @ (values - mean) ** 2))
    ratio, shift = sd / prior.sd, (mean - prior.mean) / prior.sd
    return quantiles, 0.5 * (ratio**2 + shift**2 - 1 - 2 * log(ratio))


def _quantile(values: Floats, weights: Floats, p: float) -> float:
    order = np.argsort(values)
    mass = weights[order]
    return float(np.interp(p, np.cumsum(mass) - 0.5 * mass, values[order]))
