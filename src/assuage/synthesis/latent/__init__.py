"""Deterministic Bayesian inference for network models of counts, means and contrasts."""

from assuage.synthesis.latent.certificate import Certificate
from assuage.synthesis.latent.features import Features
from assuage.synthesis.latent.fit import Quadrature, default_level, fit_latent
from assuage.synthesis.latent.leave_one_out import Fit, LeaveOneOut, fitted_arms, leave_one_out
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
    "Certificate",
    "CoefficientPrior",
    "CommonEffects",
    "Features",
    "Fit",
    "Hyperparameter",
    "LatentModel",
    "LatentPosterior",
    "LeaveOneOut",
    "LevelPrior",
    "Margin",
    "Quadrature",
    "RandomEffects",
    "UnrelatedMeans",
    "default_level",
    "fit_latent",
    "fitted_arms",
    "leave_one_out",
]
