"""What must be done before the first dose, and the plan that goes on from a dose taken now.

While any of it stands, a plan has days and no dates: nobody knows yet when day 1 is.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from assuage.errors import PlanError
from assuage.options.appraisal import Reason
from assuage.options.screening import Screening
from assuage.patient.facts import Facts
from assuage.patient.finding import Finding
from assuage.patient.record import RecordedMedicine
from assuage.plan.dosing import Drug
from assuage.plan.regimen import Caveat, Ceiling
from assuage.units import MgPerDay, plain

ANTIDEPRESSANTS = frozenset({"ssri", "snri", "tca", "maoi", "other_serotonergic_antidepressant"})
"""Concepts of the medicines that are not added to: the change from one to the other is planned."""

NOT_BEFORE = "Not before this is done"
_TO_MEND = re.compile(
    r"\b(?:correct|control|treat|mend)\b[^.;]*\b(?:first|before (?:starting|the first dose))\b"
    r"|\bdo not start until\b|\bdo not start; correct\b",
    re.IGNORECASE,
)
_GRAVE = frozenset({"contraindicated", "avoid", "caution"})


def asks_to_mend_first(reason: Reason) -> bool:
    """Say whether a rule that holds asks to put something right before the first dose.

    Read from its own words, such as: correct sodium first; control before starting.
    """
    present = reason.finding == Finding.PRESENT.value
    return present and reason.effect in _GRAVE and _TO_MEND.search(reason.do) is not None


def first_found(
    screening: Screening, facts: Facts, candidates: Collection[str]
) -> tuple[Caveat, ...]:
    """Return what comes before the first dose: other antidepressants, then what to put right."""
    return (
        *(_changed_over(entry) for entry in _others_taken(screening.drug, facts, candidates)),
        *(
            Caveat(
                text=f"{NOT_BEFORE}: {reason.do.removesuffix('.')}. {reason.sentence}",
                citation=reason.citation,
            )
            for reason in screening.reasons
            if asks_to_mend_first(reason)
        ),
    )


def _others_taken(
    drug: str, facts: Facts, candidates: Collection[str]
) -> Iterable[RecordedMedicine]:
    for entry in facts.record.medications or ():
        if entry.medicine is None or entry.medicine == drug or not entry.is_taken(facts.today):
            continue
        if entry.medicine in candidates or entry.concepts & ANTIDEPRESSANTS:
            yield entry


def _changed_over(entry: RecordedMedicine) -> Caveat:
    return Caveat(
        text=f"{NOT_BEFORE}: stop {entry.name} step by step or cross-taper from it, or decide to "
        f"keep both and how that is watched. {entry.name[:1].upper()}{entry.name[1:]} is an "
        f"antidepressant taken now ({entry.where})."
    )


def dose_taken_now(drug: Drug, facts: Facts) -> MgPerDay | None:
    """Return the daily dose of the drug taken now; None when it is not taken.

    Raises PlanError when the dose is not recorded: a plan cannot start from an unknown one.
    """
    taken = [entry for entry in facts.entries_of(drug.id) if entry.is_taken(facts.today)]
    if not taken:
        return None
    doses = [entry.mg_per_day for entry in taken if entry.mg_per_day is not None]
    if len(doses) < len(taken):
        raise PlanError(
            f"No plan for {drug.label}: already taken ({taken[0].where}), at a dose that is not "
            f"recorded. Record it as mg_per_day, then plan the dose to go to."
        )
    return MgPerDay(sum(doses, Decimal(0)))


def refuse_unless_above(
    drug: Drug, *, now: MgPerDay, target: MgPerDay, makeable: Sequence[MgPerDay], ceiling: Ceiling
) -> None:
    """Raise PlanError when a plan cannot rise from the dose taken now to the target."""
    taken = f"{drug.label} is already taken at {plain(now)} mg/day"
    top = f"{plain(ceiling.dose)} mg/day ({ceiling.because} [{ceiling.citation}])"
    if now > ceiling.dose:
        raise PlanError(f"No plan to start: {taken}, above the maximum here, {top}. Review it.")
    if target <= now:
        further = f" with a target above that, at most {top}," if now < ceiling.dose else ""
        raise PlanError(
            f"No plan to start: {taken}, and {plain(target)} mg/day is not more. "
            f"{'Raise it from there' + further + ' or review it' if further else 'Review it'}: "
            f"is it tolerated, does it help enough?"
        )
    if now not in makeable:
        raise PlanError(
            f"No plan to start: {taken}, which the strengths known here do not make. Raise it by "
            f"hand, or record the dose as it is swallowed."
        )
