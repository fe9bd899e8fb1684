"""What a reader must know about a plan before trusting it."""

from collections.abc import Iterator, Sequence

from assuage.plan.dosing import DoseLimit, Drug
from assuage.plan.regimen import Caveat, Ceiling
from assuage.plan.tablets import makeable_doses
from assuage.plan.titration import SLOWER, Course
from assuage.units import plain


def caveats(
    drug: Drug,
    course: Course,
    limits: Sequence[DoseLimit],
    age: int,
    found: Sequence[Ceiling],
) -> tuple[Caveat, ...]:
    """Return the caveats, what weighs most first. Ages in years, doses in mg/day."""
    return (
        *_indication(drug),
        *_disagreement(drug, age),
        *_limits(limits),
        *_start(drug, course),
        *_target(drug, course, found[0]),
        *(Caveat(text=note.value, citation=note.citation) for note in drug.dosing.notes),
        *_liquid(drug),
        *_no_smaller_dose(drug, course),
    )


def _indication(drug: Drug) -> Iterator[Caveat]:
    if not drug.dosing.for_pain:
        start = drug.dosing.start
        yield Caveat(
            text=f"No dosing of {drug.label} in neuropathic pain was found; this is its dosing "
            f"for {drug.dosing.indication}.",
            citation=start.citation if start is not None else None,
        )


def _disagreement(drug: Drug, age: int) -> Iterator[Caveat]:
    maxima = [m for m in drug.dosing.maxima if age >= m.from_age and m.from_age == 0]
    if len({m.dose.value for m in maxima}) > 1:
        said = "; ".join(
            f"{plain(m.dose.value)} mg/day ({m.market}: {m.dose.citation})"
            for m in sorted(maxima, key=lambda m: m.dose.value)
        )
        yield Caveat(text=f"Sources disagree on the maximum: {said}. The plan takes the lower.")


def _limits(limits: Sequence[DoseLimit]) -> Iterator[Caveat]:
    for limit in limits:
        slow = f" Each step takes {SLOWER} times as long; that choice is assuage's."
        double = " No step more than doubles the dose; that choice is assuage's."
        how = (
            (slow if limit.slowly else double if limit.doubling else "")
            if limit.has_number
            else f" The rule gives no number, so the plan starts at the lowest strength and takes "
            f"{SLOWER} times as long over each step; that choice is assuage's."
        )
        yield Caveat(
            text=f"{limit.sentence} Because: {limit.because}.{how}", citation=limit.citation
        )
    shares = [limit for limit in limits if limit.factor is not None]
    if shares and sum(limit.has_number for limit in limits) > 1:
        yield Caveat(
            text="More than one rule asks for less. The plan keeps to the strictest and does not "
            "multiply them; together they may call for less still."
        )


def _start(drug: Drug, course: Course) -> Iterator[Caveat]:
    lowest_asked = drug.dosing.start
    if drug.dosing.taken_now is not None:
        yield Caveat(
            text=f"The plan goes on from the dose taken now, {plain(course.start)} mg/day. Who has "
            f"taken it for as long as its first step lasts can take the next step at once."
        )
    elif lowest_asked is not None and course.start > lowest_asked.value:
        yield Caveat(
            text=f"The usual start is {plain(lowest_asked.value)} mg/day; the lowest dose the "
            f"strengths make is {plain(course.start)} mg/day.",
            citation=lowest_asked.citation,
        )


def _target(drug: Drug, course: Course, ceiling: Ceiling) -> Iterator[Caveat]:
    low, high = drug.dosing.target_low, drug.dosing.target_high
    if low is not None and course.target < low.value:
        yield Caveat(
            text=f"The target of {plain(course.target)} mg/day is below the usual "
            f"{plain(low.value)} mg/day; whether it helps is less certain. The maximum here is "
            f"{plain(ceiling.dose)} mg/day.",
            citation=low.citation,
        )
    if high is not None and course.target > high.value:
        yield Caveat(
            text=f"The target of {plain(course.target)} mg/day is above the usual "
            f"{plain(high.value)} mg/day.",
            citation=high.citation,
        )


def _liquid(drug: Drug) -> Iterator[Caveat]:
    liquids = [product for product in drug.products if not product.is_solid]
    if liquids:
        yield Caveat(
            text="Smaller steps can be made with "
            + " or ".join(str(product) for product in liquids)
            + ".",
            citation=liquids[0].citation,
        )


def _no_smaller_dose(drug: Drug, course: Course) -> Iterator[Caveat]:
    if course.target == min(makeable_doses(drug.products, up_to=course.target)):
        yield Caveat(
            text=f"No strength makes less than {plain(course.target)} mg/day, so there is no step "
            f"between it and none. Ask a pharmacist for a liquid if stopping brings symptoms."
        )
