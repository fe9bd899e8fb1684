"""The shape of a network, measured."""

from dataclasses import dataclass
from math import isnan

from assuage.nma.tables import Answer, Cell, Column, Table
from assuage.report.plots.ink import Figure
from assuage.report.plots.network_graph import NetworkGraph, network_spec
from assuage.synthesis.classical.geometry import Geometry


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Shape(Answer):
    """`geometry` measures who was compared with whom, how often, and how far apart."""

    geometry: Geometry
    graph: NetworkGraph

    def table(self) -> Table:
        """Return the measures of the whole network."""
        own = self.geometry
        listed: dict[str, Cell] = {
            "Studies": own.studies,
            "Arms": own.arms,
            "Studies with more than two arms": own.multi_arm_studies,
            "Treatments": len(own.treatments),
            "Comparisons made by some trial": own.comparisons,
            "Comparisons possible": own.possible_comparisons,
            "Density": own.density,
            "Comparisons a treatment (mean)": own.mean_degree,
            "Designs": own.designs,
            "Parts": len(own.parts),
            "Independent loops": own.loops,
            "Diameter": own.diameter,
            "Mean distance": own.mean_distance,
            "Diversity (PIE)": own.pie,
            "Co-occurrence (C-score)": own.c_score,
            "Treatments whose loss splits the network": ", ".join(own.cut_treatments) or "none",
            "Comparisons whose loss splits it": "; ".join(map(" vs ".join, own.bridges)) or "none",
        }
        return Table(
            title="Shape of the network",
            columns=(
                Column(key="quantity", title="Quantity", align="left"),
                Column(key="value", title="Value", show=_value, align="left"),
            ),
            rows=tuple({"quantity": name, "value": value} for name, value in listed.items()),
        )

    def treatments(self) -> Table:
        """Return each treatment's trials, and the treatments it was compared with."""
        return Table(
            title="Place of each treatment",
            columns=(
                Column(key="treatment", title="Treatment", align="left"),
                Column(key="trials", title="Trials"),
                Column(key="degree", title="Compared with"),
            ),
            rows=tuple(
                {"treatment": place.treatment, "trials": place.studies, "degree": place.degree}
                for place in self.geometry.treatments
            ),
        )

    def plot(self) -> Figure:
        """Draw the network."""
        return Figure(vega=network_spec(self.graph, title="Network"))


def _value(value: Cell) -> str:
    if isinstance(value, float):
        return "–" if isnan(value) else f"{value:.2f}"
    return str(value)
