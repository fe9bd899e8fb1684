"""Say beside an estimate that this person's exposure to the drug is not that of the trials' people.

No number is moved and no interval narrowed: the evidence release holds effects of the doses that
were tried, not a curve of dose that could be read at another exposure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assuage.exposure.dose import WORTH_A_CHANGE
from assuage.exposure.relative import RelativeExposure
from assuage.exposure.wording import short
from assuage.options.appraisal import DoseOption, Option, OutcomeEstimate


def tell_exposures(
    options: Sequence[Option], exposures: Mapping[str, RelativeExposure]
) -> tuple[Option, ...]:
    """Return the same options, whose origins name an exposure that is worth it, by drug."""
    said = {drug: words for drug, e in exposures.items() if (words := _words(e))}
    return tuple(
        replace(option, doses=tuple(_exposed(dose, said[option.drug]) for dose in option.doses))
        if option.drug in said
        else option
        for option in options
    )


def _exposed(option: DoseOption, words: str) -> DoseOption:
    return replace(option, outcomes=tuple(_told(estimate, words) for estimate in option.outcomes))


def _told(estimate: OutcomeEstimate, words: str) -> OutcomeEstimate:
    if estimate.difference is None:
        return estimate
    origin = replace(estimate.origin, statement=f"{estimate.origin.statement}; {words}")
    return replace(estimate, origin=origin)


def _words(exposure: RelativeExposure) -> str:
    """Write the ratio, where the drug or its sum differs by a quarter or more either way."""
    if _differs(exposure.median):
        return (
            f"for this person at {short(exposure.median)} times the exposure of the trials' people "
            f"({short(exposure.low)} to {short(exposure.high)})"
        )
    if _differs(exposure.parent_median):
        return (
            f"for this person the drug itself, without its metabolite, at "
            f"{short(exposure.parent_median)} times the exposure of the trials' people"
        )
    return ""


def _differs(ratio: float) -> bool:
    return not 1 / WORTH_A_CHANGE < ratio < WORTH_A_CHANGE
