"""Which option is best for this person, how surely, and when it is a coin toss.

Value is additive: each outcome's difference from placebo times its weight, benefits for, harms
against. It is computed draw by draw, so that what is uncertain about the effects stays uncertain
in the order. Only options on offer (suitable, or with caution) are put in order.

Proof goes before promise: drugs whose most weighed benefit rests on their own trials come first,
then those that have only a label, then only their class, then nothing; by mean value within each
group. Without this, a drug that was never tried could lead by the width of its interval alone.
How often an option is the best is counted within the first group; the others are not compared.

What is assumed where a drug has no number, or one that cannot be true, is in `criteria`. Cost and
the like count with the weight that the person asked for, else not at all.

A drug that was tried in vain for long enough comes after all others, and is not compared.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from assuage.evidence.network import Floats
from assuage.evidence.outcome import OutcomeDefinition
from assuage.options.benefit import Expectation, Expectations
from assuage.options.criteria import Criterion, assumed_draws
from assuage.options.effect_draws import COUNT
from assuage.units import MgPerDay

COIN_TOSS = (0.4, 0.6)
"""Between these, the probability that one option is better than another tells them not apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What one more (or fewer) person with an outcome is worth, and why."""

    outcome: str
    weight: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an option stands among those on offer (1 is best), and how often it is the best.

    `best_probability` is None for an option with less proof than the leading ones.
    """

    drug: str
    dose: MgPerDay
    rank: int
    best_probability: float | None
    value: float
    value_low: float
    value_high: float
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering:
    """Options on offer, best first. `close` names pairs that the evidence cannot tell apart."""

    standings: tuple[Standing, ...]
    close: tuple[tuple[str, str, float], ...]

    @property
    def coin_toss(self) -> bool:
        """Whether the first two cannot be told apart."""
        first = tuple(s.drug for s in self.standings[:2])
        return any(first == (a, b) for a, b, _ in self.close)


def order(
    expectations: Expectations,
    *,
    offered: Mapping[str, MgPerDay],
    weights: Sequence[Weight],
    failed: Collection[str] = (),
    criteria: Sequence[Criterion] = (),
) -> Ordering:
    """Order the drugs on offer, each at the dose it would be given at; `failed` ones come last.

    `best_probability` is the share of draws in which an option has the highest value of those
    with as much proof.
    """
    if not offered:
        return Ordering(standings=(), close=())
    drugs = tuple(offered)
    values, assumed = _values(expectations, offered, {w.outcome: w.weight for w in weights})
    for criterion in criteria:
        _add(criterion, values, assumed)
    benefit = _main_benefit(expectations.outcomes, weights)
    proof = [
        (drug in failed, _proof(expectations, drug, dose, benefit))
        for drug, dose in offered.items()
    ]
    compared = [i for i in range(len(drugs)) if proof[i] == min(proof)]
    winners = np.array(compared)[values[compared].argmax(axis=0)]
    best = np.bincount(winners, minlength=len(drugs)) / values.shape[1]
    means = values.mean(axis=1)
    limits = np.quantile(values, (0.025, 0.975), axis=1)
    alike = 1e-6 * max(sum(w.weight for w in weights), 1e-30)  # one in 1,000 million people
    places = sorted(range(len(drugs)), key=lambda i: (proof[i], -round(means[i] / alike), drugs[i]))
    standings = tuple(
        Standing(
            drug=drugs[i],
            dose=offered[drugs[i]],
            rank=rank,
            best_probability=float(best[i]) if i in compared else None,
            value=float(means[i]),
            value_low=float(limits[0, i]),
            value_high=float(limits[1, i]),
            assumed=tuple(assumed[drugs[i]]),
        )
        for rank, i in enumerate(places, start=1)
    )
    return Ordering(standings=standings, close=_close(values, drugs, places[: len(compared)]))


def _add(criterion: Criterion, values: Floats, assumed: Mapping[str, list[str]]) -> None:
    """Take off the weighed amount of a criterion, the largest where none was given."""
    if not criterion.weight or not criterion.amounts:
        return
    for number, (drug, names) in enumerate(assumed.items()):
        values[number] -= criterion.weight * criterion.amount(drug)
        if drug not in criterion.amounts:
            names.append(criterion.id)


def _main_benefit(outcomes: Sequence[OutcomeDefinition], weights: Sequence[Weight]) -> int:
    """Return the place of the most weighed benefit, or of the first one when none is weighed."""
    weight = {w.outcome: w.weight for w in weights}
    benefits = [i for i, outcome in enumerate(outcomes) if outcome.direction == "benefit"]
    return max(benefits, key=lambda i: (weight.get(outcomes[i].id, 0.0), -i))


def _proof(expectations: Expectations, drug: str, dose: MgPerDay, benefit: int) -> int:
    """Say how near to the drug itself the evidence of its benefit is (0 nearest)."""
    kind = expectations.by_dose[drug, dose][benefit].estimate.origin.kind
    return ("trials", "label", "class", "none").index(kind)


def _values(
    expectations: Expectations, offered: Mapping[str, MgPerDay], weights: Mapping[str, float]
) -> tuple[Floats, dict[str, list[str]]]:
    """Value per 1,000 people of each drug in each draw, shape (drugs, draws)."""
    outcomes = expectations.outcomes
    worth = tuple(
        (1000.0 if o.higher_is_better else -1000.0) * weights.get(o.id, 0.0) for o in outcomes
    )
    rows = {drug: expectations.by_dose[drug, dose] for drug, dose in offered.items()}
    number = {drug: i for i, drug in enumerate(rows)}
    values = np.array([_worth_of_known(row, worth) for row in rows.values()])
    assumed: dict[str, list[str]] = {drug: [] for drug in offered}
    for place, outcome in enumerate(outcomes):
        if not worth[place]:
            continue
        for drug, drawn in assumed_draws(outcome, place, rows).items():
            values[number[drug]] += worth[place] * drawn
            assumed[drug].append(outcome.id)
    return values, assumed


@lru_cache(maxsize=4096)
def _worth_of_known(row: tuple[Expectation, ...], worth: tuple[float, ...]) -> Floats:
    """Return what is known of a drug at a dose and not doubted, weighed, shape (draws,)."""
    terms = [
        each * e.difference
        for each, e in zip(worth, row, strict=True)
        if each and e.difference is not None and not e.estimate.contradicts
    ]
    return sum(terms, np.zeros(COUNT))


def _close(
    values: Floats, drugs: Sequence[str], places: Sequence[int]
) -> tuple[tuple[str, str, float], ...]:
    """Return neighbours in the order whose probability of being better is near one half."""
    pairs = [(drugs[i], drugs[j], better(values[i], values[j])) for i, j in pairwise(places)]
    return tuple(pair for pair in pairs if COIN_TOSS[0] <= pair[2] <= COIN_TOSS[1])


def better(one: Floats, other: Floats) -> float:
    """Return the share of joint draws in which one value is the higher; a tie is half of each."""
    above, level = np.count_nonzero(one > other), np.count_nonzero(one == other)
    return (int(above) + int(level) / 2) / len(one)
