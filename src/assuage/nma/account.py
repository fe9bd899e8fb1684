"""A network as read: what is in it, what is not and why, before anything is fitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assuage.errors import NetworkError
from assuage.evidence.network import LeftOut, StudyContrasts
from assuage.knowledge.reading import nearest
from assuage.nma.account_text import account_text
from assuage.nma.components import Components
from assuage.nma.counting import count_network
from assuage.nma.counts import CountNetwork
from assuage.nma.dosing import DoseChoices, DoseCurves, Doses, dose_curves
from assuage.nma.fit import Fit, fit_model
from assuage.nma.model import EngineName, Likelihood, Model, TauMethod
from assuage.nma.reported import ReportedNetwork
from assuage.nma.shape import Shape
from assuage.synthesis.classical.component_network import component_model, fit_components
from assuage.synthesis.classical.geometry import geometry
from assuage.synthesis.gls import Effects
from assuage.synthesis.latent import LatentModel
from assuage.synthesis.models.dose_curves import Curve
from assuage.synthesis.priors import Prior


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NetworkAccount(ReportedNetwork):
    """Trials that may be analysed together; printing it gives a one-screen account.

    `studies` hold the contrasts on the analysis scale (log for ratios), `arms` what was reported
    (nothing where contrasts were). `chosen_for_you` names what the caller left open.
    """

    def against(self, reference: str) -> NetworkAccount:
        """Return the same network with another reference."""
        self._known(reference)
        left = tuple(what for what in self.chosen_for_you if what != "reference")
        return replace(self, reference=reference, chosen_for_you=left)

    def part(self, treatment: str) -> NetworkAccount:
        """Return the connected part of the network that a treatment is in."""
        self._known(treatment)
        own = next(part for part in self.parts if treatment in part)
        inside = tuple(study for study in self.studies if study.treatments[0] in own)
        reference = self.reference if self.reference in own else treatment
        return replace(self, studies=inside, reference=reference)

    def without(self, *studies: str) -> NetworkAccount:
        """Return the network without some studies, which stay listed as left out."""
        names = [study.study for study in self.studies]
        for name in studies:
            if name not in names:
                raise NetworkError(f"There is no study {name!r} here{nearest(name, names)}.")
        out = tuple(LeftOut(study=name, reason="left out on request") for name in studies)
        kept = tuple(study for study in self.studies if study.study not in studies)
        if not kept:
            raise NetworkError("Nothing is left when all studies are left out.")
        return replace(self, studies=kept, left_out=self.left_out + out)

    def adding(self, *results: StudyContrasts | LeftOut) -> NetworkAccount:
        """Return the network with further studies, such as crossover trials from
        `nma.crossover_from_means`; they must be on the scale of its measure.

        Raises NetworkError for a name that is taken.
        """
        names = {study.study for study in self.studies}
        for own in results:
            if own.study in names:
                raise NetworkError(f"There is a study {own.study!r} here already.")
            names.add(own.study)
        studies = tuple(own for own in results if isinstance(own, StudyContrasts))
        out = tuple(own for own in results if isinstance(own, LeftOut))
        return replace(self, studies=self.studies + studies, left_out=self.left_out + out)

    def fit(
        self,
        *,
        engine: EngineName | None = None,
        effects: Effects | None = None,
        tau: TauMethod | None = None,
        likelihood: Likelihood | None = None,
        priors: Prior | None = None,
        model: LatentModel | None = None,
    ) -> Fit:
        """Fit the network and return the fit, to be asked.

        `engine` "gls" (the default) is the classical analysis by least squares, with `effects`
        "random" (the default) or "common" and `tau` naming the estimator of the heterogeneity
        (REML, DL, ML, PM; REML when it is left open). "bayes" has `priors`
        (`assuage.synthesis.priors.Prior`; a stated default for the measure when left open) and a
        `likelihood`: "binomial" for events of people and the OR, "poisson" for rates, else
        "normal" contrasts; the exact one when left open. `model` is a Bayesian model of the effects
        with its own priors (`assuage.synthesis.models`: class effects, regression).
        Raises NetworkError when the network is in parts, the choices contradict each other, or a
        posterior cannot be certified.
        """
        chosen = Model(
            engine=engine or ("gls" if model is None else "bayes"),
            effects=effects or "random",
            tau=tau,
            likelihood=likelihood,
            prior=priors,
            structure=model,
        )
        return fit_model(self, chosen)

    def mantel_haenszel(self) -> CountNetwork:
        """Return common odds ratios by Mantel-Haenszel, for rare events: no cell is corrected.

        Needs arms with events and n. Raises NetworkError where trials without events leave nothing.
        """
        return count_network(self, "mantel-haenszel")

    def hypergeometric(self) -> CountNetwork:
        """Return common odds ratios at the maximum of the non-central hypergeometric likelihood,
        exact for rare events. Needs arms with events and n."""
        return count_network(self, "hypergeometric")

    def components(
        self,
        inactive: str | None = None,
        *,
        separator: str = "+",
        interactions: Sequence[tuple[str, ...]] = (),
        effects: Effects = "random",
        tau: TauMethod = "REML",
    ) -> Components:
        """Return what each component of combinations such as "a + b" adds; the network may be in
        parts. `inactive` (placebo) is taken as zero; an interaction names components that act
        together. Raises NetworkError for an interaction that no treatment shows."""
        parts = component_model(
            self.treatments, inactive=inactive, separator=separator, interactions=interactions
        )
        fitted = fit_components(self._network(), parts, effects=effects, tau_method=tau)
        return Components(measure=self.measure, fit=fitted)

    def dose_response(
        self,
        doses: Doses | None = None,
        *,
        unit: str = "mg",
        curves: Sequence[Curve] | None = None,
        effects: Effects = "random",
        likelihood: Likelihood | None = None,
        priors: Prior | None = None,
    ) -> DoseCurves:
        """Return the dose-response network: every treatment is a dose of an agent, the reference
        dose zero of all, one curve an agent joins the doses.

        `doses` gives agent and dose of each treatment, ("duloxetine", 60); left open, names such
        as "duloxetine 60" say it. `curves` (`assuage.synthesis.models.dose_curves`; linear,
        log-linear, Emax, spline and plateau where the doses allow them) are averaged by marginal
        likelihood. Bayesian; `likelihood` and `priors` as in `fit`. Raises NetworkError for a
        treatment without a dose.
        """
        choices = DoseChoices(
            unit=unit, curves=curves, effects=effects, likelihood=likelihood, priors=priors
        )
        return dose_curves(self, doses, choices)

    def geometry(self) -> Shape:
        """Return the shape of the network, measured; it may be in parts."""
        return Shape(geometry=geometry(self._network()), graph=self.graph())

    def __str__(self) -> str:
        return account_text(self)
