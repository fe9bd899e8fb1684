"""One network per outcome from the trial tables, with nothing dropped in silence."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import LeftOut, Network, components
from assuage.evidence.nodes import Level, dose_of
from assuage.evidence.observed import ObservedNetwork, observe
from assuage.evidence.outcome import OutcomeDefinition
from assuage.evidence.printed_contrasts import from_printed
from assuage.evidence.reference_risk import ReferenceRisks
from assuage.evidence.treatment import TreatmentCatalogue
from assuage.evidence.trial import Arm, ArmResult, Basis, TrialTables
from assuage.evidence.trial_contrasts import (
    Scope,
    StudyEvidence,
    TrialRows,
    from_arms,
    set_aside_what_cannot_stand,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutcomeNetwork:
    """The trials of one outcome that can be analysed together, at one level.

    `studies` are in the order of `network.studies`; every study with a row for the outcome is
    either there or in `network.left_out`. `set_aside` names single rows of used studies that were
    not used. `conventions` are choices that the data made necessary, to be printed with results.
    """

    outcome: OutcomeDefinition
    level: Level
    network: Network
    studies: tuple[StudyEvidence, ...]
    set_aside: tuple[LeftOut, ...]
    conventions: tuple[str, ...]

    @property
    def observed(self) -> ObservedNetwork:
        """The same trials, each with the likelihood of what it reports."""
        return observe(
            (study.observed for study in self.studies),
            reference=self.network.reference,
            link="logit" if self.outcome.kind == "binary" else "identity",
        )

    @property
    def outcome_sd(self) -> float | None:
        """Median over trials of the SD among people; None for binary outcomes."""
        known = [s.outcome_sd for s in self.studies if s.outcome_sd is not None]
        return float(np.median(known)) if known else None

    def of(self, treatment: str) -> tuple[StudyEvidence, ...]:
        """Return the studies with this treatment."""
        return tuple(s for s in self.studies if treatment in s.contrasts.treatments)

    def direct(self, treatment1: str, treatment2: str) -> tuple[StudyEvidence, ...]:
        """Return the studies that compare two treatments themselves."""
        return tuple(s for s in self.studies if s.compares(treatment1, treatment2))

    def people(self, treatment: str | None = None) -> int:
        """Return how many people are known to be behind a treatment, or the whole network."""
        if treatment is None:
            return sum(study.people for study in self.studies)
        arms = (arm for study in self.studies for arm in study.arms)
        return sum(arm.people or 0 for arm in arms if arm.node == treatment)

    def share(
        self,
        holds: Callable[[StudyEvidence], bool],
        *,
        among: Iterable[StudyEvidence] | None = None,
    ) -> float:
        """Return the share, by information, of the studies for which something holds."""
        studies = tuple(self.studies if among is None else among)
        total = sum(s.information for s in studies)
        return sum(s.information for s in studies if holds(s)) / total if studies else 0.0


def network_for(
    tables: TrialTables,
    outcome: OutcomeDefinition,
    *,
    level: Level,
    treatments: TreatmentCatalogue,
    without_reconstructed: bool = False,
) -> OutcomeNetwork:
    """Return the network of an outcome that holds the reference treatment.

    For each trial arm rows or printed contrasts are used, never both: arm rows unless the
    contrasts compare more treatments, or compare with the reference where the arms do not. Raises
    NetworkError, with what was left out and why, when no trial connects anything with the
    reference.
    """
    rows, gone = _collect(tables, outcome, without_reconstructed)
    usable = [result for trial in rows.values() for result in trial.results]
    scope = Scope(
        outcome=outcome,
        level=level,
        catalogue=treatments,
        risks=ReferenceRisks(tables, usable),
    )
    found = [_one(trial, rows, scope) for trial in rows.values()]
    doubts = {d.study: d.reason for d in tables.doubts if d.outcome == outcome.id}
    studies = [
        replace(f, doubt=doubts.get(f.study.id, "")) for f in found if isinstance(f, StudyEvidence)
    ]
    left_out = [*gone, *(f for f in found if isinstance(f, LeftOut))]
    joined, apart = _part_with_reference(studies, treatments.reference)
    left_out = sorted([*left_out, *apart], key=lambda item: item.study)
    if not joined:
        raise NetworkError(_empty(outcome, treatments.reference, left_out))
    names = {t for s in joined for t in s.contrasts.treatments}
    network = Network(
        measure="OR" if outcome.kind == "binary" else "MD",
        reference=treatments.reference,
        treatments=tuple(sorted(names)),
        studies=tuple(s.contrasts for s in joined),
        left_out=tuple(left_out),
    )
    return OutcomeNetwork(
        outcome=outcome,
        level=level,
        network=network,
        studies=tuple(joined),
        set_aside=tuple(
            LeftOut(study=s.study.id, reason=reason)
            for s in joined
            for reason in dict.fromkeys(rows[s.study.id].aside)
        ),
        conventions=_conventions(joined, outcome),
    )


def _collect(
    tables: TrialTables, outcome: OutcomeDefinition, without_reconstructed: bool
) -> tuple[dict[str, TrialRows], list[LeftOut]]:
    """Gather the rows of every trial; name the trials of which nothing can be used."""
    arms: dict[str, list[Arm]] = defaultdict(list)
    for arm in tables.arms.values():
        arms[arm.study].append(arm)
    rows: dict[str, TrialRows] = {}
    refused: dict[str, str] = {
        mean.study: mean.reason for mean in tables.unpooled_means if mean.outcome == outcome.id
    }
    for row in (*tables.arm_results, *tables.contrasts):
        if row.outcome != outcome.id:
            continue
        if without_reconstructed and row.basis is Basis.RECONSTRUCTED:
            refused.setdefault(row.study, "its numbers are reconstructed, and were asked to be out")
            continue
        study = tables.studies[row.study]
        trial = rows.setdefault(study.id, TrialRows(study=study, arms=tuple(arms[study.id])))
        if isinstance(row, ArmResult):
            trial.results.append(row)
        else:
            trial.contrasts.append(row)
    gone = [LeftOut(study=s, reason=reason) for s, reason in refused.items() if s not in rows]
    return rows, gone


def _one(
    trial: TrialRows, all_rows: Mapping[str, TrialRows], scope: Scope
) -> StudyEvidence | LeftOut:
    """Turn one trial's rows into contrasts, by arms or by what it prints."""
    same = trial.study.same_people_as
    if same is not None and same in all_rows:
        return LeftOut(
            study=trial.study.id,
            reason=f"the same people as {same}, which reports this outcome too",
        )
    set_aside_what_cannot_stand(trial, scope)
    if not trial.results and not trial.contrasts:
        return LeftOut(study=trial.study.id, reason="; ".join(dict.fromkeys(trial.aside)))
    if not trial.contrasts or _arms_say_as_much(trial, scope):
        return from_arms(trial, scope)
    return from_printed(trial, scope)


