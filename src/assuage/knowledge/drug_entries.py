"""The shapes of the drug and plan files, before their sources and references are resolved."""

from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BeforeValidator, Field

from assuage.knowledge.citing import CitationEntry, Entry
from assuage.plan.dosing import DrugClass, Form, Market, Release, TimeOfDay

T = TypeVar("T")


def _exact(value: Any) -> Any:
    """Keep a dose as it is written: YAML's 37.5 becomes the decimal 37.5."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return Decimal(str(value)) if is_number else value


Mg = Annotated[Decimal, BeforeValidator(_exact), Field(gt=0)]
Fraction = Annotated[Decimal, BeforeValidator(_exact), Field(gt=0, lt=1)]
Days = Annotated[int, Field(gt=0)]
Text = Annotated[str, Field(min_length=1)]


class CitedEntry(Entry, Generic[T]):
    """`{value, source: {id, locator}}`: no number without the place it was read."""

    value: T
    source: CitationEntry


class ProductEntry(Entry):
    """Strengths of one form in one market: mg each, or mg/mL of a solution."""

    form: Form
    release: Release = "immediate"
    market: Market
    strengths: tuple[Mg, ...]
    may_be_halved: tuple[Mg, ...] = ()
    source: CitationEntry


class MaximumEntry(Entry):
    dose: Mg
    market: Market
    from_age: int = Field(default=0, ge=0)
    note: str = ""
    source: CitationEntry


class WaypointEntry(Entry):
    day: Days
    dose: Mg


class WaypointsEntry(Entry):
    days: tuple[WaypointEntry, ...]
    source: CitationEntry


class IntakesEntry(Entry):
    times: tuple[TimeOfDay, ...]
    split_above: CitedEntry[Mg] | None = None
    divided: tuple[TimeOfDay, ...] = ()
    source: CitationEntry


class DosingEntry(Entry):
    indication: Text
    for_pain: bool
    start: CitedEntry[Mg] | None
    start_older: CitedEntry[Mg] | None
    older_from_age: int | None
    step: CitedEntry[Mg] | None
    interval_days: CitedEntry[Days] | None
    waypoints: WaypointsEntry | None
    target_low: CitedEntry[Mg] | None
    target_high: CitedEntry[Mg] | None
    maxima: tuple[MaximumEntry, ...]
    intakes: IntakesEntry
    notes: tuple[CitedEntry[Text], ...] = ()


class AdequateTrialEntry(Entry):
    """Weeks and least dose of an attempt that tells something; `set_by`: who set the weeks."""

    weeks: CitedEntry[Days]
    set_by: Literal["source", "assuage"]
    at_least_mg_per_day: CitedEntry[Mg] | None


class DrugTaperEntry(Entry):
    largest_step: CitedEntry[Mg] | None
    guidance: tuple[CitedEntry[Text], ...]


class WashoutEntry(Entry):
    other: Text
    direction: Literal["before_this", "after_this"]
    days: CitedEntry[Days]


class DrugEntry(Entry):
    """One file of `drugs`. A number that no source gave is null, and stays null."""

    id: Text
    label: Text
    drug_class: DrugClass = Field(alias="class")
    rxnorm: str | None
    atc: Text
    mechanism: CitedEntry[Text]
    guideline_line: tuple[CitedEntry[Text], ...]
    half_life_hours: CitedEntry[tuple[Mg, Mg]] | None
    active_metabolite: CitedEntry[Text] | None
    products: tuple[ProductEntry, ...]
    dosing: DosingEntry
    adequate_trial: AdequateTrialEntry
    renal: tuple[CitedEntry[Text], ...]
    hepatic: tuple[CitedEntry[Text], ...]
    taper: DrugTaperEntry
    washouts: tuple[WashoutEntry, ...]
    monitoring: tuple[str, ...]
    advice: tuple[str, ...]
    stopping: tuple[str, ...]


class ReviewEntry(Entry):
    early_days: CitedEntry[Days]
    early_days_young: CitedEntry[Days]
    young_through_age: int = Field(ge=18)
    weeks: CitedEntry[Days]
    weeks_at_target: CitedEntry[Days]
    ask_early: Text
    ask_benefit: Text


class TaperEntry(Entry):
    largest_fraction: CitedEntry[Fraction]
    interval_days: CitedEntry[Days]
    shortest_days: CitedEntry[Days]


class StoppingEntry(Entry):
    when: Text
    do: Text
    source: CitationEntry
    set_by: Literal["source", "assuage"]


class CommonEntry(Entry):
    review: ReviewEntry
    taper: TaperEntry
    stopping: dict[str, StoppingEntry]


class AdviceEntry(Entry):
    topic: Text
    urgent: bool = False
    text: Text
    source: CitationEntry


class MonitoringEntry(Entry):
    what: Text
    why: Text
    weeks: tuple[Annotated[int, Field(ge=0)], ...] = ()
    timed_by: Literal["source", "assuage"]
    joins: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    only_if_joined: bool = False
    source: CitationEntry
