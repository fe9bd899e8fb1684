"""Contrasts of two outcomes in the same studies, normal with known covariance.

Implements a Block of the engine: places are (arm, outcome) instead of arms, and what the model
calls its `tau` are the two between-study SDs and their correlation.
"""

from dataclasses import dataclass

import numpy as np

from assuage.evidence.network import Floats
from assuage.synthesis.latent.contrast_block import GaussianWorking, NormalBlock
from assuage.synthesis.latent.features import Ints
from assuage.synthesis.latent.integral import Fitted


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JointBlock(NormalBlock):
    """`differences` (S, R, P) turn places into contrasts, `values` (S, R) are the estimates,
    `within` (S, R, R) their covariance, `known` (S, R) is 0 for rows that are not there.
    `outcome` and `arm` (S, R) say what each row is."""

    studies: Ints
    differences: Floats
    values: Floats
    within: Floats
    known: Floats
    outcome: Ints
    arm: Ints

    @property
    def arms(self) -> int:
        return self.differences.shape[-1]

    @property
    def exact(self) -> bool:
        return True

    def start(self, points: int) -> Floats:
        return np.zeros((points, len(self.studies), self.arms))

    def covariance(self, spreads: Floats) -> Floats:
        """Return the covariance of the contrasts, (K, S, R, R), at spreads (K, 3): the SDs of both
        outcomes and their correlation. Random effects of contrasts with one baseline share half
        their variance."""
        sd = spreads[:, self.outcome]
        pairs = sd[..., :, None] * sd[..., None, :]
        other = self.outcome[:, :, None] != self.outcome[:, None, :]
        correlation = np.where(other, spreads[:, 2, None, None, None], 1.0)
        shared = np.where(self.arm[:, :, None] == self.arm[:, None, :], 1.0, 0.5)
        there = self.known[:, :, None] * self.known[:, None, :]
        return self.within + there * shared * correlation * pairs

    def working(self, eta: Floats, tau: Floats) -> GaussianWorking:  # noqa: ARG002 - linear
        precision = np.linalg.inv(self.covariance(tau)) * self.known[:, None, :]
        pulled = np.einsum("srp,ksrt->kspt", self.differences, precision)
        return GaussianWorking(
            np.einsum("kspt,stq->kspq", pulled, self.differences),
            np.einsum("kspt,st->ksp", pulled, self.values),
        )

    def laplace(self, theta: Floats, eta: Floats, tau: Floats) -> Floats:  # noqa: ARG002
        covariance = self.covariance(tau)
        off = self.known * (self.values - np.einsum("srp,ksp->ksr", self.differences, theta))
        precision = np.linalg.inv(covariance)
        fit = np.einsum("ksr,ksrt,kst->ks", off, precision, off)
        log_det = np.linalg.slogdet(covariance)[1]
        return -0.5 * (fit + log_det + self.known.sum(axis=-1) * np.log(2 * np.pi))

    def fitted(self, theta: Floats, eta: Floats, tau: Floats) -> Fitted:  # noqa: ARG002
        """Return nothing: deviance by outcome is not offered."""
        empty = np.full_like(theta, np.nan)
        return Fitted(empty, empty, empty)

    def deviance_at(self, expected: Floats) -> Floats:
        return np.full_like(expected, np.nan)
