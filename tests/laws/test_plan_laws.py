"""Laws of every plan, over all drugs, targets, ages and limits. Truth: the laws themselves, and the
numbers in the drug files that a plan must not pass."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, reject
from hypothesis import strategies as st

from assuage.errors import PlanError
from assuage.knowledge.drugs import load_drugs
from assuage.plan.dosing import DoseLimit, Drug
from assuage.plan.planning import make_plan
from assuage.plan.regimen import Intake, Plan
from assuage.plan.tablets import makeable_doses
from assuage.provenance import Citation, Source
from assuage.units import MgPerDay

DRUGS = load_drugs()
TODAY = date(2026, 6, 15)
HERE = Citation(source=Source(id="test", title="a test"))
DOSES = st.integers(1, 180).map(lambda n: MgPerDay(Decimal(n) * Decimal("2.5")))


def bounds(**numbers: MgPerDay | Decimal | None) -> DoseLimit:
    return DoseLimit(rule="R", sentence="Less.", because="law", citation=HERE, **numbers)


LIMITS = st.lists(
    st.one_of(
        st.just(bounds()),
        DOSES.map(lambda dose: bounds(at_most=dose)),
        DOSES.map(lambda dose: bounds(start_at_most=dose)),
        st.sampled_from(["0.25", "0.5", "0.75"]).map(lambda f: bounds(factor=Decimal(f))),
    ),
    max_size=2,
).map(tuple)


@st.composite
def plans(draw: st.DrawFn) -> tuple[Drug, Plan, int]:
    drug = DRUGS[draw(st.sampled_from(sorted(DRUGS)))]
    age = draw(st.integers(18, 95))
    target = draw(st.one_of(st.none(), st.sampled_from(_targets(drug)), DOSES))
    limits = draw(LIMITS)
    try:
        plan = make_plan(drug, age=age, today=TODAY, target=target, limits=limits)
    except PlanError:
        reject()
    return drug, plan, age


def _targets(drug: Drug) -> list[MgPerDay]:
    highest = max(maximum.dose.value for maximum in drug.dosing.maxima)
    return list(makeable_doses(drug.products, up_to=highest))


def _total(intakes: tuple[Intake, ...]) -> Decimal:
    return sum(
        (count.number * count.product.strength for intake in intakes for count in intake.counts),
        Decimal(0),
    )


@given(plans())
def test_no_plan_passes_its_maximum_or_any_limit(made: tuple[Drug, Plan, int]):
    drug, plan, age = made
    usual = min(m.dose.value for m in drug.dosing.maxima if age >= m.from_age)
    caps = [usual]
    caps += [limit.at_most for limit in plan.limits if limit.at_most is not None]
    caps += [usual * limit.factor for limit in plan.limits if limit.factor is not None]
    assert all(step.dose <= min(caps) for step in plan.steps)
    assert plan.ceiling.dose <= min(caps)


@given(plans())
def test_the_first_dose_respects_limits_on_it(made: tuple[Drug, Plan, int]):
    _, plan, _ = made
    caps = [limit.start_at_most for limit in plan.limits if limit.start_at_most is not None]
    assert all(plan.steps[0].dose <= cap for cap in caps)


@given(plans())
def test_every_dose_is_made_of_strengths_that_exist(made: tuple[Drug, Plan, int]):
    drug, plan, _ = made
    for step in (*plan.steps, *plan.taper):
        assert _total(step.intakes) == step.dose
        for intake in step.intakes:
            for count in intake.counts:
                assert count.product in drug.products
                halved = count.number % 1 != 0
                assert count.number > 0
                assert not halved or (count.product.may_be_halved and count.number % 1 == 0.5)


@given(plans())
def test_doses_rise_to_the_target_and_fall_to_nothing(made: tuple[Drug, Plan, int]):
    drug, plan, _ = made
    up = [step.dose for step in plan.steps]
    down = [step.dose for step in plan.taper]
    assert up == sorted(set(up))
    assert up[-1] == plan.target
    assert down == sorted(set(down), reverse=True)
    assert down[-1] == 0
    last = [plan.target, *down][-2]
    assert last == min(makeable_doses(drug.products, up_to=plan.target))


@given(plans())
def test_no_step_is_faster_or_bigger_than_its_source(made: tuple[Drug, Plan, int]):
    drug, plan, _ = made
    dosing = drug.dosing
    published = {p.dose: p.day for p in dosing.waypoints.value} if dosing.waypoints else {}
    for before, after in pairwise(plan.steps):
        if after.dose in published:
            assert after.from_day >= published[after.dose]
        elif dosing.step is not None and dosing.interval_days is not None:
            assert after.dose - before.dose <= dosing.step.value
            assert after.from_day - before.from_day >= dosing.interval_days.value
        else:
            # Cut short: a target between two published doses, on the later one's day.
            later = min(dose for dose in published if dose > after.dose)
            assert after.from_day >= published[later]


@given(plans())
def test_a_taper_is_gentle_and_long_enough(made: tuple[Drug, Plan, int]):
    drug, plan, _ = made
    makeable = makeable_doses(drug.products, up_to=plan.target)
    doses = [plan.target, *(step.dose for step in plan.taper)]
    for before, after in pairwise(doses[:-1]):
        next_lower = max(dose for dose in makeable if dose < before)
        assert after >= before * (1 - drug.taper.largest_fraction.value) or after == next_lower
        if drug.taper.largest_step is not None:
            assert before - after <= drug.taper.largest_step.value or after == next_lower
    if len(plan.taper) > 1:
        assert plan.taper[-1].from_day - 1 >= drug.taper.shortest_days.value
    for before, after in pairwise(plan.taper):
        assert after.from_day - before.from_day >= drug.taper.interval_days.value


@given(plans())
def test_dates_rise_and_agree_with_days(made: tuple[Drug, Plan, int]):
    _, plan, _ = made
    assert all(a.from_date < b.from_date for a, b in pairwise(plan.steps))
    assert all(s.from_date == TODAY + timedelta(days=s.from_day - 1) for s in plan.steps)
    early, late = plan.reviews
    assert TODAY < early.on < late.on
    assert late.on >= plan.steps[-1].from_date
    assert [check.on for check in plan.monitoring] == sorted(c.on for c in plan.monitoring)
    assert all(check.on >= TODAY for check in plan.monitoring)


@given(plans())
def test_a_plan_is_the_same_each_time(made: tuple[Drug, Plan, int]):
    drug, plan, age = made
    target = plan.target if plan.target_given else None
    again = make_plan(drug, age=age, today=TODAY, target=target, limits=plan.limits)
    assert again == plan


@given(st.sampled_from(sorted(DRUGS)), st.integers(18, 95), DOSES)
def test_a_refusal_names_the_drug_and_what_to_do(name: str, age: int, target: MgPerDay):
    drug = DRUGS[name]
    try:
        plan = make_plan(drug, age=age, today=TODAY, target=target)
    except PlanError as refusal:
        message = str(refusal)
        plan = None
    else:
        message = ""
        assert plan.target == target
    assert plan is not None or (drug.label in message and message.count(". ") >= 1)
