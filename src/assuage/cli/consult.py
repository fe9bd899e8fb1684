"""`assuage appraise`, `decide`, `plan`, `explain`, `exposure`: one patient, to text or a page."""

import json
import sys
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assuage.errors import InvalidInput, OutOfScope, Problem

if TYPE_CHECKING:
    from rich.console import RenderableType

    from assuage.consult.library import Library
    from assuage.patient.record import PatientRecord
    from assuage.report.presentation import Presentation
    from assuage.units import MgPerDay


NARROWEST, WIDEST = 60, 110
"""Columns: tables fit into no fewer, and lines of text are hard to follow beyond."""


class Jurisdiction(StrEnum):
    """Whose word is taken where sources disagree. International sources always count."""

    US = "US"
    UK = "UK"
    EU = "EU"


Patient = Annotated[
    Path,
    typer.Argument(metavar="PATIENT", help="The patient file (YAML or JSON)."),
]
Today = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"], help="The day to speak of, 2000 to 2099 (default: today's date)."
    ),
]
Without = Annotated[
    Literal["reconstructed"] | None,
    typer.Option(help="Leave out trial numbers that were worked out from other statistics."),
]
Jurisdictions = Annotated[
    list[Jurisdiction] | None,
    typer.Option(
        "--jurisdiction",
        envvar="ASSUAGE_JURISDICTION",
        help="This region's word where sources disagree; may be given more than once. Or set "
        "ASSUAGE_JURISDICTION.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Everything, for programs.")]
Html = Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page that prints well.")]
Pdf = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write the page as a tagged PDF (needs the extra: pdf)."),
]


def appraise(
    patient: Patient,
    *,
    today: Today = None,
    without: Without = None,
    jurisdiction: Jurisdictions = None,
    as_json: AsJson = False,
    html: Html = None,
    brief: Annotated[
        bool, typer.Option("--brief", help="One screen: every drug in a line, three in numbers.")
    ] = False,
) -> None:
    """Which drugs are safe for this patient, what each would do, and which comes first.

    All 17 candidate drugs are listed, each with its verdict, reasons and sources.
    """
    from assuage.consult.appraise import appraise as appraise_patient
    from assuage.consult.exposure import with_exposures
    from assuage.consult.library import load_library

    day = day_of(today)
    library = load_library("without_reconstructed" if without else "all")
    record = record_of(patient, library, day, as_json=as_json)
    appraised = appraise_patient(record, library, today=day, jurisdictions=jurisdiction)
    appraisal = with_exposures(appraised, record, library, today=day)
    if html is not None:
        from assuage.report.appraisal_html import appraisal_html

        write_page(html, appraisal_html(appraisal, presentation(library)))
    if as_json:
        from assuage.report.appraisal_json import appraisal_json

        typer.echo(json.dumps(appraisal_json(appraisal), indent=2, ensure_ascii=False))
    elif html is None:
        from assuage.report.appraisal_brief import AppraisalBrief
        from assuage.report.appraisal_text import AppraisalText

        report = AppraisalBrief if brief else AppraisalText
        show(report(appraisal, presentation(library)))


def decide(
    patient: Patient,
    *,
    today: Today = None,
    jurisdiction: Jurisdictions = None,
    as_json: AsJson = False,
    html: Html = None,
) -> None:
    """Which drug to choose, how clear that is, what is traded, and what would turn it.

    By the patient's wishes (`preferences` in the patient file), and what was
    tried before. Where a wish is not known, the question is printed.
    """
    from assuage.consult.decide import decide as decide_for
    from assuage.consult.library import load_library

    day = day_of(today)
    library = load_library()
    record = record_of(patient, library, day, as_json=as_json)
    decision = decide_for(record, library, today=day, jurisdictions=jurisdiction)
    if html is not None:
        from assuage.report.decision_html import decision_html

        write_page(html, decision_html(decision))
    if as_json:
        from assuage.report.decision_json import decision_json

        typer.echo(json.dumps(decision_json(decision), indent=2, ensure_ascii=False))
    elif html is None:
        from assuage.report.decision_text import DecisionText

        show(DecisionText(decision))


def plan(
    patient: Patient,
    *,
    drug: Annotated[str, typer.Option(help="The drug to plan: duloxetine, or a brand name.")],
    target: Annotated[
        str | None,
        typer.Option(metavar="MG", help="Target in mg/day (default: the lowest usual target)."),
    ] = None,
    today: Today = None,
    jurisdiction: Jurisdictions = None,
    as_json: AsJson = False,
    html: Html = None,
    pdf: Pdf = None,
) -> None:
    """How to start, raise, watch and stop one drug in this patient, with dates.

    A drug that the rules speak against, or that waits for an answer, gets no plan but the reason.
    """
    from assuage.consult.library import load_library
    from assuage.consult.plan import plan_for
    from assuage.consult.versions import stamp
    from assuage.patient.summary import describe

    day = day_of(today)
    library = load_library()
    record = record_of(patient, library, day, as_json=as_json)
    made, _ = plan_for(
        record, drug, library, today=day, target=_dose(target), jurisdictions=jurisdiction
    )
    marked, who = stamp(day), describe(record)
    if html is not None or pdf is not None:
        from assuage.report.plan_html import plan_html

        _write_plan(plan_html(made, marked, patient=who), html, pdf)
    if as_json:
        from assuage.report.plan_json import plan_json

        typer.echo(json.dumps(plan_json(made, marked, patient=who), indent=2, ensure_ascii=False))
    elif html is None and pdf is None:
        from assuage.report.plan_text import PlanText

        show(PlanText(made, marked, patient=who))


