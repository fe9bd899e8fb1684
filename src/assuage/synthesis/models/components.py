"""Combinations as the sum of their components, with interactions where they are asked for.

Welton, Caldwell, Adamopoulos and Vedhara, Am J Epidemiol 2009;169:1158-1165. "A+B" has the effect
of A plus that of B, plus the interaction "A * B" if the model has it. An inactive component, such
as placebo, counts as zero.
"""

from dataclasses import dataclass

from assuage.errors import NetworkError
from assuage.evidence.observed import ObservedNetwork
from assuage.synthesis.latent.posterior import LatentPosterior
from assuage.synthesis.mixture import GaussianMixture
from assuage.synthesis.models.terms import (
    TAU,
    BoundParts,
    Parts,
    Spread,
    Term,
    bind_parts,
    bound_parts,
    combined,
    normal,
    tau_statement,
)

INTERACTION = " * "


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentEffects:
    """Components are N(0, component_sd^2), `interactions` (sets of components) are
    N(0, interaction_sd^2); None for flat. Treatments are split at `separator`."""

    inactive: str | None
    component_sd: float | None
    heterogeneity: Spread
    interactions: tuple[tuple[str, ...], ...] = ()
    interaction_sd: float | None = None
    separator: str = "+"

    def bind(self, network: ObservedNetwork) -> BoundParts:
        return bind_parts(self, network, self.parts(network))

    def split(self, treatment: str) -> tuple[str, ...]:
        """Return the active components of a treatment."""
        found = tuple(part.strip() for part in treatment.split(self.separator))
        if "" in found or len(set(found)) < len(found):
            raise NetworkError(f"{treatment!r} does not name each component once.")
        return tuple(part for part in found if part != self.inactive)

    def components(self, network: ObservedNetwork) -> tuple[str, ...]:
        """Return the active components of a network's treatments, sorted."""
        return tuple(sorted({c for t in network.treatments for c in self.split(t)}))

    def terms(self, components: tuple[str, ...]) -> tuple[Term, ...]:
        """Return the terms of any combination."""
        joint = [i for i in self.interactions if set(i) <= set(components)]
        return (*map(Term, components), *(Term(INTERACTION.join(i)) for i in joint))

    def parts(self, network: ObservedNetwork) -> Parts:
        components = self.components(network)
        unknown = sorted({c for i in self.interactions for c in i} - set(components))
        if unknown:
            raise NetworkError(
                f"No component {', '.join(unknown)}; there are {', '.join(components)}."
            )
        joint = [INTERACTION.join(i) for i in self.interactions]
        lines = [
            f"effects of combinations are sums of components: {', '.join(components)}",
            f"inactive, counted as zero: {self.inactive or 'none'}",
            f"each component: {normal(self.component_sd)}",
        ]
        if joint:
            lines.append(f"interactions {', '.join(joint)}: {normal(self.interaction_sd)}")
        return Parts(
            columns={
                **dict.fromkeys(components, self.component_sd),
                **dict.fromkeys(joint, self.interaction_sd),
            },
            spreads={TAU: self.heterogeneity},
            rows={t: self.terms(self.split(t)) for t in network.treatments},
            statement="\n".join([*lines, tau_statement(self.heterogeneity)]),
        )


def component_effects(posterior: LatentPosterior) -> GaussianMixture:
    """Return what each component (and interaction) adds, jointly."""
    model = _model(posterior)
    rows = {name: (Term(name),) for name in bound_parts(posterior).names}
    return combined(posterior, rows, reference=model.inactive or "nothing")


def combination(posterior: LatentPosterior, components: tuple[str, ...]) -> GaussianMixture:
    """Return the effect of any combination against what is inactive, in a trial or not."""
    model = _model(posterior)
    known = model.components(posterior.network)
    unknown = [c for c in components if c not in known]
    if unknown:
        raise NetworkError(f"No component {', '.join(unknown)}; there are {', '.join(known)}.")
    name = model.separator.join(components)
    rows = {name: model.terms(components)}
    return combined(posterior, rows, reference=model.inactive or "nothing")


def _model(posterior: LatentPosterior) -> ComponentEffects:
    model = bound_parts(posterior).model
    if not isinstance(model, ComponentEffects):
        raise NetworkError("This model has no components.")
    return model
