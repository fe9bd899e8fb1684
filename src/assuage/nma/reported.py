"""What was read of a network: its studies, its arms as reported, and what was left out."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from assuage.errors import NetworkError
from assuage.evidence.network import LeftOut, Measure, Network, StudyContrasts, components
from assuage.knowledge.nma_table import Kind, TableArm
from assuage.knowledge.reading import nearest
from assuage.nma.tables import Column, Table
from assuage.report.plots.ink import Figure
from assuage.report.plots.network_graph import NetworkGraph, network_graph, network_spec
from assuage.synthesis.ranking import SmallValues


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReportedNetwork:
    """Trials that may be analysed together, as they were read.

    `studies` hold the contrasts on the analysis scale (log for ratios), `arms` what was reported
    (nothing where contrasts were). `chosen_for_you` names what the caller left open.
    """

    name: str
    kind: Kind
    measure: Measure
    reference: str
    small_values: SmallValues
    studies: tuple[StudyContrasts, ...]
    left_out: tuple[LeftOut, ...]
    arms: tuple[TableArm, ...]
    chosen_for_you: tuple[str, ...] = ()

    @property
    def treatments(self) -> tuple[str, ...]:
        """All treatments of usable studies, sorted."""
        return tuple(sorted({t for study in self.studies for t in study.treatments}))

    @property
    def parts(self) -> tuple[tuple[str, ...], ...]:
        """The sets of treatments that trials connect, largest first; one when all are."""
        return components(self.studies)

    @property
    def connected(self) -> bool:
        """Whether trials join all treatments, so that they can be analysed together."""
        return len(self.parts) == 1

    @property
    def people(self) -> Mapping[str, float] | None:
        """People on each treatment in the usable studies; None where the table does not tell."""
        used = {study.study for study in self.studies}
        counts: Counter[str] = Counter()
        for arm in self.arms:
            if arm.n is None:
                return None
            if arm.study in used:
                counts[arm.treatment] += int(arm.n)
        return {name: float(n) for name, n in counts.items()} if counts else None

    @property
    def network(self) -> Network:
        """The network as the engines take it. Raises NetworkError when it is in parts."""
        if not self.connected:
            named = "; ".join(
                f"({i}) {', '.join(part)}" for i, part in enumerate(self.parts, start=1)
            )
            raise NetworkError(
                f"The network falls into {len(self.parts)} parts that no study joins: {named}. "
                f"Analyse one at a time, such as .part({self.parts[0][0]!r}), or add a study that "
                "links them."
            )
        return self._network()

    def _network(self) -> Network:
        return Network(
            measure=self.measure,
            reference=self.reference,
            treatments=self.treatments,
            studies=self.studies,
            left_out=self.left_out,
        )

    def graph(self) -> NetworkGraph:
        """Return nodes and edges of the network, as drawn by `plot`."""
        return network_graph(self.studies, self.people)

    def table(self) -> Table:
        """Return the direct comparisons: who was compared with whom, in how many trials."""
        return Table(
            title=f"Direct comparisons of {self.name}",
            columns=(
                Column(key="treatment1", title="Treatment", align="left"),
                Column(key="treatment2", title="Compared with", align="left"),
                Column(key="trials", title="Trials"),
                Column(key="multi_arm", title="With more arms"),
            ),
            rows=tuple(
                {
                    "treatment1": edge.treatment1,
                    "treatment2": edge.treatment2,
                    "trials": edge.trials,
                    "multi_arm": edge.multi_arm,
                }
                for edge in self.graph().edges
            ),
        )

    def plot(self) -> Figure:
        """Draw the network: people as the size of a node, trials as the width of an edge."""
        return Figure(vega=network_spec(self.graph(), title=f"Network of {self.name}"))

    def _known(self, treatment: str) -> None:
        if treatment not in self.treatments:
            raise NetworkError(
                f"{treatment!r} is in no usable study{nearest(treatment, self.treatments)}; "
                f"choose one of: {', '.join(self.treatments)}."
            )
