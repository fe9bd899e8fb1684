"""Fit dose-response curves and average them by their marginal likelihoods."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from math import exp, log

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats
from assuage.synthesis.latent.fit import Quadrature, default_level, fit_latent
from assuage.synthesis.latent.model import log_prior
from assuage.synthesis.latent.newton import rough
from assuage.synthesis.latent.posterior import LatentPosterior, Margin
from assuage.synthesis.latent.problem import LevelPrior, build_problem
from assuage.synthesis.mixture import GaussianMixture
from assuage.synthesis.models.dose_curves import (
    Curve,
    Emax,
    Linear,
    LogLinear,
    NaturalSpline,
    Plateau,
)
from assuage.synthesis.models.dose_model import BoundDoses, DosePrior, as_model
from assuage.synthesis.models.dose_network import Dosed, DoseNetwork
from assuage.synthesis.models.dose_quadrature import integrate_many

MOST_PRODUCT = 2
"""Up to so many hyperparameters a product rule is nearer for the same number of points than a
sequence (with three, 512 points of the sequence were nearer than 11 x 11 x 11)."""
_POINTS = {2: 21}
MOST_BREAKS = 256
_NEGLIGIBLE = 7.0


@dataclass(frozen=True, kw_only=True, eq=False)
class CurveFit:
    """The posterior of one curve, as K weighted Gaussians of its p coefficients.

    `weights` (K,) sum to one; `psi` (K, P) hold tau first (if effects are random), the SD
    within classes (if there is one), then log(ED50 / reference dose) of each group that the trials
    speak of; `means` (K, p), `covariances` (K, p, p), `tau` (K,). `margins` by name where a product
    rule was used.
    """

    curve: Curve
    bound: BoundDoses
    posteriors: tuple[LatentPosterior, ...]
    shares: tuple[float, ...]
    log_marginal_likelihood: float

    @property
    def statement(self) -> str:
        return "; ".join([self.bound.statement, self.posteriors[0].statement.split("\n")[-1]])

    @cached_property
    def weights(self) -> Floats:
        pairs = zip(self.shares, self.posteriors, strict=True)
        return np.concatenate([share * p.coefficients.weights for share, p in pairs])

    @cached_property
    def psi(self) -> Floats:
        return np.concatenate([p.psi for p in self.posteriors])

    @cached_property
    def means(self) -> Floats:
        return np.concatenate([p.coefficients.means for p in self.posteriors])

    @cached_property
    def covariances(self) -> Floats:
        return np.concatenate([p.coefficients.covariances for p in self.posteriors])

    @cached_property
    def tau(self) -> Floats:
        return np.concatenate([p.coefficients.heterogeneity for p in self.posteriors])

    @cached_property
    def margins(self) -> dict[str, Margin]:
        (only,) = self.posteriors
        return only.hyperparameters if only.weighted.axes else {}

    def certified(self) -> "CurveFit":
        """Return the fit checked and corrected by importance weights, as
        `LatentPosterior.certified` does. Raises NetworkError, saying what to do, if it fails."""
        return replace(self, posteriors=tuple(p.certified() for p in self.posteriors))

    def effects(self, arms: list[Dosed]) -> tuple[Floats, Floats, Floats, Floats]:
        """Return weights (C,), means (C, D), covariances (C, D, D) and tau (C,) of the effects of
        arms against dose zero.

        Where the trials say nothing of an ED50, C grows by nodes of its prior.
        """
        psi, bound, repeat = self._with_prior_shapes(arms)
        rows = bound.rows(arms, psi)
        means = np.einsum("cdp,cp->cd", rows, np.tile(self.means, (repeat, 1)))
        covariances = rows @ np.tile(self.covariances, (repeat, 1, 1)) @ np.swapaxes(rows, 1, 2)
        weights = np.tile(self.weights, repeat) / repeat
        return weights, means, covariances, np.tile(self.tau, repeat)

    def _with_prior_shapes(self, arms: list[Dosed]) -> tuple[Floats, BoundDoses, int]:
        asked = {arm.agent for arm in arms if not arm.is_placebo}
        psi, groups, repeat = self.psi, list(self.bound.groups), 1
        for place, group in enumerate(groups):
            if group.column is not None or not asked & {a.name for a in group.agents}:
                continue
            nodes, _ = group.prior.nodes()
            groups[place] = replace(group, column=psi.shape[1])
            column = np.repeat(nodes, len(psi))[:, None]
            psi = np.concatenate([np.tile(psi, (len(nodes), 1)), column], axis=1)
            repeat *= len(nodes)
        return psi, replace(self.bound, groups=tuple(groups)), repeat


def fit_curve(
    network: DoseNetwork, curve: Curve, prior: DosePrior, *, level: LevelPrior | None = None
) -> CurveFit:
    """Return the posterior of one curve.

    `level` is the prior of each study's baseline arm (the engine's default if None). Raises
    NetworkError as `fit_latent` does.
    """
    if isinstance(curve, Plateau) and curve.breaks is None:
        return _fit_breaks(network, curve, prior, level)
    model = as_model(network, curve, prior)
    bound = model.bind(network.observed)
    chosen = level or default_level(network.observed)
    if len(bound.hyperparameters) <= MOST_PRODUCT:
        fineness = Quadrature(points=_POINTS.get(len(bound.hyperparameters)))
        found = fit_latent(network.observed, model, level=chosen, quadrature=fineness)
    else:
        found = _by_sequence(network, bound, chosen)
    return CurveFit(
        curve=curve,
        bound=bound,
        posteriors=(found,),
        shares=(1.0,),
        log_marginal_likelihood=found.log_marginal_likelihood,
    )


def _by_sequence(network: DoseNetwork, bound: BoundDoses, level: LevelPrior) -> LatentPosterior:
    """Return the posterior with its hyperparameters integrated by points of a sequence."""
    start = np.array([[h.start for h in bound.hyperparameters]])
    problem = build_problem(network.observed, bound, level, start)
    weighted = integrate_many(problem)
    found = weighted.conditional
    return LatentPosterior(
        network=network.observed,
        problem=problem,
        weighted=weighted,
        coefficients=GaussianMixture(
            reference=network.observed.reference,
            names=bound.names,
            weights=weighted.weights,
            means=found.mean,
            covariances=0.5 * (found.covariance + np.swapaxes(found.covariance, 1, 2)),
            heterogeneity=bound.tau(found.psi),
        ),
        psi=found.psi,
        statement="\n".join([bound.statement, level.statement]),
    )


def break_choices(network: DoseNetwork) -> dict[str, tuple[float, ...]]:
    """Return the doses at which each agent's plateau may begin: all studied but the largest."""
    return {a.name: a.studied[:-1] or a.studied for a in network.agents}


