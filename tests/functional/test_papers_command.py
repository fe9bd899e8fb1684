"""`assuage papers` writes two papers of exactly one page, or says why there are none.

Truth: the contract of the commands (docs/reference/cli.md), and what PDF/UA-1 (ISO 14289-1) asks
of a file as a whole.
"""

import gc
import os
import re
import sys
import zlib
from ctypes.util import find_library
from datetime import date
from pathlib import Path

import pytest

from assuage.cli.main import main
from assuage.consult.library import load_library
from assuage.consult.papers import consultation
from assuage.consult.patient import patient_from_file
from assuage.errors import PlanError
from assuage.messages import LANGUAGES, Language
from assuage.report.papers.html import note_html, patient_html
from assuage.report.pdf import pdf_of

ROOT = Path(__file__).parents[2]
PATIENT = ROOT / "examples" / "patient.yaml"
DAY = ("--today", "2026-07-01")
needs_pango = pytest.mark.skipif(
    not find_library("pango-1.0") and "CI" not in os.environ,
    reason="Pango is not on this machine: PDF needs it (libpango-1.0-0 and friends)",
)


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


def unpacked(pdf: bytes) -> bytes:
    """The file with all that it holds compressed unpacked behind it."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    packed = [stream for stream in streams if stream.startswith(b"x")]
    return b"\n".join([pdf, *(zlib.decompressobj().decompress(stream) for stream in packed)])


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", unpacked(pdf)))


@needs_pango
@pytest.mark.parametrize("language", LANGUAGES)
def test_both_papers_are_tagged_in_their_language_and_one_page_long(run, tmp_path, language):
    note, page = tmp_path / "note.pdf", tmp_path / "plan.pdf"
    code, out, err = run(
        *("papers", str(PATIENT), "--drug", "Cymbalta", "--language", language, *DAY),
        *("--note", str(note), "--patient-page", str(page)),
    )
    assert (code, out, err) == (0, "", f"Written: {note}\nWritten: {page}\n")
    for path in (note, page):
        content = unpacked(path.read_bytes())
        for mark in (b"pdfuaid", b"/StructTreeRoot", b"/DisplayDocTitle true"):
            assert mark in content, mark
        assert f"/Lang ({language})".encode() in content
        assert pages(path.read_bytes()) == 1


@needs_pango
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_drug_that_can_be_planned_fits_one_page(language: Language):
    library, today = load_library(), date(2026, 7, 1)
    record = patient_from_file(PATIENT, library, today=today)
    long: list[str] = []
    planned = 0
    for drug in library.drugs:
        try:
            case = consultation(record, drug, library, today=today, language=language)
        except PlanError:
            continue
        planned += 1
        long += [
            f"{drug}: {name}"
            for name, page in (("note", note_html(case)), ("plan", patient_html(case)))
            if pages(pdf_of(page)) != 1
        ]
    assert planned == 17
    assert long == []


@needs_pango
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_old_patient_with_many_conditions_fits_one_page(language: Language, tmp_path: Path):
    more = ("recent myocardial infarction", "narrow-angle glaucoma", "epilepsy", "falls")
    named = "".join(f"  - {{name: {each}}}\n" for each in more)
    text = PATIENT.read_text().replace("born: 1968", "born: 1946")
    file = tmp_path / "someone.yaml"
    file.write_text(text.replace("absent:", f"{named}absent:", 1))
    library, today = load_library(), date(2026, 7, 1)
    record = patient_from_file(file, library, today=today)
    case = consultation(record, "duloxetine", library, today=today, language=language)
    assert sum(o.best_probability is not None for o in case.appraisal.options) == 1
    why = {"en": "the only one left whose benefit", "de": "als einziges verbliebenes"}
    assert why[language] in note_html(case)  # best of one says nothing
    assert pages(pdf_of(note_html(case))) == 1
    assert pages(pdf_of(patient_html(case))) == 1


def test_two_pages_would_be_counted():
    assert pages(b"<< /Type /Pages >> << /Type /Page >> << /Type /Page\n>>") == 2


def test_a_drug_that_waits_for_an_answer_gets_no_paper_but_the_reason(run, tmp_path):
    path = tmp_path / "plan.html"
    sparse = str(ROOT / "examples" / "patient_incomplete.yaml")
    code, _, err = run("papers", sparse, "--drug", "duloxetine", *DAY, "--patient-page", str(path))
    assert code == 3
    assert err.startswith("No plan for duloxetine yet: not enough is recorded.")
    assert not path.exists()


def test_a_file_of_another_form_is_refused(run, tmp_path):
    path = tmp_path / "note.docx"
    code, _, err = run("papers", str(PATIENT), "--drug", "duloxetine", *DAY, "--note", str(path))
    assert code == 3
    assert "--note: found" in err
    assert ".pdf or .html" in err


def test_without_a_file_it_is_said_what_to_name(run):
    code, _, err = run("papers", str(PATIENT), "--drug", "duloxetine", *DAY)
    assert code == 2
    assert "--patient-page" in err
