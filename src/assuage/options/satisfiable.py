"""Whether any patient can meet a condition, and whether one condition holds wherever another does.

A condition is written out as ways to meet it: each way is a set of literals that must hold
together (its disjunctive normal form). A way is impossible when two of its literals exclude each
other or one of them can never hold. The tests are sound and not complete: in a record that agrees
with itself, what they call impossible or implied is so; what they do not may still be.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal, get_args

from assuage.options.condition import (
    Above,
    All,
    Always,
    AnyOf,
    AtLeast,
    Below,
    Between,
    Condition,
    Has,
    Not,
    Plans,
    Takes,
)
from assuage.options.gene_condition import NOT_TESTED, Genotype
from assuage.patient.genotype import genotype_concept
from assuage.patient.record import Phenotype
from assuage.patient.vocabulary import LISTED, Threshold, Vocabulary

INFINITE = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A measurement lies between two numbers of its own unit. A closed end is part of it."""

    fact: str
    low: float = -INFINITE
    high: float = INFINITE
    low_closed: bool = True
    high_closed: bool = False

    def within(self, other: "Span") -> bool:
        """Say whether every value of this span is one of the other."""
        above = (self.low, not self.low_closed) >= (other.low, not other.low_closed)
        return above and (self.high, self.high_closed) <= (other.high, other.high_closed)

    def cut(self, other: "Span") -> "Span":
        """Return the values that are in both."""
        low, open_low = max((self.low, not self.low_closed), (other.low, not other.low_closed))
        high, closed = min((self.high, self.high_closed), (other.high, other.high_closed))
        return Span(fact=self.fact, low=low, high=high, low_closed=not open_low, high_closed=closed)

    @property
    def is_empty(self) -> bool:
        return self.low > self.high or (
            self.low == self.high and not (self.low_closed and self.high_closed)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A concept is present (or, not `holds`, absent), taken within some days, or planned."""

    kind: Literal["has", "takes", "plans"]
    concept: str
    holds: bool = True
    within_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """A condition of another kind: it is not present and absent at once; more is not known."""

    condition: Condition
    holds: bool = True


OneFact = Span | Stated | Other
Way = tuple[OneFact, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class World:
    """What patients can have: the words of a record, the medicines of each group, and the
    concepts that some line of a record can make present."""

    vocabulary: Vocabulary
    members: Mapping[str, frozenset[str]]
    reachable: frozenset[str]

    @classmethod
    def of(cls, vocabulary: Vocabulary, genes: Iterable[str]) -> "World":
        """`genes` are those that a record can name."""
        members: dict[str, set[str]] = {name: set() for name in vocabulary.takeable}
        for medicine in vocabulary.medicines.values():
            for concept in vocabulary.concepts_of(medicine):
                members.setdefault(concept, set()).add(medicine.id)
        return cls(
            vocabulary=vocabulary,
            members={name: frozenset(ids) for name, ids in members.items()},
            reachable=frozenset(_reachable(vocabulary, genes)),
        )

    def bounds(self, fact: str) -> Span:
        measure = self.vocabulary.measures[fact]
        return Span(fact=fact, low=measure.lowest, high=measure.highest, high_closed=True)


def _reachable(vocabulary: Vocabulary, genes: Iterable[str]) -> Iterable[str]:
    """Every concept that a name, a code, a measurement, a key or another concept can show."""
    genotypes = {
        f"{gene.lower()}_{phenotype}_metaboliser"
        for gene in genes
        for phenotype in get_args(Phenotype)
    }
    for concept in vocabulary.concepts.values():
        if concept.kind in LISTED or concept.id in genotypes or concept.shown_by:
            yield from vocabulary.implied(concept.id)


def ways_to(condition: Condition, *, holds: bool = True) -> tuple[Way, ...]:
    """Return every way in which a condition can be present (or, not `holds`, absent)."""
    if isinstance(condition, Not):
        return ways_to(condition.part, holds=not holds)
    if isinstance(condition, All | AnyOf):
        parts = [ways_to(part, holds=holds) for part in condition.parts]
        if isinstance(condition, All) is holds:
            return tuple(
                tuple(dict.fromkeys(one for way in each for one in way)) for each in product(*parts)
            )
        return tuple(dict.fromkeys(way for part in parts for way in part))
    if isinstance(condition, Always):
        return ((),) if holds else ()
    return tuple((leaf,) for leaf in _leaves(condition, holds=holds))


def _leaves(condition: Condition, *, holds: bool) -> tuple[OneFact, ...]:
    if isinstance(condition, Takes):
        days = condition.within_days
        concept = condition.concept
        return (Stated(kind="takes", concept=concept, holds=holds, within_days=days),)
    if isinstance(condition, Has | Plans):
        kind: Literal["has", "plans"] = "has" if isinstance(condition, Has) else "plans"
        return (Stated(kind=kind, concept=condition.concept, holds=holds),)
    span = _span(condition)
    if span is None:
        return (Other(condition=condition, holds=holds),)
    return (span,) if holds else _outside(span)


def _span(condition: Condition) -> Span | None:
    if isinstance(condition, Below):
        return Span(fact=condition.fact, high=condition.limit)
    if isinstance(condition, Above):
        return Span(fact=condition.fact, low=condition.limit, low_closed=False)
    if isinstance(condition, AtLeast):
        return Span(fact=condition.fact, low=condition.limit)
    if isinstance(condition, Between):
        whole = float(condition.high).is_integer()
        top = condition.high + 1 if whole and condition.low <= condition.high else condition.high
        return Span(fact=condition.fact, low=condition.low, high=top, high_closed=not whole)
    return None


def _outside(span: Span) -> tuple[Span, ...]:
    below = Span(fact=span.fact, high=span.low, high_closed=not span.low_closed)
    above = Span(fact=span.fact, low=span.high, low_closed=not span.high_closed)
    return tuple(s for s in (below, above) if abs(s.low) < INFINITE or abs(s.high) < INFINITE)


def why_never(condition: Condition, world: World, drug: str = "") -> str:
    """Return why no patient can meet the condition for a drug; empty when one can."""
    reasons = [why_impossible(way, world, drug) for way in ways_to(condition)]
    if not reasons:
        return "it excludes what holds for every patient"
    return "" if "" in reasons else "; ".join(dict.fromkeys(reasons))


def why_impossible(way: Way, world: World, drug: str = "") -> str:
    """Return why the literals of one way cannot hold together; empty when they can."""
    spans = _spans_of(way, world)
    for fact, span in spans.items():
        if span.is_empty:
            return f"no plausible {world.vocabulary.label(fact)} lies in its range"
    for one in way:
        if isinstance(one, Other) and replace(one, holds=not one.holds) in way:
            return f"it asks for {one.condition.sentence} and excludes it"
        if isinstance(one, Other) and one.holds and (why := _never_tested(one.condition, world)):
            return why
    stated = [one for one in way if isinstance(one, Stated)]
    for one in stated:
        if one.holds and (why := _never_stated(one, world, drug)):
            return why
    return next((why for a in stated for b in stated if (why := _exclude(a, b, world, drug))), "")


def _spans_of(way: Way, world: World) -> dict[str, Span]:
    spans: dict[str, Span] = {}
    for one in way:
        if isinstance(one, Span):
            spans[one.fact] = spans.get(one.fact, world.bounds(one.fact)).cut(one)
    return spans


def _never_stated(one: Stated, world: World, drug: str) -> str:
    label = world.vocabulary.label(one.concept)
    if one.kind == "has":
        return "" if one.concept in world.reachable else f"nothing in a record can show {label}"
    members = world.members.get(one.concept, frozenset())
    if not members:
        return f"no medicine is in {label}"
    return "" if members - {drug} else f"{drug} alone is in {label}, and a drug never meets itself"


def _never_tested(condition: Condition, world: World) -> str:
    """Say which gene of a row of gene guidance has no result that a record can hold."""
    for gene, results in condition.genes if isinstance(condition, Genotype) else ():
        concepts = {genotype_concept(gene, result) for result in results if result != NOT_TESTED}
        if NOT_TESTED not in results and not concepts & world.reachable:
            return f"no record can hold {gene} {' or '.join(results)}"
    return ""


def _exclude(a: Stated, b: Stated, world: World, drug: str) -> str:
    """Say why `a` present excludes `b`: its own absence, or another phenotype of the gene."""
    label = world.vocabulary.label
    if not a.holds or a == b:
        return ""
    if b.holds:
        genes = {_gene(one, world) for one in (a, b)}
        if len(genes) == 1 and "" not in genes:
            return f"{label(a.concept)} and {label(b.concept)} exclude each other"
        return ""
    if _states(a, replace(b, holds=True), world, drug):
        return f"it asks for {label(a.concept)} and excludes {label(b.concept)}"
    return ""


def _gene(one: Stated, world: World) -> str:
    """Return the gene of a genotype, of which a person has one phenotype; empty for others."""
    known = world.vocabulary.concepts.get(one.concept)
    is_genotype = one.kind == "has" and known is not None and known.kind == "genotype"
    return one.concept.split("_", 1)[0] if is_genotype else ""


def _states(a: Stated, b: Stated, world: World, drug: str) -> bool:
    """Say whether `a` present makes `b` present."""
    if a.kind != b.kind:
        return False
    if a.kind == "has":
        return b.concept in world.vocabulary.implied(a.concept)
    wide = world.members.get(b.concept, frozenset())
    members = world.members.get(a.concept, frozenset()) - {drug}
    return members <= wide and a.within_days <= b.within_days


def implies(narrow: Condition, wide: Condition, world: World, drug: str = "") -> bool:
    """Say whether `wide` is present in every patient in whom `narrow` is."""
    possible = [way for way in ways_to(narrow) if not why_impossible(way, world, drug)]
    wider = ways_to(wide)
    return bool(possible) and all(
        any(all(_entails(way, one, world, drug) for one in each) for each in wider)
        for way in possible
    )


def _entails(way: Way, one: OneFact, world: World, drug: str) -> bool:
    if isinstance(one, Other):
        return one in way
    spans = _spans_of(way, world)
    if isinstance(one, Span):
        return one.fact in spans and spans[one.fact].within(one)
    stated = [each for each in way if isinstance(each, Stated)]
    if one.holds:
        named = any(each.holds and _states(each, one, world, drug) for each in stated)
        return named or (one.kind == "has" and _shown(one.concept, spans, world))
    present = replace(one, holds=True)  # would make present what the way excludes
    return any(
        not each.holds and _states(present, replace(each, holds=True), world, drug)
        for each in stated
    )


def _shown(concept: str, spans: Mapping[str, Span], world: World) -> bool:
    """Say whether a measurement in these spans shows the concept, in either sex."""
    known = world.vocabulary.concepts.get(concept)
    return known is not None and any(
        shown.sex is None
        and shown.threshold.fact in spans
        and spans[shown.threshold.fact].within(_span_of(shown.threshold))
        for shown in known.shown_by
    )


def _span_of(limits: Threshold) -> Span:
    high = INFINITE if limits.high is None else limits.high
    whole = limits.high_included and high.is_integer()
    return Span(
        fact=limits.fact,
        low=-INFINITE if limits.low is None else limits.low,
        high=high + 1 if whole else high,
        low_closed=limits.low_included,
        high_closed=limits.high_included and not whole,
    )
