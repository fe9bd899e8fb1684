"""Trials as counts of people with the event, for methods that need no continuity correction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.assembly import usual_reference_of
from assuage.evidence.network import Floats, LeftOut, connected_parts


class CountedArms(Protocol):
    """A study of a arms: `events` and `n` have shape (a,), in the order of `treatments`."""

    @property
    def study(self) -> str: ...
    @property
    def treatments(self) -> tuple[str, ...]: ...
    @property
    def events(self) -> Floats: ...
    @property
    def n(self) -> Floats: ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventCounts:
    """The people with the event, and all people, in each arm of one study."""

    study: str
    treatments: tuple[str, ...]
    events: Floats
    n: Floats


def event_counts(
    study: str, treatments: Sequence[str], events: Sequence[float], n: Sequence[float]
) -> EventCounts:
    """Return a study's counts. Raises NetworkError on impossible counts or repeated treatments."""
    names = tuple(treatments)
    a, size = np.asarray(events, float), np.asarray(n, float)
    if not len(names) == a.size == size.size or len(set(names)) != len(names) or len(names) < 2:
        raise NetworkError(
            f"{study}: needs two or more different treatments, each with events and n; "
            f"found {', '.join(names)} with {a.size} events and {size.size} totals."
        )
    for name, events_in_arm, people in zip(names, a.tolist(), size.tolist(), strict=True):
        if not 0 <= events_in_arm <= people or people <= 0:
            raise NetworkError(f"{study}, {name}: {events_in_arm:g} events of {people:g} people.")
    return EventCounts(study=study, treatments=names, events=a, n=size)


def informative(
    studies: Sequence[CountedArms], measure: str = "OR"
) -> tuple[tuple[EventCounts, ...], tuple[LeftOut, ...]]:
    """Return the studies that say something of a ratio, and those that do not with the reason."""
    used: list[EventCounts] = []
    left_out: list[LeftOut] = []
    for s in studies:
        if not s.events.any():
            reason = f"no event in any arm: no information on the {measure}"
            left_out.append(LeftOut(study=s.study, reason=reason))
        elif not (s.n - s.events).any():
            reason = f"an event in everyone: no information on the {measure}"
            left_out.append(LeftOut(study=s.study, reason=reason))
        else:
            used.append(EventCounts(study=s.study, treatments=s.treatments, events=s.events, n=s.n))
    return tuple(used), tuple(left_out)


def keep_arms(study: EventCounts, keep: Sequence[bool]) -> EventCounts:
    """Return the study with only the arms marked."""
    mask = np.asarray(keep, dtype=bool)
    return EventCounts(
        study=study.study,
        treatments=tuple(
            t for t, kept in zip(study.treatments, mask.tolist(), strict=True) if kept
        ),
        events=study.events[mask],
        n=study.n[mask],
    )


def joined_treatments(
    studies: Sequence[EventCounts], reference: str | None, left_out: Sequence[LeftOut]
) -> tuple[tuple[str, ...], str]:
    """Return the treatments, sorted, and the reference (placebo where none is named).

    Raises NetworkError when nothing is left, the network falls apart or lacks the reference.
    """
    because = "; ".join(f"{item.study} ({item.reason})" for item in left_out)
    because = f" Left out: {because}." if because else ""
    parts = list(connected_parts([s.treatments for s in studies]))
    if not parts:
        raise NetworkError("No study can be used." + because)
    if len(parts) > 1:
        named = "; ".join(f"({i}) {', '.join(part)}" for i, part in enumerate(parts, start=1))
        raise NetworkError(f"The network falls into {len(parts)} parts: {named}." + because)
    if reference is not None and reference not in parts[0]:
        raise NetworkError(f"The reference {reference!r} is in no usable study." + because)
    count = Counter(t for s in studies for t in s.treatments)
    return parts[0], reference or usual_reference_of(count)
