"""Numbers that cannot both be true: more people with a part than with the whole.

Who has lost half the pain has lost 30% of it; who stopped for a side effect has stopped. Outcomes
are pooled one at a time, each from the trials that report it, so the part can come out larger than
the whole. Neither number is changed, for nothing says which is wrong; both are marked and lose a
level of certainty, because a body of evidence that contradicts another is inconsistent (GRADE's
word for results that differ beyond chance; the rule to lower by one is ours).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assuage.evidence.outcome import OutcomeDefinition
from assuage.options.appraisal import Certainty, Interval, OutcomeEstimate
from assuage.synthesis.certainty import LEVELS_OF_CERTAINTY

FROM_OTHER_TRIALS = "the two come from different trials: trust neither far"


def contradicts(part: OutcomeEstimate, whole: OutcomeEstimate) -> bool:
    """Say whether more people, in whole people per 1,000, have a part than the whole.

    With the drug or with placebo, by the medians that are shown.
    """
    return _more(part.with_drug, whole.with_drug) or _more(part.with_placebo, whole.with_placebo)


def _more(part: Interval | None, whole: Interval | None) -> bool:
    return part is not None and whole is not None and round(part.estimate) > round(whole.estimate)


def mark_contradictions(
    estimates: Sequence[OutcomeEstimate], outcomes: Sequence[OutcomeDefinition]
) -> tuple[OutcomeEstimate, ...]:
    """Mark every estimate of one drug and dose that contradicts another; the rest is untouched."""
    of = {estimate.outcome: estimate for estimate in estimates}
    larger: dict[str, list[str]] = {}
    smaller: dict[str, list[str]] = {}
    for outcome in outcomes:
        for whole in outcome.part_of:
            if outcome.id in of and whole in of and contradicts(of[outcome.id], of[whole]):
                larger.setdefault(outcome.id, []).append(whole)
                smaller.setdefault(whole, []).append(outcome.id)
    labels = {outcome.id: outcome.label for outcome in outcomes}
    return tuple(
        _marked(one, larger.get(one.outcome, ()), smaller.get(one.outcome, ()), labels)
        if one.outcome in larger or one.outcome in smaller
        else one
        for one in estimates
    )


def _marked(
    estimate: OutcomeEstimate,
    wholes: Sequence[str],
    parts: Sequence[str],
    labels: Mapping[str, str],
) -> OutcomeEstimate:
    phrases = [f"cannot be more than {_named(wholes, labels)}"] if wholes else []
    phrases += [f"cannot be less than {_named(parts, labels)}"] if parts else []
    said = f"{' and '.join(phrases)}: {FROM_OTHER_TRIALS}"
    certainty = estimate.certainty
    if certainty is not None:
        level = LEVELS_OF_CERTAINTY[max(0, LEVELS_OF_CERTAINTY.index(certainty.level) - 1)]
        certainty = Certainty(level=level, reasons=(*certainty.reasons, said))
    return replace(estimate, certainty=certainty, contradicts=(*wholes, *parts), contradiction=said)


def _named(outcomes: Sequence[str], labels: Mapping[str, str]) -> str:
    return " or ".join(f"‘{labels[outcome]}’" for outcome in outcomes)
