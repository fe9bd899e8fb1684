"""One line that says who the patient is, so that a reader sees at once whose page this is."""

from assuage.patient.record import PatientRecord, RecordedMedicine, medicine_lines


def describe(record: PatientRecord) -> str:
    """Return the patient in one line: name if recorded, age, sex, pain and how much is recorded."""
    sex = {"female": "woman", "male": "man", None: "person (sex not recorded)"}[record.sex]
    label = record.pain.label
    pain = label if label[1:2].isupper() else label[:1].lower() + label[1:]  # HIV stays HIV
    score = f", {record.pain.score:g}/10" if record.pain.score is not None else ""
    return f"{sex[:1].upper()}{sex[1:]} of {record.age}, {pain}{score}; {_recorded(record)}"


def _recorded(record: PatientRecord) -> str:
    parts = [
        _count(len(record.conditions), "condition"),
        _listed(record.medications, "medicine"),
        _count(len(record.measurements), "measurement"),
        _listed(record.allergies, "allergy", "allergies"),
    ]
    return "recorded: " + ", ".join(parts)


def _listed(entries: tuple[RecordedMedicine, ...] | None, one: str, many: str = "") -> str:
    if entries is None:
        return f"no list of {many or one + 's'}"
    return _count(len(medicine_lines(entries)), one, many)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number or 'no'} {one if number == 1 else many or one + 's'}"
