"""Truth: metafor 5.0.1 (rma.mh) on dat.bcg (Colditz 1994) and dat.nielweise2007 (rare events)."""

from math import log

import pytest

from assuage.synthesis.pairwise import PooledMeasure, TwoByTwo, mantel_haenszel

# events vaccinated, without; events unvaccinated, without: dat.bcg of metadat
BCG = (
    [4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27],
    [119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886],
    [11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29],
    [128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825],
)
# events, n of anti-infective catheters; events, n of standard ones: dat.nielweise2007
CATHETERS = (
    [0, 1, 2, 0, 5, 1, 1, 1, 1, 1, 0, 0, 3, 6, 0, 0, 1, 4],
    [116, 44, 208, 130, 151, 98, 174, 74, 97, 113, 66, 70, 188, 187, 118, 252, 345, 64],
    [3, 3, 9, 7, 6, 4, 3, 2, 19, 2, 7, 1, 5, 11, 0, 1, 3, 1],
    [117, 35, 195, 136, 157, 139, 177, 39, 103, 122, 64, 58, 175, 180, 105, 262, 362, 69],
)


def bcg() -> list[TwoByTwo]:
    return [
        TwoByTwo(study=str(i), events1=a, n1=a + b, events0=c, n0=c + d)
        for i, (a, b, c, d) in enumerate(zip(*BCG, strict=True))
    ]


def catheters() -> list[TwoByTwo]:
    return [
        TwoByTwo(study=str(i), events1=a, n1=n1, events0=c, n0=n0)
        for i, (a, n1, c, n0) in enumerate(zip(*CATHETERS, strict=True))
    ]


@pytest.mark.parametrize(
    ("tables", "measure", "printed", "se"),
    [
        (bcg(), "OR", -0.4734109883885855, 0.04100777840423144),
        (bcg(), "RR", -0.4537096046837539, 0.03933736687129438),
        (bcg(), "RD", -0.0032881818326129996, 0.00028665674852737364),
        (catheters(), "OR", -1.2087048327337668, 0.22244542134160084),
        (catheters(), "RR", -1.1777719441845285, 0.21816794389561892),
        (catheters(), "RD", -0.024262187444724498, 0.004224309156665365),
    ],
)
def test_pooled_as_metafor_does(
    tables: list[TwoByTwo], measure: PooledMeasure, printed: float, se: float
):
    pooled = mantel_haenszel(tables, measure)
    estimate = pooled.estimate if measure == "RD" else log(pooled.estimate)
    assert (estimate, pooled.se) == (
        pytest.approx(printed, rel=1e-12),
        pytest.approx(se, rel=1e-12),
    )
