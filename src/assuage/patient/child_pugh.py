"""How badly a diseased liver works: the Child-Pugh score, from its five parts.

Points, as the table in the Cleveland Clinic Journal of Medicine has them
(ccjm.org/highwire/markup/12320/expansion): bilirubin under 2, 2 to 3, over 3 mg/dL; albumin over
3.5, 2.8 to 3.5, under 2.8 g/dL; INR under 1.7, 1.7 to 2.3, over 2.3; ascites none, mild, moderate
or more; encephalopathy none, grade 1 or 2, grade 3 or 4: 1, 2, 3 points each. 5 or 6 points are
class A, 7 to 9 B, 10 and more C. Bilirubin in µmol/L: under 34, 34 to 51, over 51 (Harrison's
Principles of Internal Medicine, 20th edition, table of Child-Pugh), in whole numbers. Some tables
put the lower limit of albumin at 3.0 g/dL (0008).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assuage.patient.finding import Quantity
from assuage.patient.quantities import oldest

BILIRUBIN, ALBUMIN, INR = "bilirubin", "albumin", "inr"
ASCITES, ENCEPHALOPATHY = "ascites", "hepatic_encephalopathy"
MILD_ASCITES, MORE_ASCITES = "mild_ascites", "moderate_or_severe_ascites"
LOW_GRADE, HIGH_GRADE = "hepatic_encephalopathy_grade_1_2", "hepatic_encephalopathy_grade_3_4"
LiverClass = Literal["A", "B", "C"]


def _steps(value: float, two_from: float, three_from: float) -> int:
    return 1 if value < two_from else 2 if value < three_from else 3


_POINTS: Mapping[str, Callable[[float], int]] = {
    BILIRUBIN: lambda umol_l: _steps(umol_l, 34, 52),
    ALBUMIN: lambda g_l: 1 if g_l > 35 else 2 if g_l >= 28 else 3,
    INR: lambda ratio: 1 if ratio < 1.7 else 2 if ratio <= 2.3 else 3,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicalSign:
    """Ascites or encephalopathy: its points; None where it, or its grade, is not recorded."""

    label: str
    points: int | None
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildPugh:
    """A score with its parts in words, and the day that it rests on.

    `lowest` is less than `score` where the INR may be that of an anticoagulant.
    """

    score: int
    lowest: int
    parts: str
    on: date | None

    @property
    def liver_class(self) -> LiverClass | None:
        """The class; None where what the INR says of the liver would decide between two."""
        found = class_of(self.score)
        return found if class_of(self.lowest) == found else None

    def __str__(self) -> str:
        return f"Child-Pugh {self.score}, class {class_of(self.score)}, computed from {self.parts}"


def class_of(score: int) -> LiverClass:
    return "A" if score <= 6 else "B" if score <= 9 else "C"


def child_pugh(
    quantities: Mapping[str, Quantity],
    signs: tuple[ClinicalSign, ...],
    *,
    anticoagulant: str = "",
) -> ChildPugh | tuple[str, ...]:
    """Return the score, or the labels of the parts that are missing.

    `signs` are ascites and encephalopathy. An INR under an anticoagulant (its name) is that of the
    medicine: the score is then taken with and without the points of the INR.
    """
    labels = {BILIRUBIN: "bilirubin", ALBUMIN: "albumin", INR: "INR"}
    missing = [label for name, label in labels.items() if name not in quantities]
    missing += [sign.label for sign in signs if sign.points is None]
    if missing:
        return tuple(missing)
    points = {name: _POINTS[name](quantities[name].value) for name in labels}
    parts = [f"{labels[n]} {_shown(quantities[n])} ({p})" for n, p in points.items()]
    parts += [f"{sign.label} ({sign.points})" for sign in signs]
    score = sum(points.values()) + sum(sign.points or 0 for sign in signs)
    return ChildPugh(
        score=score,
        lowest=score - points[INR] + 1 if anticoagulant else score,
        parts=", ".join(parts) + (f"; the INR is under {anticoagulant}" if anticoagulant else ""),
        on=oldest([*(quantities[name].on for name in labels), *(sign.on for sign in signs)]),
    )


def _shown(quantity: Quantity) -> str:
    """A ratio has no unit to print."""
    return f"{quantity.value:g}" if quantity.name == INR else str(quantity)
