"""What is assumed when a network is fitted, as a value that prints itself."""

from dataclasses import dataclass
from typing import Literal

from assuage.errors import NetworkError
from assuage.synthesis.gls import Effects
from assuage.synthesis.heterogeneity import TauMethod
from assuage.synthesis.latent import LatentModel
from assuage.synthesis.priors import Prior

EngineName = Literal["gls", "bayes"]
Likelihood = Literal["normal", "binomial", "poisson"]
__all__ = ["Effects", "EngineName", "Likelihood", "Model", "TauMethod"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The choices that shape a fit; None is a choice left open, which the fit makes and states.

    `structure` is a model of the effects with its own priors (class effects, regression). Raises
    NetworkError for choices that contradict each other.
    """

    engine: EngineName = "gls"
    effects: Effects = "random"
    tau: TauMethod | None = None
    likelihood: Likelihood | None = None
    prior: Prior | None = None
    structure: LatentModel | None = None

    def __post_init__(self) -> None:
        if self.engine == "bayes" and self.tau is not None:
            raise NetworkError(
                "The bayes engine has a prior instead of an estimator of τ²; leave out tau."
            )
        if self.engine == "gls" and (self.prior is not None or self.structure is not None):
            raise NetworkError("The gls engine has no priors; ask for engine='bayes'.")
        if self.structure is not None and (self.prior is not None or self.effects == "common"):
            raise NetworkError(
                "A model brings its own priors and its own heterogeneity; leave out priors and "
                "effects."
            )
        if self.effects == "common" and self.tau is not None:
            raise NetworkError("tau has no meaning with common effects.")
