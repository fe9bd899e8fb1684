"""What trials say of doses: effects at any dose, gains between doses, and where gain ends."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats
from assuage.synthesis.latent.problem import LevelPrior
from assuage.synthesis.mixture import GaussianMixture, NormalMixture
from assuage.synthesis.models.dose_curves import Curve, Emax
from assuage.synthesis.models.dose_ed50 import ED50Row, ed50_row
from assuage.synthesis.models.dose_fit import (
    CurveFit,
    MixedPlateau,
    curve_weights,
    default_curves,
    fit_curve,
)
from assuage.synthesis.models.dose_model import DosePrior
from assuage.synthesis.models.dose_network import PLACEBO, Dosed, DoseNetwork

Direction = Literal["larger", "smaller"]
_DRAWS = 4096
_NOTHING = 1e-6
"""Differences that are rounding's, as a share of what is compared."""


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

    def certified(self) -> "DoseResponse":
        """Return the average of curves each checked and corrected by importance weights on fixed
        draws. Raises NetworkError, saying what to do, when one cannot be trusted (Pareto k-hat of
        0.7 or more). Worth its time where events are few."""
        return replace(self, fits=tuple(fit.certified() for fit in self.fits))

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
        nothing = _NOTHING * max(
            better.sd, 1e-100
        )  # where no gain is exact, half of zero is not > 0
        low, middle, high = (
            0.0 if abs(q) < nothing else q for q in map(better.quantile, (0.025, 0.5, 0.975))
        )
        return Gain(
            agent=agent, lower=lower, higher=higher, mid=mid,
            probability=better.exceedance(mid + nothing), worse=better.cdf(-mid - nothing),
            median=middle, low=low, high=high,
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
            ed50_row(fit, group, self.network.unit)
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
