"""What the trial tables hold for each outcome, and what in them cannot be used and why."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assuage.evidence.outcome import OutcomeDefinition
from assuage.evidence.treatment import TreatmentCatalogue
from assuage.evidence.trial import ArmResult, Basis, ContrastResult, TrialTables


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much there is for one outcome.

    `arm_level` counts trials that report their arms, `participants` the people analysed in them;
    `contrast_only` counts trials known by a printed difference alone. `reconstructed` counts the
    rows, of either kind, whose number was worked out from another statistic.
    """

    outcome: str
    trials: int
    arm_level: int
    contrast_only: int
    arms: int
    participants: int
    reconstructed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUsed:
    """Something that was extracted and cannot be used. `outcome` is empty for a whole study."""

    study: str
    outcome: str
    reason: str


def coverage(
    tables: TrialTables, outcomes: Mapping[str, OutcomeDefinition]
) -> tuple[Coverage, ...]:
    """Return one entry for each outcome that any trial reports, in the catalogue's order."""
    named = {r.outcome for r in (*tables.arm_results, *tables.contrasts)}
    known = sorted(outcomes.values(), key=lambda outcome: outcome.order)
    return tuple(_coverage(outcome.id, tables) for outcome in known if outcome.id in named)


def _coverage(outcome: str, tables: TrialTables) -> Coverage:
    arms = [r for r in tables.arm_results if r.outcome == outcome]
    contrasts = [c for c in tables.contrasts if c.outcome == outcome]
    arm_level = {r.study for r in arms}
    contrast_only = {c.study for c in contrasts} - arm_level
    marked = [r for r in (*arms, *contrasts) if r.basis is Basis.RECONSTRUCTED]
    return Coverage(
        outcome=outcome,
        trials=len(arm_level | contrast_only),
        arm_level=len(arm_level),
        contrast_only=len(contrast_only),
        arms=len(arms),
        participants=sum(r.n for r in arms),
        reconstructed=len(marked),
    )


def not_used(tables: TrialTables, treatments: TreatmentCatalogue) -> tuple[NotUsed, ...]:
    """Return everything in the tables that cannot enter a network, each with its reason.

    Contrasts that stand aside because the same trial's arms are there are not listed: nothing of
    the trial is lost by them.
    """
    by_comparison: dict[tuple[str, str], list[ArmResult]] = defaultdict(list)
    for result in tables.arm_results:
        by_comparison[result.study, result.outcome].append(result)
    found = [
        *_means(tables),
        *(
            NotUsed(study=study, outcome=outcome, reason=reason)
            for (study, outcome), results in by_comparison.items()
            if (reason := _why_not(results, by_comparison, tables, treatments))
        ),
        *_contrasts(tables.contrasts, treatments),
        *_studies(tables),
    ]
    return tuple(sorted(set(found), key=lambda item: (item.study, item.outcome, item.reason)))


def _means(tables: TrialTables) -> Iterable[NotUsed]:
    printed = {(contrast.study, contrast.outcome) for contrast in tables.contrasts}
    for mean in tables.unpooled_means:
        enters = (mean.study, mean.outcome) in printed
        rest = "; the trial enters by its printed difference" if enters else ""
        yield NotUsed(study=mean.study, outcome=mean.outcome, reason=mean.reason + rest)


def _why_not(
    results: Sequence[ArmResult],
    by_comparison: Mapping[tuple[str, str], object],
    tables: TrialTables,
    treatments: TreatmentCatalogue,
) -> str:
    """Return why the arms of one study cannot be compared for one outcome, or nothing."""
    first = results[0]
    same = tables.studies[first.study].same_people_as
    if same and (same, first.outcome) in by_comparison:
        return f"the same people as {same}, which reports this outcome too"
    given = {tables.arms[result.arm].treatment for result in results}
    apart = {t: treatments.treatments[t].not_in_network for t in sorted(given)}
    usable = {treatment for treatment, reason in apart.items() if not reason}
    if len(usable) >= 2 or (len(results) >= 2 and given == usable):
        return _no_events(results)
    reasons = sorted({reason for reason in apart.values() if reason})
    return "; ".join(reasons) if reasons else "one arm only, which compares with nothing"


def _no_events(results: Sequence[ArmResult]) -> str:
    if all(result.events == 0 for result in results):
        return "no event in any arm, which says nothing of a ratio"
    if all(result.events == result.n for result in results):
        return "an event in everyone, which says nothing of a ratio"
    return ""


def _contrasts(
    contrasts: Iterable[ContrastResult], treatments: TreatmentCatalogue
) -> Iterable[NotUsed]:
    for contrast in contrasts:
        for name in (contrast.treatment1, contrast.treatment2):
            if reason := treatments.treatments[name].not_in_network:
                yield NotUsed(study=contrast.study, outcome=contrast.outcome, reason=reason)


def _studies(tables: TrialTables) -> Iterable[NotUsed]:
    entered = {r.study for r in (*tables.arm_results, *tables.contrasts)}
    means = {mean.study for mean in tables.unpooled_means}
    for study in tables.studies:
        if study not in entered and study not in means:
            yield NotUsed(study=study, outcome="", reason="no result in what could be read of it")
