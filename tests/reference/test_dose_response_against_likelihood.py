"""The likelihood of dose-response networks against an independent program's maxima."""

import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar
from tests.reference.dose_golden import contrast_network
from tests.reference.nma_golden import golden

from assuage.evidence.network import Floats
from assuage.synthesis.latent.newton import Conditional, rough
from assuage.synthesis.latent.problem import LevelPrior, Problem, build_problem
from assuage.synthesis.models.dose_curves import Curve, Emax, Linear, LogLinear, Quadratic
from assuage.synthesis.models.dose_model import BoundDoses, DosePrior, as_model
from assuage.synthesis.models.dose_network import DoseNetwork, DoseScale
from assuage.synthesis.priors import UniformUpTo

NAMES = ("alog_pcfb", "triptans")
CURVES: dict[str, Curve] = {
    "linear": Linear(),
    "log1p": LogLinear(offset=1.0),
    "quadratic": Quadratic(),
}
FLAT = DosePrior(effect_sd=None, heterogeneity=UniformUpTo(upper=10.0))


def flat_problem(network: DoseNetwork, curve: Curve) -> tuple[Problem, BoundDoses]:
    bound = as_model(network, curve, FLAT).bind(network.observed)
    start = np.array([[h.start for h in bound.hyperparameters]])
    return build_problem(network.observed, bound, LevelPrior(sd=None), start), bound


def log_likelihood(found: Conditional) -> Floats:
    """At the best coefficients: what their integral adds is taken off again."""
    p = found.mode.shape[1]
    log_det = np.linalg.slogdet(found.covariance)[1]
    return found.log_marginal - 0.5 * p * np.log(2 * np.pi) - 0.5 * log_det


def coefficients(network: DoseNetwork, bound: BoundDoses, found: Conditional) -> dict[str, float]:
    """The program's coefficients from ours: a polynomial's, or a multiple of a function of dose."""
    out = {}
    for agent in network.agents:
        first, width = bound.columns[agent.name]
        beta, top = found.mode[0, first : first + width], agent.reference
        if width == 2:  # b1 x + 4 b2 x (1 - x) with x = dose / top
            out[f"{agent.name}:dose"] = (beta[0] + 4 * beta[1]) / top
            out[f"{agent.name}:dose2"] = -4 * beta[1] / top**2
        elif isinstance(bound.model.curve, LogLinear):
            out[f"{agent.name}:log1p_dose"] = beta[0] / np.log1p(top)
        else:
            out[f"{agent.name}:dose"] = beta[0] / top
    return out


@pytest.mark.parametrize("curve", sorted(CURVES))
@pytest.mark.parametrize("name", NAMES)
def test_coefficients_and_heterogeneity_of_curves_linear_in_them(name: str, curve: str):
    network = contrast_network(name)
    problem, bound = flat_problem(network, CURVES[curve])
    expected = golden(f"dose_{name}")["likelihood"][curve]
    for method, key in (("common", "b"), ("REML", "d"), ("ML", "d")):
        tau = expected[method].get("tau2", 0.0) ** 0.5
        found = rough(problem, np.array([[tau]]))
        assert coefficients(network, bound, found) == pytest.approx(expected[method][key], rel=1e-8)
    # standard errors, where a coefficient is a multiple of ours
    if curve != "quadratic":
        ratio = {k: abs(expected["ML"]["se"][k] / v) for k, v in expected["ML"]["d"].items()}
        ours = np.sqrt(np.diagonal(found.covariance[0])) / np.abs(found.mode[0])
        assert ours == pytest.approx(list(ratio.values()), rel=1e-8)
    assert log_likelihood(found)[0] == pytest.approx(expected["ML"]["logLik"], abs=1e-9)
    for method, height in (("ML", log_likelihood), ("REML", lambda f: f.log_marginal)):
        best = minimize_scalar(
            lambda tau, h=height: -h(rough(problem, np.array([[tau]])))[0], bounds=(0.01, 2),
            method="bounded", options={"xatol": 1e-9},
        )  # fmt: skip
        assert best.x**2 == pytest.approx(expected[method]["tau2"], rel=2e-6)


@pytest.mark.parametrize("name", NAMES)
def test_the_profile_likelihood_of_a_shared_ed50(name: str):
    agents = {a for a in golden(f"dose_{name}")["rows"]["agent"] if a != "placebo"}
    network = contrast_network(name, scale=DoseScale(references=dict.fromkeys(agents, 1.0)))
    problem, _ = flat_problem(network, Emax(shared="all"))
    expected = golden(f"dose_{name}")["likelihood"]["emax_shared_ed50"]

    def minus(at: Floats, tau: float | None = None) -> float:
        psi = np.array([[at[1] if tau is None else tau, at[0]]])
        return -float(log_likelihood(rough(problem, psi))[0])

    def emax(at: float, tau: float) -> dict[str, float]:
        found = rough(problem, np.array([[tau, at]]))
        names = [f"{agent.name}:emax" for agent in network.agents]
        return dict(zip(names, found.mode[0] * (1 + np.exp(at)), strict=True))

    common, best = expected["common"], expected["ML"]
    assert minus(np.array([np.log(common["ed50"])]), 0.0) == pytest.approx(
        common["minus_logLik"], abs=1e-9
    )
    found = minimize_scalar(
        lambda at: minus(np.array([at]), 0.0), bounds=(-4, 4), method="bounded",
        options={"xatol": 1e-10},
    )  # fmt: skip
    assert np.exp(found.x) == pytest.approx(common["ed50"], rel=2e-6)
    assert emax(found.x, 0.0) == pytest.approx(common["emax"], rel=2e-6)
    start = np.array([np.log(best["ed50"]) + 0.1, 1.1 * best["tau2"] ** 0.5])
    joint = minimize(minus, start, method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-12})
    assert -joint.fun == pytest.approx(best["logLik"], abs=1e-8)
    assert np.exp(joint.x[0]) == pytest.approx(best["ed50"], rel=1e-5)
    assert joint.x[1] ** 2 == pytest.approx(best["tau2"], rel=1e-5)
    assert emax(joint.x[0], joint.x[1]) == pytest.approx(best["emax"], rel=1e-5)
