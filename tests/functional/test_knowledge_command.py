"""`assuage knowledge` as a pharmacist or a program meets it.

Truth: the rules as their files have them, and a folder broken here by hand.
"""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

import assuage_knowledge
from assuage.cli.knowledge import knowledge
from assuage.cli.main import app

run = CliRunner()
OWN = Path(assuage_knowledge.__file__).parent
PATIENT = Path(__file__).parents[2] / "examples" / "patient.yaml"


def test_check_counts_by_question_and_finds_no_error():
    done = run.invoke(knowledge, ["check"])
    assert done.exit_code == 0
    assert "No error found." in done.stdout
    assert "Can some patient meet the condition of each rule?" in " ".join(done.stdout.split())
    assert "Notes (" not in done.stdout
    assert "Notes (" in run.invoke(knowledge, ["check", "--notes"]).stdout


def test_check_of_a_broken_folder_names_file_and_line_and_fails(tmp_path: Path):
    ignore = shutil.ignore_patterns("releases", "__pycache__", "trials", "effects")
    shutil.copytree(OWN, tmp_path / "copy", ignore=ignore)
    kidney = tmp_path / "copy" / "rules" / "kidney.yaml"
    text = kidney.read_text()
    kidney.write_text(text.replace("low: 30, high: 50,", "low: 50, high: 30,", 1))
    done = run.invoke(knowledge, ["check", str(tmp_path / "copy"), "--json"])
    assert done.exit_code == 3
    report = json.loads(done.stdout)
    never = next(check for check in report["checks"] if check["name"] == "never fires")
    assert never["errors"] == [
        {
            "where": "rules/kidney.yaml, line 45",
            "says": "RC179 can never fire: no plausible creatinine clearance lies in its range.",
            "do": "Correct the condition, or take the rule out.",
        }
    ]
    words = " ".join(run.invoke(knowledge, ["check", str(tmp_path / "copy")]).stdout.split())
    assert "rules/kidney.yaml, line 45: RC179 can never fire" in words


def test_show_prints_a_rule_whole():
    shown = json.loads(run.invoke(knowledge, ["show", "RC176", "--json"]).stdout)
    assert shown["source"]["title"].startswith("Lilly UK medical information")
    del shown["source"]
    assert shown == {
        "id": "RC176",
        "about": "duloxetine",
        "drugs": ["duloxetine"],
        "when": "Creatinine clearance below 30 mL/min",
        "effect": "contraindicated",
        "do": "Do not use (EU/UK).",
        "because": "raised level",
        "mechanism": "",
        "catastrophe": "",
        "limits": [],
        "reads": ["crcl"],
        "if_not_recorded": "ask",
        "region": "UK",
        "graded_by": "source",
        "topic": "kidney",
        "where": "rules/kidney.yaml, line 13",
    }
    assert "rules/kidney.yaml, line 13" in run.invoke(knowledge, ["show", "rc176"]).stdout


def test_the_manual_is_written_as_files(tmp_path: Path):
    done = run.invoke(knowledge, ["manual", "--html", str(tmp_path / "pages")])
    assert done.exit_code == 0
    names = {path.name for path in (tmp_path / "pages").iterdir()}
    assert {"index.html", "drug-duloxetine.html", "topic-older-adults.html"} <= names
    one = run.invoke(knowledge, ["manual", "kidney", "--html", str(tmp_path / "one")])
    assert one.exit_code == 0
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["topic-kidney.html"]


def test_the_manual_lists_its_pages_and_prints_one():
    assert "duloxetine" in run.invoke(knowledge, ["manual"]).stdout
    page = run.invoke(knowledge, ["manual", "kidney"]).stdout
    assert page.index("Contraindicated (") < page.index("Reduce dose (")


@pytest.mark.parametrize("command", ["appraise", "plan"])
def test_the_jurisdiction_may_stand_in_the_environment(command: str):
    more = ["--drug", "duloxetine"] if command == "plan" else ["--brief"]
    words = [command, str(PATIENT), "--today", "2026-06-15", *more]
    by_option = run.invoke(app, [*words, "--jurisdiction", "UK", "--jurisdiction", "EU"])
    by_environment = run.invoke(app, words, env={"ASSUAGE_JURISDICTION": "UK EU"})
    assert by_option.exit_code == by_environment.exit_code == 0
    assert by_environment.stdout == by_option.stdout
    assert run.invoke(app, words, env={"ASSUAGE_JURISDICTION": "FR"}).exit_code == 2


def test_the_highest_dose_follows_the_jurisdiction_and_says_what_it_set_aside():
    words = ["plan", str(PATIENT), "--drug", "duloxetine", "--today", "2026-06-15", "--json"]
    usual, british = (
        json.loads(run.invoke(app, [*words, *more]).stdout)
        for more in ((), ("--jurisdiction", "UK"))
    )
    assert (usual["maximum"]["mg_per_day"], british["maximum"]["mg_per_day"]) == (60, 120)
    said = [caveat["text"] for caveat in british["caveats"]]
    assert set(said) - {caveat["text"] for caveat in usual["caveats"]} == {
        "Is 60 mg or 120 mg the highest dose for pain? Jurisdiction UK: held to Northern Ireland "
        "Formulary (UK); NeuPSIG 2015 (INT); set aside: US label (US). It says: US label: 60 mg in "
        "diabetic neuropathic pain; no more benefit above, and worse tolerated."
    }
