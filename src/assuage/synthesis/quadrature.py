"""Bayesian random-effects network meta-analysis by quadrature over tau: exact, and no sampler.

Given the between-study SD tau the model is Gaussian and its posterior known; over tau it is an
integral in one dimension (Röver, J Stat Softw 2020;93(6), does so for two treatments):

    y_s ~ N(X_s d, V_s + tau^2 (I + J) / 2),   d ~ N(0, effect_sd^2 I),   tau ~ prior,

with one block per study, so that multi-arm trials enter exactly. The design has turned each block
into independent rows of variance lambda + tau^2, after which any tau costs one weighted sum over
the rows: linear in the trials.
"""

from dataclasses import dataclass
from math import log, pi

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats, Network
from assuage.synthesis.design import Design, build_design
from assuage.synthesis.mixture import GaussianMixture
from assuage.synthesis.posterior import HeterogeneityPosterior, NetworkPosterior
from assuage.synthesis.priors import Prior
from assuage.synthesis.tau_grid import condense, integrate

CONDENSED_COMPONENTS = 16
"""Points of tau that a release keeps. On the golden networks and priors the quantiles then agree
with the full posterior's to 1e-7 posterior SD."""


def fit_random_effects(network: Network, *, prior: Prior) -> NetworkPosterior:
    """Return the posterior of a network's effects and of its heterogeneity.

    Raises NetworkError when the network is in parts (naming them), when a study's covariance is
    not positive definite, or when the posterior of tau has no finite variance (flat effects and a
    heavy-tailed prior with too few trials).
    """
    if not network.studies:
        raise NetworkError("The network has no studies.")
    given = _GivenTau.of(build_design(network), prior.effect_sd)
    grid = integrate(given.test_functions, prior.heterogeneity, start=given.scale)
    return NetworkPosterior(
        measure=network.measure,
        prior=prior,
        tau=HeterogeneityPosterior(grid=grid),
        effects=given.mixture(grid.tau, grid.weights),
        condensed=given.mixture(*condense(grid, CONDENSED_COMPONENTS)),
        log_marginal_likelihood=grid.log_integral,
        convergence_bound=grid.bound,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _GivenTau:
    """The conjugate Gaussian model at fixed values of tau, many (K) at a time.

    `log_det` is that of all studies' (I + J) / 2, which turning the rows took out.
    """

    design: Design
    effect_sd: float | None
    log_det: float

    @classmethod
    def of(cls, design: Design, effect_sd: float | None) -> "_GivenTau":
        if not design.variances.min() > 0:
            raise NetworkError(
                "A study's contrasts have a covariance that is not positive definite "
                f"(smallest eigenvalue {design.variances.min():.3g}); check its standard errors."
            )
        sizes = [(len(stack.y), stack.y.shape[1]) for stack in design.stacks]
        return cls(
            design=design,
            effect_sd=effect_sd,
            log_det=sum(count * (log(m + 1) - m * log(2)) for count, m in sizes),
        )

    @property
    def scale(self) -> float:
        """A spread at which heterogeneity begins to matter: the smallest standard error."""
        return float(np.sqrt(self.design.variances.min()))

    def _solve(self, tau: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Return means (K, T), covariances (K, T, T), log det of the precisions (K,) and the
        explained sum of squares (K,)."""
        t = self.design.parameters
        weights = 1 / (self.design.variances[:, None] + tau**2)
        precision = (self.design.squares.T @ weights).T.reshape(len(tau), t, t)
        if self.effect_sd is not None:
            precision = precision + np.eye(t) / self.effect_sd**2
        score = (self.design.x.T @ (weights * self.design.y[:, None])).T
        covariance = np.linalg.inv(precision).astype(np.float64, copy=False)
        mean = np.einsum("kij,kj->ki", covariance, score)
        log_det = np.linalg.slogdet(precision)[1].astype(np.float64, copy=False)
        return mean, covariance, log_det, np.einsum("ki,ki->k", score, mean)

    def test_functions(self, tau: Floats) -> tuple[Floats, Floats]:
        """Return log p(y | tau), shape (K,), and the effects' first and second moments given tau,
        shape (K, 2 T), whose integrals must converge."""
        mean, covariance, log_det, explained = self._solve(tau)
        total = self.design.variances[:, None] + tau**2
        squares = self.design.y**2 @ (1 / total) - explained
        fit = self.log_det + np.log(total).sum(axis=0) + squares + log_det
        rows, t = self.design.y.size, self.design.parameters
        flat = 0.5 * t * log(2 * pi) if self.effect_sd is None else -t * log(self.effect_sd)
        variances = np.diagonal(covariance, axis1=1, axis2=2)
        moments = np.concatenate([mean, mean**2 + variances], axis=1)
        return -0.5 * (fit + rows * log(2 * pi)) + flat, moments

    def mixture(self, tau: Floats, weights: Floats) -> GaussianMixture:
        """Return the posterior that gives each of these taus its weight."""
        mean, covariance, _, _ = self._solve(tau)
        treatments, reference = self.design.treatments, self.design.reference
        return GaussianMixture(
            reference=treatments[reference],
            names=treatments[:reference] + treatments[reference + 1 :],
            weights=weights,
            means=mean,
            covariances=0.5 * (covariance + np.swapaxes(covariance, 1, 2)),
            heterogeneity=tau,
        )
