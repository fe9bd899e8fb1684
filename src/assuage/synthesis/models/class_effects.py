"""Drugs exchangeable within their class.

beta_t = gamma_c + sigma z_t for a drug t of class c, z_t ~ N(0, 1): drugs of a class lean on each
other as far as the data say they are alike, and a drug of the class that no trial has tested gets a
prediction (Owen, Tincello and Abrams, Value Health 2015;18:116-126, for networks with classes).
At sigma = 0 every drug is its class; with sigma large every drug stands alone.
"""

from collections.abc import Mapping
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
from assuage.synthesis.priors import Prior

SHARED = "class spread"
_MOST_SPREADS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassEffects:
    """`classes`: the class of each drug that has one; other treatments stand alone, N(0,
    effect_sd^2) against the reference. Class means are N(0, class_sd^2). `class_spread` is the SD
    of drugs about their class: one for all classes or, with `own_spreads`, one each (at most three
    classes). The reference may not belong to a class: it is what all effects are against.
    """

    classes: Mapping[str, str]
    class_sd: float | None
    class_spread: Spread
    effect_sd: float | None
    heterogeneity: Spread
    own_spreads: bool = False

    @classmethod
    def of(
        cls, prior: Prior, classes: Mapping[str, str], *, class_spread: Spread | None = None
    ) -> "ClassEffects":
        """Return the model with a stated prior: class means and lone treatments have its effects'
        SD; drugs spread about their class as studies do about their mean (its heterogeneity's
        prior), unless `class_spread` says otherwise."""
        return cls(
            classes=classes,
            class_sd=prior.effect_sd,
            class_spread=class_spread or prior.heterogeneity,
            effect_sd=prior.effect_sd,
            heterogeneity=prior.heterogeneity,
        )

    def bind(self, network: ObservedNetwork) -> BoundParts:
        return bind_parts(self, network, self.parts(network))

    def members(self, network: ObservedNetwork) -> dict[str, tuple[str, ...]]:
        """Return the drugs of each class that are in a network. NetworkError when the reference is
        in a class or there is none."""
        if network.reference in self.classes:
            raise NetworkError(
                f"The reference {network.reference!r} is in the class "
                f"{self.classes[network.reference]!r}: choose a reference outside all classes, "
                "such as placebo, because class effects are against it."
            )
        found: dict[str, list[str]] = {}
        for drug in network.treatments:
            if drug in self.classes:
                found.setdefault(self.classes[drug], []).append(drug)
        if not found:
            raise NetworkError(
                f"No treatment of the network has a class: it has {', '.join(network.treatments)}."
            )
        if self.own_spreads and len(found) > _MOST_SPREADS:
            raise NetworkError(
                f"{len(found)} classes with a spread each are too many to integrate over "
                f"(at most {_MOST_SPREADS}): share one spread, which most data need anyway."
            )
        return {name: tuple(found[name]) for name in sorted(found)}

    def spread_of(self, name: str) -> str:
        """Return the name of a class's spread among the hyperparameters."""
        return f"{SHARED}: {name}" if self.own_spreads else SHARED

    def parts(self, network: ObservedNetwork) -> Parts:
        members = self.members(network)
        alone = [t for t in network.treatments if t not in self.classes and t != network.reference]
        rows: dict[str, tuple[Term, ...]] = {network.reference: ()}
        rows.update((t, (Term(t),)) for t in alone)
        columns: dict[str, float | None] = dict.fromkeys(alone, self.effect_sd)
        for name, drugs in members.items():
            columns[mean_column(name)] = self.class_sd
            for drug in drugs:
                columns[own_column(drug)] = 1.0
                own = Term(own_column(drug), scale=self.spread_of(name))
                rows[drug] = (Term(mean_column(name)), own)
        spreads = {self.spread_of(name): self.class_spread for name in members}
        return Parts(
            columns=columns,
            spreads={TAU: self.heterogeneity, **spreads},
            rows=rows,
            statement="\n".join(self._lines(network.reference, members, alone)),
        )

    def _lines(
        self, reference: str, members: Mapping[str, tuple[str, ...]], alone: list[str]
    ) -> list[str]:
        named = "; ".join(f"{name} ({', '.join(drugs)})" for name, drugs in members.items())
        shared = "each class its own" if self.own_spreads else "the same for all classes"
        lines = [
            f"drugs exchangeable within class: {named}",
            f"mean of each class against the reference ({reference}): {normal(self.class_sd)}",
            f"SD of drugs about their class ({shared}): {self.class_spread.statement}",
        ]
        if alone:
            lines.append(f"without a class ({', '.join(alone)}): {normal(self.effect_sd)}")
        single = [name for name, drugs in members.items() if len(drugs) == 1]
        if single:
            lines.append(
                f"classes of one drug, whose spread comes from others or the prior: "
                f"{', '.join(single)}"
            )
        return [*lines, tau_statement(self.heterogeneity)]


