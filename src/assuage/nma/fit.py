"""A fitted network, to be asked: each answer is a value with a table and a plot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from rich.console import Group

from assuage.errors import NetworkError
from assuage.nma.absolute import Absolute, absolute_effects
from assuage.nma.coefficients import Coefficients
from assuage.nma.deviance import deviance_points
from assuage.nma.diagnostics import Diagnostics, PosteriorDiagnostics
from assuage.nma.effects import Predictions, RelativeEffects
from assuage.nma.engines import infer
from assuage.nma.heterogeneity import Heterogeneity, trial_effects
from assuage.nma.league import League, league_cells
from assuage.nma.model import Model
from assuage.nma.ranks import Ranks, ranks_of
from assuage.nma.reported import ReportedNetwork
from assuage.nma.robustness import Robustness
from assuage.report.text import render, text
from assuage.synthesis.classical.hartung_knapp import hartung_knapp
from assuage.synthesis.classical.league import two_outcomes, with_direct
from assuage.synthesis.classical.prediction_choice import PredictionRule, with_predictions
from assuage.synthesis.classical.profile import (
    TauInterval,
    profile_interval,
    q_profile_interval,
)
from assuage.synthesis.latent import LatentPosterior, fitted_arms
from assuage.synthesis.mixture import GaussianMixture
from assuage.synthesis.models import class_means, effects_at, interactions
from assuage.synthesis.splits import split

WIDTH = 100


class Fit(Robustness):
    """A network under a model. Every method answers one question."""

    __slots__ = ()

    def relative_effects(
        self, *, against: str | None = None, level: float = 0.95
    ) -> RelativeEffects:
        """Return all effects, shown against the reference or another treatment, best first."""
        pairs = self.inference.effects_at(level)
        return RelativeEffects(
            result=self._result(level), pairs=pairs, versus=self._treatment(against)
        )

    def hartung_knapp(
        self,
        *,
        against: str | None = None,
        never_narrower: bool = False,
        rule: PredictionRule = "Q",
        level: float = 0.95,
    ) -> RelativeEffects:
        """Return all effects with intervals that allow for τ² being estimated.

        Variances are scaled by the generalised Q over its degrees of freedom, quantiles are
        Student's (Hartung and Knapp, Stat Med 2001;20:3875-3889). `never_narrower` keeps the
        factor at one or above; `rule` is that of `predictions`. Least squares only.
        """
        self._least_squares("The Hartung-Knapp adjustment")
        fit = self.inference.classical
        adjusted = hartung_knapp(fit, never_narrower=never_narrower)
        said = f"Hartung-Knapp: variances times {adjusted.factor:.3f}, t with {adjusted.df} df."
        result = self._result(level)
        return RelativeEffects(
            result=replace(result, model=f"{result.model} {said}"),
            pairs=with_predictions(fit, rule=rule, level=level, effects=adjusted.effects),
            versus=self._treatment(against),
        )

    def predictions(
        self,
        *,
        against: str | None = None,
        level: float = 0.95,
        rule: PredictionRule | None = None,
    ) -> Predictions:
        """Return where the effect in one new trial would fall.

        `rule` gives the degrees of freedom of t, for least squares: those of "Q" (the default, as
        netmeta), studies "k-1", "k-2", less treatments "k-n", or "normal". Raises NetworkError for
        common effects, which leave no room for a new trial to differ.
        """
        if rule is None:
            pairs = self.inference.effects_at(level)
        else:
            self._least_squares("A rule for degrees of freedom")
            pairs = with_predictions(self.inference.classical, rule=rule, level=level)
        if any(pair.predict_low is None for pair in pairs):
            raise NetworkError(
                "There is no prediction interval: it needs random effects and more contrasts than "
                "parameters."
            )
        return Predictions(result=self._result(level), pairs=pairs, versus=self._treatment(against))

    def ranks(self, *, important_difference: float = 0.0) -> Ranks:
        """Return each treatment's score and its probability of each rank.

        With an `important_difference` (analysis scale: a logarithm for ratios) a treatment counts
        as better only by more than that (Mavridis, Porcher, Nikolakopoulou et al., Biom J
        2020;62:375-385).
        """
        known = self.inference.scores(self.account.small_values)
        return ranks_of(self._result(), self.inference.joint, important_difference, known=known)

    def heterogeneity(self) -> Heterogeneity:
        """Return how much trials of the same comparison differ beyond chance."""
        classical = self.inference.classical
        return Heterogeneity(
            result=self._result(),
            tau=self.inference.tau,
            tau_interval=self.inference.tau_interval,
            q=classical.q,
            df=classical.df,
            p=classical.p_heterogeneity,
            i2=classical.i2,
            i2_interval=classical.i2_interval,
            trials=trial_effects(self.account.studies, self.inference.effects_at(0.95)),
            intervals=self._tau_intervals(),
        )

    def _tau_intervals(self) -> Mapping[str, TauInterval]:
        fit = self.inference.classical
        if self.model.engine != "gls" or fit.effects == "common" or fit.df < 1:
            return {}
        method = "ML" if fit.tau_method == "ML" else "REML"
        return {
            f"profile likelihood ({method})": profile_interval(fit.design, method=method),
            "Q-profile": q_profile_interval(fit.design, tau2=fit.tau2),
        }

    def diagnostics(self) -> Diagnostics | PosteriorDiagnostics:
        """Return how well the model fits: by trial for least squares; for Bayes by data point,
        with DIC and the certificate of the posterior."""
        latent = self.inference.latent
        if latent is None:
            points = deviance_points(self.inference.classical)
            return Diagnostics(result=self._result(), points=points)
        posterior = latent(False)
        return PosteriorDiagnostics(
            result=self._result(),
            posterior=posterior,
            fitted=fitted_arms(posterior),
            unrelated=lambda: fitted_arms(latent(True)),
        )

    def coefficients(self) -> Coefficients:
        """Return every coefficient of a Bayesian model: of `model=`, those it names."""
        return self._coefficients("Coefficients of the model", lambda own: own.coefficients)

    def class_means(self) -> Coefficients:
        """Return the mean effect of each class, for `model=ClassEffects(...)`."""
        return self._coefficients("Mean effect of each class", class_means)

    def interactions(self) -> Coefficients:
        """Return how effects change with the covariates, for `model=MetaRegression(...)`."""
        return self._coefficients("Change of effects with the covariates", interactions)

    def effects_at(self, values: Mapping[str, float | str]) -> Coefficients:
        """Return the effects against the reference in studies with these values of the
        covariates, for `model=MetaRegression(...)`."""
        said = ", ".join(f"{name} {value}" for name, value in values.items())
        title = f"Effects against {self.account.reference} at {said}"
        return self._coefficients(title, lambda own: effects_at(own, values))

    def _coefficients(
        self, title: str, ask: Callable[[LatentPosterior], GaussianMixture]
    ) -> Coefficients:
        latent = self.inference.latent
        if latent is None:
            raise NetworkError("Least squares have no such coefficients; ask engine='bayes'.")
        found = ask(latent(False))
        return Coefficients(title=title, measure=self.account.measure, coefficients=found)

    def league(self, *, order: Sequence[str] | None = None, second: Fit | None = None) -> League:
        """Return every pair of treatments: below the diagonal from the network, above it from
        trials of the two alone, or from the network of a `second` outcome. `order` is best first
        when left open."""
        chosen = (
            self._best_first()
            if order is None
            else self._order(order, "The order of a league names")
        )
        network = self.inference.effects_at(0.95)
        if second is None:
            table = with_direct(network, split(self.inference.classical), chosen)
        else:
            table = two_outcomes(network, second.inference.effects_at(0.95), chosen)
        return League(
            result=self._result(),
            order=table.order,
            cells=league_cells(table),
            second=None if second is None else second._result(),
        )

    def absolute(
        self, *, baseline: float, baseline_se: float = 0.0, of: str | None = None
    ) -> Absolute:
        """Return what each treatment would lead to, given what one of them does.

        `baseline` is the risk (OR, RR, RD), the rate (IRR) or the mean (MD) under treatment `of`
        (the reference when left open); `baseline_se` its standard error on the analysis scale
        (log odds, log risk, risk, log rate, mean).
        """
        return absolute_effects(
            self._result(),
            self.inference.effects_at(0.95),
            versus=self._treatment(of),
            baseline=(baseline, baseline_se),
        )

    def __str__(self) -> str:
        """The effects, and whether the trials agree."""
        parts = [
            text((f"Network meta-analysis of {self.account.name}", "bold")),
            self.relative_effects().table().__rich__(),
            self.heterogeneity().table().__rich__(),
            self.consistency().table().__rich__(),
        ]
        return render(Group(*parts), width=WIDTH)


def fit_model(account: ReportedNetwork, model: Model) -> Fit:
    """Fit a network under a model."""
    return Fit(account=account, model=model, inference=infer(account, model))
