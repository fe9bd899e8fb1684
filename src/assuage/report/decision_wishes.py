"""The wishes behind a decision: what was not asked yet, and who would choose which drug."""

from dataclasses import dataclass

from assuage.evidence.network import Floats
from assuage.options.acceptability import Acceptability
from assuage.options.decision import Decision
from assuage.report.decision_rows import label_of
from assuage.report.wording import listed

APART = 0.1
"""From this share above or below the average of all wishes, a central weight is told."""
HOW_TO_ANSWER = "In the patient file, under preferences: judgements:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chooser:
    """Who would choose a drug: its shares of the ranks, and the central wishes in words."""

    drug: str
    ranks: tuple[float, ...]
    confidence: float | None
    words: str


def choosers(decision: Decision) -> tuple[Chooser, ...]:
    """Return, by drug, how often it is best over all wishes that fit, and for whom."""
    found = decision.wishes.acceptability
    if found is None:
        return ()
    return tuple(
        Chooser(
            drug=drug,
            ranks=tuple(float(share) for share in ranks),
            confidence=found.confidence.get(drug),
            words=_for_whom(decision, found, drug),
        )
        for drug, ranks in zip(found.drugs, found.ranks, strict=True)
    )


def _for_whom(decision: Decision, found: Acceptability, drug: str) -> str:
    """Say how the central wishes of a drug differ from the average of all that were tried."""
    central = found.central.get(drug)
    if central is None:
        return "no wishes that fit put it first"
    usual = average_wishes(found)
    apart = {
        column: weight / usual[column] - 1 for column, weight in central.items() if usual[column]
    }
    more = [label_of(decision, c) for c, ratio in apart.items() if ratio >= APART]
    less = [label_of(decision, c) for c, ratio in apart.items() if ratio <= -APART]
    parts = [f"to whom {listed(more)} {_matter(more)} more than to others"] if more else []
    parts += [f"to whom {listed(less)} {_matter(less)} less"] if less else []
    return f"for those {' and '.join(parts)}" if parts else "for those of average wishes"


def _matter(names: list[str]) -> str:
    return "matters" if len(names) == 1 else "matter"


def average_wishes(found: Acceptability) -> dict[str, float]:
    """Return the mean swing weights of all wishes that were tried, by column.

    Central weights, each as often as its drug comes first, average to it.
    """
    first: Floats = found.ranks[:, 0]
    shares = {drug: float(share) for drug, share in zip(found.drugs, first, strict=True)}
    mean: dict[str, float] = {}
    for drug, weights in found.central.items():
        for column, weight in weights.items():
            mean[column] = mean.get(column, 0.0) + shares[drug] * weight
    return mean


def how_to_answer(decision: Decision) -> tuple[str, ...]:
    """Return lines of a patient file that would answer what was skipped, and the answers."""
    language = decision.language
    answers = [
        f"{answer.id} ({answer.points:g}: {answer.text[language]})"
        for answer in decision.wishes.answers
    ]
    names = ", ".join(f"{asked.id}: half" for asked in decision.wishes.skipped)
    return (f"{HOW_TO_ANSWER} {{{names}}}", f"Answers: {', '.join(answers)}, or any points.")
