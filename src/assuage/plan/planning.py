"""Make the whole plan for one drug and one person, or say exactly what stands in the way."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from assuage.errors import PlanError
from assuage.plan.before_start import refuse_unless_above
from assuage.plan.caveats import caveats
from assuage.plan.dosing import DoseLimit, Drug, MonitoringNeed
from assuage.plan.limits import (
    asks_for_less_without_number,
    asks_for_slow_steps,
    refuse_above,
    strictest_factor,
)
from assuage.plan.monitoring import checks, joined, reviews
from assuage.plan.regimen import DoseStep, Onward, Plan
from assuage.plan.tablets import next_dose_within, share_over_day
from assuage.plan.tapering import taper
from assuage.plan.targets import DoseRange, default_target, dose_range
from assuage.plan.titration import SLOWER, Course, Rise, titrate
from assuage.provenance import Citation
from assuage.units import MgPerDay, plain


def make_plan(
    drug: Drug,
    *,
    age: int,
    today: date,
    target: MgPerDay | None = None,
    limits: tuple[DoseLimit, ...] = (),
    monitoring: tuple[MonitoringNeed, ...] = (),
) -> Plan:
    """Return the plan from the first dose to the last step of the taper.

    `age` in years; `target` in mg/day, by default the lowest usual target within all limits;
    `limits` and `monitoring` are what screening found for this person. Raises PlanError for a
    target above the maximum, a dose the strengths cannot make, and any number no source gave.
    """
    allowed = dose_range(drug, limits, age)
    aim = _given_target(drug, target, allowed) if target is not None else None
    aim = aim if aim is not None else default_target(drug, limits, allowed)
    if (now := drug.dosing.taken_now) is not None:
        refuse_unless_above(
            drug, now=now, target=aim, makeable=allowed.makeable, ceiling=allowed.ceilings[0]
        )
    course = Course(
        start=_start(drug, limits, age, [dose for dose in allowed.makeable if dose <= aim]),
        target=aim,
        slower=asks_for_slow_steps(limits),
        doubling=any(limit.doubling for limit in limits),
    )
    rises = titrate(drug.label, drug.dosing, course, allowed.makeable)
    planned = reviews(drug.review, rises=rises, age=age, today=today)
    return Plan(
        drug=drug.id,
        label=drug.label,
        today=today,
        indication=drug.dosing.indication,
        for_pain=drug.dosing.for_pain,
        steps=tuple(_step(drug, rise, today) for rise in rises),
        target=aim,
        target_given=target is not None,
        target_citation=_target_citation(drug, allowed),
        ceiling=allowed.ceilings[0],
        other_ceilings=allowed.ceilings[1:],
        limits=limits,
        reviews=planned,
        monitoring=checks(joined(drug.monitoring, monitoring), planned, today),
        stopping=drug.stopping,
        taper=taper(drug, aim),
        taper_guidance=drug.taper.guidance,
        advice=drug.advice,
        caveats=caveats(drug, course, limits, age, allowed.ceilings),
        onward=_onward(drug, course, allowed),
    )


def _given_target(drug: Drug, target: MgPerDay, allowed: DoseRange) -> MgPerDay:
    refuse_above(drug, target, allowed.ceilings)
    if target in allowed.makeable:
        return target
    below = [dose for dose in allowed.makeable if dose < target][-1:]
    above = [dose for dose in allowed.makeable if dose > target][:1]
    nearest = " and ".join(f"{plain(dose)} mg/day" for dose in (*below, *above))
    strengths = ", ".join(str(product) for product in drug.products)
    raise PlanError(
        f"Cannot plan {drug.label} at {plain(target)} mg/day: the strengths ({strengths}) do not "
        f"make it. The nearest they make: {nearest}. Choose one of these."
    )


def _target_citation(drug: Drug, allowed: DoseRange) -> Citation:
    low = drug.dosing.target_low
    return low.citation if low is not None else allowed.ceilings[0].citation


def _start(
    drug: Drug, limits: Sequence[DoseLimit], age: int, makeable: Sequence[MgPerDay]
) -> MgPerDay:
    """Return the first dose: the source's, or less for older people and for rules that say so."""
    dosing = drug.dosing
    if dosing.taken_now is not None:
        return dosing.taken_now
    older = dosing.older_from_age is not None and age >= dosing.older_from_age
    usual = dosing.start_older if older and dosing.start_older is not None else dosing.start
    if usual is None:
        raise PlanError(
            f"Cannot plan {drug.label}: no source was found for its starting dose, and assuage "
            f"does not invent one. Choose another drug, or dose it from the product's own label."
        )
    start = min(makeable)
    if not asks_for_less_without_number(limits):
        wanted = usual.value * strictest_factor(limits)
        start = next_dose_within(makeable, above=Decimal(0), at_most=wanted) or start
    for limit in limits:
        if limit.start_at_most is not None and start > limit.start_at_most:
            start = next_dose_within(makeable, above=Decimal(0), at_most=limit.start_at_most)
            if start is None:
                raise PlanError(
                    f"Cannot start {drug.label} at {plain(limit.start_at_most)} mg/day or less, "
                    f"as {limit.citation} asks: the lowest dose the strengths make is "
                    f"{plain(min(makeable))} mg/day. Choose another drug, or ask for a liquid."
                )
    return start


def _onward(drug: Drug, course: Course, allowed: DoseRange) -> Onward | None:
    """Return how to go on above the target; None at the maximum, or where no source gives steps."""
    step, days = drug.dosing.step, drug.dosing.interval_days
    if step is None or days is None:
        return None
    within = next_dose_within(
        allowed.makeable, above=course.target, at_most=course.target + step.value
    )
    if within is None:
        return None
    return Onward(
        step=step.value,
        interval_days=days.value * (SLOWER if course.slower else 1),
        up_to=max(allowed.makeable),
        weeks=drug.review.weeks.value,
        weeks_at_dose=drug.review.weeks_at_target.value,
        citation=step.citation,
        judged_by=drug.review.weeks.citation,
    )


def _step(drug: Drug, rise: Rise, today: date) -> DoseStep:
    return DoseStep(
        from_day=rise.from_day,
        from_date=today + timedelta(days=rise.from_day - 1),
        dose=rise.dose,
        intakes=share_over_day(rise.dose, drug.products, drug.dosing.intakes) or (),
    )
