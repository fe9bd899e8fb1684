"""How a drug is dosed and sold: what a plan may rest on, each number with where it was read.

A number that no source gave is None, never a guess; a plan that needs it says what is missing.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from assuage.errors import KnowledgeError
from assuage.options.attempt_adequacy import AdequateTrial
from assuage.provenance import Citation, Cited
from assuage.units import MgPerDay, plain

DrugClass = Literal["tca", "snri", "ssri", "ndri", "nassa", "sari"]
Form = Literal["tablet", "capsule", "oral_solution"]
Release = Literal["immediate", "delayed", "extended"]
TimeOfDay = Literal["morning", "midday", "evening", "bedtime"]
Market = Literal["US", "UK", "EU", "INT"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A strength as marketed: mg in one tablet or capsule, or mg in one mL of a solution."""

    form: Form
    strength: Decimal
    citation: Citation
    release: Release = "immediate"
    may_be_halved: bool = False
    market: Market = "US"

    @property
    def is_solid(self) -> bool:
        return self.form != "oral_solution"

    def __str__(self) -> str:
        if self.is_solid:
            return f"{plain(self.strength)} mg {self.form}"
        return f"oral solution {plain(self.strength)} mg/mL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Maximum:
    """The highest daily dose by one source; sources disagree, so a drug has several.

    `from_age` is the first year of age from which it holds (0: for every adult).
    """

    dose: Cited[MgPerDay]
    market: Market
    from_age: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waypoint:
    """A dose that a source's own schedule reaches on a day (the first dose is on day 1)."""

    day: int
    dose: MgPerDay


@dataclass(frozen=True, slots=True, kw_only=True)
class Intakes:
    """When in the day a dose is taken; above `split_above` it is divided over `divided`."""

    times: tuple[TimeOfDay, ...]
    citation: Citation
    split_above: Cited[MgPerDay] | None = None
    divided: tuple[TimeOfDay, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRule:
    """When to look again. Early, for harms: after `early_days`, or `early_days_young` up to
    `young_through_age`. For benefit, once the trial has been adequate: `weeks` after the first
    dose or `weeks_at_target` after reaching the target, whichever is later.
    """

    early_days: Cited[int]
    early_days_young: Cited[int]
    young_through_age: int
    weeks: Cited[int]
    weeks_at_target: Cited[int]
    ask_early: str
    ask_benefit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dosing:
    """How to start, raise and limit a drug, for `indication`.

    `for_pain` is False where no neuropathic-pain dosing was found. `waypoints` is the published
    start of a schedule, when it is not made of equal steps; `step` and `interval_days` rule
    after its last day. `taken_now` is the dose of a person who takes the drug already: a plan
    rises from it. Doses in mg/day.
    """

    indication: str
    for_pain: bool
    start: Cited[MgPerDay] | None
    start_older: Cited[MgPerDay] | None
    older_from_age: int | None
    step: Cited[MgPerDay] | None
    interval_days: Cited[int] | None
    waypoints: Cited[tuple[Waypoint, ...]] | None
    target_low: Cited[MgPerDay] | None
    target_high: Cited[MgPerDay] | None
    maxima: tuple[Maximum, ...]
    intakes: Intakes
    notes: tuple[Cited[str], ...] = ()
    taken_now: MgPerDay | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaperRule:
    """How to come off: the largest fall at once (as a part of the dose, and in mg/day when a
    source says so), the shortest time on each step, and the shortest whole taper."""

    largest_fraction: Cited[Decimal]
    largest_step: Cited[MgPerDay] | None
    interval_days: Cited[int]
    shortest_days: Cited[int]
    guidance: tuple[Cited[str], ...]

    def __post_init__(self):
        if not 0 < self.largest_fraction.value < 1:
            raise KnowledgeError("A taper step must take off a part of the dose between 0 and 1.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Washout:
    """Days to leave between this drug and another class, such as an MAOI."""

    other: str
    direction: Literal["before_this", "after_this"]
    days: Cited[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringNeed:
    """Something to measure or to ask. `weeks` after the first dose (0: before it).

    Without weeks the source names no time: the check then falls on the baseline and on every
    review, and says that the timing is ours. `rule` is the rule that asks for it, empty for the
    drug's own needs. A need of the drug's own takes in what the rules in `joins` ask, and says
    already what those in `says` ask; with `only_if_joined` it is there for such a rule alone. `id`
    is that of `plan/monitoring.yaml`, by which other languages name it; empty for a rule's own.
    """

    what: str
    why: str
    citation: Citation
    weeks: tuple[int, ...] = ()
    timed_by: Literal["source", "assuage"] = "assuage"
    rule: str = ""
    joins: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    only_if_joined: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What to tell the patient. `topic` groups it: onset, effects, missed dose, driving ..."""

    id: str
    topic: str
    text: str
    citation: Citation
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppingRule:
    """When to give the drug up, agreed before the first dose."""

    id: str
    when: str
    do: str
    citation: Citation
    set_by: Literal["source", "assuage"] = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseLimit:
    """What screening found that bounds the dose: a rule's own words, and its numbers if any.

    `at_most` caps the day's dose, `start_at_most` the first dose, `factor` multiplies start,
    target and maximum (0.5: half). A rule without any number makes the plan start at the lowest
    strength and rise at half the speed. `slowly` says that a rule asks for slow steps in words;
    `doubling` that no step may more than double the dose, for a start below the usual one.
    """

    rule: str
    sentence: str
    because: str
    citation: Citation
    region: str = ""
    at_most: MgPerDay | None = None
    start_at_most: MgPerDay | None = None
    factor: Decimal | None = None
    slowly: bool = False
    doubling: bool = False

    def __post_init__(self):
        if self.factor is not None and not 0 < self.factor <= 1:
            raise KnowledgeError(
                f"{self.rule}: a dose factor must be above 0 and at most 1; found {self.factor}."
            )

    @property
    def has_number(self) -> bool:
        return any(n is not None for n in (self.at_most, self.start_at_most, self.factor))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug:
    """One drug, as pharmacists know it. `id` is its international non-proprietary name."""

    id: str
    label: str
    drug_class: DrugClass
    rxnorm: str | None
    atc: str
    mechanism: Cited[str]
    guideline_line: tuple[Cited[str], ...]
    half_life_hours: Cited[tuple[Decimal, Decimal]] | None
    active_metabolite: Cited[str] | None
    products: tuple[Product, ...]
    dosing: Dosing
    review: ReviewRule
    adequate_trial: AdequateTrial
    renal: tuple[Cited[str], ...]
    hepatic: tuple[Cited[str], ...]
    taper: TaperRule
    washouts: tuple[Washout, ...]
    monitoring: tuple[MonitoringNeed, ...]
    advice: tuple[Advice, ...]
    stopping: tuple[StoppingRule, ...]

    def in_market(self, market: Market) -> "Drug":
        """Return the drug as sold and limited in one market, where that market is described."""
        products = tuple(p for p in self.products if p.market == market) or self.products
        maxima = self.dosing.maxima
        here = tuple(m for m in maxima if m.market == market)
        if not any(m.from_age == 0 for m in here):
            here = maxima
        return replace(self, products=products, dosing=replace(self.dosing, maxima=here))
