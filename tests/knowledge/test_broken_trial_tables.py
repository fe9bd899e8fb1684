"""A broken table is refused with every problem, each with its file and row and what to do.

Truth: a small set of tables that is right by the rules of the docs, broken by hand one way at a
time; the messages are written out.
"""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.errors import InvalidInput
from assuage.knowledge.trials import load_trials

TABLES = {
    "sources.csv": "source_id,title,url\nS1,Smith 2001 Table 2,https://example.org/1\n",
    "studies.csv": (
        "study_id,year,title,reference,condition,design,weeks,risk_of_bias,open_label,source_id,"
        "note\n"
        "A,2001,Smith 2001,,postherpetic_neuralgia,parallel,8,low,no,S1,\n"
        "B,2003,Brown 2003,,painful_diabetic_neuropathy,crossover,6,not_judged,no,S1,\n"
    ),
    "arms.csv": (
        "study_id,arm_id,treatment,dose_mg_per_day,dose_is,n_randomised\n"
        "A,A1,duloxetine,60,fixed,50\n"
        "A,A2,placebo,,fixed,52\n"
        "B,B1,amitriptyline,75,max,30\n"
        "B,B2,placebo,,fixed,30\n"
    ),
    "outcomes.csv": (
        "study_id,arm_id,outcome,n,events,mean,sd,scale,basis,source_id,note\n"
        "A,A1,pain_relief_50,50,20,,,,reported,S1,\n"
        "A,A2,pain_relief_50,52,10,,,,from_percent,S1,\n"
        "B,B1,pain_endpoint,28,,3.4,2.1,NRS_0_10,reconstructed,S1,SD from CI\n"
        "B,B2,pain_endpoint,29,,4.6,2.2,NRS_0_10,reported,S1,\n"
    ),
    "contrasts.csv": (
        "study_id,outcome,treatment1,treatment2,dose1_mg_per_day,measure,estimate,ci_low,ci_high,"
        "scale,basis,also_arm_level,source_id,note\n"
        "A,pain_change,duloxetine,placebo,60,MD,-0.9,-1.4,-0.4,NRS_0_10,reported,no,S1,\n"
    ),
    "means_without_sd.csv": (
        "study_id,arm_id,outcome,n,mean,sd,scale,source_id,note\n"
        "A,A1,pain_endpoint,50,4.1,,NRS_0_10,S1,\n"
    ),
    "doubts.csv": "study_id,outcome,doubt\nA,pain_relief_50,counts and percentages disagree\n",
}

