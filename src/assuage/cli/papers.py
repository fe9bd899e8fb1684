"""`assuage papers`: a note for the record and a plan for the patient, from one consultation."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assuage.cli.consult import Jurisdictions, Patient, Today, day_of, record_of, write_page
from assuage.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from assuage.report.papers.consultation import Consultation

FORMS = (".pdf", ".html")


def papers(
    patient: Patient,
    *,
    drug: Annotated[str, typer.Option(help="The drug agreed on: duloxetine, or a brand name.")],
    language: Annotated[Literal["en", "de"], typer.Option(help="English or German.")] = "en",
    note: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the note for the record (.pdf or .html)."),
    ] = None,
    patient_page: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the plan for the patient (.pdf or .html)."),
    ] = None,
    today: Today = None,
    jurisdiction: Jurisdictions = None,
) -> None:
    """Two papers of one page each: a note for the record and a plan in plain words.

    Name a file for either or for both. A drug that the rules speak against,
    or that waits for an answer, gets no paper but the reason.
    """
    from assuage.consult.library import load_library
    from assuage.consult.papers import consultation

    wanted: dict[str, Path | None] = {"--note": note, "--patient-page": patient_page}
    if note is None and patient_page is None:
        raise typer.BadParameter("Name a file: --note note.pdf, --patient-page plan.pdf, or both.")
    _refuse_other_forms(wanted)
    day = day_of(today)
    library = load_library()
    record = record_of(patient, library, day, as_json=False)
    case = consultation(
        record, drug, library, today=day, language=language, jurisdictions=jurisdiction
    )
    pages = {name: _page(name, path, case) for name, path in wanted.items() if path is not None}
    for name, page in pages.items():
        path = wanted[name]
        if path is not None:
            write_page(path, page)


def _refuse_other_forms(wanted: dict[str, Path | None]) -> None:
    problems = [
        Problem(
            where=option,
            found=str(path),
            expected=f"a name that ends in {' or '.join(FORMS)}",
            do="Name the file so; its ending says its form.",
        )
        for option, path in wanted.items()
        if path is not None and path.suffix.lower() not in FORMS
    ]
    if problems:
        raise InvalidInput(problems)


def _page(option: str, path: Path, case: "Consultation") -> str | bytes:
    from assuage.report.papers.html import note_html, patient_html

    page = note_html(case) if option == "--note" else patient_html(case)
    if path.suffix.lower() != ".pdf":
        return page
    from assuage.report.pdf import pdf_of

    return pdf_of(page)
