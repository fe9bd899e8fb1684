"""Read a patient file with the words assuage knows."""

from datetime import date
from pathlib import Path

from assuage.consult.library import Library
from assuage.errors import InvalidInput, Problem
from assuage.knowledge.patients import read_patient
from assuage.knowledge.reading import nearest, read_text
from assuage.patient.record import PatientRecord


def patient_from_file(path: Path, library: Library, *, today: date) -> PatientRecord:
    """Return the record in a file. Raises OutOfScope, or InvalidInput with all its problems."""
    return patient_from_text(read_text(path), path.name, library, today=today)


def patient_from_text(text: str, name: str, library: Library, *, today: date) -> PatientRecord:
    """Return the record in the text of a patient file called `name`."""
    record = read_patient(
        text,
        name,
        vocabulary=library.safety.vocabulary,
        pain_conditions=library.catalogues.conditions.values(),
        today=today,
    )
    unknown = [outcome for outcome in record.weights if outcome not in library.outcomes]
    if unknown:
        raise InvalidInput(
            [
                Problem(
                    where=f"{name}, preferences.weights",
                    found=f"the outcome {outcome}",
                    expected=f"one of {', '.join(library.outcomes)}"
                    + nearest(outcome, library.outcomes),
                    do="Correct or remove it.",
                )
                for outcome in unknown
            ]
        )
    return record
