"""How far to trust an estimate: an automatic rating in the manner of GRADE, with its reasons.

It follows the domains of GRADE for networks and of CINeMA (Nikolakopoulou et al., PLoS Med
2020;17:e1003082), with stated thresholds in place of a panel's judgement; it is no GRADE rating.
Every estimate starts high, because all of it comes from randomised trials, and each concern
lowers it by one level (two for imprecision that spans important benefit and important harm):

- risk of bias: at least half of the trials are open, judged at high risk, or not judged;
- inconsistency: the prediction interval reaches no effect where the estimate's does not (the rule
  of CINeMA), or there is one trial only, so that nobody has seen it repeated;
- indirectness: other drugs of the class, another disease, another pain condition, a dose below
  any that was tried, or no trial against placebo, so that the effect is known through other drugs
  only; at most two levels together;
- imprecision: the interval includes no effect; or it does not, but there are fewer people than
  one adequate trial needs (the optimal information size of Guyatt et al., J Clin Epidemiol
  2011;64:1283-1293: two-sided 5%, power 80%, for a relative change of 25% or a change of 50 per
  1,000, whichever is larger; for points, the 400 people of their rule of thumb);
- incoherence: direct and indirect evidence against placebo differ with p below 0.10, by the split
  of the network's estimate (`synthesis.splits`);
- small trials: at least half have fewer than 50 people in an arm (small trials report larger
  effects);
- data: at least half of the trials rest on reconstructed counts, on effects converted from
  another measure, or on numbers that were doubted when they were extracted.

Not rated: publication bias, as no threshold for it can be defended with so few trials.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Literal

from assuage.synthesis.release import Support

Kind = Literal["trials", "class", "label"]
LevelOfCertainty = Literal["high", "moderate", "low", "very low"]
LEVELS_OF_CERTAINTY: tuple[LevelOfCertainty, ...] = ("very low", "low", "moderate", "high")

IMPORTANT_PER_1000 = 50.0
"""Least absolute change that we take to matter to a patient; ours, no source sets it."""
IMPORTANT_POINTS = 1.0
"""Least change in pain (0-10) that we take to matter; ours, no source sets it."""
IMPORTANT_RELATIVE = 0.25
ENOUGH_FOR_MEANS = 400
_POWER = (1.959964 + 0.841621) ** 2
_MOST_INDIRECT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body of evidence to rate. Effects are against placebo, 95% limits.

    `effect` and `predicted` are on the analysis scale; `absolute` is per 1,000 or in points.
    `placebo_risk` is None for points. `support` is None for labels.
    """

    kind: Kind
    support: Support | None
    effect: tuple[float, float]
    predicted: tuple[float, float]
    absolute: tuple[float, float]
    placebo_risk: float | None
    people: int
    condition: str
    dose_below_tried: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A level, and each reason that lowered it, in words."""

    level: LevelOfCertainty
    reasons: tuple[str, ...]


def rate(body: Body) -> Rating:
    """Rate a body of evidence by the thresholds stated at the head of this module."""
    indirect = list(_indirectness(body))
    concerns = (_bias, _inconsistency, _incoherence, _imprecision, _small, _data)
    other = [found for concern in concerns for found in concern(body)]
    lost = sum(n for n, _ in other) + min(sum(n for n, _ in indirect), _MOST_INDIRECT)
    return Rating(
        level=LEVELS_OF_CERTAINTY[max(0, len(LEVELS_OF_CERTAINTY) - 1 - lost)],
        reasons=tuple(text for _, text in [*other, *indirect]),
    )


def information_size(placebo_risk: float) -> float:
    """Return the people one adequate two-arm trial needs, both arms together."""
    change = max(IMPORTANT_RELATIVE * placebo_risk, IMPORTANT_PER_1000 / 1000)
    risk = min(placebo_risk + change, 1 - 1e-9)
    spread = placebo_risk * (1 - placebo_risk) + risk * (1 - risk)
    return 2 * _POWER * spread / change**2


def _bias(body: Body) -> Iterator[tuple[int, str]]:
    if body.support is None:
        yield 1, "risk of bias of the label's trials was not judged"
        return
    trials = len(body.support.trials)
    high, unknown = set(body.support.high_risk), set(body.support.not_judged)
    if 2 * len(high) >= trials:
        yield 1, _share(len(high), trials, "open or at high risk of bias")
    elif 2 * len(unknown) >= trials:
        yield 1, _share(len(unknown), trials, "not judged for risk of bias")
    elif 2 * len(high | unknown) >= trials:
        yield 1, _share(len(high | unknown), trials, "open, at high risk of bias or not judged")


def _inconsistency(body: Body) -> Iterator[tuple[int, str]]:
    if body.support is not None and len(body.support.trials) == 1:
        yield 1, "one trial only"
    elif _excludes_none(body.effect) and not _excludes_none(body.predicted):
        yield 1, "trials differ so much that the next one may well find no effect"


def _incoherence(body: Body) -> Iterator[tuple[int, str]]:
    if body.support is not None and body.support.incoherence:
        yield 1, body.support.incoherence


def _small(body: Body) -> Iterator[tuple[int, str]]:
    if body.support is None:
        return
    small, trials = len(body.support.small), len(body.support.trials)
    if 2 * small >= trials:
        yield 1, _share(small, trials, "with fewer than 50 people in an arm")


def _indirectness(body: Body) -> Iterator[tuple[int, str]]:
    if body.kind == "class":
        yield 1, "mostly from other drugs of the class"
    if body.kind == "label":
        yield 1, "from trials in another disease"
    elif body.support is not None and body.condition not in body.support.conditions:
        yield 1, "no trial in this pain condition"
    if body.dose_below_tried:
        yield 1, "no trial of a dose as low as this"
    if body.support is not None and not body.support.placebo_controlled:
        yield 1, "no trial against placebo, known through other drugs only"


def _imprecision(body: Body) -> Iterator[tuple[int, str]]:
    low, high = body.absolute
    important = IMPORTANT_POINTS if body.placebo_risk is None else IMPORTANT_PER_1000
    if not _excludes_none(body.effect):
        if low <= -important and high >= important:
            yield 2, "the interval spans an important fall and an important rise"
        else:
            yield 1, "the interval includes no effect"
    elif not body.people:
        yield 1, "how many people there were is not on record"
    elif body.placebo_risk is not None and body.people < information_size(body.placebo_risk):
        needed = information_size(body.placebo_risk)
        yield 1, f"{body.people:,} people, fewer than one adequate trial needs ({needed:,.0f})"
    elif body.placebo_risk is None and body.people < ENOUGH_FOR_MEANS:
        yield 1, f"{body.people:,} people, fewer than {ENOUGH_FOR_MEANS}"


def _data(body: Body) -> Iterator[tuple[int, str]]:
    if body.support is None:
        return
    trials = len(body.support.trials)
    doubts = dict(body.support.doubts)
    weak = {*body.support.reconstructed, *body.support.derived, *doubts}
    if 2 * len(weak) < trials:
        return
    kinds = "reconstructed, converted or doubted" if doubts else "reconstructed or converted"
    named = f" ({'; '.join(doubts.values())})" if doubts else ""
    yield 1, _share(len(weak), trials, f"known by {kinds} numbers{named}")


def _share(part: int, whole: int, what: str) -> str:
    return f"{part} of {whole} {'trial' if whole == 1 else 'trials'} {what}"


def _excludes_none(interval: tuple[float, float]) -> bool:
    low, high = interval
    return -inf < low and (low > 0 or high < 0)
