"""The vocabulary of rules: each class gives the check, the sentence, the manual entry, the facts.

A condition is looked at in Kleene's three-valued logic: present, absent or not recorded. Trees
are plain frozen values that compare by what they say, so that one look serves every rule that
asks the same, and so that they can be compiled to a query over a population.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from assuage.options.appraisal import Hinge
from assuage.options.comparison import Above, AtLeast, Below, Between
from assuage.options.found import Condition, Found, found_one
from assuage.patient.facts import Facts
from assuage.patient.finding import Finding, all_of, any_of


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
        return found_one(facts.takes(self.concept, self.within_days))

    def at_a_glance(self, facts: Facts) -> Finding | None:
        return _not_listed(self.concept, facts)


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
        return found_one(facts.takes_at_least(self.concept, self.medicines))

    def at_a_glance(self, facts: Facts) -> Finding | None:
        return _not_listed(self.concept, facts)


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
        return found_one(facts.plans(self.concept))

    def at_a_glance(self, facts: Facts) -> Finding | None:
        return _not_listed(self.concept, facts)


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
        return found_one(facts.has(self.concept))

    def at_a_glance(self, facts: Facts) -> Finding | None:
        known = facts.states.get(self.concept)
        if known is None:
            return Finding.NOT_RECORDED
        return None if known.finding is Finding.PRESENT else known.finding


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
        finding = all_of(look.finding for look in looks)
        hinges = frozenset[Hinge]().union(*(look.hinges for look in looks))
        return _deciding(finding, looks, hinges)

    def at_a_glance(self, facts: Facts) -> Finding | None:
        glances = [part.at_a_glance(facts) for part in self.parts]
        if Finding.ABSENT in glances:
            return Finding.ABSENT
        return None if None in glances else Finding.NOT_RECORDED


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
        finding = any_of(look.finding for look in looks)
        standing = [look.hinges for look in looks if look.finding is not Finding.ABSENT]
        hinges = standing[0].intersection(*standing[1:]) if standing else frozenset[Hinge]()
        return _deciding(finding, looks, hinges)

    def at_a_glance(self, facts: Facts) -> Finding | None:
        glances = {part.at_a_glance(facts) for part in self.parts}
        if None in glances:
            return None
        return Finding.NOT_RECORDED if Finding.NOT_RECORDED in glances else Finding.ABSENT


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

    def at_a_glance(self, facts: Facts) -> Finding | None:  # noqa: ARG002 - it takes a look
        return None


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

    def at_a_glance(self, facts: Facts) -> Finding | None:  # noqa: ARG002 - it needs no fact
        return None


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


def _not_listed(concept: str, facts: Facts) -> Finding | None:
    if facts.taking is None:
        return Finding.NOT_RECORDED
    return None if concept in facts.taking else Finding.ABSENT


def _deciding(finding: Finding, looks: Sequence[Found], hinges: frozenset[Hinge]) -> Found:
    """Keep the facts of the parts that came out like the whole; each fact once."""
    facts = tuple(fact for look in looks if look.finding is finding for fact in look.facts)
    ends = frozenset[Hinge]() if finding is Finding.ABSENT else hinges
    once = facts if len(facts) < 2 else tuple(dict.fromkeys(facts))
    return Found(finding=finding, facts=once, hinges=ends)
