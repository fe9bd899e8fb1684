"""The posterior of the coefficients at given hyperparameters: mode, covariance, skewness, mass.

First a joint Newton for coefficients and studies' unknowns, with the studies eliminated block by
block; then the studies' unknowns are integrated out by quadrature and Newton's steps go on in the
coefficients alone, to the mode of what is, to the quadrature's accuracy, their exact marginal
posterior. Laplace is used there, where there is one coefficient for many people, with the first
correction of the mean for skewness (Tierney and Kadane, J Am Stat Assoc 1986;81:82-86, expand to
the same order).
"""

from dataclasses import dataclass
from math import log, pi

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats
from assuage.synthesis.latent.features import BoundDesign, Ints, inverse
from assuage.synthesis.latent.model import CoefficientPrior
from assuage.synthesis.latent.problem import Problem

_MAX_STEPS = 60
_JOINT_TOLERANCE = 1e-5
"""Largest change of a predictor at which the joint Newton stops: what is left is a second-order
slip in where quadrature starts from."""
_SETTLING = 5
_LONGEST_STEP = 2.0
"""In posterior SDs; only matters far from the mode."""
_STEP_TOLERANCE = 0.05
"""Length of the last step, in posterior SDs: what it misses is half its square times the
posterior's skewness."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Start:
    """Where to begin: coefficients are found from the predictors `eta` of each block (K, S, A)."""

    eta: tuple[Floats, ...]

    def at(self, points: Ints) -> "Start":
        return Start(eta=tuple(eta[points] for eta in self.eta))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conditional:
    """The coefficients' posterior at K points psi (K, P), each as a Gaussian.

    `mode`, `shift` (K, p): the mean is mode + shift. `covariance` (K, p, p). `log_marginal` (K,) is
    log p(y | psi).
    """

    psi: Floats
    mode: Floats
    shift: Floats
    covariance: Floats
    log_marginal: Floats
    start: Start

    @property
    def mean(self) -> Floats:
        return self.mode + self.shift

    def at(self, points: Ints) -> "Conditional":
        """Return some of the points."""
        return Conditional(
            psi=self.psi[points],
            mode=self.mode[points],
            shift=self.shift[points],
            covariance=self.covariance[points],
            log_marginal=self.log_marginal[points],
            start=self.start.at(points),
        )


def rough(problem: Problem, psi: Floats, start: Start | None = None) -> Conditional:
    """Return Laplace's approximation at the joint mode of coefficients and studies' unknowns.

    Raises NetworkError when Newton's method does not settle, or a coefficient is not identified.
    """
    tau = problem.model.tau(psi)
    designs, prior = problem.bind(psi), problem.model.prior(psi)
    eta = start.eta if start else tuple(block.start(len(psi)) for block in problem.blocks)
    beta, information, eta = _joint_mode(problem, designs, prior, tau, eta)
    value = sum(
        block.laplace(design.predictors(beta), e, tau).sum(axis=-1)
        for block, design, e in zip(problem.blocks, designs, eta, strict=True)
    )
    return Conditional(
        psi=psi,
        mode=beta,
        shift=np.zeros_like(beta),
        covariance=inverse(information),
        log_marginal=value + prior_value(prior, beta) + _gaussian_mass(information),
        start=Start(eta=eta),
    )


def _joint_mode(
    problem: Problem,
    designs: tuple[BoundDesign, ...],
    prior: CoefficientPrior,
    tau: Floats,
    eta: tuple[Floats, ...],
) -> tuple[Floats, Floats, tuple[Floats, ...]]:
    points, p = len(tau), problem.p
    for _ in range(_MAX_STEPS):
        information = np.broadcast_to(prior.precision, (points, p, p)).copy()
        target = np.empty((points, p))
        target[...] = (prior.precision @ prior.mean[..., None])[..., 0]
        works = [block.working(e, tau) for block, e in zip(problem.blocks, eta, strict=True)]
        for work, design in zip(works, designs, strict=True):
            design.add_information(work.information, information)
            design.add_score(work.target, target)
        beta = _solved(problem, information, target)
        new = tuple(
            work.update(design.predictors(beta), e)
            for work, design, e in zip(works, designs, eta, strict=True)
        )
        change = max(
            (float(np.abs(a - b).max(initial=0)) for a, b, block in
             zip(new, eta, problem.blocks, strict=True) if not block.exact),
            default=0.0,
        )  # fmt: skip
        eta = new
        if change < _JOINT_TOLERANCE:
            return beta, information, eta
    raise NetworkError(
        "Newton's method does not settle: some treatment may have no event (or only events) in all "
        "its arms under a flat prior. Give the effects and levels proper priors."
    )


def _solved(problem: Problem, information: Floats, target: Floats) -> Floats:
    try:
        solved = np.linalg.solve(information, target[..., None])[..., 0]
        beta = solved.astype(np.float64, copy=False)
    except np.linalg.LinAlgError:
        beta = np.full_like(target, np.nan)
    if not np.isfinite(beta).all():
        names = ", ".join(problem.model.names)
        raise NetworkError(
            f"The trials do not identify all of the coefficients ({names}) and their prior is flat "
            "in that direction. Give them a proper prior."
        )
    return beta


def prior_value(prior: CoefficientPrior, beta: Floats) -> Floats:
    """Return the log prior density of beta (K, p), shape (K,)."""
    off = beta - prior.mean
    pulled = (prior.precision @ off[..., None])[..., 0]
    return prior.log_norm - 0.5 * (off * pulled).sum(axis=-1)


def _gaussian_mass(information: Floats) -> Floats:
    p = information.shape[-1]
    return 0.5 * p * log(2 * pi) - 0.5 * np.linalg.slogdet(information)[1]


def refine(problem: Problem, found: Conditional) -> Conditional:
    """Return the posterior with the studies' unknowns integrated out, from the joint mode.

    That is often near enough for one step to be the last. Exact problems are returned as they are.
    """
    if problem.exact:
        return found
    psi, beta, covariance, eta = found.psi, found.mode, found.covariance, found.start.eta
    tau = problem.model.tau(psi)
    designs, prior = problem.bind(psi), problem.model.prior(psi)
    for _ in range(_MAX_STEPS):
        value = prior_value(prior, beta)
        score = (prior.precision @ (prior.mean - beta)[..., None])[..., 0]
        information = np.broadcast_to(prior.precision, (len(psi), problem.p, problem.p)).copy()
        skew = np.zeros_like(beta)
        settled: list[Floats] = []
        for block, design, e in zip(problem.blocks, designs, eta, strict=True):
            theta = design.predictors(beta)
            now = block.settle(theta, e, tau, _SETTLING)
            part = block.contribution(theta, now, tau, design.covariances(covariance))
            value = value + part.value.sum(axis=-1)
            design.add_score(part.score, score)
            design.add_information(part.information, information)
            if part.third is not None:
                design.add_score(part.third, skew)
            settled.append(now)
        covariance = inverse(information)
        step = np.einsum("kij,kj->ki", covariance, score)
        gain = np.einsum("ki,ki->k", step, score)
        length = np.sqrt(np.maximum(gain, 0.0))
        step *= np.minimum(1.0, _LONGEST_STEP / np.maximum(length, 1e-300))[:, None]
        beta, eta = beta + step, tuple(settled)
        sds = np.sqrt(np.maximum(np.diagonal(covariance, axis1=1, axis2=2), 1e-300))
        if float(np.abs(step / sds).max()) < _STEP_TOLERANCE:
            return Conditional(
                psi=psi,
                mode=beta,
                shift=0.5 * np.einsum("kij,kj->ki", covariance, skew),
                covariance=covariance,
                log_marginal=value + 0.5 * gain + _gaussian_mass(information),
                start=Start(eta=eta),
            )
    raise NetworkError("Newton's method does not settle on the coefficients' marginal mode.")
