"""`assuage evidence release`: make the evidence release anew from the trial tables."""

from pathlib import Path
from typing import Annotated

import typer


def release(
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to write to; without it, the release that comes with assuage."),
    ] = None,
) -> None:
    """Pool all trials, outcome by outcome, and freeze the result for consultations to read.

    The same tables give the same bytes. A consultation never pools anything itself.
    """
    from time import perf_counter

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from assuage.consult.release import RELEASE_FOLDER, make_release
    from assuage.knowledge.releases import release_files, write_release

    began = perf_counter()
    columns = (TextColumn("{task.description:32}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading the trials", total=None)
        made = make_release(
            lambda name, of: progress.update(task, advance=1, total=of, description=name)
        )
    content = release_files(made)
    folder = out or RELEASE_FOLDER
    write_release(content, folder)
    whole = made["all"]
    typer.echo(
        f"Evidence release {whole.id}: {len(whole.outcomes)} outcomes, "
        f"{sum(len(r.levels) for r in whole.outcomes.values())} networks, "
        f"{content.size / 1e6:.1f} MB in {folder}, {perf_counter() - began:.1f} s."
    )
    for item in whole.not_analysed:
        typer.echo(f"  not analysed: {item.outcome} ({item.reason})")
