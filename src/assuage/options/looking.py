"""Look at the conditions of rules: each once for all drugs that they are about."""

from collections.abc import Collection
from dataclasses import dataclass
from operator import attrgetter

from assuage.options.appraisal import Reason
from assuage.options.condition import Condition, Found
from assuage.options.rule import VERDICT_IF, VERDICT_OF, Rule, RuleBook
from assuage.patient.facts import Facts
from assuage.patient.finding import Fact, Finding


@dataclass(frozen=True, slots=True)
class Result:
    """A rule whose condition is present, or asks for what is not recorded; the reason to show."""

    order: int
    rule: Rule
    finding: Finding
    facts: tuple[Fact, ...]
    reason: Reason


def look_for(
    drugs: Collection[str], rules: RuleBook, facts: Facts, set_aside: Collection[str] = ()
) -> dict[str, list[Result]]:
    """Return, for each drug, the rules that hold and those that wait for an answer, worst first.

    An untested gene, or an unrecorded fact that only asks for monitoring, holds nothing back.
    """
    results: dict[str, list[Result]] = {drug: [] for drug in drugs}
    for place in rules.places_for(facts):
        condition = rules.conditions[place]
        glance = condition.at_a_glance(facts)
        if glance is Finding.ABSENT:
            continue
        asking = [p for p in rules.rules_at[place] if p.rule.if_not_recorded != "pass"]
        if glance is not None and not asking:
            continue
        found = condition.look_in(facts)
        if found.finding is Finding.ABSENT:
            continue
        speak = rules.rules_at[place] if found.finding is Finding.PRESENT else asking
        sentence = sentence_of(condition, found) if speak else ""
        for placed in speak:
            if placed.rule.id in set_aside:
                continue
            reason = _reason(placed.rule, found, sentence)
            result = Result(placed.order, placed.rule, found.finding, found.facts, reason)
            for drug in placed.drugs:
                if drug in results:
                    results[drug].append(result)
    for each in results.values():
        each.sort(key=attrgetter("order"))
    return results


def sentence_of(condition: Condition, found: Found) -> str:
    """Say what was found, as a sentence of the person's own facts.

    Of a rule that holds, what is there is said, and what is not only where nothing else is.
    """
    if found.finding is Finding.NOT_RECORDED:
        missing = "; ".join(f"{fact.label} ({fact.because})" for fact in found.facts)
        return f"Not recorded: {missing}."
    there = [fact for fact in found.facts if fact.finding is Finding.PRESENT]
    said = there if there and found.finding is Finding.PRESENT else found.facts
    named = "; ".join(_named(fact) for fact in said) or condition.sentence
    return named[:1].upper() + named[1:] + "."


def _named(fact: Fact) -> str:
    if fact.finding is Finding.PRESENT and fact.because.casefold().startswith(
        fact.label.casefold()
    ):
        return fact.because
    denied = fact.finding is Finding.ABSENT and ", not " not in fact.because
    negation = " absent" if denied else ""
    return f"{fact.label}{negation}: {fact.because}"


def _reason(rule: Rule, found: Found, sentence: str) -> Reason:
    present = found.finding is Finding.PRESENT
    return Reason(
        rule=rule.id,
        effect=rule.effect,
        sentence=sentence,
        finding=found.finding.value,
        because=rule.because,
        do=rule.do,
        citation=rule.citation,
        region=rule.region,
        graded_by=rule.graded_by,
        permits=VERDICT_OF[rule.effect] if present else VERDICT_IF[rule.if_not_recorded],
        hinges=found.hinges,
        mechanism=rule.mechanism,
        catastrophe=rule.catastrophe,
    )
