"""Dose and response from a network whose treatments are doses of agents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.observed import ObservedNetwork, ObservedStudy
from assuage.nma.drawing import Z95, shown
from assuage.nma.latent_engine import prior_of
from assuage.nma.model import Effects, Likelihood, Model
from assuage.nma.observing import observed, usual_likelihood
from assuage.nma.reported import ReportedNetwork
from assuage.nma.tables import Answer, Cell, Column, Table, decimals, effect_places, percent
from assuage.report.plots.dose_response import CurvePoint, DosePoint, dose_response_spec
from assuage.report.plots.ink import Figure
from assuage.synthesis.models import DosePrior, DoseResponse, DoseScale, fit_dose_response
from assuage.synthesis.models.dose_curves import Curve
from assuage.synthesis.models.dose_network import PLACEBO, Dosed, observe_doses
from assuage.synthesis.priors import Prior

Doses = Mapping[str, tuple[str, float]]
_NAMED = re.compile(r"(?P<agent>.*\S)[ _-]+(?P<dose>\d+(?:\.\d+)?)\s*(?:m?g|µg|mcg)?")
_STEPS = 41


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class DoseCurves(Answer):
    """`response` is the posterior, averaged over curves; it answers any dose. `points` are the
    trials' own contrasts with dose zero."""

    account: ReportedNetwork
    response: DoseResponse
    points: tuple[DosePoint, ...]

    def curve(self, agent: str, doses: Sequence[float] | None = None) -> tuple[CurvePoint, ...]:
        """Return the effect of an agent against dose zero (posterior median, 95% interval) at the
        doses given, or at even steps up to the largest studied. NetworkError for another agent."""
        studied = self.response.network.agent(agent).studied
        at = doses if doses is not None else np.linspace(0, max(studied), _STEPS).tolist()
        return tuple(
            CurvePoint(treatment=agent, dose=p.dose, estimate=p.median, low=p.low, high=p.high)
            for p in self.response.curve(agent, at)
        )

    def table(self) -> Table:
        """Return the effects at the studied doses; ratios as ratios."""
        measure = self.account.measure
        show = effect_places(measure)
        rows: list[dict[str, Cell]] = [
            {
                "agent": agent.name,
                "dose": point.dose,
                "estimate": shown(point.estimate, measure),
                "low": shown(point.low, measure),
                "high": shown(point.high, measure),
            }
            for agent in self.response.network.agents
            for point in self.curve(agent.name, agent.studied)
        ]
        return Table(
            title=f"Effect of each studied dose against dose zero, {measure}",
            columns=(
                Column(key="agent", title="Agent", align="left"),
                Column(key="dose", title=f"Dose ({self.response.network.unit})", show=_dose),
                Column(key="estimate", title=measure, show=show),
                Column(key="low", title="95% CrI from", show=show),
                Column(key="high", title="to", show=show),
            ),
            rows=tuple(rows),
            notes=(f"Averaged over curves: {self._weights()}.",),
        )

    def weights(self) -> Table:
        """Return each curve's weight before and after the trials."""
        return Table(
            title="Curves",
            columns=(
                Column(key="curve", title="Curve", align="left"),
                Column(key="weight", title="Weight", show=percent),
                Column(key="prior_weight", title="before", show=percent),
                Column(key="log_marginal_likelihood", title="log p(y)", show=decimals(2)),
            ),
            rows=tuple(
                {
                    "curve": w.curve,
                    "weight": w.weight,
                    "prior_weight": w.prior_weight,
                    "log_marginal_likelihood": w.log_marginal_likelihood,
                    "statement": w.statement,
                }
                for w in self.response.weights
            ),
        )

    def no_gain(self, agent: str, *, important_difference: float = 0.0) -> Table:
        """Return, for each studied dose but the largest, the probability that no larger one is
        better by more than an important difference (analysis scale)."""
        found = self.response.no_gain(agent, mid=important_difference)
        unit = self.response.network.unit
        return Table(
            title=f"Does more {agent} do more?",
            columns=(
                Column(key="dose", title=f"Above ({unit})", show=_dose),
                Column(key="no_gain", title="No dose is better", show=percent),
                Column(key="plateau", title="The effect has stopped growing", show=percent),
            ),
            rows=tuple(
                {"dose": row.dose, "no_gain": row.probability, "plateau": row.plateau}
                for row in found
            ),
            notes=(f"Better: by more than {important_difference:g}, analysis scale.",),
        )

    def plot(self) -> Figure:
        """Draw a curve in its band for each agent, with the trials' contrasts."""
        network = self.response.network
        curves = [point for agent in network.agents for point in self.curve(agent.name)]
        spec = dose_response_spec(
            curves,
            self.points,
            measure=self.account.measure,
            unit=network.unit,
            subtitle=(f"Averaged over curves: {self._weights()}.",),
        )
        return Figure(vega=spec)

    def _weights(self) -> str:
        return ", ".join(f"{w.curve} {w.weight:.0%}" for w in self.response.weights)


