"""A network as its likelihood sees it: arms as counted, or contrasts as normal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assuage.errors import NetworkError
from assuage.evidence.observed import (
    BinomialArms,
    NormalContrasts,
    ObservedNetwork,
    ObservedStudy,
    PoissonArms,
    observe,
)
from assuage.nma.reported import ReportedNetwork
from assuage.synthesis.classical.event_counts import EventCounts, event_counts

if TYPE_CHECKING:
    from assuage.knowledge.nma_table import TableArm
    from assuage.nma.model import Likelihood

_EXACT: dict[tuple[str, str], Likelihood] = {
    ("events", "OR"): "binomial",
    ("rates", "IRR"): "poisson",
}


def usual_likelihood(account: ReportedNetwork) -> Likelihood:
    """Return the exact likelihood of the arms where there is one, else normal contrasts."""
    return _EXACT.get((account.kind, account.measure), "normal")


def observed(account: ReportedNetwork, likelihood: Likelihood) -> ObservedNetwork:
    """Return the usable studies under a likelihood. NetworkError when the table has no such arms.

    Studies that say nothing of a ratio (no events at all) are left out, as for least squares.
    """
    if likelihood == "normal":
        return observe(map(NormalContrasts.of, account.studies), reference=account.reference)
    if usual_likelihood(account) != likelihood:
        need = "events and n, for the OR" if likelihood == "binomial" else "events and time (IRR)"
        raise NetworkError(
            f"A {likelihood} likelihood needs arms with {need}; this network has "
            f"{account.kind} and the {account.measure}. Leave likelihood out, or ask for 'normal'."
        )
    own = used_arms(account)
    studies = [_study(name, arms, likelihood) for name, arms in own.items()]
    return observe(studies, reference=account.reference)


def used_arms(account: ReportedNetwork) -> dict[str, list[TableArm]]:
    """Return the reported arms of the usable studies, by study."""
    arms: dict[str, list[TableArm]] = {study.study: [] for study in account.studies}
    for arm in account.arms:
        if arm.study in arms:
            arms[arm.study].append(arm)
    bare = [name for name, own in arms.items() if not own]
    if bare:
        raise NetworkError(
            f"No arms are known of {', '.join(bare)}: ask for likelihood='normal', which takes "
            "contrasts, or leave them out."
        )
    return arms


def counted(account: ReportedNetwork) -> tuple[EventCounts, ...]:
    """Return the usable studies as counts of people. NetworkError when the table has no events of
    people, or studies were added that are contrasts."""
    if account.kind != "events":
        raise NetworkError(
            f"This needs arms with events and n; the network has {account.kind} "
            f"({account.measure})."
        )
    return tuple(
        event_counts(name, [a.treatment for a in own], _of(own, "events"), _of(own, "n"))
        for name, own in used_arms(account).items()
    )


def _study(name: str, arms: Sequence[TableArm], likelihood: Likelihood) -> ObservedStudy:
    treatments, events = tuple(a.treatment for a in arms), _of(arms, "events")
    if likelihood == "binomial":
        people = _of(arms, "n")
        return BinomialArms(study=name, treatments=treatments, events=events, people=people)
    exposure = _of(arms, "time")
    return PoissonArms(study=name, treatments=treatments, events=events, exposure=exposure)


def _of(arms: Sequence[TableArm], what: str) -> tuple[float, ...]:
    return tuple(float(getattr(arm, what)) for arm in arms)
