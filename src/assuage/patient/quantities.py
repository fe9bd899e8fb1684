"""The numbers about a patient: as measured, or computed from what was measured."""

from collections.abc import Iterable, Mapping
from datetime import date
from math import floor
from typing import Literal

from assuage.patient.finding import Quantity
from assuage.patient.qt_interval import HEART_RATE, QT, QTC, corrected_qt
from assuage.patient.record import Measurement, PatientRecord
from assuage.patient.vocabulary import Vocabulary

AGE, CLEARANCE, CREATININE, WEIGHT = "age", "crcl", "creatinine", "weight"
FILTRATION, HEIGHT = "egfr", "height"
PREGNANCY_WEEKS = "pregnancy_weeks"
MICROMOL_PER_MG_DL = 88.4  # creatinine: µmol/L in 1 mg/dL
COMPUTED_FROM: Mapping[str, tuple[str, ...]] = {
    CLEARANCE: (CREATININE, WEIGHT, HEIGHT),
    FILTRATION: (CREATININE,),
    QTC: (QT, HEART_RATE),
}
"""What each number that can be computed is computed from."""
OBESE_FROM = 30  # kg/m²: body mass index
_CM_PER_INCH = 2.54


def cockcroft_gault(
    *, age: int, weight_kg: float, creatinine_umol_l: float, sex: Literal["female", "male"]
) -> float:
    """Return creatinine clearance in mL/min, not scaled to body surface.

    (140 - age) · weight / (72 · creatinine in mg/dL), times 0.85 for women: Cockcroft and Gault,
    Nephron 1976;16:31-41, as given in Taber's Medical Dictionary. The actual weight of a very
    heavy person makes it too high: see `weight_for_clearance`. Creatinine must be steady.
    """
    clearance = (140 - age) * weight_kg / (72 * creatinine_umol_l / MICROMOL_PER_MG_DL)
    return clearance * 0.85 if sex == "female" else clearance


def ckd_epi_2021(*, age: int, creatinine_umol_l: float, sex: Literal["female", "male"]) -> float:
    """Return the estimated glomerular filtration rate in mL/min/1.73 m².

    142 · min(Scr/κ, 1)^α · max(Scr/κ, 1)^-1.200 · 0.9938^age, times 1.012 for women; κ is 0.7
    mg/dL and α -0.241 for women, 0.9 and -0.302 for men: the race-free CKD-EPI creatinine equation
    of Inker et al., N Engl J Med 2021;385:1737-1749, as the National Kidney Foundation prints it.
    """
    kappa, alpha, factor = (0.7, -0.241, 1.012) if sex == "female" else (0.9, -0.302, 1.0)
    ratio = creatinine_umol_l / MICROMOL_PER_MG_DL / kappa
    return 142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.2 * 0.9938**age * factor


def ideal_weight(*, height_cm: float, sex: Literal["female", "male"]) -> float:
    """Return ideal body weight in kg: 45.5 (women) or 50 (men), and 2.3 for each inch over 60.

    Devine, Drug Intell Clin Pharm 1974;8:650-655.
    """
    return (45.5 if sex == "female" else 50.0) + 2.3 * (height_cm / _CM_PER_INCH - 60)


def weight_for_clearance(
    *, weight_kg: float, height_cm: float | None, sex: Literal["female", "male"]
) -> float:
    """Return the weight in kg to put into Cockcroft-Gault.

    The actual one; from a body mass index of 30 kg/m² the adjusted one, ideal weight and 0.4 of
    what is above it, because fat makes little creatinine. The 0.4 is custom, taken by us: in 54
    morbidly obese people it still came out above the measured clearance, the actual weight far
    above, the ideal weight below (Demirovic, Pai and Pai, Am J Health Syst Pharm 2009;66:642-648).
    Without a height nothing can be adjusted.
    """
    if height_cm is None or weight_kg / (height_cm / 100) ** 2 < OBESE_FROM:
        return weight_kg
    ideal = ideal_weight(height_cm=height_cm, sex=sex)
    return ideal + 0.4 * (weight_kg - ideal)


def oldest(days: Iterable[date | None]) -> date | None:
    """Return the day that a number made from several rests on; None where none has a day."""
    return min((day for day in days if day is not None), default=None)


def derive_quantities(
    record: PatientRecord, vocabulary: Vocabulary, measured: Mapping[str, Measurement]
) -> dict[str, Quantity]:
    """Return the measurements that count, the age, and what is computed where none is given.

    `measured` are those of the record that are not too old. Computed are a creatinine clearance
    (Cockcroft-Gault) and an eGFR (CKD-EPI 2021), of which the stricter decides, and a QTc.
    """
    found = {
        name: Quantity(
            name=name,
            label=vocabulary.measures[name].label,
            value=one.value,
            unit=vocabulary.measures[name].unit,
            because=f"{one.as_written} ({one.where})",
            on=one.on,
        )
        for name, one in measured.items()
    }
    qtc = corrected_qt(measured)
    if qtc is not None:
        found[QTC] = qtc
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
    for name, compute in ((CLEARANCE, _computed_clearance), (FILTRATION, _computed_filtration)):
        if name not in found and (computed := compute(record, found)) is not None:
            found[name] = computed
    return found


def _computed_clearance(record: PatientRecord, measured: Mapping[str, Quantity]) -> Quantity | None:
    """Rounded down to whole mL/min: limits are whole numbers, and the lower side is the safer."""
    creatinine, weight = measured.get(CREATININE), measured.get(WEIGHT)
    if creatinine is None or weight is None or record.sex is None:
        return None
    height = measured.get(HEIGHT)
    used = weight_for_clearance(
        weight_kg=weight.value, height_cm=height.value if height else None, sex=record.sex
    )
    value = cockcroft_gault(
        age=record.age, weight_kg=used, creatinine_umol_l=creatinine.value, sex=record.sex
    )
    adjusted = f" adjusted to {used:.0f} kg for height {height}" if used != weight.value else ""
    return Quantity(
        name=CLEARANCE,
        label="creatinine clearance",
        value=floor(value),
        unit="mL/min",
        because=f"computed by Cockcroft-Gault from creatinine {creatinine}, weight {weight}"
        f"{adjusted}, age {record.age} and sex {record.sex}",
        on=oldest([creatinine.on, weight.on]),
        computed=True,
    )


def _computed_filtration(
    record: PatientRecord, measured: Mapping[str, Quantity]
) -> Quantity | None:
    """Rounded down, as the clearance is."""
    creatinine = measured.get(CREATININE)
    if creatinine is None or record.sex is None:
        return None
    value = ckd_epi_2021(age=record.age, creatinine_umol_l=creatinine.value, sex=record.sex)
    return Quantity(
        name=FILTRATION,
        label="eGFR",
        value=floor(value),
        unit="mL/min/1.73 m²",
        because=f"computed by CKD-EPI 2021 from creatinine {creatinine}, age {record.age} and "
        f"sex {record.sex}",
        on=creatinine.on,
        computed=True,
    )
