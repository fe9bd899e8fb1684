"""Simulation-based calibration: are the posteriors as wide as they should be?

    python validation/calibration.py [model ...] [--sets 500] [--first 0] [--out calibration.json]

Talts, Betancourt, Simpson, Vehtari and Gelman (arXiv:1804.06788): draw parameters from the prior
and data from the parameters, fit, and note where each parameter lies in its posterior. If prior,
likelihood and inference belong together these places are uniform. Here the place is the posterior
distribution function at the truth, which needs no draws.

Each data set is a network of 12 binomial trials (two to three arms, 30 to 200 people an arm) of six
treatments. Posteriors are those a user gets from `fit_latent(...).certified(draws=512)`; how many
could not be certified is reported, and they are left out.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from scipy.stats import chi2

from assuage.errors import NetworkError
from assuage.evidence.observed import BinomialArms, ObservedNetwork, observe
from assuage.synthesis.latent import LatentModel, LevelPrior, Margin, RandomEffects, fit_latent
from assuage.synthesis.models import ClassEffects, Covariate, MetaRegression, class_mean
from assuage.synthesis.models.regression import interaction
from assuage.synthesis.priors import HalfNormal

PLACEBO, DRUGS = "placebo", ("a1", "a2", "a3", "b1", "b2")
CLASSES = {drug: drug[0] for drug in DRUGS}
TRIALS, BINS, DRAWS = 12, 20, 512
LEVEL = LevelPrior(mean=-0.5, sd=1.0)
TAU, SPREAD = HalfNormal(scale=0.5), HalfNormal(scale=0.5)
EFFECT_SD = 1.0
Truth = dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A model, how its prior draws effects by study and treatment, and where the truth lies."""

    model: Callable[[list[str]], LatentModel]
    draw: Callable[[np.random.Generator, list[str]], tuple[Truth, Callable[[str, str], float]]]
    place: Callable[[object, str, float], float]


def effects_case() -> Case:
    def draw(rng: np.random.Generator, studies: list[str]):
        del studies
        effect = {drug: rng.normal(0, EFFECT_SD) for drug in DRUGS}
        truth = {f"effect {d}": x for d, x in effect.items()}
        return truth, lambda _, t: effect.get(t, 0.0)

    return Case(
        model=lambda _: RandomEffects(effect_sd=EFFECT_SD, heterogeneity=TAU),
        draw=draw,
        place=place,
    )


def class_case() -> Case:
    def draw(rng: np.random.Generator, studies: list[str]):
        del studies
        mean = {name: rng.normal(0, EFFECT_SD) for name in "ab"}
        spread = abs(rng.normal(0, SPREAD.scale))
        effect = {d: mean[CLASSES[d]] + spread * rng.normal() for d in DRUGS}
        truth = {f"effect {d}": x for d, x in effect.items()}
        truth |= {f"class {c}": x for c, x in mean.items()} | {"class spread": spread}
        return truth, lambda _, t: effect.get(t, 0.0)

    model = ClassEffects(
        classes=CLASSES, class_sd=EFFECT_SD, class_spread=SPREAD, effect_sd=EFFECT_SD,
        heterogeneity=TAU,
    )  # fmt: skip
    return Case(model=lambda _: model, draw=draw, place=place)


def regression_case() -> Case:
    x = {f"s{i:02d}": (i - 5.5) / 3.6 for i in range(TRIALS)}

    def draw(rng: np.random.Generator, studies: list[str]):
        del studies
        effect = {drug: rng.normal(0, EFFECT_SD) for drug in DRUGS}
        slope = rng.normal(0, 0.5)
        truth = {f"effect {d}": e for d, e in effect.items()} | {"slope": slope}
        return truth, lambda s, t: effect[t] + slope * x[s] if t != PLACEBO else 0.0

    model = MetaRegression(
        treatments=RandomEffects(effect_sd=EFFECT_SD, heterogeneity=TAU),
        covariates=(Covariate(name="x", values=x, centre=0.0),),
        interactions="shared",
        interaction_sd=0.5,
    )
    return Case(model=lambda _: model, draw=draw, place=place)


def place(posterior: object, name: str, value: float) -> float:
    """Return the posterior's distribution function at a value."""
    if name in {"tau", "class spread"}:
        return margin_cdf(posterior.hyperparameters[name], value)
    kind, _, of = name.partition(" ")
    if kind == "effect":
        return posterior.effects.marginal(of).cdf(value)
    if kind == "class":
        return class_mean(posterior, of).marginal(of).cdf(value)
    return posterior.coefficients.marginal(interaction("x", None)).cdf(value)


