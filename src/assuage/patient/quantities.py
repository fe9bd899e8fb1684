"""The numbers about a patient: as measured, or computed from what was measured."""

from collections.abc import Mapping
from math import floor
from typing import Literal

from assuage.patient.finding import Quantity
from assuage.patient.record import PatientRecord
from assuage.patient.vocabulary import Vocabulary

AGE, CLEARANCE, CREATININE, WEIGHT = "age", "crcl", "creatinine", "weight"
PREGNANCY_WEEKS = "pregnancy_weeks"
MICROMOL_PER_MG_DL = 88.4  # creatinine: µmol/L in 1 mg/dL


def cockcroft_gault(
    *, age: int, weight_kg: float, creatinine_umol_l: float, sex: Literal["female", "male"]
) -> float:
    """Return creatinine clearance in mL/min, not scaled to body surface.

    (140 - age) · weight / (72 · creatinine in mg/dL), times 0.85 for women: Cockcroft and Gault,
    Nephron 1976;16:31-41, as given in Taber's Medical Dictionary. Weight is the actual one, so
    the clearance of a very heavy person comes out too high. Creatinine must be steady.
    """
    clearance = (140 - age) * weight_kg / (72 * creatinine_umol_l / MICROMOL_PER_MG_DL)
    return clearance * 0.85 if sex == "female" else clearance


def derive_quantities(record: PatientRecord, vocabulary: Vocabulary) -> dict[str, Quantity]:
    """Return the recorded measurements, the age, and a clearance computed where none is given."""
    found = {
        name: Quantity(
            name=name,
            label=vocabulary.measures[name].label,
            value=measured.value,
            unit=vocabulary.measures[name].unit,
            because=f"{measured.as_written} ({measured.where})",
            on=measured.on,
        )
        for name, measured in record.measurements.items()
    }
    why = f"born {record.born}" if record.born is not None else "as recorded"
    found[AGE] = Quantity(name=AGE, label="age", value=record.age, unit="years", because=why)
    if record.pregnancy is not None and record.pregnancy.weeks is not None:
        found[PREGNANCY_WEEKS] = Quantity(
            name=PREGNANCY_WEEKS,
            label="weeks of pregnancy",
            value=record.pregnancy.weeks,
            unit="weeks",
            because="as recorded",
        )
    if CLEARANCE not in found and (clearance := _computed_clearance(record, found)) is not None:
        found[CLEARANCE] = clearance
    return found


def _computed_clearance(record: PatientRecord, measured: Mapping[str, Quantity]) -> Quantity | None:
    """Rounded down to whole mL/min: limits are whole numbers, and the lower side is the safer."""
    creatinine, weight = measured.get(CREATININE), measured.get(WEIGHT)
    if creatinine is None or weight is None or record.sex is None:
        return None
    value = cockcroft_gault(
        age=record.age,
        weight_kg=weight.value,
        creatinine_umol_l=creatinine.value,
        sex=record.sex,
    )
    return Quantity(
        name=CLEARANCE,
        label="creatinine clearance",
        value=floor(value),
        unit="mL/min",
        because=f"computed by Cockcroft-Gault from creatinine {creatinine}, weight {weight}, "
        f"age {record.age} and sex {record.sex}",
        on=creatinine.on,
        computed=True,
    )
