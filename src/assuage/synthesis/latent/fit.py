"""Fit a network model to studies as observed: deterministic, and no sampler."""

from dataclasses import dataclass

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats
from assuage.evidence.observed import ObservedNetwork
from assuage.synthesis.latent.hyper import integrate
from assuage.synthesis.latent.model import BoundModel, LatentModel
from assuage.synthesis.latent.posterior import LatentPosterior
from assuage.synthesis.latent.problem import LevelPrior, build_problem
from assuage.synthesis.mixture import GaussianMixture

DEFAULT_POINTS = {0: 1, 1: 25, 2: 15, 3: 11}
_FEWEST_POINTS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Quadrature:
    """How finely to integrate: `points` a hyperparameter (None: 25 for one, 15 each for two)."""

    points: int | None = None


def default_level(network: ObservedNetwork) -> LevelPrior:
    """Return N(0, SD 10) for log odds and log rates, wide enough for any risk and proper for
    studies without events; flat for means, whose unit is unknown."""
    return LevelPrior(sd=None if network.link == "identity" else 10.0)


def fit_latent(
    network: ObservedNetwork,
    model: LatentModel,
    *,
    level: LevelPrior | None = None,
    quadrature: Quadrature | None = None,
) -> LatentPosterior:
    """Return the posterior of a model's coefficients and hyperparameters.

    `level` is the prior of each study's baseline arm (`default_level` if None); studies reported
    by risk contrasts bring their own. Raises NetworkError when something is not identified, or the
    posterior of a hyperparameter has no finite variance.
    """
    chosen = level or default_level(network)
    bound = model.bind(network)
    problem = build_problem(network, bound, chosen, _examples(bound))
    hyper = bound.hyperparameters
    asked = quadrature.points if quadrature else None
    points = asked or DEFAULT_POINTS.get(len(hyper), _FEWEST_POINTS)
    weighted = integrate(problem, points)
    found = weighted.conditional
    covariance = found.covariance
    return LatentPosterior(
        network=network,
        problem=problem,
        weighted=weighted,
        coefficients=GaussianMixture(
            reference=network.reference,
            names=bound.names,
            weights=weighted.weights,
            means=found.mean,
            covariances=0.5 * (covariance + np.swapaxes(covariance, 1, 2)),
            heterogeneity=np.asarray(bound.tau(found.psi), dtype=np.float64),
        ),
        psi=found.psi,
        statement="\n".join([bound.statement, chosen.statement]),
    )


def _examples(model: BoundModel) -> Floats:
    """Points of the hyperparameters that show which places of the design are ever used."""
    start = np.array([[h.start for h in model.hyperparameters]])
    step = np.array([[h.step for h in model.hyperparameters]])
    if len(set(model.names)) < len(model.names):
        raise NetworkError("A model's coefficients must have different names.")
    return np.concatenate([start, start + 0.37 * step, start + 0.71 * step])
