"""What a model must say of itself, and the three that need nothing else: common effect, random
effects, and unrelated means."""

from dataclasses import dataclass
from math import inf, pi
from typing import Protocol

import numpy as np

from assuage.evidence.network import Floats
from assuage.evidence.observed import ObservedNetwork
from assuage.synthesis.latent.features import Features
from assuage.synthesis.priors import Prior


class HyperPrior(Protocol):
    """The density of a hyperparameter, elementwise."""

    @property
    def statement(self) -> str: ...

    def log_density(self, tau: Floats, /) -> Floats: ...


class ScalePrior(HyperPrior, Protocol):
    """The density of an SD on [0, upper]."""

    @property
    def upper(self) -> float: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Hyperparameter:
    """A number that the Gaussian part does not cover, integrated over by quadrature.

    A `scale` lives on [0, upper], is smooth at 0 and may have a long tail to the right; any other
    lives on [lower, upper], either of which may be infinite. `start` is a typical value, and `step`
    a length over which the posterior may change.
    """

    name: str
    prior: HyperPrior
    scale: bool
    start: float
    step: float
    lower: float = -inf
    upper: float = inf


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoefficientPrior:
    """beta ~ N(mean, precision^-1): `mean` (K, p) or (p,), `precision` (K, p, p) or (p, p), and
    `log_norm` (K,) or a number: half the log determinant of the precision less p / 2 log(2 pi),
    over the directions that are not flat (a flat direction's density counts as one)."""

    mean: Floats
    precision: Floats
    log_norm: Floats | float

    @classmethod
    def independent(cls, sds: Floats) -> "CoefficientPrior":
        """N(0, sds^2), infinite for flat; `sds` (p,) or (K, p)."""
        precision = np.where(np.isfinite(sds), 1 / sds**2, 0.0)
        terms = np.where(precision > 0, 0.5 * np.log(np.maximum(precision, 1e-300) / (2 * pi)), 0.0)
        diagonal = precision[..., None] * np.eye(precision.shape[-1])
        return cls(mean=np.zeros_like(precision), precision=diagonal, log_norm=terms.sum(axis=-1))


class BoundModel(Protocol):
    """A model bound to a network. psi is (K, P): K points of the P hyperparameters."""

    @property
    def names(self) -> tuple[str, ...]:
        """The p coefficients."""
        ...

    @property
    def hyperparameters(self) -> tuple[Hyperparameter, ...]: ...

    @property
    def statement(self) -> str:
        """Effects and priors in words, for the reader."""
        ...

    def features(self, psi: Floats) -> Features: ...

    def prior(self, psi: Floats) -> CoefficientPrior: ...

    def tau(self, psi: Floats) -> Floats:
        """The between-study SD at each point, shape (K,); zeros for a common effect."""
        ...

    def effects(self, psi: Floats) -> Floats | None:
        """Relative effects of the network's treatments but the reference, in sorted order, as
        linear maps of beta: (T - 1, p) or (K, T - 1, p). None where a model has none."""
        ...


class LatentModel(Protocol):
    """A model as a value, before it meets data."""

    def bind(self, network: ObservedNetwork) -> BoundModel: ...


def log_prior(model: BoundModel, psi: Floats) -> Floats:
    """Return the log prior density of the hyperparameters, shape (K,)."""
    total = np.zeros(len(psi))
    for j, hyper in enumerate(model.hyperparameters):
        total = total + hyper.prior.log_density(psi[:, j])
    return total


def heterogeneity(prior: ScalePrior, *, name: str = "tau") -> Hyperparameter:
    """Return tau (or another SD) with its prior as a hyperparameter."""
    typical = getattr(prior, "scale", 0.5)
    return Hyperparameter(
        name=name, prior=prior, scale=True, start=typical, step=typical, lower=0.0,
        upper=prior.upper,
    )  # fmt: skip


