"""Networks from files, rows, columns and frames. Truth: the tables written here, by hand."""

from pathlib import Path

import numpy as np
import pytest

from assuage import nma
from assuage.errors import InvalidInput, NetworkError
from assuage.evidence.network import LeftOut
from assuage.nma.account import NetworkAccount

ROWS = [
    {"study": "Ash 1999", "treatment": "placebo", "events": 10, "n": 50},
    {"study": "Ash 1999", "treatment": "drug", "events": 20, "n": 50},
    {"study": "Birch 2001", "treatment": "placebo", "events": 0, "n": 40},
    {"study": "Birch 2001", "treatment": "other", "events": 0, "n": 40},
    {"study": "Cedar 2004", "treatment": "placebo", "events": 8, "n": 30},
    {"study": "Cedar 2004", "treatment": "drug", "events": 12, "n": 30},
    {"study": "Cedar 2004", "treatment": "other", "events": 9, "n": 30},
]
EXAMPLE = Path(__file__).parents[3] / "examples" / "networks" / "smoking-cessation.csv"


class Frame:
    """A data frame as pandas and polars have it: columns by name. Whole numbers as floats, as a
    column with a gap gives them."""

    columns = ("study", "treatment", "events", "n")

    def __getitem__(self, name: str) -> list[object]:
        return [float(r[name]) if name in {"events", "n"} else r[name] for r in ROWS]


def shown(account: NetworkAccount):
    return (
        [
            (s.study, s.treatments, s.estimates.tolist(), s.covariance.tolist())
            for s in account.studies
        ],
        account.left_out,
        account.people,
        (account.measure, account.reference, account.small_values, account.chosen_for_you),
    )


def test_rows_columns_frames_and_files_give_the_same_network(tmp_path: Path):
    columns = {key: [row[key] for row in ROWS] for key in ROWS[0]}
    header, *body = [",".join(map(str, line)) for line in [ROWS[0], *(r.values() for r in ROWS)]]
    (tmp_path / "trials.csv").write_text("\n".join([header, *body]) + "\n")
    named = [{"id": r["study"], "drug": r["treatment"], "r": r["events"], "n": r["n"], "year": 9}
             for r in ROWS]  # fmt: skip
    theirs = {"study": "id", "treatment": "drug", "events": "r"}
    networks = [
        nma.from_arms(ROWS),
        nma.from_arms(columns),
        nma.from_arms(Frame()),
        nma.from_arms(named, columns=theirs),
        nma.read(tmp_path / "trials.csv"),
    ]
    assert [shown(n) for n in networks[1:]] == [shown(networks[0])] * 4


def test_what_was_read():
    account = nma.from_arms(ROWS)
    ash = account.studies[0]
    # log odds ratio (20/30)/(10/40) = log 8/3; variances 1/20 + 1/30 + 1/10 + 1/40
    assert ash.estimates == pytest.approx([np.log(8 / 3)])
    assert ash.covariance == pytest.approx(np.array([[1 / 20 + 1 / 30 + 1 / 10 + 1 / 40]]))
    assert [s.study for s in account.studies] == ["Ash 1999", "Cedar 2004"]
    assert account.left_out == (
        LeftOut(study="Birch 2001", reason="no event in any arm: no information on the OR"),
    )
    assert account.people == {"placebo": 80.0, "drug": 80.0, "other": 30.0}
    assert account.treatments == ("drug", "other", "placebo")
    assert account.chosen_for_you == ("measure", "reference", "small_values")


def test_the_printed_account_is_one_screen():
    text = str(nma.from_arms(ROWS, measure="RR", small_values="undesirable"))
    assert [" ".join(line.split()) for line in text.splitlines()] == [
        "Network arms",
        "Studies 2, 1 of them with more than two arms",
        "Arms 5, 190 people",
        "Treatments 3: drug (2), other (1), placebo (2); trials in brackets",
        "Outcome events of people; risk ratio (RR); large values are desirable",
        "Reference placebo",
        "Comparisons 3 of 3 made by some trial; 2 designs",
        "Connected yes",
        "Left out 1: Birch 2001 (no event in any arm: no information on the RR)",
        "Chosen for you reference='placebo'",
    ]


