"""How well the model fits, trial by trial, and what the engine says of its own error."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from assuage.evidence.network import Floats
from assuage.nma.effects import Result
from assuage.nma.tables import Column, Table, decimals
from assuage.report.plots.densities import DensityPoint, density_spec
from assuage.report.plots.deviance import DeviancePoint, deviance_spec
from assuage.report.plots.ink import Figure
from assuage.synthesis.posterior import NetworkPosterior

_STEPS = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostics:
    """`points` is what each trial adds to the deviance; `posterior` is there for Bayes."""

    result: Result
    points: tuple[DeviancePoint, ...]
    posterior: NetworkPosterior | None

    def table(self) -> Table:
        """Return the trials, those that the model misses most first."""
        ordered = sorted(self.points, key=lambda p: -p.consistency / p.size)
        total, size = sum(p.consistency for p in self.points), sum(p.size for p in self.points)
        notes = [f"Deviance {total:.1f} from {size} contrasts; near {size} when the model fits."]
        if self.posterior is not None:
            notes.append(
                f"Log marginal likelihood {self.posterior.log_marginal_likelihood:.2f}; quadrature "
                f"converged to {self.posterior.convergence_bound:.0e}."
            )
        return Table(
            title="Fit of each trial, worst first",
            columns=(
                Column(key="study", title="Study", align="left"),
                Column(key="contrasts", title="Contrasts"),
                Column(key="deviance", title="Deviance", show=decimals(2)),
                Column(key="design_alone", title="With its design alone", show=decimals(2)),
            ),
            rows=tuple(
                {
                    "study": p.label,
                    "contrasts": p.size,
                    "deviance": p.consistency,
                    "design_alone": p.inconsistency,
                }
                for p in ordered
            ),
            notes=tuple(notes),
        )

    def plot(self) -> Figure:
        """Draw prior against posterior of τ for Bayes, else deviance by trial."""
        if self.posterior is None:
            return Figure(vega=deviance_spec(self.points, title="Deviance by trial"))
        rows = tau_densities(self.posterior)
        spec = density_spec(
            rows,
            title="Heterogeneity before and after the trials",
            subtitle=(f"Prior of τ: {self.posterior.prior.heterogeneity.statement}.",),
        )
        return Figure(vega=spec)


def tau_densities(posterior: NetworkPosterior) -> tuple[DensityPoint, ...]:
    """Return prior and posterior of tau as curves, from 0 to where little is left of either.

    The posterior's density is the slope of its distribution function, between its quantiles.
    """
    p = 1 / (1 + np.exp(-np.linspace(-9, 9, _STEPS)))
    q = np.array([posterior.tau.quantile(x) for x in p.tolist()])
    values, density = (q[1:] + q[:-1]) / 2, np.diff(p) / np.diff(q)
    span = np.linspace(1e-6, float(q[-1]), _STEPS)
    before = np.exp(posterior.prior.heterogeneity.log_density(span))
    return (
        *_curve("prior", span, before),
        *_curve("posterior", values, density),
    )


def _curve(
    of: Literal["prior", "posterior"], values: Floats, density: Floats
) -> Iterator[DensityPoint]:
    for x, y in zip(values.tolist(), density.tolist(), strict=True):
        yield DensityPoint(parameter="τ", of=of, value=x, density=y)
