"""What a look at a condition gives, and what every condition can be asked."""

import re
from dataclasses import dataclass
from typing import Protocol

from assuage.options.appraisal import Hinge
from assuage.patient.facts import Facts
from assuage.patient.finding import Fact, Finding

_MEASURED = re.compile(r"[^,()]+? \d[\d.]* [^,()]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a look found, and the facts that decided it: those to name, or those to ask for.

    `hinges` holds what would each by itself make the finding absent, if it were otherwise or were
    known: a line of the record, a measurement, an unrecorded fact. It is empty where nothing does
    so alone.
    """

    finding: Finding
    facts: tuple[Fact, ...] = ()
    hinges: frozenset[Hinge] = frozenset()


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

    def at_a_glance(self, facts: Facts) -> Finding | None:
        """Return the finding where it is plain that it is not present, else None: look closer.

        Most conditions do not concern a given person: this costs a tenth of a look.
        """
        ...


def found_one(fact: Fact) -> Found:
    """Return what one fact decides."""
    if fact.finding is Finding.ABSENT:
        return Found(finding=fact.finding, facts=(fact,))
    return Found(finding=fact.finding, facts=(fact,), hinges=frozenset({hinge_of(fact)}))


def hinge_of(fact: Fact) -> Hinge:
    """Name what a fact rests on: the lines that state it, the measurement that shows it."""
    if fact.finding is Finding.NOT_RECORDED:
        return Hinge(lines=(fact.label,), recorded=False)
    return Hinge(lines=tuple(map(_line, fact.lines or (fact.because,))), recorded=True)


def _line(because: str) -> str:
    measured = _MEASURED.match(because)
    return measured.group().strip() if measured is not None else because
