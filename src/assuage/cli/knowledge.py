"""`assuage knowledge`: check the safety rules, show one of them, print their manual."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assuage.cli.consult import Today, day_of, write_page
from assuage.cli.consult import show as show_report
from assuage.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from assuage.provenance import Stamp
    from assuage.report.manual import ManualPage

knowledge = typer.Typer(
    name="knowledge",
    help="Check the safety rules, show one of them, and print the manual a pharmacist marks up.",
    no_args_is_help=True,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@knowledge.command()
def check(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="A folder laid out as src/assuage_knowledge; without it, the knowledge that "
            "comes with assuage."
        ),
    ] = None,
    *,
    notes: Annotated[
        bool, typer.Option("--notes", help="List the notes too: what is for a reviewer to judge.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Find rules that can never fire, contradict, repeat, or rest on nothing.

    A count for each check, then the findings with file and line. Exit code 3 when there is an
    error; notes do not count.
    """
    from assuage.consult.knowledge import check_knowledge
    from assuage.report.rule_check_text import rule_check_json, rule_check_text

    results = check_knowledge(folder)
    if as_json:
        typer.echo(json.dumps(rule_check_json(results), indent=2, ensure_ascii=False))
    else:
        show_report(rule_check_text(results, notes=notes))
    if any(result.errors for result in results):
        raise typer.Exit(InvalidInput.exit_code)


@knowledge.command()
def show(
    rule: Annotated[str, typer.Argument(help="The id of a rule, such as RC001.")],
    *,
    as_json: Json = False,
) -> None:
    """Show one rule whole: what it says and reads, by whose word, and where it is written."""
    from assuage.consult.knowledge import rule_shown
    from assuage.report.manual_text import rule_json, rule_text

    row, where, drugs = rule_shown(rule)
    if as_json:
        typer.echo(json.dumps(rule_json(row, where, drugs), indent=2, ensure_ascii=False))
    else:
        show_report(rule_text(row, where, drugs))


@knowledge.command()
def manual(
    name: Annotated[
        str | None,
        typer.Argument(help="A drug or a topic, such as duloxetine or kidney; without it, a list."),
    ] = None,
    *,
    html: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write pages that print on A4: that of NAME, or all of them with an index.",
        ),
    ] = None,
    today: Today = None,
    as_json: Json = False,
) -> None:
    """Print the rules of a drug or a topic, worst first, straight from the rules.

    With --html, pages to print and to mark up with a pen.
    """
    from assuage.consult.knowledge import manual as all_pages
    from assuage.consult.knowledge import manual_page
    from assuage.consult.versions import stamp
    from assuage.report.manual_text import contents_text, manual_text, page_json

    marked = stamp(day_of(today))
    pages = all_pages() if name is None else (manual_page(name),)
    if html is not None:
        _write(html, pages, marked, whole=name is None)
    if as_json:
        typer.echo(json.dumps([page_json(page) for page in pages], indent=2, ensure_ascii=False))
    elif html is None:
        show_report(contents_text(pages) if name is None else manual_text(pages[0], marked))


def _write(folder: Path, pages: "Sequence[ManualPage]", marked: "Stamp", *, whole: bool) -> None:
    from assuage.report.manual_html import file_of, manual_files, manual_html

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        found = (error.strerror or str(error)).lower()
        expected, do = "a folder, there or to be made", "Name another folder."
        raise InvalidInput(
            [Problem(where=str(folder), found=found, expected=expected, do=do)]
        ) from error
    if whole:
        for name, page in manual_files(pages, marked).items():
            write_page(folder / name, page)
    else:
        write_page(folder / file_of(pages[0]), manual_html(pages[0], marked))
