"""The network beside unrelated means: would giving up consistency fit the data better?"""

from dataclasses import dataclass
from itertools import permutations

from assuage.nma.diagnostics import deviance_points
from assuage.nma.drawing import shown, versus
from assuage.nma.effects import Result, one_of
from assuage.nma.tables import Answer, Cell, Column, Table, effect_places
from assuage.report.plots.deviance import DeviancePoint, deviance_spec
from assuage.report.plots.ink import Figure
from assuage.synthesis.latent import Fit as ArmFit
from assuage.synthesis.latent import LatentPosterior
from assuage.synthesis.prediction import RelativeEffect
from assuage.synthesis.summary import summarised


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class UnrelatedMeansFit(Answer):
    """`posterior` gives every compared pair an effect of its own (Dias, Welton, Sutton et al., Med
    Decis Making 2013;33:641-656); `fitted` and `network_fitted` are the fits by data point without
    and with consistency, `network` the network's effects."""

    result: Result
    posterior: LatentPosterior
    fitted: ArmFit
    network: tuple[RelativeEffect, ...]
    network_fitted: ArmFit

    @property
    def points(self) -> tuple[DeviancePoint, ...]:
        """Each data point's deviance under the network and under unrelated means."""
        return deviance_points(self.network_fitted, self.fitted)

    @property
    def rows(self) -> tuple[RelativeEffect, ...]:
        """Each compared pair's own effect: posterior median, SD and 95% interval."""
        mixture = self.posterior.coefficients
        pairs = {f"{a} v {b}": (a, b) for a, b in permutations(self.result.order, 2)}
        return tuple(
            summarised(pairs[name], mixture.contrast(name, mixture.reference))
            for name in mixture.names
        )

    def table(self) -> Table:
        """Return each compared pair's own effect beside the network's; ratios as ratios."""
        measure = self.result.measure
        show = effect_places(measure)
        rows: list[dict[str, Cell]] = []
        for row in self.rows:
            network = one_of(self.network, row.treatment1, row.treatment2)
            rows.append(
                {
                    "comparison": versus(row.treatment1, row.treatment2),
                    "estimate": shown(row.estimate, measure),
                    "low": shown(row.low, measure),
                    "high": shown(row.high, measure),
                    "network": shown(network.estimate, measure),
                    "network_low": shown(network.low, measure),
                    "network_high": shown(network.high, measure),
                }
            )
        return Table(
            title="Unrelated means beside the network",
            columns=(
                Column(key="comparison", title="Comparison", align="left"),
                Column(key="estimate", title="Its own", show=show),
                Column(key="low", title="95% CrI from", show=show),
                Column(key="high", title="to", show=show),
                Column(key="network", title="Network", show=show),
                Column(key="network_low", title="95% CrI from", show=show),
                Column(key="network_high", title="to", show=show),
            ),
            rows=tuple(rows),
            notes=(
                _said("Unrelated means", self.fitted),
                _said("Network", self.network_fitted),
            ),
        )

    def plot(self) -> Figure:
        """Draw deviance by data point, under the network and under unrelated means (dev-dev)."""
        return Figure(vega=deviance_spec(self.points, title="Deviance by data point"))


def _said(name: str, own: ArmFit) -> str:
    return (
        f"{name}: deviance {own.deviance:.1f} from {own.points} data points, pD {own.p_d:.1f}, "
        f"DIC {own.dic:.1f}."
    )
