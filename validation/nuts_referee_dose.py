"""The referee for dose-response: a long NUTS run of one Emax network of counts.

Run outside the package's environment, with pymc and nutpie installed:

    python validation/nuts_referee_dose.py tests/reference/golden_nuts_dose/emax_triptans3.json

Data: the trials of golden network `triptans` that compare nothing but placebo, eletriptan,
sumatriptan and rizatriptan. Each agent has its own ED50 (log-normal) and random effects. Nothing
of assuage is imported: study effects are sampled here, integrated out there.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import nutpie
import pymc as pm
import pytensor.tensor as pt
from nuts_referee import GOLDEN, summary

AGENTS = ("eletriptan", "rizatriptan", "sumatriptan")
EFFECT_SD, LEVEL_SD, TAU_SCALE = 2.0, 10.0, 0.5
ED50_MEDIAN, ED50_SD = 0.25, 1.25
POINTS = {"eletriptan": (0.5, 1.5, 2.0), "rizatriptan": (0.5, 1.0), "sumatriptan": (0.5, 1.5, 2.0)}


def read() -> dict:
    arm = json.loads((GOLDEN / "nma_triptans.json").read_text())["data"]["arm"]
    rows: dict[str, list[int]] = {}
    for i, study in enumerate(arm["study"]):
        rows.setdefault(str(study), []).append(i)
    allowed = {"placebo", *AGENTS}
    kept = {s: r for s, r in rows.items() if all(arm["agent"][i] in allowed for i in r)}
    order = [i for r in kept.values() for i in sorted(r, key=lambda i: arm["dose"][i] > 0)]
    study = np.concatenate([[s] * len(r) for s, r in enumerate(kept.values())])
    agent = np.array([AGENTS.index(arm["agent"][i]) if arm["dose"][i] else 0 for i in order])
    dose = np.array([float(arm["dose"][i]) for i in order])
    return {
        "study": study,
        "agent": agent,
        "dose": dose,
        "events": np.array([arm["event"][i] for i in order]),
        "people": np.array([arm["n"][i] for i in order]),
        "first": np.r_[True, study[1:] != study[:-1]],
        "top": np.array([dose[agent == a].max() for a in range(len(AGENTS))]),
        "studies": len(kept),
    }


def model(data: dict) -> pm.Model:
    study, first = data["study"], data["first"]
    root = np.zeros((len(study), len(study)))
    for s in range(data["studies"]):
        rows = np.flatnonzero((study == s) & ~first)
        m = len(rows)
        root[np.ix_(rows, rows)] = np.linalg.cholesky(0.5 * (np.eye(m) + np.ones((m, m))))
    root = root[:, ~first]
    baseline = np.flatnonzero(first)[study]
    x = data["dose"] / data["top"][data["agent"]]
    with pm.Model() as out:
        level = pm.Normal("level", 0, LEVEL_SD, shape=data["studies"])
        at_top = pm.Normal("at_top", 0, EFFECT_SD, shape=len(AGENTS))
        log_ed50 = pm.Normal("log_ed50", np.log(ED50_MEDIAN), ED50_SD, shape=len(AGENTS))
        tau = pm.HalfNormal("tau", TAU_SCALE)
        own = pm.Normal("own", 0, 1, shape=root.shape[1])
        ed50 = pt.exp(log_ed50)[data["agent"]]
        effect = at_top[data["agent"]] * x * (1 + ed50) / (x + ed50)
        logit = level[study] + effect - effect[baseline] + tau * pt.dot(root, own)
        pm.Binomial("events", n=data["people"], logit_p=logit, observed=data["events"])
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--draws", type=int, default=10_000)
    args = parser.parse_args()
    data = read()
    trace = nutpie.sample(
        nutpie.compile_pymc_model(model(data)), draws=args.draws, tune=1_500, chains=4, cores=1,
        seed=1, target_accept=0.95, progress_bar=False,
    )  # fmt: skip
    posterior = trace.posterior
    at_top, log_ed50 = posterior["at_top"].values, posterior["log_ed50"].values
    effects = {}
    for j, name in enumerate(AGENTS):
        for dose in POINTS[name]:
            x, ed50 = dose / data["top"][j], np.exp(log_ed50[..., j])
            value = at_top[..., j] * x * (1 + ed50) / (x + ed50)
            effects[f"{name} {dose:g}"] = summary(value)
    result = {
        "agents": list(AGENTS),
        "made_by": f"nutpie {nutpie.__version__}, pymc {pm.__version__}; "
        "validation/nuts_referee_dose.py",
        "priors": {
            "effect_sd": EFFECT_SD, "level_sd": LEVEL_SD, "tau_half_normal": TAU_SCALE,
            "ed50_median": ED50_MEDIAN, "ed50_log_sd": ED50_SD,
        },
        "chains": 4,
        "draws": args.draws,
        "divergences": int(trace.sample_stats["diverging"].values.sum()),
        "effects": effects,
        "log_ed50": {name: summary(log_ed50[..., j]) for j, name in enumerate(AGENTS)},
        "tau": summary(posterior["tau"].values),
    }  # fmt: skip
    args.out.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
