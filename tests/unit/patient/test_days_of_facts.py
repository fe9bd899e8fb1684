"""Every fact carries the day it rests on, where the record has one.

Truth: the day written in the line that the fact comes from; of several, the oldest.
"""

from datetime import date

import pytest

from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.patients import read_patient
from assuage.knowledge.rules import load_safety
from assuage.patient.derivation import derive_facts

TODAY = date(2026, 6, 15)
HIM = "age: 58\nsex: male\npain: postherpetic neuralgia\n"
KIDNEYS = """\
measurements:
  creatinine: {value: 90, unit: µmol/L, on: 2026-05-01}
  weight: {value: 80, unit: kg, on: 2026-03-01}
  height: {value: 180, unit: cm, on: 2001-01-01}
"""
HEART = """\
measurements:
  qt: {value: 430, unit: ms, on: 2026-04-01}
  heart_rate: {value: 90, unit: bpm, on: 2026-04-01}
"""


def facts_of(lines):
    words = load_safety().vocabulary
    pains = load_catalogues().conditions.values()
    record = read_patient(
        HIM + lines, "patient", vocabulary=words, pain_conditions=pains, today=TODAY
    )
    return derive_facts(record, words, today=TODAY)


@pytest.mark.parametrize(
    ("lines", "concept", "on"),
    [
        (
            "conditions: [{name: cirrhosis, on: 2020-02-03}]\n",
            "chronic_liver_disease",
            "2020-02-03",
        ),
        (
            "conditions: [{name: MI, on: 2026-03-01}]\n",
            "recent_myocardial_infarction",
            "2026-03-01",
        ),
        (
            "conditions: [{name: MI, on: 2020-03-01}]\n",
            "recent_myocardial_infarction",
            "2020-03-01",
        ),
        ("absent: [{name: glaucoma, on: 2026-01-02}]\n", "glaucoma", "2026-01-02"),
        (KIDNEYS, "severe_renal_impairment", "2026-03-01"),  # ruled out: by creatinine and weight
        (HEART, "qtc_above_normal", "2026-04-01"),  # shown: 430 ms at 90/min is 493 ms
        (HEART, "qtc_above_500_ms", "2026-04-01"),  # ruled out
        (KIDNEYS, "glaucoma", None),
    ],
)
def test_the_day_of_a_condition(lines, concept, on):
    found = facts_of(lines).has(concept)
    assert found.on == (None if on is None else date.fromisoformat(on))


@pytest.mark.parametrize(
    ("name", "on"), [("crcl", date(2026, 3, 1)), ("egfr", date(2026, 5, 1)), ("age", None)]
)
def test_the_day_of_a_number(name, on):
    # an old height makes no clearance older: it does not change
    assert facts_of(KIDNEYS).quantities[name].on == on


@pytest.mark.parametrize(
    ("entry", "within_days", "on"),
    [
        ("{name: phenelzine, started: 2026-01-05}", 0, date(2026, 1, 5)),
        ("{name: phenelzine, stopped: 2026-06-10}", 14, date(2026, 6, 10)),
        ("phenelzine", 14, None),
    ],
)
def test_the_day_of_a_medicine(entry, within_days, on):
    assert facts_of(f"medications: [{entry}]\n").takes("maoi", within_days).on == on


@pytest.mark.parametrize("order", [1, -1])
def test_a_stop_hides_neither_the_taking_nor_a_later_stop(order):
    def because(*entries):
        facts = facts_of(f"medications: [{', '.join(entries[::order])}]\n")
        return facts.takes("maoi", within_days=14).because

    stop = "{name: Nardil, stopped: 2026-06-05}"
    later = "{name: moclobemide, stopped: 2026-06-12}"
    assert because(stop, "phenelzine") == "takes phenelzine (line 4)"
    assert because(stop, later) == "stopped moclobemide 3 days ago (line 4)"
    assert because(stop, "{name: Parnate, stopped: yes}") == "stopped Nardil 10 days ago (line 4)"
