"""Read the measurements of a patient file: known name, accepted unit, a value that can be."""

from collections.abc import Mapping

from assuage.knowledge.patient_file import MeasurementEntry
from assuage.knowledge.patient_notes import Notes
from assuage.knowledge.reading import PathInFile, nearest
from assuage.patient.qt_interval import QTC
from assuage.patient.record import Measurement
from assuage.patient.vocabulary import Measure, Vocabulary

_NOT_MEASURED = frozenset({"age", "pregnancy_weeks"})  # they have keys of their own


def read_measurements(
    entries: Mapping[str, MeasurementEntry], vocabulary: Vocabulary, notes: Notes
) -> dict[str, Measurement]:
    """Return the measurements in their own units; each problem is added to the notes."""
    found: dict[str, Measurement] = {}
    for name, entry in entries.items():
        path = ("measurements", name)
        if notes.is_retracted(entry, path, name):
            continue
        measure = vocabulary.measure_named(name)
        if measure is None or measure.id in _NOT_MEASURED:
            names = set(vocabulary.measure_names) - _NOT_MEASURED
            notes.refuse(
                path,
                f"the unknown measurement {name}",
                "a measurement that assuage knows" + nearest(name, names),
                "Correct the name, or remove it.",
            )
            continue
        measurement = _measurement(name, entry, measure, path, notes)
        if measurement is None:
            continue
        if measure.id in found:
            notes.refuse(path, f"{measure.id} twice", "each measurement once")
        found[measure.id] = measurement
    _refuse_swapped_pressures(found, notes)
    return found


def _measurement(
    name: str, entry: MeasurementEntry, measure: Measure, path: PathInFile, notes: Notes
) -> Measurement | None:
    notes.not_later(entry.on, (*path, "on"), f"{name} measured")
    notes.not_before_birth(entry.on, (*path, "on"), f"{name} measured")
    if entry.correction is not None and measure.id != QTC:
        notes.refuse(
            (*path, "correction"),
            f"a correction of {name}",
            "a correction of qtc only",
            "Remove it, or record the corrected value as qtc.",
        )
    factor = measure.factor(entry.unit)
    if factor is None:
        units = " or ".join(measure.units)
        notes.refuse((*path, "unit"), f"{name} in {entry.unit!r}", f"{name} in {units}")
        return None
    value = entry.value * factor
    if not measure.lowest <= value <= measure.highest:
        notes.refuse(
            (*path, "value"),
            f"{measure.label} {entry.value:g} {entry.unit}",
            f"{measure.lowest:g} to {measure.highest:g} {measure.unit} in a living adult",
            "Is the number or the unit mistyped? Correct it, or leave it out.",
        )
    return Measurement(
        measure=measure.id,
        value=value,
        as_written=f"{entry.value:g} {entry.unit}" + (f" on {entry.on}" if entry.on else ""),
        where=notes.line(path),
        on=entry.on,
        correction=entry.correction,
    )


def _refuse_swapped_pressures(found: Mapping[str, Measurement], notes: Notes) -> None:
    systolic, diastolic = found.get("systolic"), found.get("diastolic")
    if systolic is None or diastolic is None or systolic.on != diastolic.on:
        return
    if systolic.value <= diastolic.value:
        notes.refuse(
            ("measurements",),
            f"systolic {systolic.as_written} and diastolic {diastolic.as_written}",
            "a systolic pressure above the diastolic",
            "Are the two swapped? Correct them.",
        )
