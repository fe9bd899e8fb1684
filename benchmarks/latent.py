"""Time the Bayesian network meta-analysis of counts: posterior of effects and heterogeneity.

Simulated trials of random treatments, every fifth with three arms; binomial likelihood, random
effects, 25 points of tau, one thread (set OMP_NUM_THREADS=1). Processor time as well as wall time,
since a busy machine stretches the latter.
"""

import sys
from statistics import median
from time import perf_counter, process_time

import numpy as np

from assuage.evidence.observed import BinomialArms, ObservedNetwork, observe
from assuage.synthesis.latent import RandomEffects, fit_latent
from assuage.synthesis.priors import HalfNormal

SIZES = ((120, 15), (600, 40), (5_000, 100))
MODEL = RandomEffects(effect_sd=4, heterogeneity=HalfNormal(scale=0.5))


def simulated(trials: int, treatments: int) -> ObservedNetwork:
    """Arms of 40 to 300 people; levels N(-1, 0.7^2), effects N(0, 0.5^2), tau 0.2."""
    rng = np.random.default_rng(1)
    truth = rng.normal(0, 0.5, treatments)
    studies: list[BinomialArms] = []
    for trial in range(trials):
        arms = rng.choice(treatments, 3 if trial % 5 == 0 else 2, replace=False)
        people = rng.integers(40, 300, arms.size)
        own = 0.2 * rng.normal(size=arms.size) / np.sqrt(2)
        logit = rng.normal(-1, 0.7) + truth[arms] - truth[arms[0]] + own - own[0]
        events = rng.binomial(people, 1 / (1 + np.exp(-logit)))
        studies.append(
            BinomialArms(
                study=f"trial {trial}",
                treatments=tuple(f"T{arm:03d}" for arm in arms),
                events=tuple(map(float, events)),
                people=tuple(map(float, people)),
            )
        )
    return observe(studies, reference="T000")


def main(repeats: int) -> None:
    for trials, treatments in SIZES:
        network = simulated(trials, treatments)
        wall, cpu = list[float](), list[float]()
        for _ in range(repeats):
            start, used = perf_counter(), process_time()
            posterior = fit_latent(network, MODEL)
            wall.append(perf_counter() - start)
            cpu.append(process_time() - used)
        print(  # noqa: T201
            f"{trials:>5} trials x {treatments:>3} treatments: wall median {median(wall):.3f} s, "
            f"least {min(wall):.3f} s; processor median {median(cpu):.3f} s; "
            f"tau {posterior.tau.mean:.4f} (SD {posterior.tau.sd:.4f})"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
