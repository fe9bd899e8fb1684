"""A network meta-analysis as JSON for programs and as a well-set page for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import exp, isfinite
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from assuage.evidence.network import Measure
from assuage.report.text import QUIET, chapter, hanging, render, spaced, text

if TYPE_CHECKING:  # the numerical libraries are not needed to write a report
    from assuage.synthesis.consistency import ChiSquared, DesignDecomposition
    from assuage.synthesis.prediction import RelativeEffect
    from assuage.synthesis.splits import Split
    from assuage.synthesis.summary import NetworkSummary

MEASURE_NAMES: Mapping[Measure, str] = {
    "OR": "odds ratio",
    "RR": "risk ratio",
    "RD": "risk difference",
    "IRR": "incidence rate ratio",
    "MD": "mean difference",
    "SMD": "standardised mean difference",
}
RATIOS = frozenset({"OR", "RR", "IRR"})
SPLITS_SHOWN = 12
_MINUS = "−"


def nma_json(summary: NetworkSummary, choices: Mapping[str, str]) -> dict[str, Any]:
    """Return the result as plain data. Effects are on the analysis scale, named by `scale`;
    numbers that do not exist (a p-value without degrees of freedom) are null."""
    network = summary.network
    return {
        "engine": summary.engine,
        "measure": network.measure,
        "scale": "log" if network.measure in RATIOS else "natural",
        "effects": summary.effects,
        "tau_method": summary.tau_method,
        "prior": summary.prior,
        "reference": network.reference,
        "small_values": summary.small_values,
        "choices": dict(choices),
        "studies": len(network.studies),
        "left_out": [{"study": out.study, "reason": out.reason} for out in network.left_out],
        "treatments": list(network.treatments),
        "tau2": summary.tau2,
        "tau": summary.tau,
        "tau_interval": _interval(summary.tau_interval),
        "Q": summary.q,
        "df": summary.df,
        "p_Q": _number(summary.p_q),
        "I2": _number(summary.i2),
        "I2_interval": _interval(summary.i2_interval),
        "relative_effects": [_effect(effect) for effect in summary.relative_effects],
        "p_score": dict(summary.p_scores),
        "design_decomposition": _decomposition(summary.decomposition),
        "splits": [_split(split) for split in summary.splits],
    }


def _number(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def _interval(interval: tuple[float, float] | None) -> list[float | None] | None:
    return None if interval is None else [_number(bound) for bound in interval]


def _effect(effect: RelativeEffect) -> dict[str, Any]:
    return {
        "treatment1": effect.treatment1,
        "treatment2": effect.treatment2,
        "estimate": effect.estimate,
        "se": effect.se,
        "low": effect.low,
        "high": effect.high,
        "predict_low": effect.predict_low,
        "predict_high": effect.predict_high,
    }


def _test(test: ChiSquared) -> dict[str, Any]:
    return {"Q": test.q, "df": test.df, "p": _number(test.p)}


def _decomposition(parts: DesignDecomposition) -> dict[str, Any]:
    return {
        "within": _test(parts.within),
        "between": _test(parts.between),
        "between_random": {**_test(parts.between_random), "tau_within": parts.tau_within},
        "designs": [
            {
                "treatments": list(part.treatments),
                "studies": part.studies,
                "within": _test(part.within),
                "detached": None if part.detached is None else _test(part.detached),
            }
            for part in parts.designs
        ],
    }


def _split(split: Split) -> dict[str, Any]:
    return {
        "treatment1": split.treatment1,
        "treatment2": split.treatment2,
        "studies": split.studies,
        "share_direct": split.share,
        "direct": split.direct,
        "se_direct": split.se_direct,
        "indirect": split.indirect,
        "se_indirect": split.se_indirect,
        "difference": split.difference,
        "se_difference": split.se_difference,
        "p": split.p,
    }


def nma_text(
    summary: NetworkSummary,
    choices: Mapping[str, str],
    *,
    name: str,
    width: int = 100,
    colour: bool = False,
) -> str:
    """Return the result as a page of at most `width` columns; ratios stand on their own scale."""
    parts = [
        *chapter(f"Network meta-analysis of {name}"),
        *_account(summary, choices),
        *chapter(f"Effects against {summary.network.reference}, best first"),
        _effects_table(summary),
        Text(_caption(summary), style=QUIET),
        *chapter("Do the trials agree?"),
        *_agreement(summary),
        *_splits(summary),
        Text("\nAll pairs of treatments: --json.", style=QUIET),
    ]
    return render(Group(*parts), width=width, colour=colour)


def _account(summary: NetworkSummary, choices: Mapping[str, str]) -> Iterable[RenderableType]:
    network = summary.network
    arms = [len(study.treatments) for study in network.studies]
    multi = sum(count > 2 for count in arms)
    designs = len({frozenset(study.treatments) for study in network.studies})
    yield text(
        f"{_count(len(arms), 'study', 'studies')} ({multi} with more than two arms), "
        f"{sum(arms)} arms, {len(network.treatments)} treatments, "
        f"{_count(designs, 'design')}; one connected network."
    )
    yield text(f"Measure: {MEASURE_NAMES[network.measure]} ({network.measure}). {_model(summary)}")
    if choices:
        stated = {what: "as above" if what == "prior" else made for what, made in choices.items()}
        listed = "; ".join(f"{what} {made}" for what, made in stated.items())
        yield spaced(("Chosen for you:", "bold"), listed + ".")
    if network.left_out:
        yield text((f"Left out: {_count(len(network.left_out), 'study', 'studies')}", "bold"))
    for out in network.left_out:
        yield hanging("•", text(f"{out.study}: {out.reason}"), left=2)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _model(summary: NetworkSummary) -> str:
    if summary.prior is not None:
        return f"Bayesian random effects. Prior: {summary.prior}."
    if summary.effects == "common":
        return "Common effects."
    return f"Random effects, τ² by {summary.tau_method or 'preset'}."


def _effects_table(summary: NetworkSummary) -> Table:
    measure, reference = summary.network.measure, summary.network.reference
    versus = {e.treatment1: e for e in summary.relative_effects if e.treatment2 == reference}
    studies = {
        name: sum(name in study.treatments for study in summary.network.studies)
        for name in summary.network.treatments
    }
    table = _table("Treatment")
    kind = "CrI" if summary.engine == "bayes" else "CI"
    headings = ("Studies", measure, f"95% {kind}", "95% prediction", _score_name(summary))
    for heading in headings if summary.effects == "random" else (*headings[:3], headings[4]):
        table.add_column(heading, justify="right", no_wrap=True)
    for name in sorted(summary.p_scores, key=lambda t: -summary.p_scores[t]):
        effect = versus.get(name)
        cells = [str(studies[name])]
        if effect is None:
            cells += ["reference", "", ""]
        else:
            cells += [
                _natural(effect.estimate, measure),
                _range(effect.low, effect.high, measure),
                _range(effect.predict_low, effect.predict_high, measure),
            ]
        if summary.effects == "common":
            cells.pop()
        table.add_row(text(name), *cells, f"{summary.p_scores[name]:.2f}")
    return table


def _table(first: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column(first, overflow="fold", ratio=1)
    return table


def _score_name(summary: NetworkSummary) -> str:
    return "SUCRA" if summary.engine == "bayes" else "P-score"


def _caption(summary: NetworkSummary) -> str:
    prediction = (
        "Prediction: where the effect in one new trial would fall. "
        if summary.effects == "random"
        else ""
    )
    return (
        f"{prediction}{_score_name(summary)}: mean probability of being better than another "
        f"treatment, small values {summary.small_values}; it says nothing of how much better."
    )


def _agreement(summary: NetworkSummary) -> Iterable[RenderableType]:
    parts = summary.decomposition
    low, high = summary.i2_interval
    i2 = f"I² {summary.i2:.0%}" if isfinite(summary.i2) else "I² not estimable"
    if isfinite(low):
        i2 += f" ({low:.0%} to {high:.0%})"
    tau = f"τ {summary.tau:.3f}, τ² {summary.tau2:.4f}"
    if summary.tau_interval is not None:
        tau += f" (τ {summary.tau_interval[0]:.3f} to {summary.tau_interval[1]:.3f})"
    if summary.df == 0 and summary.engine == "gls":
        yield text("No result is repeated, so nothing shows whether trials agree; τ is taken as 0.")
        return
    yield text(f"{tau}; {i2}." if summary.effects == "random" else f"{i2}.")
    table = _table("Heterogeneity and inconsistency")
    for heading in ("Q", "df", "p"):
        table.add_column(heading, justify="right", no_wrap=True)
    rows = (
        ("Total", parts.total),
        ("Within designs (trials with the same arms differ)", parts.within),
        ("Between designs (direct and indirect evidence differ)", parts.between),
        (f"Between designs, allowing τ {parts.tau_within:.2f} within", parts.between_random),
    )
    for label, test in rows:
        table.add_row(text(label), f"{test.q:.2f}", str(test.df), _p(test.p))
    yield table


def _splits(summary: NetworkSummary) -> Iterable[RenderableType]:
    both = sorted(
        (split for split in summary.splits if split.p is not None), key=lambda s: s.p or 0.0
    )
    yield from chapter("Direct against indirect evidence")
    if not both:
        yield text("No comparison has both direct and indirect evidence.")
        return
    measure = summary.network.measure
    table = _table("Comparison")
    difference = "Ratio" if measure in RATIOS else "Difference"
    for heading in ("Studies", "Direct share", "Direct", "Indirect", difference, "p"):
        table.add_column(heading, justify="right", no_wrap=True)
    for split in both[:SPLITS_SHOWN]:
        table.add_row(
            text(f"{split.treatment1} vs {split.treatment2}"),
            str(split.studies),
            f"{split.share:.0%}",
            *(_natural(v, measure) for v in (split.direct, split.indirect, split.difference)),
            _p(split.p),
        )
    yield table
    if len(both) > SPLITS_SHOWN:
        more = len(both) - SPLITS_SHOWN
        yield text((f"Smallest p first; {more} more comparisons: --json.", QUIET))


def _natural(value: float | None, measure: Measure) -> str:
    if value is None:
        return ""
    shown = f"{exp(value):.2f}" if measure in RATIOS else _plain(value, measure)
    return shown.replace("-", _MINUS)


def _plain(value: float, measure: Measure) -> str:
    out = f"{value:.3f}" if measure == "RD" else f"{value:.2f}"
    return out.removeprefix("-") if not any(c in "123456789" for c in out) else out


def _range(low: float | None, high: float | None, measure: Measure) -> str:
    if low is None or high is None:
        return "not estimable"
    return f"{_natural(low, measure)} to {_natural(high, measure)}"


def _p(value: float | None) -> str:
    if value is None or not isfinite(value):
        return "–"
    return "<0.001" if value < 0.001 else f"{value:.3f}"
