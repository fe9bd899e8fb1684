"""Which of several Bayesian models do the trials support?"""

from collections.abc import Mapping
from dataclasses import dataclass

from assuage.errors import NetworkError
from assuage.nma.drawing import Z95
from assuage.nma.fit import Fit
from assuage.nma.tables import Answer, Cell, Column, Table, decimals, percent
from assuage.report.plots.forest import ForestRow, ForestWords, forest_spec
from assuage.report.plots.ink import Figure
from assuage.synthesis.latent import LatentPosterior
from assuage.synthesis.models import ModelComparison
from assuage.synthesis.models import compare as compare_models


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Comparison(Answer):
    """`models` scores the models of the same data, best at foreseeing left-out studies first."""

    models: ModelComparison

    def table(self) -> Table:
        """Return the models, best first."""
        rows: list[dict[str, Cell]] = [
            {
                "model": s.model,
                "elpd": s.elpd,
                "difference": s.difference,
                "difference_se": s.difference_se,
                "stacking": s.stacking,
                "log_marginal_likelihood": s.log_marginal_likelihood,
                "probability": s.probability,
                "dic": s.dic,
                "refitted": len(s.refitted),
            }
            for s in self.models.scores
        ]
        return Table(
            title="Models, best at foreseeing left-out studies first",
            columns=(
                Column(key="model", title="Model", align="left"),
                Column(key="elpd", title="elpd", show=decimals(1)),
                Column(key="difference", title="Less the best", show=decimals(1)),
                Column(key="difference_se", title="SE", show=decimals(1)),
                Column(key="stacking", title="Stacking", show=percent),
                Column(key="log_marginal_likelihood", title="log p(y)", show=decimals(1)),
                Column(key="probability", title="P(model)", show=percent),
                Column(key="dic", title="DIC", show=decimals(1)),
            ),
            rows=tuple(rows),
            notes=(
                "elpd: log predictive density of studies, each left out in turn; P(model): all "
                "equally likely beforehand (it leans on how wide their priors are).",
                *((self.models.note,) if self.models.note else ()),
            ),
        )

    def plot(self) -> Figure:
        """Draw how much worse than the best each model foresees studies."""
        rows = [
            ForestRow(
                label=s.model,
                estimate=s.difference,
                low=s.difference - Z95 * s.difference_se,
                high=s.difference + Z95 * s.difference_se,
                note=f"{s.stacking:.0%}",
            )
            for s in self.models.scores
        ]
        words = ForestWords(
            title="How well models foresee left-out studies",
            note="Stacking",
            effect="elpd",
            axis="Difference in elpd from the best model",
            interval="±1.96 SE",
        )
        return Figure(vega=forest_spec(rows, measure="MD", words=words))


def compare(fits: Mapping[str, Fit]) -> Comparison:
    """Compare Bayesian fits of the same data, by name: leave-one-study-out, stacking weights,
    marginal likelihood, DIC.

    Raises NetworkError for a fit by least squares, for different data or likelihoods, and for one
    model alone.
    """
    if len(fits) < 2:
        raise NetworkError("A comparison needs two models or more.")
    return Comparison(models=compare_models({n: _posterior(n, f) for n, f in fits.items()}))


def _posterior(name: str, fit: Fit) -> LatentPosterior:
    if fit.inference.latent is None:
        raise NetworkError(f"{name} is a fit by least squares; compare fits of engine='bayes'.")
    return fit.inference.latent(False)
