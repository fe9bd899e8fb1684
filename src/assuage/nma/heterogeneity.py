"""How much trials of the same comparison differ, and each trial beside the network."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite

from assuage.evidence.network import StudyContrasts
from assuage.nma.effects import Result, one_of
from assuage.nma.tables import Answer, Cell, Column, Table, p_value
from assuage.report.plots.forest import ForestRow, ForestWords, forest_spec
from assuage.report.plots.ink import Figure
from assuage.synthesis.classical.profile import TauInterval
from assuage.synthesis.prediction import RelativeEffect

_Z95 = 1.959963984540054
_NOTHING_REPEATED = (
    "No result is repeated, so the trials cannot show whether they agree: least squares take τ "
    "as 0, Bayes has little but the prior."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialEffect:
    """One comparison of one trial, as it reported it, beside the network's (analysis scale)."""

    study: str
    treatment1: str
    treatment2: str
    estimate: float
    se: float
    network: RelativeEffect


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Heterogeneity(Answer):
    """`tau` on the analysis scale (posterior median for Bayes); Q and I² are those of common
    effects and hold inconsistency too. `intervals` are those of tau² by profile likelihood and by
    the Q-profile, for random effects by least squares."""

    result: Result
    tau: float
    tau_interval: tuple[float, float] | None
    q: float
    df: int
    p: float
    i2: float
    i2_interval: tuple[float, float]
    trials: tuple[TrialEffect, ...]
    intervals: Mapping[str, TauInterval] = field(default_factory=dict[str, TauInterval])

    def table(self) -> Table:
        """Return τ, τ², I² and Q."""
        low, high = self.tau_interval or (None, None)
        squared = (None, None) if low is None or high is None else (low**2, high**2)
        rows: tuple[dict[str, Cell], ...] = (
            {"quantity": "τ", "value": self.tau, "low": low, "high": high, "p": None},
            {
                "quantity": "τ²",
                "value": self.tau**2,
                "low": squared[0],
                "high": squared[1],
                "p": None,
            },
            *self._interval_rows(),
            {
                "quantity": "I² (0 to 1)",
                "value": self.i2,
                "low": self.i2_interval[0],
                "high": self.i2_interval[1],
                "p": None,
            },
            {
                "quantity": f"Q, df {self.df}",
                "value": self.q,
                "low": None,
                "high": None,
                "p": self.p,
            },
        )
        return Table(
            title="Heterogeneity",
            columns=(
                Column(key="quantity", title="Quantity", align="left"),
                Column(key="value", title="Value", show=_four),
                Column(key="low", title="95% from", show=_four),
                Column(key="high", title="to", show=_four),
                Column(key="p", title="p", show=p_value),
            ),
            rows=rows,
            notes=(_NOTHING_REPEATED,) if self.df == 0 else (),
        )

    def _interval_rows(self) -> Iterator[dict[str, Cell]]:
        for name, own in self.intervals.items():
            tau, low, high = own.tau
            yield {"quantity": f"τ, {name}", "value": tau, "low": low, "high": high, "p": None}

    def plot(self) -> Figure:
        """Draw every trial under its comparison, with the network's estimate below them."""
        words = ForestWords(
            title="Trials by comparison",
            subtitle=("Squares: trials. Diamond: network, with its prediction interval.",),
            interval=self.result.interval,
        )
        rows = trial_rows(self.trials)
        return Figure(vega=forest_spec(rows, measure=self.result.measure, words=words))


def _four(value: Cell) -> str:
    if not isinstance(value, int | float) or not isfinite(value):
        return "" if value is None else "–"
    return f"{value:.3f}" if value < 100 else f"{value:.1f}"


def trial_effects(
    studies: Sequence[StudyContrasts], pairs: Sequence[RelativeEffect]
) -> tuple[TrialEffect, ...]:
    """Return all comparisons of all trials, by comparison, turned as the pairs are."""
    known = {(pair.treatment1, pair.treatment2) for pair in pairs}
    out = [
        TrialEffect(
            study=study.study,
            treatment1=first,
            treatment2=second,
            estimate=estimate,
            se=se,
            network=one_of(pairs, first, second),
        )
        for study in studies
        for first, second, estimate, se in study.comparisons(lambda a, b: (a, b) in known)
    ]
    return tuple(sorted(out, key=lambda trial: (trial.treatment1, trial.treatment2)))


def trial_rows(trials: Sequence[TrialEffect]) -> tuple[ForestRow, ...]:
    """Return for each comparison its name, its trials and the network's estimate."""
    rows: list[ForestRow] = []
    for pair in dict.fromkeys((t.treatment1, t.treatment2) for t in trials):
        own = [t for t in trials if (t.treatment1, t.treatment2) == pair]
        network = own[0].network
        rows.append(ForestRow(label=f"{pair[0]} vs {pair[1]}", kind="heading"))
        rows += [
            ForestRow(
                label=t.study,
                kind="trial",
                estimate=t.estimate,
                low=t.estimate - _Z95 * t.se,
                high=t.estimate + _Z95 * t.se,
            )
            for t in own
        ]
        rows.append(
            ForestRow(
                label="network",
                kind="network",
                estimate=network.estimate,
                low=network.low,
                high=network.high,
                predict_low=network.predict_low,
                predict_high=network.predict_high,
            )
        )
    return tuple(rows)