def mean_column(name: str) -> str:
    """Return the name of the coefficient that is a class's mean."""
    return f"class {name}"


def own_column(drug: str) -> str:
    """Return the name of a drug's own coefficient: how many SDs it lies from its class."""
    return f"{drug} within class"


def class_means(posterior: LatentPosterior) -> GaussianMixture:
    """Return the mean effect of each class against the reference, jointly.

    `heterogeneity` is the class spread at each point: a new member lies so far from its class (SD).
    With one spread a class use `class_mean`. NetworkError when the model has no classes.
    """
    model, members = _classes(posterior)
    if model.own_spreads:
        raise NetworkError("Each class has its own spread here: ask class_mean for one class.")
    rows = {name: (Term(mean_column(name)),) for name in members}
    return combined(posterior, rows, reference=posterior.network.reference, spread=SHARED)


def drugs_and_classes(posterior: LatentPosterior) -> GaussianMixture:
    """Return the effects of all treatments and, after them, the means of the classes, jointly: what
    is known of a drug and of the class that speaks for another goes together. `heterogeneity` is
    tau."""
    _, members = _classes(posterior)
    network, parts = posterior.network, bound_parts(posterior).parts
    drugs = {t: parts.rows[t] for t in network.treatments if t != network.reference}
    means = {name: (Term(mean_column(name)),) for name in members}
    return combined(posterior, drugs | means, reference=network.reference)


def class_mean(posterior: LatentPosterior, name: str) -> GaussianMixture:
    """Return the mean effect of one class; `heterogeneity` is the spread about it."""
    return _one(posterior, name, widen=0.0)


def new_member(posterior: LatentPosterior, name: str) -> GaussianMixture:
    """Return the effect to expect of a drug of this class that no trial has tested: the class mean
    with the spread of drugs about it."""
    return _one(posterior, name, widen=1.0)


def new_members(posterior: LatentPosterior) -> GaussianMixture:
    """Return the effect of one untested drug of each class, jointly."""
    found = class_means(posterior)
    rows = {name: (Term(mean_column(name)),) for name in found.names}
    return combined(
        posterior, rows, reference=posterior.network.reference, spread=SHARED, widen=1.0
    )


def _one(posterior: LatentPosterior, name: str, *, widen: float) -> GaussianMixture:
    model, members = _classes(posterior)
    if name not in members:
        raise NetworkError(f"No class {name!r} in the model: it has {', '.join(members)}.")
    return combined(
        posterior,
        {name: (Term(mean_column(name)),)},
        reference=posterior.network.reference,
        spread=model.spread_of(name),
        widen=widen,
    )


def _classes(posterior: LatentPosterior) -> tuple[ClassEffects, dict[str, tuple[str, ...]]]:
    model = bound_parts(posterior).model
    while not isinstance(model, ClassEffects):
        inner = getattr(model, "treatments", None)
        if inner is None:
            raise NetworkError("This model has no classes of drugs.")
        model = inner
    return model, model.members(posterior.network)
