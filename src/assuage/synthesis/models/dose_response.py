"""What trials say of doses: effects at any dose, gains between doses, and where gain ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Literal

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats
from assuage.synthesis.latent.problem import LevelPrior
from assuage.synthesis.mixture import GaussianMixture, NormalMixture
from assuage.synthesis.models.dose_curves import Curve, Emax
from assuage.synthesis.models.dose_fit import (
    CurveFit,
    MixedPlateau,
    curve_weights,
    default_curves,
    fit_curve,
)
from assuage.synthesis.models.dose_model import DosePrior, ShapeGroup
from assuage.synthesis.models.dose_network import PLACEBO, Dosed, DoseNetwork

Direction = Literal["larger", "smaller"]
_DRAWS = 4096
_NOTHING = 1e-6
"""Differences that are rounding's, as a share of what is compared."""
_SAYS_LITTLE = 0.2
"""Nats from prior to posterior of an ED50 below which it is called not identified: a shift by 0.6
prior SDs, or a SD halved, are about as much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """The effect of a dose against dose zero, on the scale of the link: posterior summaries."""

    agent: str
    dose: float
    mean: float
    sd: float
    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveWeight:
    """One curve's weight after the trials; `prior_weight` before them."""

    curve: str
    weight: float
    prior_weight: float
    log_marginal_likelihood: float
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What `higher` does beyond `lower`: positive `median` is better. `probability` that it is
    better by more than `mid`; `worse` that it is worse by more than that."""

    agent: str
    lower: float
    higher: float
    mid: float
    probability: float
    worse: float
    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NoGain:
    """Whether more than `dose` helps. `probability` that no studied dose above it is better by
    more than `mid`; `plateau` that the effect stops growing at or below it exactly (None where no
    plateau was among the curves)."""

    agent: str
    dose: float
    mid: float
    probability: float
    plateau: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ED50Row:
    """The ED50 of an agent or group, in the network's unit (`relative`: as a share of each agent's
    reference dose, where agents with different ones share it).

    `divergence` (nats) is Kullback-Leibler's from prior to posterior, both taken as normal in
    log(ED50); `identified` tells whether it amounts to anything, in words in `statement`.
    """

    group: str
    relative: bool
    median: float
    low: float
    high: float
    prior_median: float
    prior_low: float
    prior_high: float
    divergence: float
    identified: bool
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DoseResponse:
    """The average over curves. `desirable` says which direction of the effect is better."""

    network: DoseNetwork
    fits: tuple[CurveFit, ...]
    shares: tuple[float, ...]
    believed: tuple[float, ...]
    desirable: Direction

    @property
    def weights(self) -> tuple[CurveWeight, ...]:
        """Each curve's weight, heaviest first."""
        rows = [
            CurveWeight(
                curve=fit.curve.name, weight=share, prior_weight=before,
                log_marginal_likelihood=fit.log_marginal_likelihood, statement=fit.statement,
            )
            for fit, share, before in zip(self.fits, self.shares, self.believed, strict=True)
        ]  # fmt: skip
        return tuple(sorted(rows, key=lambda row: -row.weight))

    @property
    def statement(self) -> str:
        """Every choice of curve and prior, with the curves' weights."""
        return "\n".join(f"{w.weight:.1%} {w.statement}" for w in self.weights)

    @property
    def tau(self) -> tuple[Floats, Floats]:
        """The between-study SD as points and weights, over all curves."""
        weights = [w * f.weights for w, f in zip(self.shares, self.fits, strict=True)]
        return np.concatenate([f.tau for f in self.fits]), np.concatenate(weights)

    def at(self, points: Sequence[tuple[str, float]]) -> GaussianMixture:
        """Return the joint posterior of the effects of (agent, dose) points against dose zero."""
        arms = [Dosed.at(agent, dose) for agent, dose in points]
        for agent, _ in points:
            self.network.agent(agent)
        found = [fit.effects(arms) for fit in self.fits]
        weights = np.concatenate([w * f[0] for w, f in zip(self.shares, found, strict=True)])
        return GaussianMixture(
            reference=PLACEBO,
            names=tuple(f"{agent} {dose:g}" for agent, dose in points),
            weights=weights / weights.sum(),
            means=np.concatenate([f[1] for f in found]),
            covariances=np.concatenate([f[2] for f in found]),
            heterogeneity=np.concatenate([f[3] for f in found]),
        )

    def effect(
        self, agent1: str, dose1: float, agent2: str = PLACEBO, dose2: float = 0.0
    ) -> NormalMixture:
        """Return the effect of a dose against another, by default against placebo."""
        points = [(agent1, dose1)]
        if agent2 != PLACEBO and dose2 > 0:
            points.append((agent2, dose2))
        joint = self.at(points)
        return joint.contrast(joint.names[0], joint.names[1] if len(points) > 1 else PLACEBO)

    def curve(
        self, agent: str, doses: Sequence[float], *, level: float = 0.95
    ) -> tuple[CurvePoint, ...]:
        """Return the effect at each dose, with its central interval."""
        return tuple(self._point(agent, dose, level) for dose in doses)

    def _point(self, agent: str, dose: float, level: float) -> CurvePoint:
        if dose == 0:
            return CurvePoint(
                agent=agent, dose=0.0, mean=0.0, sd=0.0, median=0.0, low=0.0, high=0.0
            )
        effect = self.effect(agent, dose)
        low, high = effect.interval(level)
        return CurvePoint(
            agent=agent, dose=dose, mean=effect.mean, sd=effect.sd,
            median=effect.quantile(0.5), low=low, high=high,
        )  # fmt: skip

    def gain(self, agent: str, lower: float, higher: float, *, mid: float) -> Gain:
        """Return what the higher dose does beyond the lower. `mid` >= 0 is the smallest difference
        that matters, on the scale of the link."""
        _check_mid(mid)
        sign = 1.0 if self.desirable == "larger" else -1.0
        effect = self.effect(agent, higher, agent, lower)
        better = NormalMixture(weights=effect.weights, means=sign * effect.means, sds=effect.sds)
        low, high = better.interval()
        nothing = _NOTHING * max(
            better.sd, 1e-100
        )  # where no gain is exact, half of zero is not > 0
        return Gain(
            agent=agent, lower=lower, higher=higher, mid=mid,
            probability=better.exceedance(mid + nothing), worse=better.cdf(-mid - nothing),
            median=better.quantile(0.5), low=low, high=high,
        )  # fmt: skip

    def no_gain(self, agent: str, *, mid: float) -> tuple[NoGain, ...]:
        """Return, for each studied dose but the largest, whether more of it helps."""
        _check_mid(mid)
        studied = self.network.agent(agent).studied
        if len(studied) < 2:
            raise NetworkError(
                f"{agent} was studied at one dose only: no trial says what more does."
            )
        sign = 1.0 if self.desirable == "larger" else -1.0
        effects = sign * _draws(self.at([(agent, dose) for dose in studied]))
        tolerance = _NOTHING * float(np.abs(effects).max())
        best_above = np.maximum.accumulate(effects[:, ::-1], axis=1)[:, ::-1]
        return tuple(
            NoGain(
                agent=agent, dose=dose, mid=mid,
                probability=float((best_above[:, j + 1] - effects[:, j] <= mid + tolerance).mean()),
                plateau=self._plateau(agent, dose),
            )
            for j, dose in enumerate(studied[:-1])
        )  # fmt: skip

    def _plateau(self, agent: str, dose: float) -> float | None:
        total, any_plateau = 0.0, False
        for fit, share in zip(self.fits, self.shares, strict=True):
            if isinstance(fit, MixedPlateau):
                any_plateau = True
                total += share * sum(p for at, p in fit.begins(agent).items() if at <= dose)
        return total if any_plateau else None

    def smallest_sufficient(self, agent: str, *, mid: float, sure: float = 0.9) -> NoGain | None:
        """Return the smallest studied dose above which there is, with probability `sure` or more,
        no gain that matters; None when the trials do not say so of any."""
        return next((r for r in self.no_gain(agent, mid=mid) if r.probability >= sure), None)

    def ed50(self) -> tuple[ED50Row, ...]:
        """Return the ED50s under the Emax curve, with how much the trials say of each."""
        return tuple(
            _ed50_row(fit, group, self.network.unit)
            for fit in self.fits
            if isinstance(fit.curve, Emax)
            for group in fit.bound.groups
        )


