"""The referee: long NUTS runs of the models that assuage solves without a sampler.

Run outside the package's environment, with pymc and nutpie installed:

    python validation/nuts_referee.py woods2010 tests/reference/golden_nuts/woods2010.json

It reads the data of a golden network of tests/reference/golden and writes posterior means and SDs
with their Monte Carlo standard errors. Nothing of assuage is imported, so that the two share no
code: here the study effects are sampled, there they are integrated out.
"""

import argparse
import json
from pathlib import Path

import arviz as az
import numpy as np
import nutpie
import pymc as pm
import pytensor.tensor as pt

GOLDEN = Path(__file__).parents[1] / "tests" / "reference" / "golden"
EFFECT_SD, LEVEL_SD, TAU_SCALE = 10.0, 10.0, 1.0


def read(name: str) -> dict:
    """Rows in order of study; its baseline arm, the reference or the first by name, comes first."""
    file = json.loads((GOLDEN / f"nma_{name}.json").read_text())
    arm = file["data"]["arm"]
    names, study = np.unique(arm["study"], return_inverse=True)
    treatments, treatment = np.unique([str(t) for t in arm["treatment"]], return_inverse=True)
    reference = list(treatments).index(str(file["reference_group"]))
    order = np.lexsort((treatment, treatment != reference, study))
    study, treatment = study[order], treatment[order]
    first = np.r_[True, study[1:] != study[:-1]]
    return {
        "treatments": [str(t) for t in treatments],
        "reference": reference,
        "study": study,
        "treatment": treatment,
        "first": first,
        "baseline": treatment[first][study],
        "events": np.array(arm["event"])[order],
        "people": np.array(arm["n"])[order],
        "studies": len(names),
    }


def mixing(data: dict) -> np.ndarray:
    """Random effects with variance 1 and covariance 1/2 from independent ones, per study."""
    study, first = data["study"], data["first"]
    out = np.zeros((len(study), len(study)))
    for s in range(data["studies"]):
        rows = np.flatnonzero((study == s) & ~first)
        m = len(rows)
        out[np.ix_(rows, rows)] = np.linalg.cholesky(0.5 * (np.eye(m) + np.ones((m, m))))
    return out[:, ~first]


def model(data: dict) -> pm.Model:
    root = mixing(data)
    with pm.Model() as out:
        level = pm.Normal("level", 0, LEVEL_SD, shape=data["studies"])
        others = pm.Normal("d", 0, EFFECT_SD, shape=len(data["treatments"]) - 1)
        tau = pm.HalfNormal("tau", TAU_SCALE)
        own = pm.Normal("own", 0, 1, shape=root.shape[1])
        at = data["reference"]
        effect = pt.concatenate([others[:at], pt.zeros(1), others[at:]])
        difference = effect[data["treatment"]] - effect[data["baseline"]]
        logit = level[data["study"]] + difference + tau * pt.dot(root, own)
        pm.Binomial("events", n=data["people"], logit_p=logit, observed=data["events"])
    return out


def summary(draws: np.ndarray) -> dict:
    """Mean, SD and quantiles of draws (chains, n), with Monte Carlo standard errors."""
    ess, squared = float(az.ess(draws)), float(az.ess((draws - draws.mean()) ** 2))
    sd = float(draws.std())
    kurtosis = float(((draws - draws.mean()) ** 4).mean()) / sd**4
    return {
        "mean": float(draws.mean()),
        "sd": sd,
        "mcse_mean": sd / ess**0.5,
        "mcse_sd": sd * ((kurtosis - 1) / squared) ** 0.5 / 2,
        "q2.5": float(np.quantile(draws, 0.025)),
        "q50": float(np.quantile(draws, 0.5)),
        "q97.5": float(np.quantile(draws, 0.975)),
        "ess": ess,
        "rhat": float(az.rhat(draws)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("out", type=Path)
    parser.add_argument("--draws", type=int, default=50_000)
    args = parser.parse_args()
    data = read(args.name)
    compiled = nutpie.compile_pymc_model(model(data))
    trace = nutpie.sample(
        compiled, draws=args.draws, tune=3_000, chains=4, cores=1, seed=1, target_accept=0.97,
        progress_bar=False,
    )  # fmt: skip
    at = data["reference"]
    names = [t for i, t in enumerate(data["treatments"]) if i != at]
    d, tau = trace.posterior["d"].values, trace.posterior["tau"].values
    result = {
        "network": args.name,
        "reference": data["treatments"][at],
        "made_by": f"nuts_referee.py: nutpie {nutpie.__version__}, pymc {pm.__version__}",
        "priors": {"effect_sd": EFFECT_SD, "level_sd": LEVEL_SD, "tau_half_normal": TAU_SCALE},
        "chains": 4,
        "draws": args.draws,
        "divergences": int(trace.sample_stats["diverging"].values.sum()),
        "effects": {name: summary(d[..., j]) for j, name in enumerate(names)},
        "tau": summary(tau),
    }
    args.out.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
