"""One trial and one outcome: from its rows to the contrasts between its nodes, or why not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.effect import contrasts_from_events, contrasts_from_means
from assuage.evidence.network import LeftOut, StudyContrasts
from assuage.evidence.nodes import Level, dose_of, dose_of_contrast, is_pooled, node
from assuage.evidence.observed import BinomialArms, NormalContrasts, ObservedStudy
from assuage.evidence.outcome import OutcomeDefinition
from assuage.evidence.reference_risk import ReferenceRisks
from assuage.evidence.treatment import TreatmentCatalogue
from assuage.evidence.trial import (
    POINTS_ON_0_10,
    Arm,
    ArmResult,
    Basis,
    ContrastResult,
    Study,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmEvidence:
    """The people of one trial on one node. `people` is None where only a contrast is printed and
    the number randomised is not on record either; `events` is how many of them had a binary
    outcome, where that was counted."""

    node: str
    people: int | None
    doses: tuple[Decimal, ...]
    events: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyEvidence:
    """What one trial brings to a network, with what lowers the trust in it.

    `arms` are in the order of `contrasts.treatments`. `reconstructed`: a number behind it was
    worked out from another statistic. `pooled_arms`: several of its arms stand on one node.
    `outcome_sd` is the SD among people on the analysis scale (continuous outcomes only). `doubt`
    says why its numbers are trusted less, if they are.
    """

    study: Study
    arms: tuple[ArmEvidence, ...]
    contrasts: StudyContrasts
    reconstructed: bool
    pooled_arms: bool
    outcome_sd: float | None = None
    doubt: str = ""

    @property
    def derived(self) -> bool:
        """True when its log odds ratio was converted from a risk difference, ratio or NNT."""
        return self.contrasts.derived

    @property
    def people(self) -> int:
        """People in the trial as far as they are on record; in a crossover each had all arms."""
        counts = [arm.people or 0 for arm in self.arms]
        return max(counts) if self.study.design == "crossover" else sum(counts)

    @property
    def information(self) -> float:
        """Mean precision of its contrasts: what it weighs when trials are counted by weight."""
        return len(self.contrasts.estimates) / float(np.trace(self.contrasts.covariance))

    @property
    def observed(self) -> ObservedStudy:
        """The trial with the likelihood of what it reports: counts where its arms were counted,
        else its contrasts as normal."""
        events = [arm.events for arm in self.arms]
        people = [arm.people for arm in self.arms]
        if None in events or None in people:
            return NormalContrasts.of(self.contrasts)
        return BinomialArms(
            study=self.study.id,
            treatments=self.contrasts.treatments,
            events=tuple(float(r or 0) for r in events),
            people=tuple(float(n or 0) for n in people),
        )

    def compares(self, treatment1: str, treatment2: str) -> bool:
        return {treatment1, treatment2} <= set(self.contrasts.treatments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One end of a comparison: a treatment at a dose, and the node it belongs to."""

    treatment: str
    dose_label: str
    node: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scope:
    """What is being assembled, and what of other trials a conversion needs."""

    outcome: OutcomeDefinition
    level: Level
    catalogue: TreatmentCatalogue
    risks: ReferenceRisks

    def side(self, treatment: str, dose_label: str) -> Side:
        name = node(treatment, dose_label, level=self.level, catalogue=self.catalogue)
        return Side(treatment=treatment, dose_label=dose_label, node=name)

    def not_in_network(self, treatment: str) -> str:
        return self.catalogue.treatments[treatment].not_in_network

    def order(self, name: str) -> tuple[bool, str]:
        """Sorts the reference before all other nodes."""
        return name != self.catalogue.reference, name


@dataclass(slots=True, eq=False)
class TrialRows:
    """All usable rows of one trial for one outcome; `arms` are all arms of the trial.

    `aside` collects the rows that are not used although the trial may be, each with its reason.
    """

    study: Study
    arms: tuple[Arm, ...]
    results: list[ArmResult] = field(default_factory=list[ArmResult])
    contrasts: list[ContrastResult] = field(default_factory=list[ContrastResult])
    aside: list[str] = field(default_factory=list[str])

    def arm(self, result: ArmResult) -> Arm:
        return next(arm for arm in self.arms if arm.id == result.arm)

    def sides(self, contrast: ContrastResult, scope: Scope) -> tuple[Side, Side]:
        first = dose_of_contrast(contrast.treatment1, contrast.dose1, self.arms)
        second = dose_of_contrast(contrast.treatment2, None, self.arms)
        return scope.side(contrast.treatment1, first), scope.side(contrast.treatment2, second)

    def randomised(self, side: Side) -> int | None:
        """Return how many people were randomised to one side of a contrast, if all arms say."""
        own = [a for a in self.arms if a.treatment == side.treatment and not is_pooled(a)]
        exact = [a for a in own if dose_of(a) == side.dose_label] or own
        counts = [a.n_randomised for a in exact]
        known = [n for n in counts if n is not None]
        return sum(known) if known and len(known) == len(counts) else None


