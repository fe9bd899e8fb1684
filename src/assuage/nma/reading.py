"""Trials from a file, from rows or from columns, to a network's account."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from io import StringIO
from math import isnan
from pathlib import Path
from typing import Any, Protocol, cast

from assuage.errors import InvalidInput, NetworkError, Problem
from assuage.evidence.assembly import usual_reference
from assuage.evidence.network import LeftOut, Measure, StudyContrasts, components
from assuage.knowledge.nma_table import (
    HEADERS,
    MEASURES,
    Kind,
    NmaTable,
    read_nma_rows,
    read_nma_table,
)
from assuage.knowledge.reading import Row, nearest, read_text
from assuage.nma.account import NetworkAccount
from assuage.synthesis.ranking import SmallValues

_ALL: tuple[Kind, ...] = ("events", "rates", "means", "contrasts")


class DataFrame(Protocol):
    """A table by columns, as pandas and polars have it."""

    @property
    def columns(self) -> Iterable[Any]: ...
    def __getitem__(self, column: Any, /) -> Iterable[Any]: ...


Rows = Iterable[Mapping[str, Any]] | Mapping[str, Sequence[Any]] | DataFrame
"""Rows as mappings, columns as a mapping of sequences, or a data frame."""


def read(
    path: str | Path,
    *,
    measure: Measure | None = None,
    reference: str | None = None,
    small_values: SmallValues | None = None,
    columns: Mapping[str, str] | None = None,
) -> NetworkAccount:
    """Read a CSV file of arms or of contrasts; its header says which.

    The forms are `study,treatment,events,n`, `study,treatment,events,time`,
    `study,treatment,mean,sd,n` and `study,treatment1,treatment2,estimate,se` (estimate is
    treatment1 minus treatment2, a logarithm for ratios). `columns` says what a file calls them,
    {"treatment": "drug"}; columns that are not needed may then stand beside them.
    Without `measure`: OR, IRR or MD. Without `reference`: placebo, or the most studied.
    `small_values` says whether a small value is "desirable" (the default) or "undesirable".
    Raises InvalidInput with every problem found, and its row.
    """
    source = Path(path)
    body = read_text(source)
    if columns is None:
        table = read_nma_table(body, source.name, measure=measure)
    else:
        rows = list(csv.DictReader(StringIO(body.removeprefix("\ufeff"))))
        table = _table(rows, source.name, columns, measure, _ALL, first=2)
    return _account(table, source.name, reference, small_values, measure)


def from_arms(
    arms: Rows,
    *,
    measure: Measure | None = None,
    reference: str | None = None,
    small_values: SmallValues | None = None,
    columns: Mapping[str, str] | None = None,
) -> NetworkAccount:
    """Take arms: a list of mappings, a mapping of columns, or a data frame.

    The columns are those of `read`, less contrasts; others may stand beside them. Raises
    InvalidInput with every problem, naming study and arm.
    """
    kinds: tuple[Kind, ...] = ("events", "rates", "means")
    table = _table(_records(arms), "arms", columns or {}, measure, kinds)
    return _account(table, "arms", reference, small_values, measure)


def from_contrasts(
    contrasts: Rows,
    *,
    measure: Measure,
    reference: str | None = None,
    small_values: SmallValues | None = None,
    columns: Mapping[str, str] | None = None,
) -> NetworkAccount:
    """Take contrasts: study, treatment1, treatment2, estimate (treatment1 minus treatment2, a
    logarithm for ratios) and se; a trial with several arms gives all its contrasts.

    `measure` names the scale, since the numbers cannot tell it. Raises InvalidInput with every
    problem, naming study and treatments.
    """
    table = _table(_records(contrasts), "contrasts", columns or {}, measure, ("contrasts",))
    return _account(table, "contrasts", reference, small_values, measure)


def _records(data: Rows) -> list[Mapping[str, Any]]:
    if isinstance(data, Mapping):
        columns = cast("Mapping[str, Sequence[Any]]", data)
    elif hasattr(data, "columns"):
        frame = cast("DataFrame", data)
        columns = {str(name): list(frame[name]) for name in frame.columns}
    else:
        return list(cast("Iterable[Mapping[str, Any]]", data))
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise InvalidInput(
            [
                Problem(
                    where="the columns",
                    found=f"columns of different lengths ({listed})",
                    expected="a value for each row in each column",
                    do="Fill the short ones.",
                )
            ]
        )
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _table(
    records: Sequence[Mapping[str, Any]],
    name: str,
    columns: Mapping[str, str],
    measure: Measure | None,
    kinds: Sequence[Kind],
    *,
    first: int = 1,
) -> NmaTable:
    known = {column for own in kinds for column in HEADERS[own]}
    for column in columns:
        if column not in known:
            raise NetworkError(
                f"columns= names {column!r}, which no table has{nearest(column, known)}; "
                f"it may name {', '.join(sorted(known))}."
            )
    theirs = {column: columns.get(column, column) for column in sorted(known)}
    given = {str(key) for record in records for key in record}
    kind = _kind(kinds, {c for c in known if theirs[c] in given}, measure, name)
    rows = [
        _row(record, name, number, {c: theirs[c] for c in HEADERS[kind]})
        for number, record in enumerate(records, start=first)
    ]
    return read_nma_rows(rows, kind, name, measure=measure)


def _kind(kinds: Sequence[Kind], given: set[str], measure: Measure | None, name: str) -> Kind:
    """The form whose columns are all there; with two of them, the one that the measure needs."""
    full: list[Kind] = [kind for kind in kinds if given.issuperset(HEADERS[kind])]
    fitting: list[Kind] = [k for k in full if measure is None or measure in MEASURES[k]]
    if len(fitting) == 1:
        return fitting[0]
    if len(fitting) > 1:
        raise NetworkError(
            f"The {name} hold {' and '.join(fitting)}; say measure=, so that it is clear which "
            f"are meant ({', '.join(m for own in fitting for m in MEASURES[own])})."
        )
    if full:
        return full[0]
    share: dict[Kind, float] = {
        own: len(given & set(HEADERS[own])) / len(HEADERS[own]) for own in kinds
    }
    near: Kind = max(share, key=lambda own: share[own])
    missing = [column for column in HEADERS[near] if column not in given]
    forms = "; or ".join(", ".join(HEADERS[own]) for own in kinds)
    raise InvalidInput(
        [
            Problem(
                where=name,
                found=f"no column {', '.join(missing)}",
                expected=f"the columns {forms}",
                do='Add them, or say what yours are called: columns={"events": "r"}.',
            )
        ]
    )


def _row(record: Mapping[str, Any], name: str, number: int, theirs: Mapping[str, str]) -> Row:
    cells = {column: _cell(record.get(own)) for column, own in theirs.items()}
    whose = (cells.get(c, "") for c in ("study", "treatment", "treatment1", "treatment2"))
    return Row(name=name, number=number, cells=cells, about=", ".join(filter(None, whose)))


def _cell(value: Any) -> str:
    """A value as a table would hold it: 9.0 is written 9, and what is missing is empty."""
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    shown = str(value).strip()
    return "" if shown in {"nan", "<NA>", "NaT"} else shown


def _account(
    table: NmaTable,
    name: str,
    reference: str | None,
    small_values: SmallValues | None,
    measure: Measure | None,
) -> NetworkAccount:
    studies = tuple(r for r in table.results if isinstance(r, StudyContrasts))
    left_out = tuple(r for r in table.results if isinstance(r, LeftOut))
    if not studies:
        reasons = "; ".join(f"{out.study} ({out.reason})" for out in left_out)
        raise NetworkError(f"No study can be used. Left out: {reasons}.")
    largest = components(studies)[0]
    inside = [study for study in studies if study.treatments[0] in largest]
    chosen = {"measure": measure, "reference": reference, "small_values": small_values}
    account = NetworkAccount(
        name=name,
        kind=table.kind,
        measure=table.measure,
        reference=usual_reference(inside),
        small_values=small_values or "desirable",
        studies=studies,
        left_out=left_out,
        arms=table.arms,
        chosen_for_you=tuple(what for what, given in chosen.items() if given is None),
    )
    if reference is None:
        return account
    return replace(account.against(reference), chosen_for_you=account.chosen_for_you)
