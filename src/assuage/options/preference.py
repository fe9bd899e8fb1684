"""What matters to a person, as weights: from at most six judgements of swings, each skippable.

Swing weighting (von Winterfeldt and Edwards 1986): a judgement compares the swing of one outcome,
from the worst to the best end of its stated range, with the swing of the anchor, which counts 100
points. A weight is of a swing over that range; the worth of one person in 1,000 is the weight
divided by the range:

    w_k = (points / 100) x w_anchor x R_anchor / R_k

so that a wider range asked about means a larger answer, and the same weight per person. Where one
judgement is of several outcomes, they share its points as the usual weights do. What was skipped
keeps its usual weight, and says so.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from assuage.evidence.network import Floats
from assuage.options.criteria import Criterion
from assuage.options.ordering import Weight

MOST_JUDGEMENTS = 6
ANCHOR_POINTS = 100.0
Language = Literal["en", "de"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The ends of an outcome that are compared: people of 1,000 more than on placebo."""

    outcome: str
    worst: float
    best: float

    @property
    def swing(self) -> float:
        return abs(self.best - self.worst)


@dataclass(frozen=True, slots=True, kw_only=True)
class SwingQuestion:
    """What to ask, with its numbers in it. The first of its outcomes names the judgement."""

    outcomes: tuple[str, ...]
    text: Mapping[Language, str]

    @property
    def id(self) -> str:
        return self.outcomes[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer in words, and the points that it stands for."""

    id: str
    points: float
    text: Mapping[Language, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionalQuestion:
    """A question about a criterion; `{worst}` and `{best}` in its text are amounts to fill in."""

    id: str
    label: str
    text: Mapping[Language, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Elicitation:
    """How weights are asked for: the anchor, ranges by outcome, questions in order, answers.

    `sentences` are what to say of a choice, by its kind.
    """

    anchor: str
    ranges: Mapping[str, Range]
    introduction: Mapping[Language, str]
    questions: tuple[SwingQuestion, ...]
    answers: tuple[Answer, ...]
    optional: tuple[OptionalQuestion, ...]
    sentences: Mapping[str, Mapping[Language, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """How many points (100: the anchor's whole swing) the swing of a question is worth."""

    outcome: str
    answer: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Weights per person in 1,000, each with whose it is.

    `skipped` are the questions that were not answered: their weights are the usual ones, and may
    be anything. `anchor_worth` is what the anchor's swing is worth, to judge all others against.
    """

    weights: tuple[Weight, ...]
    skipped: tuple[SwingQuestion, ...]
    anchor_worth: float

    @property
    def by_outcome(self) -> Mapping[str, float]:
        return {w.outcome: w.weight for w in self.weights}


def weights_from(
    judgements: Collection[Judgement],
    elicitation: Elicitation,
    *,
    usual: Sequence[Weight],
    own: Mapping[str, float] | None = None,
) -> Weights:
    """Return the weights that follow from the judgements; `own` ones, edited by hand, come last.

    Without a judgement of any outcome, `own` weights stand alone: what they do not name is not
    weighed. A judgement of a criterion is left to `judged_criterion`.
    """
    weight = {w.outcome: w.weight for w in usual}
    worth = weight.get(elicitation.anchor, 1.0) * elicitation.ranges[elicitation.anchor].swing
    points = {judgement.outcome: judgement.answer for judgement in judgements}
    if own and not any(question.id in points for question in elicitation.questions):
        chosen = tuple(_own(outcome, value) for outcome, value in own.items())
        return Weights(weights=chosen, skipped=(), anchor_worth=worth)
    found = {w.outcome: replace(w, why=f"assuage's: {_unasked(w, elicitation)}") for w in usual}
    skipped: list[SwingQuestion] = []
    for question in elicitation.questions:
        if question.id not in points:
            if not set(question.outcomes) <= set(own or ()):
                skipped.append(question)
            continue
        given = points[question.id]
        for outcome, share in _shares(question, weight, elicitation).items():
            swing = elicitation.ranges[outcome].swing
            found[outcome] = Weight(
                outcome=outcome,
                weight=given / ANCHOR_POINTS * worth * share / swing,
                why=f"the patient's own: {given:g} points of {ANCHOR_POINTS:g}",
            )
    found |= {outcome: _own(outcome, value) for outcome, value in (own or {}).items()}
    return Weights(weights=tuple(found.values()), skipped=tuple(skipped), anchor_worth=worth)


def _own(outcome: str, value: float) -> Weight:
    return Weight(outcome=outcome, weight=value, why="the patient's own")


def _unasked(weight: Weight, elicitation: Elicitation) -> str:
    if weight.outcome == elicitation.anchor:
        return "the anchor, against which the others are judged"
    asked = any(weight.outcome in question.outcomes for question in elicitation.questions)
    return "the question was skipped" if asked else "not asked"


def _shares(
    question: SwingQuestion, weight: Mapping[str, float], elicitation: Elicitation
) -> dict[str, float]:
    """Share a judgement's points by what each outcome's swing is usually worth; they sum to 1."""
    usual = {o: weight.get(o, 0.0) * elicitation.ranges[o].swing for o in question.outcomes}
    total = sum(usual.values())
    return {o: worth / total if total else 1 / len(usual) for o, worth in usual.items()}


def points_of(weights: Weights, elicitation: Elicitation) -> dict[str, float]:
    """Return the points of each question that the weights stand for: the judgements, undone."""
    weight = weights.by_outcome
    return {
        question.id: ANCHOR_POINTS
        * sum(weight.get(o, 0.0) * elicitation.ranges[o].swing for o in question.outcomes)
        / weights.anchor_worth
        for question in elicitation.questions
    }


def judged_criterion(
    criterion: Criterion, judgements: Collection[Judgement], weights: Weights
) -> Criterion:
    """Return the criterion with the weight that was asked for: none without a judgement.

    Its swing runs from the largest amount given to the smallest.
    """
    points = {judgement.outcome: judgement.answer for judgement in judgements}
    if criterion.id not in points or not criterion.swing:
        return replace(criterion, weight=0.0)
    worth = points[criterion.id] / ANCHOR_POINTS * weights.anchor_worth
    return replace(criterion, weight=worth / criterion.swing)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeightSpace:
    """All weights that agree with what was answered: the mixtures of some vertices.

    Vertex 0 has what is settled, in its fixed proportions; each other vertex has one skipped
    question alone. In units of swings every vertex sums to 1. `per_unit` has shape (vertices,
    columns): weights per person in 1,000, or per unit of a criterion; `swings` (columns,) are the
    ranges that turn them into swing weights.
    """

    columns: tuple[str, ...]
    per_unit: Floats
    swings: Floats


def weight_space(
    weights: Weights, elicitation: Elicitation, *, criteria: Sequence[Criterion] = ()
) -> WeightSpace:
    """Return the space of weights that the answers leave open; one vertex when none was skipped.

    An outcome without a stated range has the anchor's.
    """
    counted = [c for c in criteria if c.weight and c.amounts]
    per_person = dict(weights.by_outcome)
    open_to = {outcome for question in weights.skipped for outcome in question.outcomes}
    columns = (
        *dict.fromkeys([*per_person, *(o for q in weights.skipped for o in q.outcomes)]),
        *(c.id for c in counted),
    )
    usual = elicitation.ranges[elicitation.anchor].swing
    ranges = {o: r.swing for o, r in elicitation.ranges.items()} | {c.id: c.swing for c in counted}
    swings = np.array([ranges.get(column, usual) or 1.0 for column in columns])
    fixed = per_person | {c.id: c.weight for c in counted}
    settled = np.array([0.0 if c in open_to else fixed[c] for c in columns]) * swings
    rows = [settled] if settled.any() or not weights.skipped else []
    for question in weights.skipped:
        shares = _shares(question, per_person, elicitation)
        rows.append(np.array([shares.get(column, 0.0) for column in columns]))
    vertices = np.array([row / (row.sum() or 1.0) for row in rows]).reshape(len(rows), len(columns))
    return WeightSpace(columns=columns, per_unit=vertices / swings, swings=swings)
