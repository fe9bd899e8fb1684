"""What is decided for one person: a choice, what would turn it, whose wishes, what came before."""

from collections.abc import Mapping
from dataclasses import dataclass

from assuage.options.acceptability import Acceptability
from assuage.options.appraisal import OutcomeEstimate, Question, Reason, Verdict
from assuage.options.attempt_adequacy import AttemptAdequacy
from assuage.options.choice import Choice, FactFlip
from assuage.options.combination import CombinationOption
from assuage.options.goals import GoalNote, TieBreak
from assuage.options.history import HistoryShift
from assuage.options.ordering import Weight
from assuage.options.preference import Answer, Language
from assuage.provenance import Stamp
from assuage.units import MgPerDay


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A drug on offer at its dose: its verdict with what leads to it, and what it would do.

    `value` is the expected value in people per 1,000, by the weights. `best_probability` is None
    for a drug with less proof than the leading ones, or tried in vain. `estimates` are of the
    weighed outcomes; `assumed` are columns on which it has no number of its own.
    """

    drug: str
    dose: MgPerDay
    rank: int
    value: float
    best_probability: float | None
    verdict: Verdict
    leading: tuple[Reason, ...]
    estimates: tuple[OutcomeEstimate, ...]
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question about wishes, in the reader's language, with what was answered.

    `points` are the patient's own, None when it was skipped; `usual_points` are what the weights
    stand for now.
    """

    id: str
    text: str
    points: float | None
    usual_points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Whose weights were taken, what was asked and not answered, and the answers to choose from.

    `whose` says it in a sentence; `anchor` is the outcome whose swing counts 100 points.
    `acceptability` is None when nothing was skipped, or fewer than two drugs are compared.
    """

    whose: str
    anchor: str
    weights: tuple[Weight, ...]
    introduction: str
    asked: tuple[Asked, ...]
    answers: tuple[Answer, ...]
    acceptability: Acceptability | None

    @property
    def skipped(self) -> tuple[Asked, ...]:
        return tuple(each for each in self.asked if each.points is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was tried before and what it means here.

    `shifts` are of the drugs on offer. `resume` are drugs to go back to first, on offer;
    `resume_barred` helped too, and are not on offer now. `last` were tried in vain long enough.
    """

    attempts: tuple[AttemptAdequacy, ...]
    shifts: tuple[HistoryShift, ...]
    resume: tuple[str, ...]
    resume_barred: tuple[str, ...]
    last: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The choice that a clinician and a patient can make together, and all that it hangs on.

    `sentence` says how clear it is, in `language`. `weighed` are all drugs on offer, best first;
    `off` the others, each with its verdict and the reasons that lead to it. `labels` name what is
    weighed, by column. `tie_break` is what goals beside pain say in a coin toss.
    """

    stamp: Stamp
    patient: str
    condition: str
    language: Language
    sentence: str
    choice: Choice
    weighed: tuple[Weighed, ...]
    off: Mapping[str, tuple[Verdict, tuple[Reason, ...]]]
    facts: tuple[FactFlip, ...]
    questions: tuple[Question, ...]
    wishes: Wishes
    before: Before
    goals: tuple[GoalNote, ...]
    tie_break: TieBreak | None
    combinations: tuple[CombinationOption, ...]
    labels: Mapping[str, str]
    choices: Mapping[str, str]
    urgent: tuple[str, ...] = ()
    not_settled: tuple[str, ...] = ()

    @property
    def first(self) -> Weighed | None:
        return self.weighed[0] if self.weighed else None

    @property
    def second(self) -> Weighed | None:
        """The drug that the first is compared with, if any has as much proof."""
        named = [each for each in self.weighed if each.drug == self.choice.second]
        return named[0] if named else None
