"""Dose networks of the trial tables: arms as counted, with the doses that they were given."""

import re
from collections import defaultdict
from collections.abc import Collection

from assuage.evidence.network import LeftOut
from assuage.evidence.nodes import is_pooled
from assuage.evidence.observed import BinomialArms
from assuage.evidence.outcome import OutcomeDefinition
from assuage.evidence.trial import Arm, ArmResult, Basis, TrialTables
from assuage.synthesis.models.dose_network import (
    PLACEBO,
    Dosed,
    DoseNetwork,
    DoseScale,
    observe_doses,
)

_ROUNDING = 1
"""People by which the arms of a pooled group may miss its size."""


def dose_network_of(
    tables: TrialTables,
    outcome: OutcomeDefinition,
    agents: Collection[str],
    *,
    placebo: str = PLACEBO,
    without_reconstructed: bool = False,
) -> DoseNetwork:
    """Return the network of agents by dose for an outcome that is counted.

    Fixed doses and targets enter. A group that a report made of several dose arms enters as the
    mean of their effects, weighted by the people randomised to each, if those arms are on record.
    Trials without one of the agents are not mentioned. Left out, with the reason: arms dosed to
    effect, arms without a dose, trials with fewer than two arms left or none that counts events,
    trials that no other joins to placebo. Raises NetworkError when nothing is left.
    """
    rows: dict[str, list[ArmResult]] = defaultdict(list)
    for row in tables.arm_results:
        arm = tables.arms[row.arm]
        wanted = arm.treatment == placebo or arm.treatment in agents
        if row.outcome == outcome.id and wanted:
            rows[row.study].append(row)
    out: list[BinomialArms | LeftOut] = []
    arms: dict[str, Dosed] = {}
    for study, results in rows.items():
        if all(tables.arms[r.arm].treatment == placebo for r in results):
            continue
        same = tables.studies[study].same_people_as
        if same is not None and same in rows:
            out.append(LeftOut(study=study, reason=f"the same people as {same}"))
            continue
        if without_reconstructed and any(r.basis is Basis.RECONSTRUCTED for r in results):
            out.append(LeftOut(study=study, reason="its counts are reconstructed"))
            continue
        out.append(_study(tables, study, results, arms, placebo))
    joined = _joined(out)
    return observe_doses(joined, arms.values(), scale=DoseScale(unit="mg/day"))


def _study(
    tables: TrialTables,
    study: str,
    results: list[ArmResult],
    arms: dict[str, Dosed],
    placebo: str,
) -> BinomialArms | LeftOut:
    """Return a trial's arms by dose; those of one dose are added up."""
    single = {a.treatment for r in results if not is_pooled(a := tables.arms[r.arm])}
    counts: dict[str, list[float]] = {}
    refused: list[str] = []
    for row in sorted(results, key=lambda r: tables.arms[r.arm].treatment != placebo):
        arm = tables.arms[row.arm]
        if row.events is None:
            refused.append(f"{arm.treatment}: events not counted")
            continue
        if is_pooled(arm) and arm.treatment in single:
            continue  # the same people, counted in their single doses
        given = Dosed.at(placebo, 0.0) if arm.treatment == placebo else _given(tables, arm)
        if isinstance(given, str):
            refused.append(f"{arm.treatment}: {given}")
            continue
        arms[given.label] = given
        total = counts.setdefault(given.label, [0.0, 0.0])
        total[0] += row.events
        total[1] += row.n
    if len(counts) < 2:
        reason = "; ".join(refused) or "one arm only, or one dose only"
        return LeftOut(study=study, reason=reason)
    return BinomialArms(
        study=study,
        treatments=tuple(counts),
        events=tuple(c[0] for c in counts.values()),
        people=tuple(c[1] for c in counts.values()),
    )


def _given(tables: TrialTables, arm: Arm) -> Dosed | str:
    """Return what an arm was given, or why it cannot be said."""
    if is_pooled(arm):
        return _pooled(tables, arm)
    if arm.dose is None:
        return "dose not stated"
    if arm.dose_is == "mean":
        return "dosed to effect: the mean dose taken is no dose that was tried"
    return Dosed.at(arm.treatment, float(arm.dose))


def _pooled(tables: TrialTables, pool: Arm) -> Dosed | str:
    named = {float(n) for n in re.findall(r"_(\d+(?:\.\d+)?)(?=_)", pool.id)}
    people = {
        float(arm.dose): float(arm.n_randomised)
        for arm in tables.arms.values()
        if arm.study == pool.study and arm.treatment == pool.treatment and not is_pooled(arm)
        and arm.dose is not None and arm.n_randomised is not None and float(arm.dose) in named
    }  # fmt: skip
    if len(people) < 2 or set(people) != named:
        return "several doses counted together, and their arms are not on record"
    if pool.n_randomised is not None and abs(sum(people.values()) - pool.n_randomised) > _ROUNDING:
        return "several doses counted together, and their arms do not add up to the group"
    return Dosed.pooled(pool.treatment, people)


def _joined(found: list[BinomialArms | LeftOut]) -> list[BinomialArms | LeftOut]:
    """Leave out the trials that no other joins to placebo."""
    main = {PLACEBO}
    apart = [set(s.treatments) for s in found if isinstance(s, BinomialArms)]
    while touching := [names for names in apart if names & main]:
        main = main.union(*touching)
        apart = [names for names in apart if not names & main]
    return [
        s if isinstance(s, LeftOut) or s.treatments[0] in main
        else LeftOut(study=s.study, reason="no trial of this outcome joins it to placebo")
        for s in found
    ]  # fmt: skip
