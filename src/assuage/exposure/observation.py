"""From published rows to what a model of shares and residual activities can learn from."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import fmean

from assuage.exposure.published import ExposureRatio

ENZYMES = frozenset({"CYP1A2", "CYP2B6", "CYP2C19", "CYP2D6", "CYP3A4"})
_Z = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One study's log ratio for one drug and one factor on one enzyme.

    Rows of one study that differ only in analyte (enantiomers, formulations) or dose count once,
    by their mean: a study speaks once. The enzyme's activity is 1 in the reference group of a
    genotype. `inhibitor` is None for a genotype; `before` is the activity without the factor and
    `after` that with it, before the inhibitor takes its part. `variance` is that of the printed
    interval, 0 where none is printed.
    """

    drug: str
    route: str
    inhibitor: str | None
    before: float
    after: float
    log_ratio: float
    variance: float
    study: str
    rows: tuple[ExposureRatio, ...]

    @property
    def ratio(self) -> float:
        return exp(self.log_ratio)


def is_learnt_from(row: ExposureRatio) -> bool:
    """Say whether the static model can read a row: of one enzyme, and meant to be scored."""
    return row.use == "score" and row.route in ENZYMES and row.kind in {"inhibitor", "genotype"}


def observations(rows: Iterable[ExposureRatio]) -> tuple[Observation, ...]:
    """Return what can be learnt from the rows; null controls of an inhibitor say nothing.

    A medicine that changed nothing in people who have the enzyme is no inhibitor of it.
    """
    groups: dict[tuple[str, str, str | None, float, float, str], list[ExposureRatio]] = {}
    for row in rows:
        states = _activities(row) if is_learnt_from(row) else None
        if states is None:
            continue
        before, after = states
        inhibitor = row.level if row.kind == "inhibitor" else None
        if inhibitor is not None and before > 0 and row.ratio <= 1:
            continue
        key = (row.victim, row.route, inhibitor, before, after, row.study)
        groups.setdefault(key, []).append(row)
    return tuple(_observation(key, tuple(found)) for key, found in groups.items())


def _activities(row: ExposureRatio) -> tuple[float, float] | None:
    if row.kind == "genotype":
        return None if row.activity is None else (1.0, row.activity)
    known = row.subjects_activity
    return None if known is None else (known, known)


def _observation(
    key: tuple[str, str, str | None, float, float, str], rows: tuple[ExposureRatio, ...]
) -> Observation:
    drug, route, inhibitor, before, after, study = key
    return Observation(
        drug=drug,
        route=route,
        inhibitor=inhibitor,
        before=before,
        after=after,
        log_ratio=fmean(log(row.ratio) for row in rows),
        variance=fmean(printed_variance(row) for row in rows),
        study=study,
        rows=rows,
    )


def printed_variance(row: ExposureRatio) -> float:
    """Return the variance of the log ratio by the printed 95% interval, or 0 without one."""
    if row.low is None or row.high is None:
        return 0.0
    return (log(row.high / row.low) / (2 * _Z)) ** 2


def interval(mean: float, variance: float) -> tuple[float, float, float]:
    """Return the median and the 95% interval of a log-normal ratio."""
    spread = _Z * sqrt(variance)
    return exp(mean), exp(mean - spread), exp(mean + spread)
