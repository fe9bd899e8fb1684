"""Safety rules: a condition, what it means for a drug, and by whose word."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from assuage.errors import KnowledgeError
from assuage.options.appraisal import Verdict
from assuage.options.condition import All, AnyOf, Condition, Has, Plans, Takes, TakesAtLeast
from assuage.options.gene_condition import Genotype
from assuage.patient.facts import Facts
from assuage.patient.finding import Finding
from assuage.provenance import Citation
from assuage.units import MgPerDay

Effect = Literal["contraindicated", "avoid", "caution", "reduce_dose", "monitor", "note"]
IfNotRecorded = Literal["ask", "caution", "pass"]
Region = Literal["US", "UK", "EU", "INT"]

VERDICT_OF: Mapping[Effect, Verdict] = {
    "contraindicated": Verdict.CONTRAINDICATED,
    "avoid": Verdict.AVOID,
    "caution": Verdict.CAUTION,
    "reduce_dose": Verdict.CAUTION,
    "monitor": Verdict.SUITABLE,
    "note": Verdict.SUITABLE,
}
VERDICT_IF: Mapping[IfNotRecorded, Verdict] = {
    "ask": Verdict.NOT_ENOUGH_INFORMATION,
    "caution": Verdict.CAUTION,
    "pass": Verdict.SUITABLE,
}
IF_NOT_RECORDED: Mapping[Effect, IfNotRecorded] = {
    "contraindicated": "ask",
    "avoid": "ask",
    "caution": "caution",
    "reduce_dose": "caution",
    "monitor": "pass",
    "note": "pass",
}
EFFECTS: tuple[Effect, ...] = (
    "contraindicated",
    "avoid",
    "caution",
    "reduce_dose",
    "monitor",
    "note",
)
EVERY_DRUG = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`about` is a drug or a class of drugs. `cap`, `start_cap` (the highest first dose) and
    `dose_factor` are limits the source states. `mechanism` says by which mechanism two medicines
    act on each other; `catastrophe` names a rare harm that may kill, which is said before others.

    What an unrecorded fact means must not permit more than the worst the rule can find;
    only `pass` may, which the reader allows for untested genes and for monitoring.
    """

    id: str
    about: str
    when: Condition
    effect: Effect
    because: str
    do: str
    if_not_recorded: IfNotRecorded
    region: Region
    graded_by: Literal["source", "assuage"]
    citation: Citation
    cap: MgPerDay | None = None
    start_cap: MgPerDay | None = None
    dose_factor: Decimal | None = None
    mechanism: str = ""
    catastrophe: str = ""

    def __post_init__(self) -> None:
        if self.effect in {"contraindicated", "avoid"} and self.if_not_recorded == "caution":
            raise KnowledgeError(
                f"{self.id}: an unrecorded fact would permit more (caution) than the fact "
                f"itself ({self.effect}). Use if_not_recorded: ask."
            )
        for cap in (self.cap, self.start_cap):
            if cap is not None and cap <= 0:
                raise KnowledgeError(f"{self.id}: a cap of {cap} mg/day is not above zero.")
        if self.dose_factor is not None and not 0 < self.dose_factor < 1:
            raise KnowledgeError(
                f"{self.id}: a dose factor of {self.dose_factor} is not between 0 and 1."
            )

    @property
    def sentence(self) -> str:
        """The rule in one line, for the manual."""
        return f"{self.about}: {self.effect.replace('_', ' ')} with {self.when.sentence}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedRule:
    """A rule, the place of its condition in the rule book, its own (worst first), and the
    candidates it is about."""

    rule: Rule
    place: int
    order: int
    drugs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Which conditions look at a concept of the record (`stated`) or of a medicine (`taken`);
    `tested` those on genes that hold nothing back untested, `always` all others."""

    stated: Mapping[str, tuple[int, ...]]
    taken: Mapping[str, tuple[int, ...]]
    tested: tuple[int, ...]
    always: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RuleBook:
    """Rules laid out for a set of candidate drugs: each distinct condition is looked at once.

    Rules stand worst first. `without_own_rule` are drugs that no rule names by themselves.
    `reads_of` are the concepts and measurements that each condition looks at, `reads` all of them.
    """

    drugs: tuple[str, ...]
    conditions: tuple[Condition, ...]
    rules: tuple[PlacedRule, ...]
    without_own_rule: frozenset[str]
    reads_of: tuple[frozenset[str], ...]
    reads: frozenset[str]
    rules_at: tuple[tuple[PlacedRule, ...], ...]
    reading: Reading

    def places_for(self, facts: Facts) -> list[int]:
        """Return the conditions that may not be absent in this person, in their order.

        A condition of concepts alone is absent where all of them are: most of the book, in most
        people.
        """
        reading, taking = self.reading, facts.taking
        absent = {name for name, fact in facts.states.items() if fact.finding is Finding.ABSENT}
        places = set(reading.always)
        if facts.record.genotypes:
            places.update(reading.tested)
        for concept in reading.stated.keys() - absent:
            places.update(reading.stated[concept])
        listed = reading.taken.keys() if taking is None else reading.taken.keys() & taking.keys()
        for concept in listed:
            places.update(reading.taken[concept])
        return sorted(places)


def compile_rules(
    rules: Iterable[Rule], drugs: Sequence[str], classes: Mapping[str, Iterable[str]]
) -> RuleBook:
    """Lay out the rules for the candidate drugs. `classes` maps a class to its drugs.

    A rule about `any` is about every candidate. Raises KnowledgeError for a rule about something
    that is neither a candidate nor a class.
    """
    members = {name: frozenset(ids) for name, ids in classes.items()}
    places: dict[Condition, int] = {}
    placed: list[PlacedRule] = []
    for rule in sorted(rules, key=lambda rule: (EFFECTS.index(rule.effect), rule.id)):
        if rule.about == EVERY_DRUG:
            about = frozenset(drugs)
        elif rule.about in drugs or rule.about in members:
            about = members.get(rule.about, frozenset({rule.about}))
        else:
            raise KnowledgeError(
                f"{rule.id}: {rule.about} is neither a candidate drug nor a class of drugs."
            )
        place = places.setdefault(rule.when, len(places))
        of_drugs = tuple(drug for drug in drugs if drug in about)
        order = len(placed)
        placed.append(PlacedRule(rule=rule, place=place, order=order, drugs=of_drugs))
    reads_of = tuple(condition.reads for condition in places)
    return RuleBook(
        drugs=tuple(drugs),
        conditions=tuple(places),
        rules=tuple(placed),
        without_own_rule=frozenset(drugs) - {each.rule.about for each in placed},
        reads_of=reads_of,
        reads=frozenset[str]().union(*reads_of),
        rules_at=tuple(
            tuple(each for each in placed if each.place == place) for place in range(len(places))
        ),
        reading=_reading(tuple(places), placed),
    )


def _reading(conditions: Sequence[Condition], placed: Iterable[PlacedRule]) -> Reading:
    stated, taken = dict[str, list[int]](), dict[str, list[int]]()
    asked = {each.place for each in placed if each.rule.if_not_recorded != "pass"}
    tested, always = list[int](), list[int]()
    for place, condition in enumerate(conditions):
        leaves = _leaves(condition)
        if not all(isinstance(leaf, Has | Takes | TakesAtLeast | Plans) for leaf in leaves):
            on_genes = any(isinstance(leaf, Genotype) for leaf in leaves)
            (tested if on_genes and place not in asked else always).append(place)
            continue
        for leaf in leaves:
            by = stated if isinstance(leaf, Has) else taken
            for concept in leaf.reads:
                by.setdefault(concept, []).append(place)
    return Reading(
        stated={concept: tuple(at) for concept, at in stated.items()},
        taken={concept: tuple(at) for concept, at in taken.items()},
        tested=tuple(tested),
        always=tuple(always),
    )


def _leaves(condition: Condition) -> tuple[Condition, ...]:
    if isinstance(condition, All | AnyOf):
        return tuple(leaf for part in condition.parts for leaf in _leaves(part))
    return (condition,)
