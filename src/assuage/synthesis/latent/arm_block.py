"""Studies reported by arm, all with the same number of arms: their share of the posterior.

Given the hyperparameters an arm's predictor is eta = theta + mu + c + e, with the study's level
mu ~ N(m, 1 / k) and, in arms other than the baseline, a shared c ~ N(0, tau^2 / 2) and an own
e ~ N(0, tau^2 / 2): random effects of contrasts with variance tau^2 and covariance tau^2 / 2
(Higgins and Whitehead, Stat Med 1996;15:2733-2749). At tau = 0 both vanish and nothing divides by
tau. Own parts are diagonal and the rest has rank two, so that each Newton step is closed form for
any number of arms (Woodbury).
"""

from dataclasses import dataclass

import numpy as np

from assuage.evidence.network import Floats
from assuage.synthesis.latent.families import Derivatives, Family
from assuage.synthesis.latent.features import Ints
from assuage.synthesis.latent.integral import (
    CHUNK,
    Contribution,
    Fitted,
    Nodes,
    contribution_at_nodes,
    latent_roots,
    normalised,
    product_nodes,
)

_LONGEST_STEP = 3.0
"""Newton's steps in a predictor are cut to this, which only matters far from the mode."""


@dataclass(frozen=True, slots=True, eq=False)
class ArmWorking:
    """The likelihood linearised: `information` M (K, S, A, A) and `target` M z (K, S, A) for the
    coefficients, and the way back to the predictors."""

    information: Floats
    target: Floats
    weights: Floats
    scores: Floats
    small: tuple[Floats, Floats, Floats]
    level_mean: Floats
    half: Floats

    def update(self, theta: Floats, eta: Floats) -> Floats:
        """Return the predictors' mode given theta, both (K, S, A), no long step from eta."""
        left = self.scores - self.weights * theta
        level, common = _effects(left, self.small)
        new = theta + (self.level_mean + level)[..., None]
        rest = left[..., 1:] - self.weights[..., 1:] * (level + common)[..., None]
        new[..., 1:] += common[..., None] + self.half[..., None] * rest
        return eta + np.clip(new - eta, -_LONGEST_STEP, _LONGEST_STEP)


