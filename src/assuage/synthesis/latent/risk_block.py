"""Risk differences and log risk ratios without arm data: a smooth function of the arms' log odds.

y_s ~ N(D f(eta_s), V_s), where f is the risk or its log, D takes the baseline from the other arms,
and the baseline's log odds have a stated prior. Few trials report so; their blocks are dense.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from assuage.evidence.network import Floats
from assuage.synthesis.latent.features import Ints
from assuage.synthesis.latent.integral import (
    SMALLEST_TAU,
    Contribution,
    Fitted,
    Nodes,
    Roots,
    contribution_at_nodes,
    latent_roots,
    mixing,
    normalised,
    product_nodes,
)

_LONGEST_STEP = 2.0
NODES = {2: 9, 3: 7, 4: 5}
_FEWEST_NODES = 4
"""A dimension of the study's own effects. Its level gets an even grid far to both sides, since a
difference of risks may stem from a low risk or a high one."""


@dataclass(frozen=True, slots=True, eq=False)
class DenseWorking:
    """Information M (K, S, A, A), M z (K, S, A) and the prior covariance of the predictors."""

    information: Floats
    target: Floats
    covariance: Floats
    level_mean: Floats

    def update(self, theta: Floats, eta: Floats) -> Floats:
        """Return the predictors' mode given theta, both (K, S, A), no long step from eta."""
        left = self.target - np.einsum("ksab,ksb->ksa", self.information, theta)
        new = theta + self.level_mean[:, None]
        new = new + np.einsum("ksab,ksb->ksa", self.covariance, left)
        return eta + np.clip(new - eta, -_LONGEST_STEP, _LONGEST_STEP)


