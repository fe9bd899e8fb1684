"""Plan one drug for one patient: dose steps, checks, reviews, taper."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from assuage.consult.library import Library
from assuage.errors import InvalidInput, PlanError, Problem
from assuage.exposure.relative import RelativeExposure, relative_exposure
from assuage.knowledge.reading import nearest
from assuage.options.appraisal import Verdict
from assuage.options.disagreement import maxima_set_aside, rules_set_aside
from assuage.options.screening import Screening, screen
from assuage.options.unjudged import disagreements
from assuage.patient.derivation import derive_facts
from assuage.patient.facts import Facts
from assuage.patient.record import PatientRecord
from assuage.plan.before_start import dose_taken_now, first_found
from assuage.plan.dosing import Drug
from assuage.plan.exposed import exposure_caveats, start_bound
from assuage.plan.limits import without_maxima
from assuage.plan.planning import make_plan
from assuage.plan.regimen import Caveat, Plan
from assuage.plan.screened import limits_found, needs_found, warnings_found
from assuage.plan.targets import dose_range
from assuage.units import MgPerDay

UNPLANNABLE = frozenset({Verdict.CONTRAINDICATED, Verdict.AVOID, Verdict.NOT_ENOUGH_INFORMATION})


def plan_for(
    record: PatientRecord,
    drug: str,
    library: Library,
    *,
    today: date,
    target: MgPerDay | None = None,
    jurisdictions: Iterable[str] | None = None,
) -> tuple[Plan, Screening]:
    """Return the plan and what screening said of the drug, named as in a patient file.

    Raises InvalidInput for a drug that is no candidate, and PlanError for one that the rules
    speak against or that waits for an answer: a plan must not look like a permission.
    """
    drug = candidate_named(drug, library)
    facts = derive_facts(record, library.safety.vocabulary, today=today)
    regions = None if jurisdictions is None else tuple(jurisdictions)
    set_aside = rules_set_aside(library.disagreements, regions)
    screenings = screen(facts, library.rules, set_aside=set_aside)
    screening = next(s for s in screenings if s.drug == drug)
    if screening.verdict in UNPLANNABLE:
        raise PlanError(_refusal(screening, library))
    lost = maxima_set_aside(library.disagreements, regions)
    chosen = _going_on(without_maxima(library.drugs[drug], lost), facts)
    chosen = _reviewed_soon(chosen) if record.suicidality == "current" else chosen
    exposure = relative_exposure(drug, facts, library.exposure)
    made = _made(chosen, record.age, today, target, screening, exposure)
    warnings = (*warnings_found(screening), *map(_misfit, disagreements(facts)))
    first = first_found(screening, facts, library.drugs)
    chosen_doses = _doses_chosen(drug, record.age, library, regions)
    high = exposure_caveats(made, chosen, exposure)
    caveats = (*warnings, *chosen_doses, *high, *made.caveats)
    changed = exposure if exposure.factors else None
    return replace(made, first=first, caveats=caveats, exposure=changed), screening


def _made(
    drug: Drug,
    age: int,
    today: date,
    target: MgPerDay | None,
    screening: Screening,
    exposure: RelativeExposure,
) -> Plan:
    """Return the plan within the limits of the rules and of the exposure, the stricter of each."""
    limits = limits_found(screening)
    bound = start_bound(drug, exposure, dose_range(drug, limits, age))
    try:
        return make_plan(
            drug,
            age=age,
            today=today,
            target=target,
            limits=limits if bound is None else (*limits, bound),
            monitoring=needs_found(screening),
        )
    except PlanError as error:
        if bound is None:
            raise
        told = f"{error} The first dose was bounded. {bound.sentence} Because: {bound.because}."
        raise PlanError(told) from error


def _doses_chosen(
    drug: str, age: int, library: Library, regions: tuple[str, ...] | None
) -> Iterator[Caveat]:
    """Say which highest doses a jurisdiction set aside: they are in no list of the plan."""
    for each in library.disagreements:
        lost = [
            position
            for position in each.set_aside(regions)
            if any(maximum.from_age <= age for maximum in position.maxima)
        ]
        if drug in each.drugs and lost:
            says = "; ".join(f"{p.who}: {p.says}" for p in lost)
            yield Caveat(
                text=f"{each.question} {each.choice(regions)} It says: {says}.",
                citation=lost[0].citations[0],
            )


def _misfit(words: str) -> Caveat:
    return Caveat(text=f"{words[:1].upper()}{words[1:]}. The plan takes the stricter of the two.")


def candidate_named(named: str, library: Library) -> str:
    """Return the candidate that a generic or brand name means: duloxetine, Cymbalta."""
    medicine = library.safety.vocabulary.medicine_named(named)
    drug = named if medicine is None else medicine.id
    if drug in library.drugs:
        return drug
    problem = Problem(
        where="--drug",
        found=named,
        expected=f"one of {', '.join(library.drugs)}, or a brand name"
        + nearest(named, library.drugs),
        do="Name one of these.",
    )
    raise InvalidInput([problem])


def _reviewed_soon(drug: Drug) -> Drug:
    """Return the drug with its first review as early as in the young: for who is suicidal now."""
    return replace(drug, review=replace(drug.review, early_days=drug.review.early_days_young))


def _going_on(drug: Drug, facts: Facts) -> Drug:
    """Return the drug with the dose that is taken now, to go on from."""
    return replace(drug, dosing=replace(drug.dosing, taken_now=dose_taken_now(drug, facts)))


def _refusal(screening: Screening, library: Library) -> str:
    label = library.drugs[screening.drug].label
    if screening.verdict is Verdict.NOT_ENOUGH_INFORMATION:
        facts = "; ".join(dict.fromkeys(u.label for u in screening.unsettled))
        return (
            f"No plan for {label} yet: not enough is recorded. Record first, as present or "
            f"absent: {facts}."
        )
    worst = screening.leading[0]
    return (
        f"No plan for {label}: {screening.verdict.value.replace('_', ' ')} for this patient. "
        f"{worst.sentence} {worst.because[:1].upper()}{worst.because[1:]} [{worst.citation}]. "
        f"{worst.do} See the other options with: assuage appraise."
    )
