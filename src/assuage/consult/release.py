"""The use case behind `assuage evidence release`: read all trials, pool them, freeze the result."""

from collections.abc import Callable
from hashlib import sha256
from importlib.metadata import version
from importlib.resources.abc import Traversable
from pathlib import Path

from assuage.evidence.trial import Basis, TrialTables
from assuage.knowledge.catalogues import knowledge_folder, load_catalogues
from assuage.knowledge.effects import load_label_frequencies
from assuage.knowledge.releases import CURRENT
from assuage.knowledge.trials import load_trials
from assuage.synthesis.release import (
    VARIANTS,
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


def outcomes_to_do() -> int:
    """Return how many steps making a release takes: an outcome in one variant is a step."""
    return len(VARIANTS) * len(load_catalogues().outcomes)


def make_release(
    progress: Callable[[str], None] = lambda _: None,
) -> dict[Variant, EvidenceRelease]:
    """Pool every outcome with a connected network, with all numbers and without reconstructed ones.

    `progress` is told the label of each outcome as it is done.
    """
    catalogues = load_catalogues()
    inputs = Inputs(
        tables=load_trials(catalogues=catalogues),
        catalogue=catalogues.treatments,
        labels=load_label_frequencies(catalogues=catalogues),
    )
    ordered = sorted(catalogues.outcomes.values(), key=lambda outcome: outcome.order)
    reconstructed = _with_reconstructed_numbers(inputs.tables)
    every: dict[str, OutcomeResult | NotAnalysed] = {}
    made: dict[Variant, EvidenceRelease] = {}
    for variant in VARIANTS:
        left_out = variant == "without_reconstructed"
        results: list[OutcomeResult | NotAnalysed] = []
        for outcome in ordered:
            same = left_out and outcome.id not in reconstructed
            result = (
                every[outcome.id]
                if same
                else fit_outcome(inputs, outcome, without_reconstructed=left_out)
            )
            every.setdefault(outcome.id, result)
            results.append(result)
            progress(outcome.label)
        made[variant] = _release(variant, results, inputs)
    return made


def _with_reconstructed_numbers(tables: TrialTables) -> frozenset[str]:
    """Return the outcomes that change when reconstructed numbers are left out."""
    rows = (*tables.arm_results, *tables.contrasts)
    return frozenset(row.outcome for row in rows if row.basis is Basis.RECONSTRUCTED)


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
