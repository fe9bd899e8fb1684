"""`assuage nma`: a network meta-analysis of anyone's table."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assuage.cli.nma_plots import Drawing, PlotName, wanted, write

if TYPE_CHECKING:
    from assuage.evidence.network import Network
    from assuage.knowledge.nma_table import NmaTable
    from assuage.synthesis.summary import NetworkSummary

MeasureName = Literal["OR", "RR", "RD", "IRR", "MD", "SMD"]
EffectsName = Literal["common", "random"]
TauName = Literal["DL", "REML", "ML", "PM"]
EngineName = Literal["gls", "bayes"]
LikelihoodName = Literal["normal", "binomial", "poisson"]
SmallValuesName = Literal["desirable", "undesirable"]


def nma(
    data: Annotated[Path, typer.Argument(metavar="DATA.csv", help="The table of trial results.")],
    *,
    measure: Annotated[
        MeasureName | None, typer.Option(help="Effect measure (default: OR, IRR or MD).")
    ] = None,
    effects: Annotated[
        EffectsName | None, typer.Option(help="Model of the effects (default: random).")
    ] = None,
    tau: Annotated[
        TauName | None, typer.Option(help="Estimator of τ², gls engine only (default: REML).")
    ] = None,
    engine: Annotated[
        EngineName | None,
        typer.Option(help="Classical least squares, or Bayes by quadrature (default: gls)."),
    ] = None,
    likelihood: Annotated[
        LikelihoodName | None,
        typer.Option(
            help="Of the bayes engine: contrasts normal, or the arms' own counts (default: normal)."
        ),
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option(help="Treatment to compare with (default: placebo, or the most studied)."),
    ] = None,
    small_values: Annotated[
        SmallValuesName | None,
        typer.Option(help="Are small values good or bad? For ranking (default: desirable)."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, for programs.")] = False,
    plot: Annotated[
        list[PlotName] | None,
        typer.Option(help="Draw this plot into the file that --out names; may be repeated."),
    ] = None,
    out: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Where a --plot goes: FILE.svg, .png or .json."),
    ] = None,
    order: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,...", help="All treatments from old to new, by commas: for the funnel."
        ),
    ] = None,
    plots: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Draw every plot into this folder, as SVG.")
    ] = None,
) -> None:
    """Network meta-analysis of a table of trial results.

    The header says what the table holds:

    study,treatment,events,n (odds and risk ratios, risk differences)

    study,treatment,events,time (incidence rate ratios)

    study,treatment,mean,sd,n (mean differences)

    study,treatment1,treatment2,estimate,se (any measure; estimate is treatment1 minus treatment2,
    a logarithm for ratios; a trial with several arms gives all its contrasts)

    Plots need the extra "plots" (the package vl-convert-python). A .json file holds a plot's
    Vega-Lite specification and needs nothing.
    """
    import json
    import sys

    from assuage.evidence.assembly import assemble
    from assuage.knowledge.nma_table import read_nma_table
    from assuage.knowledge.reading import read_text
    from assuage.report.nma import nma_json, nma_text

    _refuse(engine, effects, tau, likelihood)
    named = [name.strip() for name in order.split(",")] if order else None
    drawings = wanted(
        plot or (), out or (), plots, bayes=engine == "bayes", ordered=named is not None
    )
    table = read_nma_table(read_text(data), data.name, measure=measure)
    network = assemble(table.results, measure=table.measure, reference=reference)
    direction = small_values or "desirable"
    if engine == "bayes" and likelihood in {"binomial", "poisson"}:
        summary = _counts(data, network, likelihood, direction)
    elif engine == "bayes":
        summary = _bayes(network, table, direction)
    else:
        summary = _gls(network, effects or "random", tau or "REML", direction)
    given = {
        "measure": measure,
        "effects": effects,
        "tau": tau,
        "engine": engine,
        "reference": reference,
        "small values": small_values,
    }
    choices = {what: c for what, c in _made(summary).items() if not given.get(what)}
    if as_json:
        typer.echo(json.dumps(nma_json(summary, choices), indent=2, ensure_ascii=False))
    else:
        colour = sys.stdout.isatty()
        page = nma_text(summary, choices, name=data.name, colour=colour)
        typer.echo(page, nl=False, color=colour)
    if drawings:
        _draw(data, summary, drawings, (named, likelihood or "normal"))


def _refuse(
    engine: EngineName | None,
    effects: EffectsName | None,
    tau: TauName | None,
    likelihood: LikelihoodName | None,
) -> None:
    """Raise BadParameter for options that contradict each other."""
    if engine == "bayes" and (effects == "common" or tau is not None):
        raise typer.BadParameter(
            "the bayes engine has random effects and a prior instead of an estimator of τ²; "
            "leave out --effects common and --tau."
        )
    if likelihood is not None and engine != "bayes":
        raise typer.BadParameter("--likelihood is for --engine bayes; gls takes contrasts.")
    if effects == "common" and tau is not None:
        raise typer.BadParameter("--tau has no meaning with --effects common.")


def _draw(
    data: Path,
    summary: "NetworkSummary",
    drawings: Sequence[Drawing],
    asked: tuple[Sequence[str] | None, LikelihoodName],
) -> None:
    """Fit once more through the Python API, whose answers draw themselves."""
    from assuage import nma as api

    order, likelihood = asked
    network = api.read(
        data,
        measure=summary.network.measure,
        reference=summary.network.reference,
        small_values=summary.small_values,
    )
    fit = network.fit(
        engine=summary.engine,
        effects=summary.effects,
        tau=summary.tau_method,
        likelihood=likelihood,
    )
    write(fit, drawings, order)


def _gls(
    network: "Network", effects: EffectsName, tau: TauName, small_values: SmallValuesName
) -> "NetworkSummary":
    from assuage.synthesis.gls import fit
    from assuage.synthesis.summary import summarise_fit

    return summarise_fit(fit(network, effects=effects, tau_method=tau), small_values=small_values)


def _bayes(
    network: "Network", table: "NmaTable", small_values: SmallValuesName
) -> "NetworkSummary":
    from assuage.synthesis.priors import default_prior, typical_sd
    from assuage.synthesis.quadrature import fit_random_effects
    from assuage.synthesis.summary import summarise_posterior

    prior = default_prior(network, outcome_sd=typical_sd(table.sds) if table.sds else None)
    posterior = fit_random_effects(network, prior=prior)
    return summarise_posterior(network, posterior, small_values=small_values)


def _counts(
    data: Path, network: "Network", likelihood: LikelihoodName, small_values: SmallValuesName
) -> "NetworkSummary":
    """Bayes with the likelihood of the arms' own counts, through the Python API."""
    from assuage import nma as api
    from assuage.synthesis.consistency import decompose
    from assuage.synthesis.splits import split
    from assuage.synthesis.summary import NetworkSummary

    account = api.read(data, measure=network.measure, reference=network.reference)
    found = account.fit(engine="bayes", likelihood=likelihood).inference
    fitted = found.classical
    return NetworkSummary(
        network=network,
        engine="bayes",
        effects="random",
        tau_method=None,
        prior=found.statement.removeprefix("Bayesian random effects; ").rstrip("."),
        small_values=small_values,
        tau2=found.tau**2,
        tau=found.tau,
        tau_interval=found.tau_interval,
        q=fitted.q,
        df=fitted.df,
        p_q=fitted.p_heterogeneity,
        i2=fitted.i2,
        i2_interval=fitted.i2_interval,
        relative_effects=found.effects_at(0.95),
        p_scores=found.scores(small_values),
        decomposition=decompose(fitted.design),
        splits=split(fitted),
    )


def _made(summary: "NetworkSummary") -> dict[str, str]:
    """Every choice that shaped the result, by the name of its option."""
    made = {
        "measure": summary.network.measure,
        "effects": summary.effects,
        "engine": summary.engine,
        "reference": summary.network.reference,
        "small values": summary.small_values,
    }
    if summary.tau_method is not None:
        made["tau"] = summary.tau_method
    if summary.prior is not None:
        made["prior"] = summary.prior
    return made
