"""The use case behind `assuage evidence release`: read all trials, pool them, freeze the result."""

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.metadata import version
from importlib.resources.abc import Traversable
from pathlib import Path

from assuage.evidence.outcome import OutcomeDefinition
from assuage.evidence.trial import Basis
from assuage.knowledge.catalogues import knowledge_folder, load_catalogues
from assuage.knowledge.effects import load_label_frequencies
from assuage.knowledge.releases import CURRENT
from assuage.knowledge.trials import load_trials
from assuage.synthesis.release import (
    EvidenceRelease,
    NotAnalysed,
    OutcomeResult,
    Variant,
)
from assuage.synthesis.release_fit import Inputs, fit_outcome, prior_statements

RELEASE_FOLDER = Path(str(knowledge_folder().joinpath("releases", CURRENT)))
INPUTS = (
    *("trials/studies.csv", "trials/arms.csv", "trials/outcomes.csv", "trials/contrasts.csv"),
    *("trials/means_without_sd.csv", "trials/doubts.csv", "outcomes.yaml", "treatments.yaml"),
    *("effects/label_frequencies.csv", "effects/sources.csv"),
)


def digest_of_inputs(folder: Traversable | Path | None = None) -> str:
    """Return the SHA-256 of everything a release is made from: names and contents, in order."""
    folder = folder or knowledge_folder()
    digest = sha256()
    for name in INPUTS:
        content = folder.joinpath(*name.split("/")).read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Job:
    """One outcome to pool. Outcomes without reconstructed numbers are pooled once for both
    variants."""

    outcome: OutcomeDefinition
    without_reconstructed: bool


def jobs(inputs: Inputs, outcomes: Iterable[OutcomeDefinition]) -> tuple[Job, ...]:
    """Return what is to be pooled for a release, in order."""
    rows = (*inputs.tables.arm_results, *inputs.tables.contrasts)
    changing = {row.outcome for row in rows if row.basis is Basis.RECONSTRUCTED}
    ordered = sorted(outcomes, key=lambda outcome: outcome.order)
    again = [Job(o, without_reconstructed=True) for o in ordered if o.id in changing]
    return (*(Job(o, without_reconstructed=False) for o in ordered), *again)


def make_release(
    progress: Callable[[str, int], None] | None = None,
) -> dict[Variant, EvidenceRelease]:
    """Pool every outcome with a connected network, with all numbers and without reconstructed ones.

    Outcomes are pooled side by side on the machine's processors; the result does not depend on how
    many there are. `progress` is told the label of each as it is done, and how many there are.
    """
    catalogues = load_catalogues()
    inputs = Inputs(
        tables=load_trials(catalogues=catalogues),
        catalogue=catalogues.treatments,
        labels=load_label_frequencies(catalogues=catalogues),
    )
    todo = jobs(inputs, catalogues.outcomes.values())
    fitted: dict[Job, OutcomeResult | NotAnalysed] = {}
    with ProcessPoolExecutor(initializer=_use, initargs=(inputs,)) as workers:
        for job, result in zip(todo, workers.map(_pool, todo), strict=True):
            fitted[job] = result
            if progress is not None:
                progress(job.outcome.label, len(todo))
    every = [job for job in todo if not job.without_reconstructed]
    fewer = [replace(job, without_reconstructed=True) for job in every]
    again = [
        changed if changed in fitted else job for job, changed in zip(every, fewer, strict=True)
    ]
    return {
        "all": _release("all", [fitted[job] for job in every], inputs),
        "without_reconstructed": _release(
            "without_reconstructed", [fitted[job] for job in again], inputs
        ),
    }


_INPUTS: list[Inputs] = []
"""What a worker process pools from, sent to it once."""


def _use(inputs: Inputs) -> None:
    _INPUTS[:] = [inputs]


def _pool(job: Job) -> OutcomeResult | NotAnalysed:
    return fit_outcome(_INPUTS[0], job.outcome, without_reconstructed=job.without_reconstructed)


def _release(
    variant: Variant, results: list[OutcomeResult | NotAnalysed], inputs: Inputs
) -> EvidenceRelease:
    knowledge = knowledge_folder().joinpath("VERSION").read_text(encoding="utf-8").strip()
    return EvidenceRelease(
        id=CURRENT,
        variant=variant,
        software=version("assuage"),
        knowledge=knowledge,
        inputs=digest_of_inputs(),
        outcomes={r.outcome: r for r in results if isinstance(r, OutcomeResult)},
        not_analysed=tuple(r for r in results if isinstance(r, NotAnalysed)),
        labels=inputs.label_effects,
        priors=prior_statements(),
    )
