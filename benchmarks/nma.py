"""Time our classical network meta-analysis, beside pimeta where that is installed.

Both get the same contrasts and estimate common and random effects (tau² by DL) and Q. Medians of
several runs, in milliseconds; ratios are within this one run, so that a busy machine slows both.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

from assuage.evidence.assembly import assemble
from assuage.evidence.effect import Pair, contrasts_from_pairs
from assuage.evidence.network import Network
from assuage.synthesis.gls import fit

try:
    import pimeta  # type: ignore[import-not-found] - a peer, never a dependency
except ImportError:
    pimeta = None

GOLDEN = Path(__file__).parents[1] / "tests" / "reference" / "golden" / "nma_senn2013.json"
SIZES = ((200, 20), (1_000, 50), (5_000, 100))
PEER_LIMIT = 1_000
"""The largest number of trials given to the peer, whose time grows with their square."""


def senn() -> dict[str, list[Pair]]:
    rows = json.loads(GOLDEN.read_text())["data"]["contrast"]
    columns = (rows[key] for key in ("studlab", "treat1", "treat2", "TE", "seTE"))
    out: dict[str, list[Pair]] = {}
    for study, first, second, estimate, se in zip(*columns, strict=True):
        pair = Pair(treatment1=first, treatment2=second, estimate=estimate, se=se)
        out.setdefault(study, []).append(pair)
    return out


def simulated(trials: int, treatments: int) -> dict[str, list[Pair]]:
    """Trials of random treatments, every fifth with three arms; tau 0.2."""
    rng = np.random.default_rng(1)
    truth = rng.normal(size=treatments)
    out: dict[str, list[Pair]] = {}
    for trial in range(trials):
        arms = rng.choice(treatments, 3 if trial % 5 == 0 else 2, replace=False)
        variance = rng.uniform(0.02, 0.3, arms.size)
        value = truth[arms] + rng.normal(size=arms.size) * np.sqrt(variance + 0.02)
        out[f"trial {trial}"] = [
            Pair(
                treatment1=f"T{arms[i]:03d}",
                treatment2=f"T{arms[j]:03d}",
                estimate=float(value[i] - value[j]),
                se=float(np.sqrt(variance[i] + variance[j])),
            )
            for i in range(arms.size)
            for j in range(i)
        ]
    return out


def network_of(data: dict[str, list[Pair]]) -> Network:
    return assemble((contrasts_from_pairs(s, p) for s, p in data.items()), measure="MD")


def ours(data: dict[str, list[Pair]]) -> float:
    network = network_of(data)
    common = fit(network, effects="common")
    return fit(network, tau_method="DL", design=common.design).tau2


def peer(data: dict[str, list[Pair]]) -> float:
    rows = [(p.estimate, p.se, p.treatment1, p.treatment2, s) for s, ps in data.items() for p in ps]
    estimate, se, first, second, study = (list(column) for column in zip(*rows, strict=True))
    result = pimeta.netmeta(estimate, se, first, second, studlab=study, method_tau="DL")
    return float(result.tau) ** 2


def milliseconds(job: Callable[[], object], repeats: int) -> float:
    job()
    times: list[float] = []
    for _ in range(repeats):
        start = perf_counter()
        job()
        times.append(perf_counter() - start)
    return 1000 * median(times)


def main() -> None:
    say = sys.stdout.write
    sets = [("Senn 2013", senn())]
    sets += [(f"{trials:,} x {n}", simulated(trials, n)) for trials, n in SIZES]
    say(f"{'trials x treatments':<20}{'REML fit':>10}{'both, DL':>10}{'pimeta':>10}{'ratio':>8}\n")
    for name, data in sets:
        repeats = 30 if len(data) < 100 else 5
        network = network_of(data)
        alone = milliseconds(lambda network=network: fit(network), repeats)
        whole = milliseconds(lambda data=data: ours(data), repeats)
        row = f"{name:<20}{alone:>10.2f}{whole:>10.2f}"
        if pimeta is not None and len(data) <= PEER_LIMIT:
            assert np.isclose(ours(data), peer(data))
            other = milliseconds(lambda data=data: peer(data), 3 if len(data) > 100 else repeats)
            row += f"{other:>10.1f}{other / whole:>7.0f}x"
        say(row + "\n")


if __name__ == "__main__":
    main()