def explain(
    patient: Patient,
    *,
    drug: Annotated[str, typer.Option(help="The drug to explain: duloxetine, or a brand name.")],
    today: Today = None,
    jurisdiction: Jurisdictions = None,
    as_json: AsJson = False,
) -> None:
    """Why one drug has its verdict: every rule looked at, what it found, the facts it read."""
    from assuage.consult.explain import explain as explain_verdict
    from assuage.consult.library import load_library

    day = day_of(today)
    library = load_library()
    record = record_of(patient, library, day, as_json=as_json)
    found = explain_verdict(record, drug, library, today=day, jurisdictions=jurisdiction)
    if as_json:
        from assuage.report.explanation_json import explanation_json

        typer.echo(json.dumps(explanation_json(found), indent=2, ensure_ascii=False))
    else:
        from assuage.report.explanation_text import ExplanationText

        show(ExplanationText(found))


def exposure(
    patient: Patient,
    *,
    drug: Annotated[str, typer.Option(help="The drug: nortriptyline, or a brand name.")],
    dose: Annotated[str, typer.Option(metavar="MG", help="The daily dose in mg.")],
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """What a dose of one drug means in this patient: genes, other medicines, kidneys, age.

    The ratio to the usual exposure with its interval, each factor with its
    source, and the dose that gives most people the same. It is no advice to
    take that dose.
    """
    from assuage.consult.exposure import exposure_of
    from assuage.consult.library import load_library
    from assuage.consult.versions import stamp
    from assuage.patient.summary import describe

    given = _needed_dose(dose)
    day = day_of(today)
    library = load_library()
    record = record_of(patient, library, day, as_json=as_json)
    found = exposure_of(record, drug, library, today=day)
    marked, who = stamp(day), describe(record)
    if as_json:
        from assuage.report.exposure_json import dose_in_person_json

        said = dose_in_person_json(found, given, marked, patient=who)
        typer.echo(json.dumps(said, indent=2, ensure_ascii=False))
    else:
        from assuage.report.exposure_text import ExposureText

        show(ExposureText(found, given, marked, who))


def _write_plan(page: str, html: Path | None, pdf: Path | None) -> None:
    if html is not None:
        write_page(html, page)
    if pdf is not None:
        from assuage.report.pdf import pdf_of

        write_page(pdf, pdf_of(page))


def record_of(path: Path, library: "Library", day: date, *, as_json: bool) -> "PatientRecord":
    """Read the patient; programs that asked for JSON get a refusal as JSON too."""
    from assuage.consult.patient import patient_from_file
    from assuage.consult.versions import stamp
    from assuage.report.appraisal_json import out_of_scope_json

    try:
        return patient_from_file(path, library, today=day)
    except OutOfScope as refusal:
        if as_json:
            said = out_of_scope_json(stamp(day), str(refusal))
            typer.echo(json.dumps(said, indent=2, ensure_ascii=False))
        raise


def day_of(today: datetime | None) -> date:
    """Return the day to speak of: what we know of drugs is of these decades."""
    if today is None:
        return date.today()  # noqa: DTZ011 - the user's own calendar day
    if not 2000 <= today.year <= 2099:
        raise typer.BadParameter(f"--today {today:%Y-%m-%d}: give a day from 2000 to 2099.")
    return today.date()


def _dose(text: str | None) -> "MgPerDay | None":
    return None if text is None else _needed_dose(text)


def _needed_dose(text: str) -> "MgPerDay":
    from assuage.units import MgPerDay

    try:
        dose = Decimal(text)
    except InvalidOperation:
        dose = Decimal("NaN")
    if not (dose.is_finite() and dose > 0):
        raise typer.BadParameter(f"{text!r} is not a dose in mg/day, such as 60 or 37.5.")
    return MgPerDay(dose)


def presentation(library: "Library") -> "Presentation":
    """Return what the reports need besides the appraisal."""
    from assuage.report.presentation import Presentation

    return Presentation(outcomes=library.outcomes)


def show(content: "RenderableType") -> None:
    """Print a report, as wide as the terminal lets it and its reader likes."""
    from rich.console import Console

    from assuage.report.text import render

    console = Console()
    width = max(NARROWEST, min(WIDEST, console.width))
    colour = console.is_terminal and console.color_system is not None
    typer.echo(render(content, width=width, colour=colour), nl=False, color=colour)


def write_page(path: Path, page: str | bytes) -> None:
    """Write a page and say where. Raises InvalidInput when the file cannot be written."""
    try:
        path.write_bytes(page.encode() if isinstance(page, str) else page)
    except OSError as error:
        raise InvalidInput(
            [
                Problem(
                    where=str(path),
                    found=(error.strerror or str(error)).lower(),
                    expected="a file that can be written",
                    do="Name a file in a folder that exists and is yours.",
                )
            ]
        ) from error
    print(f"Written: {path}", file=sys.stderr)  # noqa: T201 - kept apart from what is piped on
