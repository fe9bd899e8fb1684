"""Appraise all candidate drugs for one patient: is it safe, what would it do, which comes first.

Nothing is read from the clock or sampled: the same record, day and library give the same answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assuage.consult.library import Library
from assuage.consult.versions import stamp
from assuage.errors import PlanError
from assuage.options.appraisal import Appraisal, Option, Reason, Verdict
from assuage.options.benefit import Expectations, expect
from assuage.options.evidence_choice import Candidate
from assuage.options.ordering import Ordering, Weight, order
from assuage.options.own_reason import OWN_RULE
from assuage.options.question import questions
from assuage.options.screening import Screening, screen
from assuage.options.tried_before import FailedAttempt, failed_attempts
from assuage.options.unjudged import Unjudged, disagreements, unjudged
from assuage.options.urgent import urgent_now
from assuage.patient.derivation import derive_facts
from assuage.patient.facts import Facts
from assuage.patient.record import PatientRecord
from assuage.patient.summary import describe
from assuage.plan.screened import limits_found
from assuage.plan.targets import target_doses
from assuage.units import MgPerDay, plain

ON_OFFER = frozenset({Verdict.SUITABLE, Verdict.CAUTION})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Doses:
    """The doses at which a drug is appraised; the first is the one it would be given at.

    `problem` says why there are none.
    """

    doses: tuple[MgPerDay, ...] = ()
    problem: str = ""


def appraise(
    record: PatientRecord,
    library: Library,
    *,
    today: date,
    jurisdictions: Iterable[str] | None = None,
) -> Appraisal:
    """Return every candidate drug with its verdict, reasons, benefits, harms and place.

    `jurisdictions` keeps the rules of the regions named (US, UK, EU) and the international ones;
    None keeps all.
    """
    regions = None if jurisdictions is None else tuple(jurisdictions)
    facts = derive_facts(record, library.safety.vocabulary, today=today)
    screenings = screen(facts, library.rules, jurisdictions=regions)
    doses = {s.drug: _doses(s, record, library) for s in screenings}
    expected = expect(
        library.release,
        condition=record.pain.condition,
        candidates=[_candidate(s.drug, doses[s.drug].doses, library) for s in screenings],
        outcomes=tuple(library.outcomes.values()),
    )
    silent = unjudged(facts, library.rules)
    weights = _weights(record, library)
    failed = failed_attempts(facts, _usual_targets(library))
    ordering = order(
        expected,
        offered={
            s.drug: doses[s.drug].doses[0]
            for s in screenings
            if s.verdict in ON_OFFER and doses[s.drug].doses
        },
        weights=weights,
        failed={drug for drug, attempt in failed.items() if attempt.adequate},
    )
    marks = _marks(facts, failed)
    return Appraisal(
        stamp=stamp(today, variant=library.release.variant),
        patient=describe(record) + _looked_at(silent),
        condition=library.catalogues.conditions[record.pain.condition].label,
        questions=questions(screenings),
        options=tuple(
            replace(option, marks=marks.get(option.drug, ()))
            for option in _in_order(screenings, doses, expected, ordering, library)
        ),
        choices=_choices(record, library, weights, ordering, regions) | _taken(facts),
        not_checked=silent.not_checked,
        urgent=urgent_now(facts, screenings),
        not_settled=tuple(part.name for part in facts.unread if part.holds_back),
    )


def _usual_targets(library: Library) -> dict[str, MgPerDay]:
    """Return the lowest usual target of each drug whose source gives one, in mg/day."""
    lows = {drug: known.dosing.target_low for drug, known in library.drugs.items()}
    return {drug: low.value for drug, low in lows.items() if low is not None}


def _marks(facts: Facts, failed: Mapping[str, FailedAttempt]) -> dict[str, tuple[str, ...]]:
    """Say beside a drug's name that it is taken now, or that it was tried in vain."""
    marks: dict[str, list[str]] = {}
    for entry in facts.record.medications or ():
        if entry.medicine is not None and entry.is_taken(facts.today):
            dose = entry.mg_per_day
            known = "dose not recorded" if dose is None else f"{plain(dose)} mg/day"
            marks.setdefault(entry.medicine, []).append(f"taken now, {known}")
    for drug, attempt in failed.items():
        marks.setdefault(drug, []).append(attempt.words)
    return {drug: tuple(words) for drug, words in marks.items()}


def _doses(screening: Screening, record: PatientRecord, library: Library) -> _Doses:
    drug = library.drugs[screening.drug]
    try:
        return _Doses(doses=target_doses(drug, limits=limits_found(screening), age=record.age))
    except PlanError as error:
        return _Doses(problem=str(error))


