"""Plots for `assuage nma`: which there are, and writing them to files."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from assuage.errors import NetworkError

if TYPE_CHECKING:
    from assuage.nma import Fit
    from assuage.report.plots.ink import Figure


class PlotName(StrEnum):
    """What `--plot` draws; the funnel needs `--order`."""

    NETWORK = "network"
    FOREST = "forest"
    LEAGUE = "league"
    RANKS = "ranks"
    SPLITS = "splits"
    TRIALS = "trials"
    DEVIANCE = "deviance"
    TAU = "tau"
    NETHEAT = "netheat"
    CONTRIBUTION = "contribution"
    FUNNEL = "funnel"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A plot and its file; one that was not asked for by name may be impossible."""

    name: PlotName
    path: Path
    asked: bool


def wanted(
    plots: Sequence[PlotName],
    files: Sequence[Path],
    folder: Path | None,
    *,
    bayes: bool,
    ordered: bool,
) -> list[Drawing]:
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
    if PlotName.FUNNEL in plots and not ordered:
        raise typer.BadParameter(
            "--plot funnel needs --order: all treatments from old to new, by commas. Without a "
            "meaningful order a funnel tells nothing."
        )
    found = [Drawing(name, path, asked=True) for name, path in zip(plots, files, strict=True)]
    if folder is not None:
        without = {PlotName.TAU: not bayes, PlotName.FUNNEL: not ordered}
        names = [name for name in PlotName if not without.get(name)]
        found += [Drawing(name, folder / f"{name}.svg", asked=False) for name in names]
    return found


def write(fit: "Fit", drawings: Sequence[Drawing], order: Sequence[str] | None) -> None:
    """Draw each plot into its file (.svg, .png, or .json for its Vega-Lite specification)."""
    for own in drawings:
        try:
            figure = _figure(fit, own.name, order or ())
        except NetworkError as impossible:
            if own.asked:
                raise
            typer.echo(f"No {own.name} plot: {impossible}", err=True)
            continue
        own.path.parent.mkdir(parents=True, exist_ok=True)
        figure.save(own.path)
        typer.echo(f"Wrote {own.path}", err=True)


def _figure(fit: "Fit", name: PlotName, order: Sequence[str]) -> "Figure":
    if name is PlotName.NETWORK:
        return fit.account.plot()
    if name is PlotName.FUNNEL:
        return fit.funnel(order=order).plot()
    asked = {
        PlotName.FOREST: fit.relative_effects,
        PlotName.LEAGUE: fit.league,
        PlotName.RANKS: fit.ranks,
        PlotName.SPLITS: fit.splits,
        PlotName.TRIALS: fit.heterogeneity,
        PlotName.DEVIANCE: fit.consistency,
        PlotName.TAU: fit.diagnostics,
        PlotName.NETHEAT: fit.net_heat,
        PlotName.CONTRIBUTION: fit.contributions,
    }
    return asked[name]().plot()
