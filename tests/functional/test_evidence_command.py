"""`assuage evidence` as a person or a program meets it.

Truth: the counts that the extraction of the trials reported, and a folder written here by hand.
"""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assuage.cli.evidence import evidence
from assuage.errors import InvalidInput

run = CliRunner()


def test_check_says_what_was_read_and_what_cannot_be_used():
    done = run.invoke(evidence, ["check"])
    assert done.exit_code == 0
    words = " ".join(done.stdout.split())
    assert "135 studies" in words
    assert "507 results of single arms" in words
    assert "No problem found. Numbers: 487 reported, 61 from percent, 12 from ipd, 41" in words
    assert "a plan that adds a second drug when the first falls short" in words
    assert all(len(line) <= 100 for line in done.stdout.splitlines())


def test_check_as_json_holds_the_same():
    report = json.loads(run.invoke(evidence, ["check", "--json"]).stdout)
    assert report["tables"] == {
        "studies": 135,
        "arms": 292,
        "arm_results": 507,
        "contrasts": 94,
        "unpooled_means": 66,
        "sources": 118,
        "labels": 231,
        "guidelines": 35,
        "published": 216,
    }
    assert report["basis"] == {
        "reported": 487,
        "from_percent": 61,
        "from_ipd": 12,
        "reconstructed": 41,
    }


def test_show_lists_every_row_of_a_trial_with_its_basis_and_place():
    done = run.invoke(evidence, ["show", "pain_relief_50", "--drug", "duloxetine", "--json"])
    trials = {trial["study"]["id"]: trial for trial in json.loads(done.stdout)["trials"]}
    rows = trials["Goldstein2005"]["rows"]
    assert [(r["treatment"], r["basis"], r["stands_aside"]) for r in rows] == [
        ("duloxetine mean 90 mg", "reconstructed", False),
        ("placebo", "reconstructed", False),
        ("duloxetine v placebo", "reported", True),
    ]
    assert all(row["place"].split(",")[0] in {"outcomes.csv", "contrasts.csv"} for row in rows)


def test_show_names_the_source_of_each_row():
    done = run.invoke(evidence, ["show", "dry_mouth"])
    assert done.exit_code == 0
    assert "https://github.com/kamermanpr/Amitriptyline.HIVSN" in done.stdout
    assert "(outcomes.csv, rows" in done.stdout
    assert "from ipd" in done.stdout


def test_an_unknown_outcome_or_drug_is_refused_with_the_nearest():
    done = run.invoke(evidence, ["show", "nausee"])
    assert isinstance(done.exception, InvalidInput)
    assert done.exception.exit_code == 3
    assert "found the unknown outcome nausee" in str(done.exception)
    assert "(did you mean nausea?)" in str(done.exception)
    done = run.invoke(evidence, ["show", "nausea", "--drug", "duloxetin"])
    assert "(did you mean duloxetine?)" in str(done.exception)


@pytest.mark.parametrize(("name", "found"), [("nowhere", "nothing"), ("a.csv", "a file")])
def test_a_folder_that_is_none_is_refused(tmp_path: Path, name: str, found: str):
    (tmp_path / "a.csv").write_text("")
    done = run.invoke(evidence, ["check", str(tmp_path / name)])
    assert isinstance(done.exception, InvalidInput)
    assert str(done.exception) == (
        f"{tmp_path / name}: found {found}; expected a folder with studies.csv, arms.csv, "
        "outcomes.csv and sources.csv. Check the path."
    )


OWN_FOLDER = {
    "outcomes.yaml": (
        "- {id: fewer_falls, label: No fall, patient_label: No fall, kind: binary,\n"
        "   direction: benefit, family: side effects}\n"
    ),
    "treatments.yaml": (
        "reference: usual care\n"
        "classes: {care: {label: care, is_drug: false}}\n"
        "treatments: {usual care: {label: usual care, class: care},\n"
        "             balance class: {label: balance class, class: care}}\n"
    ),
    "sources.csv": "source_id,title,url\nS,A report,\n",
    "studies.csv": (
        "study_id,year,title,reference,condition,design,weeks,risk_of_bias,open_label,source_id,"
        "note\nA,2020,A,,mixed_neuropathic,parallel,12,low,yes,S,\n"
    ),
    "arms.csv": (
        "study_id,arm_id,treatment,dose_mg_per_day,dose_is,n_randomised\n"
        "A,A1,balance class,,fixed,40\nA,A2,usual care,,fixed,40\n"
    ),
    "outcomes.csv": (
        "study_id,arm_id,outcome,n,events,mean,sd,scale,basis,source_id,note\n"
        "A,A1,fewer_falls,40,30,,,,reported,S,\nA,A2,fewer_falls,40,22,,,,reported,S,\n"
    ),
}


def test_a_folder_may_bring_its_own_outcomes_and_treatments(tmp_path: Path):
    for name, text in OWN_FOLDER.items():
        (tmp_path / name).write_text(text)
    report = json.loads(run.invoke(evidence, ["check", str(tmp_path), "--json"]).stdout)
    assert report["outcomes"] == [
        {
            "outcome": "fewer_falls",
            "trials": 1,
            "arm_level": 1,
            "contrast_only": 0,
            "arms": 2,
            "participants": 80,
            "reconstructed": 0,
        }
    ]
    assert (report["basis"], report["not_used"]) == ({"reported": 2}, [])
