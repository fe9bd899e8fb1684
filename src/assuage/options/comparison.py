"""Conditions on a measurement: under a limit, over it, at least, between two."""

from dataclasses import dataclass
from typing import ClassVar

from assuage.options.appraisal import Hinge
from assuage.options.found import Found, found_one
from assuage.patient.facts import Facts
from assuage.patient.finding import Fact, Finding, Quantity

_INFINITE = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """A measurement held against a limit. `unit` is the measurement's own.

    A condition that lies wholly beyond the limit (dialysis, for a clearance below 30) counts even
    where a number says otherwise: of two facts that disagree, the stricter one decides.
    """

    fact: str
    label: str
    limit: float
    unit: str

    words: ClassVar[str]

    @property
    def sentence(self) -> str:
        return f"{self.label} {self.words} {self.limit:g} {self.unit}"

    @property
    def reads(self) -> frozenset[str]:
        return frozenset({self.fact})

    @property
    def _range(self) -> tuple[float, float]:
        """What a condition recorded without a number must lie in: from, to below."""
        return self.limit, _INFINITE

    def _holds(self, value: float) -> bool:
        raise NotImplementedError

    def look_in(self, facts: Facts) -> Found:
        measured = facts.measured(self.fact)
        if isinstance(measured, Fact):
            return found_one(facts.shown_without_number(self.fact, *self._range) or measured)
        holds = self._holds(measured.value)
        stated = _stated(facts, measured, self._range, holds=holds)
        if stated is not None:
            return found_one(stated)
        return _measured(measured, f"{self.words} {self.limit:g}", holds=holds)

    def at_a_glance(self, facts: Facts) -> Finding | None:  # noqa: ARG002 - it takes a look
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Below(_Compared):
    manual: ClassVar[str] = (
        "`{below: {fact, limit, unit}}` The measurement is under the limit. Not recorded when it "
        "was not measured."
    )
    words: ClassVar[str] = "below"

    @property
    def _range(self) -> tuple[float, float]:
        return -_INFINITE, self.limit

    def _holds(self, value: float) -> bool:
        return value < self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Above(_Compared):
    manual: ClassVar[str] = (
        "`{above: {fact, limit, unit}}` The measurement is over the limit. Not recorded when it "
        "was not measured."
    )
    words: ClassVar[str] = "above"

    def _holds(self, value: float) -> bool:
        return value > self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLeast(_Compared):
    manual: ClassVar[str] = (
        "`{at_least: {fact, limit, unit}}` The measurement is at the limit or over it. Not "
        "recorded when it was not measured."
    )
    words: ClassVar[str] = "at least"

    def _holds(self, value: float) -> bool:
        return value >= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """Labels write 5-29 next to 30-49 in whole numbers: 29.6 is in the first, not in a gap."""

    manual: ClassVar[str] = (
        "`{between: {fact, low, high, unit}}` The measurement is from low to high, both included; "
        "a high limit in whole numbers reaches to just under the next. Not recorded when it was "
        "not measured."
    )
    fact: str
    label: str
    low: float
    high: float
    unit: str

    @property
    def sentence(self) -> str:
        return f"{self.label} from {self.low:g} to {self.high:g} {self.unit}"

    @property
    def reads(self) -> frozenset[str]:
        return frozenset({self.fact})

    def look_in(self, facts: Facts) -> Found:
        measured = facts.measured(self.fact)
        whole = float(self.high).is_integer()
        top = self.high + 1 if whole else self.high
        if isinstance(measured, Fact):
            return found_one(facts.shown_without_number(self.fact, self.low, top) or measured)
        under_top = measured.value < top if whole else measured.value <= top
        holds = self.low <= measured.value and under_top
        stated = _stated(facts, measured, (self.low, top), holds=holds)
        if stated is not None:
            return found_one(stated)
        return _measured(measured, f"from {self.low:g} to {self.high:g}", holds=holds)

    def at_a_glance(self, facts: Facts) -> Finding | None:  # noqa: ARG002 - it takes a look
        return None


def _stated(
    facts: Facts, measured: Quantity, limits: tuple[float, float], *, holds: bool
) -> Fact | None:
    """Return the condition to go by rather than the number, if any.

    Where the number says no, any that shows otherwise; where a computed number says yes, one that
    was recorded: on dialysis a computed clearance means nothing.
    """
    if holds and not measured.computed:
        return None
    shown = facts.shown_without_number(measured.name, *limits)
    return None if holds and shown is not None and shown.computed else shown


def _measured(measured: Quantity, limit: str, *, holds: bool) -> Found:
    words = f"{measured}, {'' if holds else 'not '}{limit}"
    source = "" if measured.because == "as recorded" else f" ({measured.because})"
    fact = Fact(
        concept=measured.name,
        label=measured.label,
        finding=Finding.PRESENT if holds else Finding.ABSENT,
        because=words + source,
        on=measured.on,
    )
    if not holds:
        return Found(finding=fact.finding, facts=(fact,))
    hinge = Hinge(lines=(f"{measured.label} {measured}",), recorded=True)
    return Found(finding=fact.finding, facts=(fact,), hinges=frozenset({hinge}))
