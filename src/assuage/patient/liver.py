"""The grade of a diseased liver: as recorded, or by Child-Pugh where its parts are known."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assuage.patient.because import Because, Known
from assuage.patient.child_pugh import (
    ALBUMIN,
    ASCITES,
    BILIRUBIN,
    ENCEPHALOPATHY,
    HIGH_GRADE,
    INR,
    LOW_GRADE,
    MILD_ASCITES,
    MORE_ASCITES,
    ChildPugh,
    ClinicalSign,
    LiverClass,
    child_pugh,
    class_of,
)
from assuage.patient.finding import Quantity
from assuage.patient.vocabulary import Vocabulary

_DISEASED = ("chronic_liver_disease", "hepatic_impairment")
_CIRRHOSIS = "cirrhosis"
_EITHER = "moderate_or_severe_hepatic_impairment"
_GRADES: Mapping[LiverClass, str] = {
    "A": "mild_hepatic_impairment",
    "B": "moderate_hepatic_impairment",
    "C": "severe_hepatic_impairment",
}
_PARTS = frozenset(
    {BILIRUBIN, ALBUMIN, INR, ASCITES, MILD_ASCITES, MORE_ASCITES}
    | {ENCEPHALOPATHY, LOW_GRADE, HIGH_GRADE}
)
_CLASSES: Mapping[LiverClass, str] = {
    "A": "cirrhosis_child_pugh_a",
    "B": "cirrhosis_child_pugh_b",
    "C": "cirrhosis_child_pugh_c",
}


_NOTHING = Because("")


@dataclass(frozen=True, slots=True, kw_only=True)
class LiverGrade:
    """What a Child-Pugh score adds to what is known.

    `shown` is the concept it makes present, with its because, and `excluded` those it makes absent.
    `disagreement` says where a recorded grade is another. `left_open` says of each grade why it is
    not known though parts of the score are. `parts` are the measurements and concepts used.
    """

    shown: str = ""
    because: Because = _NOTHING
    excluded: tuple[str, ...] = ()
    disagreement: str = ""
    left_open: Mapping[str, str] = field(default_factory=dict[str, str])
    parts: frozenset[str] = frozenset()


def grade_liver(
    present: Known,
    absent: Known,
    quantities: Mapping[str, Quantity],
    vocabulary: Vocabulary,
    *,
    anticoagulant: str,
) -> LiverGrade:
    """Return the grade of a diseased liver by the parts of its score, if all of them are known.

    Of a grade that is recorded and one that is computed the worse decides. `anticoagulant` is the
    one taken, if any: its INR says little of the liver.
    """
    if not any(disease in present for disease in _DISEASED):
        return LiverGrade()
    if not {BILIRUBIN, ALBUMIN, INR} & quantities.keys():
        return LiverGrade()
    signs = (_ascites(present, absent), _encephalopathy(present, absent))
    found = child_pugh(quantities, signs, anticoagulant=anticoagulant)
    if not isinstance(found, ChildPugh):
        why = f"the Child-Pugh score cannot be computed without {_listed(found)}"
        return LiverGrade(left_open=dict.fromkeys((*_GRADES.values(), _EITHER), why))
    if found.liver_class is None:
        why = (
            f"{found}, which does not tell class {class_of(found.lowest)} from "
            f"{class_of(found.score)}"
        )
        return LiverGrade(left_open=dict.fromkeys((*_GRADES.values(), _EITHER), why))
    return _against_the_record(found, found.liver_class, present, vocabulary)


def _against_the_record(
    score: ChildPugh, liver_class: LiverClass, present: Known, vocabulary: Vocabulary
) -> LiverGrade:
    recorded = _recorded(present, liver_class)
    shown = (_CLASSES if _CIRRHOSIS in present else _GRADES)[liver_class]
    because = Because(str(score), score.on, computed=True)
    if recorded == _GRADES[liver_class] or not recorded:
        implied = vocabulary.implied(shown)
        others = {*_GRADES.values(), *_CLASSES.values(), _EITHER} - implied - present.keys()
        return LiverGrade(
            shown=shown, because=because, excluded=tuple(sorted(others)), parts=_PARTS
        )
    words = (
        f"{vocabulary.label(recorded)} ({present[recorded].words}) does not fit {score}; "
        "the worse decides"
    )
    worst = max(recorded, _GRADES[liver_class], key=_rank)
    if worst == recorded:
        return LiverGrade(disagreement=words, parts=_PARTS)
    return LiverGrade(shown=shown, because=because, disagreement=words, parts=_PARTS)


def _recorded(present: Known, computed: LiverClass) -> str:
    """Return the worst grade that the record states; nothing where it states none, or no other.

    "Moderate or severe" fits either of the two.
    """
    stated = [grade for grade in _GRADES.values() if grade in present]
    if stated:
        return max(stated, key=_rank)
    return _EITHER if _EITHER in present and computed == "A" else ""


def _rank(grade: str) -> int:
    order = (_GRADES["A"], _GRADES["B"], _EITHER, _GRADES["C"])
    return order.index(grade)


def _ascites(present: Known, absent: Known) -> ClinicalSign:
    if MORE_ASCITES in present:
        on = present[MORE_ASCITES].on
        return ClinicalSign(label="moderate or severe ascites", points=3, on=on)
    if MILD_ASCITES in present:
        return ClinicalSign(label="mild ascites", points=2, on=present[MILD_ASCITES].on)
    if ASCITES in present:
        return ClinicalSign(label="the grade of ascites", points=None)
    if ASCITES in absent:
        return ClinicalSign(label="no ascites", points=1)
    return ClinicalSign(label="ascites", points=None)


def _encephalopathy(present: Known, absent: Known) -> ClinicalSign:
    if HIGH_GRADE in present:
        on = present[HIGH_GRADE].on
        return ClinicalSign(label="encephalopathy of grade 3 or 4", points=3, on=on)
    if LOW_GRADE in present:
        on = present[LOW_GRADE].on
        return ClinicalSign(label="encephalopathy of grade 1 or 2", points=2, on=on)
    if ENCEPHALOPATHY in present:
        return ClinicalSign(label="the grade of encephalopathy", points=None)
    if ENCEPHALOPATHY in absent:
        return ClinicalSign(label="no encephalopathy", points=1)
    return ClinicalSign(label="encephalopathy", points=None)


def _listed(parts: tuple[str, ...]) -> str:
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last
