"""Deterministic Bayesian inference for network models of counts, means and contrasts."""

from assuage.synthesis.latent.fit import Quadrature, default_level, fit_latent
from assuage.synthesis.latent.model import (
    BoundModel,
    CoefficientPrior,
    CommonEffects,
    Hyperparameter,
    LatentModel,
    RandomEffects,
    UnrelatedMeans,
)
from assuage.synthesis.latent.posterior import LatentPosterior, Margin
from assuage.synthesis.latent.problem import LevelPrior

__all__ = [
    "BoundModel",
    "CoefficientPrior",
    "CommonEffects",
    "Hyperparameter",
    "LatentModel",
    "LatentPosterior",
    "LevelPrior",
    "Margin",
    "Quadrature",
    "RandomEffects",
    "UnrelatedMeans",
    "default_level",
    "fit_latent",
]
