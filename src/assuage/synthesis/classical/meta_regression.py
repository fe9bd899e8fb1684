"""Does a study-level covariate change the effects? Network meta-regression by GLS and REML.

Each treatment's effect against the reference is d + beta x, with x the study's covariate; between
two other treatments their slopes subtract (Cooper, Sutton, Morris, Ades, Welton, Stat Med
2009;28:1861-1881). Slopes are one for all treatments ("shared"), one each ("independent"), or one
for each group of treatments.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, pi
from typing import Literal

import numpy as np
from scipy.special import chdtrc, ndtr

from assuage.errors import NetworkError
from assuage.evidence.network import Floats, Network
from assuage.synthesis.classical.designs import (
    regression,
    restricted_constant,
    treatment_columns,
)
from assuage.synthesis.classical.weights import studies_by_arms
from assuage.synthesis.consistency import ChiSquared
from assuage.synthesis.design import Design, build_design
from assuage.synthesis.gls import Effects
from assuage.synthesis.heterogeneity import Solution, TauMethod, estimate_tau2, solve

Slopes = Literal["shared", "independent"] | Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """Change of the effect against the reference for one unit of the covariate, of these
    treatments."""

    name: str
    treatments: tuple[str, ...]
    estimate: float
    se: float
    z: float
    p: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MetaRegression:
    """Effects at the covariate's `centre` and slopes.

    `estimates` (n,) and `covariance` (n, n) are versus the reference at `centre`, in the order of
    `treatments`. `parameter_covariance` is that of the n - 1 effects and the slopes, in order.
    `slope_test` is that all slopes are zero. `residual` is what heterogeneity is left, Q of the
    model with tau² = 0. `log_likelihood` is restricted, without metafor's term in X'X.
    """

    covariate: str
    centre: float
    treatments: tuple[str, ...]
    reference: str
    effects: Effects
    tau2: float
    estimates: Floats
    covariance: Floats
    slopes: tuple[Slope, ...]
    slope_test: ChiSquared
    residual: ChiSquared
    log_likelihood: float
    parameter_covariance: Floats

    def effects_at(self, value: float) -> tuple[Floats, Floats]:
        """Return estimates (n,) versus the reference and their standard errors (n,) in studies
        with this value of the covariate."""
        n = len(self.treatments)
        turn = np.zeros((n, len(self.parameter_covariance)))
        others = [i for i, t in enumerate(self.treatments) if t != self.reference]
        turn[others, np.arange(n - 1)] = 1
        for column, slope in enumerate(self.slopes, start=n - 1):
            turn[[self.treatments.index(t) for t in slope.treatments], column] = value - self.centre
        parameters = np.concatenate([self.estimates[others], [s.estimate for s in self.slopes]])
        variances = np.einsum("ip,pq,iq->i", turn, self.parameter_covariance, turn)
        return turn @ parameters, np.sqrt(np.maximum(variances, 0))


def meta_regression(
    network: Network,
    values: Mapping[str, float],
    *,
    covariate: str = "covariate",
    slopes: Slopes = "shared",
    centre: float | None = None,
    tau_method: TauMethod | None = "REML",
) -> MetaRegression:
    """Fit effects and slopes; `values` is each study's covariate, by study.

    `centre` is where the effects are told (the studies' mean unless given). With `slopes` a
    mapping, treatments of the same group share one slope and those not in it have none.
    `tau_method` None fits common effects. Raises NetworkError for a study without a value (naming
    it), and for slopes that the trials cannot tell apart (naming the first).
    """
    _refuse_missing(network, values)
    design = build_design(network)
    if centre is None:
        centre = float(np.mean([values[s.study] for s in network.studies]))
    groups = _groups(network, slopes)
    columns = [_column(network, design, values, centre, members) for _, members in groups]
    model = _model(network, design, columns, [f"{name}:{covariate}" for name, _ in groups])
    tau2 = estimate_tau2(model, tau_method) if tau_method else 0.0
    fitted = solve(model, tau2)
    estimates, covariance = _with_reference(design, fitted)
    q, df = solve(model, 0.0).q, model.df
    return MetaRegression(
        covariate=covariate,
        centre=centre,
        treatments=network.treatments,
        reference=network.reference,
        effects="random" if tau_method else "common",
        tau2=tau2,
        estimates=estimates,
        covariance=covariance,
        slopes=tuple(_slopes(groups, fitted, design.parameters)),
        slope_test=_all_zero(fitted, design.parameters),
        residual=ChiSquared(q=q, df=df, p=float(chdtrc(df, q)) if df > 0 else float("nan")),
        log_likelihood=_restricted(model, fitted),
        parameter_covariance=fitted.covariance,
    )


def _model(network: Network, design: Design, columns: list[Floats], names: list[str]) -> Design:
    """The rows of the network on its effects versus the reference and these columns."""
    others = tuple(t for t in network.treatments if t != network.reference)
    x = np.column_stack([treatment_columns(design), *columns])
    return regression(design, x, (*others, *names))


def _refuse_missing(network: Network, values: Mapping[str, float]) -> None:
    without = [s.study for s in network.studies if not np.isfinite(values.get(s.study, np.nan))]
    if without:
        raise NetworkError(
            f"No value of the covariate for {', '.join(without)}: give one, or leave the study out."
        )


def _groups(network: Network, slopes: Slopes) -> list[tuple[str, tuple[str, ...]]]:
    others = tuple(t for t in network.treatments if t != network.reference)
    if slopes == "shared":
        return [("all against the reference", others)]
    if slopes == "independent":
        return [(name, (name,)) for name in others]
    wrong = [t for t in slopes if t not in others]
    if wrong:
        raise NetworkError(
            f"No slope can be given to {', '.join(wrong)}: name treatments of the network other "
            f"than the reference, {network.reference}."
        )
    names = sorted(set(slopes.values()))
    return [(name, tuple(t for t in others if slopes.get(t) == name)) for name in names]


def _column(
    network: Network,
    design: Design,
    values: Mapping[str, float],
    centre: float,
    members: tuple[str, ...],
) -> Floats:
    """One slope's column: the centred covariate at each arm of its treatments."""
    at = np.array([t in members for t in network.treatments], dtype=float)
    names = studies_by_arms(network)
    parts: list[Floats] = []
    for stack in design.stacks:
        x = np.array([values[study] - centre for study in names[stack.arms.shape[1]]])
        parts.append(np.einsum("sra,sa,s->sr", stack.rows, at[stack.arms], x).ravel())
    return np.concatenate(parts)


def _with_reference(design: Design, fitted: Solution) -> tuple[Floats, Floats]:
    n, p = len(design.treatments), design.parameters
    others = np.delete(np.arange(n), design.reference)
    estimates, covariance = np.zeros(n), np.zeros((n, n))
    estimates[others] = fitted.effects[:p]
    covariance[np.ix_(others, others)] = fitted.covariance[:p, :p]
    return estimates, covariance


def _slopes(groups: list[tuple[str, tuple[str, ...]]], fitted: Solution, start: int):
    errors = np.sqrt(np.diagonal(fitted.covariance))
    for place, (name, members) in enumerate(groups, start=start):
        estimate, se = float(fitted.effects[place]), float(errors[place])
        yield Slope(
            name=name,
            treatments=members,
            estimate=estimate,
            se=se,
            z=estimate / se,
            p=float(2 * ndtr(-abs(estimate / se))),
        )


def _all_zero(fitted: Solution, start: int) -> ChiSquared:
    slopes = fitted.effects[start:]
    q = float(slopes @ np.linalg.solve(fitted.covariance[start:, start:], slopes))
    return ChiSquared(q=q, df=slopes.size, p=float(chdtrc(slopes.size, q)))


def _restricted(model: Design, fitted: Solution) -> float:
    spread = -np.log(fitted.weights).sum() - np.linalg.slogdet(fitted.covariance)[1]
    value = float(spread) + fitted.q + model.df * log(2 * pi)
    return restricted_constant(model) - 0.5 * value
