"""What is weak under a headline number is said in its row, and nothing is said of sound ones.

Truth: the sentences that a reader must be able to find, written out by hand.
"""

from dataclasses import replace

import pytest
from report_sample import APPRAISAL, TRIALS_FROM, estimate
from report_sample_words import PRESENTATION

from assuage.options.appraisal import OutcomeEstimate
from assuage.report.appraisal_html import appraisal_html
from assuage.report.appraisal_text import AppraisalText
from assuage.report.footing import footing
from assuage.report.rows import OverviewRow, overview
from assuage.report.text import render

SOUND = estimate("pain_relief_50", 262, 91, 152, 216)
HARM = estimate("withdrawal_adverse_event", 48, 32, 62, 103)


def resting(on: OutcomeEstimate, **origin: object) -> OutcomeEstimate:
    return replace(on, origin=replace(on.origin, **origin))


def row(benefit: OutcomeEstimate, harm: OutcomeEstimate) -> OverviewRow:
    first = overview(APPRAISAL, PRESENTATION)[0].rows[0]
    return replace(first, benefit=benefit, harm=harm)


@pytest.mark.parametrize(
    ("benefit", "harm", "said"),
    [
        (SOUND, HARM, ""),
        (
            replace(SOUND, difference=None),
            replace(HARM, difference=None),
            "No trial here shows whether it helps, or how often it is stopped.",
        ),
        (
            resting(SOUND, studied_at="62 to 150 mg/day", against_placebo=False),
            HARM,
            "Pain relief: trials at 62 to 150 mg/day, none against placebo.",
        ),
        (
            SOUND,
            resting(HARM, participants=98, trials=2, doubted=1),
            "Side effects: only 98 people, 1 of 2 trials doubted.",
        ),
        (SOUND, resting(HARM, trials=9, doubted=1), ""),
        (
            resting(SOUND, participants=100),
            resting(HARM, participants=0),
            "Side effects: people not counted.",
        ),
        (SOUND, resting(HARM, kind="label", participants=0), "Side effects: label evidence."),
        (resting(SOUND, kind="class"), resting(HARM, kind="class"), ""),
        (
            replace(SOUND, contradicts=("pain_relief_30",)),
            HARM,
            "Pain relief: contradicts ‘at least 30% of the pain gone’.",
        ),
    ],
)
def test_what_a_row_rests_on(benefit: OutcomeEstimate, harm: OutcomeEstimate, said: str):
    assert TRIALS_FROM.participants >= 100
    assert footing(row(benefit, harm), PRESENTATION) == said


def test_it_stands_in_the_table_of_both_reports_and_a_contradiction_beside_its_number():
    option = APPRAISAL.options[5]
    first = option.doses[0]
    said = "cannot be more than ‘At least 30% of the pain gone’: trust neither far"
    weak = replace(first.outcomes[0], contradicts=("pain_relief_30",), contradiction=said)
    dose = replace(first, outcomes=(weak, *first.outcomes[1:]))
    options = list(APPRAISAL.options)
    options[5] = replace(option, doses=(dose, *option.doses[1:]))
    appraisal = replace(APPRAISAL, options=tuple(options))
    text = " ".join(render(AppraisalText(appraisal, PRESENTATION), width=100).split())
    html = " ".join(appraisal_html(appraisal, PRESENTATION).split())
    assert "contradicts ‘at least 30% of the pain gone’" in text
    assert said in text
    assert "contradicts ‘at least 30% of the pain gone’" in html
    assert f"C{said[1:]}" in html
