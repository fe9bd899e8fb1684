"""Dose-response posteriors against MBNMAdose (JAGS) and our own NUTS run, under the same priors.

MBNMAdose puts N(0, SD 100) on each study's level and on its coefficients, and |N(0, 100^2)| on an
ED50 in the unit of the doses. Tolerance: four of its Monte Carlo standard errors.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from tests.reference.dose_golden import arm_network
from tests.reference.nma_golden import golden

from assuage.errors import NetworkError
from assuage.synthesis.latent.problem import LevelPrior
from assuage.synthesis.models.dose_curves import (
    Curve,
    Emax,
    Exponential,
    Linear,
    LogLinear,
    NaturalSpline,
)
from assuage.synthesis.models.dose_fit import CurveFit, fit_curve
from assuage.synthesis.models.dose_model import DosePrior
from assuage.synthesis.models.dose_network import Dosed, DoseNetwork, DoseScale
from assuage.synthesis.models.dose_response import fit_dose_response
from assuage.synthesis.models.dose_shape import HalfNormalED50, LogNormalED50
from assuage.synthesis.priors import HalfNormal, UniformUpTo

PEER_LEVEL = LevelPrior(sd=100.0)
PEER_ED50 = HalfNormalED50(scale=100.0)
AT_ONE = DoseScale(
    references=dict.fromkeys(
        ("almotriptan", "eletriptan", "frovatriptan", "naratriptan", "rizatriptan", "sumatriptan",
         "zolmitriptan"), 1.0)
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Case:
    name: str
    model: str
    curve: Curve
    parameter: str = ""
    tau_upper: float | None = None
    unit: float = 1.0
    """Our coefficient is the effect at the reference dose: so many of the peer's coefficient."""


ALOG = {"name": "alog_pcfb", "tau_upper": 1.572}
TRIPTANS = {"name": "triptans", "tau_upper": 6.021}
CASES = [
    Case(model="linear_random", curve=Linear(), parameter="beta.1", unit=100.0, **ALOG),
    Case(model="loglinear_random", curve=LogLinear(offset=1.0), parameter="rate",
         unit=np.log(101.0), **ALOG),
    Case(model="loglinear_random", curve=LogLinear(offset=1.0), parameter="rate",
         unit=np.log(2.0), **TRIPTANS),
    Case(model="exponential_random", curve=Exponential(scale=1.0), parameter="emax",
         unit=1 - np.exp(-1.0), **TRIPTANS),
]  # fmt: skip


def peer(case: Case) -> tuple[dict[str, tuple[float, float, float]], list[str]]:
    """Mean, SD and Monte Carlo standard error by parameter, and the names of agents in order."""
    model = golden(f"dose_{case.name}")["mbnmadose"]["models"][case.model]
    table = model["posterior"]
    columns = (table[key] for key in ("mean", "sd", "mcse_mean"))
    return dict(zip(table["parameter"], zip(*columns, strict=True), strict=True)), model["agents"]


def fitted(case: Case) -> tuple[DoseNetwork, CurveFit]:
    network = arm_network(case.name, scale=AT_ONE if case.name == "triptans" else None)
    spread = None if case.tau_upper is None else UniformUpTo(upper=case.tau_upper)
    prior = DosePrior(effect_sd=100.0, heterogeneity=spread)
    return network, fit_curve(network, case.curve, prior, level=PEER_LEVEL)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}-{case.model}")
def test_curves_with_one_coefficient(case: Case):
    table, agents = peer(case)
    network, fit = fitted(case)
    means = fit.weights @ fit.means / case.unit
    for j, agent in enumerate(network.agents):
        mean, sd, error = table[f"{case.parameter}[{agents.index(agent.name) + 1}]"]
        assert means[j] == pytest.approx(mean, abs=4 * error)
        second = fit.weights @ (fit.covariances[:, j, j] + fit.means[:, j] ** 2) / case.unit**2
        assert np.sqrt(second - means[j] ** 2) == pytest.approx(sd, rel=0.05)
    mean, _, error = table["sd"]
    assert fit.weights @ fit.tau == pytest.approx(mean, abs=4 * error)


def emax(fit: CurveFit, column: int, coefficient: int) -> tuple[float, float]:
    """Mean of Emax and of the ED50, from effects at the reference dose."""
    ed50 = np.exp(fit.psi[:, column])
    return float(fit.weights @ (fit.means[:, coefficient] * (1 + ed50))), float(fit.weights @ ed50)


@pytest.mark.parametrize("model", ["emax_random", "emax_common"])
def test_emax_of_one_agent(model: str):
    case = Case(
        name="alog_pcfb", model=model, curve=Emax(ed50=PEER_ED50, coefficient="Emax"),
        tau_upper=1.572 if model == "emax_random" else None,
    )  # fmt: skip
    table, _ = peer(case)
    network, fit = fitted(case)
    at_top, ed50 = emax(fit, fit.psi.shape[1] - 1, 0)
    top = network.agents[0].reference
    for value, name in ((at_top, "emax[2]"), (ed50 * top, "ed50[2]")):
        assert value == pytest.approx(table[name][0], abs=4 * table[name][2])
    if "sd" in table:
        assert fit.weights @ fit.tau == pytest.approx(table["sd"][0], abs=4 * table["sd"][2])


