"""Where sources disagree: what each says, what is taken, and what a jurisdiction chooses.

A jurisdiction is a choice between voices, not a filter: it sets aside a rule only where sources
of the chosen region, too, speak of the same drug and matter. A contraindication that the texts of
one region pass over in silence stays for all.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from assuage.errors import KnowledgeError
from assuage.options.condition import Condition
from assuage.options.rule import Region, Rule
from assuage.patient.facts import Facts
from assuage.patient.finding import Finding
from assuage.provenance import Citation

EVERYWHERE = "INT"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class MaximumOf:
    """The highest dose of a drug file that a position stands for, named by market and age."""

    drug: str
    market: Region
    from_age: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """What one voice says. `rules` are the rules that carry it, `maxima` the highest doses.

    `silent`: the text was read and says nothing of the matter; silence never wins.
    """

    who: str
    region: Region
    says: str
    citations: tuple[Citation, ...]
    rules: tuple[str, ...] = ()
    maxima: tuple[MaximumOf, ...] = ()
    silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesDisagree:
    """A question that sources answer differently. `drugs` are those that `about` stands for.

    `taken` says what assuage does by default, and why. `both_stay`: no jurisdiction chooses,
    because no position covers the patients of the other. `guidelines`: all are guidelines on the
    very same question. It is shown where `when` or one of the rules speaks, or, `always`, with
    every drug that is on offer.
    """

    id: str
    about: str
    drugs: tuple[str, ...]
    question: str
    positions: tuple[Position, ...]
    taken: str
    both_stay: bool = False
    guidelines: bool = False
    always: bool = False
    when: Condition | None = None

    def __post_init__(self) -> None:
        if len(self.positions) < 2:
            raise KnowledgeError(f"{self.id}: a disagreement has two positions or more.")
        if not (self.always or self.when is not None or self.rules):
            raise KnowledgeError(f"{self.id}: nothing says when it is shown. Name rules or when.")

    @property
    def rules(self) -> frozenset[str]:
        return frozenset(rule for position in self.positions for rule in position.rules)

    def set_aside(self, jurisdictions: Iterable[str] | None) -> tuple[Position, ...]:
        """Return the positions that lose in these jurisdictions; none without a choice.

        Those of other regions lose where a voice of a chosen region speaks, or, between
        `guidelines`, an international one. International positions always count.
        """
        if not (chosen := frozenset(jurisdictions or ())):
            return ()
        kept = chosen | {EVERYWHERE}
        voices = kept if self.guidelines else chosen
        speaks = any(p.region in voices and not p.silent for p in self.positions)
        if self.both_stay or not speaks:
            return ()
        return tuple(p for p in self.positions if p.region not in kept and not p.silent)

    def held(self, jurisdictions: Iterable[str] | None) -> tuple[Position, ...]:
        """Return the positions that hold in these jurisdictions, silent ones apart."""
        lost = self.set_aside(jurisdictions)
        return tuple(p for p in self.positions if p not in lost and not p.silent)

    def choice(self, jurisdictions: Iterable[str] | None) -> str:
        """Say in a sentence which position the setting takes."""
        named = None if jurisdictions is None else tuple(jurisdictions)
        if not named:
            return f"No jurisdiction is set. {self.taken}"
        setting = f"Jurisdiction {' and '.join(named)}"
        lost = self.set_aside(named)
        if not lost:
            return f"{setting}: nothing is set aside here. {self.taken}"
        held = "; ".join(f"{p.who} ({p.region})" for p in self.held(named))
        return (
            f"{setting}: held to {held}; set aside: "
            + "; ".join(f"{p.who} ({p.region})" for p in lost)
            + "."
        )


def rules_set_aside(
    disagreements: Iterable[SourcesDisagree], jurisdictions: Iterable[str] | None
) -> frozenset[str]:
    """Return the ids of the rules that a jurisdiction sets aside; all other rules stay."""
    named = None if jurisdictions is None else tuple(jurisdictions)
    return frozenset(
        rule for each in disagreements for lost in each.set_aside(named) for rule in lost.rules
    )


def maxima_set_aside(
    disagreements: Iterable[SourcesDisagree], jurisdictions: Iterable[str] | None
) -> frozenset[MaximumOf]:
    """Return the highest doses of drug files that a jurisdiction sets aside."""
    named = None if jurisdictions is None else tuple(jurisdictions)
    return frozenset(
        maximum
        for each in disagreements
        for lost in each.set_aside(named)
        for maximum in lost.maxima
    )


def relevant(
    disagreements: Iterable[SourcesDisagree],
    drug: str,
    facts: Facts,
    rules: Mapping[str, Rule],
    *,
    on_offer: bool,
) -> tuple[SourcesDisagree, ...]:
    """Return the disagreements to show with one drug for this patient, in their order.

    A rule of theirs speaks when it is present or must be asked for, set aside or not: a reader
    must see what was set aside. `rules` are all rules by id.
    """
    seen = facts.besides(drug) if facts.entries_of(drug) else facts
    return tuple(
        each
        for each in disagreements
        if drug in each.drugs and (_speaks(each, seen, rules) or (each.always and on_offer))
    )


def _speaks(each: SourcesDisagree, facts: Facts, rules: Mapping[str, Rule]) -> bool:
    if each.when is not None and each.when.look_in(facts).finding is Finding.PRESENT:
        return True
    return any(_may_apply(rules[name], facts) for name in each.rules)


def _may_apply(rule: Rule, facts: Facts) -> bool:
    finding = rule.when.look_in(facts).finding
    asked = finding is Finding.NOT_RECORDED and rule.if_not_recorded != "pass"
    return finding is Finding.PRESENT or asked


def uncovered(
    each: SourcesDisagree, rules: Mapping[str, Rule], covers: Callable[[Rule, Rule], bool]
) -> tuple[str, ...]:
    """Return the exclusions of `each` that some jurisdiction would set aside without a cover.

    An exclusion (contraindicated, avoid) may only give way where the winner's own text speaks of
    every patient of whom it speaks.
    """
    found: list[str] = []
    for region in ("US", "UK", "EU"):
        winners = [rules[n] for p in each.positions if p.region == region for n in p.rules]
        for lost in each.set_aside((region,)):
            for name in lost.rules:
                rule = rules[name]
                excludes = rule.effect in {"contraindicated", "avoid"}
                if excludes and not any(covers(rule, winner) for winner in winners):
                    found.append(name)
    return tuple(dict.fromkeys(found))
