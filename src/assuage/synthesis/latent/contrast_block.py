"""Contrasts on the scale of the link, normal with known covariance: integrated exactly."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from assuage.evidence.network import Floats
from assuage.synthesis.latent.features import Ints
from assuage.synthesis.latent.integral import Contribution, Fitted, mixing


@dataclass(frozen=True, slots=True, eq=False)
class GaussianWorking:
    """Information M (K, S, A, A) and M z (K, S, A); there are no predictors to update."""

    information: Floats
    target: Floats

    def update(self, theta: Floats, eta: Floats) -> Floats:  # noqa: ARG002
        return eta


class NormalBlock(ABC):
    """Studies whose likelihood is normal given the hyperparameters: nothing of theirs is left to
    settle, and the Laplace value is exact."""

    __slots__ = ()

    @abstractmethod
    def working(self, eta: Floats, tau: Floats) -> GaussianWorking: ...

    @abstractmethod
    def laplace(self, theta: Floats, eta: Floats, tau: Floats) -> Floats: ...

    def settle(self, theta: Floats, eta: Floats, tau: Floats, steps: int) -> Floats:  # noqa: ARG002
        return eta

    def contribution(
        self,
        theta: Floats,
        eta: Floats,
        tau: Floats,
        spread: Floats | None,  # noqa: ARG002
    ) -> Contribution:
        work = self.working(eta, tau)
        score = work.target - np.einsum("ksab,ksb->ksa", work.information, theta)
        return Contribution.gaussian(self.laplace(theta, eta, tau), score, work.information)

    def log_likelihood(self, theta: Floats, eta: Floats, tau: Floats) -> Floats:
        """Return log p(y_s | theta), shape (K, S)."""
        return self.laplace(theta, eta, tau)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ContrastBlock(NormalBlock):
    """Studies with the same number of arms: y ~ N(D theta, V + tau^2 (I + J) / 2).

    `rows` (S, m, A) turn arms into m contrasts that are independent for every tau, with variances
    `variances` (S, m) + tau^2; `values` (S, m) are the turned estimates. A contrast of infinite
    variance has none of its row left. `log_turn` (S,) is the log determinant of the turning.
    """

    studies: Ints
    rows: Floats
    values: Floats
    variances: Floats
    known: Floats
    log_turn: Floats

    @property
    def arms(self) -> int:
        return self.rows.shape[-1]

    @property
    def exact(self) -> bool:
        return True

    @classmethod
    def of(cls, studies: Ints, estimates: Floats, covariances: Floats) -> "ContrastBlock":
        """Turn contrasts (S, m) with covariances (S, m, m)."""
        count, m = estimates.shape
        rows = np.zeros((count, m, m + 1))
        values, known = np.zeros((count, m)), np.zeros((count, m))
        variances, log_turn = np.ones((count, m)), np.zeros(count)
        finite = np.isfinite(np.diagonal(covariances, axis1=1, axis2=2))
        for s in range(count):
            keep = np.flatnonzero(finite[s])
            if not keep.size:
                continue
            inverse = np.linalg.inv(mixing(keep.size + 1))
            inner = inverse @ covariances[s][np.ix_(keep, keep)] @ inverse
            own, vectors = np.linalg.eigh(0.5 * (inner + inner.T))
            turn = vectors.T @ inverse
            rows[s, : keep.size, keep + 1] = turn.T
            rows[s, : keep.size, 0] = -turn.sum(axis=1)
            values[s, : keep.size] = turn @ estimates[s][keep]
            variances[s, : keep.size] = own
            known[s, : keep.size] = 1.0
            log_turn[s] = np.linalg.slogdet(turn)[1]
        return cls(
            studies=studies, rows=rows, values=values, variances=variances, known=known,
            log_turn=log_turn,
        )  # fmt: skip

    def start(self, points: int) -> Floats:
        return np.zeros((points, len(self.studies), self.arms))

    def _weights(self, tau: Floats) -> Floats:
        return self.known / (self.variances + tau[:, None, None] ** 2)

    def working(self, eta: Floats, tau: Floats) -> GaussianWorking:  # noqa: ARG002 - linear
        weights = self._weights(tau)
        if self.rows.shape[1] == 1:
            information = weights[..., None] * (self.rows[:, 0, :, None] * self.rows[:, 0, None, :])
        else:
            information = np.einsum("ksm,sma,smb->ksab", weights, self.rows, self.rows)
        target = np.einsum("ksm,sma->ksa", weights * self.values, self.rows)
        return GaussianWorking(information, target)

    def laplace(self, theta: Floats, eta: Floats, tau: Floats) -> Floats:  # noqa: ARG002
        off = self.values - np.einsum("sma,ksa->ksm", self.rows, theta)
        weights = self._weights(tau)
        log_scale = np.where(self.known > 0, np.log(np.maximum(weights, 1e-300) / (2 * np.pi)), 0.0)
        return self.log_turn + 0.5 * (log_scale - weights * off**2).sum(axis=-1)

    def fitted(self, theta: Floats, eta: Floats, tau: Floats) -> Fitted:  # noqa: ARG002
        """Return posterior means given theta; the predictor is the study's own true contrast.

        In the turned rows the true contrast has prior variance tau^2 and the estimate `variances`.
        """
        at = np.einsum("sma,ksa->ksm", self.rows, theta)
        squared = tau[:, None, None] ** 2
        share = self.known * squared / (self.variances + squared)
        true = at + share * (self.values - at)
        spread = (self.values - true) ** 2 + self.variances * share
        expected = np.zeros_like(theta)
        expected[..., 1:] = np.einsum("ksm,smj->ksj", true, self._turn_back())
        deviance = np.full_like(theta, np.nan)
        deviance[..., 1:] = np.where(self.known > 0, spread / self.variances, np.nan)
        return Fitted(expected, expected, deviance)

    def _turn_back(self) -> Floats:
        back = np.linalg.pinv(self.rows[..., 1:])
        return np.swapaxes(back, 1, 2).astype(np.float64, copy=False)

    def deviance_at(self, expected: Floats) -> Floats:
        """Return the deviance of contrasts (S, A) expected to be these, in turned rows."""
        off = self.values - np.einsum("smj,sj->sm", self.rows[..., 1:], expected[..., 1:])
        out = np.full_like(expected, np.nan)
        out[..., 1:] = np.where(self.known > 0, off**2 / self.variances, np.nan)
        return out