def _dose(value: Cell) -> str:
    return f"{value:g}" if isinstance(value, int | float) else ""


def named_doses(treatments: Sequence[str], zero: str) -> dict[str, tuple[str, float]]:
    """Return agent and dose of treatments that are named so ("duloxetine 60"); `zero` is dose
    zero. NetworkError naming a treatment without a dose."""
    out: dict[str, tuple[str, float]] = {}
    for name in treatments:
        found = _NAMED.fullmatch(name)
        if name == zero:
            out[name] = (PLACEBO, 0.0)
        elif found is None:
            raise NetworkError(
                f"{name!r} names no dose. Say what each treatment is: "
                'doses={"duloxetine 60": ("duloxetine", 60)}; dose zero is the reference, '
                f"{zero!r}."
            )
        else:
            out[name] = (found["agent"], float(found["dose"]))
    return out


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseChoices:
    """What shapes a dose-response fit; None is left open (see `NetworkAccount.dose_response`)."""

    unit: str = "mg"
    curves: Sequence[Curve] | None = None
    effects: Effects = "random"
    likelihood: Likelihood | None = None
    priors: Prior | None = None


def dose_curves(account: ReportedNetwork, doses: Doses | None, choices: DoseChoices) -> DoseCurves:
    """Fit the curves of a network whose treatments are doses."""
    given = doses or named_doses(account.treatments, account.reference)
    missing = [name for name in account.treatments if name not in given]
    if missing:
        raise NetworkError(f"No dose is stated for: {', '.join(missing)}.")
    arms = {name: Dosed.at(*given[name]) for name in account.treatments}
    model = Model(engine="bayes", effects=choices.effects, prior=choices.priors)
    prior = prior_of(account, model)
    seen = observed(account, choices.likelihood or usual_likelihood(account))
    network = observe_doses(
        _relabelled(seen, arms),
        arms.values(),
        scale=DoseScale(unit=choices.unit),
        link=seen.link,
    )
    spread = prior.heterogeneity if choices.effects == "random" else None
    response = fit_dose_response(
        network,
        DosePrior(effect_sd=prior.effect_sd, heterogeneity=spread),
        desirable="smaller" if account.small_values == "desirable" else "larger",
        curves=choices.curves,
    )
    return DoseCurves(account=account, response=response, points=_points(account, arms))


def _relabelled(seen: ObservedNetwork, arms: Mapping[str, Dosed]) -> Iterator[ObservedStudy]:
    for study in seen.studies:
        yield replace(study, treatments=tuple(arms[t].label for t in study.treatments))


def _points(account: ReportedNetwork, arms: Mapping[str, Dosed]) -> tuple[DosePoint, ...]:
    """Each trial's contrasts of a dose with dose zero."""
    out: list[DosePoint] = []
    for study in account.studies:
        for one, two, estimate, se in study.comparisons(lambda _, b: arms[b].is_placebo):
            if arms[one].is_placebo or not arms[two].is_placebo:
                continue
            point = DosePoint(
                treatment=arms[one].agent,
                study=study.study,
                dose=arms[one].shares[0][0],
                estimate=estimate,
                low=estimate - Z95 * se,
                high=estimate + Z95 * se,
            )
            out.append(point)
    return tuple(out)
