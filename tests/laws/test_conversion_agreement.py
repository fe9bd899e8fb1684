"""Converted log odds ratios against those of the arms, where a trial has both.

The truth is the arm-level log odds ratio of the same trial. Finnerup 2015 (printed NNTs) and DERP
2011 (printed RRs) counted other arms in some trials (low doses left out); those are compared whose
printed contrast is that of the arms up to rounding. The conversion may not use the trial's own
placebo arm, so it must come within one standard error of what it cannot know: both errors together.
"""

from collections import defaultdict
from math import log, sqrt

import pytest

from assuage.evidence.conversion import Converted, PrintedContrast, convert, predicted_risk
from assuage.evidence.trial import ArmResult, ContrastResult
from assuage.knowledge.trials import load_trials

TABLES = load_trials()
SAME_DIFFERENCE = 0.015
SAME_LOG_RATIO = 0.06


def totals(contrast: ContrastResult, treatment: str) -> tuple[int, int]:
    rows = [
        r
        for r in TABLES.arm_results
        if (r.study, r.outcome) == (contrast.study, contrast.outcome)
        and TABLES.arms[r.arm].treatment == treatment
    ]
    return sum(r.events or 0 for r in rows), sum(r.n for r in rows)


def same_as_arms(contrast: ContrastResult) -> bool:
    (e1, n1), (e0, n0) = (totals(contrast, t) for t in (contrast.treatment1, contrast.treatment2))
    if not (n1 and n0 and e1 and e0):
        return False
    if contrast.measure == "RD":
        return abs(e1 / n1 - e0 / n0 - contrast.estimate) < SAME_DIFFERENCE
    return abs(log(e1 * n0 / (n1 * e0) / contrast.estimate)) < SAME_LOG_RATIO


BOTH = [c for c in TABLES.contrasts if c.measure != "MD" and same_as_arms(c)]


def other_arms(contrast: ContrastResult) -> list[tuple[int, int]]:
    """Counts of the reference treatment in all other trials of the outcome."""
    by_study: dict[str, list[ArmResult]] = defaultdict(list)
    for r in TABLES.arm_results:
        same_treatment = TABLES.arms[r.arm].treatment == contrast.treatment2
        if r.outcome == contrast.outcome and r.study != contrast.study and same_treatment:
            by_study[r.study].append(r)
    return [
        (sum(r.events or 0 for r in rows), sum(r.n for r in rows)) for rows in by_study.values()
    ]


def test_there_is_something_to_compare():
    assert len(BOTH) >= 20


@pytest.mark.parametrize("contrast", BOTH, ids=lambda c: f"{c.study}-{c.treatment1}-{c.outcome}")
def test_the_risk_of_other_trials_gives_the_log_odds_ratio_of_the_arms(contrast: ContrastResult):
    (e1, n1), (e0, n0) = (totals(contrast, t) for t in (contrast.treatment1, contrast.treatment2))
    cells = [x + 0.5 for x in (e1, n1 - e1, e0, n0 - e0)]
    direct = log(cells[0] * cells[3] / (cells[1] * cells[2]))
    se = sqrt(sum(1 / x for x in cells))
    printed = PrintedContrast(
        measure="RD" if contrast.measure == "RD" else "RR",
        estimate=contrast.estimate,
        low=contrast.low,
        high=contrast.high,
    )
    made = convert(printed, predicted_risk(other_arms(contrast), whose="others"))
    assert isinstance(made, Converted)
    assert abs(made.estimate - direct) < sqrt(se**2 + made.se**2)
