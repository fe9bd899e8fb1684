"""The QT interval corrected for the heart rate.

Truth: the worked example of calculatorhub.com/tools/qtc-interval-calculator (QT 400 ms at 75/min:
Bazett 447.21, Fridericia 430.89), and what follows from the two formulas: at 60/min they agree,
above it Bazett gives more, below it less.
"""

from datetime import date
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assuage.knowledge.rules import load_safety
from assuage.patient.derivation import derive_facts
from assuage.patient.finding import Finding
from assuage.patient.qt_interval import corrected_qt, fridericia, fridericia_from_bazett
from assuage.patient.record import Measurement, Pain, PatientRecord

TODAY = date(2026, 6, 15)
ECG = date(2026, 6, 1)
rates = st.integers(20, 250)


def number(measure, value, on=ECG, correction=None, unit="ms"):
    return Measurement(
        measure=measure,
        value=value,
        as_written=f"{value:g} {unit} on {on}",
        where="line 5",
        on=on,
        correction=correction,
    )


def facts_of(*measurements, sex="male"):
    record = PatientRecord(
        name="patient",
        age=60,
        sex=sex,
        pain=Pain(condition="-", label="pain", as_written="pain"),
        measurements={one.measure: one for one in measurements},
    )
    return derive_facts(record, load_safety().vocabulary, today=TODAY)


def test_the_worked_example():
    assert fridericia(qt_ms=400, heart_rate=75) == pytest.approx(430.89, abs=0.005)
    assert fridericia_from_bazett(qtc_ms=447.21, heart_rate=75) == pytest.approx(430.89, abs=0.01)


@given(st.floats(200, 700), rates)
def test_the_two_formulas_agree_at_60_and_part_on_either_side(qt, rate):
    bazett = qt / sqrt(60 / rate)
    other = fridericia_from_bazett(qtc_ms=bazett, heart_rate=rate)
    assert other == pytest.approx(fridericia(qt_ms=qt, heart_rate=rate), rel=1e-12)
    if rate == 60:
        assert other == pytest.approx(bazett, rel=1e-12)
    else:
        assert (other < bazett) == (rate > 60)


def test_a_qt_and_a_heart_rate_of_one_day_give_a_qtc_rounded_up():
    facts = facts_of(number("qt", 400), number("heart_rate", 75))
    qtc = facts.quantities["qtc"]
    assert (qtc.value, qtc.computed, qtc.on, qtc.because) == (
        431,
        True,
        ECG,
        "computed by Fridericia from QT 400 ms and heart rate 75/min (line 5)",
    )
    assert facts_of(number("qt", 400), number("heart_rate", 60)).quantities["qtc"].value == 400


@pytest.mark.parametrize("day", [date(2026, 6, 2), None])
def test_a_heart_rate_of_another_day_gives_none(day):
    assert "qtc" not in facts_of(number("qt", 400), number("heart_rate", 75, day)).quantities


def test_a_recorded_qtc_is_not_replaced_by_a_computed_one():
    given_so = facts_of(number("qt", 500), number("heart_rate", 75), number("qtc", 440))
    assert (
        given_so.quantities["qtc"].because
        == "440 ms on 2026-06-01, correction not recorded (line 5)"
    )
    assert (given_so.quantities["qtc"].value, given_so.doubts) == (440, ())


@pytest.mark.parametrize("how", ["Fridericia", "Framingham", "Hodges"])
def test_a_correction_is_said_and_only_bazetts_is_doubted(how):
    facts = facts_of(number("qtc", 484, correction=how), number("heart_rate", 98))
    assert facts.quantities["qtc"].because == f"484 ms on 2026-06-01, by {how} (line 5)"
    assert facts.doubts == ()


def test_at_a_fast_rate_bazett_is_the_longer_and_decides_and_both_are_said():
    # 484 by Bazett at 98/min is a QT of 484 * sqrt(60/98) = 378.7 ms: 446.0 by Fridericia.
    facts = facts_of(number("qtc", 484, correction="Bazett"), number("heart_rate", 98))
    assert (facts.quantities["qtc"].value, facts.quantities["qtc"].computed) == (484, False)
    assert facts.has("known_qt_prolongation").finding is Finding.PRESENT
    assert facts.doubts == (
        "QTc 484 ms by Bazett is 446 ms by Fridericia at a heart rate of 98/min, on the other side "
        "of 450 and 480 ms; the longer decides (Bazett corrects too much at fast rates and too "
        "little at slow ones)",
    )


def test_at_a_slow_rate_fridericia_is_the_longer_and_decides():
    # 445 by Bazett at 48/min is a QT of 497.5 ms: 461.9 by Fridericia.
    slow = (number("qtc", 445, correction="Bazett"), number("heart_rate", 48))
    qtc = facts_of(*slow).quantities["qtc"]
    assert (qtc.value, qtc.computed) == (462, True)
    assert facts_of(*slow).has("qtc_above_normal").finding is Finding.PRESENT
    assert "of 450 ms" in facts_of(*slow).doubts[0]
    assert "of 460 ms" in facts_of(*slow, sex="female").doubts[0]


def test_corrections_on_one_side_of_every_limit_are_not_doubted():
    assert facts_of(number("qtc", 420, correction="Bazett"), number("heart_rate", 70)).doubts == ()


@given(st.floats(300, 600), rates)
def test_the_longer_of_the_two_decides(qtc, rate):
    measured = {
        "qtc": number("qtc", qtc, correction="Bazett"),
        "heart_rate": number("heart_rate", rate),
    }
    other = fridericia_from_bazett(qtc_ms=qtc, heart_rate=rate)
    assert max(qtc, other) <= corrected_qt(measured).value < max(qtc, other) + 1
