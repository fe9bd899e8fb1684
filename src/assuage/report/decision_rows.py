"""A decision as sentences and rows that every report says alike."""

from dataclasses import dataclass
from math import exp

from assuage.options.appraisal import Interval, OutcomeEstimate, Verdict
from assuage.options.choice import Difference, Dominated, FactFlip, WeightFlip
from assuage.options.decision import Decision, Weighed
from assuage.options.history import HistoryShift
from assuage.provenance import Citation
from assuage.report.numbers import percent, signed
from assuage.report.summary import VERY_LOW_AT_MOST, asked_of, brief_reason
from assuage.report.wording import VERDICTS, capitalised, listed, uncapitalised
from assuage.units import plain

Z95 = 1.96
OWN_NUMBERS = (
    "Probabilities, values and differences between drugs are assuage’s own calculation from the "
    "evidence release; where each drug’s numbers are from stands beside them."
)
IN_FULL = 3
"""How many flips are told in full; the rest are named in a line."""
NO_FLIP = "No weight alone turns the order."
NO_FACT = "No unrecorded fact that a rule asks about would."


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One weighed outcome of the first two, each against placebo, where there is a number."""

    label: str
    first: OutcomeEstimate
    second: OutcomeEstimate | None


def named(weighed: Weighed) -> str:
    return f"{weighed.drug} {plain(weighed.dose)} mg/day"


def label_of(decision: Decision, column: str) -> str:
    return uncapitalised(decision.labels.get(column, column.replace("_", " ")))


def relief_of(decision: Decision, weighed: Weighed) -> OutcomeEstimate | None:
    """Return the estimate of the outcome that all others are judged against."""
    anchor = decision.wishes.anchor
    return next((e for e in weighed.estimates if e.outcome == anchor), None)


def chance(decision: Decision, weighed: Weighed, probability: float) -> str:
    """Write a probability; never nearly sure on evidence of very low certainty."""
    relief = relief_of(decision, weighed)
    rated = None if relief is None else relief.certainty
    if probability > VERY_LOW_AT_MOST and rated is not None and rated.level == "very low":
        return f">{percent(VERY_LOW_AT_MOST)}"
    return percent(probability)


def worth(decision: Decision, weighed: Weighed) -> float | None:
    """Return the expected value in people per 1,000 with relief: the scale of weights cancels.

    None where relief has no weight.
    """
    weights = {w.outcome: w.weight for w in decision.wishes.weights}
    anchor = weights.get(decision.wishes.anchor, 0.0)
    return weighed.value / anchor if anchor else None


def worth_words(decision: Decision, weighed: Weighed) -> str:
    """Say a drug's expected value against no drug, on the scale of `value_means`."""
    value = worth(decision, weighed)
    return "" if value is None else f"expected value {signed(value, 'per_1000')}"


def value_means(decision: Decision) -> str:
    """Say what an expected value counts."""
    anchor = label_of(decision, decision.wishes.anchor)
    return (
        "Expected value: all weighed benefit less all weighed harm, against no drug, counted in "
        f"people of 1,000 with “{anchor}”."
    )


def first_words(decision: Decision) -> str:
    """Say of the first drug how surely it is better, how often best, how sure its relief is."""
    first, choice = decision.first, decision.choice
    if first is None:
        return ""
    said: list[str] = []
    if choice.second is not None and choice.probability is not None:
        said.append(
            f"better than {choice.second} with a probability of "
            f"{chance(decision, first, choice.probability)}"
        )
        said.append(best_words(decision, first))
    said += [worth_words(decision, first), certainty_words(decision, first)]
    return "; ".join(part for part in said if part)


def second_words(decision: Decision) -> str:
    second = decision.second
    if second is None:
        return ""
    said = (best_words(decision, second), worth_words(decision, second))
    return "; ".join((*(part for part in said if part), certainty_words(decision, second)))


def best_words(decision: Decision, weighed: Weighed) -> str:
    if weighed.best_probability is None:
        return ""
    among = len(decision.choice.compared)
    return f"the best of {among} in {chance(decision, weighed, weighed.best_probability)}"


def standing_words(decision: Decision, weighed: Weighed) -> str:
    """Say what a drug after the first two is worth, and why it is not compared."""
    why = "" if weighed.best_probability is not None else "not compared: less proof"
    if weighed.drug in decision.before.last:
        why = "not compared: tried in vain"
    return "; ".join(part for part in (worth_words(decision, weighed), why) if part)


