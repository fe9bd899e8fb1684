"""Terminal reports: complete, within the width, and the same without colour."""

import re
from dataclasses import replace

import pytest
from report_plan_sample import PLAN
from report_sample import APPRAISAL, DRUGS, STAMP
from report_sample_words import PRESENTATION
from rich.cells import cell_len

from assuage.report.appraisal_text import AppraisalText
from assuage.report.plan_text import PlanText
from assuage.report.text import render
from assuage.report.wording import VERDICTS

REPORT = AppraisalText(APPRAISAL, PRESENTATION)
PLAN_REPORT = PlanText(PLAN, STAMP, APPRAISAL.patient)
HOSTILE = "[red]Ann[/red] \x1b[31m\x1b]0;title\x07 \u202eevil\r\nsecond line"


@pytest.mark.parametrize("width", [100, 80, 60, 140])
@pytest.mark.parametrize("report", [REPORT, PLAN_REPORT], ids=["appraisal", "plan"])
def test_no_line_is_wider_than_the_terminal(report: AppraisalText | PlanText, width: int):
    too_wide = [line for line in render(report, width=width).splitlines() if cell_len(line) > width]
    assert too_wide == []


@pytest.mark.parametrize("width", [100, 80])
def test_every_drug_stands_in_the_overview_and_among_the_reasons(width: int):
    shown = render(REPORT, width=width)
    table, rest = shown.split("All 17 drugs")[1].split("1. duloxetine")
    reasons = rest.split("Reasons, drug by drug")[1]
    for drug in DRUGS:
        assert len(re.findall(rf"\b{drug}\b", table)) == 1, drug
        assert re.search(rf"^{drug}\b", reasons, re.MULTILINE), drug


def test_a_row_reads_as_the_numbers_are():
    shown = render(REPORT, width=100)
    row = next(line for line in shown.splitlines() if line.startswith(" 1 duloxetine 60"))
    assert row.split() == (
        [
            "1",
            "duloxetine",
            "60",
            "414",
            "+152",
            "(+91",
            "to",
            "+216)",
            "110",
            "+62",
            "(+32",
            "to",
            "+103)",
            "moderate",
            "trials",
            "38%",
        ]
    )


def test_no_data_is_said_and_no_zero_is_put_in_its_place():
    lines = render(REPORT, width=100).splitlines()
    for drug in ("mirtazapine 15", "trazodone", "bupropion 150"):
        row = next(line.strip() for line in lines if line.strip().startswith(drug))
        assert row.removeprefix(drug).split() == ["no", "data", "no", "data"]


def test_verdicts_are_words_also_without_colour():
    plain = render(REPORT, width=100)
    assert "\x1b" not in plain
    assert all(words.word.upper() in plain for words in VERDICTS.values())
    coloured = render(REPORT, width=100, colour=True)
    assert "\x1b[" in coloured
    stripped = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in stripped.splitlines()] == plain.splitlines()


def test_what_a_patient_file_holds_cannot_move_the_cursor_or_set_colours():
    hostile = replace(APPRAISAL, patient=HOSTILE, condition=HOSTILE)
    for report in (AppraisalText(hostile, PRESENTATION), PlanText(PLAN, STAMP, HOSTILE)):
        shown = render(report, width=100)
        assert "[red]Ann[/red] [31m ]0;title evil second line" in shown
        assert not set(shown) & {"\x1b", "\x07", "\r", "\u202e"}


def test_questions_choices_gaps_and_sources_are_all_there():
    shown = " ".join(render(REPORT, width=100).split())
    for question in APPRAISAL.questions:
        assert question.fact in shown
    for name, value in APPRAISAL.choices.items():
        assert f"{name}: {value}" in shown
    for item in APPRAISAL.not_checked:
        assert item in shown
    for option in APPRAISAL.options:
        for reason in option.reasons:
            assert reason.citation.source.title in shown
            assert reason.citation.locator in shown


def test_versions_and_intended_use_are_on_top():
    for report in (REPORT, PLAN_REPORT):
        top = " ".join(render(report, width=100).split("\n\n")[0].split())
        assert "assuage 0.1.0 · knowledge 2026.1 · evidence release 2026.1 · 2026-06-15" in top
        assert "It is not a medical device" in top


def test_a_plan_says_what_to_swallow_from_when_and_how_to_stop():
    shown = " ".join(render(PLAN_REPORT, width=100).split())
    for words in (
        "from 15 June 2026 (day 1 to day 7) 30 mg/day 1 × 30 mg capsule in the morning",
        "from 22 June 2026 (day 8 on) 71.25 mg/day 2 × 30 mg capsule in the morning;",
        "Week 2 · 29 June 2026 [ ] Review: is it tolerated?",
        "Pain fell by less than 30%. Come off. [2, leaflet]",
        "from day 15 0 mg/day none",
        "Same day: Thoughts of harm. [2, leaflet]",
        "Sources disagree on the maximum.",
    ):
        assert words in shown
