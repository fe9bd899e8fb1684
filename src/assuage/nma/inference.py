"""What every engine says of a network, whichever it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from assuage.synthesis.gls import NetworkFit
from assuage.synthesis.latent import LatentPosterior
from assuage.synthesis.mixture import GaussianMixture
from assuage.synthesis.posterior import NetworkPosterior
from assuage.synthesis.prediction import RelativeEffect
from assuage.synthesis.priors import Prior
from assuage.synthesis.ranking import SmallValues


@dataclass(frozen=True, slots=True, kw_only=True)
class Inference:
    """What every engine says of a network, on the analysis scale.

    `effects_at(level)` gives each pair once, the reference second, with intervals of that level;
    `joint` is the joint distribution of all effects (for least squares, the normal that its
    covariance stands for); `scores(small_values)` are P-scores or SUCRA. `classical` is the
    least-squares fit that questions of consistency are put to (for Bayes, at the posterior median
    of tau). `choices` names what the engine chose where the model left it open. For Bayes,
    `latent(unrelated)` is the certified posterior that fit by arm is asked of, with the network's
    effects or with unrelated ones.
    """

    effects_at: Callable[[float], tuple[RelativeEffect, ...]]
    joint: GaussianMixture
    scores: Callable[[SmallValues], Mapping[str, float]]
    score_name: str
    interval_name: str
    tau: float
    tau_interval: tuple[float, float] | None
    classical: NetworkFit
    statement: str
    choices: Mapping[str, str]
    prior: Prior | None = None
    posterior: NetworkPosterior | None = None
    latent: Callable[[bool], LatentPosterior] | None = None
