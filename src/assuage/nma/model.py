"""What is assumed when a network is fitted, as a value that prints itself."""

from dataclasses import dataclass
from typing import Literal

from assuage.errors import NetworkError
from assuage.synthesis.gls import Effects
from assuage.synthesis.heterogeneity import TauMethod
from assuage.synthesis.priors import Prior

EngineName = Literal["gls", "bayes"]
Likelihood = Literal["normal"]
__all__ = ["Effects", "EngineName", "Likelihood", "Model", "TauMethod"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The choices that shape a fit; None is a choice left open, which the fit makes and states.

    Raises NetworkError for choices that contradict each other.
    """

    engine: EngineName = "gls"
    effects: Effects = "random"
    tau: TauMethod | None = None
    likelihood: Likelihood = "normal"
    prior: Prior | None = None

    def __post_init__(self) -> None:
        if self.engine == "bayes" and (self.effects == "common" or self.tau is not None):
            raise NetworkError(
                "The bayes engine has random effects and a prior instead of an estimator of τ²; "
                "leave out effects='common' and tau."
            )
        if self.engine == "gls" and self.prior is not None:
            raise NetworkError("The gls engine has no priors; ask for engine='bayes'.")
        if self.effects == "common" and self.tau is not None:
            raise NetworkError("tau has no meaning with common effects.")
