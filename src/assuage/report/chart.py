"""What the pictures show, as rows a test can read; `picture` draws them and decides nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor

from assuage.options.appraisal import Interval, OutcomeEstimate
from assuage.plan.regimen import Plan

_STEPS = (5, 10, 20, 25, 50, 100, 200, 250, 500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A common axis, per 1,000 people: zero is always on it, and its ends are ticks."""

    low: int
    high: int
    step: int

    @property
    def ticks(self) -> tuple[int, ...]:
        return tuple(range(self.low, self.high + 1, self.step))

    def place(self, value: float) -> float:
        """Return where a value stands, in percent of the axis from its left end."""
        return 100 * (value - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalMark:
    """One interval to draw. `firm` is False when certainty is low or very low, or not rated."""

    difference: Interval
    wanted: bool
    firm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Of 100 people, how an outcome falls out, in whole people that add up to 100.

    `anyway`: with the drug or with placebo alike; `because`: with the drug only; `instead`: with
    placebo only; `neither`. `low` and `high` bound the people in whom the drug makes the
    difference (below zero: fewer with the drug).
    """

    anyway: int
    because: int
    instead: int
    neither: int
    low: int
    high: int


def common_scale(intervals: Iterable[Interval], *, most_ticks: int = 7) -> Scale:
    """Return an axis in round steps that holds zero, every estimate and all but extreme bounds.

    A bound beyond twice the largest estimate (and beyond 100 per 1,000) is left off the axis, or
    one hardly known outcome would squeeze all others; the picture ends in an arrow there.
    """
    shown = list(intervals)
    reach = max([100.0, *(2 * abs(i.estimate) for i in shown)])
    low = max(-reach, min([0.0, *(i.low for i in shown)]))
    high = min(reach, max([0.0, *(i.high for i in shown)]))
    step = next((s for s in _STEPS if _ticks(low, high, s) <= most_ticks), _STEPS[-1])
    first, last = floor(low / step), max(ceil(high / step), floor(low / step) + 1)
    return Scale(low=first * step, high=last * step, step=step)


def _ticks(low: float, high: float, step: int) -> int:
    return ceil(high / step) - floor(low / step) + 1


def per_1000(estimates: Iterable[OutcomeEstimate | None]) -> tuple[Interval, ...]:
    """Return the differences that stand on the per-1,000 axis: pain points do not."""
    return tuple(
        e.difference
        for e in estimates
        if e is not None and e.difference is not None and e.unit == "per_1000"
    )


def interval_mark(estimate: OutcomeEstimate | None, *, wanted: bool) -> IntervalMark | None:
    """Return the mark of an estimate, or None when it has no data or is not per 1,000."""
    if not per_1000([estimate]) or estimate is None or estimate.difference is None:
        return None
    certainty = estimate.certainty
    firm = certainty is not None and certainty.level in {"high", "moderate"}
    return IntervalMark(difference=estimate.difference, wanted=wanted, firm=firm)


def people(estimate: OutcomeEstimate | None) -> People | None:
    """Return an outcome as 100 people, or None when it has no data or is not counted in people."""
    if estimate is None or estimate.unit != "per_1000":
        return None
    drug, placebo, difference = estimate.with_drug, estimate.with_placebo, estimate.difference
    if drug is None or placebo is None or difference is None:
        return None
    with_drug, with_placebo = _of_100(drug), _of_100(placebo)
    anyway = min(with_drug, with_placebo)
    return People(
        anyway=anyway,
        because=with_drug - anyway,
        instead=with_placebo - anyway,
        neither=100 - max(with_drug, with_placebo),
        low=round(difference.low / 10),
        high=round(difference.high / 10),
    )


def _of_100(risk: Interval) -> int:
    return min(100, max(0, round(risk.estimate / 10)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tread:
    """A dose held from a day to the next rise, or to the end of the picture."""

    from_day: int
    to_day: int
    dose: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Staircase:
    """Dose over time: `treads` rise to `target`; `reviews` are days with what is asked then."""

    treads: tuple[Tread, ...]
    target: float
    last_day: int
    reviews: tuple[tuple[int, str], ...]

    @property
    def week_ticks(self) -> tuple[int, ...]:
        """Weeks to mark: each, or every second or fourth when there are many."""
        weeks = (self.last_day - 1) // 7
        every = next(n for n in (1, 2, 4, 13, weeks or 1) if weeks / n <= 13)
        return tuple(range(0, weeks + 1, every))


def staircase(plan: Plan) -> Staircase:
    """Return the rise of a plan and its reviews, on the days of the plan (the first is day 1)."""
    reviews = tuple(((r.on - plan.today).days + 1, r.purpose) for r in plan.reviews)
    starts = [step.from_day for step in plan.steps]
    last = max([starts[-1] + 7, *(day for day, _ in reviews)]) + 7
    ends = [*starts[1:], last]
    return Staircase(
        treads=tuple(
            Tread(from_day=step.from_day, to_day=end, dose=float(step.dose))
            for step, end in zip(plan.steps, ends, strict=True)
        ),
        target=float(plan.target),
        last_day=last,
        reviews=reviews,
    )
