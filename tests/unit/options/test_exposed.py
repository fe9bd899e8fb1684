"""What an appraisal says of exposure: words beside an estimate, and no number moved."""

from dataclasses import replace
from pathlib import Path

import pytest
from validation.realistic_patients import TODAY

from assuage.consult.appraise import appraise
from assuage.consult.exposure import with_exposures
from assuage.consult.library import load_library
from assuage.consult.patient import patient_from_file
from assuage.options.appraisal import Appraisal
from assuage.patient.record import PatientRecord

LIBRARY = load_library()
EXAMPLE = Path(__file__).parents[3] / "examples" / "patient.yaml"


@pytest.fixture
def record() -> PatientRecord:
    return patient_from_file(EXAMPLE, LIBRARY, today=TODAY)


def appraised(record: PatientRecord) -> Appraisal:
    return with_exposures(appraise(record, LIBRARY, today=TODAY), record, LIBRARY, today=TODAY)


def estimates(appraisal: Appraisal, drug: str):
    option = next(o for o in appraisal.options if o.drug == drug)
    return [estimate for dose in option.doses for estimate in dose.outcomes]


def test_a_poor_metaboliser_keeps_the_numbers_and_is_told_the_exposure(record: PatientRecord):
    usual = appraised(replace(record, genotypes={"CYP2D6": "normal"}))
    poor = appraised(replace(record, genotypes={"CYP2D6": "poor"}))
    before, after = estimates(usual, "nortriptyline"), estimates(poor, "nortriptyline")
    told = "; for this person at 4.0 times the exposure of the trials' people (0.71 to 22.5)"
    assert len(after) == len(before) > 0
    for one, other in zip(before, after, strict=True):
        assert (one.with_drug, one.difference) == (other.with_drug, other.difference)
        assert "exposure" not in one.origin.statement
        said = one.origin.statement + (told if one.difference is not None else "")
        assert other.origin.statement == said
    assert any(e.difference is not None for e in after)
