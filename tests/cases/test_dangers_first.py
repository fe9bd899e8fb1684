"""What is rare and may kill is said before everything else, once for each ground.

Truth: the labels' contraindications (linezolid and MAO inhibitors with serotonergic drugs, pimozide
with citalopram), and the plain order of things: a danger of today before a table of options.
"""

from datetime import date

import pytest

from assuage.consult.appraise import appraise
from assuage.consult.library import load_library
from assuage.consult.patient import patient_from_text

TODAY = date(2026, 6, 15)
WELL = """
age: 50
sex: male
pain: {condition: postherpetic neuralgia}
absent: [all_others]
allergies: []
suicidality: none
alcohol: none
"""


def urgent(medications: str) -> tuple[str, ...]:
    library = load_library()
    text = f"{WELL}medications: {medications}\n"
    record = patient_from_text(text, "patient.yaml", library, today=TODAY)
    return appraise(record, library, today=TODAY).urgent


def test_nothing_is_urgent_in_a_person_who_is_well():
    assert urgent("[metformin, ibuprofen]") == ()


@pytest.mark.parametrize(
    ("medications", "danger", "whom"),
    [
        ("[linezolid]", "serotonin syndrome", "16 of the drugs here"),
        ("[linezolid]", "a hypertensive crisis", "bupropion"),
        ("[{name: phenelzine, stopped: 2026-06-06}]", "serotonin syndrome", "16 of the drugs"),
        ("[{name: tranylcypromine, started: 2026-07-01}]", "serotonin syndrome", "16 of the"),
        ("[pimozide]", "torsade de pointes", "citalopram"),
    ],
)
def test_each_danger_is_named_with_its_ground(medications: str, danger: str, whom: str):
    said = [line for line in urgent(medications) if f"Danger of {danger} with" in line]
    assert len(said) == 1
    assert whom in said[0]


def test_the_ground_and_what_to_do_are_said():
    (said,) = [line for line in urgent("[linezolid]") if "serotonin syndrome" in line]
    assert "takes linezolid (line 9)" in said
    assert "Do not start during treatment" in said


def test_fifteen_days_after_a_mao_inhibitor_nothing_is_urgent():
    assert urgent("[{name: phenelzine, stopped: 2026-05-31}]") == ()


def test_what_is_taken_together_already_comes_first():
    said = urgent("[linezolid, {name: sertraline, mg_per_day: 100}]")
    assert said[0] == (
        "sertraline is taken now, with danger of serotonin syndrome: Linezolid or intravenous "
        "methylene blue: takes linezolid (line 9). Review today with whoever prescribed them; do "
        "not stop abruptly without a plan."
    )