def breaks_of(network: DoseNetwork) -> list[dict[str, float]]:
    """Return every combination. NetworkError when there are too many."""
    choices = break_choices(network)
    count = int(np.prod([len(c) for c in choices.values()]))
    if count > MOST_BREAKS:
        raise NetworkError(
            f"The agents' plateaus can begin in {count} combinations of doses, more than "
            f"{MOST_BREAKS}. Fit fewer agents together, or state Plateau(breaks=...)."
        )
    return [dict(zip(choices, doses, strict=True)) for doses in product(*choices.values())]


def _fit_breaks(
    network: DoseNetwork, curve: Plateau, prior: DosePrior, level: LevelPrior | None
) -> CurveFit:
    """Fit every place of the breaks that matters, and average.

    A rough marginal likelihood finds which do; it also stands, moved by how much it was off at the
    fitted ones, for those that do not.
    """
    choices = breaks_of(network)
    logs = np.zeros(1)
    if len(choices) > 1:
        logs = np.array(
            [_rough_fit(network, replace(curve, breaks=b), prior, level) for b in choices]
        )
    kept = np.flatnonzero(logs > logs.max() - _NEGLIGIBLE)
    parts = [
        fit_curve(network, replace(curve, breaks=choices[k]), prior, level=level) for k in kept
    ]
    fine = np.array([fit.log_marginal_likelihood for fit in parts])
    logs = logs + float(np.mean(fine - logs[kept]))
    logs[kept] = fine
    top = float(logs.max())
    share = np.exp(fine - top) / np.exp(fine - top).sum()
    bound = as_model(network, curve, prior).bind(network.observed)
    return MixedPlateau(
        curve=curve,
        bound=bound,
        posteriors=tuple(fit.posteriors[0] for fit in parts),
        shares=tuple(float(w) for w in share),
        log_marginal_likelihood=top + log(float(np.exp(logs - top).mean())),
        parts=tuple(parts),
    )


