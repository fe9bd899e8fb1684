"""Mutants of the safety knowledge: each is the whole of it with one thing made wrong.

A limit moves by the smallest step that a laboratory reports, a day by one, a verdict to its
neighbour. What can differ for no patient is marked as equivalent, with the reason.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from math import inf, nextafter
from typing import Any, Literal

from assuage.errors import KnowledgeError
from assuage.knowledge.rules import SafetyKnowledge
from assuage.options.condition import (
    Above,
    All,
    AnyOf,
    AtLeast,
    Below,
    Between,
    Condition,
    Not,
    Takes,
    TakesAtLeast,
)
from assuage.options.gene_condition import NOT_TESTED, ByInhibitor, Genotype
from assuage.options.rule import EFFECTS, EVERY_DRUG, IF_NOT_RECORDED, IfNotRecorded, Rule
from assuage.patient.phenoconversion import CONVERTED, SLOW
from assuage.patient.vocabulary import Concept, Measure, ShownBy, Threshold, Vocabulary

KINDS: Mapping[str, str] = {
    "verdict": "the verdict of a rule, one step milder or stricter",
    "limit": "a limit in a rule, one step up or down, or including what it left out",
    "days": "the days since a medicine was stopped, one more, one less, or left out",
    "dose": "a highest dose, first dose or share of the dose, up, down or left out",
    "unknown": "what a fact that is not recorded means",
    "structure": "`all` for `any` and the reverse, a part or a `not` left out",
    "about": "a rule about one drug made one about its class, and the reverse",
    "removed": "a rule left out",
    "shown by": "the number that shows a condition, one step up or down, with or without it",
    "ruled out": "which normal numbers say that a condition is absent",
    "recent": "the days for which an event counts as recent, one more or less",
    "number": "how many medicines of one kind, one more or less",
    "genotype": "a result of a gene that is asked for, changed, added or left out",
    "inhibitor": "the gene that an inhibitor slows, or what it makes of it",
    "age of data": "the days for which a measurement counts, one more or less",
}
STEPS: Mapping[str, float] = {"potassium": 0.1, "magnesium": 0.01, "neutrophils": 0.1}
"""The smallest step in which a measurement is reported, in its own unit; 1 for all others."""
EQUIVALENT: Mapping[tuple[str, str], str] = {
    (name, change): why
    for names, changes, why in (
        (
            ("RC105", "RC106", "RC108"),
            ("without angle closure glaucoma",),
            "who has angle closure glaucoma has untreated narrow angles too, the other part",
        ),
        (
            ("renal_impairment",),
            (
                "no longer by crcl",
                "crcl high 60 to 59",
                "no longer by egfr",
                "egfr high 60 to 59",
            ),
            "moderate impairment (30 to below 60) and severe (below 30) show it by the same number",
        ),
        (
            ("end_stage_renal_disease", "pregnancy_last_month"),
            ("by_one to never", "by_one to by_all", "by_all to never"),
            "a number that decides the condition it implies (severe impairment, third trimester) "
            "decides it too",
        ),
        (
            ("hba1c",),
            ("183 to 182 days", "183 to 184 days"),
            "no rule asks for this measurement",
        ),
        (
            ("qt",),
            ("183 to 184 days",),
            "only the pulse of its own day corrects it, and that counts no longer",
        ),
        (
            ("AS163",),
            ("pass to ask", "pass to caution"),
            "the age decides, and who has no recorded sex is told",
        ),
    )
    for name in names
    for change in changes
}
"""Changes that can make no difference for any patient, and why."""
MG = Decimal(5)
SHARE = Decimal("0.1")
_MEANINGS: tuple[IfNotRecorded, ...] = ("ask", "caution", "pass")
_RULES_OUT: tuple[Literal["never", "by_all", "by_one"], ...] = ("never", "by_all", "by_one")
_RESULTS = (NOT_TESTED, "poor", "intermediate", "normal", "rapid", "ultrarapid", "indeterminate")
_Limit = Below | Above | AtLeast
_Changed = tuple[str, str, Condition]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mutant:
    """One wrong copy of the knowledge. `of` is the rule or condition that was changed.

    `knowledge` is None where the reader itself refuses the change. `equivalent` says why the change
    can make no difference for any patient.
    """

    kind: str
    of: str
    change: str
    knowledge: SafetyKnowledge | None
    equivalent: str = ""


def mutants(knowledge: SafetyKnowledge) -> Iterator[Mutant]:
    """Yield every mutant, in the order of the rules, the conditions and the measurements."""
    for rule in knowledge.rules:
        yield from _of_rule(rule, knowledge)
    for concept in knowledge.vocabulary.concepts.values():
        yield from _of_concept(concept, knowledge)
    for measure in knowledge.vocabulary.measures.values():
        yield from _of_measure(measure, knowledge)


def _of_rule(rule: Rule, knowledge: SafetyKnowledge) -> Iterator[Mutant]:
    yield Mutant(
        kind="removed", of=rule.id, change="left out", knowledge=_with_rule(knowledge, rule, None)
    )
    for effect in _neighbours(EFFECTS, rule.effect):
        default = rule.if_not_recorded == IF_NOT_RECORDED[rule.effect]
        meaning = IF_NOT_RECORDED[effect] if default else rule.if_not_recorded
        yield _changed(
            knowledge,
            rule,
            "verdict",
            f"{rule.effect} to {effect}",
            effect=effect,
            if_not_recorded=meaning,
        )
    for meaning in _MEANINGS:
        if meaning != rule.if_not_recorded:
            change = f"{rule.if_not_recorded} to {meaning}"
            yield _changed(knowledge, rule, "unknown", change, if_not_recorded=meaning)
    for kind, change, when in changed_conditions(rule.when):
        yield _changed(knowledge, rule, kind, change, when=when)
    about = _other_drugs(rule.about, knowledge.classes)
    yield _changed(knowledge, rule, "about", f"{rule.about} to {about}", about=about)
    for field, change, dose in _doses(rule):
        yield _changed(knowledge, rule, "dose", change, **{field: dose})


def _changed(
    knowledge: SafetyKnowledge, rule: Rule, kind: str, change: str, **fields: Any
) -> Mutant:
    """Change fields of a rule; what the law of unrecorded facts forbids cannot be read at all."""
    always = not rule.when.reads - {"age"}
    equivalent = EQUIVALENT.get((rule.id, change), "")
    if always and kind == "unknown":
        equivalent = "the age is always recorded, and no other fact is asked"
    try:
        wrong = _with_rule(knowledge, rule, replace(rule, **fields))
    except KnowledgeError:
        wrong = None
    return Mutant(kind=kind, of=rule.id, change=change, knowledge=wrong, equivalent=equivalent)


def _with_rule(knowledge: SafetyKnowledge, old: Rule, new: Rule | None) -> SafetyKnowledge:
    rules = (new if rule is old else rule for rule in knowledge.rules)
    return replace(knowledge, rules=tuple(rule for rule in rules if rule is not None))


def _other_drugs(about: str, classes: Mapping[str, tuple[str, ...]]) -> str:
    """Return the first drug of a class; for a drug, its class, or every drug when it is alone."""
    if about == EVERY_DRUG:
        return "serotonergic"
    if about in classes:
        return classes[about][0]
    larger = (name for name, drugs in classes.items() if about in drugs and len(drugs) > 1)
    return next(larger, EVERY_DRUG)


def _neighbours(steps: tuple[Any, ...], value: Any) -> Iterable[Any]:
    place = steps.index(value)
    return (*steps[max(place - 1, 0) : place], *steps[place + 1 : place + 2])


def _doses(rule: Rule) -> Iterator[tuple[str, str, Decimal | None]]:
    """Move each dose limit that a rule has by 5 mg, a share by a tenth; and leave it out."""
    for field, dose, step in (
        ("cap", rule.cap, MG),
        ("start_cap", rule.start_cap, MG),
        ("dose_factor", rule.dose_factor, SHARE),
    ):
        if dose is None:
            continue
        for moved in (dose - step, dose + step):
            if moved > 0 and (field != "dose_factor" or moved < 1):
                yield field, f"{field} {dose} to {moved}", moved
        yield field, f"{field} {dose} left out", None


def changed_conditions(condition: Condition) -> Iterator[_Changed]:
    """Yield each wrong copy of a condition, with its kind and what was changed."""
    if isinstance(condition, Takes):
        yield from _days(condition)
    elif isinstance(condition, Below | Above | AtLeast):
        yield from _limit(condition)
    elif isinstance(condition, Between):
        yield from _band(condition)
    elif isinstance(condition, All | AnyOf):
        yield from _joined(condition)
    elif isinstance(condition, TakesAtLeast):
        yield from _number(condition)
    elif isinstance(condition, Genotype):
        yield from _results(condition)
    elif isinstance(condition, ByInhibitor):
        yield from _by_inhibitor(condition)
    elif isinstance(condition, Not):
        yield "structure", "not left out", condition.part
        for kind, change, part in changed_conditions(condition.part):
            yield kind, change, Not(part=part)


def _days(condition: Takes) -> Iterator[_Changed]:
    """A medicine that counts only while it is taken is made to count for a day after its stop."""
    days = condition.within_days
    wrong = (days - 1, days + 1, 0) if days > 1 else (days + 1,)
    for each in wrong:
        change = f"{condition.concept}: {days} to {each} days"
        yield "days", change, replace(condition, within_days=each)


def _number(condition: TakesAtLeast) -> Iterator[_Changed]:
    for medicines in (condition.medicines - 1, condition.medicines + 1):
        change = f"{condition.concept}: {condition.medicines} to {medicines} medicines"
        yield "number", change, replace(condition, medicines=medicines)


def _results(condition: Genotype) -> Iterator[_Changed]:
    """Change each result to the next one, add the next, leave each out; leave out a gene."""
    for place, (gene, results) in enumerate(condition.genes):
        before, after = condition.genes[:place], condition.genes[place + 1 :]
        wrong: dict[tuple[str, ...], str] = {}
        for at, result in enumerate(results):
            rest = (*results[:at], *results[at + 1 :])
            if rest:
                wrong[rest] = f"{gene}: {result} left out"
            following = _RESULTS[(_RESULTS.index(result) + 1) % len(_RESULTS)]
            if following not in results:
                wrong[(*rest, following)] = f"{gene}: {result} to {following}"
                wrong[(*results, following)] = f"{gene}: {following} added"
        for changed, change in wrong.items():
            yield "genotype", change, Genotype(genes=(*before, (gene, changed), *after))
        if before or after:
            yield "genotype", f"{gene} left out", Genotype(genes=(*before, *after))


def _by_inhibitor(condition: ByInhibitor) -> Iterator[_Changed]:
    for gene in CONVERTED:
        if gene != condition.gene:
            yield "inhibitor", f"{condition.gene} to {gene}", replace(condition, gene=gene)
    for result in SLOW:
        if result != condition.phenotype:
            change = f"{condition.gene}: {condition.phenotype} to {result}"
            yield "inhibitor", change, replace(condition, phenotype=result)


def _limit(condition: _Limit) -> Iterator[_Changed]:
    said = f"{condition.fact} {condition.words}"
    for limit in _moved(condition.limit, condition.fact):
        change = f"{said} {condition.limit:g} to {limit:g}"
        yield "limit", change, replace(condition, limit=limit)
    yield "limit", f"{said} {condition.limit:g}, the limit itself turned", _turned(condition)


def _turned(condition: _Limit) -> Condition:
    """Include the limit itself where it was left out, and the reverse."""
    if isinstance(condition, Below):
        return replace(condition, limit=nextafter(condition.limit, inf))
    other = AtLeast if isinstance(condition, Above) else Above
    return other(
        fact=condition.fact, label=condition.label, limit=condition.limit, unit=condition.unit
    )


def _band(condition: Between) -> Iterator[_Changed]:
    for low in _moved(condition.low, condition.fact):
        change = f"{condition.fact} from {condition.low:g} to from {low:g}"
        yield "limit", change, replace(condition, low=low)
    for high in _moved(condition.high, condition.fact):
        change = f"{condition.fact} up to {condition.high:g} to up to {high:g}"
        yield "limit", change, replace(condition, high=high)


def _moved(limit: float, fact: str) -> tuple[float, float]:
    step = STEPS.get(fact, 1.0)
    return round(limit - step, 6), round(limit + step, 6)


def _joined(condition: All | AnyOf) -> Iterator[_Changed]:
    other = AnyOf if isinstance(condition, All) else All
    words = "all to any" if isinstance(condition, All) else "any to all"
    parts = condition.parts
    if len(parts) > 1:
        yield "structure", f"{words}: {condition.sentence}", other(parts=parts)
    for place, part in enumerate(parts):
        rest = (*parts[:place], *parts[place + 1 :])
        if rest:
            yield "structure", f"without {part.sentence}", replace(condition, parts=rest)
        for kind, change, wrong in changed_conditions(part):
            changed = (*parts[:place], wrong, *parts[place + 1 :])
            yield kind, change, replace(condition, parts=changed)


def _of_concept(concept: Concept, knowledge: SafetyKnowledge) -> Iterator[Mutant]:
    for place, shown in enumerate(concept.shown_by):
        others = (*concept.shown_by[:place], *concept.shown_by[place + 1 :])
        fact = shown.threshold.fact
        without = replace(concept, shown_by=others)
        yield _with_concept(knowledge, without, "shown by", f"no longer by {fact}")
        for change, wrong in _thresholds(shown):
            rest = (*concept.shown_by[:place], wrong, *concept.shown_by[place + 1 :])
            moved = replace(concept, shown_by=rest)
            yield _with_concept(knowledge, moved, "shown by", f"{fact} {change}")
    if concept.shown_by:
        several = len({shown.threshold.fact for shown in concept.shown_by}) > 1
        alone = "by_all" if concept.ruled_out == "never" else "never"
        for ruled_out in _RULES_OUT if several else (alone,):
            if ruled_out != concept.ruled_out:
                change = f"{concept.ruled_out} to {ruled_out}"
                moved = replace(concept, ruled_out=ruled_out)
                yield _with_concept(knowledge, moved, "ruled out", change)
    recent = concept.recent_of
    if recent is not None:
        for days in (recent.within_days - 1, recent.within_days + 1):
            moved = replace(concept, recent_of=replace(recent, within_days=days))
            yield _with_concept(knowledge, moved, "recent", f"{recent.within_days} to {days} days")


def _thresholds(shown: ShownBy) -> Iterator[tuple[str, ShownBy]]:
    threshold = shown.threshold
    ends: tuple[tuple[Literal["low", "high"], float | None, bool], ...] = (
        ("low", threshold.low, threshold.low_included),
        ("high", threshold.high, threshold.high_included),
    )
    for end, limit, included in ends:
        if limit is None:
            continue
        for moved in _moved(limit, threshold.fact):
            yield f"{end} {limit:g} to {moved:g}", _at(shown, replace(threshold, **{end: moved}))
        turned = replace(threshold, **{f"{end}_included": not included})
        yield f"{end} {limit:g}, the limit itself turned", _at(shown, turned)
    if shown.sex is not None:
        other = "female" if shown.sex == "male" else "male"
        yield f"of {shown.sex} to of {other}", replace(shown, sex=other)


def _at(shown: ShownBy, threshold: Threshold) -> ShownBy:
    return replace(shown, threshold=threshold)


def _of_measure(measure: Measure, knowledge: SafetyKnowledge) -> Iterator[Mutant]:
    days = measure.counts_for_days
    if days is None:
        return
    for wrong in (days - 1, days + 1):
        moved = replace(measure, counts_for_days=wrong)
        measures = {**knowledge.vocabulary.measures, measure.id: moved}
        change = f"{days} to {wrong} days"
        yield _with_words(knowledge, measure.id, "age of data", change, measures=measures)


def _with_concept(knowledge: SafetyKnowledge, concept: Concept, kind: str, change: str) -> Mutant:
    concepts = {**knowledge.vocabulary.concepts, concept.id: concept}
    return _with_words(knowledge, concept.id, kind, change, concepts=concepts)


def _with_words(
    knowledge: SafetyKnowledge, of: str, kind: str, change: str, **words: Any
) -> Mutant:
    """Change a table of the vocabulary, which is then laid out anew."""
    public: dict[str, Any] = {
        each.name: getattr(knowledge.vocabulary, each.name)
        for each in fields(Vocabulary)
        if not each.name.startswith("_")
    }
    return Mutant(
        kind=kind,
        of=of,
        change=change,
        knowledge=replace(knowledge, vocabulary=Vocabulary(**(public | words))),
        equivalent=EQUIVALENT.get((of, change), ""),
    )
