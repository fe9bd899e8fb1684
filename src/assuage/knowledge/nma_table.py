"""Read one table of trial results for a network meta-analysis; its header says what it holds.

Every wrong cell, arm and study is listed with its row; nothing is analysed until all is well.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal, cast

from assuage.errors import NetworkError
from assuage.evidence.effect import (
    BinaryMeasure,
    MeanMeasure,
    Pair,
    contrasts_from_events,
    contrasts_from_means,
    contrasts_from_pairs,
    contrasts_from_rates,
)
from assuage.evidence.network import LeftOut, Measure, StudyContrasts
from assuage.knowledge.cells import Cells
from assuage.knowledge.reading import Problems, Row, read_csv

Kind = Literal["events", "rates", "means", "contrasts"]

HEADERS: Mapping[Kind, tuple[str, ...]] = {
    "events": ("study", "treatment", "events", "n"),
    "rates": ("study", "treatment", "events", "time"),
    "means": ("study", "treatment", "mean", "sd", "n"),
    "contrasts": ("study", "treatment1", "treatment2", "estimate", "se"),
}
MEASURES: Mapping[Kind, tuple[Measure, ...]] = {
    "events": ("OR", "RR", "RD"),
    "rates": ("IRR",),
    "means": ("MD", "SMD"),
    "contrasts": ("MD", "OR", "RR", "RD", "IRR", "SMD"),
}


SPREAD = 1e7
"""Standard errors further apart than this leave the smaller weights no digit in doubles."""
LARGEST, SMALLEST = 1e12, 1e-9
"""Of a number in any unit; and of a standard error, whose square must not be taken for zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableArm:
    """One arm as the table reports it; what its form does not hold is None."""

    study: str
    treatment: str
    events: float | None = None
    n: float | None = None
    time: float | None = None
    mean: float | None = None
    sd: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NmaTable:
    """The studies of a table, in its order, and its arms as reported (none for contrasts)."""

    kind: Kind
    measure: Measure
    results: tuple[StudyContrasts | LeftOut, ...]
    arms: tuple[TableArm, ...] = ()

    @property
    def sds(self) -> tuple[float, ...]:
        """The arms' standard deviations, if the table gives them."""
        return tuple(arm.sd for arm in self.arms if arm.sd is not None)


def read_nma_table(text: str, name: str, *, measure: Measure | None = None) -> NmaTable:
    """Read a table in one of the four forms of `HEADERS`.

    Without `measure`, the first that the form allows (OR, IRR, MD). Contrasts are taken on the
    analysis scale: logarithms for OR, RR and IRR. Raises InvalidInput with all problems found.
    """
    problems = Problems()
    kind = _kind(text)
    _refuse_measure(kind, measure, f"{name}, row 1", problems)
    rows = read_csv(text, name, HEADERS[kind], problems)
    return _table(rows, kind, measure, name, problems)


def read_nma_rows(
    rows: Sequence[Row], kind: Kind, name: str, *, measure: Measure | None = None
) -> NmaTable:
    """Read rows that are already apart, whose cells are those of `HEADERS[kind]`.

    Raises InvalidInput with all problems found.
    """
    problems = Problems()
    _refuse_measure(kind, measure, name, problems)
    return _table(rows, kind, measure, name, problems)


def _refuse_measure(kind: Kind, measure: Measure | None, where: str, problems: Problems) -> None:
    if measure is not None and measure not in MEASURES[kind]:
        problems.add(
            where,
            found=f"the columns {', '.join(HEADERS[kind])}",
            expected=f"data for the measure {measure}",
            do=f"Ask for one of {', '.join(MEASURES[kind])}, or give other columns.",
        )


def _table(
    rows: Sequence[Row], kind: Kind, measure: Measure | None, name: str, problems: Problems
) -> NmaTable:
    chosen = measure or MEASURES[kind][0]
    if not rows and not problems.found:
        problems.add(f"{name}", found="no rows", expected="trial results", do="Add them.")
    by_study: dict[str, list[Row]] = {}
    for row in rows:
        by_study.setdefault(Cells(row, problems).filled("study"), []).append(row)
    read = _contrasts if kind == "contrasts" else _arms
    results = read(kind, by_study, chosen, problems)
    _refuse_too_far_apart(name, results, problems)
    problems.refuse_if_any()
    arms = () if kind == "contrasts" else tuple(_as_reported(row) for row in rows)
    return NmaTable(kind=kind, measure=chosen, results=tuple(results), arms=arms)


def _as_reported(row: Row) -> TableArm:
    names = ("events", "n", "time", "mean", "sd")
    numbers = {name: float(row.cells[name]) for name in names if name in row.cells}
    return TableArm(study=row.cells["study"], treatment=row.cells["treatment"], **numbers)