def _rough_fit(
    network: DoseNetwork, curve: Curve, prior: DosePrior, level: LevelPrior | None
) -> float:
    """Return a log marginal likelihood by Laplace on a few values of tau, up to a constant."""
    bound = as_model(network, curve, prior).bind(network.observed)
    chosen = level or default_level(network.observed)
    start = np.array([[h.start for h in bound.hyperparameters]])
    problem = build_problem(network.observed, bound, chosen, start)
    psi = start
    if bound.hyperparameters:
        highest = np.array([min(h.start, 0.9 * h.upper) for h in bound.hyperparameters])
        psi = highest * 0.5 ** np.arange(6.0)[:, None]
    found = rough(problem, psi)
    mass = found.log_marginal + log_prior(bound, psi) + np.log(psi).sum(axis=1)
    return float(mass.max() + np.log(np.exp(mass - mass.max()).sum()))


@dataclass(frozen=True, kw_only=True, eq=False)
class MixedPlateau(CurveFit):
    """Plateaus that begin at different doses: `parts` with their `shares` of the posterior."""

    parts: tuple[CurveFit, ...]

    def certified(self) -> "MixedPlateau":
        parts = tuple(part.certified() for part in self.parts)
        return replace(self, parts=parts, posteriors=tuple(p.posteriors[0] for p in parts))

    def effects(self, arms: list[Dosed]) -> tuple[Floats, Floats, Floats, Floats]:
        found = [part.effects(arms) for part in self.parts]
        weights = [w * f[0] for w, f in zip(self.shares, found, strict=True)]
        means, covariances, tau = (np.concatenate([f[i] for f in found]) for i in (1, 2, 3))
        return np.concatenate(weights), means, covariances, tau

    def begins(self, agent: str) -> dict[float, float]:
        """Return the posterior of the dose at which an agent's plateau begins."""
        out: dict[float, float] = {}
        for part, share in zip(self.parts, self.shares, strict=True):
            if isinstance(part.curve, Plateau) and part.curve.breaks is not None:
                dose = part.curve.breaks[agent]
                out[dose] = out.get(dose, 0.0) + share
        return dict(sorted(out.items()))


def default_curves(network: DoseNetwork) -> tuple[Curve, ...]:
    """Return the curves that the studied doses can tell apart: linear, log-linear and Emax, with a
    plateau where some agent has two doses and a spline where some agent has three."""
    doses = max(len(agent.studied) for agent in network.agents)
    curves: list[Curve] = [Linear(), LogLinear(), Emax()]
    if doses >= 3:
        curves.append(NaturalSpline())
    if doses >= 2:
        curves.append(Plateau())
    return tuple(curves)


def curve_weights(fits: Sequence[CurveFit], believed: Sequence[float]) -> tuple[float, ...]:
    """Return posterior weights of curves from their prior ones."""
    logs = [f.log_marginal_likelihood + log(b) for f, b in zip(fits, believed, strict=True)]
    mass = [exp(x - max(logs)) for x in logs]
    return tuple(m / sum(mass) for m in mass)
