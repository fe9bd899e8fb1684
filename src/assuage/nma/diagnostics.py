"""How well the model fits, trial by trial, and what the engine says of its own error."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import nan
from typing import Literal

import numpy as np

from assuage.evidence.network import Floats
from assuage.nma.effects import Result
from assuage.nma.tables import Answer, Cell, Column, Table, decimals
from assuage.report.plots.densities import DensityPoint, density_spec
from assuage.report.plots.deviance import DeviancePoint, deviance_spec
from assuage.report.plots.ink import Figure
from assuage.synthesis.latent import Fit as ArmFit
from assuage.synthesis.latent import LatentPosterior
from assuage.synthesis.latent.model import HyperPrior

_STEPS = 240


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Diagnostics(Answer):
    """Of a fit by least squares; `points` is what each trial adds to the deviance."""

    result: Result
    points: tuple[DeviancePoint, ...]

    def table(self) -> Table:
        """Return the trials, those that the model misses most first."""
        ordered = sorted(self.points, key=lambda p: -p.consistency / p.size)
        total, size = sum(p.consistency for p in self.points), sum(p.size for p in self.points)
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
            notes=(
                f"Deviance {total:.1f} from {size} contrasts; near {size} when the model fits.",
            ),
        )

    def plot(self) -> Figure:
        """Draw deviance by trial."""
        return Figure(vega=deviance_spec(self.points, title="Deviance by trial"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class PosteriorDiagnostics(Answer):
    """Of a Bayesian fit: how each data point (an arm, or a contrast) fits, and the certificate.

    `posterior` is the certified posterior: its `certificate` has the Pareto k-hat of the importance
    weights (below 0.7, or there would be no answer). `fitted` has deviance, leverage and DIC;
    `unrelated` gives the same of unrelated means.
    """

    result: Result
    posterior: LatentPosterior
    fitted: ArmFit
    unrelated: Callable[[], ArmFit]

    @property
    def k_hat(self) -> float:
        """The Pareto shape of the importance weights; nan without a certificate."""
        certificate = self.posterior.certificate
        return certificate.k_hat if certificate else nan

    def table(self) -> Table:
        """Return the data points, those that the model misses most first."""
        rows: list[dict[str, Cell]] = [
            {
                "study": arm.study,
                "treatment": arm.treatment,
                "expected": arm.expected,
                "deviance": arm.deviance,
                "leverage": arm.leverage,
            }
            for arm in sorted(self.fitted.arms, key=lambda arm: -arm.deviance)
        ]
        return Table(
            title="Fit of each data point, worst first",
            columns=(
                Column(key="study", title="Study", align="left"),
                Column(key="treatment", title="Treatment", align="left"),
                Column(key="expected", title="Expected", show=decimals(2)),
                Column(key="deviance", title="Deviance", show=decimals(2)),
                Column(key="leverage", title="Leverage", show=decimals(2)),
            ),
            rows=tuple(rows),
            notes=(self._fit_note(), self._certificate_note()),
        )

    def _fit_note(self) -> str:
        own = self.fitted
        return (
            f"Deviance {own.deviance:.1f} from {own.points} data points (near {own.points} when "
            f"the model fits); pD {own.p_d:.1f}; DIC {own.dic:.1f}."
        )

    def _certificate_note(self) -> str:
        likelihood = self.posterior.log_marginal_likelihood
        return (
            f"Log marginal likelihood {likelihood:.2f}. Certificate: Pareto k-hat "
            f"{self.k_hat:.2f} (below 0.7)."
        )

    def plot(self) -> Figure:
        """Draw prior against posterior of τ and of other parameters outside the Gaussian part;
        without any, deviance by data point beside unrelated means."""
        rows = hyper_densities(self.posterior)
        if not rows:
            points = deviance_points(self.fitted, self.unrelated())
            return Figure(vega=deviance_spec(points, title="Deviance by data point"))
        said = [
            f"{h.name}: {h.prior.statement}" for h in self.posterior.problem.model.hyperparameters
        ]
        return Figure(
            vega=density_spec(
                rows,
                title="Before and after the trials",
                subtitle=(f"Prior of {'; '.join(said)}.",),
            )
        )


def deviance_points(consistency: ArmFit, inconsistency: ArmFit) -> tuple[DeviancePoint, ...]:
    """Return a point for each data point, under either of two models of the same data."""
    other = {(arm.study, arm.treatment): arm.deviance for arm in inconsistency.arms}
    return tuple(
        DeviancePoint(
            label=f"{arm.study}: {arm.treatment}",
            size=1,
            consistency=arm.deviance,
            inconsistency=other[arm.study, arm.treatment],
        )
        for arm in consistency.arms
    )


def hyper_densities(posterior: LatentPosterior) -> tuple[DensityPoint, ...]:
    """Return prior and posterior of each hyperparameter as curves."""
    margins = posterior.hyperparameters
    return tuple(
        point
        for hyper in posterior.problem.model.hyperparameters
        for point in density_curves(
            _shown(hyper.name),
            margins[hyper.name].quantile,
            hyper.prior,
            scale=hyper.scale,
        )
    )


def _shown(name: str) -> str:
    return "τ" if name == "tau" else name


def density_curves(
    name: str, quantile: Callable[[float], float], prior: HyperPrior, *, scale: bool = True
) -> tuple[DensityPoint, ...]:
    """Return prior and posterior of a parameter as curves; a `scale`'s begin at 0.

    The posterior's density is the slope of its distribution function, between its quantiles.
    """
    p = 1 / (1 + np.exp(-np.linspace(-9, 9, _STEPS)))
    q = np.array([quantile(x) for x in p.tolist()])
    apart = np.diff(q) > 0
    values, density = ((q[1:] + q[:-1]) / 2)[apart], np.diff(p)[apart] / np.diff(q)[apart]
    span = np.linspace(1e-6 if scale else float(q[0]), float(q[-1]), _STEPS)
    before = np.exp(prior.log_density(span))
    return (*_curve(name, "prior", span, before), *_curve(name, "posterior", values, density))


def _curve(
    name: str, of: Literal["prior", "posterior"], values: Floats, density: Floats
) -> Iterator[DensityPoint]:
    for x, y in zip(values.tolist(), density.tolist(), strict=True):
        yield DensityPoint(parameter=name, of=of, value=x, density=y)
