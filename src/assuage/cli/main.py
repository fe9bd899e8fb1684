"""`assuage`: parse the command line, call the use case, render, and return a meaningful exit code.

Exit codes: 0 done, 1 a fault of assuage itself, 2 wrong usage, 3 invalid input, 4 out of scope.
With --json, refusals are JSON on standard output too. Commands import what they
need when they run, so that `--help` and short commands start at once.
"""

import gc
import json
import os
import sys
import traceback
from dataclasses import asdict
from pathlib import Path

import typer

from assuage.cli.consult import appraise, decide, exposure, plan
from assuage.cli.consult import explain as explain_verdict
from assuage.cli.evidence import evidence
from assuage.cli.knowledge import knowledge
from assuage.cli.nma import nma
from assuage.cli.papers import papers
from assuage.errors import AssuageError, InvalidInput, OutOfScope

app = typer.Typer(
    name="assuage",
    help="Choose, dose and follow an antidepressant for neuropathic pain, with every number "
    "traceable to its trial. It advises professionals; it is not a medical device.",
    epilog="Exit codes: 0 done, 1 a fault of assuage itself, 2 wrong usage, 3 invalid input, "
    "4 patient out of scope.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(appraise)
app.command()(decide)
app.command()(plan)
app.command("explain")(explain_verdict)
app.command()(exposure)
app.command()(papers)
app.command()(nma)
app.add_typer(evidence, name="evidence")
app.add_typer(knowledge, name="knowledge")


def _show_version(wanted: bool) -> None:
    if wanted:
        from assuage.consult.versions import versions

        software, knowledge, release = versions()
        typer.echo(f"assuage {software}, knowledge {knowledge}, evidence release {release}")
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Show the three versions."
    ),
) -> None:
    """Choose, dose and follow an antidepressant for neuropathic pain.

    Every number is traceable to its trial. assuage advises professionals; it never orders and is
    not a medical device.
    """


def explain(error: AssuageError) -> str:
    """Say what is wrong so that the reader can mend it: one line a problem."""
    if isinstance(error, InvalidInput):
        many = len(error.problems)
        head = "1 problem" if many == 1 else f"{many} problems"
        lines = [f"  {problem}" for problem in error.problems]
        return "\n".join([f"{head}; nothing was done:", *lines])
    return str(error)


def answer_for_programs(error: AssuageError) -> str:
    """Return the refusal as JSON, for who asked for JSON."""
    problems = error.problems if isinstance(error, InvalidInput) else ()
    said = {
        "error": str(error) if not problems else explain(error).partition("\n")[0].rstrip(":"),
        "problems": [asdict(problem) for problem in problems],
    }
    return json.dumps(said, indent=2, ensure_ascii=False)


def unexpected(error: Exception) -> str:
    """Say that the fault is ours, and what to report; what was in the files is not repeated."""
    from assuage.consult.versions import versions

    software, knowledge, release = versions()
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        "Something is wrong in assuage itself: the command stopped, and nothing it may have "
        "written is to be used.\n"
        f"  Please report: {type(error).__name__} in {Path(place.filename).name}, line "
        f"{place.lineno}; assuage {software}, knowledge {knowledge}, evidence release {release}, "
        f"Python {sys.version.split()[0]}; and the command you gave (nothing about the patient).\n"
        "  With ASSUAGE_DEBUG=1 in the environment, the same command shows the whole traceback."
    )


def main() -> None:
    """Run the command line; errors that assuage raises on purpose become text and an exit code."""
    gc.disable()  # a command is short: collecting while it reads knowledge is a tenth of its time
    try:
        app()
    except AssuageError as error:
        if "--json" in sys.argv and not isinstance(error, OutOfScope):  # that is an answer, given
            print(answer_for_programs(error))  # noqa: T201 - the command line's own output
        print(explain(error), file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
    except Exception as error:
        if os.environ.get("ASSUAGE_DEBUG"):
            raise
        print(unexpected(error), file=sys.stderr)  # noqa: T201
        sys.exit(1)


if __name__ == "__main__":
    main()
