"""Where direct and indirect evidence part: design-by-treatment inconsistency and node-splitting.

Inconsistency effects of designs (the sets of treatments that studies compare): random ones are
those of Jackson, Barrett, Rice, White and Higgins (Stat Med 2014;33:3639-3654), alike for every
choice of baseline; fixed ones one for each contrast of a design that the network without it already
determines (Higgins, Jackson, Barrett et al., Res Synth Methods 2012;3:98-110).
Node-splitting (Dias, Welton, Caldwell and Ades, Stat Med 2010;29:932-944) asks of one comparison
whether studies that make it disagree with the rest.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import chdtrc

from assuage.errors import NetworkError
from assuage.evidence.observed import ObservedNetwork, ObservedStudy
from assuage.synthesis.latent.fit import Quadrature, fit_latent
from assuage.synthesis.latent.model import CommonEffects, RandomEffects
from assuage.synthesis.latent.posterior import LatentPosterior
from assuage.synthesis.latent.problem import LevelPrior
from assuage.synthesis.mixture import GaussianMixture, NormalMixture
from assuage.synthesis.models.terms import (
    BoundParts,
    Parts,
    Spread,
    Term,
    TreatmentModel,
    bind_parts,
    bound_parts,
    combined,
    normal,
    parts_of,
    summed,
)

INCONSISTENCY = "inconsistency"
Treatments = TreatmentModel | RandomEffects | CommonEffects


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomInconsistency:
    """Each design departs from consistency by its own random effects: contrasts have variance
    spread^2 and, within a design, covariance spread^2 / 2."""

    treatments: Treatments
    spread: Spread

    def bind(self, network: ObservedNetwork) -> BoundParts:
        return bind_parts(self, network, self.parts(network), _random_terms)

    def parts(self, network: ObservedNetwork) -> Parts:
        columns = {_column(design, t): 1.0 for design in designs(network) for t in design}
        line = f"inconsistency between designs: random effects, SD {self.spread.statement}"
        return parts_of(self.treatments, network).plus(
            dict(columns), {INCONSISTENCY: self.spread}, line
        )


def _random_terms(study: ObservedStudy, treatment: str) -> tuple[Term, ...]:
    return (Term(_column(_design(study), treatment), sqrt(0.5), INCONSISTENCY),)


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedInconsistency:
    """One N(0, inconsistency_sd^2) effect (None: flat) for every contrast by which a design can
    depart from the rest: together with the treatments' effects each design is free."""

    treatments: Treatments
    inconsistency_sd: float | None

    def bind(self, network: ObservedNetwork) -> BoundParts:
        free = free_contrasts(network)

        def within(study: ObservedStudy, treatment: str) -> tuple[Term, ...]:
            place = _design(study), treatment
            return (Term(_column(*place)),) if place in free else ()

        return bind_parts(self, network, self.parts(network), within)

    def parts(self, network: ObservedNetwork) -> Parts:
        columns = {_column(*place): self.inconsistency_sd for place in free_contrasts(network)}
        line = f"inconsistency of designs: {len(columns)} effects, {normal(self.inconsistency_sd)}"
        return parts_of(self.treatments, network).plus(columns, {}, line)


def designs(network: ObservedNetwork) -> tuple[tuple[str, ...], ...]:
    """Return the sets of treatments that studies compare, each sorted."""
    return tuple(sorted({_design(study) for study in network.studies}))


def _design(study: ObservedStudy) -> tuple[str, ...]:
    return tuple(sorted(study.treatments))


def _column(design: tuple[str, ...], treatment: str) -> str:
    return f"{treatment} in {' v '.join(design)}"


def free_contrasts(network: ObservedNetwork) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return (design, treatment) for contrasts of a design's treatment with its first that do not
    connect the network: as many as the inconsistency has degrees of freedom."""
    part = {t: {t} for t in network.treatments}
    found: list[tuple[tuple[str, ...], str]] = []
    for design in designs(network):
        joined = [part[design[0]]]
        for treatment in design[1:]:
            if part[treatment] in joined:
                found.append((design, treatment))
                continue
            merged = joined[0] | part[treatment]
            for t in merged:
                part[t] = merged
            joined = [merged]
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalInconsistency:
    """How far the inconsistency effects are from zero together: `distance` is the squared
    Mahalanobis distance of zero from their posterior, which with flat priors and normal data is
    the Wald statistic; `p` its chi-squared tail with `df`."""

    distance: float
    df: int
    p: float


def global_inconsistency(posterior: LatentPosterior) -> GlobalInconsistency:
    """Return the joint test of a FixedInconsistency model's effects."""
    effects = inconsistency_effects(posterior)
    mean, covariance = effects.mean, effects.covariance
    distance = float(mean @ np.linalg.solve(covariance, mean))
    return GlobalInconsistency(
        distance=distance, df=len(mean), p=float(chdtrc(len(mean), distance))
    )


