"""Relative effects, and what a new trial might find."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assuage.evidence.network import Measure, StudyContrasts
from assuage.nma.tables import Answer, Cell, Column, Table, effect_places
from assuage.report.nma import MEASURE_NAMES
from assuage.report.plots.forest import ForestRow, ForestWords, forest_spec
from assuage.report.plots.ink import Figure
from assuage.report.plots.scale import natural
from assuage.synthesis.prediction import RelativeEffect
from assuage.synthesis.ranking import SmallValues

PREDICTED = "Thick: {interval} of the average effect. Thin: 95% prediction, for one new trial."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Result:
    """What every answer of a fit says of where it comes from. `order` is best first."""

    name: str
    measure: Measure
    reference: str
    order: tuple[str, ...]
    small_values: SmallValues
    interval: str
    score_name: str
    model: str
    choices: str
    studies: tuple[StudyContrasts, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """The model, and what was chosen for the reader."""
        chosen = (f"Chosen for you: {self.choices}.",) if self.choices else ()
        return (self.model, *chosen)

    @property
    def trials(self) -> Mapping[str, int]:
        """Trials of each treatment."""
        return Counter(t for study in self.studies for t in study.treatments)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RelativeEffects(Answer):
    """Effects of all `pairs`, on the analysis scale; table and plot are against `versus`."""

    result: Result
    pairs: tuple[RelativeEffect, ...]
    versus: str

    @property
    def rows(self) -> tuple[RelativeEffect, ...]:
        """Each other treatment against `versus`, best first."""
        return tuple(self.of(t, self.versus) for t in self.result.order if t != self.versus)

    def of(self, treatment1: str, treatment2: str) -> RelativeEffect:
        """Return treatment1 minus treatment2 (log for ratios). KeyError when there is no such
        pair."""
        return one_of(self.pairs, treatment1, treatment2)

    def table(self) -> Table:
        """Return the effects against `versus`; ratios as ratios."""
        result, measure = self.result, self.result.measure
        show = effect_places(measure)
        columns = [
            Column(key="treatment", title="Treatment", align="left"),
            Column(key="trials", title="Trials"),
            Column(key="estimate", title=measure, show=show),
            Column(key="low", title=f"{result.interval} from", show=show),
            Column(key="high", title="to", show=show),
        ]
        if any(row.predict_low is not None for row in self.rows):
            columns += [
                Column(key="predict_low", title="Prediction from", show=show),
                Column(key="predict_high", title="to", show=show),
            ]
        return Table(
            title=f"{title_of(measure)} against {self.versus}, best first",
            columns=tuple(columns),
            rows=tuple(_cells(row, result) for row in self.rows),
            notes=result.notes,
        )

    def plot(self) -> Figure:
        """Draw a forest plot against `versus`, best first."""
        result, predicted = self.result, any(row.predict_low is not None for row in self.rows)
        words = ForestWords(
            title=f"Effects against {self.versus}",
            subtitle=(PREDICTED.format(interval=result.interval),) if predicted else (),
            note="Trials",
            interval=result.interval,
        )
        rows = forest_rows(self.rows, result.trials)
        return Figure(vega=forest_spec(rows, measure=result.measure, words=words))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Predictions(Answer):
    """The effect in one new trial against `versus`, on the analysis scale."""

    result: Result
    pairs: tuple[RelativeEffect, ...]
    versus: str

    @property
    def rows(self) -> tuple[RelativeEffect, ...]:
        """Each other treatment against `versus`, best first."""
        own = [t for t in self.result.order if t != self.versus]
        return tuple(one_of(self.pairs, t, self.versus) for t in own)

    def table(self) -> Table:
        """Return estimates with prediction intervals; ratios as ratios."""
        show, measure = effect_places(self.result.measure), self.result.measure
        keys = ("treatment", "versus", "estimate", "predict_low", "predict_high")
        cells = (_cells(row, self.result) for row in self.rows)
        return Table(
            title=f"{title_of(measure)} against {self.versus} in one new trial",
            columns=(
                Column(key="treatment", title="Treatment", align="left"),
                Column(key="estimate", title=measure, show=show),
                Column(key="predict_low", title="Prediction from", show=show),
                Column(key="predict_high", title="to", show=show),
            ),
            rows=tuple({key: row[key] for key in keys} for row in cells),
            notes=self.result.notes,
        )

    def plot(self) -> Figure:
        """Draw a forest plot of the prediction intervals."""
        rows = [
            ForestRow(
                label=row.treatment1,
                estimate=row.estimate,
                low=row.predict_low,
                high=row.predict_high,
            )
            for row in self.rows
        ]
        words = ForestWords(
            title=f"What one new trial against {self.versus} might find", interval="95% prediction"
        )
        return Figure(vega=forest_spec(rows, measure=self.result.measure, words=words))


def one_of(pairs: Sequence[RelativeEffect], treatment1: str, treatment2: str) -> RelativeEffect:
    """Return the pair in the direction asked for. KeyError when there is none."""
    for pair in pairs:
        if (pair.treatment1, pair.treatment2) == (treatment1, treatment2):
            return pair
        if (pair.treatment1, pair.treatment2) == (treatment2, treatment1):
            return pair.turned
    raise KeyError((treatment1, treatment2))


def forest_rows(
    effects: Sequence[RelativeEffect], trials: Mapping[str, int]
) -> tuple[ForestRow, ...]:
    """Return a row for each effect, named by its first treatment, with its number of trials."""
    return tuple(
        ForestRow(
            label=effect.treatment1,
            estimate=effect.estimate,
            low=effect.low,
            high=effect.high,
            predict_low=effect.predict_low,
            predict_high=effect.predict_high,
            note=str(trials[effect.treatment1]),
        )
        for effect in effects
    )


def title_of(measure: Measure) -> str:
    """Return a measure's name as it begins a title."""
    name = MEASURE_NAMES[measure]
    return name[0].upper() + name[1:]


def _cells(row: RelativeEffect, result: Result) -> dict[str, Cell]:
    def shown(value: float | None) -> float | None:
        return None if value is None else natural(value, result.measure)

    return {
        "treatment": row.treatment1,
        "versus": row.treatment2,
        "trials": result.trials[row.treatment1],
        "estimate": shown(row.estimate),
        "low": shown(row.low),
        "high": shown(row.high),
        "predict_low": shown(row.predict_low),
        "predict_high": shown(row.predict_high),
    }