def contrast_features(network: ObservedNetwork, columns: dict[str, int]) -> Features:
    """Return features where an arm's effect is its treatment's coefficient less the baseline's.

    Treatments that `columns` does not name have no coefficient, as the reference.
    """
    index = np.zeros((len(network.studies), network.arms, 2), dtype=np.int64)
    value = np.zeros(index.shape)
    for s, study in enumerate(network.studies):
        base = columns.get(study.treatments[0])
        for a, treatment in enumerate(study.treatments[1:], start=1):
            own = columns.get(treatment)
            if own is not None:
                index[s, a, 0], value[s, a, 0] = own, 1.0
            if base is not None:
                index[s, a, 1], value[s, a, 1] = base, -1.0
    return Features(index=index, value=value)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _BoundEffects:
    """One coefficient a treatment (or a comparison), alike in prior."""

    names: tuple[str, ...]
    hyperparameters: tuple[Hyperparameter, ...]
    statement: str
    fixed: Features
    effect_sd: float | None
    consistent: bool

    def features(self, psi: Floats) -> Features:  # noqa: ARG002 - the same at each point
        return self.fixed

    def prior(self, psi: Floats) -> CoefficientPrior:  # noqa: ARG002
        sd = inf if self.effect_sd is None else self.effect_sd
        return CoefficientPrior.independent(np.full(len(self.names), sd))

    def tau(self, psi: Floats) -> Floats:
        return psi[:, 0] if self.hyperparameters else np.zeros(len(psi))

    def effects(self, psi: Floats) -> Floats | None:  # noqa: ARG002
        return np.eye(len(self.names)) if self.consistent else None


def _prior_of_effects(effect_sd: float | None) -> str:
    return "flat" if effect_sd is None else f"N(0, SD {effect_sd:.3g})"


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomEffects:
    """Each study has its own effects, spread about the network's with SD tau."""

    effect_sd: float | None
    heterogeneity: ScalePrior

    @classmethod
    def of(cls, prior: Prior) -> "RandomEffects":
        """Return the model with a prior of `synthesis.priors`, such as `log_odds_prior()`."""
        return cls(effect_sd=prior.effect_sd, heterogeneity=prior.heterogeneity)

    def bind(self, network: ObservedNetwork) -> BoundModel:
        names = _others(network)
        return _BoundEffects(
            names=names,
            hyperparameters=(heterogeneity(self.heterogeneity),),
            statement=(
                "random effects; effect of each treatment against the reference: "
                f"{_prior_of_effects(self.effect_sd)}; between-study SD tau: "
                f"{self.heterogeneity.statement}"
            ),
            fixed=contrast_features(network, {name: j for j, name in enumerate(names)}),
            effect_sd=self.effect_sd,
            consistent=True,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonEffects:
    """All studies share the network's effects: tau is zero."""

    effect_sd: float | None

    def bind(self, network: ObservedNetwork) -> BoundModel:
        names = _others(network)
        return _BoundEffects(
            names=names,
            hyperparameters=(),
            statement=(
                "common effects (tau = 0); effect of each treatment against the reference: "
                f"{_prior_of_effects(self.effect_sd)}"
            ),
            fixed=contrast_features(network, {name: j for j, name in enumerate(names)}),
            effect_sd=self.effect_sd,
            consistent=True,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnrelatedMeans:
    """Every compared pair has its own effect, with no consistency between them.

    A multi-arm study contributes its comparisons with its own baseline, as in the unrelated mean
    effects model of Dias, Welton, Sutton et al. (Med Decis Making 2013;33:641-656).
    `heterogeneity` None: common effect within each pair.
    """

    effect_sd: float | None
    heterogeneity: ScalePrior | None

    def bind(self, network: ObservedNetwork) -> BoundModel:
        pairs = sorted(
            {(min(t, s.treatments[0]), max(t, s.treatments[0]))
             for s in network.studies for t in s.treatments[1:]}
        )  # fmt: skip
        column = {pair: j for j, pair in enumerate(pairs)}
        index = np.zeros((len(network.studies), network.arms, 1), dtype=np.int64)
        value = np.zeros(index.shape)
        for s, study in enumerate(network.studies):
            base = study.treatments[0]
            for a, treatment in enumerate(study.treatments[1:], start=1):
                index[s, a, 0] = column[min(treatment, base), max(treatment, base)]
                value[s, a, 0] = 1.0 if treatment > base else -1.0
        spread = self.heterogeneity
        tau = "zero" if spread is None else spread.statement
        return _BoundEffects(
            names=tuple(f"{second} v {first}" for first, second in pairs),
            hyperparameters=() if spread is None else (heterogeneity(spread),),
            statement=(
                "unrelated means: one effect for each compared pair, "
                f"{_prior_of_effects(self.effect_sd)}; between-study SD tau: {tau}"
            ),
            fixed=Features(index=index, value=value),
            effect_sd=self.effect_sd,
            consistent=False,
        )


def _others(network: ObservedNetwork) -> tuple[str, ...]:
    return tuple(t for t in network.treatments if t != network.reference)