def certainty_words(decision: Decision, weighed: Weighed) -> str:
    relief = relief_of(decision, weighed)
    level = "not rated" if relief is None or relief.certainty is None else relief.certainty.level
    return f"certainty of its relief: {level}"


def cautions(weighed: Weighed) -> tuple[tuple[str, Citation], ...]:
    """Say what must be heeded with a drug that is usable with caution, each with its source."""
    if weighed.verdict is not Verdict.CAUTION:
        return ()
    word = VERDICTS[weighed.verdict].word
    return tuple((f"{word}: {brief_reason(r)}.", r.citation) for r in weighed.leading)


def traded_words(decision: Decision, each: Difference) -> str:
    """Say how many more or fewer with the first drug than with the second, and for which it is."""
    label, amount = label_of(decision, each.column), _more(each.people.estimate)
    counted = f"{label}: {amount}" if is_criterion(each.column) else f"{label} in {amount} of 1,000"
    return (
        f"With {decision.choice.first}: {counted} ({bounds_words(each.people)}). Speaks for "
        f"{speaks_for(decision, each)}."
    )


def bounds_words(people: Interval) -> str:
    return f"{_more(people.low)} to {_more(people.high)}"


def _more(value: float) -> str:
    number = round(value) if abs(value) >= 10 or value == round(value) else round(value, 1)
    return f"{abs(number):,g} {'more' if number > 0 else 'fewer'}" if number else "as many"


def is_criterion(column: str) -> bool:
    return column in {"cost", "tablets"}


def speaks_for(decision: Decision, each: Difference) -> str:
    return (decision.choice.first if each.worth > 0 else decision.choice.second) or ""


def flip_words(decision: Decision, flip: WeightFlip) -> str:
    """Say to what a weight would have to change for the second to come first."""
    assert flip.at is not None
    change = flip.at / flip.weight
    far = f"{change:.2g} times as much" if change >= 2 else f"{abs(change - 1):.0%} more"
    times = far if change > 1 else f"{1 - change:.0%} less"
    rests = " That rests on a number that is assumed, for want of data." if flip.assumed else ""
    return (
        f"{capitalised(label_of(decision, flip.column))}: at a weight of {flip.at:.3g} instead of "
        f"{flip.weight:.3g} ({times}) {decision.choice.second} comes first.{rests}"
    )


def flips(decision: Decision) -> tuple[str, ...]:
    """Say which weights turn the order, each alone, the least change first; or that none does."""
    if decision.choice.second is None:
        return ()
    turning = [flip for flip in decision.choice.flips if flip.at is not None]
    if not turning:
        return (NO_FLIP,)
    told = [flip_words(decision, flip) for flip in turning[:IN_FULL]]
    more = [
        f"{label_of(decision, flip.column)} ({flip.weight:.3g} to {flip.at:.3g})"
        for flip in turning[IN_FULL:]
    ]
    if more:
        told.append(f"Larger changes of one of these would, too: {listed(more)}.")
    return (*told, "No other weight alone does.")


def fact_words(flip: FactFlip) -> str:
    if flip.effect == "lets_in":
        return f"{capitalised(flip.label)}: if it is absent, {flip.drug} may come first."
    return f"{capitalised(flip.label)}: if it is present, the dose of {flip.drug} is lowered."


def facts(decision: Decision) -> tuple[str, ...]:
    return tuple(fact_words(flip) for flip in decision.facts) or (NO_FACT,)


def dominated_words(decision: Decision, worse: Dominated) -> str:
    """Name a drug that another is expected to outdo, and how surely."""
    unknown = listed([label_of(decision, column) for column in worse.unknown])
    but = f"; of it nothing is known of {unknown}" if unknown else ""
    return (
        f"{worse.drug}: expected to be no better than {worse.by} on anything weighed; "
        f"{worse.by} is worth more with a probability of {percent(worse.surely)}{but}."
    )


def compared_outcomes(decision: Decision) -> tuple[Compared, ...]:
    """Return the weighed outcomes of the first two, side by side."""
    first, second = decision.first, decision.second
    if first is None:
        return ()
    other = {e.outcome: e for e in second.estimates} if second else {}
    return tuple(
        Compared(label=decision.labels[e.outcome], first=e, second=other.get(e.outcome))
        for e in first.estimates
    )


