"""The referee for models of classes and covariates: NUTS runs to hold the engine against.

Run outside the package's environment, with pymc and nutpie installed:

    cd tests/reference/golden_nuts_models
    python ../../../validation/nuts_models.py classes classes_linde2015.json
    python ../../../validation/nuts_models.py regression regression_smoking.json

Data are golden networks of tests/reference/golden. Classes are two made-up groups of six
antidepressants; the covariate is the year of the smoking cessation trials (metadat's
dat.hasselblad1998), in decades from 1985. Nothing of assuage is imported; priors stand in the
result.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import nutpie
import pymc as pm
import pytensor.tensor as pt
from nuts_referee import mixing, read, summary

CLASSES = {
    "SSRI": "new",
    "SNRI": "new",
    "NRI": "new",
    "TCA": "old",
    "NaSSa": "old",
    "rMAO-A": "old",
}
YEARS = (
    1983, 1988, 1974, 1990, 1984, 1984, 1986, 1991, 1983, 1992, 1986, 1989,
    1986, 1990, 1988, 1994, 1983, 1982, 1979, 1995, 1989, 1986, 1993, 1984,
)  # fmt: skip
LEVEL_SD, TAU_SCALE, SPREAD_SCALE = 10.0, 1.0, 0.5
CLASS_SD, EFFECT_SD, INTERACTION_SD = 2.0, 2.0, 1.0


def counts(data: dict, effect: pt.TensorVariable, tau: pt.TensorVariable) -> None:
    """`effect` (arms): each arm's effect against the reference, in its study."""
    first = np.flatnonzero(data["first"])[data["study"]]
    root = mixing(data)
    level = pm.Normal("level", 0, LEVEL_SD, shape=data["studies"])
    own = pm.Normal("own", 0, 1, shape=root.shape[1])
    logit = level[data["study"]] + effect - effect[first] + tau * pt.dot(root, own)
    pm.Binomial("events", n=data["people"], logit_p=logit, observed=data["events"])


def class_model(data: dict) -> tuple[pm.Model, list[str]]:
    names = data["treatments"]
    groups = sorted(set(CLASSES.values()))
    with pm.Model() as model:
        tau = pm.HalfNormal("tau", TAU_SCALE)
        spread = pm.HalfNormal("class spread", SPREAD_SCALE)
        mean = pm.Normal("class", 0, CLASS_SD, shape=len(groups))
        z = pm.Normal("z", 0, 1, shape=len(names))
        parts = []
        for i, t in enumerate(names):
            if i == data["reference"]:
                parts.append(pt.zeros(()))
            elif t in CLASSES:
                parts.append(mean[groups.index(CLASSES[t])] + spread * z[i])
            else:
                parts.append(EFFECT_SD * z[i])
            pm.Deterministic(f"effect {t}", parts[-1])
        for i, group in enumerate(groups):
            pm.Deterministic(f"class {group}", mean[i])
            new = pm.Normal(f"z new {group}", 0, 1)
            pm.Deterministic(f"new {group}", mean[i] + spread * new)
        counts(data, pt.stack(parts)[data["treatment"]], tau)
    others = [t for i, t in enumerate(names) if i != data["reference"]]
    ask = [f"effect {t}" for t in others] + [
        f"{kind} {g}" for kind in ("class", "new") for g in groups
    ]
    return model, [*ask, "tau", "class spread"]


def regression_model(data: dict) -> tuple[pm.Model, list[str]]:
    names, x = data["treatments"], (np.array(YEARS) - 1985) / 10
    others = [t for i, t in enumerate(names) if i != data["reference"]]
    with pm.Model() as model:
        tau = pm.HalfNormal("tau", TAU_SCALE)
        slope = pm.Normal("slope", 0, INTERACTION_SD)
        effect = {t: pm.Normal(f"effect {t}", 0, EFFECT_SD) for t in others}
        arms = [
            effect[names[t]] + slope * x[s] if names[t] in effect else pt.zeros(())
            for s, t in zip(data["study"], data["treatment"], strict=True)
        ]
        counts(data, pt.stack(arms), tau)
    return model, [*(f"effect {t}" for t in others), "slope", "tau"]


MODELS = {
    "classes": ("linde2015_resp", class_model),
    "regression": ("smokingcessation", regression_model),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", choices=sorted(MODELS))
    parser.add_argument("out", type=Path)
    parser.add_argument("--draws", type=int, default=4_000)
    args = parser.parse_args()
    network, build = MODELS[args.model]
    data = read(network)
    model, ask = build(data)
    trace = nutpie.sample(
        nutpie.compile_pymc_model(model), draws=args.draws, tune=1_500, chains=4, cores=1, seed=1,
        target_accept=0.95, progress_bar=False,
    )  # fmt: skip
    result = {
        "model": args.model,
        "network": network,
        "reference": data["treatments"][data["reference"]],
        "made_by": f"nutpie {nutpie.__version__}, pymc {pm.__version__}; validation/nuts_models.py",
        "priors": {
            "level_sd": LEVEL_SD, "tau_half_normal": TAU_SCALE,
            "class_spread_half_normal": SPREAD_SCALE, "class_sd": CLASS_SD,
            "effect_sd": EFFECT_SD, "interaction_sd": INTERACTION_SD,
        },
        "classes": CLASSES if args.model == "classes" else None,
        "years": YEARS if args.model == "regression" else None,
        "chains": 4,
        "draws": args.draws,
        "divergences": int(trace.sample_stats["diverging"].values.sum()),
        "quantities": {name: summary(trace.posterior[name].values) for name in ask},
    }  # fmt: skip
    args.out.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
