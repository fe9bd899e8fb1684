"""Which drugs are safe to offer this patient, and what must be asked before that can be said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assuage.options.appraisal import Question, Reason, Verdict
from assuage.options.condition import Condition, Found
from assuage.options.rule import VERDICT_IF, VERDICT_OF, Rule, RuleBook
from assuage.patient.facts import Facts
from assuage.patient.finding import Fact, Finding
from assuage.patient.record import Attempt
from assuage.provenance import Citation, Source
from assuage.units import MgPerDay, plain

OWN_RULE = Citation(source=Source(id="assuage", title="assuage's own rule"), grade="")
EVERYWHERE = "INT"
STRICTNESS = {verdict: place for place, verdict in enumerate(Verdict)}
_EFFECTS = ("contraindicated", "avoid", "caution", "reduce_dose", "note", "monitor")


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseLimit:
    """The highest daily dose a source allows this patient."""

    dose: MgPerDay
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseShare:
    """The share of the usual dose a source allows this patient."""

    factor: Decimal
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """An unrecorded fact that could make a drug's verdict stricter. `key` is what to record."""

    key: str
    label: str
    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What the rules say of one drug for one patient.

    `reasons` come worst first, the present before the unrecorded. `limits` and `shares` are of
    present rules, strictest first. `not_considered` are rules that an unrecorded fact does not
    hold back (untested genes, monitoring). `considered` counts the rules that were looked at.
    """

    drug: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    limits: tuple[DoseLimit, ...]
    shares: tuple[DoseShare, ...]
    monitoring: tuple[Reason, ...]
    not_considered: tuple[Reason, ...]
    unsettled: tuple[Unsettled, ...]
    considered: int


def screen(
    facts: Facts, rules: RuleBook, *, jurisdictions: Iterable[str] | None = None
) -> tuple[Screening, ...]:
    """Return the verdict on every candidate drug, in the rule book's order: none is left out.

    Rules of every region apply, and the strictest wins; `jurisdictions` keeps those of the regions
    named, and the international ones.
    """
    regions = None if jurisdictions is None else frozenset(jurisdictions) | {EVERYWHERE}
    looks = _looks(rules.conditions, facts)
    screenings: list[Screening] = []
    for drug, its_rules in rules.by_drug.items():
        apply = [pair for pair in its_rules if regions is None or pair[0].region in regions]
        here = _looks(rules.conditions, facts.besides(drug)) if facts.entries_of(drug) else looks
        pairs = [(rule, here[place]) for rule, place in apply]
        has_own_rule = drug not in rules.without_own_rule
        screenings.append(_screen_drug(drug, pairs, facts, has_own_rule=has_own_rule))
    return tuple(screenings)


@dataclass(frozen=True, slots=True)
class _Look:
    """A look at a condition, with the sentence written once for all rules that share it."""

    finding: Finding
    facts: tuple[Fact, ...]
    sentence: str


def _looks(conditions: Sequence[Condition], facts: Facts) -> list[_Look]:
    return [_look(condition, condition.look_in(facts)) for condition in conditions]


def _look(condition: Condition, found: Found) -> _Look:
    if found.finding is Finding.ABSENT:
        return _Look(found.finding, found.facts, "")
    if found.finding is Finding.NOT_RECORDED:
        missing = "; ".join(f"{fact.label} ({fact.because})" for fact in found.facts)
        return _Look(found.finding, found.facts, f"Not recorded: {missing}.")
    named = "; ".join(_named(fact) for fact in found.facts) or condition.sentence
    return _Look(found.finding, found.facts, named[:1].upper() + named[1:] + ".")


def _named(fact: Fact) -> str:
    negation = " absent" if fact.finding is Finding.ABSENT else ""
    return f"{fact.label}{negation}: {fact.because}"


def _screen_drug(
    drug: str, pairs: Sequence[tuple[Rule, _Look]], facts: Facts, *, has_own_rule: bool
) -> Screening:
    present = [(rule, look) for rule, look in pairs if look.finding is Finding.PRESENT]
    unrecorded = [(rule, look) for rule, look in pairs if look.finding is Finding.NOT_RECORDED]
    found = [(rule, _reason(rule, look)) for rule, look in present]
    open_reasons = [
        (_reason(rule, look), rule.if_not_recorded)
        for rule, look in sorted(
            unrecorded, key=lambda pair: STRICTNESS[VERDICT_OF[pair[0].effect]]
        )
    ]
    stated = [reason for _, reason in found] + _own_reasons(drug, facts, has_own_rule=has_own_rule)
    settled = _strictest(_verdict(reason.effect) for reason in stated)
    verdict = _strictest([settled, *(VERDICT_IF[rule.if_not_recorded] for rule, _ in unrecorded)])
    stated.sort(key=lambda reason: (_EFFECTS.index(reason.effect), reason.rule))
    monitoring = tuple(reason for reason in stated if reason.effect == "monitor")
    reasons = (
        *(reason for reason in stated if reason.effect != "monitor"),
        *(reason for reason, meaning in open_reasons if meaning != "pass"),
        *monitoring,
    )
    return Screening(
        drug=drug,
        verdict=verdict,
        reasons=reasons if verdict is not Verdict.SUITABLE else (*reasons, _nothing_found(pairs)),
        limits=_limits(found),
        shares=_shares(found),
        monitoring=monitoring,
        not_considered=tuple(reason for reason, meaning in open_reasons if meaning == "pass"),
        unsettled=tuple(_unsettled(unrecorded, settled)),
        considered=len(pairs),
    )


def _strictest(verdicts: Iterable[Verdict]) -> Verdict:
    return min(verdicts, key=STRICTNESS.__getitem__, default=Verdict.SUITABLE)


def _verdict(effect: str) -> Verdict:
    return Verdict.SUITABLE if effect == "note" else VERDICT_OF[effect]  # type: ignore[index]


def _reason(rule: Rule, look: _Look) -> Reason:
    return Reason(
        rule=rule.id,
        effect=rule.effect,
        sentence=look.sentence,
        finding=look.finding.value,
        because=rule.because,
        do=rule.do,
        citation=rule.citation,
        region=rule.region,
        graded_by=rule.graded_by,
    )


def _own_reasons(drug: str, facts: Facts, *, has_own_rule: bool) -> list[Reason]:
    """What the record says of the drug itself, and what the rules could not look at."""
    found: list[Reason] = []
    for allergy in facts.record.allergies or ():
        if allergy.medicine == drug:
            sentence = f"Allergy to {allergy.name} is recorded ({allergy.where})."
            found.append(_own("recorded-allergy", "contraindicated", sentence, do="Do not use."))
    unread = [part for part in facts.unread if part.holds_back]
    if unread:
        names = "; ".join(f"{part.name}: {part.because}" for part in unread)
        do = "Check it by hand, or correct the name."
        found.append(_own("not-checked", "caution", f"Not checked: {names}.", do=do))
    if not has_own_rule:
        sentence = "No safety rule for this drug by itself is in the knowledge."
        do = "Check its label before prescribing."
        found.append(_own("no-own-rule", "caution", sentence, do=do))
    for entry in facts.entries_of(drug):
        if entry.is_taken(facts.today):
            sentence = f"Already taken: {entry.name} ({entry.where})."
            found.append(_own("already-taken", "note", sentence, do="Review it; do not add it."))
    for attempt in facts.record.attempts:
        if attempt.drug == drug:
            found.append(_own("tried-before", "note", _tried(attempt), do="Weigh what happened."))
    return found


def _own(rule: str, effect: str, sentence: str, *, do: str) -> Reason:
    return Reason(
        rule=rule,
        effect=effect,
        sentence=sentence,
        finding=Finding.PRESENT.value,
        because="",
        do=do,
        citation=OWN_RULE,
        graded_by="assuage",
    )


def _tried(attempt: Attempt) -> str:
    dose = attempt.highest_mg_per_day
    parts = [
        f"up to {plain(dose)} mg/day" if dose is not None else "",
        f"for {attempt.weeks:g} weeks" if attempt.weeks is not None else "",
        f"response: {attempt.response}" if attempt.response else "",
        f"stopped because: {attempt.stopped_because}" if attempt.stopped_because else "",
    ]
    return "Tried before: " + (", ".join(part for part in parts if part) or "no details") + "."


def _nothing_found(pairs: Sequence[tuple[Rule, _Look]]) -> Reason:
    absent = sum(look.finding is Finding.ABSENT for _, look in pairs)
    return Reason(
        rule="screened",
        effect="note",
        sentence=f"{len(pairs)} rules were looked at: {absent} do not apply, none speaks against.",
        finding=Finding.ABSENT.value,
        because="",
        do="",
        citation=OWN_RULE,
        graded_by="assuage",
    )


def _limits(found: Iterable[tuple[Rule, Reason]]) -> tuple[DoseLimit, ...]:
    limits = [DoseLimit(dose=rule.cap, reason=reason) for rule, reason in found if rule.cap]
    return tuple(sorted(limits, key=lambda limit: (limit.dose, limit.reason.rule)))


def _shares(found: Iterable[tuple[Rule, Reason]]) -> tuple[DoseShare, ...]:
    shares = [
        DoseShare(factor=rule.dose_factor, reason=reason)
        for rule, reason in found
        if rule.dose_factor
    ]
    return tuple(sorted(shares, key=lambda share: (share.factor, share.reason.rule)))


def _unsettled(unrecorded: Iterable[tuple[Rule, _Look]], settled: Verdict) -> Iterable[Unsettled]:
    """The unrecorded facts whose answer could still make the verdict stricter, or cut the dose."""
    for rule, look in unrecorded:
        if rule.if_not_recorded == "pass":
            continue
        stricter = STRICTNESS[VERDICT_OF[rule.effect]] < STRICTNESS[settled]
        cuts_dose = rule.effect == "reduce_dose" and settled is Verdict.CAUTION
        if stricter or cuts_dose:
            for fact in look.facts:
                yield Unsettled(key=fact.ask or fact.concept, label=fact.label, rule=rule)


def questions(screenings: Sequence[Screening]) -> tuple[Question, ...]:
    """Return what to ask, each fact once, those first that hold back the most drugs.

    A drug waits for a fact only when the answer could make its verdict stricter or cut its dose.
    """
    by_key: dict[str, list[tuple[str, Unsettled]]] = {}
    for screening in screenings:
        for unsettled in screening.unsettled:
            by_key.setdefault(unsettled.key, []).append((screening.drug, unsettled))
    asked = [_question(key, waiting) for key, waiting in by_key.items()]
    return tuple(question for _, question in sorted(asked, key=lambda pair: pair[0]))


def _question(
    key: str, waiting: Sequence[tuple[str, Unsettled]]
) -> tuple[tuple[int, int, str], Question]:
    drugs = tuple(dict.fromkeys(drug for drug, _ in waiting))
    held = {drug for drug, unsettled in waiting if unsettled.rule.if_not_recorded == "ask"}
    worst = min(waiting, key=lambda pair: (_EFFECTS.index(pair[1].rule.effect), pair[1].rule.id))
    unsettled = worst[1]
    labels = tuple(dict.fromkeys(each.label for _, each in waiting))
    about = labels[0] if len(labels) == 1 else key.replace("_", " ")
    effect = unsettled.rule.effect.replace("_", " ")
    why = (
        f"{about[:1].upper()}{about[1:]} is not recorded. If "
        f"{unsettled.rule.when.sentence}: {effect} for {worst[0]}"
        + (f" ({unsettled.rule.because})." if unsettled.rule.because else ".")
    )
    return (-len(held), -len(drugs), key), Question(fact=key, why=why, drugs=drugs)


def not_checked(facts: Facts) -> tuple[str, ...]:
    """Return what of the record no rule could look at, each with why."""
    return tuple(f"{part.name}: {part.because}" for part in facts.unread)