def set_aside_what_cannot_stand(rows: TrialRows, scope: Scope) -> None:
    """Drop rows of treatments that are none, and pooled groups whose arms are there one by one."""
    kept: list[ArmResult] = []
    single = {a.treatment for r in rows.results if not is_pooled(a := rows.arm(r))}
    for result in rows.results:
        arm = rows.arm(result)
        if reason := scope.not_in_network(arm.treatment):
            rows.aside.append(f"{scope.catalogue.treatments[arm.treatment].label}: {reason}")
        elif is_pooled(arm) and arm.treatment in single:
            rows.aside.append(
                f"{arm.treatment}, all doses together: the same people are counted in its single "
                "doses"
            )
        else:
            kept.append(result)
    rows.results = kept
    possible: list[ContrastResult] = []
    for contrast in rows.contrasts:
        pair = (contrast.treatment1, contrast.treatment2)
        reasons = {scope.not_in_network(t) for t in pair} - {""}
        if reasons:
            rows.aside.append(f"{pair[0]} against {pair[1]}: {'; '.join(sorted(reasons))}")
        else:
            possible.append(contrast)
    rows.contrasts = possible


def from_arms(rows: TrialRows, scope: Scope) -> StudyEvidence | LeftOut:
    """Return the contrasts between the arms, arms of one node taken together."""
    groups: dict[str, list[ArmResult]] = {}
    for result in rows.results:
        arm = rows.arm(result)
        groups.setdefault(scope.side(arm.treatment, dose_of(arm)).node, []).append(result)
    nodes = sorted(groups, key=scope.order)
    if reason := _nothing_to_compare(rows, nodes):
        return LeftOut(study=rows.study.id, reason=reason)
    merged = [groups[name] for name in nodes]
    if scope.outcome.kind == "binary":
        contrasts = contrasts_from_events(
            rows.study.id,
            nodes,
            [sum(r.events or 0 for r in group) for group in merged],
            [sum(r.n for r in group) for group in merged],
            measure="OR",
        )
        spread = None
    else:
        means, sds, sizes = zip(*(pooled_mean(group) for group in merged), strict=True)
        contrasts = contrasts_from_means(rows.study.id, nodes, means, sds, sizes, measure="MD")
        spread = float(np.sqrt(np.average(np.square(sds), weights=sizes)))
    if isinstance(contrasts, LeftOut):
        return contrasts
    return StudyEvidence(
        study=rows.study,
        arms=tuple(_counted(name, groups[name], rows) for name in nodes),
        contrasts=contrasts,
        reconstructed=any(r.basis is Basis.RECONSTRUCTED for r in rows.results),
        pooled_arms=len(nodes) < len(rows.results),
        outcome_sd=spread,
    )


def _nothing_to_compare(rows: TrialRows, nodes: Sequence[str]) -> str:
    """Return why the arms cannot be told apart, or nothing when they can."""
    if len(rows.results) < 2 and rows.aside:
        return "; ".join(dict.fromkeys(rows.aside))
    if len(rows.results) == 1:
        return "only one of its arms is reported, which compares with nothing"
    if len(nodes) == 1:
        return f"all its reported arms are {nodes[0]}, so it compares nothing at this level"
    if all(r.events == 0 for r in rows.results):
        return "nobody had the event in any arm, so it cannot tell the arms apart"
    if all(r.events == r.n for r in rows.results):
        return "everybody had the event in every arm, so it cannot tell the arms apart"
    return ""


def _counted(name: str, group: Sequence[ArmResult], rows: TrialRows) -> ArmEvidence:
    doses = {arm.dose for arm in map(rows.arm, group) if arm.dose is not None}
    events = [r.events for r in group if r.events is not None]
    return ArmEvidence(
        node=name,
        people=sum(r.n for r in group),
        doses=tuple(sorted(doses)),
        events=sum(events) if len(events) == len(group) else None,
    )


def pooled_mean(group: Sequence[ArmResult]) -> tuple[float, float, int]:
    """Return mean, SD and n of several arms taken as one group, on the 0-10 scale.

    Cochrane Handbook (version 6), table 6.5.a: the SD of the joined group holds the spread within
    arms and the difference between their means.
    """
    rows = [(r, POINTS_ON_0_10[r.scale]) for r in group if r.mean is not None and r.sd is not None]
    if not rows:
        raise NetworkError(f"{group[0].study}: no mean and SD to pool for {group[0].outcome}.")
    n = np.array([r.n for r, _ in rows], dtype=np.float64)
    mean = np.array([(r.mean or 0.0) * points for r, points in rows])
    sd = np.array([(r.sd or 0.0) * points for r, points in rows])
    total = float(n.sum())
    joint = float(n @ mean) / total
    squares = float((n - 1) @ sd**2 + n @ (mean - joint) ** 2)
    return joint, float(np.sqrt(squares / (total - 1))), int(total)