def test_a_network_in_parts_is_told_and_each_part_can_be_analysed():
    rows = [
        {"study": s, "treatment1": a, "treatment2": b, "estimate": d, "se": 1.0}
        for s, a, b, d in [("s1", "A", "B", 1), ("s2", "B", "C", 2), ("s3", "X", "Y", 3)]
    ]
    account = nma.from_contrasts(rows, measure="MD")
    assert account.parts == (("A", "B", "C"), ("X", "Y"))
    assert "no, in 2 parts: (1) A, B, C; (2) X, Y." in str(account)
    with pytest.raises(NetworkError, match=r"falls into 2 parts .*: \(1\) A, B, C; \(2\) X, Y"):
        account.fit()
    part = account.part("Y")
    assert (part.treatments, part.reference) == (("X", "Y"), "Y")
    assert part.fit().relative_effects().of("X", "Y").estimate == pytest.approx(3.0)


def test_leaving_out_a_study_keeps_it_on_the_list():
    account = nma.from_arms(ROWS).without("Ash 1999")
    assert [s.study for s in account.studies] == ["Cedar 2004"]
    assert account.left_out[-1] == LeftOut(study="Ash 1999", reason="left out on request")
    with pytest.raises(NetworkError, match=r"no study 'Ash 199' here \(did you mean Ash 1999\?\)"):
        nma.from_arms(ROWS).without("Ash 199")


def test_every_problem_names_its_study_and_arm():
    rows = [
        {"study": "Ash 1999", "treatment": "placebo", "events": 60, "n": 50},
        {"study": "Ash 1999", "treatment": "drug", "events": None, "n": 50},
        {"study": "Birch 2001", "treatment": "drug", "events": 1, "n": 50},
    ]
    with pytest.raises(InvalidInput) as told:
        nma.from_arms(rows)
    assert [problem.where for problem in told.value.problems] == [
        "arms, row 1 (Ash 1999, placebo)",
        "arms, row 2 (Ash 1999, drug)",
        "arms, row 3 (Birch 2001, drug)",
    ]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (lambda: nma.from_arms([{"study": "a", "treatment": "b", "events": 1}]), "no column n"),
        (lambda: nma.from_arms(ROWS, columns={"event": "r"}), r"did you mean events\?"),
        (lambda: nma.from_arms({"study": ["a"], "n": [1, 2]}), r"study 1, n 2"),
        (lambda: nma.from_arms(ROWS, reference="plazebo"), r"did you mean placebo\?"),
        (lambda: nma.from_arms([{**r, "time": 9.5} for r in ROWS]), "hold events and rates"),
        (lambda: nma.from_arms([]), "no column"),
        (lambda: nma.from_arms(ROWS[2:4]), r"No study can be used\. Left out: Birch 2001"),
        (lambda: nma.from_arms(ROWS, measure="MD"), "data for the measure MD"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(asked, message: str):
    with pytest.raises((InvalidInput, NetworkError), match=message):
        asked()


def test_the_measure_decides_between_two_forms():
    rows = [{**r, "time": 9.5} for r in ROWS]
    assert nma.from_arms(rows, measure="IRR").kind == "rates"
    assert nma.from_arms(rows, measure="RD").kind == "events"


def test_the_example_is_told_as_it_is():
    account = nma.read(EXAMPLE)
    assert account.people is not None
    assert sum(account.people.values()) == 16740  # the sum of the column n
    assert (len(account.studies), account.connected) == (24, True)


def test_choices_that_contradict_each_other_are_refused():
    account = nma.from_arms(ROWS)
    for wrong in (
        {"engine": "bayes", "tau": "DL"},
        {"effects": "common", "tau": "DL"},
        {"priors": object()},
        {"likelihood": "binomial"},
        {"engine": "bayes", "likelihood": "poisson"},
    ):
        with pytest.raises(NetworkError):
            account.fit(**wrong)
