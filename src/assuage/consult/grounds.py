"""What an appraisal and a decision both stand on: facts, verdicts, doses, and what is on offer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assuage.consult.library import Library
from assuage.consult.wishes import criteria_of, wishes_of
from assuage.errors import PlanError
from assuage.options.criteria import Criterion
from assuage.options.disagreement import rules_set_aside
from assuage.options.evidence_choice import Candidate
from assuage.options.preference import Weights
from assuage.options.screening import Screening, screen
from assuage.options.tried_before import FailedAttempt, vain_attempts
from assuage.patient.derivation import derive_facts
from assuage.patient.facts import Facts
from assuage.patient.record import PatientRecord
from assuage.plan.screened import limits_found
from assuage.plan.targets import target_doses
from assuage.units import MgPerDay


@dataclass(frozen=True, slots=True, kw_only=True)
class Doses:
    """The doses at which a drug is appraised; the first is the one it would be given at.

    `problem` says why there are none.
    """

    doses: tuple[MgPerDay, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """All that is known before anything is weighed.

    `doses` and `candidates` are of every drug, in the order of `screenings`; `offered` is the dose
    that each drug on offer would be given at. `set_aside` are the rules that a jurisdiction passes
    over.
    """

    facts: Facts
    set_aside: frozenset[str]
    screenings: tuple[Screening, ...]
    doses: Mapping[str, Doses]
    candidates: tuple[Candidate, ...]
    offered: Mapping[str, MgPerDay]
    failed: Mapping[str, FailedAttempt]
    wishes: Weights
    criteria: tuple[Criterion, ...]

    @property
    def failed_surely(self) -> frozenset[str]:
        """The drugs that did not help, long and high enough to tell."""
        return frozenset(drug for drug, attempt in self.failed.items() if attempt.adequate)


def grounds_of(
    record: PatientRecord, library: Library, *, today: date, regions: Sequence[str] | None
) -> Grounds:
    """Return what is known of one patient and every candidate, before anything is weighed."""
    facts = derive_facts(record, library.safety.vocabulary, today=today)
    set_aside = rules_set_aside(library.disagreements, regions)
    screenings = tuple(screen(facts, library.rules, set_aside=set_aside))
    doses = {s.drug: _doses(s, record, library) for s in screenings}
    offered = _offered(screenings, doses)
    wishes = wishes_of(record, library)
    return Grounds(
        facts=facts,
        set_aside=set_aside,
        screenings=screenings,
        doses=doses,
        candidates=tuple(_candidate(s.drug, doses[s.drug].doses, library) for s in screenings),
        offered=offered,
        failed=vain_attempts(facts, library.adequate_trials),
        wishes=wishes,
        criteria=criteria_of(record, library, offered, wishes),
    )


def _offered(screenings: Sequence[Screening], doses: Mapping[str, Doses]) -> dict[str, MgPerDay]:
    """Return the dose that each drug on offer would be given at."""
    return {
        s.drug: doses[s.drug].doses[0]
        for s in screenings
        if s.verdict.is_on_offer and doses[s.drug].doses
    }


def _doses(screening: Screening, record: PatientRecord, library: Library) -> Doses:
    """Return the doses to weigh; they follow from the numbers of the limits, so they are kept."""
    caps = tuple(limit.dose for limit in screening.limits)
    shares = tuple(share.factor for share in screening.shares)
    key = (screening.drug, record.age, caps, shares)
    if key not in library.targets:
        drug, limits = library.drugs[screening.drug], limits_found(screening)
        try:
            library.targets[key] = target_doses(drug, limits=limits, age=record.age)
        except PlanError as error:
            return Doses(problem=str(error))
    return Doses(doses=library.targets[key])


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
