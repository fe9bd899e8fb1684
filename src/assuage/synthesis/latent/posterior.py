"""What a network model says, as a posterior that can be asked."""

from dataclasses import dataclass, replace
from functools import cached_property
from math import sqrt

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats
from assuage.evidence.observed import ObservedNetwork
from assuage.synthesis.latent.certificate import Certificate, certify
from assuage.synthesis.latent.hyper import Axis, Weighted
from assuage.synthesis.latent.problem import Problem
from assuage.synthesis.mixture import GaussianMixture
from assuage.synthesis.posterior import superiority

CERTIFYING_DRAWS = 2048
SKEWED = 0.05
"""Asymmetry from which a plain posterior is not enough (see `LatentPosterior.asymmetry`)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Margin:
    """One hyperparameter: `values`, `weights` (n,) at the nodes of its `axis` (None: one value)."""

    name: str
    values: Floats
    weights: Floats
    axis: Axis | None

    @property
    def mean(self) -> float:
        return float(self.weights @ self.values)

    @property
    def sd(self) -> float:
        return sqrt(float(self.weights @ (self.values - self.mean) ** 2))

    def quantile(self, p: float) -> float:
        """Return the value below which a share p of the posterior lies."""
        if self.axis is None:
            return float(self.values[0])
        n = len(self.values)
        nodes = np.polynomial.legendre.leggauss(n)[0]
        coefficients = self.weights @ np.polynomial.legendre.legvander(nodes, n - 1)
        integral = np.polynomial.legendre.legint(coefficients * (np.arange(n) + 0.5), lbnd=-1)
        low, high = -1.0, 1.0
        for _ in range(60):
            middle = 0.5 * (low + high)
            below = float(np.polynomial.legendre.legval(middle, integral))
            low, high = (middle, high) if below < p else (low, middle)
        return float(self.axis.value(np.array(low)))


@dataclass(frozen=True, kw_only=True, eq=False)
class LatentPosterior:
    """The posterior of a network model on the scale of the link.

    `coefficients` is a mixture of Gaussians for the model's p coefficients (its `reference` stands
    for zero); `psi` (K, P) are its components' hyperparameters. `weighted` are the solved points
    of the hyperparameters. `statement` prints every choice of model and prior. `certificate` is
    there once it was asked for by `certified`.
    """

    network: ObservedNetwork
    problem: Problem
    weighted: Weighted
    coefficients: GaussianMixture
    psi: Floats
    statement: str
    certificate: Certificate | None = None

    @property
    def weights(self) -> Floats:
        """Weights (K,) of the components."""
        return self.coefficients.weights

    @property
    def log_marginal_likelihood(self) -> float:
        """log p(y), for comparing models; the density of anything flat counts as one."""
        if self.certificate is not None:
            return self.certificate.log_marginal_likelihood
        return self.weighted.log_integral

    @property
    def hyperparameters(self) -> dict[str, Margin]:
        """Each hyperparameter's posterior by name; tau, the between-study SD, among them."""
        return {
            h.name: self._margin(j, h.name)
            for j, h in enumerate(self.problem.model.hyperparameters)
        }

    def _margin(self, j: int, name: str) -> Margin:
        axis = self.weighted.axes[j]
        weights = self.weighted.weights
        if self.certificate is not None:
            weights = self.certificate.point_weights
        mass = np.zeros(axis.points)
        np.add.at(mass, self.weighted.place[:, j], weights)
        return Margin(name=name, values=axis.rule()[0], weights=mass, axis=axis)

    @property
    def tau(self) -> Margin:
        """The between-study SD (zero in a common-effect model)."""
        found = self.hyperparameters.get("tau")
        return found or Margin(name="tau", values=np.zeros(1), weights=np.ones(1), axis=None)

    @cached_property
    def effects(self) -> GaussianMixture:
        """Each treatment against the reference. NetworkError where the model has no such effect."""
        maps = self.problem.model.effects(self.psi)
        if maps is None:
            raise NetworkError(
                "This model has no consistent effects against one reference; ask `coefficients`."
            )
        own = self.coefficients
        full = np.broadcast_to(maps, (len(own.weights), *maps.shape[-2:]))
        return replace(
            own,
            reference=self.network.reference,
            names=tuple(t for t in self.network.treatments if t != self.network.reference),
            means=np.einsum("ktp,kp->kt", full, own.means),
            covariances=full @ own.covariances @ np.swapaxes(full, 1, 2),
        )

    @property
    def predictive(self) -> GaussianMixture:
        """The effects to expect in one new study."""
        return self.effects.predictive()

    def superiority(self) -> tuple[tuple[str, ...], Floats]:
        """Return all treatments in order, and P[i, j] = Pr(effect of i > effect of j)."""
        return superiority(self.effects)

    @property
    def asymmetry(self) -> float:
        """How far skewness moves a coefficient's mean from its mode, in SDs, at the most.

        It tells, for nothing, whether the plain posterior is enough. On the golden networks, below
        0.02 it differs from the certified one by less than 0.002 SD in means and 0.5% in SDs; from
        0.1 on SDs are 3% and more off, and around 1 (treatments without events) means half an SD.
        """
        found, weights = self.weighted.conditional, self.weighted.weights
        sds = np.sqrt(np.diagonal(found.covariance, axis1=1, axis2=2))
        return float((weights @ np.abs(found.shift / sds)).max(initial=0.0))

    @property
    def needs_certificate(self) -> bool:
        """Whether the posterior is skewed enough that `certified` should be asked for."""
        return self.certificate is None and self.asymmetry > SKEWED

    def certified(self, *, draws: int = CERTIFYING_DRAWS) -> "LatentPosterior":
        """Return this posterior checked and corrected by importance weights on `draws` fixed draws.

        Raises NetworkError, saying what to do, when the weights cannot be trusted (Pareto k-hat of
        0.7 or more). Where the likelihood is normal there is nothing to correct.
        """
        if self.certificate is not None:
            return self
        found = certify(self.problem, self.weighted, self.coefficients, draws=draws).require()
        moved = len(found.corrected.weights) == len(self.coefficients.weights)
        psi = self.psi if moved else self.weighted.conditional.psi[found.components]
        return replace(self, coefficients=found.corrected, psi=psi, certificate=found)
