"""What of a record no rule looks at, and where two of its facts do not fit each other.

That no rule speaks of a fact is not to say that it is harmless: the reader is told its name.
"""

from collections.abc import Iterable

from assuage.options.rule import RuleBook
from assuage.patient.facts import Facts
from assuage.patient.finding import Finding, Quantity
from assuage.patient.quantities import CLEARANCE, CREATININE, WEIGHT
from assuage.patient.record import RecordedMedicine
from assuage.patient.vocabulary import Concept


def not_checked(facts: Facts, rules: RuleBook) -> tuple[str, ...]:
    """Return what could not be read, each with why, and what no rule of any drug concerns."""
    groups = {
        "medicines": [entry.name for entry in _medicines_without_rule(facts, rules)],
        "conditions": _conditions_without_rule(facts, rules),
        "measurements": _measurements_without_rule(facts, rules),
    }
    return (
        *(f"{part.name}: {part.because}" for part in facts.unread),
        *(
            f"No rule concerns these {kind} here: {'; '.join(dict.fromkeys(names))}"
            for kind, names in groups.items()
            if names
        ),
    )


def medicines_looked_at(facts: Facts, rules: RuleBook) -> tuple[int, int]:
    """Return how many medicines of the list some rule looks at, and how many there are."""
    entries = facts.record.medications or ()
    known = [entry for entry in entries if entry.medicine is not None]
    return len(known) - len(_medicines_without_rule(facts, rules)), len(entries)


def _medicines_without_rule(facts: Facts, rules: RuleBook) -> list[RecordedMedicine]:
    """A medicine that was stopped is looked at, too, by a rule that finds it no longer matters."""
    named = _named_by_rules(facts, rules)
    return [
        entry
        for entry in facts.record.medications or ()
        if entry.medicine is not None
        and entry.medicine not in rules.drugs
        and not entry.concepts & (named if entry.stopped is None else rules.reads)
    ]


def _conditions_without_rule(facts: Facts, rules: RuleBook) -> list[str]:
    """A condition is looked at where a rule names it, or asks for its grade (its control, say)."""
    words = facts.vocabulary
    graded = {words.concepts[each].grades for each in rules.reads & words.concepts.keys()}
    spoken_of = _named_by_rules(facts, rules) | (graded - {""})
    return [
        entry.name
        for entry in facts.record.conditions
        if entry.concepts and not any(words.implied(each) & spoken_of for each in entry.concepts)
    ]


def _named_by_rules(facts: Facts, rules: RuleBook) -> frozenset[str]:
    """Return what a rule that holds for this person speaks of."""
    looks = (condition.look_in(facts) for condition in rules.conditions)
    return frozenset(
        fact.concept for look in looks if look.finding is Finding.PRESENT for fact in look.facts
    )


def _measurements_without_rule(facts: Facts, rules: RuleBook) -> list[str]:
    clearance = facts.quantities.get(CLEARANCE)
    in_clearance = (
        {CREATININE, WEIGHT} if clearance is not None and clearance.computed else set[str]()
    )
    named = _named_by_rules(facts, rules)
    return [
        f"{quantity.label} {quantity}" + ("" if _is_usual(quantity, facts) else ", unusual")
        for name in facts.record.measurements
        for quantity in [facts.quantities[name]]
        if name not in in_clearance
        and not (_is_read(name, facts, rules) and _is_usual(quantity, facts))
        and not _is_spoken_of(quantity, facts, named)
    ]


def _is_usual(quantity: Quantity, facts: Facts) -> bool:
    usual = facts.vocabulary.measures[quantity.name].usual
    return usual is None or usual[0] <= quantity.value <= usual[1]


def _is_spoken_of(quantity: Quantity, facts: Facts, named: frozenset[str]) -> bool:
    """Whether a rule that holds here names the measurement, or a condition that it shows."""
    return quantity.name in named or any(
        facts.vocabulary.implied(concept.id) & named
        for concept in facts.vocabulary.shown_by(quantity.name)
        if any(
            shown.threshold.fact == quantity.name and shown.threshold.holds(quantity.value)
            for shown in concept.shown_by
        )
    )


def _is_read(measure: str, facts: Facts, rules: RuleBook) -> bool:
    shown = facts.vocabulary.shown_by(measure)
    return measure in rules.reads or any(
        facts.vocabulary.implied(concept.id) & rules.reads for concept in shown
    )


def disagreements(facts: Facts) -> tuple[str, ...]:
    """Return where a measurement does not fit a condition that any one measurement could show.

    Rules take the stricter of the two; one of them is wrong, or they are of different days.
    """
    found: dict[str, list[str]] = {}
    for concept in facts.vocabulary.concepts.values():
        known = facts.states.get(concept.id)
        if concept.ruled_out == "by_one" and known and known.finding is Finding.PRESENT:
            for quantity in _against(concept, facts):
                words = f"{quantity.label} {quantity} does not fit {known.label} ({known.because})"
                found.setdefault(concept.id, []).append(words)
    general = {other for each in found for other in facts.vocabulary.implied(each) if other != each}
    return tuple(
        words for each, several in found.items() if each not in general for words in several
    )


def _against(concept: Concept, facts: Facts) -> Iterable[Quantity]:
    for measure in dict.fromkeys(shown.threshold.fact for shown in concept.shown_by):
        quantity = facts.quantities.get(measure)
        ranges = [s.threshold for s in concept.shown_by if s.threshold.fact == measure]
        if quantity is not None and not any(limits.holds(quantity.value) for limits in ranges):
            yield quantity
