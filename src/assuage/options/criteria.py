"""What options do on each thing that is weighed, drawn together, so that differences are right.

Every gain is one where more is better: people in 1,000 spared a harm, or given a benefit, against
placebo. Draws of one outcome are joint over the options. What a person can count besides outcomes
(cost, tablets a day) is a criterion: a fixed amount a drug, less is better.

Missing data never speak for a drug (decision 0009). Where nothing is known of a benefit, none is
expected; where nothing is known of a harm, the average harm of the other drugs is; both with the
widest uncertainty that any of the others has. Nor do numbers that cannot be true: a harm that
contradicts another of the same drug counts as the average of the others, or as itself where that
is worse; a benefit counts as the least of those it contradicts. Of a criterion, an amount that was
not given counts as the largest of those given.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from assuage.evidence.network import Floats
from assuage.evidence.outcome import OutcomeDefinition
from assuage.options.benefit import Expectation, Expectations
from assuage.options.effect_draws import COUNT, standard_draws
from assuage.units import MgPerDay


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """What is weighed beside outcomes, such as cost per month: `amounts` by drug, less is better.

    `weight` is the worth of one unit less, on the scale on which an outcome's weight is that of one
    person in 1,000. It is 0 unless the person asked for the criterion.
    """

    id: str
    label: str
    amounts: Mapping[str, float]
    source: str
    weight: float = 0.0

    @property
    def swing(self) -> float:
        """From the largest amount given to the smallest."""
        given = self.amounts.values()
        return max(given) - min(given) if given else 0.0

    def amount(self, drug: str) -> float:
        """Return the amount of a drug, or the largest of the others where none was given."""
        return self.amounts.get(drug, max(self.amounts.values(), default=0.0))


def monthly_cost(costs: Mapping[str, float], drugs: Collection[str]) -> Criterion:
    """Return the cost per month of these drugs as the user gave it, with weight 0."""
    return Criterion(
        id="cost",
        label="cost per month",
        amounts={drug: cost for drug, cost in costs.items() if drug in drugs},
        source="as given in the patient file",
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gains:
    """Gains of each option on each column (an outcome, or a criterion), more is better.

    `drawn` has shape (drugs, columns, draws): per 1,000 people, points of pain times 1,000, or
    units of a criterion. `assumed` holds, by drug, the columns on which it has no number of its
    own to go by.
    """

    drugs: tuple[str, ...]
    columns: tuple[str, ...]
    labels: tuple[str, ...]
    higher_is_better: tuple[bool, ...]
    drawn: Floats
    assumed: tuple[frozenset[str], ...]

    @property
    def means(self) -> Floats:
        """Return expected gains, shape (drugs, columns)."""
        return np.asarray(self.drawn.mean(axis=2), dtype=np.float64)

    def of(self, drugs: Sequence[str]) -> "Gains":
        """Return the rows of some drugs, in their order."""
        rows = [self.drugs.index(drug) for drug in drugs]
        return Gains(
            drugs=tuple(drugs),
            columns=self.columns,
            labels=self.labels,
            higher_is_better=self.higher_is_better,
            drawn=self.drawn[rows],
            assumed=tuple(self.assumed[row] for row in rows),
        )

    def values(self, weights: Floats) -> Floats:
        """Return the additive value of each option in each draw, shape (drugs, draws)."""
        return np.asarray(np.einsum("dcn,c->dn", self.drawn, weights), dtype=np.float64)


def gains_of(
    expectations: Expectations,
    *,
    offered: Mapping[str, MgPerDay],
    weighed: Collection[str],
    criteria: Sequence[Criterion] = (),
) -> Gains:
    """Return what each drug on offer, at its dose, does on each weighed outcome and criterion."""
    outcomes = [(i, o) for i, o in enumerate(expectations.outcomes) if o.id in weighed]
    rows = {drug: expectations.by_dose[drug, dose] for drug, dose in offered.items()}
    counted = [criterion for criterion in criteria if criterion.amounts]
    drawn = np.zeros((len(rows), len(outcomes) + len(counted), COUNT))
    assumed: list[set[str]] = [set() for _ in rows]
    for column, (place, outcome) in enumerate(outcomes):
        scale = 1000.0 if outcome.higher_is_better else -1000.0
        stand_ins = assumed_draws(outcome, place, rows)
        for number, (drug, row) in enumerate(rows.items()):
            difference = stand_ins.get(drug, row[place].difference)
            if difference is not None:
                drawn[number, column] = scale * difference
            if drug in stand_ins:
                assumed[number].add(outcome.id)
    for column, criterion in enumerate(counted, start=len(outcomes)):
        for number, drug in enumerate(rows):
            drawn[number, column] = -criterion.amount(drug)
            if drug not in criterion.amounts:
                assumed[number].add(criterion.id)
    return Gains(
        drugs=tuple(rows),
        columns=(*(o.id for _, o in outcomes), *(c.id for c in counted)),
        labels=(*(o.label for _, o in outcomes), *(c.label for c in counted)),
        higher_is_better=(*(o.higher_is_better for _, o in outcomes), *(False for _ in counted)),
        drawn=drawn,
        assumed=tuple(frozenset(names) for names in assumed),
    )


def assumed_draws(
    outcome: OutcomeDefinition, place: int, rows: Mapping[str, Sequence[Expectation]]
) -> dict[str, Floats]:
    """Return, by drug, what is assumed of an outcome where a drug has no number to go by.

    `rows` are what is expected of each drug; `place` is the outcome's place in them. Nothing is
    assumed where nothing is known of any drug.
    """
    found = {drug: row[place] for drug, row in rows.items()}
    known = [e for e in found.values() if e.difference is not None]
    if not known:
        return {}
    trusted = [e for e in known if not e.estimate.contradicts] or known
    expected, widest = _unknown(outcome, trusted)
    assumed: dict[str, Floats] = {}
    for drug, e in found.items():
        if e.difference is None:
            assumed[drug] = expected + widest * standard_draws("unknown", outcome.id, drug)
        elif not e.estimate.contradicts:
            continue
        elif outcome.direction == "benefit":
            assumed[drug] = _least(e, rows[drug])
        else:
            mean, sd = _moments(e)
            spread = max(widest, sd) * standard_draws("doubted", outcome.id, drug)
            assumed[drug] = max(expected, mean) + spread
    return assumed


@lru_cache(maxsize=32768)
def _moments(expectation: Expectation) -> tuple[float, float]:
    """Return the mean and the SD of the draws of a difference."""
    assert expectation.difference is not None
    return float(expectation.difference.mean()), float(expectation.difference.std())


def _least(own: Expectation, all_of_dose: Sequence[Expectation]) -> Floats:
    """Return the least of a benefit and of those whose numbers contradict it."""
    drawn = [
        e.difference
        for e in all_of_dose
        if e.difference is not None and (e is own or e.estimate.outcome in own.estimate.contradicts)
    ]
    return min(drawn, key=lambda difference: float(difference.mean()))


def _unknown(outcome: OutcomeDefinition, known: Sequence[Expectation]) -> tuple[float, float]:
    """Return the mean and SD to assume of a drug without data."""
    moments = [_moments(e) for e in known]
    average = sum(mean for mean, _ in moments) / len(moments)
    return 0.0 if outcome.direction == "benefit" else average, max(sd for _, sd in moments)
