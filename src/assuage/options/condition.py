"""The vocabulary of rules: each class gives the check, the sentence, the manual entry, the facts.

A condition is looked at in Kleene's three-valued logic: present, absent or not recorded. Trees
are plain frozen values that compare by what they say, so that one look serves every rule that
asks the same, and so that they can be compiled to a query over a population.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from assuage.patient.facts import Facts
from assuage.patient.finding import Fact, Finding, Quantity, all_of, any_of

_INFINITE = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a look found, and the facts that decided it: those to name, or those to ask for."""

    finding: Finding
    facts: tuple[Fact, ...] = ()


class Condition(Protocol):
    """One node of a rule's tree."""

    @property
    def sentence(self) -> str:
        """What the condition says, as a phrase that follows "with"."""
        ...

    @property
    def reads(self) -> frozenset[str]:
        """The concepts and measurements that it looks at."""
        ...

    def look_in(self, facts: Facts) -> Found: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Takes:
    manual: ClassVar[str] = (
        "`{takes: C, within_days: N}` A medicine of concept C is taken today, or was stopped no "
        "more than N days ago. Not recorded when no medication list is given, or when it was "
        "stopped on an unknown day and N is given. A drug never meets itself."
    )
    concept: str
    label: str
    within_days: int = 0

    @property
    def sentence(self) -> str:
        ago = f", now or in the last {self.within_days} days" if self.within_days else ""
        return f"{self.label}{ago}"

    @property
    def reads(self) -> frozenset[str]:
        return frozenset({self.concept})

    def look_in(self, facts: Facts) -> Found:
        return _found(facts.takes(self.concept, self.within_days))


@dataclass(frozen=True, slots=True, kw_only=True)
class TakesAtLeast:
    manual: ClassVar[str] = (
        "`{takes_at_least: {concept: C, medicines: N}}` At least N different medicines of concept "
        "C are taken today; a combination counts by its ingredients. Not recorded when no "
        "medication list is given. A drug never meets itself."
    )
    concept: str
    label: str
    medicines: int

    @property
    def sentence(self) -> str:
        return f"{self.medicines} or more medicines of one kind: {self.label}"

    @property
    def reads(self) -> frozenset[str]:
        return frozenset({self.concept})

    def look_in(self, facts: Facts) -> Found:
        return _found(facts.takes_at_least(self.concept, self.medicines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    manual: ClassVar[str] = (
        "`{plans: C}` A medicine of concept C is to be started after today. Not recorded when no "
        "medication list is given."
    )
    concept: str
    label: str

    @property
    def sentence(self) -> str:
        return f"a planned start of {self.label}"

    @property
    def reads(self) -> frozenset[str]:
        return frozenset({self.concept})

    def look_in(self, facts: Facts) -> Found:
        return _found(facts.plans(self.concept))


@dataclass(frozen=True, slots=True, kw_only=True)
class Has:
    manual: ClassVar[str] = (
        "`{has: C}` The condition, history item, pregnancy or genotype C is present: listed, "
        "implied by what is listed, or shown by a measurement. Not recorded unless the record "
        "states it, excludes it, or attests that all others are absent."
    )
    concept: str
    label: str

    @property
    def sentence(self) -> str:
        return self.label

    @property
    def reads(self) -> frozenset[str]:
        return frozenset({self.concept})

    def look_in(self, facts: Facts) -> Found:
        return _found(facts.has(self.concept))


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
            return _found(facts.shown_without_number(self.fact, *self._range) or measured)
        holds = self._holds(measured.value)
        stated = _stated(facts, measured, self._range, holds=holds)
        if stated is not None:
            return _found(stated)
        return _measured(measured, f"{self.words} {self.limit:g}", holds=holds)


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
            return _found(facts.shown_without_number(self.fact, self.low, top) or measured)
        under_top = measured.value < top if whole else measured.value <= top
        holds = self.low <= measured.value and under_top
        stated = _stated(facts, measured, (self.low, top), holds=holds)
        if stated is not None:
            return _found(stated)
        return _measured(measured, f"from {self.low:g} to {self.high:g}", holds=holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    manual: ClassVar[str] = (
        "`{all: [...]}` Every part is present. Absent as soon as one part is absent; else not "
        "recorded when one part is not."
    )
    parts: tuple[Condition, ...]

    @property
    def sentence(self) -> str:
        return " and ".join(part.sentence for part in self.parts)

    @property
    def reads(self) -> frozenset[str]:
        return frozenset[str]().union(*(part.reads for part in self.parts))

    def look_in(self, facts: Facts) -> Found:
        looks = [part.look_in(facts) for part in self.parts]
        return _deciding(all_of(look.finding for look in looks), looks)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    manual: ClassVar[str] = (
        "`{any: [...]}` At least one part is present. Present as soon as one part is; else not "
        "recorded when one part is not."
    )
    parts: tuple[Condition, ...]

    @property
    def sentence(self) -> str:
        return "(" + " or ".join(part.sentence for part in self.parts) + ")"

    @property
    def reads(self) -> frozenset[str]:
        return frozenset[str]().union(*(part.reads for part in self.parts))

    def look_in(self, facts: Facts) -> Found:
        looks = [part.look_in(facts) for part in self.parts]
        return _deciding(any_of(look.finding for look in looks), looks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    manual: ClassVar[str] = (
        "`{not: ...}` The part is absent. What is not recorded stays not recorded."
    )
    part: Condition

    @property
    def sentence(self) -> str:
        return f"no {self.part.sentence}"

    @property
    def reads(self) -> frozenset[str]:
        return self.part.reads

    def look_in(self, facts: Facts) -> Found:
        look = self.part.look_in(facts)
        return Found(finding=look.finding.negated(), facts=look.facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Always:
    manual: ClassVar[str] = "`{always: true}` Holds for every patient."

    @property
    def sentence(self) -> str:
        return "any patient"

    @property
    def reads(self) -> frozenset[str]:
        return frozenset()

    def look_in(self, facts: Facts) -> Found:  # noqa: ARG002 - it needs no fact
        return Found(finding=Finding.PRESENT)


VOCABULARY = (
    Takes,
    TakesAtLeast,
    Plans,
    Has,
    Below,
    Above,
    AtLeast,
    Between,
    All,
    AnyOf,
    Not,
    Always,
)


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


def _found(fact: Fact) -> Found:
    return Found(finding=fact.finding, facts=(fact,))


def _measured(measured: Quantity, limit: str, *, holds: bool) -> Found:
    words = f"{measured}, {'' if holds else 'not '}{limit}"
    source = "" if measured.because == "as recorded" else f" ({measured.because})"
    return _found(
        Fact(
            concept=measured.name,
            label=measured.label,
            finding=Finding.PRESENT if holds else Finding.ABSENT,
            because=words + source,
            on=measured.on,
        )
    )


def _deciding(finding: Finding, looks: Iterable[Found]) -> Found:
    """Keep the facts of the parts that came out like the whole; each fact once."""
    facts = (fact for look in looks if look.finding is finding for fact in look.facts)
    return Found(finding=finding, facts=tuple(dict.fromkeys(facts)))
