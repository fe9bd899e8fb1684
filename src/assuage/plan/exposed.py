"""What this person's exposure asks of a plan: a lower first dose, and words about high doses."""

from collections.abc import Iterator

from assuage.exposure.dose import WORTH_A_CHANGE, equivalent_interval, start_for_exposure
from assuage.exposure.relative import ExposureFactor, RelativeExposure
from assuage.exposure.wording import mg, mg_interval, short
from assuage.options.own_reason import OWN_RULE
from assuage.plan.dosing import DoseLimit, Drug, Maximum
from assuage.plan.regimen import Caveat, Plan
from assuage.plan.targets import DoseRange
from assuage.provenance import Citation
from assuage.units import MgPerDay, plain

RULE = "exposure"


def start_bound(drug: Drug, exposure: RelativeExposure, allowed: DoseRange) -> DoseLimit | None:
    """Return the bound on the first dose that a raised exposure asks for; None where none is.

    The usual start of adults is divided by the rise. What rules and age ask for is a bound beside
    this one: the stricter holds and they are not multiplied, for a kidney or a gene would count
    twice. A dose that is taken already is no start, and is left.
    """
    usual = drug.dosing.start or drug.dosing.start_older
    if usual is None or drug.dosing.taken_now is not None:
        return None
    started = start_for_exposure(usual.value, allowed.makeable, exposure)
    if started.cut == 1:
        return None
    parts = ", ".join(f"{f.what} ({f.basis})" for f in exposure.factors)
    return DoseLimit(
        rule=RULE,
        sentence=f"Start at {plain(started.dose)} mg/day or less"
        + (" (the usual start)." if started.dose == usual.value else _instead(usual.value)),
        because=f"{started.because}; {_judged(exposure)}; {parts}",
        citation=_main_source(exposure),
        start_at_most=started.dose,
        doubling=started.dose < usual.value,
    )


def _instead(usual: MgPerDay) -> str:
    return f" instead of the usual {plain(usual)} mg/day."


def _judged(exposure: RelativeExposure) -> str:
    """Write the interval, of what it is an interval of: the drug, or its sum."""
    within = f"95% interval {short(exposure.low)} to {short(exposure.high)}"
    if exposure.parent_median <= exposure.median:
        return within
    return f"that is the drug alone: {exposure.analyte} {short(exposure.median)}, {within}"


def _main_source(exposure: RelativeExposure) -> Citation:
    """Return the source of the factor that raises the exposure most."""
    cited = [factor for factor in exposure.factors if factor.citation]
    return max(cited, key=_rise).citation[0] if cited else OWN_RULE


def _rise(factor: ExposureFactor) -> float:
    return max(factor.ratio, factor.parent_ratio)


def exposure_caveats(plan: Plan, drug: Drug, exposure: RelativeExposure) -> Iterator[Caveat]:
    """Say which dose of the plan acts like one above the usual maximum. Nothing is cut for it."""
    highest = _usual_maximum(drug)
    if highest is None or exposure.median < WORTH_A_CHANGE:
        return
    top = plan.target if plan.onward is None else plan.onward.up_to
    named = next((d for d in (plan.target, top) if _passes(d, exposure, highest)), None)
    if named is None:
        return
    like, low, high = equivalent_interval(named, exposure)
    later = "" if named == plan.target else ", which this plan may go on to,"
    yield Caveat(
        text=f"{plain(named)} mg/day{later} acts in this person like {mg(like)} mg/day in most "
        f"people ({mg_interval(low, high)}): more than the usual maximum of "
        f"{plain(highest.dose.value)} mg/day. The plan does not cut it for that: before each step "
        f"above {mg(float(highest.dose.value) / exposure.median)} mg/day, ask whether the dose "
        f"before it was borne and what more is expected.",
        citation=highest.dose.citation,
    )


def _usual_maximum(drug: Drug) -> Maximum | None:
    """Return the lowest maximum of adults, as the people of the trials were."""
    adults = [m for m in drug.dosing.maxima if m.from_age == 0]
    return min(adults, key=lambda m: m.dose.value, default=None)


def _passes(dose: MgPerDay, exposure: RelativeExposure, highest: Maximum) -> bool:
    return float(dose) * exposure.median > float(highest.dose.value)
