"""What a consultation says of each drug: its verdict, its reasons, and what it would do."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Literal, NamedTuple

from assuage.options.attempt_adequacy import AttemptAdequacy
from assuage.options.burden import Burden
from assuage.patient.finding import Fact
from assuage.provenance import Citation, Stamp
from assuage.units import MgPerDay


class Verdict(Enum):
    """Ordered from what permits least (rank 0) to what permits most."""

    CONTRAINDICATED = "contraindicated"
    AVOID = "avoid"
    NOT_ENOUGH_INFORMATION = "not_enough_information"
    CAUTION = "caution"
    SUITABLE = "suitable"

    rank: int

    def __init__(self, _: str) -> None:
        self.rank = len(type(self).__members__)

    @property
    def is_on_offer(self) -> bool:
        """Whether a drug with this verdict may be offered."""
        return self in {Verdict.CAUTION, Verdict.SUITABLE}


class Hinge(NamedTuple):
    """What a reason hangs on: a line of the record, a measurement, or a fact not recorded.

    Where several lines show the same, the reason ends only when all of them are otherwise.
    """

    lines: tuple[str, ...]
    recorded: bool

    @property
    def words(self) -> str:
        return " and ".join(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a drug has its verdict: a rule, what it found here, and by whose word.

    `effect` is one of the rule effects (contraindicated, avoid, caution, reduce_dose, monitor),
    or `note` for what changes no verdict (nothing found, tried before and borne well).
    `finding` is present, absent or not recorded.
    `permits` is the most that a drug can be while the reason stands; each of `hinges` ends it by
    itself. `catastrophe` names a rare harm that may kill.
    """

    rule: str
    effect: str
    sentence: str
    finding: str
    because: str
    do: str
    citation: Citation
    region: str = ""
    graded_by: Literal["source", "assuage"] = "source"
    permits: Verdict = Verdict.SUITABLE
    hinges: frozenset[Hinge] = frozenset()
    mechanism: str = ""
    catastrophe: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a drug would be if some things were otherwise (recorded), or were known to be absent."""

    hinges: tuple[Hinge, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One position where sources disagree."""

    who: str
    region: str
    says: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A question that sources answer differently, and which answer was taken here.

    `general` ones concern the drug, not this person.
    """

    question: str
    voices: tuple[Voice, ...]
    choice: str
    general: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An unrecorded fact that could change a verdict, with the drugs that wait for it."""

    fact: str
    why: str
    drugs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A central estimate (posterior median) and its 95% credible interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Certainty:
    """How far to trust an estimate, and what lowered it; rated by rule, not by a panel."""

    level: Literal["high", "moderate", "low", "very low"]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an estimate comes from, in words a clinician can weigh.

    `studied_at` are the doses of its trials when all are lower, or all higher, than the dose that
    the estimate stands at; `doubted` counts the trials whose numbers are trusted less;
    `against_placebo` is False when the drug is known through other drugs only. `trial_ids` are the
    studies behind it, as `trials/studies.csv` names them; `label` is the source of a label's
    counts.
    """

    kind: Literal["trials", "class", "label", "none"]
    statement: str
    trials: int = 0
    participants: int = 0
    reconstructed: bool = False
    derived: bool = False
    doubted: int = 0
    against_placebo: bool = True
    studied_at: str = ""
    trial_ids: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeEstimate:
    """One outcome at one dose. `unit` is per 1,000 people, or points on the 0-10 pain scale.

    `difference` is None only when there is no data; then all are. Points may have a difference
    alone: trials that print a mean difference often keep the arms' own means to themselves.
    `contradicts` are outcomes whose numbers here cannot be true together with this one's, and
    `contradiction` says so.
    """

    outcome: str
    unit: Literal["per_1000", "points"]
    with_drug: Interval | None
    with_placebo: Interval | None
    difference: Interval | None
    certainty: Certainty | None
    origin: Origin
    contradicts: tuple[str, ...] = ()
    contradiction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseOption:
    dose: MgPerDay
    outcomes: tuple[OutcomeEstimate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """`rank` is None for drugs that are not on offer.

    `best_probability` is None for those too, and for drugs with less proof of their benefit (no
    trials of their own, say) than the leading ones: they follow, but are not compared. `marks` say
    in a few words what the reader must see beside the name: taken now, tried before in vain.
    `leading` are the few reasons that decide the verdict, gravest first. `burdens` are what adds up
    over the whole list of medicines, with and without it.
    """

    drug: str
    drug_class: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    doses: tuple[DoseOption, ...]
    rank: int | None
    best_probability: float | None
    marks: tuple[str, ...] = ()
    leading: tuple[Reason, ...] = ()
    burdens: tuple[Burden, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """Every candidate drug, in order: nothing that went in is missing.

    `patient` is the summary line of what was recorded; `choices` are those the user did not
    make (baseline, weights, reference) and must be able to read; `not_checked` is what of the
    record no rule could look at. `urgent` comes before anything else; `not_settled` are names that
    nobody could identify, which make every verdict provisional. `read_as` are names that were not
    read to the letter; `checked` says how many medicines could be checked; `attempts` is what was
    tried before, beside what an adequate trial of it is; `converted` how medicines taken now
    change how the person metabolises.
    """

    stamp: Stamp
    patient: str
    condition: str
    questions: tuple[Question, ...]
    options: tuple[Option, ...]
    choices: Mapping[str, str]
    not_checked: tuple[str, ...]
    urgent: tuple[str, ...] = ()
    not_settled: tuple[str, ...] = ()
    read_as: tuple[str, ...] = ()
    checked: str = ""
    attempts: tuple[AttemptAdequacy, ...] = ()
    converted: tuple[Fact, ...] = ()