def _effects(scores: Floats, small: tuple[Floats, Floats, Floats]) -> tuple[Floats, Floats]:
    """Return level and common effect (K, S) that scores (K, S, A) speak for."""
    others = scores[..., 1:].sum(axis=-1)
    total = scores[..., 0] + others
    return small[0] * total + small[1] * others, small[1] * total + small[2] * others


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArmBlock:
    """`studies` (S,) are places in the network. `level_mean`, `level_precision` (S,) are the
    prior of mu (precision zero: flat), `nodes` a dimension of the quadrature; `eventless`
    studies had no event at all (or nothing else)."""

    studies: Ints
    family: Family
    level_mean: Floats
    level_precision: Floats
    nodes: int
    eventless: bool = False

    @property
    def arms(self) -> int:
        return self.family.shape[1]

    @property
    def exact(self) -> bool:
        return self.family.exact

    def start(self, points: int) -> Floats:
        eta = self.family.start()
        return np.repeat(eta[None], points, axis=0)

    def working(self, eta: Floats, tau: Floats) -> ArmWorking:
        """Linearise the likelihood at eta (K, S, A)."""
        at = self.family.at(eta)
        half = 0.5 * tau[:, None] ** 2
        shrunk = np.ones_like(eta)
        shrunk[..., 1:] = 1 / (1 + at.weight[..., 1:] * half[..., None])
        weights = shrunk * at.weight
        scores = shrunk * (at.weight * eta + at.first) - weights * self.level_mean[:, None]
        own = weights[..., 1:].sum(axis=-1)
        total = self.level_precision + weights.sum(axis=-1)
        det = total * (1 + half * own) - half * own**2
        small = ((1 + half * own) / det, -half * own / det, half * total / det)
        # M = diag(d) - d_a d_b (n00 + n01 (1_a + 1_b) + n11 1_a 1_b), 1_a: not the baseline
        both = small[0] + 2 * small[1] + small[2]
        middle = np.empty((*eta.shape, self.arms))
        middle[...] = both[..., None, None]
        middle[..., 0, :] = middle[..., :, 0] = (small[0] + small[1])[..., None]
        middle[..., 0, 0] = small[0]
        information = -weights[..., :, None] * weights[..., None, :] * middle
        diagonal = np.arange(self.arms)
        information[..., diagonal, diagonal] += weights
        level, common = _effects(scores, small)
        target = scores - weights * level[..., None]
        target[..., 1:] -= weights[..., 1:] * common[..., None]
        return ArmWorking(information, target, weights, scores, small, self.level_mean, half)

    def settle(self, theta: Floats, eta: Floats, tau: Floats, steps: int) -> Floats:
        """Return the predictors' mode given theta, by a few Newton steps from eta."""
        if self.exact:
            steps = 1
        for _ in range(steps):
            new = self.working(eta, tau).update(theta, eta)
            done = float(np.abs(new - eta).max(initial=0)) < 1e-7
            eta = new
            if done:
                break
        return eta

    def laplace(self, theta: Floats, eta: Floats, tau: Floats) -> Floats:
        """Return log p(y_s | theta) by Laplace at the mode eta, shape (K, S)."""
        at = self.family.at(eta)
        half = 0.5 * tau[:, None] ** 2
        own = at.weight[..., 1:] * half[..., None]
        shrunk = at.weight[..., 1:] / (1 + own)
        others = shrunk.sum(axis=-1)
        total = self.level_precision + others + at.weight[..., 0]
        det = total * (1 + half * others) - half * others**2
        level = eta[..., 0] - theta[..., 0] - self.level_mean
        pull = at.first[..., 1:]
        spread = half * (pull.sum(axis=-1) ** 2 + (pull**2).sum(axis=-1))
        flat = self.level_precision == 0
        scale = np.where(flat, 2 * np.pi, np.where(flat, 1.0, self.level_precision))
        quadratic = self.level_precision * level**2 + spread
        log_det = np.log1p(own).sum(axis=-1) + np.log(det) - np.log(scale)
        return at.value.sum(axis=-1) + self.family.constant() - 0.5 * (quadratic + log_det)

    def contribution(
        self, theta: Floats, eta: Floats, tau: Floats, spread: Floats | None
    ) -> Contribution:
        """Return log p(y_s | theta) and its derivatives, by adaptive quadrature about eta.

        `spread` (K, S, A, A), the covariance of theta, asks for the third derivatives' part.
        """
        value = self.laplace(theta, eta, tau)
        if self.exact:
            work = self.working(eta, tau)
            score = work.target - np.einsum("ksab,ksb->ksa", work.information, theta)
            return Contribution.gaussian(value, score, work.information)
        points, studies, arms = eta.shape
        nodes = self._nodes()
        roots = latent_roots(self.family.at(eta).weight, tau, self.level_precision)
        out = Contribution(
            value,
            np.empty_like(eta),
            np.empty((points, studies, arms, arms)),
            None if spread is None else np.empty_like(eta),
        )
        for here in self._pieces(points, nodes):
            _, beyond, there = _at_nodes(
                self.family.pick(here[1]), eta[here], roots.predictors[here], nodes
            )
            part = contribution_at_nodes(
                beyond, there.first, nodes, roots.pulls[here],
                None if spread is None else spread[here],
            )  # fmt: skip
            out.value[here] += part.value
            out.score[here], out.information[here] = part.score, part.information
            if out.third is not None and part.third is not None:
                out.third[here] = part.third
        return out

    def log_likelihood(self, theta: Floats, eta: Floats, tau: Floats) -> Floats:
        """Return log p(y_s | theta), shape (K, S), as `contribution` does."""
        value = self.laplace(theta, eta, tau)
        if self.exact:
            return value
        nodes = self._nodes()
        roots = latent_roots(self.family.at(eta).weight, tau, self.level_precision).predictors
        for here in self._pieces(len(eta), nodes):
            _, beyond, _ = _at_nodes(self.family.pick(here[1]), eta[here], roots[here], nodes)
            value[here] += normalised(beyond + nodes.log_weights)[1]
        return value

    def fitted(self, theta: Floats, eta: Floats, tau: Floats) -> Fitted:  # noqa: ARG002
        """Return each arm's posterior means given theta: predictor, expected observation and
        deviance; all (K, S, A)."""
        nodes = self._nodes()
        roots = latent_roots(self.family.at(eta).weight, tau, self.level_precision).predictors
        out = Fitted(np.empty_like(eta), np.empty_like(eta), np.empty_like(eta))
        best = self.family.saturated()
        for here in self._pieces(len(eta), nodes):
            places, beyond, there = _at_nodes(
                self.family.pick(here[1]), eta[here], roots[here], nodes
            )
            mass = normalised(beyond + nodes.log_weights)[0][..., None, :]
            out.predictor[here] = (places * mass).sum(axis=-1)
            out.expected[here] = (there.fitted * mass).sum(axis=-1)
            out.deviance[here] = 2 * (best[here[1]] - (there.value * mass).sum(axis=-1))
        return out

    def deviance_at(self, expected: Floats) -> Floats:
        """Return the deviance of arms (S, A) whose expected observations are these."""
        return 2 * (self.family.saturated() - self.family.value_of(expected))

    def _nodes(self) -> Nodes:
        return product_nodes(self.arms, self.nodes, wide=self.eventless)

    def _pieces(self, points: int, nodes: Nodes) -> list[tuple[slice, slice]]:
        """Cut (points, studies) into pieces whose nodes fit the cache."""
        studies = len(self.studies)
        size = max(1, CHUNK // (self.arms * nodes.points.shape[1]))
        wide = min(size, studies)
        many = max(1, size // wide)
        return [
            (slice(k, k + many), slice(s, min(s + wide, studies)))
            for s in range(0, studies, wide)
            for k in range(0, points, many)
        ]


def _at_nodes(
    family: Family, eta: Floats, roots: Floats, nodes: Nodes
) -> tuple[Floats, Floats, Derivatives]:
    """Return the predictors at the nodes, the log integrand beyond its Gaussian part, and the
    likelihood there."""
    arms = eta.shape[-1]
    at = family.at(eta)
    shift = (roots.reshape(-1, arms) @ nodes.points).reshape(*eta.shape, -1)
    places = eta[..., None] + shift
    there = family.at(places, extra=True)
    beyond = there.value - at.value[..., None]
    beyond -= shift * (at.first[..., None] - 0.5 * at.weight[..., None] * shift)
    return places, beyond.sum(axis=-2), there
