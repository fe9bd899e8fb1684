"""What must be said before any drug is: a danger of today."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assuage.options.appraisal import Reason, Verdict
from assuage.options.screening import Screening
from assuage.patient.facts import SUICIDAL_NOW, Facts
from assuage.patient.finding import Finding

SUICIDAL = (
    "Suicidal thoughts now: before any antidepressant for pain, assess the risk today: intent, "
    "plan, means, who is with them.",
    "Do not leave the person alone while the danger is acute; call the mental health crisis team "
    "or emergency services; agree who is called and how, and make means safe, hoarded tablets too.",
    "If a drug is started all the same: with those who treat the crisis, in small quantities, seen "
    "within a week and after each step. Tricyclics are the most dangerous in overdose.",
)
"""Assuage's own words (decision 0008); no guideline on self-harm was read for them."""
_FORBID = frozenset({Verdict.CONTRAINDICATED, Verdict.AVOID})


@dataclass(slots=True)
class _Danger:
    """One rare harm that may kill, on one ground, and the drugs it speaks against.

    `reason` is the strictest of them: it says what to do.
    """

    reason: Reason
    drugs: list[str]


def urgent_now(facts: Facts, screenings: Sequence[Screening]) -> tuple[str, ...]:
    """Return what to read first; nothing where no such danger is recorded.

    Suicidal thoughts come first, then what a rule calls a catastrophe, each ground once; a drug
    that is already taken on that ground before others.
    """
    dangers = _dangers(screenings)
    return (
        *(SUICIDAL if facts.has(SUICIDAL_NOW).finding is Finding.PRESENT else ()),
        *(_taken_already(danger, facts) for danger in dangers if _taken(danger, facts)),
        *(_said(danger, len(screenings)) for danger in dangers),
    )


def _dangers(screenings: Iterable[Screening]) -> list[_Danger]:
    found: dict[object, _Danger] = {}
    for screening in screenings:
        seen: set[object] = set()
        for reason in screening.reasons:
            if not reason.catastrophe or reason.permits not in _FORBID:
                continue
            ground = (reason.catastrophe, reason.hinges)
            if ground not in seen and reason.finding == Finding.PRESENT.value:
                seen.add(ground)
                danger = found.setdefault(ground, _Danger(reason, []))
                danger.drugs.append(screening.drug)
                if reason.permits.rank < danger.reason.permits.rank:
                    danger.reason = reason
    return list(found.values())


def _taken(danger: _Danger, facts: Facts) -> list[str]:
    return [
        drug
        for drug in danger.drugs
        if any(entry.is_taken(facts.today) for entry in facts.entries_of(drug))
    ]


def _taken_already(danger: _Danger, facts: Facts) -> str:
    names = _taken(danger, facts)
    ground = danger.reason.sentence.removesuffix(".")
    return (
        f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} taken now, with danger of "
        f"{danger.reason.catastrophe}: {ground}. Review today with whoever prescribed them; do not "
        f"stop abruptly without a plan."
    )


def _said(danger: _Danger, everyone: int) -> str:
    reason = danger.reason
    count = len(danger.drugs)
    whom = "every drug here" if count == everyone else _named(danger.drugs)
    return (
        f"Danger of {reason.catastrophe} with {whom}: {reason.sentence.removesuffix('.')}. "
        f"{reason.do.removesuffix('.')}."
    )


def _named(drugs: Sequence[str]) -> str:
    return ", ".join(drugs) if len(drugs) < 6 else f"{len(drugs)} of the drugs here"
