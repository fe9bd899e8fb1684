"""Time our classical network meta-analysis beside its peers, and how it grows.

    python benchmarks/nma.py            # ours, beside the peers that are there
    python benchmarks/nma.py growth     # ours, by trials and by treatments, with memory

All get the same contrasts and estimate common and random effects (tau² by DL) and Q, and must
agree on tau² first. Medians of several runs (of netmeta one run, not warmed up, where it needs
minutes), in milliseconds; ratios are within this one run, so that a busy machine slows all.

Peers are optional: pimeta where it can be imported, netmeta where
`Rscript` is found and ASSUAGE_PEER_R_LIBS names the R library that holds it. Each peer is timed
inside its own process after one run to warm up; reading the data and starting R do not count.
"""

import csv
import os
import shutil
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from nma_data import Pairs, senn, simulated

from assuage.evidence.assembly import assemble
from assuage.evidence.network import Network
from assuage.evidence.pair_batches import contrasts_from_studies
from assuage.synthesis.design import build_design
from assuage.synthesis.gls import fit

try:
    import pimeta  # type: ignore[import-not-found] - a peer, never a dependency
except ImportError:
    pimeta = None

SIZES = ((200, 20), (1_000, 50), (5_000, 100))
PIMETA_LIMIT, NETMETA_LIMIT = 1_000, 200
"""The largest numbers of trials given to each peer: their times grow with the square or more."""
NETMETA = """
.libPaths(c(Sys.getenv("ASSUAGE_PEER_R_LIBS"), .libPaths()))
suppressMessages(suppressWarnings(library(netmeta)))
d <- read.csv(commandArgs(TRUE)[1], colClasses = c(study = "character"))
run <- function() {
  start <- proc.time()[["elapsed"]]
  net <- suppressWarnings(suppressMessages(netmeta(estimate, se, treatment1, treatment2, study,
    data = d, method.tau = "DL", warn = FALSE, details.chkmultiarm = FALSE)))
  c(proc.time()[["elapsed"]] - start, net$tau2)
}
runs <- as.integer(commandArgs(TRUE)[2])
if (runs > 1) invisible(run())
found <- sapply(seq_len(runs), function(i) run())
cat(sprintf("%.3f %.12g", median(found[1, ]), found[2, 1]))
"""


def network_of(data: Pairs) -> Network:
    return assemble(contrasts_from_studies(data), measure="MD")


def ours(data: Pairs) -> float:
    network = network_of(data)
    common = fit(network, effects="common")
    return fit(network, tau_method="DL", design=common.design).tau2


def by_pimeta(data: Pairs) -> float:
    rows = [(p.estimate, p.se, p.treatment1, p.treatment2, s) for s, ps in data.items() for p in ps]
    estimate, se, first, second, study = (list(column) for column in zip(*rows, strict=True))
    result = pimeta.netmeta(estimate, se, first, second, studlab=study, method_tau="DL")
    return float(result.tau) ** 2


def by_netmeta(data: Pairs) -> tuple[float, float] | None:
    """Its milliseconds and tau², or None where it is not installed."""
    rscript, library = shutil.which("Rscript"), os.environ.get("ASSUAGE_PEER_R_LIBS")
    if not rscript or not library:
        return None
    with tempfile.TemporaryDirectory() as folder:
        table, script = Path(folder) / "contrasts.csv", Path(folder) / "time.R"
        script.write_text(NETMETA)
        with table.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["study", "treatment1", "treatment2", "estimate", "se"])
            for study, pairs in data.items():
                writer.writerows([study, p.treatment1, p.treatment2, p.estimate, p.se]
                                 for p in pairs)  # fmt: skip
        runs = "3" if len(data) < 100 else "1"
        done = subprocess.run(
            [rscript, script, table, runs], capture_output=True, text=True, check=True
        )
    seconds, tau2 = map(float, done.stdout.split())
    return 1000 * seconds, tau2


def milliseconds(job: Callable[[], object], repeats: int) -> float:
    job()
    times: list[float] = []
    for _ in range(repeats):
        start = perf_counter()
        job()
        times.append(perf_counter() - start)
    return 1000 * median(times)


def beside_peers() -> None:
    say = sys.stdout.write
    sets = [("Senn 2013", senn())]
    sets += [(f"{trials:,} x {n}", simulated(trials, n)) for trials, n in SIZES]
    say(f"{'trials x treatments':<20}{'REML fit':>10}{'both, DL':>10}"
        f"{'pimeta':>10}{'ratio':>8}{'netmeta':>10}{'ratio':>8}\n")  # fmt: skip
    for name, data in sets:
        repeats = 30 if len(data) < 100 else 7
        network = network_of(data)
        alone = milliseconds(lambda network=network: fit(network), repeats)
        whole = milliseconds(lambda data=data: ours(data), repeats)
        row = f"{name:<20}{alone:>10.2f}{whole:>10.2f}"
        if pimeta is not None and len(data) <= PIMETA_LIMIT:
            assert np.isclose(ours(data), by_pimeta(data), rtol=1e-8)
            other = milliseconds(
                lambda data=data: by_pimeta(data), 3 if len(data) > 100 else repeats
            )
            row += f"{other:>10.1f}{other / whole:>7.0f}x"
        else:
            row += " " * 18
        if len(data) <= NETMETA_LIMIT and (found := by_netmeta(data)):
            assert np.isclose(ours(data), found[1], rtol=1e-8)
            row += f"{found[0]:>10.0f}{found[0] / whole:>7.0f}x"
        say(row.rstrip() + "\n")


def growth() -> None:
    say = sys.stdout.write
    say(f"{'trials':>8}{'treatments':>12}{'contrasts':>11}{'assemble':>10}{'design':>9}"
        f"{'DL':>9}{'REML':>9}{'whole, DL':>11}{'peak MB':>9}\n")  # fmt: skip
    sizes = [(trials, 50) for trials in (100, 1_000, 10_000, 100_000)]
    sizes += [(5_000, treatments) for treatments in (5, 20, 100, 200, 300)]
    for trials, treatments in sizes:
        data = simulated(trials, treatments)
        repeats = 7 if trials < 10_000 else 3
        studies = contrasts_from_studies(data)
        network = assemble(studies, measure="MD")
        design = build_design(network)
        steps: list[Callable[[], object]] = [
            lambda data=data: contrasts_from_studies(data),
            lambda studies=studies: assemble(studies, measure="MD"),
            lambda network=network: build_design(network),
            lambda network=network, design=design: fit(network, tau_method="DL", design=design),
            lambda network=network, design=design: fit(network, design=design),
            lambda data=data: ours(data),
        ]
        times = [milliseconds(step, repeats) for step in steps]
        tracemalloc.start()
        ours(data)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        widths = (11, 10, 9, 9, 9, 11)
        cells = "".join(f"{t:>{w}.1f}" for t, w in zip(times, widths, strict=True))
        say(f"{trials:>8,}{treatments:>12}{cells}{peak:>9.1f}\n")


if __name__ == "__main__":
    growth() if "growth" in sys.argv[1:] else beside_peers()