def inconsistency_effects(posterior: LatentPosterior) -> GaussianMixture:
    """Return the inconsistency effects: how much a design's treatment, against the design's first
    by name, departs from the network's effects."""
    bound = bound_parts(posterior)
    model, network = bound.model, posterior.network
    rows: dict[str, tuple[Term, ...]] = {}
    if isinstance(model, RandomInconsistency):
        for design in designs(network):
            first = Term(_column(design, design[0]), -sqrt(0.5), INCONSISTENCY)
            for t in design[1:]:
                column = _column(design, t)
                rows[column] = (Term(column, sqrt(0.5), INCONSISTENCY), first)
    elif isinstance(model, FixedInconsistency):
        rows = {_column(*place): (Term(_column(*place)),) for place in free_contrasts(network)}
    if not rows:
        raise NetworkError("This model has no inconsistency effects, or the network no loop.")
    return combined(posterior, rows, reference="consistency")


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitComparison:
    """The model of one node-split: studies that compare treatment1 and treatment2 have their own
    effect of it, half of the departure on either arm, so that the order does not matter (White,
    Stata J 2015;15:951-985). The departure is N(0, departure_sd^2), or flat."""

    treatments: Treatments
    treatment1: str
    treatment2: str
    departure_sd: float | None

    @property
    def column(self) -> str:
        return f"direct less indirect, {self.treatment1} v {self.treatment2}"

    def bind(self, network: ObservedNetwork) -> BoundParts:
        share = {self.treatment1: 0.5, self.treatment2: -0.5}

        def within(study: ObservedStudy, treatment: str) -> tuple[Term, ...]:
            both = set(share) <= set(study.treatments)
            return (Term(self.column, share[treatment]),) if both and treatment in share else ()

        return bind_parts(self, network, self.parts(network), within)

    def parts(self, network: ObservedNetwork) -> Parts:
        line = f"{self.column}: {normal(self.departure_sd)}"
        return parts_of(self.treatments, network).plus({self.column: self.departure_sd}, {}, line)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NodeSplit:
    """treatment1 against treatment2 by the studies that compare them (`direct`, in
    `direct_studies`), by the rest (`indirect`), and their `difference`. `probability` is twice the
    smaller of Pr(difference > 0) and Pr(difference < 0): small means disagreement."""

    treatment1: str
    treatment2: str
    direct_studies: tuple[str, ...]
    direct: NormalMixture
    indirect: NormalMixture
    difference: NormalMixture
    tau_mean: float
    posterior: LatentPosterior

    @property
    def probability(self) -> float:
        return 2 * min(self.difference.exceedance(0.0), self.difference.cdf(0.0))


def splittable(network: ObservedNetwork) -> tuple[tuple[str, str], ...]:
    """Return the compared pairs, sorted, that stay connected without the studies that compare
    them."""
    pairs = {(a, b) for s in network.studies for a in s.treatments for b in s.treatments if a < b}
    return tuple(pair for pair in sorted(pairs) if _has_indirect(network, set(pair)))


def _has_indirect(network: ObservedNetwork, pair: set[str]) -> bool:
    first, last = sorted(pair)
    rest = [set(s.treatments) for s in network.studies if not pair <= set(s.treatments)]
    reached, before = {first}, set[str]()
    while reached != before:
        before = reached
        reached = reached.union(*(arms for arms in rest if arms & reached))
    return last in reached


def node_split(
    network: ObservedNetwork,
    model: SplitComparison,
    *,
    level: LevelPrior | None = None,
    quadrature: Quadrature | None = None,
) -> NodeSplit:
    """Return the node-split of one comparison. NetworkError when it has no direct or no indirect
    evidence; call `.posterior.certified()` for the certificate."""
    pair = {model.treatment1, model.treatment2}
    direct = tuple(s.study for s in network.studies if pair <= set(s.treatments))
    named = f"{model.treatment1} v {model.treatment2}"
    if not direct:
        raise NetworkError(f"No study compares {named}: there is nothing to split.")
    if not _has_indirect(network, pair):
        raise NetworkError(f"There is no indirect evidence on {named}.")
    posterior = fit_latent(network, model, level=level, quadrature=quadrature)
    rows = bound_parts(posterior).parts.rows
    indirect = summed([(1, rows[model.treatment1]), (-1, rows[model.treatment2])])
    difference = (Term(model.column),)
    joint = combined(
        posterior,
        {"direct": summed([(1, indirect), (1, difference)]), "indirect": indirect,
         "difference": difference},
        reference="none",
    )  # fmt: skip
    return NodeSplit(
        treatment1=model.treatment1,
        treatment2=model.treatment2,
        direct_studies=direct,
        direct=joint.marginal("direct"),
        indirect=joint.marginal("indirect"),
        difference=joint.marginal("difference"),
        tau_mean=posterior.tau.mean,
        posterior=posterior,
    )


def node_splits(
    network: ObservedNetwork,
    treatments: Treatments,
    *,
    departure_sd: float | None,
    comparisons: Iterable[tuple[str, str]] | None = None,
    level: LevelPrior | None = None,
) -> tuple[NodeSplit, ...]:
    """Return the node-splits of all comparisons that can be split, or of those named."""
    chosen = splittable(network) if comparisons is None else comparisons
    return tuple(
        node_split(
            network,
            SplitComparison(
                treatments=treatments, treatment1=one, treatment2=other, departure_sd=departure_sd
            ),
            level=level,
        )
        for one, other in chosen
    )
