"""Turn the percentages of product labels into effects, where trials in the network are silent."""

from collections.abc import Iterable, Sequence
from math import log, sqrt

from assuage.evidence.label import LabelFrequency
from assuage.synthesis.baseline import PlaceboCount
from assuage.synthesis.release import LabelEffect

OTHER_DISEASES = "other diseases (product labels)"
_NEAREST = {"pain": 0, "mixed": 1, "psychiatric": 2}
_WHERE = {
    "pain": "trials in pain of other kinds",
    "mixed": "trials in several diseases",
    "psychiatric": "trials in psychiatric disease",
}


def usable(frequencies: Iterable[LabelFrequency]) -> tuple[LabelFrequency, ...]:
    """Return one row for each drug and outcome: adults, with counts in both groups.

    Rows of one label overlap, so that only one is taken: the one from pain trials before mixed
    before psychiatric ones, and among those the largest.
    """
    best: dict[tuple[str, str], LabelFrequency] = {}
    for row in frequencies:
        if not row.outcome or row.people != "adults" or row.placebo_is_below:
            continue
        if row.percent_placebo is None or not row.n_drug or not row.n_placebo:
            continue
        key = (row.drug, row.outcome)
        if key not in best or _preference(row) < _preference(best[key]):
            best[key] = row
    return tuple(best[key] for key in sorted(best))


def label_effect(row: LabelFrequency) -> LabelEffect:
    """Return the log odds ratio of a usable row, with its standard error (Woolf).

    Counts are had from the percentages; half an event is added to each cell when one is empty.
    """
    a, b, c, d = _cells(row)
    return LabelEffect(
        drug=row.drug,
        outcome=row.outcome,
        log_odds_ratio=log(a * d / (b * c)),
        se=sqrt(1 / a + 1 / b + 1 / c + 1 / d),
        people=(row.n_drug or 0) + (row.n_placebo or 0),
        statement=f"{_document(row)}: {row.percent_drug:g}% of {row.n_drug:,} against "
        f"{row.percent_placebo:g}% of {row.n_placebo:,} on placebo, {_WHERE[row.setting]}",
        source=str(row.citation),
    )


def label_placebo(rows: Sequence[LabelFrequency], outcome: str) -> tuple[PlaceboCount, ...]:
    """Return the placebo groups of usable rows for an outcome, as one more condition.

    They tell how often people on placebo report it when few placebo groups in neuropathic pain do.
    """
    return tuple(
        PlaceboCount(
            study=f"label of {row.drug}",
            condition=OTHER_DISEASES,
            events=round((row.percent_placebo or 0) / 100 * (row.n_placebo or 0)),
            n=row.n_placebo or 0,
        )
        for row in rows
        if row.outcome == outcome
    )


def _preference(row: LabelFrequency) -> tuple[int, int]:
    return (_NEAREST[row.setting], -((row.n_drug or 0) + (row.n_placebo or 0)))


def _document(row: LabelFrequency) -> str:
    return "product label" if row.source_type == "label" else "trials elsewhere"


def _cells(row: LabelFrequency) -> tuple[float, float, float, float]:
    n1, n0 = float(row.n_drug or 0), float(row.n_placebo or 0)
    a = row.percent_drug / 100 * n1
    c = (row.percent_placebo or 0) / 100 * n0
    cells = (a, n1 - a, c, n0 - c)
    if min(cells) > 0:
        return cells
    return (cells[0] + 0.5, cells[1] + 0.5, cells[2] + 0.5, cells[3] + 0.5)
