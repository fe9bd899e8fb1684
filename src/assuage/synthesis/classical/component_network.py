"""Component network meta-analysis: what each part of a combination adds.

Rücker, Petropoulou and Schwarzer, Biom J 2020;62:808-821 (after Welton et al., Am J Epidemiol
2009;169:1158-1165). A treatment is the sum of its components, and of interactions where they are
asked for; an inactive component counts as zero. A network that falls into parts can still be joined
when the parts share components. Effects that the trials do not identify are nan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtri

from assuage.errors import NetworkError
from assuage.evidence.network import Floats, Network
from assuage.synthesis.classical.treatment_effects import TreatmentEffects
from assuage.synthesis.consistency import ChiSquared
from assuage.synthesis.design import Design, Stack, is_connected, stack_studies
from assuage.synthesis.gls import Effects, fit
from assuage.synthesis.heterogeneity import TauMethod, estimate_tau2, solve

_RANK_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ComponentModel:
    """`matrix` (T, c): how often each component (or interaction) is in each treatment."""

    treatments: tuple[str, ...]
    components: tuple[str, ...]
    matrix: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentEffect:
    """The effect of adding a component, or of a whole combination against what is inactive."""

    name: str
    estimate: float
    se: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ComponentFit:
    """A fitted component network, on the analysis scale (log for ratios).

    `estimates` (c,) and `covariance` (c, c) are of the components. `heterogeneity` is Cochran's Q
    of the component model; `additivity` its excess over the full network (None when the network
    falls into parts, where there is no full network to compare with). `effects` are the model's
    relative effects of treatments, versus the network's reference.
    """

    model: ComponentModel
    effects: TreatmentEffects
    estimates: Floats
    covariance: Floats
    tau2: float
    heterogeneity: ChiSquared
    additivity: ChiSquared | None
    basis: Floats

    @property
    def tau(self) -> float:
        return self.tau2**0.5

    def component_effects(self, level: float = 0.95) -> tuple[ComponentEffect, ...]:
        """Return one effect a component or interaction; nan where the trials do not tell it."""
        names = self.model.components
        return tuple(
            self._effect(name, row, level)
            for name, row in zip(names, np.eye(len(names)), strict=True)
        )

    def combination_effects(self, level: float = 0.95) -> tuple[ComponentEffect, ...]:
        """Return the effect of each treatment of the network as the sum of its components."""
        return tuple(
            self._effect(name, row, level)
            for name, row in zip(self.model.treatments, self.model.matrix, strict=True)
        )

    def combination(self, components: Sequence[str], level: float = 0.95) -> ComponentEffect:
        """Return the effect of any combination, in a trial or not.

        Interactions of the model apply when all their parts are there. Raises NetworkError on a
        component that is not in the model.
        """
        unknown = [c for c in components if c not in self.model.components]
        if unknown:
            raise NetworkError(
                f"No component {', '.join(unknown)}; there are {', '.join(self.model.components)}."
            )
        present = set(components)
        row = [
            float(name in present or set(_parts_of(name)) <= present)
            for name in self.model.components
        ]
        return self._effect(" + ".join(components), np.array(row), level)

    def _effect(self, name: str, row: Floats, level: float) -> ComponentEffect:
        if _identified(row[None, :], self.basis)[0]:
            estimate = float(row @ self.estimates)
            se = float(max(row @ self.covariance @ row, 0.0)) ** 0.5
        else:
            estimate = se = float("nan")
        z = float(ndtri((1 + level) / 2))
        return ComponentEffect(
            name=name, estimate=estimate, se=se, low=estimate - z * se, high=estimate + z * se
        )


def component_model(
    treatments: Sequence[str],
    *,
    inactive: str | None = None,
    separator: str = "+",
    interactions: Sequence[tuple[str, ...]] = (),
    parts: Mapping[str, Sequence[str]] | None = None,
) -> ComponentModel:
    """Split each treatment into its components by `separator`, or as `parts` says.

    `inactive` (placebo, usual care) is taken as zero. An interaction names two or more components;
    it applies to the treatments that hold all of them. Raises NetworkError for an interaction of
    unknown components, or one that no treatment shows.
    """
    given = parts or {}
    split = {
        t: tuple(given[t]) if t in given else tuple(p.strip() for p in t.split(separator))
        for t in treatments
    }
    names = sorted({c for own in split.values() for c in own} - {inactive or ""})
    columns = [[float(own.count(name)) for own in split.values()] for name in names]
    for interaction in interactions:
        absent = [c for c in interaction if c not in names]
        column = [float(set(interaction) <= set(own)) for own in split.values()]
        if absent or len(set(interaction)) < 2 or not any(column):
            raise NetworkError(
                f"No treatment shows the interaction {_joint(interaction)}: it needs two or more "
                f"of the components {', '.join(names)}, together in a trial."
            )
        columns.append(column)
    return ComponentModel(
        treatments=tuple(treatments),
        components=(*names, *map(_joint, interactions)),
        matrix=np.array(columns).reshape(-1, len(split)).T,
    )


_TIMES = " * "


def _joint(interaction: Sequence[str]) -> str:
    return _TIMES.join(interaction)


def _parts_of(name: str) -> list[str]:
    return name.split(_TIMES)


def fit_components(
    network: Network,
    model: ComponentModel,
    *,
    effects: Effects = "random",
    tau_method: TauMethod = "REML",
    tau2: float | None = None,
) -> ComponentFit:
    """Fit a component model to a network, connected or not; `tau2` presets the heterogeneity.

    Raises NetworkError when no trial says anything of any component.
    """
    if set(model.treatments) != set(network.treatments):
        raise NetworkError(
            "The component model and the network have different treatments: "
            f"{', '.join(sorted(set(model.treatments) ^ set(network.treatments)))}."
        )
    order = [model.treatments.index(t) for t in network.treatments]
    matrix = model.matrix[order]
    design, basis = _design(stack_studies(network), matrix)
    common = solve(design, 0.0)
    if effects == "common":
        between = 0.0
    else:
        between = estimate_tau2(design, tau_method) if tau2 is None else tau2
    solution = solve(design, between) if between else common
    estimates, covariance = basis @ solution.effects, basis @ solution.covariance @ basis.T
    return ComponentFit(
        model=model,
        effects=_relative(network, matrix, basis, (estimates, covariance)),
        estimates=estimates,
        covariance=covariance,
        tau2=between,
        heterogeneity=_test(common.q, design.df),
        additivity=_additivity(network, common.q, design.df),
        basis=basis,
    )


def _test(q: float, df: int) -> ChiSquared:
    return ChiSquared(q=q, df=df, p=float(chdtrc(df, q)) if df > 0 else float("nan"))


def _additivity(network: Network, q: float, df: int) -> ChiSquared | None:
    if not is_connected(network):
        return None
    full = fit(network, effects="common")
    lost = df - full.df
    return _test(max(0.0, q - full.q) if lost else 0.0, lost)


def compare(smaller: ComponentFit, larger: ComponentFit) -> ChiSquared:
    """Return the test of a component model against one with more interactions (Q difference)."""
    a, b = smaller.heterogeneity, larger.heterogeneity
    return _test(max(0.0, a.q - b.q), a.df - b.df)


def _design(stacks: tuple[Stack, ...], matrix: Floats) -> tuple[Design, Floats]:
    """Rows over the identified directions of component space, and those directions (c, r)."""
    rows = np.concatenate(
        [
            np.einsum("sma,sac->smc", s.rows, matrix[s.arms]).reshape(-1, matrix.shape[1])
            for s in stacks
        ]
    )
    _, values, vectors = np.linalg.svd(rows, full_matrices=False)
    rank = int((values > _RANK_TOLERANCE * values.max(initial=0.0)).sum())
    if not rank:
        raise NetworkError("No trial compares treatments that differ in an active component.")
    # with every component identified its own axes serve, and nothing is turned
    basis: Floats = np.eye(matrix.shape[1]) if rank == matrix.shape[1] else vectors[:rank].T
    x = rows @ basis
    return (
        Design(
            treatments=("inactive", *(f"direction {i + 1}" for i in range(rank))),
            reference=0,
            stacks=stacks,
            x=x,
            squares=(x[:, :, None] * x[:, None, :]).reshape(len(x), rank * rank),
            y=np.concatenate([s.y.ravel() for s in stacks]),
            variances=np.concatenate([s.variances.ravel() for s in stacks]),
        ),
        basis,
    )


def _identified(rows: Floats, basis: Floats) -> NDArray[np.bool_]:
    """Which rows of component space lie in what the trials span."""
    rest = rows - (rows @ basis) @ basis.T
    return np.abs(rest).max(axis=1, initial=0.0) < 1e-7 * np.maximum(1, np.abs(rows).max(axis=1))


def _relative(
    network: Network, matrix: Floats, basis: Floats, found: tuple[Floats, Floats]
) -> TreatmentEffects:
    """The model's effects of treatments versus the reference."""
    estimates, covariance = found
    rows = matrix - matrix[network.treatments.index(network.reference)]
    known = _identified(rows, basis)
    effects, spread = rows @ estimates, rows @ covariance @ rows.T
    effects[~known] = np.nan
    spread[~known, :] = np.nan
    spread[:, ~known] = np.nan
    return TreatmentEffects(
        treatments=network.treatments,
        reference=network.reference,
        estimates=effects,
        covariance=spread,
    )