def _refuse_too_far_apart(
    name: str, results: Iterable[StudyContrasts | LeftOut], problems: Problems
) -> None:
    """A slip in a unit or an exponent shows as a standard error of another order of magnitude."""
    spread = {
        r.study: sqrt(float(r.covariance.diagonal().max()))
        for r in results
        if isinstance(r, StudyContrasts)
    }
    if not spread:
        return
    least, most = min(spread, key=spread.__getitem__), max(spread, key=spread.__getitem__)
    if spread[least] < SMALLEST or spread[most] > SPREAD * spread[least]:
        small, large = f"{spread[least]:.3g} in {least}", f"{spread[most]:.3g} in {most}"
        problems.add(
            name,
            found=f"a standard error of {small}, and of {large}",
            expected=f"standard errors of {SMALLEST:g} or more, less than {SPREAD:.0e} times apart",
            do="Is an exponent or a unit mistyped? Correct it.",
        )


def _kind(text: str) -> Kind:
    """The form whose columns the header names best."""
    header = {
        cell.strip().strip('"') for cell in text.removeprefix("\ufeff").split("\n")[0].split(",")
    }
    return max(HEADERS, key=lambda kind: len(header & set(HEADERS[kind])) / len(HEADERS[kind]))


@dataclass(frozen=True, slots=True)
class _Arm:
    row: Row
    treatment: str
    first: float
    second: float
    third: float


def _arms(
    kind: Kind, by_study: Mapping[str, Sequence[Row]], measure: Measure, problems: Problems
) -> list[StudyContrasts | LeftOut]:
    parse = {"events": _events, "rates": _rate, "means": _mean}[kind]
    out: list[StudyContrasts | LeftOut] = []
    for study, rows in by_study.items():
        before = len(problems.found)
        arms = [parse(Cells(row, problems)) for row in rows]
        _refuse_twice(study, arms, problems)
        if len(arms) == 1 and study:
            problems.add(
                rows[0].where,
                found=f"one arm of {study}",
                expected="two arms or more",
                do="Add the other arms, or remove the study.",
            )
        if len(problems.found) == before:
            out.append(_combine(kind, study, arms, measure))
    return out


def _events(cells: Cells) -> _Arm:
    before = len(cells.problems.found)
    events, n = cells.integer("events"), cells.integer("n", low=1)
    if events > n and len(cells.problems.found) == before:
        cells.wrong("events", expected=f"at most n ({n})", do="Correct events or n.")
    return _Arm(cells.row, cells.filled("treatment"), events, n, 0)


def _rate(cells: Cells) -> _Arm:
    events, time = cells.integer("events"), cells.number("time", above=0, up_to=LARGEST)
    return _Arm(cells.row, cells.filled("treatment"), events, time, 0)


def _mean(cells: Cells) -> _Arm:
    mean, n = cells.number("mean", up_to=LARGEST), cells.integer("n", low=1)
    sd = cells.number("sd", above=0, up_to=LARGEST)
    return _Arm(cells.row, cells.filled("treatment"), mean, sd, n)


def _combine(
    kind: Kind, study: str, arms: Sequence[_Arm], measure: Measure
) -> StudyContrasts | LeftOut:
    treatments = [arm.treatment for arm in arms]
    first, second = [arm.first for arm in arms], [arm.second for arm in arms]
    if kind == "events":
        binary = cast("BinaryMeasure", measure)
        return contrasts_from_events(study, treatments, first, second, measure=binary)
    if kind == "rates":
        return contrasts_from_rates(study, treatments, first, second)
    third, chosen = [arm.third for arm in arms], cast("MeanMeasure", measure)
    return contrasts_from_means(study, treatments, first, second, third, measure=chosen)


def _refuse_twice(study: str, arms: Iterable[_Arm], problems: Problems) -> None:
    seen: dict[str, int] = {}
    for arm in arms:
        if arm.treatment in seen and arm.treatment:
            problems.add(
                arm.row.where,
                found=f"the arm {arm.treatment} of {study} a second time",
                expected=f"each treatment once in a study (first in row {seen[arm.treatment]})",
                do="Join the two arms, or name them apart.",
            )
        seen.setdefault(arm.treatment, arm.row.number)


def _contrasts(
    _: Kind, by_study: Mapping[str, Sequence[Row]], __: Measure, problems: Problems
) -> list[StudyContrasts | LeftOut]:
    out: list[StudyContrasts | LeftOut] = []
    for study, rows in by_study.items():
        before = len(problems.found)
        pairs = [_pair(Cells(row, problems)) for row in rows]
        if len(problems.found) > before or not study:
            continue
        try:
            out.append(contrasts_from_pairs(study, pairs))
        except NetworkError as error:
            numbers = ", ".join(str(row.number) for row in rows)
            problems.add(
                f"{rows[0].name}, row{'s' if len(rows) > 1 else ''} {numbers}",
                found=str(error).removesuffix("."),
                expected="every contrast of a trial once, all of them adding up",
                do="Give the trial's contrasts as published, or its arms.",
            )
    return out


def _pair(cells: Cells) -> Pair:
    return Pair(
        treatment1=cells.filled("treatment1"),
        treatment2=cells.filled("treatment2"),
        estimate=cells.number("estimate", up_to=LARGEST),
        se=cells.number("se", above=0, up_to=LARGEST),
    )
