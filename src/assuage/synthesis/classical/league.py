"""The league table: every treatment against every other, in order of rank.

As in netmeta: network estimates below the diagonal, direct ones above it; or the network
estimates of one outcome below and of another above.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from scipy.special import ndtri

from assuage.errors import NetworkError
from assuage.synthesis.gls import NetworkFit
from assuage.synthesis.prediction import RelativeEffect
from assuage.synthesis.ranking import SmallValues
from assuage.synthesis.splits import Split, split

Source = Literal["network", "direct"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeagueCell:
    """treatment1 minus treatment2 on the analysis scale, with its interval; treatment1 is the one
    that ranks first. `outcome` is 1 or 2."""

    row: str
    column: str
    treatment1: str
    treatment2: str
    outcome: int
    source: Source
    estimate: float
    se: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LeagueTable:
    """`order` are the rows and columns, best first. `lower` has a cell for each row below each
    column, `upper` one for each row above each column that has evidence (comparisons that no trial
    makes, or treatments that the second outcome lacks, have none)."""

    order: tuple[str, ...]
    lower: tuple[LeagueCell, ...]
    upper: tuple[LeagueCell, ...]

    @property
    def two_outcomes(self) -> bool:
        """Whether a second outcome stands above the diagonal."""
        return any(cell.outcome == 2 for cell in self.upper)

    def cell(self, row: str, column: str) -> LeagueCell | None:
        """Return the cell of this row and column; None where there is no evidence."""
        return next(
            (c for c in (*self.lower, *self.upper) if (c.row, c.column) == (row, column)), None
        )


def league_table(
    fit: NetworkFit,
    small_values: SmallValues,
    *,
    second: NetworkFit | None = None,
    level: float = 0.95,
) -> LeagueTable:
    """Return the league table of a fit, ordered by its P-scores.

    With `second`, a fit of another outcome, its network estimates stand above the diagonal instead
    of direct ones; treatments that only it has come last. Raises NetworkError when the two have no
    comparison in common.
    """
    scores = fit.p_scores(small_values)
    order = sorted(fit.treatments, key=lambda name: (-scores[name], name))
    network = fit.relative_effects(level)
    if second is not None:
        return two_outcomes(network, second.relative_effects(level), order)
    return with_direct(network, split(fit), order, level=level)


def with_direct(
    network: Sequence[RelativeEffect],
    direct: Sequence[Split],
    order: Sequence[str],
    *,
    level: float = 0.95,
) -> LeagueTable:
    """Return the table of any engine's estimates, direct ones above the diagonal."""
    z = float(ndtri((1 + level) / 2))
    rank = {name: i for i, name in enumerate(order)}
    pairs = [
        RelativeEffect(
            treatment1=s.treatment1,
            treatment2=s.treatment2,
            estimate=s.direct,
            se=s.se_direct,
            low=s.direct - z * s.se_direct,
            high=s.direct + z * s.se_direct,
            predict_low=None,
            predict_high=None,
        )
        for s in direct
    ]
    return LeagueTable(
        order=tuple(order),
        lower=_cells(network, rank, outcome=1, source="network"),
        upper=_cells(pairs, rank, outcome=1, source="direct"),
    )


def two_outcomes(
    first: Sequence[RelativeEffect], second: Sequence[RelativeEffect], order: Sequence[str]
) -> LeagueTable:
    """Return the table with the estimates of a second outcome above the diagonal.

    Treatments that only the second has come last. Raises NetworkError when the two have no
    comparison in common.
    """
    others = {name for pair in second for name in (pair.treatment1, pair.treatment2)}
    if len(set(order) & others) < 2:
        raise NetworkError("The two outcomes have no comparison in common.")
    full = (*order, *sorted(others - set(order)))
    rank = {name: i for i, name in enumerate(full)}
    return LeagueTable(
        order=full,
        lower=_cells(first, rank, outcome=1, source="network"),
        upper=_cells(second, rank, outcome=2, source="network"),
    )


def _cells(
    pairs: Sequence[RelativeEffect], rank: Mapping[str, int], *, outcome: int, source: Source
) -> tuple[LeagueCell, ...]:
    below = source == "network" and outcome == 1
    cells = [_cell(pair, rank, below=below) for pair in pairs]
    ordered = sorted(cells, key=lambda cell: (rank[cell.treatment1], rank[cell.treatment2]))
    return tuple(replace(cell, outcome=outcome, source=source) for cell in ordered)


def _cell(pair: RelativeEffect, rank: Mapping[str, int], *, below: bool) -> LeagueCell:
    """Below the diagonal the column is compared with the row, above it the row with the column:
    both times the higher rank with the lower."""
    own = pair if rank[pair.treatment1] < rank[pair.treatment2] else pair.turned
    return LeagueCell(
        row=own.treatment2 if below else own.treatment1,
        column=own.treatment1 if below else own.treatment2,
        treatment1=own.treatment1,
        treatment2=own.treatment2,
        outcome=1,
        source="network",
        estimate=own.estimate,
        se=own.se,
        low=own.low,
        high=own.high,
    )
