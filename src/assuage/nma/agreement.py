"""What a fit says of whether the trials agree, and of what stands behind each comparison."""

from __future__ import annotations

from assuage.errors import NetworkError
from assuage.nma.consistency import Consistency, Splits
from assuage.nma.deviance import deviance_points
from assuage.nma.fitted import FittedNetwork
from assuage.nma.interaction import InconsistencyVariance, Interaction
from assuage.nma.matrices import ContributionMatrix, NetHeatMatrix, PathMeasures
from assuage.nma.node_splits import NodeSplits, SplitMethod, bayesian_rows, classical_rows
from assuage.nma.unrelated import UnrelatedMeansFit
from assuage.synthesis.classical.contribution import ContributionMethod, contributions
from assuage.synthesis.classical.interaction import design_interaction
from assuage.synthesis.classical.measures import comparison_measures
from assuage.synthesis.classical.net_heat import net_heat
from assuage.synthesis.classical.random_inconsistency import random_inconsistency
from assuage.synthesis.classical.side import bayesian_node_splits, sidde, side
from assuage.synthesis.consistency import decompose
from assuage.synthesis.latent import fitted_arms
from assuage.synthesis.splits import split


class Agreement(FittedNetwork):
    """Questions of consistency. They are put to least squares; of a Bayesian fit, to least squares
    at the posterior median of τ, but for `node_splits` and `unrelated_means`."""

    __slots__ = ()

    def consistency(self) -> Consistency:
        """Return Q within and between designs, and what each trial adds to it."""
        classical = self.inference.classical
        return Consistency(
            result=self._result(),
            decomposition=decompose(classical.design),
            points=deviance_points(classical),
        )

    def splits(self) -> Splits:
        """Return direct against indirect evidence for each comparison that some trial makes, by
        back-calculation."""
        return Splits(result=self._result(), rows=split(self.inference.classical))

    def node_splits(self, method: SplitMethod | None = None) -> NodeSplits:
        """Return direct against indirect evidence by refitting, where both kinds exist.

        "SIDE" (the default of least squares) fits a model for each comparison, "SIDDE" takes
        indirect evidence from other designs alone, "Bayes" (the default of a Bayesian fit, under
        its priors and normal contrasts) splits each node by quadrature.
        """
        bayes = self.model.engine == "bayes"
        chosen: SplitMethod = method or ("Bayes" if bayes else "SIDE")
        fit, network = self.inference.classical, self.account.network
        if chosen == "Bayes":
            prior = self.inference.prior
            if prior is None or self.model.effects == "common":
                raise NetworkError(
                    "Bayesian node-splitting needs the priors of random effects: ask a fit with "
                    "engine='bayes', random effects and no model."
                )
            rows = bayesian_rows(bayesian_node_splits(network, prior=prior))
        elif chosen == "SIDDE":
            rows = classical_rows(sidde(fit))
        else:
            tau = fit.tau_method or "REML"
            rows = classical_rows(side(network, effects=fit.effects, tau_method=tau))
        return NodeSplits(result=self._result(), method=chosen, rows=rows)

    def interaction(self) -> Interaction:
        """Return the design-by-treatment interaction model, with the test that nothing is
        inconsistent."""
        fit = self.inference.classical
        found = design_interaction(
            self.account.network, effects=fit.effects, tau_method=fit.tau_method or "REML"
        )
        return Interaction(result=self._result(), model=found)

    def random_inconsistency(self) -> InconsistencyVariance:
        """Return heterogeneity and inconsistency as two variances, and the effects averaged over
        designs (REML)."""
        found = random_inconsistency(self.account.network)
        return InconsistencyVariance(result=self._result(), model=found)

    def net_heat(self, *, random: bool = False) -> NetHeatMatrix:
        """Return which designs disagree with which. `random` holds the fit's τ² within designs;
        the net heat plot as published takes common effects."""
        fit = self.inference.classical
        network = self.account.network
        heat = net_heat(network, tau2=fit.tau2) if random else net_heat(network)
        return NetHeatMatrix(result=self._result(), heat=heat)

    def contributions(self, method: ContributionMethod = "shortest path") -> ContributionMatrix:
        """Return how much each direct comparison, and each trial, contributes to each network
        estimate: by "shortest path" or "random walk"."""
        shares = contributions(self.inference.classical, method=method)
        return ContributionMatrix(result=self._result(), shares=shares)

    def measures(self) -> PathMeasures:
        """Return how directly, and over how many ways, the evidence for each comparison runs."""
        rows = comparison_measures(self.inference.classical)
        return PathMeasures(result=self._result(), rows=rows)

    def unrelated_means(self) -> UnrelatedMeansFit:
        """Return the model in which every compared pair has its own effect, beside this one.

        Bayesian, with the same likelihood and priors; both are certified, or NetworkError is
        raised.
        """
        latent = self.inference.latent
        if latent is None:
            raise NetworkError("Unrelated means need engine='bayes'.")
        posterior = latent(True)
        return UnrelatedMeansFit(
            result=self._result(),
            posterior=posterior,
            fitted=fitted_arms(posterior),
            network=self.inference.effects_at(0.95),
            network_fitted=fitted_arms(latent(False)),
        )
