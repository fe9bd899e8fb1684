"""The QT interval of an electrocardiogram, corrected for the heart rate.

RR is the time from beat to beat in seconds, 60 / heart rate. Bazett: QT / RR^(1/2); Fridericia:
QT / RR^(1/3); Framingham: QT + 154 (1 - RR); Hodges: QT + 1.75 (heart rate - 60), all in ms (as
calculatorhub.com/tools/qtc-interval-calculator gives them). Bazett corrects too much at fast rates
and too little at slow ones (medicalalgorithms.com/qtc-correction, after Strevel); Fridericia and
Framingham corrected best in 6,609 people (Vandenberk et al., J Am Heart Assoc 2016;5:e003264,
abstract).
"""

from collections.abc import Mapping
from datetime import date
from math import ceil

from assuage.patient.finding import Quantity
from assuage.patient.record import Measurement, Sex
from assuage.patient.vocabulary import Vocabulary

QT, QTC, HEART_RATE = "qt", "qtc", "heart_rate"
_BARELY = 1e-9  # what floating point adds to a whole number must not make it the next one


def fridericia(*, qt_ms: float, heart_rate: float) -> float:
    """Return QTc in ms by Fridericia, from QT in ms and the heart rate in beats a minute."""
    return qt_ms / (60 / heart_rate) ** (1 / 3)


def fridericia_from_bazett(*, qtc_ms: float, heart_rate: float) -> float:
    """Return QTc in ms by Fridericia, from QTc in ms by Bazett and the heart rate a minute."""
    return fridericia(qt_ms=qtc_ms * (60 / heart_rate) ** (1 / 2), heart_rate=heart_rate)


def corrected_qt(measured: Mapping[str, Measurement]) -> Quantity | None:
    """Return the QTc that decides: as recorded, or by Fridericia where that can be computed.

    Without a recorded QTc it is computed from a QT and a heart rate of one day. Of one by Bazett
    and the one by Fridericia, at the heart rate of that day, the longer decides. Computed ones are
    rounded up to whole ms: the longer side is the safer. None where there is neither.
    """
    recorded, qt = measured.get(QTC), measured.get(QT)
    if recorded is None:
        rate = qt and _rate_of_that_day(measured, qt)
        if qt is None or rate is None:
            return None
        value = _up(fridericia(qt_ms=qt.value, heart_rate=rate.value))
        made_from = f"QT {qt.value:g} ms and heart rate {rate.value:g}/min"
        return _qtc(value, f"computed by Fridericia from {made_from} ({qt.where})", qt.on, True)
    both = both_corrections(measured)
    if both is not None and both[1] > both[0]:
        rate_then = measured[HEART_RATE].value
        because = (
            f"computed by Fridericia from {recorded.as_written} by Bazett ({recorded.where}) and "
            f"heart rate {rate_then:g}/min; the longer decides"
        )
        return _qtc(both[1], because, recorded.on, True)
    how = f"by {recorded.correction}" if recorded.correction else "correction not recorded"
    because = f"{recorded.as_written}, {how} ({recorded.where})"
    return _qtc(recorded.value, because, recorded.on, False)


def both_corrections(measured: Mapping[str, Measurement]) -> tuple[float, float] | None:
    """Return QTc in ms by Bazett, as recorded, and by Fridericia; None where not both are known."""
    recorded = measured.get(QTC)
    if recorded is None or recorded.correction != "Bazett":
        return None
    rate = _rate_of_that_day(measured, recorded)
    if rate is None:
        return None
    return recorded.value, _up(fridericia_from_bazett(qtc_ms=recorded.value, heart_rate=rate.value))


def corrections_that_differ(
    measured: Mapping[str, Measurement], vocabulary: Vocabulary, sex: Sex | None
) -> str:
    """Say which limit lies between the two corrections; nothing where they mean the same."""
    both = both_corrections(measured)
    if both is None:
        return ""
    between = {
        limit
        for concept in vocabulary.shown_by(QTC)
        for shown in concept.shown_by
        if shown.sex in {None, sex} or sex is None
        for limit in (shown.threshold.low, shown.threshold.high)
        if limit is not None and shown.threshold.holds(both[0]) != shown.threshold.holds(both[1])
    }
    if not between:
        return ""
    limits = " and ".join(f"{limit:g}" for limit in sorted(between))
    return (
        f"QTc {both[0]:g} ms by Bazett is {both[1]:g} ms by Fridericia at a heart rate of "
        f"{measured[HEART_RATE].value:g}/min, on the other side of {limits} ms; the longer decides "
        "(Bazett corrects too much at fast rates and too little at slow ones)"
    )


def _rate_of_that_day(measured: Mapping[str, Measurement], ecg: Measurement) -> Measurement | None:
    """A heart rate of another day says nothing of this electrocardiogram."""
    rate = measured.get(HEART_RATE)
    return rate if rate is not None and rate.on == ecg.on else None


def _up(value: float) -> float:
    return float(ceil(value - _BARELY))


def _qtc(value: float, because: str, on: date | None, computed: bool) -> Quantity:
    return Quantity(
        name=QTC, label="QTc", value=value, unit="ms", because=because, on=on, computed=computed
    )
