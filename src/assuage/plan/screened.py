"""What screening found, in the words of a plan: bounds on the dose, and what to watch."""

import re
from functools import lru_cache

from assuage.options.appraisal import Reason
from assuage.options.screening import Screening, Unsettled
from assuage.patient.finding import Finding
from assuage.plan.before_start import asks_to_mend_first
from assuage.plan.dosing import DoseLimit, MonitoringNeed
from assuage.plan.regimen import Caveat

_SLOW = re.compile(
    r"\bslow(?:er)? (?:steps|titration|increase)|\b(?:step|steps|titrate|increase|raise) slow",
    re.IGNORECASE,
)
_BOUNDS = frozenset({"caution", "reduce_dose"})


def limits_found(screening: Screening) -> tuple[DoseLimit, ...]:
    """Return every bound on the dose that a rule found, those with numbers first."""
    caps = {limit.reason.rule: limit.dose for limit in screening.limits}
    starts = {start.reason.rule: start.dose for start in screening.starts}
    shares = {share.reason.rule: share.factor for share in screening.shares}
    reasons = [
        *(limit.reason for limit in screening.limits),
        *(start.reason for start in screening.starts),
        *(share.reason for share in screening.shares),
        *(reason for reason in screening.reasons if _asks_for_less(reason)),
    ]
    return tuple(
        DoseLimit(
            rule=rule,
            sentence=reason.do or reason.sentence,
            because=_why(reason).removesuffix("."),
            citation=reason.citation,
            region=reason.region,
            at_most=caps.get(rule),
            start_at_most=starts.get(rule),
            factor=shares.get(rule),
            slowly=_asks_for_slow_steps(reason),
        )
        for rule, reason in {reason.rule: reason for reason in reasons}.items()
    )


def _why(reason: Reason) -> str:
    """Say why a dose is bounded; a caution that asks for slow steps says what was found as well."""
    if reason.effect == "caution" and reason.because:
        found = reason.sentence.removesuffix(".")
        begun = found if found[1:2].isupper() else found[:1].lower() + found[1:]  # CYP2D6, NSAID
        return f"{begun}: {reason.because}"
    return reason.because or reason.sentence


def _asks_for_less(reason: Reason) -> bool:
    """A lower dose or slow steps: a caution can ask for the second in its own words."""
    asks = reason.effect == "reduce_dose" or _asks_for_slow_steps(reason)
    return asks and reason.finding == Finding.PRESENT.value


def _asks_for_slow_steps(reason: Reason) -> bool:
    return reason.effect in _BOUNDS and _says_slowly(reason.do)


@lru_cache(maxsize=1024)
def _says_slowly(do: str) -> bool:
    return _SLOW.search(do) is not None


def warnings_found(screening: Screening) -> tuple[Caveat, ...]:
    """Return the cautions of this person, and what is not recorded that could change the plan.

    Bounds on the dose that hold are said with the limits; a plan must not look like a permission.
    """
    heeded = [
        reason
        for reason in screening.reasons
        if reason.finding == Finding.PRESENT.value
        and (reason.effect == "caution" or reason.rule in {"already-taken", "tried-before"})
        and not asks_to_mend_first(reason)
        and (reason.rule == "tried-before" or not _asks_for_less(reason))
    ]
    open_rules = {unsettled.rule.id: unsettled for unsettled in screening.unsettled}
    return (
        *(Caveat(text=_heeded(reason), citation=reason.citation) for reason in heeded),
        *(Caveat(text=_open(one), citation=one.rule.citation) for one in open_rules.values()),
    )


def _heeded(reason: Reason) -> str:
    because = f" {_capital(reason.because)}." if reason.because else ""
    return f"{reason.sentence}{because} {reason.do}"


def _open(unsettled: Unsettled) -> str:
    rule = unsettled.rule
    return f"Not recorded: {unsettled.label}. With {rule.when.sentence} ({rule.because}): {rule.do}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:].removesuffix(".")


def needs_found(screening: Screening) -> tuple[MonitoringNeed, ...]:
    """Return what rules ask to watch. Rules name no week: the plan puts them on its reviews."""
    return tuple(
        MonitoringNeed(
            what=reason.do or reason.sentence,
            why=reason.because or reason.sentence,
            citation=reason.citation,
            rule=reason.rule,
        )
        for reason in screening.monitoring
        if reason.finding == Finding.PRESENT.value
    )
