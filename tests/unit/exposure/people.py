"""People with what matters to exposure, and the model that judges them."""

from datetime import date
from functools import cache

from assuage.exposure.model import fit_exposure
from assuage.exposure.relative import relative_exposure
from assuage.knowledge.exposure_ratios import load_exposure
from assuage.knowledge.rules import load_safety
from assuage.patient.derivation import derive_facts
from assuage.patient.record import (
    Measurement,
    Pain,
    PatientRecord,
    RecordedCondition,
    RecordedMedicine,
)

TODAY = date(2026, 6, 15)


@cache
def vocabulary():
    return load_safety().vocabulary


@cache
def knowledge():
    return load_exposure(vocabulary())


@cache
def model():
    return fit_exposure(knowledge())


@cache
def drugs():
    return tuple(sorted({drug for group in load_safety().classes.values() for drug in group}))


def medicine(name, **more):
    words = vocabulary()
    concepts = words.concepts_of(words.medicines[name])
    return RecordedMedicine(name=name, medicine=name, concepts=concepts, where="line 2", **more)


def facts(*medicines, conditions=(), crcl=None, listed=True, **more):
    entries = tuple(m if isinstance(m, RecordedMedicine) else medicine(m) for m in medicines)
    measured = {}
    if crcl is not None:
        measured["crcl"] = Measurement(measure="crcl", value=crcl, as_written="", where="line 3")
    record = PatientRecord(
        name="patient.yaml",
        age=more.pop("age", 50),
        sex=more.pop("sex", None),
        pain=Pain(condition="-", label="pain", as_written="pain"),
        conditions=tuple(
            RecordedCondition(name=name, concepts=(name,), where="line 1") for name in conditions
        ),
        medications=entries if listed else None,
        measurements=measured,
        **more,
    )
    return derive_facts(record, vocabulary(), today=TODAY)


def exposure(drug, *medicines, **more):
    return relative_exposure(drug, facts(*medicines, **more), model())
