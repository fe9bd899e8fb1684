"""Which drugs are safe to offer this patient, and what must be asked before that can be said."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assuage.options.appraisal import Question, Reason, Verdict
from assuage.options.condition import Condition, Found
from assuage.options.own_reason import OWN_RULE, own_reason
from assuage.options.rule import VERDICT_IF, VERDICT_OF, PlacedRule, Rule, RuleBook
from assuage.options.tried_before import attempts_at
from assuage.patient.facts import ALLERGIES, MEDICATIONS, Facts
from assuage.patient.finding import Fact, Finding
from assuage.patient.record import RecordedMedicine
from assuage.units import MgPerDay, plain

EVERYWHERE = "INT"
_VERDICTS = tuple(Verdict)  # from what permits least to what permits most
_EFFECTS = ("contraindicated", "avoid", "caution", "reduce_dose", "note", "monitor")
_RANK = {effect: _VERDICTS.index(verdict) for effect, verdict in VERDICT_OF.items()}
_RANK_OF_REASON: Mapping[str, int] = {**_RANK, "note": _VERDICTS.index(Verdict.SUITABLE)}
_RANK_IF = {meaning: _VERDICTS.index(verdict) for meaning, verdict in VERDICT_IF.items()}
_LISTS = {MEDICATIONS: "the list of medications", ALLERGIES: "the list of allergies"}
_WOULD_BE = {
    "contraindicated": "is contraindicated",
    "avoid": "is to be avoided",
    "caution": "needs caution",
    "reduce_dose": "needs a lower dose",
    "monitor": "needs monitoring",
}


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

    `reasons` come worst first, the present before the unrecorded. `limits`, `starts` and `shares`
    are of present rules, strictest first. `not_considered` are rules that an unrecorded fact does
    not hold back (untested genes, monitoring). `considered` counts the rules looked at.
    """

    drug: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    limits: tuple[DoseLimit, ...]
    starts: tuple[StartLimit, ...]
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
    apply = [each for each in rules.rules if regions is None or each.rule.region in regions]
    results = _look_for(rules.drugs, apply, rules, facts)
    considered = Counter(drug for each in apply for drug in each.drugs)
    own = _unread_reasons(facts)
    screenings: list[Screening] = []
    for drug in rules.drugs:
        if facts.entries_of(drug):
            about = [each for each in apply if drug in each.drugs]
            results |= _look_for((drug,), about, rules, facts.besides(drug))
        stated = own + _reasons_of_drug(drug, facts)
        if drug in rules.without_own_rule:
            stated.append(_NO_OWN_RULE)
        screenings.append(_screen_drug(drug, results[drug], stated, considered[drug]))
    return tuple(screenings)


@dataclass(frozen=True, slots=True)
class _Result:
    """A rule whose condition is present or not recorded, and the reason to show for it."""

    rule: Rule
    finding: Finding
    facts: tuple[Fact, ...]
    reason: Reason


def _look_for(
    drugs: Iterable[str], apply: Iterable[PlacedRule], rules: RuleBook, facts: Facts
) -> dict[str, list[_Result]]:
    """Look at each condition, and word each rule, once for all drugs they are about."""
    looks: dict[int, tuple[Found, str]] = {}
    results: dict[str, list[_Result]] = {drug: [] for drug in drugs}
    for placed in apply:
        rule = placed.rule
        if placed.place not in looks:
            found = rules.conditions[placed.place].look_in(facts)
            looks[placed.place] = found, _sentence(rule.when, found)
        found, sentence = looks[placed.place]
        if found.finding is Finding.ABSENT:
            continue
        reason = _reason(rule, found.finding, sentence)
        result = _Result(rule, found.finding, found.facts, reason)
        for drug in placed.drugs:
            if drug in results:
                results[drug].append(result)
    return results


def _sentence(condition: Condition, found: Found) -> str:
    if found.finding is Finding.ABSENT:
        return ""
    if found.finding is Finding.NOT_RECORDED:
        missing = "; ".join(f"{fact.label} ({fact.because})" for fact in found.facts)
        return f"Not recorded: {missing}."
    named = "; ".join(_named(fact) for fact in found.facts) or condition.sentence
    return named[:1].upper() + named[1:] + "."


def _named(fact: Fact) -> str:
    if fact.finding is Finding.PRESENT and fact.because.casefold().startswith(
        fact.label.casefold()
    ):
        return fact.because
    negation = " absent" if fact.finding is Finding.ABSENT else ""
    return f"{fact.label}{negation}: {fact.because}"