def _candidate(drug: str, doses: tuple[MgPerDay, ...], library: Library) -> Candidate:
    treatments = library.catalogues.treatments
    its_class = treatments.class_of(drug)
    return Candidate(
        drug=drug,
        label=treatments.treatments[drug].label,
        drug_class=its_class.id,
        class_label=its_class.label,
        doses=doses,
    )


def _weights(record: PatientRecord, library: Library) -> tuple[Weight, ...]:
    """Return the patient's own weights where given, else the usual ones of the library."""
    if not record.weights:
        return library.weights
    return tuple(
        Weight(outcome=outcome, weight=weight, why="the patient's own")
        for outcome, weight in record.weights.items()
    )


def _in_order(
    screenings: Sequence[Screening],
    doses: Mapping[str, _Doses],
    expected: Expectations,
    ordering: Ordering,
    library: Library,
) -> tuple[Option, ...]:
    """Return one option a drug: those on offer by rank, then the others by what they permit."""
    standing = {s.drug: s for s in ordering.standings}
    permits = {verdict: -place for place, verdict in enumerate(Verdict)}
    options: list[Option] = []
    for screening in screenings:
        drug, place = screening.drug, standing.get(screening.drug)
        problem = doses[drug].problem
        options.append(
            Option(
                drug=drug,
                drug_class=library.catalogues.treatments.class_of(drug).label,
                verdict=screening.verdict,
                reasons=(*screening.reasons, *([_no_dose(problem)] if problem else [])),
                doses=expected.options[drug],
                rank=None if place is None else place.rank,
                best_probability=None if place is None else place.best_probability,
                leading=screening.leading,
                changes=screening.changes,
            )
        )
    last = len(options) + 1
    return tuple(sorted(options, key=lambda o: (o.rank or last, permits[o.verdict], o.drug)))


def _no_dose(problem: str) -> Reason:
    return Reason(
        rule="no-dose",
        effect="note",
        sentence=problem,
        finding="present",
        because="",
        do="",
        citation=OWN_RULE,
        graded_by="assuage",
    )


def _looked_at(silent: Unjudged) -> str:
    """Say in the first line when a medicine met no rule: its silence is not safety."""
    looked, listed = silent.medicines_looked_at, silent.medicines
    return "" if looked == listed else f"; {looked} of {listed} medicines looked at by a rule"


def _taken(facts: Facts) -> dict[str, str]:
    """Say which of two facts that do not fit each other was taken."""
    found = disagreements(facts)
    stricter = "the stricter of the two was taken; find out which is right"
    return {"facts that disagree": f"{'; '.join(found)}: {stricter}"} if found else {}


def _choices(
    record: PatientRecord,
    library: Library,
    weights: Sequence[Weight],
    ordering: Ordering,
    regions: tuple[str, ...] | None,
) -> dict[str, str]:
    """Say every choice that shaped the answer and that the reader did not make."""
    condition = library.catalogues.conditions[record.pain.condition].label
    whose = "the patient's own" if record.weights else "assuage's, for want of the patient's own"
    weighed = ", ".join(f"{library.outcomes[w.outcome].label} {w.weight:g}" for w in weights)
    reconstructed = (
        "trial counts worked out from other statistics are used, and marked"
        if library.release.variant == "all"
        else "trial counts worked out from other statistics are left out"
    )
    assumed = [s.drug for s in ordering.standings if s.assumed]
    without_data = (
        f"no data, or numbers that contradict each other, on some weighed outcomes for "
        f"{', '.join(assumed)}: no benefit, or the average harm of the others (its own where "
        "worse), is assumed there, with the widest uncertainty"
        if assumed
        else "none needed: every weighed outcome has an estimate for every drug in the order"
    )
    return {
        "baseline": f"what happened on placebo in {condition}, drawn towards all conditions "
        "the less, the more trials there are",
        "effects": "the same relative effect in every condition; random effects between trials",
        "weights": f"{whose}: {weighed}",
        "order": "drugs whose main benefit was shown in their own trials first, then those with "
        "only their class to speak for them, then those without evidence of benefit; by weighed "
        "benefit and harm within each group; how often a drug is best is counted in the first; a "
        "drug tried in vain, long and high enough, comes last",
        "dose compared": "the lowest usual target dose of each drug within the limits found here",
        "reconstructed numbers": reconstructed,
        "outcomes without data": without_data,
        "jurisdictions": "rules of all regions; the strictest decides"
        if regions is None
        else f"rules of {', '.join(regions)} and international ones only",
        **({"pain condition": record.pain.note} if record.pain.note else {}),
        **library.release.priors,
    }
