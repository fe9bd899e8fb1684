"""How well a model foresees each study from the others, and how each study fits.

Both come from the certificate's draws. Leaving a study out weighs each draw by one over the study's
likelihood, with the tail of these weights smoothed (Vehtari, Gelman and Gabry, Stat Comput
2017;27:1413-1432); the study's own unknowns are integrated out, so that it is the whole study that
is foreseen, not an arm given its neighbours.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats
from assuage.synthesis.latent.certificate import Certificate
from assuage.synthesis.latent.integral import Fitted
from assuage.synthesis.latent.posterior import LatentPosterior
from assuage.synthesis.latent.tail_fit import RELIABLE, smoothed

_BATCH = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeseenStudy:
    """Log predictive density of one study given the others; `k_hat` of 0.7 or more: the study
    pulls so much that the number cannot be trusted, and a fit without it is needed."""

    study: str
    elpd: float
    k_hat: float

    @property
    def reliable(self) -> bool:
        return self.k_hat < RELIABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOneOut:
    """`elpd` is the sum over studies, `se` its standard error over them. Higher is better."""

    studies: tuple[ForeseenStudy, ...]

    @property
    def elpd(self) -> float:
        return sum(s.elpd for s in self.studies)

    @property
    def se(self) -> float:
        values = np.array([s.elpd for s in self.studies])
        return sqrt(len(values)) * float(values.std())


def leave_one_out(posterior: LatentPosterior) -> LeaveOneOut:
    """Return how each study is foreseen by the others. Needs a certified posterior."""
    draws = _certificate(posterior).draws
    log_weights = np.log(np.maximum(draws.weights, 1e-300))
    out = list[ForeseenStudy]()
    for s, study in enumerate(posterior.network.studies):
        own = draws.log_likelihood[:, s]
        log_normal, k_hat = smoothed(log_weights - own)
        elpd = _log_sum(log_normal + own)
        out.append(ForeseenStudy(study=study.study, elpd=elpd, k_hat=k_hat))
    return LeaveOneOut(studies=tuple(out))


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedArm:
    """One data point: an arm, or for a study of contrasts each arm but its baseline.

    `expected` is the posterior mean of what is observed (events, events, mean or contrast),
    `deviance` the posterior mean residual deviance (about 1 when the model fits), `leverage` its
    excess over the deviance at `expected`. For multi-arm contrasts deviance and leverage belong to
    the study as a whole and stand at its arms in turned coordinates. NaN predictor: not defined.
    """

    study: str
    treatment: str
    predictor: float
    expected: float
    deviance: float
    leverage: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Fit of all data points. pD is the total leverage; DIC is deviance + pD (Spiegelhalter, Best,
    Carlin and van der Linde, J R Stat Soc B 2002;64:583-639), with pD from the deviance at the
    posterior mean of what is expected, as in network meta-analysis (Dias, Sutton, Ades and Welton,
    Med Decis Making 2013;33:607-617)."""

    arms: tuple[FittedArm, ...]

    @property
    def deviance(self) -> float:
        return sum(arm.deviance for arm in self.arms)

    @property
    def p_d(self) -> float:
        return sum(arm.leverage for arm in self.arms)

    @property
    def dic(self) -> float:
        return self.deviance + self.p_d

    @property
    def points(self) -> int:
        return len(self.arms)


def fitted_arms(posterior: LatentPosterior) -> Fit:
    """Return how each arm fits. Needs a certified posterior.

    Given a draw of the coefficients a study's own unknowns are averaged by quadrature.
    """
    problem, draws = posterior.problem, _certificate(posterior).draws
    totals = [Fitted.zeros(len(b.studies), b.arms) for b in problem.blocks]
    for low in range(0, len(draws.weights), _BATCH):
        rows = slice(low, low + _BATCH)
        psi = posterior.weighted.conditional.psi[draws.component[rows]]
        tau = problem.model.tau(psi)
        for b, (block, design) in enumerate(zip(problem.blocks, problem.bind(psi), strict=True)):
            theta = design.predictors(draws.beta[rows])
            found = block.fitted(theta, draws.settled[b][rows], tau)
            totals[b] = totals[b].plus(found, draws.weights[rows])
    arms: dict[tuple[int, int], FittedArm] = {}
    for block, total in zip(problem.blocks, totals, strict=True):
        at_mean = block.deviance_at(total.expected)
        for i, s in enumerate(map(int, block.studies)):
            study = posterior.network.studies[s]
            for a, treatment in enumerate(study.treatments):
                if np.isnan(total.deviance[i, a]):
                    continue
                arms[s, a] = FittedArm(
                    study=study.study,
                    treatment=treatment,
                    predictor=float(total.predictor[i, a]),
                    expected=float(total.expected[i, a]),
                    deviance=float(total.deviance[i, a]),
                    leverage=float(total.deviance[i, a] - at_mean[i, a]),
                )
    return Fit(arms=tuple(arms[key] for key in sorted(arms)))


def _certificate(posterior: LatentPosterior) -> Certificate:
    if posterior.certificate is None:
        raise NetworkError("Ask for `posterior.certified()` first: this needs its draws.")
    return posterior.certificate


def _log_sum(values: Floats) -> float:
    top = float(values.max())
    return top + float(np.log(np.exp(values - top).sum()))
