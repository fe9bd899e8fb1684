"""What the trials say together, as a posterior that can be asked."""

from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np

from assuage.evidence.network import Floats, Measure
from assuage.synthesis.mixture import GaussianMixture, normal_cdf
from assuage.synthesis.priors import Prior
from assuage.synthesis.tau_grid import TauGrid


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeterogeneityPosterior:
    """The between-study SD tau, on the analysis scale."""

    grid: TauGrid

    @property
    def mean(self) -> float:
        return float(self.grid.weights @ self.grid.tau)

    @property
    def sd(self) -> float:
        return sqrt(float(self.grid.weights @ (self.grid.tau - self.mean) ** 2))

    def quantile(self, p: float) -> float:
        return self.grid.quantile(p)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NetworkPosterior:
    """The posterior of a random-effects network, on the analysis scale.

    `effects` has a component for each quadrature point and is exact to `convergence_bound`
    (relative, in the first two moments). `condensed` is the same posterior on few points, for a
    release to store. `log_marginal_likelihood` is log p(y); for flat effects their prior density
    counts as one.
    """

    measure: Measure
    prior: Prior
    tau: HeterogeneityPosterior
    effects: GaussianMixture
    condensed: GaussianMixture
    log_marginal_likelihood: float
    convergence_bound: float

    @property
    def predictive(self) -> GaussianMixture:
        """The effects to expect in one new study."""
        return self.effects.predictive()

    def superiority(self) -> tuple[tuple[str, ...], Floats]:
        """Return all treatments in order, and P[i, j] = Pr(effect of i > effect of j)."""
        return superiority(self.effects)

    def sucra(self, *, small_values: Literal["desirable", "undesirable"]) -> dict[str, float]:
        """Return each treatment's mean probability of being better than another one.

        The surface under the cumulative ranking curve (Salanti, Ades and Ioannidis, J Clin
        Epidemiol 2011;64:163-171), which is this mean.
        """
        names, higher = self.superiority()
        better = higher.T if small_values == "desirable" else higher
        others = better.sum(axis=1) - np.diagonal(better)
        return dict(zip(names, (others / (len(names) - 1)).tolist(), strict=True))


def superiority(effects: GaussianMixture) -> tuple[tuple[str, ...], Floats]:
    """Return all treatments sorted, and P[i, j] = Pr(effect of i > effect of j), 1/2 on i = j."""
    names = tuple(sorted((*effects.names, effects.reference)))
    out = np.full((len(names), len(names)), 0.5)
    for i, first in enumerate(names):
        for j in range(i + 1, len(names)):
            contrast = effects.contrast(first, names[j])
            higher = normal_cdf(contrast.means / contrast.sds)
            out[i, j] = float(contrast.weights @ higher)
            out[j, i] = 1 - out[i, j]
    return names, out
