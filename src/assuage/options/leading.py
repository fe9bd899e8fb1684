"""The few reasons to read first, and what would change a verdict.

Warnings that are read are few: the reasons that decide the verdict, each line of the record once,
what may kill before what may trouble. All others stay behind them.
"""

from collections.abc import Iterable, Sequence

from assuage.options.appraisal import Change, Hinge, Reason, Verdict
from assuage.patient.finding import Finding

MOST_LEADING, MOST_CHANGES = 3, 3
_VERDICTS = tuple(Verdict)
_GRAVITY = {
    effect: place
    for place, effect in enumerate(("contraindicated", "avoid", "caution", "reduce_dose"))
}
_FIXED = ("age ",)
"""What no treatment changes is no hinge worth naming."""


def strictest(reasons: Iterable[Reason]) -> Verdict:
    """Return the verdict that all reasons permit together."""
    ranks = [reason.permits.rank for reason in reasons]
    return _VERDICTS[min(ranks)] if ranks else Verdict.SUITABLE


def leading(reasons: Sequence[Reason], verdict: Verdict) -> tuple[Reason, ...]:
    """Return the few reasons that decide the verdict; none where nothing speaks against the drug.

    Where recorded facts decide, an unrecorded one does not lead: it is asked as a question.
    """
    if verdict is Verdict.SUITABLE:
        return ()
    deciding = [reason for reason in reasons if reason.permits is verdict]
    present = [reason for reason in deciding if reason.finding == Finding.PRESENT.value]
    said, first = set[str](), list[Reason]()
    for reason in sorted(present or deciding, key=_gravest_first):
        lines = {line for hinge in reason.hinges for line in hinge.lines}
        lines = {line for line in lines if not line.startswith(_FIXED)} or {reason.sentence}
        if not lines <= said:
            first.append(reason)
            said |= lines
    return tuple(first[:MOST_LEADING])


def _gravest_first(reason: Reason) -> tuple[bool, int, bool]:
    gravity = _GRAVITY.get(reason.effect, len(_GRAVITY))
    return not reason.catastrophe, gravity, reason.graded_by != "source"


def what_would_change(reasons: Sequence[Reason], verdict: Verdict) -> tuple[Change, ...]:
    """Return what would each by itself make a drug permissible to a higher degree, best first.

    Where no single thing does, what does together, if it is few enough to read.
    """
    against = [reason for reason in reasons if reason.permits is not Verdict.SUITABLE]
    deciding = [reason for reason in against if reason.permits is verdict]
    hinges = dict.fromkeys(h for reason in deciding for h in sorted(reason.hinges))
    changes = [
        Change(hinges=(hinge,), verdict=_without(against, [hinge]))
        for hinge in hinges
        if not hinge.words.startswith(_FIXED)
    ]
    better = [each for each in changes if each.verdict.rank > verdict.rank]
    better.sort(key=lambda each: -each.verdict.rank)
    return tuple(better[:MOST_CHANGES]) or _together(against, deciding, verdict)


def _together(
    against: Sequence[Reason], deciding: Sequence[Reason], verdict: Verdict
) -> tuple[Change, ...]:
    """Greedily take, of what is left, the hinge that ends the most reasons."""
    left, taken = list(deciding), list[Hinge]()
    while left:
        counts: dict[Hinge, int] = {}
        for reason in left:
            for hinge in sorted(reason.hinges):
                if not hinge.words.startswith(_FIXED):
                    counts[hinge] = counts.get(hinge, 0) + 1
        if not counts or len(taken) == MOST_CHANGES:
            return ()
        taken.append(max(counts, key=counts.__getitem__))
        left = [reason for reason in left if taken[-1] not in reason.hinges]
    reached = _without(against, taken)
    if reached.rank <= verdict.rank:
        return ()
    return (Change(hinges=tuple(taken), verdict=reached),)


def _without(against: Iterable[Reason], ended: Iterable[Hinge]) -> Verdict:
    """Return the verdict once these hinges are otherwise, and with them each of their lines."""
    lines = {(hinge.recorded, line) for hinge in ended for line in hinge.lines}
    return strictest(
        [
            reason
            for reason in against
            if not any(
                all((hinge.recorded, line) in lines for line in hinge.lines)
                for hinge in reason.hinges
            )
        ]
    )
