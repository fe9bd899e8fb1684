"""`assuage evidence`: check the trial tables, show the rows behind an outcome, pool them."""

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assuage.cli.release import release

if TYPE_CHECKING:
    from rich.console import RenderableType

evidence = typer.Typer(
    name="evidence",
    help="Check the trial tables, show the rows behind every number, and pool them.",
    no_args_is_help=True,
)

evidence.command()(release)

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@evidence.command()
def check(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="Folder with studies.csv, arms.csv, outcomes.csv and sources.csv; contrasts.csv, "
            "means_without_sd.csv and catalogues of its own may stand beside them. Without it, "
            "the evidence that comes with assuage."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Read all trial tables strictly; say what was read, and what cannot be used and why.

    Every problem of every table is listed at once, with its file and row.
    """
    from assuage.consult.evidence import check_evidence
    from assuage.report.evidence import check_json
    from assuage.report.evidence_text import check_text

    report = check_evidence(folder)
    if as_json:
        typer.echo(json.dumps(check_json(report), indent=2, ensure_ascii=False))
    else:
        _print(check_text(report))


@evidence.command()
def show(
    outcome: Annotated[str, typer.Argument(help="An outcome, such as pain_relief_50.")],
    drug: Annotated[
        str, typer.Option(help="Only trials that gave this treatment, such as duloxetine.")
    ] = "",
    folder: Annotated[
        Path | None, typer.Option(help="Folder of trial tables; without it, assuage's own.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show every trial row behind an outcome, with how it was had and where it was read."""
    from assuage.consult.evidence import show_evidence
    from assuage.report.evidence import show_json
    from assuage.report.evidence_text import show_text

    rows = show_evidence(outcome, drug=drug, folder=folder)
    if as_json:
        typer.echo(json.dumps(show_json(rows), indent=2, ensure_ascii=False, default=str))
    else:
        _print(show_text(rows))


def _print(content: "RenderableType") -> None:
    from assuage.report.text import render

    width = max(60, min(120, shutil.get_terminal_size((100, 24)).columns))
    typer.echo(render(content, width=width, colour=sys.stdout.isatty()), nl=False)
