"""What a dose of one drug means in one patient: exposure relative to most people's."""

from dataclasses import replace
from datetime import date

from assuage.consult.library import Library
from assuage.consult.plan import candidate_named
from assuage.exposure.relative import RelativeExposure, relative_exposure
from assuage.options.appraisal import Appraisal
from assuage.options.exposed import tell_exposures
from assuage.patient.derivation import derive_facts
from assuage.patient.record import PatientRecord


def exposure_of(
    record: PatientRecord, named: str, library: Library, *, today: date
) -> RelativeExposure:
    """Return the patient's exposure to a candidate, named by generic or brand name.

    Raises InvalidInput for a name that is no candidate's.
    """
    facts = derive_facts(record, library.safety.vocabulary, today=today)
    return relative_exposure(candidate_named(named, library), facts, library.exposure)


def with_exposures(
    appraisal: Appraisal, record: PatientRecord, library: Library, *, today: date
) -> Appraisal:
    """Return the appraisal, whose numbers say where this person's exposure is another.

    Apart from the appraisal, whose time it would double.
    """
    facts = derive_facts(record, library.safety.vocabulary, today=today)
    exposures = {drug: relative_exposure(drug, facts, library.exposure) for drug in library.drugs}
    return replace(appraisal, options=tell_exposures(appraisal.options, exposures))