def _screen_drug(
    drug: str, results: Sequence[_Result], stated: Sequence[Reason], considered: int
) -> Screening:
    found = [each for each in results if each.finding is Finding.PRESENT]
    unrecorded = [each for each in results if each.finding is Finding.NOT_RECORDED]
    asking = [each for each in unrecorded if each.rule.if_not_recorded != "pass"]
    reasons = [each.reason for each in found]
    if stated:
        reasons = sorted((*stated, *reasons), key=_severity)
    settled = _strictest(_RANK_OF_REASON[reason.effect] for reason in reasons)
    open_ranks = [_RANK_IF[each.rule.if_not_recorded] for each in asking]
    verdict = _strictest([_VERDICTS.index(settled), *open_ranks])
    monitoring = tuple(reason for reason in reasons if reason.effect == "monitor")
    shown = (
        *(reason for reason in reasons if reason.effect != "monitor"),
        *(each.reason for each in asking),
        *monitoring,
    )
    if verdict is Verdict.SUITABLE:
        shown = (*shown, _nothing_found(considered, considered - len(results)))
    return Screening(
        drug=drug,
        verdict=verdict,
        reasons=shown,
        limits=_limits(found),
        starts=_starts(found),
        shares=_shares(found),
        monitoring=monitoring,
        not_considered=tuple(
            each.reason for each in unrecorded if each.rule.if_not_recorded == "pass"
        ),
        unsettled=tuple(_unsettled(asking, settled)),
        considered=considered,
    )


def _severity(reason: Reason) -> tuple[int, str]:
    return _EFFECTS.index(reason.effect), reason.rule


def _strictest(ranks: Iterable[int]) -> Verdict:
    return _VERDICTS[min(ranks, default=-1)]


def _reason(rule: Rule, finding: Finding, sentence: str) -> Reason:
    return Reason(
        rule=rule.id,
        effect=rule.effect,
        sentence=sentence,
        finding=finding.value,
        because=rule.because,
        do=rule.do,
        citation=rule.citation,
        region=rule.region,
        graded_by=rule.graded_by,
    )


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
            sentence = f"Allergy to {allergy.name} is recorded ({allergy.where})."
            found.append(
                own_reason("recorded-allergy", "contraindicated", sentence, do="Do not use.")
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
    )


_NO_OWN_RULE = own_reason(
    "no-own-rule",
    "caution",
    "No safety rule for this drug by itself is in the knowledge.",
    do="Check its label before prescribing.",
)


def _nothing_found(considered: int, absent: int) -> Reason:
    others = "" if absent == considered else ", and none of the others speaks against it"
    return Reason(
        rule="screened",
        effect="note",
        sentence=f"{considered} rules were looked at: {absent} do not apply{others}.",
        finding=Finding.ABSENT.value,
        because="",
        do="",
        citation=OWN_RULE,
        graded_by="assuage",
    )


def _limits(found: Iterable[_Result]) -> tuple[DoseLimit, ...]:
    limits = [DoseLimit(dose=each.rule.cap, reason=each.reason) for each in found if each.rule.cap]
    return tuple(sorted(limits, key=lambda limit: (limit.dose, limit.reason.rule)))


def _starts(found: Iterable[_Result]) -> tuple[StartLimit, ...]:
    starts = [
        StartLimit(dose=each.rule.start_cap, reason=each.reason)
        for each in found
        if each.rule.start_cap
    ]
    return tuple(sorted(starts, key=lambda limit: (limit.dose, limit.reason.rule)))


def _shares(found: Iterable[_Result]) -> tuple[DoseShare, ...]:
    shares = [
        DoseShare(factor=each.rule.dose_factor, reason=each.reason)
        for each in found
        if each.rule.dose_factor
    ]
    return tuple(sorted(shares, key=lambda share: (share.factor, share.reason.rule)))


def _unsettled(asking: Iterable[_Result], settled: Verdict) -> Iterable[Unsettled]:
    """The unrecorded facts whose answer could make a drug that is still on offer less so."""
    if settled not in {Verdict.CAUTION, Verdict.SUITABLE}:
        return
    rank = _VERDICTS.index(settled)
    for each in asking:
        if _RANK[each.rule.effect] < rank or each.rule.effect == "reduce_dose":
            for fact in each.facts:
                yield Unsettled(key=fact.ask or fact.concept, label=fact.label, rule=each.rule)


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
    many = Counter(unsettled.rule.id for _, unsettled in waiting)
    worst = min(
        waiting,
        key=lambda pair: (
            _EFFECTS.index(pair[1].rule.effect),
            -many[pair[1].rule.id],
            pair[1].rule.id,
        ),
    )
    rule = worst[1].rule
    labels = dict.fromkeys(each.label for _, each in waiting)
    about = next(iter(labels)) if len(labels) == 1 else key.replace("_", " ")
    about = _LISTS.get(key, about)
    because = f" ({rule.because})" if rule.because else ""
    why = (
        f"Not recorded: {about}. "
        f"With {rule.when.sentence}, {worst[0]} {_WOULD_BE[rule.effect]}{because}."
    )
    return (-len(held), -len(drugs), key), Question(fact=key, why=why, drugs=drugs)
