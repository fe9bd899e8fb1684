"""Time of the evidence release and of what a consultation asks of it.

    python benchmarks/release.py

Prints one line a job: what, median, target. The first consultation of a process is timed apart.
"""

from statistics import median
from time import perf_counter

from assuage.consult.release import make_release
from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.releases import load_release, release_files
from assuage.knowledge.weights import load_weights
from assuage.options.benefit import expect
from assuage.options.evidence_choice import Candidate
from assuage.options.ordering import order
from assuage.units import mg_per_day


def timed(job, repeats: int) -> list[float]:
    times = []
    for _ in range(repeats):
        began = perf_counter()
        job()
        times.append(perf_counter() - began)
    return times


def line(what: str, seconds: float, target: str) -> None:
    print(f"{what:58}{1000 * seconds:12.2f} ms   target {target}")  # noqa: T201


def main() -> None:
    catalogues = load_catalogues()
    treatments = catalogues.treatments
    candidates = [
        Candidate(
            drug=t.id,
            label=t.label,
            drug_class=t.drug_class,
            class_label=treatments.class_of(t.id).label,
            doses=tuple(mg_per_day(d) for d in (30, 60, 120)),
        )
        for t in treatments.candidates
    ]
    outcomes = tuple(catalogues.outcomes.values())

    def read() -> None:
        load_release.cache_clear()
        load_release()

    def ask(condition: str = "painful_diabetic_neuropathy"):
        return expect(load_release(), condition=condition, candidates=candidates, outcomes=outcomes)

    def put_in_order() -> None:
        order(ask(), offered={c.drug: c.doses[1] for c in candidates}, weights=load_weights())

    line("read the release", median(timed(read, 9)), "60 ms")
    line("17 drugs x 3 doses x 25 outcomes, first in a process", timed(ask, 1)[0], "-")
    line("  ... first in another pain condition", timed(lambda: ask("hiv_neuropathy"), 1)[0], "-")
    line("  ... again", median(timed(ask, 50)), "10 ms")
    line("order of 17 drugs", median(timed(put_in_order, 50)), "10 ms")
    line("make the release (all outcomes, both variants)", timed(make_release, 1)[0], "10 s")
    print(f"size {release_files(make_release()).size / 1e6:.2f} MB   target 3 MB")  # noqa: T201


if __name__ == "__main__":
    main()