BROKEN = [
    pytest.param(
        "arms.csv",
        "n_randomised\n",
        "n_randomized\n",
        [
            "arms.csv, row 1: found the column 'n_randomized'; expected only study_id, arm_id, "
            "treatment, dose_mg_per_day, dose_is, n_randomised (did you mean n_randomised?). "
            "Rename or remove the column.",
            "arms.csv, row 1: found no column 'n_randomised'; expected the columns study_id, "
            "arm_id, treatment, dose_mg_per_day, dose_is, n_randomised. Add the column, or check "
            "the spelling of the header.",
        ],
        id="unknown column",
    ),
    pytest.param(
        "outcomes.csv",
        "A,A1,pain_relief_50,50",
        "A2001,A1,pain_relief_50,50",
        [
            "outcomes.csv, row 2: found 'A2001' for study_id; expected an id in studies.csv. "
            "Correct the id, or add it to studies.csv.",
            "outcomes.csv, row 2: found 'A1' for arm_id; expected an arm of A2001; this one "
            "belongs to A. Correct the study or the arm.",
            "outcomes.csv, row 2: found one arm only of A2001 for pain_relief_50; expected at "
            "least two arms, as one arm compares with nothing. Add the other arm, or remove the "
            "row.",
            "outcomes.csv, row 3: found one arm only of A for pain_relief_50; expected at least "
            "two arms, as one arm compares with nothing. Add the other arm, or remove the row.",
        ],
        id="dangling study",
    ),
    pytest.param(
        "outcomes.csv",
        "A,A1,pain_relief_50",
        "A,A9,pain_relief_50",
        [
            "outcomes.csv, row 2: found 'A9' for arm_id; expected an id in arms.csv. Correct the "
            "id, or add it to arms.csv."
        ],
        id="dangling arm",
    ),
    pytest.param(
        "outcomes.csv",
        "reconstructed,S1",
        "reconstructed,S7",
        [
            "outcomes.csv, row 4: found 'S7' for source_id; expected an id in sources.csv. "
            "Correct the id, or add it to sources.csv."
        ],
        id="dangling source",
    ),
    pytest.param(
        "outcomes.csv",
        "50,20,",
        "50,51,",
        [
            "outcomes.csv, row 2: found '51' for events; expected at most n, which is 50. "
            "Correct events or n."
        ],
        id="events above n",
    ),
    pytest.param(
        "outcomes.csv",
        "52,10,",
        "53,10,",
        [
            "outcomes.csv, row 3: found '53' for n; expected at most the 52 randomised to this "
            "arm. Correct n here or n_randomised in arms.csv."
        ],
        id="more analysed than randomised",
    ),
    pytest.param(
        "arms.csv",
        "B,B2,placebo,,fixed,30",
        "B,B1,placebo,,fixed,30",
        [
            "outcomes.csv, row 5: found 'B2' for arm_id; expected an id in arms.csv. Correct the "
            "id, or add it to arms.csv.",
            "arms.csv, row 5: found B1 a second time (first in row 4); expected each arm_id once. "
            "Keep one of the two.",
        ],
        id="duplicate arm",
    ),
    pytest.param(
        "outcomes.csv",
        "A,A2,pain_relief_50,52,10,,,,from_percent,S1,\n",
        "A,A2,pain_relief_50,52,10,,,,from_percent,S1,\n" * 2,
        [
            "outcomes.csv, row 4: found A, A2, pain_relief_50 a second time (first in row 3); "
            "expected each study_id + arm_id + outcome once. Keep one of the two."
        ],
        id="duplicate result",
    ),
    pytest.param(
        "outcomes.csv",
        "50,20,",
        "50,twenty,",
        [
            "outcomes.csv, row 2: found 'twenty' for events; expected a whole number of 0 or "
            "more. Correct the number."
        ],
        id="not a number",
    ),
    pytest.param(
        "arms.csv",
        "duloxetine",
        "duloxetin",
        [
            "arms.csv, row 2: found 'duloxetin' for treatment; expected an id in treatments.yaml "
            "(did you mean duloxetine?). Correct the id, or add it to treatments.yaml."
        ],
        id="unknown treatment",
    ),
    pytest.param(
        "contrasts.csv",
        "pain_change",
        "pain_chnge",
        [
            "contrasts.csv, row 2: found 'pain_chnge' for outcome; expected an id in "
            "outcomes.yaml (did you mean pain_change?). Correct the id, or add it to "
            "outcomes.yaml."
        ],
        id="unknown outcome",
    ),
    pytest.param(
        "studies.csv",
        "postherpetic_neuralgia",
        "shingles",
        [
            "studies.csv, row 2: found 'shingles' for condition; expected an id in "
            "conditions.yaml. Correct the id, or add it to conditions.yaml."
        ],
        id="unknown condition",
    ),
    pytest.param(
        "contrasts.csv",
        "-1.4,-0.4",
        "-0.4,-1.4",
        [
            "contrasts.csv, row 2: found '-0.4' for ci_low; expected less than ci_high, which is "
            "-1.4. Swap the limits, or check that neither is a standard error."
        ],
        id="reversed interval",
    ),
    pytest.param(
        "contrasts.csv",
        "-0.9,-1.4,-0.4",
        "-0.9,0.25,0.4",
        [
            "contrasts.csv, row 2: found '-0.9' for estimate; expected a value in its interval, "
            "0.25 to 0.4. Correct the estimate, or check that no limit is a standard error."
        ],
        id="a standard error where a limit should be",
    ),
    pytest.param(
        "outcomes.csv",
        "3.4,2.1",
        "3.4,0",
        ["outcomes.csv, row 4: found '0' for sd; expected a number above 0. Correct the number."],
        id="standard deviation of zero",
    ),
    pytest.param(
        "outcomes.csv",
        "3.4,2.1",
        "34,2.1",
        [
            "outcomes.csv, row 4: found '34' for mean; expected a mean that the scale NRS_0_10 "
            "allows. Correct the mean or the scale."
        ],
        id="mean outside its scale",
    ),
    pytest.param(
        "outcomes.csv",
        "A,A2,pain_relief_50,52,10,,,,from_percent,S1,\n",
        "",
        [
            "outcomes.csv, row 2: found one arm only of A for pain_relief_50; expected at least "
            "two arms, as one arm compares with nothing. Add the other arm, or remove the row."
        ],
        id="one arm only",
    ),
    pytest.param(
        "contrasts.csv",
        "A,pain_change,duloxetine,placebo,60,MD,-0.9,-1.4,-0.4,NRS_0_10",
        "A,pain_relief_50,duloxetine,placebo,60,RD,20,15,25,",
        [
            "contrasts.csv, row 2: found '20' for estimate; expected a risk difference between "
            "-1 and 1. Divide a percentage by 100.",
            "contrasts.csv, row 2: found 'no' for also_arm_level; expected yes, as outcomes.csv "
            "has arms of A for pain_relief_50. Write yes.",
        ],
        id="a trial that would count twice",
    ),
    pytest.param(
        "means_without_sd.csv",
        "50,4.1,,",
        "50,4.1,2.0,",
        [
            "means_without_sd.csv, row 2: found '2.0' for sd; expected n or sd to be missing, as "
            "the table is for means that cannot be pooled. Move the row to outcomes.csv."
        ],
        id="a mean that can be pooled after all",
    ),
    pytest.param(
        "doubts.csv",
        "A,pain_relief_50,counts and percentages disagree",
        "B,pain_relief_50,",
        [
            "doubts.csv, row 2: found no doubt; expected a value for doubt. Fill the cell.",
            "doubts.csv, row 2: found a doubt about pain_relief_50 of B, which has no such result; "
            "expected an outcome that the study reports in outcomes.csv or contrasts.csv. Correct "
            "the study or the outcome, or remove the row.",
        ],
        id="a doubt about nothing, without its reason",
    ),
    pytest.param(
        "outcomes.csv",
        "52,10,,,,from_percent",
        "52,10,3.1,,,measured",
        [
            "outcomes.csv, row 3: found '3.1' for mean; expected an empty cell, as pain_relief_50 "
            "counts people. Empty the cell.",
            "outcomes.csv, row 3: found 'measured' for basis; expected one of reported, "
            "from_percent, from_ipd, reconstructed. Correct it.",
        ],
        id="a mean of a count, and an unknown basis",
    ),
]