def weights_words(decision: Decision) -> tuple[str, ...]:
    """Say every weight in proportion to that of relief, and whose it is."""
    weights = decision.wishes.weights
    anchor = {w.outcome: w.weight for w in weights}.get(decision.wishes.anchor) or 1.0
    return tuple(f"{decision.labels[w.outcome]} {w.weight / anchor:.2g} ({w.why})" for w in weights)


def shift_rows(decision: Decision) -> tuple[tuple[str, str, Citation], ...]:
    """Return what history shifts: which drugs, what in words, and the source.

    Drugs of one reason and one shift share a row, the largest first. Only of what is weighed.
    """
    weighed = {w.outcome for w in decision.wishes.weights if w.weight}
    grouped: dict[tuple[str, str, float, float, str], list[HistoryShift]] = {}
    for shift in decision.before.shifts:
        mean, sd = round(shift.log_odds_mean, 6), round(shift.log_odds_sd, 6)
        key = (shift.outcome, shift.basis, mean, sd, shift.because)
        if shift.outcome in weighed:
            grouped.setdefault(key, []).append(shift)
    rows = sorted(grouped.values(), key=lambda group: _by_size(group[0]))
    return tuple(
        (
            listed(sorted(shift.drug for shift in group)),
            shift_words(decision, group[0]),
            group[0].citation,
        )
        for group in rows
    )


def _by_size(shift: HistoryShift) -> tuple[str, float]:
    return shift.outcome, -abs(shift.log_odds_mean)


def shift_words(decision: Decision, shift: HistoryShift) -> str:
    """Say a shift as what the odds are multiplied by, with 95%, and what placebo shares of it."""
    mean, reach = shift.log_odds_mean, Z95 * shift.log_odds_sd
    low = mean - reach if mean < 0 else max(0.0, mean - reach)
    high = min(0.0, mean + reach) if mean < 0 else mean + reach
    shared = (
        f", of which × {exp(shift.shared_mean):.2f} would hold on placebo too"
        if abs(shift.shared_mean) > 1e-9
        else ""
    )
    return (
        f"odds of “{label_of(decision, shift.outcome)}” × {exp(shift.log_odds_mean):.2f} "
        f"({exp(low):.2f} to {exp(high):.2f}){shared}: {shift.because}"
    )


def record_first(decision: Decision) -> tuple[str, str]:
    """Name what to record first because it could change a verdict, and then all the rest."""
    in_full, short = asked_of(decision.questions, len(decision.weighed) + len(decision.off))
    if not in_full:
        return "", ""
    named_first = [uncapitalised(question.fact) for question in in_full]
    more = [f"{len(short)} more (below)"] if short else []
    return f"{listed([*named_first, *more])}.", f"{listed(short)}." if short else ""


def waiting_words(decision: Decision) -> str:
    """Say how many drugs only wait for an answer: they may be offered yet."""
    waiting = [v for v, _ in decision.off.values() if v is Verdict.NOT_ENOUGH_INFORMATION]
    if not waiting:
        return ""
    many = "1 drug waits" if len(waiting) == 1 else f"{len(waiting)} drugs wait"
    return f"{many} for what is not recorded and may be offered once it is."


def partly_words(decision: Decision) -> str:
    """Name in a line what could be added to a drug that helped partly."""
    offered = [option for option in decision.combinations if option.on_offer]
    if not offered:
        return ""
    firsts = listed(list(dict.fromkeys(option.first for option in offered)))
    added = listed(list(dict.fromkeys(option.added for option in offered)))
    return f"{capitalised(firsts)} helped partly: {added} could be added; proof is thin (below)."


def before_words(decision: Decision) -> tuple[str, ...]:
    """Say in plain words what earlier attempts change."""
    before = decision.before
    said: list[str] = []
    if before.resume:
        said.append(
            f"First go back to {listed(before.resume)}: it helped, and nothing that stopped it "
            "speaks against it."
        )
    said += [
        f"{capitalised(drug)} helped before, and is not on offer now."
        for drug in before.resume_barred
    ]
    said += [
        f"{capitalised(drug)} was tried in vain, long and high enough to tell: it comes last."
        for drug in before.last
    ]
    return tuple(said)
