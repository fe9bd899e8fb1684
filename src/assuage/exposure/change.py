"""One thing about a person that changes a drug's exposure, before it is put in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from statistics import fmean
from typing import Literal

from assuage.exposure.observation import printed_variance
from assuage.exposure.published import ExposureRatio
from assuage.exposure.static_model import LogRatio
from assuage.provenance import Citation

ChangeBasis = Literal["published", "predicted", "not published"]
UNPUBLISHED_SD = log(2) / 1.959964
"""Of a factor without a ratio: 95% from a half to twice. Assuage's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A factor's log ratio for the drug itself, and for what is judged (with its metabolite).

    The variances hold what is not known of the mean; the spread between studies comes on top,
    `spread_parts` times (0 where nothing is known, below 1 where only a part of a ratio is used).
    `left` is the part of the enzyme's activity that is left, None for what is no enzyme.
    `combined` says that a gene and a medicine meet on one enzyme.
    """

    what: str
    parent: LogRatio
    judged: LogRatio
    basis: ChangeBasis
    because: str
    citations: tuple[Citation, ...] = ()
    route: str = ""
    left: float | None = None
    spread_parts: float = 1.0
    combined: bool = False


def unpublished(what: str, because: str) -> Change:
    """Return a factor of which nobody printed the effect: ratio 1, and wide."""
    unknown = LogRatio(mean=0.0, variance=UNPUBLISHED_SD**2)
    return Change(
        what=what,
        parent=unknown,
        judged=unknown,
        basis="not published",
        because=because,
        spread_parts=0.0,
    )


def pooled(rows: Sequence[ExposureRatio], *, spread: float, what: str, because: str) -> Change:
    """Return the mean log ratio of the studies, each counted once.

    `spread` is the standard deviation between studies; few rows of one factor cannot tell it
    themselves.
    """
    studies = {row.study: [r for r in rows if r.study == row.study] for row in rows}
    means = [fmean(log(row.ratio) for row in found) for found in studies.values()]
    printed = [fmean(printed_variance(row) for row in found) for found in studies.values()]
    variance = (fmean(printed) + spread**2) / len(means)
    ratio = LogRatio(mean=fmean(means), variance=variance)
    return Change(
        what=what,
        parent=ratio,
        judged=ratio,
        basis="published",
        because=because,
        citations=citations_of(rows),
    )


def citations_of(rows: Iterable[ExposureRatio]) -> tuple[Citation, ...]:
    """Return where the rows were read, each place once."""
    return tuple(dict.fromkeys(row.citation for row in rows))
