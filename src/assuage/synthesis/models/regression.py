"""Network meta-regression: effects that change with what sets studies apart.

In study s the effect of treatment t against the reference is beta_t + b_t x_s, x centred, as in
Dias, Sutton, Welton and Ades (Med Decis Making 2013;33:618-640). The interactions b_t may be one
for all treatments, one a class, exchangeable about a mean, or independent. The reference has none,
so a shared b cancels between two active treatments.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assuage.errors import NetworkError
from assuage.evidence.observed import ObservedNetwork, ObservedStudy
from assuage.synthesis.latent.model import CommonEffects, RandomEffects
from assuage.synthesis.latent.posterior import LatentPosterior
from assuage.synthesis.mixture import GaussianMixture
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

Interactions = Literal["shared", "by class", "exchangeable", "independent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Covariate:
    """A number for each study. `centre` is where effects are reported (None: the mean over the
    network's studies)."""

    name: str
    values: Mapping[str, float]
    centre: float | None = None

    def centred_at(self, network: ObservedNetwork) -> float:
        """Return the value at which x is zero. NetworkError naming studies without a value."""
        _need_all(self.name, self.values, network)
        if self.centre is not None:
            return self.centre
        found = [self.values[study.study] for study in network.studies]
        return sum(found) / len(found)

    def levels(self, network: ObservedNetwork) -> tuple[str, ...]:
        """Return the regressors' names: a number is one regressor."""
        _need_all(self.name, self.values, network)
        return (self.name,)

    def x(self, network: ObservedNetwork, values: Sequence[float | str]) -> list[dict[str, float]]:
        """Return the regressors, by name, at each value."""
        centre = self.centred_at(network)
        return [{self.name: self._number(value) - centre} for value in values]

    def _number(self, value: float | str) -> float:
        if isinstance(value, str):
            raise NetworkError(f"{self.name} is a number; {value!r} is none.")
        return value

    def line(self, network: ObservedNetwork) -> str:
        own = " (their mean)" if self.centre is None else ""
        return f"{self.name}: linear, effects reported at {self.centred_at(network):.4g}{own}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A label for each study, such as its condition. `base` is the label that effects are reported
    for (None: the one of most studies, then the first by name)."""

    name: str
    values: Mapping[str, str]
    base: str | None = None

    def base_of(self, network: ObservedNetwork) -> str:
        _need_all(self.name, self.values, network)
        count = Counter(self.values[study.study] for study in network.studies)
        if self.base is None:
            return min(count, key=lambda label: (-count[label], label))
        if self.base not in count:
            raise NetworkError(
                f"No study has {self.name} {self.base!r}; there are {', '.join(sorted(count))}."
            )
        return self.base

    def levels(self, network: ObservedNetwork) -> tuple[str, ...]:
        """Return the regressors' names: one for each label but the base."""
        base = self.base_of(network)
        labels = sorted({self.values[study.study] for study in network.studies} - {base})
        return tuple(f"{self.name}={label}" for label in labels)

    def x(self, network: ObservedNetwork, values: Sequence[float | str]) -> list[dict[str, float]]:
        """Return the regressors, by name, at each label."""
        levels, base = self.levels(network), self.base_of(network)
        unknown = [v for v in values if v != base and f"{self.name}={v}" not in levels]
        if unknown:
            raise NetworkError(f"No study has {self.name} {unknown[0]!r}.")
        return [{level: float(level == f"{self.name}={v}") for level in levels} for v in values]

    def line(self, network: ObservedNetwork) -> str:
        base = self.base_of(network)
        return f"{self.name}: categories, effects reported for {base}, others by their difference"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaRegression:
    """Effects of `treatments` (any model of this package, or RandomEffects, CommonEffects) that
    change with `covariates`.

    Interactions are N(0, interaction_sd^2) per unit of the covariate, or flat. "exchangeable": they
    are N(B, spread^2) with B as above; give `interaction_spread`. "by class": one a class of
    `classes`, and one for each treatment without.
    """

    treatments: TreatmentModel | RandomEffects | CommonEffects
    covariates: tuple[Covariate | Category, ...]
    interactions: Interactions
    interaction_sd: float | None
    interaction_spread: Spread | None = None
    classes: Mapping[str, str] = field(default_factory=dict[str, str])

    def bind(self, network: ObservedNetwork) -> BoundParts:
        parts = self.parts(network)
        at: dict[str, dict[str, float]] = {s.study: {} for s in network.studies}
        for covariate in self.covariates:
            regressors = covariate.x(network, [covariate.values[study] for study in at])
            for study, found in zip(at, regressors, strict=True):
                at[study].update(found)

        def within(study: ObservedStudy, treatment: str) -> tuple[Term, ...]:
            return self.terms(network, treatment, at[study.study])

        return bind_parts(self, network, parts, within)

    def parts(self, network: ObservedNetwork) -> Parts:
        """Return the treatments' parts and the interactions' coefficients."""
        if (self.interactions == "exchangeable") != (self.interaction_spread is not None):
            raise NetworkError("interaction_spread belongs to exchangeable interactions only.")
        if len({c.name for c in self.covariates}) < len(self.covariates):
            raise NetworkError("Two covariates have the same name.")
        columns: dict[str, float | None] = {}
        for covariate in self.covariates:
            for level in covariate.levels(network):
                for treatment in self._active(network):
                    columns.update(self._columns(level, treatment))
        spread = self.interaction_spread
        spreads = {} if spread is None else {c.name: spread for c in self.covariates}
        named = {spread_name(name): value for name, value in spreads.items()}
        return parts_of(self.treatments, network).plus(columns, named, self._statement(network))

    def _active(self, network: ObservedNetwork) -> list[str]:
        return [t for t in network.treatments if t != network.reference]

    def _columns(self, level: str, treatment: str) -> dict[str, float | None]:
        found = {self._group(level, treatment): self.interaction_sd}
        if self.interactions == "exchangeable":
            found[own_interaction(level, treatment)] = 1.0
        return found

    def _group(self, level: str, treatment: str) -> str:
        if self.interactions == "independent":
            return interaction(level, treatment)
        if self.interactions == "by class":
            return interaction(level, self.classes.get(treatment, treatment))
        return interaction(level, None)

    def _covariate(self, level: str) -> str:
        return next(c.name for c in self.covariates if f"{level}=".startswith(f"{c.name}="))

    def terms(
        self, network: ObservedNetwork, treatment: str, x: Mapping[str, float]
    ) -> tuple[Term, ...]:
        """Return what the covariates add to a treatment's effect."""
        if treatment == network.reference:
            return ()
        out = [Term(self._group(level, treatment), value) for level, value in x.items()]
        if self.interactions == "exchangeable":
            out.extend(
                Term(own_interaction(level, treatment), value, spread_name(self._covariate(level)))
                for level, value in x.items()
            )
        return tuple(out)

    def at(self, network: ObservedNetwork, values: Mapping[str, float | str]) -> dict[str, float]:
        """Return the regressors at values of the covariates; those not named are at their centre.

        NetworkError on a covariate the model does not have.
        """
        unknown = sorted(set(values) - {c.name for c in self.covariates})
        if unknown:
            raise NetworkError(f"The model has no covariate {', '.join(unknown)}.")
        found: dict[str, float] = {}
        for covariate in self.covariates:
            if covariate.name in values:
                found.update(covariate.x(network, [values[covariate.name]])[0])
        return found

    def _statement(self, network: ObservedNetwork) -> str:
        kinds = {
            "shared": "one for all treatments against the reference",
            "by class": "one a class of treatments, against the reference",
            "exchangeable": "one a treatment, exchangeable about their mean",
            "independent": "one a treatment, independent",
        }
        prior = normal(self.interaction_sd)
        if self.interaction_spread is not None:
            prior = f"mean {prior}, SD about it: {self.interaction_spread.statement}"
        lines = [c.line(network) for c in self.covariates]
        return "\n".join([*lines, f"interactions: {kinds[self.interactions]}; {prior}"])


def interaction(level: str, group: str | None) -> str:
    """Return the name of an interaction's coefficient; None: shared by all treatments."""
    return f"{level} x all" if group is None else f"{level} x {group}"


def own_interaction(level: str, treatment: str) -> str:
    """Return the name of a treatment's own part among exchangeable interactions."""
    return f"{level} x {treatment} (own)"


def spread_name(covariate: str) -> str:
    """Return the name of the SD of exchangeable interactions."""
    return f"interaction spread: {covariate}"


def effects_at(posterior: LatentPosterior, values: Mapping[str, float | str]) -> GaussianMixture:
    """Return each treatment's effect against the reference at values of the covariates (a number,
    or a category's label); covariates not named are at their centre or base."""
    bound, model = _regression(posterior)
    network = posterior.network
    x = model.at(network, values)
    reference = bound.parts.rows[network.reference]
    rows = {
        t: summed([(1, bound.parts.rows[t]), (1, model.terms(network, t, x)), (-1, reference)])
        for t in network.treatments
        if t != network.reference
    }
    return combined(posterior, rows, reference=network.reference)


def interactions(posterior: LatentPosterior) -> GaussianMixture:
    """Return every treatment's interaction with each covariate (or category), against the
    reference, named "covariate x treatment"; per unit of the covariate."""
    bound, model = _regression(posterior)
    network = posterior.network
    del bound
    rows: dict[str, Sequence[Term]] = {}
    for covariate in model.covariates:
        for level in covariate.levels(network):
            for t in network.treatments:
                if t != network.reference:
                    rows[interaction(level, t)] = model.terms(network, t, {level: 1.0})
    return combined(posterior, rows, reference="no interaction")


def _regression(posterior: LatentPosterior) -> tuple[BoundParts, MetaRegression]:
    bound = bound_parts(posterior)
    if not isinstance(bound.model, MetaRegression):
        raise NetworkError("This model has no covariates.")
    return bound, bound.model


def _need_all(
    name: str, values: Mapping[str, float] | Mapping[str, str], network: ObservedNetwork
) -> None:
    missing = [s.study for s in network.studies if _is_missing(values.get(s.study))]
    if missing:
        raise NetworkError(
            f"{name} is not known for: {', '.join(missing)}. Find it, or leave these studies out; "
            "a value is never guessed."
        )


def _is_missing(value: float | str | None) -> bool:
    return value is None or value == "" or value != value  # noqa: PLR0124 - NaN is not itself
