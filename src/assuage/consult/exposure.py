"""What a dose of one drug means in one patient: exposure relative to most people's."""

from collections.abc import Mapping
from datetime import date

from assuage.consult.library import Library
from assuage.consult.plan import candidate_named
from assuage.exposure.relative import RelativeExposure, relative_exposure
from assuage.patient.derivation import derive_facts
from assuage.patient.facts import Facts
from assuage.patient.record import PatientRecord


def exposure_of(
    record: PatientRecord, named: str, library: Library, *, today: date
) -> RelativeExposure:
    """Return the patient's exposure to a candidate, named by generic or brand name.

    Raises InvalidInput for a name that is no candidate's.
    """
    facts = derive_facts(record, library.safety.vocabulary, today=today)
    return relative_exposure(candidate_named(named, library), facts, library.exposure)


def exposures_of(facts: Facts, library: Library) -> Mapping[str, RelativeExposure]:
    """Return a person's exposure to every candidate, by drug."""
    return {drug: relative_exposure(drug, facts, library.exposure) for drug in library.drugs}
