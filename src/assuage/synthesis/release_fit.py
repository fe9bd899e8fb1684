"""Pool one outcome at its three levels, for a release.

By drug (doses together), by drug and dose, and by class, with the models of `release_model`; the
classical fit of the same network stands beside each as a check.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from assuage.errors import NetworkError
from assuage.evidence.label import LabelFrequency
from assuage.evidence.network import LeftOut
from assuage.evidence.nodes import Level
from assuage.evidence.outcome import OutcomeDefinition
from assuage.evidence.outcome_network import OutcomeNetwork, network_for
from assuage.evidence.treatment import TreatmentCatalogue
from assuage.evidence.trial import POINTS_ON_0_10, ArmResult, Basis, TrialTables
from assuage.synthesis import baseline
from assuage.synthesis.baseline import Baseline, PlaceboCount, PlaceboMean, fit_counts, fit_means
from assuage.synthesis.gls import NetworkFit, fit
from assuage.synthesis.label_effects import label_effect, label_placebo, usable
from assuage.synthesis.release import (
    LEVELS,
    Classical,
    LabelEffect,
    LevelResult,
    NotAnalysed,
    OutcomeResult,
)
from assuage.synthesis.release_model import LevelFit, fit_doses, fit_drugs, prior_of_effects
from assuage.synthesis.splits import split
from assuage.synthesis.support import support


@dataclass(frozen=True, kw_only=True, eq=False)
class Inputs:
    """Everything a release is made from."""

    tables: TrialTables
    catalogue: TreatmentCatalogue
    labels: tuple[LabelFrequency, ...]

    @cached_property
    def usable_labels(self) -> tuple[LabelFrequency, ...]:
        return usable(self.labels)

    @cached_property
    def label_effects(self) -> tuple[LabelEffect, ...]:
        return tuple(label_effect(row) for row in self.usable_labels)


def prior_statements() -> Mapping[str, str]:
    """Return the priors of a release, as they are to be printed with every result."""
    return {
        "prior of effects": prior_of_effects(),
        "prior of placebo outcomes": baseline.PRIOR,
    }


def fit_outcome(
    inputs: Inputs, outcome: OutcomeDefinition, *, without_reconstructed: bool = False
) -> OutcomeResult | NotAnalysed:
    """Return an outcome's networks at all levels with its placebo outcome, or why there is none."""
    try:
        found = {
            level: network_for(
                inputs.tables,
                outcome,
                level=level,
                treatments=inputs.catalogue,
                without_reconstructed=without_reconstructed,
            )
            for level in LEVELS
        }
    except NetworkError as error:
        return NotAnalysed(outcome=outcome.id, reason=str(error))
    drugs, classes = fit_drugs(found["drug"], inputs.catalogue.exchangeable)
    doses = fit_doses(found["dose"], inputs.tables, without_reconstructed=without_reconstructed)
    fits: dict[Level, LevelFit] = {"drug": drugs, "dose": doses}
    if classes is not None:
        fits["class"] = classes
    levels: dict[Level, LevelResult] = {
        level: _result(found[level], fits[level]) for level in LEVELS if level in fits
    }
    without = {Basis.RECONSTRUCTED} if without_reconstructed else set[Basis]()
    return OutcomeResult(
        outcome=outcome.id,
        measure="OR" if outcome.kind == "binary" else "MD",
        baseline=placebo_outcome(inputs, outcome, levels["drug"].support, without),
        levels=levels,
    )


def _result(found: OutcomeNetwork, fitted: LevelFit) -> LevelResult:
    network = found.network
    classical = fit(network, effects="random", tau_method="REML")
    used = _used(found, fitted)
    stands = support(used)
    disagree = _disagreements(classical)
    heard = {study.study.id for study in used.studies}
    silent = tuple(
        LeftOut(study=study.study.id, reason=fitted.silent)
        for study in found.studies
        if study.study.id not in heard
    )
    return LevelResult(
        effects=fitted.effects,
        support={
            name: replace(stands[name], incoherence=disagree.get(name, ""))
            for name in fitted.effects.names
            if name in stands
        },
        tau=fitted.tau,
        prior=fitted.statement,
        trials=len(used.studies),
        people=used.people(),
        classical=Classical(
            q=classical.q,
            df=classical.df,
            i2=classical.i2 if classical.df else None,
            tau=classical.tau,
            estimates={
                t: float(x)
                for t, x in zip(classical.treatments, classical.estimates, strict=True)
                if t != network.reference
            },
        ),
        left_out=(*network.left_out, *found.set_aside, *silent),
        conventions=found.conventions,
    )


INCOHERENT = 0.10
"""The p-value below which direct and indirect evidence are said to disagree; ours."""


def _disagreements(fitted: NetworkFit) -> dict[str, str]:
    """Say, for each treatment, how its direct and indirect evidence against the reference differ,
    where they do."""
    return {
        one.treatment1: f"direct and indirect evidence against {one.treatment2} disagree "
        f"({one.direct:.2f} and {one.indirect:.2f} on the scale of the analysis, p = {one.p:.2g})"
        for one in split(fitted)
        if one.treatment2 == fitted.reference and one.p is not None and one.p < INCOHERENT
    }


def _used(found: OutcomeNetwork, fitted: LevelFit) -> OutcomeNetwork:
    """Return the network with the trials that speak of the fitted effects themselves."""
    names = set(fitted.effects.names)
    heard = [
        study
        for study in found.studies
        if names & set(study.contrasts.treatments)
        and (fitted.trials is None or study.study.id in fitted.trials)
    ]
    return replace(found, studies=tuple(heard))


def placebo_outcome(
    inputs: Inputs,
    outcome: OutcomeDefinition,
    drugs_with_trials: Collection[str],
    without: Collection[Basis],
) -> Baseline | None:
    """Fit what happens on placebo, by condition; None when no placebo arm reports the outcome.

    Placebo groups of product labels enter as one more condition, except of drugs that have trials
    here: their labels count the same people.
    """
    arms = _placebo_arms(inputs, outcome, without)
    if outcome.kind == "continuous":
        means = [m for m in (_mean(inputs.tables, r) for r in arms) if m is not None]
        return fit_means(means) if means else None
    counts = [
        PlaceboCount(
            study=r.study,
            condition=inputs.tables.studies[r.study].condition,
            events=r.events,
            n=r.n,
        )
        for r in arms
        if r.events is not None
    ]
    if not counts:
        return None
    labels = [row for row in inputs.usable_labels if row.drug not in drugs_with_trials]
    return fit_counts([*counts, *label_placebo(labels, outcome.id)])


def _placebo_arms(
    inputs: Inputs, outcome: OutcomeDefinition, without: Collection[Basis]
) -> list[ArmResult]:
    """Return the placebo arms that report an outcome, each person once."""
    tables, reference = inputs.tables, inputs.catalogue.reference
    rows = [
        r
        for r in tables.arm_results
        if r.outcome == outcome.id
        and r.basis not in without
        and tables.arms[r.arm].treatment == reference
    ]
    reporting = {r.study for r in rows}
    return [r for r in rows if tables.studies[r.study].same_people_as not in reporting]


def _mean(tables: TrialTables, row: ArmResult) -> PlaceboMean | None:
    if row.mean is None or not row.sd:
        return None
    points = POINTS_ON_0_10[row.scale]
    return PlaceboMean(
        study=row.study,
        condition=tables.studies[row.study].condition,
        mean=row.mean * points,
        se=row.sd * points / row.n**0.5,
        n=row.n,
    )
