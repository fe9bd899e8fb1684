"""The drug files: complete, cited, coherent, and refused with every problem at once.

Truth: the list of 17 candidate drugs in treatments.yaml; numbers copied by hand from the labels and
tables that each assertion names; the rules of the reader for the broken files.
"""

from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from shutil import copytree

import pytest

from assuage.errors import InvalidInput
from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.drugs import load_drugs
from assuage.plan.tablets import makeable_doses

DRUGS = load_drugs()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    own = Path(str(files("assuage_knowledge")))
    for part in ("drugs", "plan"):
        copytree(own / part, tmp_path / part)
    return tmp_path


def edit(folder: Path, name: str, before: str, after: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_every_candidate_drug_has_its_file_and_class():
    treatments = load_catalogues().treatments
    candidates = {treatment.id: treatment.drug_class for treatment in treatments.candidates}
    assert {drug.id: drug.drug_class for drug in DRUGS.values()} == candidates


# Strengths in mg as the labels' sections 3 or "how supplied" and the NDC directory list them.
@pytest.mark.parametrize(
    ("drug", "strengths"),
    [
        ("duloxetine", "20 30 60"),  # Cymbalta 3
        ("venlafaxine", "37.5 75 150"),  # Venlafaxine ER 3
        ("desvenlafaxine", "25 50 100"),  # Pristiq 3
        ("milnacipran", "12.5 25 50 100"),  # NDC
        ("nortriptyline", "10 25 50 75"),  # Pamelor, how supplied
        ("desipramine", "10 25 50 75 100 150"),  # Norpramin, how supplied
        ("clomipramine", "25 50 75"),  # Anafranil, how supplied
        ("citalopram", "10 20 40"),  # Celexa 3
        ("escitalopram", "5 10 20"),  # Lexapro 3
        ("paroxetine", "10 20 30 40"),  # Pexeva 3
    ],
)
def test_us_strengths(drug: str, strengths: str):
    sold = [p.strength for p in DRUGS[drug].products if p.market == "US" and p.is_solid]
    assert sold == [Decimal(mg) for mg in strengths.split()]


# start, highest dose for an adult, highest from an age: as the label's dosing section prints them.
@pytest.mark.parametrize(
    ("drug", "start", "highest", "older"),
    [
        ("citalopram", "20", "40", (61, "20")),  # Celexa 2.1, 2.3
        ("escitalopram", "10", "20", (65, "10")),  # Lexapro 2.1, 2.5
        ("paroxetine", "20", "50", (65, "40")),  # Pexeva 2.2, 2.4
        ("sertraline", "50", "200", None),
        ("fluoxetine", "20", "80", None),  # 2.1
        ("mirtazapine", "15", "45", None),  # 2.1
        ("trazodone", "150", "400", None),  # 2.1, outpatients
        ("milnacipran", "12.5", "200", None),  # Savella 2.1
    ],
)
def test_label_doses(drug: str, start: str, highest: str, older: tuple[int, str] | None):
    dosing = DRUGS[drug].dosing
    assert dosing.start is not None
    assert dosing.start.value == Decimal(start)
    us = {m.from_age: m.dose.value for m in dosing.maxima if m.market == "US"}
    assert us == {0: Decimal(highest), **({older[0]: Decimal(older[1])} if older else {})}


def test_usual_doses_can_be_made():
    for drug in DRUGS.values():
        doses = (drug.dosing.start, drug.dosing.target_low, drug.dosing.target_high)
        wanted = {dose.value for dose in doses if dose is not None}
        assert wanted <= set(makeable_doses(drug.products, up_to=max(wanted))), drug.id


def test_dosing_not_for_pain_says_for_what_it_is():
    not_for_pain = {d.id: d.dosing.indication for d in DRUGS.values() if not d.dosing.for_pain}
    assert not_for_pain == {
        "desvenlafaxine": "depression",
        "milnacipran": "fibromyalgia",
        "paroxetine": "depression",
        "citalopram": "depression",
        "escitalopram": "depression",
        "fluoxetine": "depression",
        "sertraline": "depression",
        "bupropion": "depression",
        "mirtazapine": "depression",
        "trazodone": "depression",
    }


def test_every_drug_tells_what_is_urgent_and_how_to_stop():
    for drug in DRUGS.values():
        topics = {advice.topic for advice in drug.advice}
        assert {"onset", "effects", "missed dose", "driving", "alcohol", "stopping"} <= topics
        assert "urgent_mood" in {advice.id for advice in drug.advice if advice.urgent}
        assert drug.stopping[0].id == "less_than_30_percent"


def test_no_machine_written_page_is_a_source():
    text = files("assuage_knowledge").joinpath("drugs/sources.yaml").read_text(encoding="utf-8")
    assert "droracle" not in text.lower()


def test_all_problems_are_listed_at_once_with_file_and_line(folder: Path):
    edit(folder, "drugs/duloxetine.yaml", "for_pain: true", "for_pian: true")
    edit(folder, "drugs/citalopram.yaml", "id: citalopram\n", "id: citalopran\n")
    edit(folder, "drugs/sertraline.yaml", "strengths: [25, 50, 100]", "strengths: [25, fifty]")
    edit(folder, "drugs/venlafaxine.yaml", "  - missed_dose\n", "  - mised_dose\n")
    edit(folder, "plan/advice.yaml", "id: sheffield-amitriptyline", "id: sheffield-amitriptylin")
    with pytest.raises(InvalidInput) as refusal:
        load_drugs(folder)
    found = [(p.where.split(",")[0], p.found, p.expected) for p in refusal.value.problems]
    assert found == [
        (
            "plan/advice.yaml",
            "the source sheffield-amitriptylin",
            "an id of drugs/sources.yaml (did you mean sheffield-amitriptyline?)",
        ),
        ("drugs/citalopram.yaml", "citalopran", "citalopram, as the file is named"),
        ("drugs/duloxetine.yaml", "no dosing.for_pain", "a value for dosing.for_pain"),
        (
            "drugs/duloxetine.yaml",
            "the unknown key dosing.for_pian",
            "a key that assuage knows (did you mean for_pain?)",
        ),
        (
            "drugs/sertraline.yaml",
            "'fifty' for products.0.strengths.1",
            "a number, without its unit",
        ),
        (
            "drugs/venlafaxine.yaml",
            "mised_dose",
            "an id of the advice that plans share (did you mean missed_dose?)",
        ),
    ]
    assert all(", line " in problem.where for problem in refusal.value.problems)


def test_numbers_that_contradict_each_other_are_refused(folder: Path):
    edit(folder, "drugs/milnacipran.yaml", "{day: 4, dose: 50}", "{day: 4, dose: 15}")
    edit(folder, "drugs/mirtazapine.yaml", "start: {value: 15,", "start: {value: 60,")
    with pytest.raises(InvalidInput) as refusal:
        load_drugs(folder)
    assert [(p.found, p.expected) for p in refusal.value.problems] == [
        ("day 4, 15 mg after day 2, 25 mg", "rising days and doses"),
        ("60", "at most 45, the maximum"),
    ]