def _arms_say_as_much(trial: TrialRows, scope: Scope) -> bool:
    """Say whether the arms compare as many treatments as the printed contrasts do, and with the
    reference if those do; name the arms that are given up for the contrasts."""
    arms = [trial.arm(result) for result in trial.results]
    by_arm = {dose_of(arm) + arm.treatment for arm in arms}
    by_print = {side for row in trial.contrasts for side in trial.sides(row, scope)}
    counted, printed = {a.treatment for a in arms}, {side.treatment for side in by_print}
    lacks_reference = scope.catalogue.reference in printed - counted
    if len(by_arm) >= max(len(by_print), 2) and not lacks_reference:
        return True
    trial.aside.extend(
        f"{treatment}: its arm is on record, but the trial enters by its printed contrasts, which "
        "do not name it"
        for treatment in sorted(counted - printed)
    )
    return False


def _part_with_reference(
    studies: list[StudyEvidence], reference: str
) -> tuple[list[StudyEvidence], list[LeftOut]]:
    """Keep the connected part that holds the reference; name the studies of the others."""
    parts = components([s.contrasts for s in studies])
    main = next((set(part) for part in parts if reference in part), set[str]())
    joined = [s for s in studies if s.contrasts.treatments[0] in main]
    apart = [
        LeftOut(
            study=s.study.id,
            reason=(
                f"compares {' and '.join(s.contrasts.treatments)}, which no trial of this outcome "
                f"connects with {reference}"
            ),
        )
        for s in studies
        if s.contrasts.treatments[0] not in main
    ]
    return joined, apart


def _empty(outcome: OutcomeDefinition, reference: str, left_out: list[LeftOut]) -> str:
    reasons = "; ".join(f"{item.study} ({item.reason})" for item in left_out)
    return f"{outcome.label}: no usable trial compares anything with {reference}." + (
        f" Left out: {reasons}." if reasons else " No trial reports it."
    )


def _conventions(studies: list[StudyEvidence], outcome: OutcomeDefinition) -> tuple[str, ...]:
    crossover = sum(s.study.design == "crossover" for s in studies)
    derived = sum(s.derived for s in studies)
    reconstructed = sum(s.reconstructed for s in studies)
    together = sum(s.pooled_arms for s in studies)
    shared = together + sum(len(s.contrasts.treatments) > 2 for s in studies)
    lines = {
        f"{crossover} of {len(studies)} trials are crossovers, analysed as if their periods were "
        "separate groups: that people were compared with themselves is not used, which makes "
        "their intervals too wide rather than too narrow.": crossover,
        f"{derived} of {len(studies)} trials print a risk difference, ratio or NNT only; their log "
        "odds ratios are derived at the risk their reference arm had or, where it is not on "
        "record, is likely to have had.": derived,
        f"{reconstructed} of {len(studies)} trials rest on numbers that were worked out from "
        "another statistic.": reconstructed,
        f"{together} of {len(studies)} trials have several arms that are one treatment here; they "
        "are taken together (people added up, differences weighted by what they tell).": together,
        "Differences that share an arm are correlated; its variance is that of the arm's own "
        "numbers or, where only differences are printed, follows from the numbers randomised "
        "(equal arms where these are not on record).": shared,
        "Pain on a 0-100 scale is divided by ten.": outcome.kind == "continuous",
    }
    return tuple(line for line, applies in lines.items() if applies)
