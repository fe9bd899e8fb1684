"""A network as read: what is in it, what is not and why, before anything is fitted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from assuage.errors import NetworkError
from assuage.evidence.network import LeftOut, Measure, Network, StudyContrasts, components
from assuage.knowledge.nma_table import Kind, TableArm
from assuage.knowledge.reading import nearest
from assuage.nma.account_text import account_text
from assuage.nma.model import Model, TauMethod
from assuage.nma.tables import Column, Table
from assuage.report.plots.ink import Figure
from assuage.report.plots.network_graph import NetworkGraph, network_graph, network_spec
from assuage.synthesis.gls import Effects
from assuage.synthesis.priors import Prior
from assuage.synthesis.ranking import SmallValues

if TYPE_CHECKING:
    from assuage.nma.fit import Fit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NetworkAccount:
    """Trials that may be analysed together; printing it gives a one-screen account.

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
        return Network(
            measure=self.measure,
            reference=self.reference,
            treatments=self.treatments,
            studies=self.studies,
            left_out=self.left_out,
        )

    def against(self, reference: str) -> NetworkAccount:
        """Return the same network with another reference."""
        self._known(reference)
        left = tuple(what for what in self.chosen_for_you if what != "reference")
        return replace(self, reference=reference, chosen_for_you=left)

    def part(self, treatment: str) -> NetworkAccount:
        """Return the connected part of the network that a treatment is in."""
        self._known(treatment)
        own = next(part for part in self.parts if treatment in part)
        inside = tuple(study for study in self.studies if study.treatments[0] in own)
        reference = self.reference if self.reference in own else treatment
        return replace(self, studies=inside, reference=reference)

    def without(self, *studies: str) -> NetworkAccount:
        """Return the network without some studies, which stay listed as left out."""
        names = [study.study for study in self.studies]
        for name in studies:
            if name not in names:
                raise NetworkError(f"There is no study {name!r} here{nearest(name, names)}.")
        out = tuple(LeftOut(study=name, reason="left out on request") for name in studies)
        kept = tuple(study for study in self.studies if study.study not in studies)
        if not kept:
            raise NetworkError("Nothing is left when all studies are left out.")
        return replace(self, studies=kept, left_out=self.left_out + out)

    def fit(
        self,
        *,
        engine: Literal["gls", "bayes"] = "gls",
        effects: Effects = "random",
        tau: TauMethod | None = None,
        likelihood: Literal["normal"] = "normal",
        priors: Prior | None = None,
    ) -> Fit:
        """Fit the network and return the fit, to be asked.

        `engine` "gls" is the classical analysis by least squares, with `effects` "random" or
        "common" and `tau` naming the estimator of the heterogeneity (REML, DL, ML, PM; REML when
        it is left open). "bayes" has random effects and `priors`
        (`assuage.synthesis.priors.Prior`; a stated default for the measure when left open).
        Raises NetworkError when the network is in parts or the choices contradict each other.
        """
        from assuage.nma.fit import fit_model  # noqa: PLC0415 - the fit knows its network

        model = Model(engine=engine, effects=effects, tau=tau, likelihood=likelihood, prior=priors)
        return fit_model(self, model)

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

    def __str__(self) -> str:
        return account_text(self)

    def _known(self, treatment: str) -> None:
        if treatment not in self.treatments:
            raise NetworkError(
                f"{treatment!r} is in no usable study{nearest(treatment, self.treatments)}; "
                f"choose one of: {', '.join(self.treatments)}."
            )
