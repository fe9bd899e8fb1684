"""Join the studies of one outcome into a network, or say why they cannot be joined."""

from collections import Counter
from collections.abc import Iterable, Mapping

from assuage.errors import NetworkError
from assuage.evidence.network import Compares, LeftOut, Measure, Network, StudyContrasts, components

USUAL_REFERENCES = ("placebo", "plac", "control", "usual care")


def assemble(
    results: Iterable[StudyContrasts | LeftOut],
    *,
    measure: Measure,
    reference: str | None = None,
    connected: bool = True,
) -> Network:
    """Return the network of all usable studies; those left out stay listed with their reason.

    Without `reference`, placebo is taken (or the treatment in most studies). Raises NetworkError
    when nothing is usable, the network falls into parts (unless `connected` is False: a component
    model may still join them), or the reference is not in it.
    """
    everything = tuple(results)
    studies = tuple(r for r in everything if isinstance(r, StudyContrasts))
    left_out = tuple(r for r in everything if isinstance(r, LeftOut))
    if not studies:
        raise NetworkError("No study can be used." + _because(left_out))
    parts = components(studies)
    if connected and len(parts) > 1:
        named = "; ".join(f"({i}) {', '.join(part)}" for i, part in enumerate(parts, start=1))
        raise NetworkError(
            f"The network falls into {len(parts)} parts that no study joins: {named}. "
            "Analyse one part at a time, or add a study that links them." + _because(left_out)
        )
    joined = {treatment for part in parts for treatment in part}
    if reference is not None and reference not in joined:
        raise NetworkError(
            f"The reference {reference!r} is in no usable study; choose one of: "
            f"{', '.join(sorted(joined))}." + _because(left_out)
        )
    return Network(
        measure=measure,
        reference=reference or usual_reference(studies),
        treatments=tuple(sorted(joined)),
        studies=studies,
        left_out=left_out,
    )


def usual_reference(studies: Iterable[Compares]) -> str:
    """Return placebo (or control) when it is there, else the treatment in most studies."""
    return usual_reference_of(Counter(t for study in studies for t in study.treatments))


def usual_reference_of(count: Mapping[str, int]) -> str:
    """Return placebo (or control) when it is there, else the treatment with the highest count."""
    for usual in USUAL_REFERENCES:
        for treatment in sorted(count):
            if treatment.lower() == usual:
                return treatment
    for treatment in sorted(count):
        if "placebo" in treatment.lower():
            return treatment
    return min(count, key=lambda t: (-count[t], t))


def _because(left_out: Iterable[LeftOut]) -> str:
    reasons = "; ".join(f"{item.study} ({item.reason})" for item in left_out)
    return f" Left out: {reasons}." if reasons else ""
