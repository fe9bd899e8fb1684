"""The choice that is left to make: how clear it is, what is traded, and what would change it.

All of it is additive value over joint draws, and holds to proof before promise (decision 0009):
only drugs with as much proof as the leading ones are compared.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from assuage.evidence.network import Floats
from assuage.options.acceptability import Acceptability, acceptability
from assuage.options.appraisal import Interval
from assuage.options.benefit import Expectations
from assuage.options.criteria import Criterion, Gains, gains_of
from assuage.options.ordering import COIN_TOSS, Ordering, Weight, better, order
from assuage.options.preference import Elicitation, Weights, weight_space
from assuage.options.screening import Screening
from assuage.units import MgPerDay

CLEAR = 0.9
"""From this probability of being better than every other compared option, a choice is clear."""
LEVEL = 1e-9
"""Gains that differ by less, in people per 1,000, are equal."""
Kind = Literal["clear", "close", "coin_toss", "alone", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The first option less the second on one column: `people` per 1,000 (or units), joint draws.

    `people` counts the outcome itself: more nausea is above 0. `worth` is what the mean difference
    is worth by the weights; above 0 it speaks for the first. It `speaks` unless it was assumed of
    one of the two, or is nothing, or its median and mean disagree: no reason to choose by.
    """

    column: str
    label: str
    people: Interval
    worth: float
    speaks: bool

    @property
    def words(self) -> str:
        """Say it as "more: nausea"."""
        return f"{'more' if self.people.estimate > 0 else 'less'}: {self.label}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightFlip:
    """The weight of one column at which the first two are level, all other weights unchanged.

    Below it (if it is under `weight`) or above it, the second comes first. `at` is None when no
    change of this weight alone does that. `assumed` says that one of the two has no number of its
    own here, so that the flip rests on what was assumed of it.
    """

    column: str
    label: str
    weight: float
    at: float | None
    assumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Dominated:
    """A drug that is expected to be no better than another on anything weighed, and worse on some.

    `surely` is the probability that the other has the higher value; `on_everything` that it is at
    least as good on every column at once. `unknown` are columns on which the drug has no number
    of its own.
    """

    drug: str
    by: str
    surely: float
    on_everything: float
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactFlip:
    """An unrecorded fact that could change who comes first.

    Its answer `lets_in` a drug that is held back and would lead, when it is absent; or
    `lowers_dose` of the drug in the first place, which is then judged at another dose.
    """

    key: str
    label: str
    drug: str
    effect: Literal["lets_in", "lowers_dose"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How clear the choice is, between whom, and what would turn it.

    `probability` is that of the first being better than the second; `pairwise` (by pairs of
    compared drugs) of the one being better than the other. `differences` come largest worth first.
    `would_lead` are drugs held back by unrecorded facts that would come first.
    """

    kind: Kind
    ordering: Ordering
    first: str | None
    second: str | None
    probability: float | None
    pairwise: Mapping[tuple[str, str], float]
    differences: tuple[Difference, ...]
    flips: tuple[WeightFlip, ...]
    dominated: tuple[Dominated, ...]
    would_lead: tuple[str, ...]

    @property
    def traded(self) -> tuple[Difference, ...]:
        """What is chosen between: what speaks most for the first, and what most for the second.

        Where nothing speaks for the second, the two that speak most for the first.
        """
        speak = [each for each in self.differences if each.speaks]
        first = [each for each in speak if each.worth > 0]
        second = [each for each in speak if each.worth < 0]
        return (first[0], second[0]) if first and second else tuple(speak[:2])

    @property
    def compared(self) -> tuple[str, ...]:
        """The drugs with as much proof as the leading one, best first."""
        return compared_in(self.ordering)


def compared_in(ordering: Ordering) -> tuple[str, ...]:
    """Return the drugs that an order compares: those with as much proof as the first."""
    return tuple(s.drug for s in ordering.standings if s.best_probability is not None)


def weigh_up(
    expectations: Expectations,
    *,
    offered: Mapping[str, MgPerDay],
    weights: Sequence[Weight],
    failed: Collection[str] = (),
    criteria: Sequence[Criterion] = (),
    held_back: Mapping[str, MgPerDay] | None = None,
) -> Choice:
    """Return the choice among the drugs on offer, each at its dose, by these weights.

    `held_back` are drugs that wait for unrecorded facts: they are tried in the order one by one.
    """
    ordering = order(
        expectations, offered=offered, weights=weights, failed=failed, criteria=criteria
    )
    worth = {w.outcome: w.weight for w in weights} | {c.id: c.weight for c in criteria}
    weighed = {column for column, weight in worth.items() if weight}
    counted = [c for c in criteria if c.weight]
    gains = gains_of(expectations, offered=offered, weighed=weighed, criteria=counted)
    gains = gains.of([s.drug for s in ordering.standings])
    column_weights = np.array([worth[column] for column in gains.columns])
    compared = gains.of(compared_in(ordering))
    pairwise = _pairwise(compared, column_weights)
    two = compared.drugs[:2] if len(compared.drugs) > 1 else ()
    leads = {
        drug: order(
            expectations,
            offered={**offered, drug: dose},
            weights=weights,
            failed=failed,
            criteria=criteria,
        ).standings[0]
        for drug, dose in (held_back or {}).items()
        if drug not in offered
    }
    return Choice(
        kind=_kind(compared.drugs, pairwise),
        ordering=ordering,
        first=gains.drugs[0] if gains.drugs else None,
        second=two[1] if two else None,
        probability=pairwise[two] if two else None,
        pairwise=pairwise,
        differences=_differences(compared, column_weights) if two else (),
        flips=_flips(compared, column_weights) if two else (),
        dominated=_dominated(gains, column_weights),
        would_lead=tuple(drug for drug, leading in leads.items() if leading.drug == drug),
    )


def _pairwise(gains: Gains, weights: Floats) -> dict[tuple[str, str], float]:
    values = dict(zip(gains.drugs, gains.values(weights), strict=True))
    return {(a, b): better(values[a], values[b]) for a in values for b in values if a != b}


def _kind(drugs: Sequence[str], pairwise: Mapping[tuple[str, str], float]) -> Kind:
    if len(drugs) < 2:
        return "alone" if drugs else "none"
    if pairwise[drugs[0], drugs[1]] <= COIN_TOSS[1]:
        return "coin_toss"
    surest = min(pairwise[drugs[0], other] for other in drugs[1:])
    return "clear" if surest >= CLEAR else "close"


def _differences(gains: Gains, weights: Floats) -> tuple[Difference, ...]:
    found: list[Difference] = []
    apart = gains.drawn[0] - gains.drawn[1]
    for number, column in enumerate(gains.columns):
        drawn, mean = apart[number], float(apart[number].mean())
        counted = drawn if gains.higher_is_better[number] else -drawn
        low, middle, high = np.quantile(counted, (0.025, 0.5, 0.975)).tolist()
        assumed = any(column in names for names in gains.assumed[:2])
        found.append(
            Difference(
                column=column,
                label=gains.labels[number],
                people=Interval(estimate=middle, low=low, high=high),
                worth=float(weights[number]) * mean,
                speaks=not assumed and abs(mean) > LEVEL and float(np.median(drawn)) * mean > 0,
            )
        )
    return tuple(sorted(found, key=lambda each: (-abs(each.worth), each.column)))


def _flips(gains: Gains, weights: Floats) -> tuple[WeightFlip, ...]:
    """Solve sum_k w_k g_k = 0 for one weight at a time; g is the difference of expected gains.

    Those that need the least change, in proportion, come first; those without one last.
    """
    apart = gains.means[0] - gains.means[1]
    lead = float(weights @ apart)
    found: list[WeightFlip] = []
    for number, column in enumerate(gains.columns):
        own = float(weights[number])
        at = own - lead / float(apart[number]) if abs(apart[number]) > LEVEL else -1.0
        found.append(
            WeightFlip(
                column=column,
                label=gains.labels[number],
                weight=own,
                at=at if at > 0 else None,
                assumed=any(column in names for names in gains.assumed[:2]),
            )
        )
    return tuple(sorted(found, key=_change))


def _change(flip: WeightFlip) -> tuple[float, str]:
    if flip.at is None:
        return float("inf"), flip.column
    return max(flip.at, flip.weight) / min(flip.at, flip.weight), flip.column


def _dominated(gains: Gains, weights: Floats) -> tuple[Dominated, ...]:
    """Name each dominated drug once, with the best of those that dominate it; rows in the order.

    Only a drug that stands before another can dominate it: more proof is not overruled. Missing
    data never speak for a drug: it dominates nothing by a number that was assumed of it, unless the
    other's is assumed there too.
    """
    means, values = gains.means, gains.values(weights)
    found: list[Dominated] = []
    for worse, drug in enumerate(gains.drugs):
        by = [
            other
            for other in range(worse)
            if (means[other] >= means[worse] - LEVEL).all()
            and (means[other] > means[worse] + LEVEL).any()
            and gains.assumed[other] <= gains.assumed[worse]
        ]
        if by:
            best = max(by, key=lambda other: float(values[other].mean()))
            everywhere = (gains.drawn[best] >= gains.drawn[worse]).all(axis=0)
            found.append(
                Dominated(
                    drug=drug,
                    by=gains.drugs[best],
                    surely=better(values[best], values[worse]),
                    on_everything=float(everywhere.mean()),
                    unknown=tuple(c for c in gains.columns if c in gains.assumed[worse]),
                )
            )
    return tuple(found)


def who_would_choose(
    expectations: Expectations,
    choice: Choice,
    *,
    offered: Mapping[str, MgPerDay],
    weights: Weights,
    elicitation: Elicitation,
    criteria: Sequence[Criterion] = (),
) -> Acceptability:
    """Return which wishes speak for which compared drug, over all that was not answered."""
    counted = [c for c in criteria if c.weight]
    space = weight_space(weights, elicitation, criteria=counted)
    gains = gains_of(expectations, offered=offered, weighed=space.columns, criteria=counted)
    return acceptability(gains.of(choice.compared), space)


def facts_that_could_flip(choice: Choice, screenings: Sequence[Screening]) -> tuple[FactFlip, ...]:
    """Return the unrecorded facts that could let in a drug that would lead, or move the first one.

    A fact that could take the first drug off would hold it back already; what a rule passes over
    when it is not recorded (an untested gene) is not among them.
    """
    found: dict[tuple[str, str], FactFlip] = {}
    for screening in screenings:
        drug = screening.drug
        for unsettled in screening.unsettled:
            rule = unsettled.rule
            if drug in choice.would_lead and rule.if_not_recorded == "ask":
                effect = "lets_in"
            elif drug == choice.first and rule.effect == "reduce_dose":
                effect = "lowers_dose"
            else:
                continue
            flip = FactFlip(key=unsettled.key, label=unsettled.label, drug=drug, effect=effect)
            found.setdefault((unsettled.key, drug), flip)
    return tuple(found.values())