def fit_dose_response(
    network: DoseNetwork,
    prior: DosePrior,
    *,
    desirable: Direction,
    curves: Sequence[Curve] | None = None,
    believed: Sequence[float] | None = None,
    level: LevelPrior | None = None,
) -> DoseResponse:
    """Return the dose-response network meta-analysis, averaged over curves.

    `curves` (default: `default_curves`) have prior weights `believed` (default: equal). Raises
    NetworkError when a prior is flat and there are several curves, or what `fit_curve` raises.
    """
    chosen = tuple(curves) if curves is not None else default_curves(network)
    before = tuple(believed) if believed is not None else (1.0,) * len(chosen)
    if not chosen or len(before) != len(chosen) or min(before) <= 0:
        raise NetworkError("Each curve needs one prior weight above zero.")
    if prior.effect_sd is None and len(chosen) > 1:
        raise NetworkError(
            "Flat effects cannot be averaged over curves: their marginal likelihoods are "
            "arbitrary. State DosePrior(effect_sd=...), or fit one curve."
        )
    fits = tuple(fit_curve(network, curve, prior, level=level) for curve in chosen)
    return DoseResponse(
        network=network,
        fits=fits,
        shares=curve_weights(fits, before),
        believed=tuple(b / sum(before) for b in before),
        desirable=desirable,
    )


