"""Plots for `assuage nma`: which there are, and writing them to files."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from assuage.nma import Fit
    from assuage.report.plots.ink import Figure


class PlotName(StrEnum):
    """What `--plot` draws."""

    NETWORK = "network"
    FOREST = "forest"
    LEAGUE = "league"
    RANKS = "ranks"
    SPLITS = "splits"
    TRIALS = "trials"
    DEVIANCE = "deviance"
    TAU = "tau"


def wanted(
    plots: Sequence[PlotName], files: Sequence[Path], folder: Path | None, *, bayes: bool
) -> list[tuple[PlotName, Path]]:
    """Return each plot with its file, the folder's after those asked for by name.

    Raises BadParameter when plots and files do not pair up.
    """
    if len(plots) != len(files):
        raise typer.BadParameter(
            f"--plot is given {len(plots)} times and --out {len(files)} times: "
            "each plot needs a file, in the same order."
        )
    if PlotName.TAU in plots and not bayes:
        raise typer.BadParameter("--plot tau shows prior and posterior: it needs --engine bayes.")
    pairs = list(zip(plots, files, strict=True))
    if folder is not None:
        names = [name for name in PlotName if bayes or name is not PlotName.TAU]
        pairs += [(name, folder / f"{name}.svg") for name in names]
    return pairs


def write(fit: "Fit", pairs: Sequence[tuple[PlotName, Path]]) -> None:
    """Draw each plot into its file (.svg, .png, or .json for its Vega-Lite specification)."""
    for name, path in pairs:
        path.parent.mkdir(parents=True, exist_ok=True)
        _figure(fit, name).save(path)
        typer.echo(f"Wrote {path}", err=True)


def _figure(fit: "Fit", name: PlotName) -> "Figure":
    if name is PlotName.NETWORK:
        return fit.account.plot()
    asked = {
        PlotName.FOREST: fit.relative_effects,
        PlotName.LEAGUE: fit.league,
        PlotName.RANKS: fit.ranks,
        PlotName.SPLITS: fit.splits,
        PlotName.TRIALS: fit.heterogeneity,
        PlotName.DEVIANCE: fit.consistency,
        PlotName.TAU: fit.diagnostics,
    }
    return asked[name]().plot()
