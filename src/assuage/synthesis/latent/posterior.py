"""What a network model says, as a posterior that can be asked."""

from dataclasses import dataclass
from functools import cached_property
from math import sqrt

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats
from assuage.evidence.observed import ObservedNetwork
from assuage.synthesis.latent.hyper import Weighted
from assuage.synthesis.latent.problem import Problem
from assuage.synthesis.mixture import GaussianMixture
from assuage.synthesis.posterior import superiority


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Margin:
    """One hyperparameter on its quadrature points: `values`, `weights` (K,)."""

    name: str
    values: Floats
    weights: Floats

    @property
    def mean(self) -> float:
        return float(self.weights @ self.values)

    @property
    def sd(self) -> float:
        return sqrt(float(self.weights @ (self.values - self.mean) ** 2))

    def quantile(self, p: float) -> float:
        """Return the quantile: linear in the mass between points, half of each on its two sides."""
        values, place = np.unique(self.values, return_inverse=True)
        mass = np.bincount(place, self.weights)
        below = np.cumsum(mass) - 0.5 * mass
        return float(np.interp(p, below, values))


@dataclass(frozen=True, kw_only=True, eq=False)
class LatentPosterior:
    """The posterior of a network model on the scale of the link.

    `coefficients` is the mixture of the model's coefficients over the hyperparameters' points psi
    (K, P); its `reference` stands for zero. `log_marginal_likelihood` is log p(y); the density of
    anything flat counts as one. `statement` prints every choice of model and prior.
    """

    network: ObservedNetwork
    problem: Problem
    weighted: Weighted
    coefficients: GaussianMixture
    statement: str

    @property
    def psi(self) -> Floats:
        return self.weighted.conditional.psi

    @property
    def weights(self) -> Floats:
        return self.weighted.weights

    @property
    def log_marginal_likelihood(self) -> float:
        return self.weighted.log_integral

    @property
    def hyperparameters(self) -> dict[str, Margin]:
        return {
            h.name: Margin(name=h.name, values=self.psi[:, j], weights=self.weights)
            for j, h in enumerate(self.problem.model.hyperparameters)
        }

    @property
    def tau(self) -> Margin:
        """The between-study SD (zero in a common-effect model)."""
        return Margin(
            name="tau", values=self.coefficients.heterogeneity, weights=self.weights
        )

    @cached_property
    def effects(self) -> GaussianMixture:
        """Each treatment against the reference. NetworkError where the model has no such effect."""
        maps = self.problem.model.effects(self.psi)
        if maps is None:
            raise NetworkError(
                "This model has no consistent effects against one reference; ask `coefficients`."
            )
        full = np.broadcast_to(maps, (len(self.weights), *maps.shape[-2:]))
        return GaussianMixture(
            reference=self.network.reference,
            names=tuple(t for t in self.network.treatments if t != self.network.reference),
            weights=self.weights,
            means=np.einsum("ktp,kp->kt", full, self.coefficients.means),
            covariances=full @ self.coefficients.covariances @ np.swapaxes(full, 1, 2),
            heterogeneity=self.coefficients.heterogeneity,
        )

    @property
    def predictive(self) -> GaussianMixture:
        """The effects to expect in one new study."""
        return self.effects.predictive()

    def superiority(self) -> tuple[tuple[str, ...], Floats]:
        """Return all treatments in order, and P[i, j] = Pr(effect of i > effect of j)."""
        return superiority(self.effects)
