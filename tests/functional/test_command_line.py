"""The command line keeps its contract: exit codes, what is said where, and nothing lost.

Truth: the contract of the commands in docs/reference/cli.md: 0 done, 2 wrong usage, 3 invalid
input, 4 patient out of scope; every candidate drug in every appraisal.
"""

import gc
import json
import os
import re
import sys
import zlib
from ctypes.util import find_library
from pathlib import Path

import pytest
from rich.cells import cell_len

from assuage.cli.main import main

ROOT = Path(__file__).parents[2]
PATIENT = str(ROOT / "examples" / "patient.yaml")
SPARSE = str(ROOT / "examples" / "patient_incomplete.yaml")
DAY = ("--today", "2026-06-15")
DRUGS = {
    *("amitriptyline", "nortriptyline", "imipramine", "desipramine", "clomipramine"),
    *("duloxetine", "venlafaxine", "desvenlafaxine", "milnacipran"),
    *("paroxetine", "citalopram", "escitalopram", "fluoxetine", "sertraline"),
    *("bupropion", "mirtazapine", "trazodone"),
}


@pytest.fixture
def run(monkeypatch, capsys):
    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["assuage", *words])
        with pytest.raises(SystemExit) as left:
            main()
        gc.enable()
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


def patient(folder: Path, text: str) -> str:
    path = folder / "someone.yaml"
    path.write_text(text)
    return str(path)


