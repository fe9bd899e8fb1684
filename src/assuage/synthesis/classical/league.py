"""The league table: every treatment against every other, in order of rank.

As in netmeta: network estimates below the diagonal, direct ones above it; or the network
estimates of one outcome below and of another above.
"""

from dataclasses import dataclass
from typing import Literal

from scipy.special import ndtri

from assuage.errors import NetworkError
from assuage.synthesis.gls import NetworkFit
from assuage.synthesis.ranking import SmallValues
from assuage.synthesis.splits import split

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
    if second is not None:
        if len(set(order) & set(second.treatments)) < 2:
            raise NetworkError("The two outcomes have no comparison in common.")
        order += sorted(set(second.treatments) - set(order))
    z = float(ndtri((1 + level) / 2))
    upper = _network(second, order, z, outcome=2) if second is not None else _direct(fit, order, z)
    return LeagueTable(
        order=tuple(order),
        lower=tuple(_network(fit, order, z, outcome=1)),
        upper=tuple(upper),
    )


def _network(fit: NetworkFit, order: list[str], z: float, *, outcome: int) -> list[LeagueCell]:
    place = {name: i for i, name in enumerate(fit.treatments)}
    cells: list[LeagueCell] = []
    for rank, one in enumerate(order):
        for two in order[rank + 1 :]:
            if one in place and two in place:
                at = (place[one], place[two])
                value = (float(fit.differences[at]), float(fit.standard_errors[at]))
                cells.append(_cell((one, two), value, z, outcome=outcome, source="network"))
    return cells


def _direct(fit: NetworkFit, order: list[str], z: float) -> list[LeagueCell]:
    rank = {name: i for i, name in enumerate(order)}
    cells: list[LeagueCell] = []
    for s in split(fit):
        turned = rank[s.treatment1] > rank[s.treatment2]
        pair = (s.treatment2, s.treatment1) if turned else (s.treatment1, s.treatment2)
        value = (-s.direct if turned else s.direct, s.se_direct)
        cells.append(_cell(pair, value, z, outcome=1, source="direct"))
    return sorted(cells, key=lambda cell: (rank[cell.treatment1], rank[cell.treatment2]))


def _cell(
    pair: tuple[str, str], value: tuple[float, float], z: float, *, outcome: int, source: Source
) -> LeagueCell:
    """Below the diagonal the column is compared with the row, above it the row with the column:
    both times the higher rank with the lower."""
    below = source == "network" and outcome == 1
    estimate, se = value
    return LeagueCell(
        row=pair[1] if below else pair[0],
        column=pair[0] if below else pair[1],
        treatment1=pair[0],
        treatment2=pair[1],
        outcome=outcome,
        source=source,
        estimate=estimate,
        se=se,
        low=estimate - z * se,
        high=estimate + z * se,
    )