@dataclass(frozen=True, slots=True, eq=False)
class _Risk:
    """A scale of risk and its derivative in the log odds."""

    value: Floats
    first: Floats

    @classmethod
    def at(cls, eta: Floats, scale: Literal["RD", "log RR"]) -> "_Risk":
        small = np.exp(-np.abs(eta))
        risk = np.where(eta >= 0, 1.0, small) / (1 + small)
        if scale == "RD":
            return cls(risk, risk * (1 - risk))
        return cls(np.minimum(eta, 0) - np.log1p(small), 1 - risk)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RiskBlock:
    """Studies with the same number of arms and scale: `estimates` (S, m), `precision` (S, m, m)
    the inverse of their covariance; `level_mean`, `level_precision` (S,) the prior of the
    baseline's log odds."""

    studies: Ints
    scale: Literal["RD", "log RR"]
    estimates: Floats
    precision: Floats
    constant: Floats
    level_mean: Floats
    level_precision: Floats

    @property
    def arms(self) -> int:
        return self.estimates.shape[1] + 1

    @property
    def exact(self) -> bool:
        return False

    def start(self, points: int) -> Floats:
        eta = np.repeat(self.level_mean[:, None], self.arms, axis=1)
        return np.repeat(eta[None], points, axis=0)

    def _spread(self) -> Floats:
        """D' Q D, shape (S, A, A)."""
        d = self._differences()
        return d.T @ self.precision @ d

    def _differences(self) -> Floats:
        m = self.arms - 1
        return np.concatenate([-np.ones((m, 1)), np.eye(m)], axis=1)

    def _pull(self, risk: Floats) -> Floats:
        """D' Q (y - D f), shape (K, S, A), or with nodes last (K, S, A, n)."""
        d = self._differences()
        if risk.ndim == 4:
            off = self.estimates[..., None] - np.einsum("ma,ksan->ksmn", d, risk)
            return np.einsum("ma,sml,ksln->ksan", d, self.precision, off)
        off = self.estimates - risk @ d.T
        return np.einsum("ma,sml,ksl->ksa", d, self.precision, off)

    def _log_likelihood(self, risk: Floats) -> Floats:
        d = self._differences()
        off = self.estimates[..., None] - np.einsum("ma,ksan->ksmn", d, risk)
        return -0.5 * np.einsum("ksmn,sml,ksln->ksn", off, self.precision, off)

    def _covariance(self, tau: Floats) -> Floats:
        """Prior covariance of eta given theta, (K, S, A, A)."""
        structure = np.zeros((self.arms, self.arms))
        structure[1:, 1:] = 0.5 * (np.eye(self.arms - 1) + 1)
        level = 1 / self.level_precision[:, None, None]
        return level + tau[:, None, None, None] ** 2 * structure

    def _weight(self, eta: Floats) -> tuple[_Risk, Floats]:
        """Gauss-Newton's negative Hessian, which is never indefinite."""
        risk = _Risk.at(eta, self.scale)
        return risk, risk.first[..., :, None] * self._spread() * risk.first[..., None, :]

    def working(self, eta: Floats, tau: Floats) -> DenseWorking:
        risk, weight = self._weight(eta)
        covariance = self._covariance(tau)
        score = risk.first * self._pull(risk.value)
        left = np.eye(self.arms) + weight @ covariance
        information = np.linalg.solve(left, weight).astype(np.float64, copy=False)
        pull: Floats = np.einsum("ksab,ksb->ksa", weight, eta - self.level_mean[:, None]) + score
        target = np.linalg.solve(left, pull[..., None]).astype(np.float64, copy=False)
        return DenseWorking(information, target[..., 0], covariance, self.level_mean)

    def settle(self, theta: Floats, eta: Floats, tau: Floats, steps: int) -> Floats:
        for _ in range(3 * steps):
            new = self.working(eta, tau).update(theta, eta)
            done = float(np.abs(new - eta).max(initial=0)) < 1e-8
            eta = new
            if done:
                break
        return eta

    def laplace(self, theta: Floats, eta: Floats, tau: Floats) -> Floats:
        """Return log p(y_s | theta) by Laplace about eta, which may not be the mode quite."""
        risk, weight = self._weight(eta)
        covariance = self._covariance(tau)
        unknowns = self._unknowns(theta, eta, tau)
        quadratic = self.level_precision * unknowns[..., 0] ** 2
        quadratic = quadratic + (unknowns[..., 1:] ** 2).sum(axis=-1)
        log_det = np.linalg.slogdet(np.eye(self.arms) + weight @ covariance)[1]
        value = self._log_likelihood(risk.value[..., None])[..., 0]
        return value + self.constant - 0.5 * (quadratic + log_det)

    def _unknowns(self, theta: Floats, eta: Floats, tau: Floats) -> Floats:
        """Return (mu, epsilon), shape (K, S, A), that make the predictors eta of theta."""
        off = eta - theta - self.level_mean[:, None]
        own = (off[..., 1:] - off[..., :1]) @ np.linalg.inv(mixing(self.arms))
        spread = np.maximum(tau, SMALLEST_TAU)[:, None, None]
        return np.concatenate([off[..., :1], own / spread], axis=-1)

    def contribution(
        self, theta: Floats, eta: Floats, tau: Floats, spread: Floats | None
    ) -> Contribution:
        value = self.laplace(theta, eta, tau)
        nodes, roots, there, beyond = self._at_nodes(theta, eta, tau)
        scores = there.first * self._pull(there.value)
        part = contribution_at_nodes(beyond, scores, nodes, roots.pulls, spread)
        return Contribution(value + part.value, part.score, part.information, part.third)

    def log_likelihood(self, theta: Floats, eta: Floats, tau: Floats) -> Floats:
        """Return log p(y_s | theta), shape (K, S)."""
        nodes, _, _, beyond = self._at_nodes(theta, eta, tau)
        return self.laplace(theta, eta, tau) + normalised(beyond + nodes.log_weights)[1]

    def _at_nodes(
        self, theta: Floats, eta: Floats, tau: Floats
    ) -> tuple[Nodes, Roots, _Risk, Floats]:
        """Return nodes, roots, risks there and the log integrand beyond its Gaussian part."""
        risk, weight = self._weight(eta)
        nodes = product_nodes(self.arms, NODES.get(self.arms, _FEWEST_NODES), wide=True)
        roots = latent_roots(weight, tau, self.level_precision)
        shift = roots.predictors @ nodes.points
        there = _Risk.at(eta[..., None] + shift, self.scale)
        beyond = self._log_likelihood(there.value)
        beyond -= self._log_likelihood(risk.value[..., None])
        # the prior's slope at the centre: at the mode it takes the likelihood's away
        pulled = self._unknowns(theta, eta, tau)
        pulled[..., 0] *= self.level_precision
        slope = np.einsum("ksij,ksi->ksj", roots.unknowns, pulled)
        beyond -= slope @ nodes.points
        beyond += 0.5 * np.einsum("ksan,ksab,ksbn->ksn", shift, weight, shift)
        return nodes, roots, there, beyond

    def fitted(self, theta: Floats, eta: Floats, tau: Floats) -> Fitted:
        """Return posterior means given theta. The deviance is the study's as a whole and stands at
        its first treated arm."""
        nodes, roots, there, beyond = self._at_nodes(theta, eta, tau)
        mass = normalised(beyond + nodes.log_weights)[0]
        places = eta[..., None] + roots.predictors @ nodes.points
        contrasts = np.einsum("ma,ksan->ksmn", self._differences(), there.value)
        expected = np.zeros_like(eta)
        expected[..., 1:] = np.einsum("ksmn,ksn->ksm", contrasts, mass)
        deviance = np.full_like(eta, np.nan)
        deviance[..., 1] = -2 * (self._log_likelihood(there.value) * mass).sum(axis=-1)
        predictor = np.einsum("ksan,ksn->ksa", places, mass)
        return Fitted(predictor, expected, deviance)

    def deviance_at(self, expected: Floats) -> Floats:
        """Return the deviance of contrasts (S, A) expected to be these."""
        off = self.estimates - expected[..., 1:]
        out = np.full_like(expected, np.nan)
        out[..., 1] = np.einsum("sm,sml,sl->s", off, self.precision, off)
        return out
