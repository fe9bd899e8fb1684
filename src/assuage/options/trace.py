"""Every rule that was looked at for one drug, what it found, and the facts that it read."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from assuage.options.looking import sentence_of
from assuage.options.rule import Rule, RuleBook
from assuage.options.screening import Screening
from assuage.patient.facts import Facts
from assuage.patient.finding import Fact, Finding, Quantity
from assuage.provenance import Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """A rule and what it found. `facts` are those that decided: a rule stops where it is settled.

    `holds_back` says whether an unrecorded fact keeps the drug from a better verdict; `set_aside`
    that a jurisdiction chose against the rule, so that it decides nothing.
    """

    rule: Rule
    finding: Finding
    found: str
    facts: tuple[Fact, ...]
    set_aside: bool = False

    @property
    def holds_back(self) -> bool:
        asks = self.rule.if_not_recorded != "pass" and not self.set_aside
        return self.finding is Finding.NOT_RECORDED and asks


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The whole way from the record to one drug's verdict.

    `traced` holds every rule about the drug, `facts` what they read, `quantities` the numbers they
    could read, each with its because and its day.
    """

    stamp: Stamp
    patient: str
    drug: str
    screening: Screening
    traced: tuple[Traced, ...]
    facts: tuple[Fact, ...]
    quantities: tuple[Quantity, ...]


def trace(
    drug: str, facts: Facts, rules: RuleBook, set_aside: Collection[str] = ()
) -> tuple[Traced, ...]:
    """Return every rule about a candidate drug, worst first. No rule is left out."""
    own = facts.besides(drug)
    return tuple(
        _traced(placed.rule, own, set_aside=placed.rule.id in set_aside)
        for placed in rules.rules
        if drug in placed.drugs
    )


def _traced(rule: Rule, facts: Facts, *, set_aside: bool) -> Traced:
    look = rule.when.look_in(facts)
    return Traced(
        rule=rule,
        finding=look.finding,
        found=sentence_of(rule.when, look),
        facts=look.facts,
        set_aside=set_aside,
    )


def facts_read(traced: Iterable[Traced]) -> tuple[Fact, ...]:
    """Return the facts that decided any of the rules, each once: recorded ones first."""
    facts = dict.fromkeys(fact for each in traced for fact in each.facts)
    places = {Finding.PRESENT: 0, Finding.NOT_RECORDED: 1, Finding.ABSENT: 2}
    return tuple(sorted(facts, key=lambda fact: (places[fact.finding], fact.label.casefold())))
