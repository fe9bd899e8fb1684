"""What earlier attempts say of a drug: a reaction then is a reason now."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assuage.options.appraisal import Reason
from assuage.options.attempt_adequacy import AdequateTrial, judge_attempt
from assuage.options.own_reason import own_reason
from assuage.patient.facts import Facts
from assuage.patient.reaction import Borne
from assuage.patient.record import Attempt
from assuage.units import MgPerDay, plain

RULE, RELATED = "tried-before", "related-tried-before"
_EFFECT: Mapping[Borne, str] = {"well": "note", "reaction": "caution", "serious": "avoid"}
_DO: Mapping[Borne, str] = {
    "well": "Weigh what happened.",
    "reaction": "Weigh what happened; lower start and slower steps if it is tried again.",
    "serious": "Do not try it again, unless what was recorded turns out to be no reaction to it.",
}
_BECAUSE: Mapping[Borne, str] = {
    "well": "",
    "reaction": "what stopped it may return",
    "serious": "a serious reaction may return",
}

LONG_ENOUGH = 4
"""Weeks from which an attempt tells something; assuage's own (decision 0008)."""

_NO_HELP = re.compile(
    r"\b(?:none|nil|minimal|no|little|not enough|insufficient|inadequate|poor|lack of)"
    r"(?: (?:effect\w*|relief|benefit|response|improvement|help|efficacy))?\s*$"
    r"|\b(?:not effective|ineffective\w*|not help\w*|did not (?:help|work)|didn.?t (?:help|work)"
    r"|no better)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedAttempt:
    """An attempt that did not help. `adequate`: long enough and at a dose that usually helps."""

    drug: str
    adequate: bool
    words: str


def failed_attempts(facts: Facts, usual: Mapping[str, MgPerDay]) -> Mapping[str, FailedAttempt]:
    """Return, by drug, the attempts that did not help; an adequate one before one that was not.

    Adequate is at least four weeks at, or up to, at least the lowest usual target dose (`usual`,
    mg/day by drug). What is not recorded is not adequate: it cannot tell that the drug fails.
    """
    found: dict[str, FailedAttempt] = {}
    for attempt in facts.record.attempts:
        if not _did_not_help(attempt):
            continue
        dose, least = attempt.highest_mg_per_day, usual.get(attempt.drug)
        enough = dose is not None and least is not None and dose >= least
        adequate = enough and attempt.weeks is not None and attempt.weeks >= LONG_ENOUGH
        if adequate or attempt.drug not in found:
            found[attempt.drug] = FailedAttempt(
                drug=attempt.drug,
                adequate=adequate,
                words="tried, did not help"
                if adequate
                else "tried without effect, not known to be long and high enough to tell",
            )
    return found


def vain_attempts(facts: Facts, trials: Mapping[str, AdequateTrial]) -> Mapping[str, FailedAttempt]:
    """Return, by drug, the attempts that did not help; an adequate one before one that was not.

    Each is judged against its drug's own adequate trial, and says what was short.
    """
    found: dict[str, FailedAttempt] = {}
    for attempt in facts.record.attempts:
        if not attempt.drug or not _did_not_help(attempt):
            continue
        judged = judge_attempt(attempt, trials.get(attempt.drug))
        if judged.adequate or attempt.drug not in found:
            doubt = "not known to be enough" if judged.finding == "not known" else "too little"
            found[attempt.drug] = FailedAttempt(
                drug=attempt.drug,
                adequate=judged.adequate,
                words="tried, did not help"
                if judged.adequate
                else f"tried without effect, {doubt} to tell: {judged.words}",
            )
    return found


def _did_not_help(attempt: Attempt) -> bool:
    """By the response, or else by why it was stopped."""
    if attempt.response:
        return _NO_HELP.search(attempt.response) is not None
    return any(_NO_HELP.search(part) for part in attempt.stopped_because.split(","))


def attempts_at(drug: str, facts: Facts) -> Iterable[Reason]:
    """Yield a reason for each earlier attempt at the drug, or at another of its group."""
    words = facts.vocabulary.reactions
    for attempt in facts.record.attempts:
        borne = words.of(attempt)
        if attempt.drug == drug:
            yield own_reason(
                RULE,
                _EFFECT[borne],
                f"Tried before: {_told(attempt)}.",
                because=_BECAUSE[borne],
                do=_DO[borne],
            )
        elif borne == "serious" and _same_group(drug, attempt.drug, facts):
            yield own_reason(
                RELATED,
                "caution",
                f"{attempt.as_written}, of the same group, was tried before: {_told(attempt)}.",
                because="the reaction may be one to the group",
                do="Weigh what happened; low start, slow steps, early review.",
            )


def _same_group(drug: str, other: str, facts: Facts) -> bool:
    words = facts.vocabulary
    pair = [words.medicines.get(name) for name in (drug, other)]
    shared = [words.concepts_of(each) for each in pair if each is not None]
    return len(shared) == len(pair) and bool(
        shared[0] & shared[1] & frozenset(words.reactions.shared_by)
    )


def _told(attempt: Attempt) -> str:
    dose = attempt.highest_mg_per_day
    parts = [
        f"up to {plain(dose)} mg/day" if dose is not None else "",
        f"for {attempt.weeks:g} weeks" if attempt.weeks is not None else "",
        f"response: {attempt.response}" if attempt.response else "",
        f"stopped because: {attempt.stopped_because}" if attempt.stopped_because else "",
    ]
    return ", ".join(part for part in parts if part) or "no details"