def margin_cdf(margin: Margin, value: float) -> float:
    """Return the mass below a value: the density is the polynomial through the margin's nodes, as
    for its quantiles."""
    axis, n = margin.axis, len(margin.values)
    t = value if axis.centre is None else value / (value + axis.centre)
    z = float(np.clip(2 * (t - axis.low) / (axis.high - axis.low) - 1, -1, 1))
    nodes = np.polynomial.legendre.leggauss(n)[0]
    coefficients = margin.weights @ np.polynomial.legendre.legvander(nodes, n - 1)
    integral = np.polynomial.legendre.legint(coefficients * (np.arange(n) + 0.5), lbnd=-1)
    return float(np.clip(np.polynomial.legendre.legval(z, integral), 0, 1))


CASES = {"random effects": effects_case, "classes": class_case, "regression": regression_case}


def simulate(
    rng: np.random.Generator, effect: Callable[[str, str], float], tau: float
) -> ObservedNetwork:
    studies = []
    for i in range(TRIALS):
        drugs = [DRUGS[i % len(DRUGS)]]
        if i % 3 == 2:
            drugs.append(DRUGS[(i + 2) % len(DRUGS)])
        arms = (PLACEBO, *drugs) if i % 4 != 3 else (DRUGS[(i + 1) % len(DRUGS)], *drugs)
        # a study's baseline is the reference or its first treatment by name
        arms = tuple(sorted(dict.fromkeys(arms), key=lambda t: (t != PLACEBO, t)))
        name = f"s{i:02d}"
        level, shared = rng.normal(LEVEL.mean, LEVEL.sd), rng.normal(0, np.sqrt(0.5))
        people = rng.integers(30, 201, len(arms))
        events = []
        for a, arm in enumerate(arms):
            eta = level + effect(name, arm) - effect(name, arms[0])
            eta += tau * (shared + rng.normal(0, np.sqrt(0.5))) if a else 0.0
            events.append(int(rng.binomial(people[a], 1 / (1 + np.exp(-eta)))))
        studies.append(
            BinomialArms(
                study=name, treatments=arms, events=tuple(events), people=tuple(map(int, people))
            )
        )
    return observe(studies, reference=PLACEBO)


def run(name: str, sets: int, first: int = 0) -> dict:
    case, places, refused = CASES[name](), {}, 0
    start = perf_counter()
    for seed in range(first, first + sets):
        rng = np.random.default_rng([seed, len(name)])
        tau = abs(rng.normal(0, TAU.scale))
        truth, effect = case.draw(rng, [])
        network = simulate(rng, effect, tau)
        truth["tau"] = tau
        try:
            found = fit_latent(network, case.model([]), level=LEVEL).certified(draws=DRAWS)
        except NetworkError:
            refused += 1
            continue
        for parameter, value in truth.items():
            places.setdefault(parameter, []).append(case.place(found, parameter, value))
    rows = {parameter: summary(np.array(at)) for parameter, at in places.items()}
    return {
        "sets": sets, "not certified": refused, "seconds": round(perf_counter() - start, 1),
        "parameters": rows,
    }  # fmt: skip


def summary(at: np.ndarray) -> dict:
    counts = np.histogram(at, bins=BINS, range=(0, 1))[0]
    expected = len(at) / BINS
    statistic = float(((counts - expected) ** 2 / expected).sum())
    return {
        "bins": counts.tolist(),
        "p": round(float(chi2.sf(statistic, BINS - 1)), 4),
        "cover95": round(float(((at > 0.025) & (at < 0.975)).mean()), 4),
        "cover50": round(float(((at > 0.25) & (at < 0.75)).mean()), 4),
    }


def rows(result: dict) -> list[str]:
    """Return the rows of the table in docs/explanation/calibration.md."""
    out = []
    for name, found in result.items():
        for parameter, row in found["parameters"].items():
            most = max(row["bins"])
            bars = "".join("▁▂▃▄▅▆▇█"[round(7 * n / most)] for n in row["bins"])
            out.append(
                f"| {name} ({found['sets']}) | {parameter} | {row['cover50']:.1%} "
                f"| {row['cover95']:.1%} | {row['p']:.3f} | {bars} |"
            )
        out.append(f"<!-- {found['seconds']} s, not certified: {found['not certified']} -->")
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", default=list(CASES))
    parser.add_argument("--sets", type=int, default=500)
    parser.add_argument("--first", type=int, default=0, help="seed of the first data set")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    result = {name: run(name, args.sets, args.first) for name in args.models or list(CASES)}
    for line in rows(result):
        print(line)
    if args.out:
        args.out.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
