"""The example patient's consultation, as both papers are made of it."""

from datetime import date
from functools import cache
from pathlib import Path

from assuage.consult.library import load_library
from assuage.consult.papers import consultation
from assuage.consult.patient import patient_from_file
from assuage.messages import Language
from assuage.report.papers.consultation import Consultation

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 7, 1)


@cache
def example(drug: str = "duloxetine", language: Language = "en") -> Consultation:
    return of_file(ROOT / "examples" / "patient.yaml", drug, language)


def of_file(path: Path, drug: str, language: Language = "en") -> Consultation:
    library = load_library()
    record = patient_from_file(path, library, today=TODAY)
    return consultation(record, drug, library, today=TODAY, language=language)
