"""Which drugs are safe to offer this patient, and what must be asked before that can be said."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from assuage.options.appraisal import Reason, Verdict
from assuage.options.leading import leading, strictest
from assuage.options.looking import Result, look_for
from assuage.options.own_reason import OWN_RULE, own_reason
from assuage.options.rule import EFFECTS, VERDICT_OF, Rule, RuleBook
from assuage.options.tried_before import attempts_at
from assuage.patient.facts import Facts
from assuage.patient.finding import Finding
from assuage.patient.record import RecordedMedicine
from assuage.units import MgPerDay, plain

_PLACE = {effect: place for place, effect in enumerate((*EFFECTS[:4], "note", "monitor"))}


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseLimit:
    """The highest daily dose a source allows this patient."""

    dose: MgPerDay
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class StartLimit:
    """The highest first daily dose a source allows this patient."""

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

    `reasons` come worst first, the present before the unrecorded; `leading` are the few that
    decide. `limits`, `starts` and `shares` are of present rules, strictest first. `considered`
    counts the rules looked at, `named` holds the concepts and measurements that present ones
    speak of.
    """

    drug: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    limits: tuple[DoseLimit, ...]
    starts: tuple[StartLimit, ...]
    shares: tuple[DoseShare, ...]
    monitoring: tuple[Reason, ...]
    unsettled: tuple[Unsettled, ...]
    considered: int
    leading: tuple[Reason, ...] = ()
    named: frozenset[str] = frozenset()


def screen(
    facts: Facts, rules: RuleBook, *, set_aside: frozenset[str] = frozenset()
) -> tuple[Screening, ...]:
    """Return the verdict on every candidate drug, in the rule book's order: none is left out.

    Rules of every region apply, and the strictest wins, but for those `set_aside`: what a
    jurisdiction chose against where sources disagree (`options.disagreement`).
    """
    considered = _considered(rules, set_aside)
    results = look_for(rules.drugs, rules, facts, set_aside)
    own = _unread_reasons(facts)
    screenings: list[Screening] = []
    for drug in rules.drugs:
        if facts.entries_of(drug):
            results |= look_for((drug,), rules, facts.besides(drug), set_aside)
        stated = own + _reasons_of_drug(drug, facts)
        if drug in rules.without_own_rule:
            stated.append(_NO_OWN_RULE)
        screenings.append(_screen_drug(drug, results[drug], stated, considered[drug]))
    return tuple(screenings)


@lru_cache(maxsize=16)
def _considered(rules: RuleBook, set_aside: frozenset[str]) -> Mapping[str, int]:
    """Return how many rules that are not set aside are about each drug."""
    apply = (each for each in rules.rules if each.rule.id not in set_aside)
    return Counter(drug for each in apply for drug in each.drugs)


def _screen_drug(
    drug: str, results: Sequence[Result], stated: Sequence[Reason], considered: int
) -> Screening:
    found = [each for each in results if each.finding is Finding.PRESENT]
    asking = [each for each in results if each.finding is Finding.NOT_RECORDED]
    reasons = [each.reason for each in found]
    if stated:
        reasons = sorted((*stated, *reasons), key=_severity)
    settled = strictest(reasons)
    monitoring = tuple(reason for reason in reasons if reason.effect == "monitor")
    shown = (
        *(reason for reason in reasons if reason.effect != "monitor"),
        *(each.reason for each in asking),
        *monitoring,
    )
    verdict = strictest(shown)
    first = leading(shown, verdict)
    if verdict is Verdict.SUITABLE:
        shown = (*shown, _nothing_found(considered))
    return Screening(
        drug=drug,
        verdict=verdict,
        reasons=shown,
        limits=_limits(found),
        starts=_starts(found),
        shares=_shares(found),
        monitoring=monitoring,
        unsettled=tuple(_unsettled(asking, settled)),
        considered=considered,
        leading=first,
        named=frozenset(fact.concept for each in found for fact in each.facts),
    )


def _severity(reason: Reason) -> tuple[int, str]:
    return _PLACE[reason.effect], reason.rule


def _unread_reasons(facts: Facts) -> list[Reason]:
    """What nobody could identify holds back every drug: it may speak against any of them."""
    unread = [f"{part.name}: {part.because}" for part in facts.unread if part.holds_back]
    if not unread:
        return []
    sentence = f"Not checked: {'; '.join(unread)}."
    do = "Check it by hand, or correct the name."
    return [own_reason("not-checked", "caution", sentence, do=do)]


def _reasons_of_drug(drug: str, facts: Facts) -> list[Reason]:
    """What the record says of the drug itself: an allergy to it, its use now, its use before."""
    found: list[Reason] = []
    for allergy in facts.record.allergies or ():
        if allergy.medicine == drug:
            hinge = f"allergy to {allergy.name} ({allergy.where})"
            sentence = f"Allergy to {allergy.name} is recorded ({allergy.where})."
            rule = "recorded-allergy"
            found.append(
                own_reason(rule, "contraindicated", sentence, do="Do not use.", hinge=hinge)
            )
    for entry in facts.entries_of(drug):
        if entry.is_taken(facts.today):
            found.append(_already_taken(entry))
    found.extend(attempts_at(drug, facts))
    return found


def _already_taken(entry: RecordedMedicine) -> Reason:
    """A drug that is taken is not started again: it is raised from where it is, or reviewed."""
    dose = f" {plain(entry.mg_per_day)} mg/day" if entry.mg_per_day is not None else ""
    return own_reason(
        "already-taken",
        "caution",
        f"Already taken: {entry.name}{dose} ({entry.where}).",
        do="Review it; raise it from there, do not add it.",
        hinge=f"takes {entry.name} ({entry.where})",
    )


_NO_OWN_RULE = own_reason(
    "no-own-rule",
    "caution",
    "No safety rule for this drug by itself is in the knowledge.",
    do="Check its label before prescribing.",
)


def _nothing_found(considered: int) -> Reason:
    return Reason(
        rule="screened",
        effect="note",
        sentence=f"{considered} rules were looked at: none speaks against it.",
        finding=Finding.ABSENT.value,
        because="",
        do="",
        citation=OWN_RULE,
        graded_by="assuage",
    )


def _limits(found: Iterable[Result]) -> tuple[DoseLimit, ...]:
    limits = [DoseLimit(dose=each.rule.cap, reason=each.reason) for each in found if each.rule.cap]
    return tuple(sorted(limits, key=lambda limit: (limit.dose, limit.reason.rule)))


def _starts(found: Iterable[Result]) -> tuple[StartLimit, ...]:
    starts = [
        StartLimit(dose=each.rule.start_cap, reason=each.reason)
        for each in found
        if each.rule.start_cap
    ]
    return tuple(sorted(starts, key=lambda limit: (limit.dose, limit.reason.rule)))


def _shares(found: Iterable[Result]) -> tuple[DoseShare, ...]:
    shares = [
        DoseShare(factor=each.rule.dose_factor, reason=each.reason)
        for each in found
        if each.rule.dose_factor
    ]
    return tuple(sorted(shares, key=lambda share: (share.factor, share.reason.rule)))


def _unsettled(asking: Iterable[Result], settled: Verdict) -> Iterable[Unsettled]:
    """The unrecorded facts whose answer could make a drug that is still on offer less so."""
    if not settled.is_on_offer:
        return
    for each in asking:
        if VERDICT_OF[each.rule.effect].rank < settled.rank or each.rule.effect == "reduce_dose":
            for fact in each.facts:
                yield Unsettled(key=fact.ask or fact.concept, label=fact.label, rule=each.rule)
