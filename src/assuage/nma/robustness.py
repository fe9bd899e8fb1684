"""What a fit says of how far its answers can be trusted to hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assuage.nma.agreement import Agreement
from assuage.nma.effects import one_of
from assuage.nma.funnel import Funnel
from assuage.nma.regression import Regression
from assuage.nma.sensitivity import Cumulative, LeaveOneOut
from assuage.nma.thresholds import DecisionThresholds
from assuage.synthesis.classical.funnel import comparison_adjusted_funnel
from assuage.synthesis.classical.meta_regression import Slopes, meta_regression
from assuage.synthesis.classical.sensitivity import cumulative, leave_one_out
from assuage.synthesis.classical.threshold import thresholds


class Robustness(Agreement):
    """Questions of robustness, put to least squares (of a Bayesian fit, at the posterior median of
    τ, which is then held)."""

    __slots__ = ()

    def leave_one_out(self, of: str | None = None, *, against: str | None = None) -> LeaveOneOut:
        """Return the network refitted without each study; table and plot follow one pair (the best
        treatment against the reference when left open)."""
        fit = self.inference.classical
        pair = self._pair(of, against)
        whole = one_of(fit.relative_effects(), *pair)
        rows = leave_one_out(fit)
        return LeaveOneOut(result=self._result(), pair=pair, whole=whole, rows=rows)

    def cumulative(
        self, order: Mapping[str, float], of: str | None = None, *, against: str | None = None
    ) -> Cumulative:
        """Return the network fitted anew after each value of `order` (each study's year, by
        study). Raises NetworkError when a study has no value."""
        fit = self.inference.classical
        preset = fit.tau2 if fit.effects == "random" and fit.tau_method is None else None
        steps = cumulative(
            self.account.network,
            order,
            effects=fit.effects,
            tau_method=fit.tau_method or "REML",
            tau2=preset,
        )
        return Cumulative(result=self._result(), pair=self._pair(of, against), rows=steps)

    def meta_regression(
        self,
        values: Mapping[str, float],
        *,
        covariate: str = "covariate",
        slopes: Slopes = "shared",
        centre: float | None = None,
    ) -> Regression:
        """Return effects by a covariate, given each study's value, by study.

        `slopes` are "shared" by all treatments against the reference, "independent", or a mapping
        of treatments to groups that share one. `centre` is where the effects are told (the
        studies' mean when left open). τ² is estimated anew. Raises NetworkError for a study
        without a value.
        """
        fit = self.inference.classical
        method = (fit.tau_method or "REML") if fit.effects == "random" else None
        model = meta_regression(
            self.account.network,
            values,
            covariate=covariate,
            slopes=slopes,
            centre=centre,
            tau_method=method,
        )
        return Regression(result=self._result(), model=model)

    def thresholds(self) -> DecisionThresholds:
        """Return how far each trial's result must move before another treatment is best."""
        found = thresholds(self.inference.classical, self.account.small_values)
        return DecisionThresholds(result=self._result(), found=found)

    def funnel(self, *, order: Sequence[str]) -> Funnel:
        """Return each trial's effect less that of its comparison, against its standard error.

        `order` names the treatments from the one that small trials might disfavour (placebo, the
        older) to the one they might favour; without such an order a funnel tells nothing. Each
        effect is that of the earlier named minus the later.
        """
        chosen = self._order(order, "A funnel needs an order that names")
        rows = comparison_adjusted_funnel(self.inference.classical, chosen)
        return Funnel(result=self._result(), rows=rows)
