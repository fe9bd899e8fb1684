"""Present, absent or not recorded, and the facts that carry one of the three."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum


class Finding(Enum):
    """Kleene's three truth values, in the words of a ward.

    S. C. Kleene, Introduction to Metamathematics (1952), section 64: an unknown stays unknown
    unless the other part decides alone.
    """

    PRESENT = "present"
    ABSENT = "absent"
    NOT_RECORDED = "not recorded"

    def negated(self) -> "Finding":
        return _NEGATED[self]


_NEGATED = {
    Finding.PRESENT: Finding.ABSENT,
    Finding.ABSENT: Finding.PRESENT,
    Finding.NOT_RECORDED: Finding.NOT_RECORDED,
}


def all_of(findings: Iterable[Finding]) -> Finding:
    """One absent makes it absent; else one unrecorded leaves it open."""
    seen = set(findings)
    if Finding.ABSENT in seen:
        return Finding.ABSENT
    return Finding.NOT_RECORDED if Finding.NOT_RECORDED in seen else Finding.PRESENT


def any_of(findings: Iterable[Finding]) -> Finding:
    """One present makes it present; else one unrecorded leaves it open."""
    seen = set(findings)
    if Finding.PRESENT in seen:
        return Finding.PRESENT
    return Finding.NOT_RECORDED if Finding.NOT_RECORDED in seen else Finding.ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What is known of one concept, and why: the line of the record, or the rule that derived it.

    `on` is the latest day the record allows for it, where it has one. `ask` is what to record to
    settle an unrecorded one: the whole medication list, say, rather than one medicine. `computed`
    marks what only a number that nobody measured shows. `lines` are all parts of the record that
    show it, where there are several: it holds as long as one of them does.
    """

    concept: str
    label: str
    finding: Finding
    because: str
    on: date | None = None
    ask: str = ""
    computed: bool = False
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number about the patient, in its own unit. `computed` marks derived ones."""

    name: str
    label: str
    value: float
    unit: str
    because: str
    on: date | None = None
    computed: bool = False

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A part of the record that no rule could look at.

    `holds_back` says that no drug may be called suitable while it is not checked.
    """

    name: str
    because: str
    holds_back: bool
