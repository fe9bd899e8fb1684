"""Time dose-response network meta-analysis: each curve, and the average over all of them.

Alogliptin (14 trials, means, one agent) and triptans (70 trials, counts, seven agents, each with an
ED50 of its own): the data sets of the R package MBNMAdose, whose runs of single curves took 19 to
49 s and 52 to 149 s (JAGS, 4 chains; tests/reference/golden/dose_*.json, `mcmc`).
"""

import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from assuage.synthesis.models.dose_fit import default_curves, fit_curve
from assuage.synthesis.models.dose_model import DosePrior
from assuage.synthesis.models.dose_response import fit_dose_response
from assuage.synthesis.priors import HalfNormal

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.reference.dose_golden import arm_network


def seconds(job: Callable[[], object], repeats: int) -> float:
    times: list[float] = []
    for _ in range(repeats):
        start = perf_counter()
        job()
        times.append(perf_counter() - start)
    return median(times)


def main() -> None:
    say = sys.stdout.write
    prior = DosePrior(effect_sd=4.0, heterogeneity=HalfNormal(scale=0.5))
    for name, desirable, repeats in (("alog_pcfb", "smaller", 7), ("triptans", "larger", 3)):
        network = arm_network(name)
        for curve in default_curves(network):
            took = seconds(lambda n=network, c=curve: fit_curve(n, c, prior), repeats)
            say(f"{name:<12}{curve.name:<12}{took:>8.3f} s\n")
        took = seconds(
            lambda n=network, d=desirable: fit_dose_response(n, prior, desirable=d), repeats
        )
        say(f"{name:<12}{'average':<12}{took:>8.3f} s\n")


if __name__ == "__main__":
    main()