def write(folder: Path, changes: dict[str, tuple[str, str]] | None = None) -> Path:
    for name, text in TABLES.items():
        old, new = (changes or {}).get(name, ("", ""))
        assert old in text, f"{old!r} is not in {name}"
        (folder / name).write_text(text.replace(old, new, 1) if old else text)
    return folder


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        load_trials(folder)
    return [str(problem) for problem in refused.value.problems]


def test_the_tables_are_right_before_they_are_broken(tmp_path: Path):
    tables = load_trials(write(tmp_path))
    assert [(r.arm, r.events, r.mean, r.sd) for r in tables.arm_results] == [
        ("A1", 20, None, None),
        ("A2", 10, None, None),
        ("B1", None, 3.4, 2.1),
        ("B2", None, 4.6, 2.2),
    ]
    assert tables.unpooled_means[0].reason == "a mean without its standard deviation"


@pytest.mark.parametrize(("name", "old", "new", "expected"), BROKEN)
def test_a_broken_table_is_refused(
    tmp_path: Path, name: str, old: str, new: str, expected: list[str]
):
    assert problems_of(write(tmp_path, {name: (old, new)})) == expected


def test_all_problems_of_all_tables_are_said_at_once(tmp_path: Path):
    folder = write(
        tmp_path,
        {
            "sources.csv": ("Smith 2001 Table 2", ""),
            "studies.csv": ("parallel,8,low,no", "paralel,eight,low,maybe"),
            "arms.csv": ("placebo,,fixed,52", "placebo,10,fixed,52"),
            "outcomes.csv": ("50,20,", "50,-1,"),
            "contrasts.csv": ("duloxetine,placebo", "duloxetine,duloxetine"),
        },
    )
    assert problems_of(folder) == [
        "sources.csv, row 2: found no title; expected a value for title. Fill the cell.",
        "studies.csv, row 2: found 'paralel' for design; expected one of parallel, crossover, "
        "not_stated (did you mean parallel?). Correct it.",
        "studies.csv, row 2: found 'eight' for weeks; expected a number above 0. Correct the "
        "number.",
        "studies.csv, row 2: found 'maybe' for open_label; expected one of yes, no. Correct it.",
        "arms.csv, row 3: found '10' for dose_mg_per_day; expected an empty cell, as placebo has "
        "no dose. Empty the cell.",
        "outcomes.csv, row 2: found '-1' for events; expected a whole number of 0 or more. "
        "Correct the number.",
        "contrasts.csv, row 2: found 'duloxetine' for treatment2; expected another treatment than "
        "treatment1. Correct one of them.",
    ]


def test_a_table_that_is_missing_is_said_once_and_not_for_every_row_that_needs_it(tmp_path: Path):
    folder = write(tmp_path)
    (folder / "sources.csv").unlink()
    assert problems_of(folder) == [
        f"{folder / 'sources.csv'}: found no such file; expected a readable text file. "
        "Check the path."
    ]


def test_differences_unpooled_means_and_doubts_may_be_left_out(tmp_path: Path):
    folder = write(tmp_path)
    (folder / "contrasts.csv").unlink()
    (folder / "means_without_sd.csv").unlink()
    (folder / "doubts.csv").unlink()
    tables = load_trials(folder)
    assert (tables.contrasts, tables.unpooled_means, len(tables.arm_results)) == ((), (), 4)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_rows_does_not_matter(tmp_path_factory: pytest.TempPathFactory, seed: int):
    order = random.Random(seed)
    folder = tmp_path_factory.mktemp("shuffled")
    for name, text in TABLES.items():
        head, *body = text.splitlines(keepends=True)
        order.shuffle(body)
        (folder / name).write_text(head + "".join(body))
    shuffled, straight = load_trials(folder), load_trials(write(tmp_path_factory.mktemp("as_is")))
    assert shuffled.studies == straight.studies
    assert shuffled.arms == straight.arms
    values = [
        {(r.arm, r.outcome, r.n, r.events, r.mean, r.sd, r.basis) for r in tables.arm_results}
        for tables in (shuffled, straight)
    ]
    assert values[0] == values[1]
