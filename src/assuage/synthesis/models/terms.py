"""How a model's coefficients add up to the effect of a treatment in a study.

A model is a list of coefficients, each with a normal prior, and for each treatment the terms that
make up its effect. A term may be scaled by a spread (an SD that is itself a hyperparameter), which
is how exchangeable effects stay regular when their spread goes to zero: the coefficient is standard
normal and the spread multiplies it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Protocol

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats
from assuage.evidence.observed import ObservedNetwork, ObservedStudy
from assuage.synthesis.latent.features import Features, Ints
from assuage.synthesis.latent.model import (
    CoefficientPrior,
    CommonEffects,
    Hyperparameter,
    RandomEffects,
    ScalePrior,
    heterogeneity,
)
from assuage.synthesis.latent.posterior import LatentPosterior
from assuage.synthesis.mixture import GaussianMixture

TAU = "tau"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A spread that is taken as known, not estimated."""

    value: float

    @property
    def statement(self) -> str:
        return f"taken as {self.value:.6g}"


Spread = ScalePrior | Known
"""An SD with its prior, or taken as known."""


@dataclass(frozen=True, slots=True)
class Term:
    """`value` times the coefficient `column`, times the spread `scale` if there is one."""

    column: str
    value: float = 1.0
    scale: str | None = None

    def times(self, factor: float) -> "Term":
        return replace(self, value=self.value * factor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a model is made of.

    `columns`: prior SD of each coefficient, None for flat. `spreads`: each SD by name ("tau" is the
    between-study SD). `rows`: the terms of each treatment of the network, also of the reference.
    """

    columns: Mapping[str, float | None]
    spreads: Mapping[str, Spread]
    rows: Mapping[str, tuple[Term, ...]]
    statement: str

    def plus(
        self, columns: Mapping[str, float | None], spreads: Mapping[str, Spread], statement: str
    ) -> "Parts":
        """Return these with more coefficients. NetworkError when a name is taken twice."""
        twice = [
            *(c for c in columns if c in self.columns),
            *(s for s in spreads if s in self.spreads),
        ]
        if twice:
            raise NetworkError(f"Two parts of the model share a name: {', '.join(twice)}.")
        return replace(
            self,
            columns={**self.columns, **columns},
            spreads={**self.spreads, **spreads},
            statement=f"{self.statement}\n{statement}",
        )


class TreatmentModel(Protocol):
    """A model that says how the effect of each treatment is made up."""

    def parts(self, network: ObservedNetwork) -> Parts: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class IndependentEffects:
    """One effect a treatment, N(0, effect_sd^2) or flat, as in RandomEffects and CommonEffects of
    the engine; the between-study SD may also be Known."""

    effect_sd: float | None
    heterogeneity: Spread

    def bind(self, network: ObservedNetwork) -> "BoundParts":
        return bind_parts(self, network, self.parts(network))

    def parts(self, network: ObservedNetwork) -> Parts:
        return _one_each(network, self.effect_sd, self.heterogeneity)


StudyTerms = Callable[[ObservedStudy, str], Iterable[Term]]
"""The terms that one arm has in one study, beyond those of its treatment."""


def parts_of(
    model: TreatmentModel | RandomEffects | CommonEffects, network: ObservedNetwork
) -> Parts:
    """Return what a model is made of, for those models that have one effect per treatment."""
    if isinstance(model, RandomEffects):
        return _one_each(network, model.effect_sd, model.heterogeneity)
    if isinstance(model, CommonEffects):
        return _one_each(network, model.effect_sd, Known(value=0.0))
    return model.parts(network)


def _one_each(network: ObservedNetwork, effect_sd: float | None, tau: Spread) -> Parts:
    others = [t for t in network.treatments if t != network.reference]
    return Parts(
        columns=dict.fromkeys(others, effect_sd),
        spreads={TAU: tau},
        rows={t: (Term(t),) if t in others else () for t in network.treatments},
        statement=f"effect of each treatment against the reference ({network.reference}): "
        f"{normal(effect_sd)}\n{tau_statement(tau)}",
    )


def normal(sd: float | None) -> str:
    """Return the words for a normal prior about zero."""
    return "flat" if sd is None else f"N(0, SD {sd:.3g})"


def tau_statement(tau: Spread) -> str:
    """Return the words for the between-study SD."""
    if isinstance(tau, Known) and tau.value == 0:
        return "common effects: between-study SD tau = 0"
    return f"random effects: between-study SD tau {tau.statement}"


def summed(rows: Iterable[tuple[float, Iterable[Term]]]) -> tuple[Term, ...]:
    """Return the terms of a weighted sum, each coefficient once, without those that cancel."""
    total: dict[tuple[str, str | None], float] = {}
    for factor, terms in rows:
        for term in terms:
            key = term.column, term.scale
            total[key] = total.get(key, 0.0) + factor * term.value
    return tuple(Term(c, v, s) for (c, s), v in total.items() if v != 0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BoundParts:
    """A model made of terms, bound to a network; a BoundModel of the engine.

    `index`, `value` and `scale` (S, A, F) are the arms' terms; `scale` is the place of the spread
    that multiplies a term, or -1.
    """

    model: object
    parts: Parts
    network: ObservedNetwork
    hyperparameters: tuple[Hyperparameter, ...]
    index: Ints
    value: Floats
    scale: Ints

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.parts.columns)

    @property
    def statement(self) -> str:
        return self.parts.statement

    def features(self, psi: Floats) -> Features:
        if not (self.scale >= 0).any():
            return Features(index=self.index, value=self.value)
        factors = np.concatenate(
            [np.asarray(psi, dtype=np.float64), np.ones((len(psi), 1))], axis=1
        )
        return Features(index=self.index, value=self.value * factors[:, self.scale])

    def prior(self, psi: Floats) -> CoefficientPrior:  # noqa: ARG002 - spreads are in the features
        sds = [inf if sd is None else sd for sd in self.parts.columns.values()]
        return CoefficientPrior.independent(np.array(sds))

    def spread(self, name: str, psi: Floats) -> Floats:
        """Return an SD of the model at each point, shape (K,)."""
        chosen = self.parts.spreads[name]
        if isinstance(chosen, Known):
            return np.full(len(psi), chosen.value)
        return psi[:, [h.name for h in self.hyperparameters].index(name)]

    def tau(self, psi: Floats) -> Floats:
        return self.spread(TAU, psi)

    def effects(self, psi: Floats) -> Floats:
        reference = self.parts.rows[self.network.reference]
        return self.maps(
            psi,
            [
                summed([(1, self.parts.rows[t]), (-1, reference)])
                for t in self.network.treatments
                if t != self.network.reference
            ],
        )

    def maps(self, psi: Floats, rows: Sequence[Sequence[Term]]) -> Floats:
        """Return rows of terms as linear maps of the coefficients, (K, rows, p)."""
        place = {name: j for j, name in enumerate(self.names)}
        out = np.zeros((len(psi), len(rows), len(place)))
        for r, terms in enumerate(rows):
            for term in terms:
                by = 1.0 if term.scale is None else self.spread(term.scale, psi)
                out[:, r, place[term.column]] += term.value * by
        return out


def bind_parts(
    model: object, network: ObservedNetwork, parts: Parts, within: StudyTerms | None = None
) -> BoundParts:
    """Lay out the terms of every arm, less those of its study's baseline arm."""
    hyper = [n for n, spread in parts.spreads.items() if not isinstance(spread, Known)]
    arms: list[tuple[int, int, tuple[Term, ...]]] = []
    for s, study in enumerate(network.studies):
        own = [[*parts.rows[t], *(within(study, t) if within else ())] for t in study.treatments]
        arms.extend((s, a, summed([(1, own[a]), (-1, own[0])])) for a in range(1, len(own)))
    width = max([1, *(len(terms) for _, _, terms in arms)])
    shape = (len(network.studies), network.arms, width)
    index, value = np.zeros(shape, dtype=np.int64), np.zeros(shape)
    scale = np.full(shape, -1, dtype=np.int64)
    place = {name: j for j, name in enumerate(parts.columns)}
    for s, a, terms in arms:
        for f, term in enumerate(terms):
            index[s, a, f], value[s, a, f] = place[term.column], term.value
            known = parts.spreads.get(term.scale or "")
            if isinstance(known, Known):
                value[s, a, f] *= known.value
            elif term.scale is not None:
                scale[s, a, f] = hyper.index(term.scale)
    return BoundParts(
        model=model, parts=parts, network=network, index=index, value=value, scale=scale,
        hyperparameters=tuple(_hyperparameter(n, parts.spreads[n]) for n in hyper),
    )  # fmt: skip


def _hyperparameter(name: str, spread: Spread) -> Hyperparameter:
    if isinstance(spread, Known):
        raise TypeError(name)
    return heterogeneity(spread, name=name)


def bound_parts(posterior: LatentPosterior) -> BoundParts:
    """Return the bound model behind a posterior. NetworkError when it is not made of terms."""
    model = posterior.problem.model
    if not isinstance(model, BoundParts):
        raise NetworkError("This posterior is not of a model of assuage.synthesis.models.")
    return model


def combined(
    posterior: LatentPosterior,
    rows: Mapping[str, Sequence[Term]],
    *,
    reference: str,
    spread: str = TAU,
    widen: float = 0.0,
) -> GaussianMixture:
    """Return the joint posterior of named sums of coefficients, one component a point.

    `heterogeneity` of the result is the model's `spread`. `widen` 1 adds the variance of that
    spread to each, independently: one more member of what it spreads.
    """
    own = posterior.coefficients
    bound = bound_parts(posterior)
    maps = bound.maps(posterior.psi, list(rows.values()))
    sd = bound.spread(spread, posterior.psi)
    covariances = maps @ own.covariances @ np.swapaxes(maps, 1, 2)
    extra = widen * sd[:, None, None] ** 2 * np.eye(len(rows))
    return GaussianMixture(
        reference=reference,
        names=tuple(rows),
        weights=own.weights,
        means=np.einsum("krp,kp->kr", maps, own.means),
        covariances=0.5 * (covariances + np.swapaxes(covariances, 1, 2)) + extra,
        heterogeneity=sd,
    )