def test_emax_with_one_ed50_for_all():
    case = Case(
        name="triptans", model="emax_common_ed50",
        curve=Emax(ed50=PEER_ED50, shared="all", coefficient="Emax"),
    )  # fmt: skip
    table, agents = peer(case)
    network, fit = fitted(case)
    for j, agent in enumerate(network.agents):
        at_top, ed50 = emax(fit, 0, j)
        mean, _, error = table[f"emax[{agents.index(agent.name) + 1}]"]
        assert at_top == pytest.approx(mean, abs=4 * error)
        assert ed50 == pytest.approx(table["ed50"][0], abs=4 * table["ed50"][2])


def test_natural_spline_values_at_the_studied_doses():
    """The peer's coefficients belong to R's splines::ns with knots at thirds of the dose range;
    its basis at the studied doses (R 4.2.2, less its value at zero) turns them into effects."""
    case = Case(
        name="alog_pcfb", model="rcs_random", curve=NaturalSpline(knots=(1 / 3, 2 / 3)),
        tau_upper=1.572,
    )  # fmt: skip
    table, _ = peer(case)
    _, fit = fitted(case)
    basis = np.array(R_BASIS)
    names = [f"beta.{j}[2]" for j in (1, 2, 3)]
    expected = basis @ [table[name][0] for name in names]
    errors = np.abs(basis) @ [table[name][2] for name in names]
    arms = [Dosed.at("alogliptin", dose) for dose in R_DOSES]
    weights, means, _, _ = fit.effects(arms)
    assert np.all(np.abs(weights @ means - expected) < 4 * errors)
    assert fit.weights @ fit.tau == pytest.approx(table["sd"][0], abs=4 * table["sd"][2])


R_DOSES = (6.25, 12.5, 25.0, 50.0, 100.0)
R_BASIS = [
    [-0.0459626592708, 0.1411838762498, -0.0941225841666],
    [-0.0824617131954, 0.2737523270861, -0.1825015513907],
    [-0.0892145836211, 0.4785812508634, -0.3190541672423],
    [0.320473361597, 0.476079915209, -0.296553276806],
    [-0.142857142857, 0.428571428571, 0.714285714286],
]


def test_seven_vague_ed50s_are_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch):
    """Two of the agents have two doses and one has three close ones: under a half-normal prior of
    scale 100 times the usual dose their ED50s run off to it. MBNMAdose's own run of the model has
    not converged (rizatriptan: R-hat 1.21, 30 effective draws), so there is nothing to compare."""
    case = Case(
        name="triptans", model="emax_random", curve=Emax(ed50=PEER_ED50, coefficient="Emax"),
        tau_upper=6.021,
    )  # fmt: skip
    model = golden("dose_triptans")["mbnmadose"]["models"]["emax_random"]["posterior"]
    assert max(model["Rhat"]) > 1.2
    assert min(model["ess"]) < 40
    monkeypatch.setattr("assuage.synthesis.models.dose_quadrature._MOST_ROUNDS", 2)  # as with 6
    with pytest.raises(NetworkError, match="Share the ED50 among agents or within classes"):
        fitted(case)


def test_emax_of_counts_against_a_long_nuts_run():
    """Of the referee: nutpie on the same model with every study's effects sampled."""
    file = golden("../golden_nuts_dose/emax_triptans3")
    priors = file["priors"]
    network = arm_network("triptans", only={"placebo", *file["agents"]})
    response = fit_dose_response(
        network,
        DosePrior(
            effect_sd=priors["effect_sd"], heterogeneity=HalfNormal(scale=priors["tau_half_normal"])
        ),
        desirable="larger",
        curves=[Emax(ed50=LogNormalED50(median=priors["ed50_median"], sd=priors["ed50_log_sd"]))],
        level=LevelPrior(sd=priors["level_sd"]),
    )
    fit = response.fits[0]
    pairs = [(fit.weights, fit.tau, file["tau"])]
    pairs += [
        (fit.weights, fit.psi[:, 1 + j], file["log_ed50"][agent])
        for j, agent in enumerate(file["agents"])
    ]
    for weights, values, expected in pairs:
        mean = weights @ values
        sd = np.sqrt(weights @ (values - mean) ** 2)
        assert mean == pytest.approx(
            expected["mean"], abs=0.03 * expected["sd"] + 4 * expected["mcse_mean"]
        )
        assert sd == pytest.approx(expected["sd"], rel=0.045)  # of 512 points of the sequence
    for name, expected in file["effects"].items():
        agent, dose = name.split()
        effect = response.effect(agent, float(dose))
        assert effect.mean == pytest.approx(
            expected["mean"], abs=0.02 * expected["sd"] + 4 * expected["mcse_mean"]
        )
        assert effect.sd == pytest.approx(expected["sd"], rel=0.03)
