"""Simulation-based calibration of the Emax dose-response network with random effects.

    nice -n 10 python validation/calibration_dose.py calibration_dose.json --sets 500

Truths are drawn from the prior, trials from the truths, and the posterior's distribution function
is taken at the truth. Over many sets of trials it must be uniform (Talts, Betancourt, Simpson et
al., arXiv:1804.06788), and 95% intervals hold the truth in 95 of 100. Each set has 10 to 14 trials
with binomial arms of 60 to 150 people: two agents, three doses each, some trials comparing both.
"""

import argparse
import json
import sys
from math import sqrt
from pathlib import Path

import numpy as np

from assuage.evidence.observed import BinomialArms
from assuage.synthesis.latent import LevelPrior
from assuage.synthesis.models.dose_curves import Emax
from assuage.synthesis.models.dose_fit import CurveFit
from assuage.synthesis.models.dose_model import DosePrior
from assuage.synthesis.models.dose_network import Dosed, DoseNetwork, observe_doses
from assuage.synthesis.models.dose_response import DoseResponse, fit_dose_response
from assuage.synthesis.models.dose_shape import LogNormalED50
from assuage.synthesis.priors import HalfNormal

AGENTS = ("A", "B")
DOSES = (10.0, 30.0, 100.0)
EFFECT_SD, TAU_SCALE = 1.0, 0.3
LEVEL = LevelPrior(mean=-0.5, sd=0.7)
ED50 = LogNormalED50()
BINS = 10


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def simulate(rng: np.random.Generator) -> tuple[DoseNetwork, dict[str, float]]:
    tau = abs(rng.normal(0, TAU_SCALE))
    at_top = dict(zip(AGENTS, rng.normal(0, EFFECT_SD, 2), strict=True))
    log_ed50 = dict(zip(AGENTS, rng.normal(np.log(ED50.median), ED50.sd, 2), strict=True))

    def effect(arm: Dosed) -> float:
        if arm.is_placebo:
            return 0.0
        ed50, x = np.exp(log_ed50[arm.agent]), arm.shares[0][0] / DOSES[-1]
        return at_top[arm.agent] * x * (1 + ed50) / (x + ed50)

    studies: list[BinomialArms] = []
    every = [Dosed.at(agent, dose) for agent in AGENTS for dose in DOSES]
    placebo = Dosed.at("placebo", 0.0)
    for s in range(int(rng.integers(10, 15))):
        if s < 2:  # every dose is seen at least once
            arms = [placebo, *every[3 * s : 3 * s + 3]]
        else:
            count = int(rng.integers(1, 4))
            pool = every if s % 3 == 0 else every[3 * (s % 2) : 3 * (s % 2) + 3]
            arms = [placebo, *(pool[i] for i in rng.choice(len(pool), count, replace=False))]
        m = len(arms) - 1
        cov = tau**2 * 0.5 * (np.eye(m) + np.ones((m, m)))
        random = np.concatenate([[0.0], rng.multivariate_normal(np.zeros(m), cov)])
        logit = rng.normal(LEVEL.mean, LEVEL.sd) + random + np.array([effect(a) for a in arms])
        people = rng.integers(60, 151, m + 1)
        events = rng.binomial(people, 1 / (1 + np.exp(-logit)))
        studies.append(
            BinomialArms(
                study=f"trial {s}", treatments=tuple(a.label for a in arms),
                events=tuple(map(float, events)), people=tuple(map(float, people)),
            )
        )  # fmt: skip
    truth = {"tau": tau}
    for agent in AGENTS:
        truth[f"log ED50 {agent}"] = log_ed50[agent]
        truth[f"effect {agent} 100"] = at_top[agent]
        truth[f"effect {agent} 20"] = effect(Dosed.at(agent, 20.0))
    truth["A 100 v B 30"] = effect(Dosed.at("A", 100.0)) - effect(Dosed.at("B", 30.0))
    return observe_doses(studies, [placebo, *every]), truth


def distribution(fit: CurveFit, column: int, value: float) -> float:
    """The share of the points below a value, half of the nearest point's counted."""
    order = np.argsort(fit.psi[:, column])
    mass = np.cumsum(fit.weights[order]) - 0.5 * fit.weights[order]
    return float(np.interp(value, fit.psi[order, column], mass, left=0.0, right=1.0))


def places(response: DoseResponse, truth: dict[str, float]) -> dict[str, float]:
    fit = response.fits[0]
    out = {"tau": distribution(fit, 0, truth["tau"])}
    for j, agent in enumerate(AGENTS):
        out[f"log ED50 {agent}"] = distribution(fit, 1 + j, truth[f"log ED50 {agent}"])
        for dose in (100, 20):
            name = f"effect {agent} {dose}"
            out[name] = response.effect(agent, dose).cdf(truth[name])
    out["A 100 v B 30"] = response.effect("A", 100, "B", 30).cdf(truth["A 100 v B 30"])
    return out


def summary(values: np.ndarray) -> dict:
    """Coverage of central intervals and how far the ranks' histogram is from flat."""
    n = len(values)
    counts = np.histogram(values, BINS, (0, 1))[0]
    return {
        "sets": n,
        "coverage_95": float(((values > 0.025) & (values < 0.975)).mean()),
        "coverage_50": float(((values > 0.25) & (values < 0.75)).mean()),
        "coverage_95_error": sqrt(0.95 * 0.05 / n),
        "histogram": counts.tolist(),
        "chi_squared_9": float(((counts - n / BINS) ** 2 / (n / BINS)).sum()),
        "mean": float(values.mean()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--sets", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    prior = DosePrior(effect_sd=EFFECT_SD, heterogeneity=HalfNormal(scale=TAU_SCALE))
    found: list[dict[str, float]] = []
    for k in range(args.sets):
        network, truth = simulate(np.random.default_rng([args.seed, k]))
        response = fit_dose_response(
            network, prior, desirable="larger", curves=[Emax(ed50=ED50)], level=LEVEL
        )
        found.append(places(response, truth))
    result = {name: summary(np.array([f[name] for f in found])) for name in found[0]}
    args.out.write_text(json.dumps(result, indent=1) + "\n")
    for name, row in result.items():
        say(f"{name:16} 95%: {row['coverage_95']:.3f}  chi2(9) {row['chi_squared_9']:.1f}  "
              f"{row['histogram']}")  # fmt: skip


if __name__ == "__main__":
    main()
