"""What each treatment would lead to among people in whom one of them is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from assuage.errors import NetworkError
from assuage.evidence.network import Measure
from assuage.nma.effects import Result, one_of
from assuage.nma.tables import Answer, Column, Table, decimals
from assuage.report.plots.forest import ForestRow, ForestWords, forest_spec
from assuage.report.plots.ink import Figure
from assuage.synthesis.prediction import RelativeEffect

_Z95 = 1.959963984540054
_OF: dict[Measure, str] = {"OR": "Risk", "RR": "Risk", "RD": "Risk", "IRR": "Rate", "MD": "Mean"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsoluteRow:
    """The risk, rate or mean under a treatment, with a 95% interval."""

    treatment: str
    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Absolute(Answer):
    """Absolute outcomes, best first. `baseline` and its `baseline_se` are those given for
    treatment `of`; risks that a ratio carries beyond 1 are cut there."""

    result: Result
    of: str
    baseline: float
    baseline_se: float
    rows: tuple[AbsoluteRow, ...]

    def table(self) -> Table:
        """Return a row for each treatment."""
        places = decimals(3 if _OF[self.result.measure] != "Mean" else 2)
        kind = _OF[self.result.measure]
        spread = "held fixed" if self.baseline_se == 0 else f"standard error {self.baseline_se:g}"
        return Table(
            title=f"{kind} under each treatment, where it is {self.baseline:g} under {self.of}",
            columns=(
                Column(key="treatment", title="Treatment", align="left"),
                Column(key="estimate", title=kind, show=places),
                Column(key="low", title=f"{self.result.interval} from", show=places),
                Column(key="high", title="to", show=places),
            ),
            rows=tuple(
                {"treatment": r.treatment, "estimate": r.estimate, "low": r.low, "high": r.high}
                for r in self.rows
            ),
            notes=(f"Baseline {self.baseline:g} ({spread}).", *self.result.notes),
        )

    def plot(self) -> Figure:
        """Draw a row for each treatment."""
        kind = _OF[self.result.measure]
        words = ForestWords(
            title=f"{kind} under each treatment",
            subtitle=(f"Where it is {self.baseline:g} under {self.of}.",),
            effect=kind,
            axis=kind,
            interval=self.result.interval,
        )
        rows = [
            ForestRow(label=r.treatment, estimate=r.estimate, low=r.low, high=r.high)
            for r in self.rows
        ]
        scale: Measure = "MD" if kind == "Mean" else "RD"
        return Figure(vega=forest_spec(rows, measure=scale, words=words))


def absolute_effects(
    result: Result,
    pairs: Sequence[RelativeEffect],
    *,
    versus: str,
    baseline: tuple[float, float],
) -> Absolute:
    """Return each treatment's outcome: the baseline plus its effect, on the analysis scale.

    `baseline` is (value, standard error on the analysis scale). The error of the baseline and
    that of the effect are taken as independent. Raises NetworkError for a baseline that the
    measure cannot have.
    """
    value, se = baseline
    middle = _to_scale(value, result.measure)
    if se < 0:
        raise NetworkError(f"A standard error cannot be below zero, as {se:g} is.")
    rows: list[AbsoluteRow] = []
    for treatment in result.order:
        if treatment == versus:
            estimate, low, high = 0.0, 0.0, 0.0
        else:
            effect = one_of(pairs, treatment, versus)
            estimate, low, high = effect.estimate, effect.low, effect.high
        below = sqrt((estimate - low) ** 2 + (_Z95 * se) ** 2)
        above = sqrt((high - estimate) ** 2 + (_Z95 * se) ** 2)
        ends = (middle + estimate, middle + estimate - below, middle + estimate + above)
        shown = [_from_scale(x, result.measure) for x in ends]
        rows.append(
            AbsoluteRow(treatment=treatment, estimate=shown[0], low=shown[1], high=shown[2])
        )
    return Absolute(result=result, of=versus, baseline=value, baseline_se=se, rows=tuple(rows))


def _to_scale(value: float, measure: Measure) -> float:
    if measure == "SMD":
        raise NetworkError(
            "A standardised mean difference has no unit, so no absolute outcome follows from it."
        )
    if measure in {"OR", "RR", "RD"} and not 0 < value < 1:
        raise NetworkError(f"The baseline is a risk between 0 and 1, not {value:g}.")
    if measure == "IRR" and value <= 0:
        raise NetworkError(f"The baseline is a rate above 0, not {value:g}.")
    if measure == "OR":
        return log(value / (1 - value))
    return log(value) if measure in {"RR", "IRR"} else value


def _from_scale(x: float, measure: Measure) -> float:
    if measure == "OR":
        return 1 / (1 + exp(-x))
    if measure == "IRR":
        return exp(x)
    if measure == "MD":
        return x
    return min(1.0, max(0.0, exp(x) if measure == "RR" else x))