def unpacked(pdf: bytes) -> bytes:
    """The file with all that it holds compressed unpacked behind it."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    packed = [stream for stream in streams if stream.startswith(b"x")]
    return b"\n".join([pdf, *(zlib.decompressobj().decompress(stream) for stream in packed)])


def test_every_drug_is_in_every_appraisal(run):
    for words in ((), ("--without", "reconstructed"), ("--jurisdiction", "UK")):
        code, out, err = run("appraise", PATIENT, *DAY, *words, "--json")
        said = json.loads(out)
        assert (code, err) == (0, "")
        assert {option["drug"] for option in said["options"]} == DRUGS
        assert all(option["reasons"] for option in said["options"])
        assert said["stamp"]["today"] == "2026-06-15"


def test_nothing_is_called_suitable_when_nothing_is_recorded(run, tmp_path):
    bare = patient(tmp_path, "age: 50\npain: {condition: painful diabetic neuropathy}\n")
    code, out, _ = run("appraise", bare, *DAY, "--json")
    said = json.loads(out)
    assert code == 0
    verdicts = {option["drug"]: option["verdict"] for option in said["options"]}
    assert "suitable" not in verdicts.values()
    assert said["questions"]


@pytest.mark.parametrize(("columns", "most"), [("60", 60), ("72", 72), ("40", 60), ("300", 110)])
def test_a_report_is_as_wide_as_the_terminal_and_has_no_trailing_blanks(
    run, monkeypatch, columns, most
):
    monkeypatch.setenv("COLUMNS", columns)
    for words in (("appraise", PATIENT), ("plan", PATIENT, "--drug", "duloxetine")):
        lines = run(*words, *DAY)[1].splitlines()
        assert most - 3 < max(map(cell_len, lines)) <= most
        assert [line for line in lines if line != line.rstrip()] == []


def test_a_page_is_written_where_asked_and_its_place_is_said(run, tmp_path):
    page = tmp_path / "page.html"
    code, out, err = run("appraise", PATIENT, *DAY, "--html", str(page))
    assert (code, out, err) == (0, "", f"Written: {page}\n")
    assert page.read_text().lower().startswith("<!doctype html>")


@pytest.mark.skipif(
    not find_library("pango-1.0") and "CI" not in os.environ,
    reason="Pango is not on this machine: plans as PDF need it (libpango-1.0-0 and friends)",
)
def test_a_plan_as_pdf_is_tagged_in_english_and_has_a_title(run, tmp_path):
    # What PDF/UA-1 (ISO 14289-1) asks of a file as a whole: its mark in the metadata, a structure
    # tree, a language and a title that is displayed.
    path = tmp_path / "plan.pdf"
    code, out, err = run("plan", PATIENT, "--drug", "duloxetine", *DAY, "--pdf", str(path))
    assert (code, out, err) == (0, "", f"Written: {path}\n")
    content = unpacked(path.read_bytes())
    assert content.startswith(b"%PDF-")
    for mark in (b"pdfuaid", b"/StructTreeRoot", b"/Lang (en)", b"/DisplayDocTitle true"):
        assert mark in content, mark
    assert b"Duloxetine: dose plan" in content


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (ImportError("weasyprint"), "pip install 'assuage[pdf]'"),
        (OSError("cannot load library 'libpango-1.0-0'"), "libpango-1.0-0"),
    ],
)
def test_where_pdf_cannot_be_made_it_is_said_what_to_install(
    run, monkeypatch, tmp_path, missing, said
):
    def fail(_):
        raise missing

    monkeypatch.setattr("assuage.report.pdf.import_module", fail)
    path = tmp_path / "plan.pdf"
    code, _, err = run("plan", PATIENT, "--drug", "duloxetine", *DAY, "--pdf", str(path))
    assert code == 3
    assert said in err
    assert not path.exists()


def test_a_page_that_cannot_be_written_is_said(run, tmp_path):
    code, _, err = run("appraise", PATIENT, *DAY, "--html", str(tmp_path / "no" / "page.html"))
    assert code == 3
    assert err.startswith("1 problem; nothing was done:\n")
    assert "no" in err


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("age: 17\npain: {condition: painful diabetic neuropathy}\n", "18"),
        ("age: 50\npain: {condition: trigeminal neuralgia}\n", "rigeminal"),
        ("age: 50\npain: {condition: cancer pain}\n", "ancer"),
    ],
)
def test_who_is_out_of_scope_is_refused_in_the_first_line(run, tmp_path, text, why):
    code, out, err = run("appraise", patient(tmp_path, text), *DAY)
    first = (out + err).splitlines()[0]
    assert code == 4
    assert first.count("Out of scope") == 1
    assert why in first
    code, out, _ = run("appraise", patient(tmp_path, text), *DAY, "--json")
    assert (code, json.loads(out)["in_scope"]) == (4, False)


def test_all_problems_of_a_patient_file_are_named_at_once(run, tmp_path):
    bad = patient(
        tmp_path,
        "agee: 50\npain: {condition: painful diabetic neuropathy, score: 11}\n"
        "measurements: {sodium: {value: 140, unit: stones}}\n",
    )
    code, out, err = run("appraise", bad, *DAY)
    assert (code, out) == (3, "")
    assert "did you mean age?" in err
    assert "someone.yaml, line 2" in err
    assert "someone.yaml, line 3" in err


def test_a_file_that_is_not_there(run):
    code, out, err = run("appraise", "nobody.yaml", *DAY)
    assert (code, out) == (3, "")
    assert "nobody.yaml: found no such file" in err


@pytest.mark.parametrize(
    "words",
    [
        ("appraise",),
        ("appraise", PATIENT, "--today", "yesterday"),
        ("plan", PATIENT),
        ("plan", PATIENT, "--drug", "duloxetine", "--target", "much"),
        ("plan", PATIENT, "--drug", "duloxetine", "--today", "9999-12-31"),
        ("appraise", PATIENT, "--today", "1800-01-01"),
        ("nothing",),
    ],
)
def test_wrong_usage(run, words):
    assert run(*words)[0] == 2


def test_a_plan_and_its_refusals(run):
    code, out, _ = run("plan", PATIENT, "--drug", "duloxetine", *DAY, "--json")
    assert code == 0
    assert json.loads(out)["steps"]
    code, _, err = run("plan", PATIENT, "--drug", "duloxetine", "--target", "120", *DAY)
    assert code == 3
    assert "60 mg/day" in err
    code, _, err = run("plan", PATIENT, "--drug", "duloxetin", *DAY)
    assert code == 3
    assert "did you mean duloxetine?" in err
    code, _, err = run("plan", SPARSE, "--drug", "amitriptyline", *DAY)
    assert code == 3
    assert err.startswith("No plan for amitriptyline")


def test_a_drug_is_known_by_its_brand_and_in_capitals(run):
    plans = [
        run("plan", PATIENT, "--drug", name, *DAY, "--json")
        for name in ("duloxetine", "DULOXETINE", "Cymbalta")
    ]
    assert plans[0][0] == 0
    assert plans[1:] == plans[:1] * 2


@pytest.mark.parametrize(
    ("words", "problems"),
    [
        (("appraise", "nobody.yaml", "--json"), 1),
        (("plan", PATIENT, "--drug", "aspirin", *DAY, "--json"), 1),
        (("plan", PATIENT, "--drug", "duloxetine", "--target", "120", *DAY, "--json"), 0),
        (("nma", "nobody.csv", "--json"), 1),
    ],
)
def test_a_refusal_is_json_too_when_json_is_asked(run, words, problems):
    code, out, err = run(*words)
    said = json.loads(out)
    assert code == 3
    assert err
    assert said["error"]
    assert len(said["problems"]) == problems
    assert all(p.keys() == {"where", "found", "expected", "do"} for p in said["problems"])


def test_a_fault_of_ours_is_told_without_traceback_or_the_patient(run, monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError("Mrs Smith")

    monkeypatch.setattr("assuage.consult.appraise.appraise", fail)
    code, out, err = run("appraise", PATIENT, *DAY)
    assert (code, out) == (1, "")
    assert "ZeroDivisionError in test_command_line.py, line" in err
    assert "evidence release" in err
    assert "Traceback" not in err
    assert "Smith" not in err


def test_a_fault_of_ours_is_told_whole_where_asked(monkeypatch):
    monkeypatch.setattr("assuage.cli.main.app", lambda: 1 / 0)
    monkeypatch.setenv("ASSUAGE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main()
    gc.enable()


def test_the_three_versions(run):
    code, out, _ = run("--version")
    assert code == 0
    assert [word.split()[0] for word in out.split(", ")] == ["assuage", "knowledge", "evidence"]


@pytest.mark.parametrize("words", [(), ("appraise",), ("plan",), ("nma",), ("evidence",)])
def test_help_is_there(run, words):
    code, out, _ = run(*words, "--help")
    assert code == 0
    assert "Usage" in out