def _draws(mixture: GaussianMixture) -> Floats:
    """Return joint draws, the same on every call, of a mixture whose covariances may be singular:
    one coefficient moves the effects of all doses."""
    size = len(mixture.names)
    standard = GaussianMixture(
        reference="", names=mixture.names, weights=np.ones(1), means=np.zeros((1, size)),
        covariances=np.eye(size)[None], heterogeneity=np.zeros(1),
    )  # fmt: skip
    normals = standard.draws(_DRAWS)
    places = (np.arange(_DRAWS) + 0.5) / _DRAWS
    chosen = np.searchsorted(np.cumsum(mixture.weights), places, side="right")
    chosen = np.minimum(chosen, len(mixture.weights) - 1)
    values, vectors = np.linalg.eigh(mixture.covariances)
    factors = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
    return mixture.means[chosen] + np.einsum("nij,nj->ni", factors[chosen], normals)


def _check_mid(mid: float) -> None:
    if mid < 0:
        raise NetworkError(
            f"The smallest difference that matters must be zero or more, not {mid:g}."
        )


def _ed50_row(fit: CurveFit, group: ShapeGroup, unit: str) -> ED50Row:
    prior = group.prior
    probabilities = (0.5, 0.025, 0.975)
    before = tuple(prior.quantile(p) for p in probabilities)
    after, divergence = before, 0.0
    if group.column is not None:
        margin = fit.margins.get(f"log ED50 of {group.name}")
        values = fit.psi[:, group.column]
        if margin is not None:
            after = tuple(margin.quantile(p) for p in probabilities)
        else:
            after = tuple(_quantile(values, fit.weights, p) for p in probabilities)
        mean = float(fit.weights @ values)
        sd = float(np.sqrt(fit.weights @ (values - mean) ** 2))
        ratio, shift = sd / prior.sd, (mean - prior.mean) / prior.sd
        divergence = 0.5 * (ratio**2 + shift**2 - 1 - 2 * log(ratio))
    shared = {agent.reference for agent in group.agents}
    by = shared.pop() if len(shared) == 1 else None
    scale = 1.0 if by is None else by
    numbers = [scale * exp(u) for u in (*after, *before)]
    identified = divergence >= _SAYS_LITTLE
    where = "times the reference dose" if by is None else unit
    told = (
        f"ED50 of {group.name}: {numbers[0]:.3g} {where} (95% {numbers[1]:.3g} to {numbers[2]:.3g})"
    )
    if group.column is None:
        told += "; no trial compares two doses, so this is the prior"
    elif not identified:
        told += (
            f"; the trials say little of it: the prior was {numbers[3]:.3g} ({numbers[4]:.3g} to "
            f"{numbers[5]:.3g}), {divergence:.2f} nats away"
        )
    return ED50Row(
        group=group.name, relative=by is None, median=numbers[0], low=numbers[1],
        high=numbers[2], prior_median=numbers[3], prior_low=numbers[4], prior_high=numbers[5],
        divergence=divergence, identified=identified, statement=told,
    )  # fmt: skip


def _quantile(values: Floats, weights: Floats, p: float) -> float:
    order = np.argsort(values)
    mass = weights[order]
    return float(np.interp(p, np.cumsum(mass) - 0.5 * mass, values[order]))
