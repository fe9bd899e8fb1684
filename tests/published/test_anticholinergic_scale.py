"""The points of the Anticholinergic Cognitive Burden scale are those that others read from it.

Truth: the scale with its 2012 update as coded for the National Survey of Health and Development
(Rawle and others, github.com/mrawle/ACBS-and-cognition-NSHD, 85dc363), names as typed there with
slips mended; and table 3 of Drugs & Aging 2017;34:925-939 (PMC5734663), medicines by their points.
Neither is the transcription that the knowledge file was made from.
"""

from datetime import date

import pytest

from assuage.knowledge.burdens import load_burdens
from assuage.knowledge.drugs import load_drugs
from assuage.knowledge.rules import load_safety
from assuage.options.burden import burdens
from assuage.patient.derivation import derive_facts
from assuage.patient.record import Pain, PatientRecord, RecordedMedicine
from assuage.patient.vocabulary import Medicine

SAFETY = load_safety()
BOOK = load_burdens(SAFETY, tuple(load_drugs()))
SURVEY = {
    3: """amitriptyline amoxapine atropine benztropine brompheniramine carbinoxamine
        chlorpheniramine chlorpromazine clemastine clomipramine clozapine darifenacin desipramine
        dicycloverine dimenhydrinate diphenhydramine doxepin doxylamine fesoterodine flavoxate
        hydroxyzine hyoscyamine imipramine nortriptyline olanzapine orphenadrine oxybutynin
        paroxetine perphenazine procyclidine promethazine propiverine quetiapine hyoscine
        solifenacin thioridazine tolterodine trifluoperazine trihexyphenidyl trimipramine
        trospium""",
    2: """amantadine carbamazepine cyclobenzaprine cyproheptadine loxapine pethidine
        levomepromazine molindone nefopam oxcarbazepine pimozide""",
    1: """alprazolam aripiprazole asenapine atenolol bupropion captopril cetirizine chlortalidone
        cimetidine codeine colchicine warfarin desloratadine diazepam digoxin dipyridamole
        disopyramide fentanyl fluvoxamine furosemide haloperidol hydralazine hydrocortisone
        iloperidone levocetirizine loperamide loratadine metoprolol morphine nifedipine
        paliperidone quinidine ranitidine risperidone theophylline trazodone triamterene
        venlafaxine""",
}
TABLE_3 = {
    1: """furosemide metoprolol warfarin risperidone atenolol digoxin trazodone fentanyl
        isosorbide_mononitrate prednisone""",
    3: "quetiapine oxybutynin paroxetine olanzapine promethazine",
}


def medicine_called(name: str) -> Medicine:
    words = SAFETY.vocabulary
    found = words.medicines.get(name) or words.medicine_named(name.replace("_", " "))
    assert found is not None, name
    return found


def points_of(*names: str) -> tuple[int | None, bool]:
    """Return the sum of a list of medicines, and whether it is called a high burden."""
    words = SAFETY.vocabulary
    known = [medicine_called(name) for name in names]
    record = PatientRecord(
        name="",
        age=70,
        sex=None,
        pain=Pain(condition="fibromyalgia", label="", as_written=""),
        medications=tuple(
            RecordedMedicine(
                name=name,
                medicine=medicine.id,
                concepts=words.concepts_of(medicine),
                where="",
            )
            for name, medicine in zip(names, known, strict=True)
        ),
    )
    facts = derive_facts(record, words, today=date(2026, 6, 15))
    of_sertraline = burdens(facts, BOOK)["sertraline"]
    burden = next(each for each in of_sertraline if each.id == "anticholinergic")
    return burden.without, burden.reached is not None


@pytest.mark.parametrize("source", [SURVEY, TABLE_3], ids=["survey", "table 3"])
def test_each_medicine_has_the_points_that_another_reader_gives_it(source: dict[int, str]):
    read = {name: points for points, names in source.items() for name in names.split()}
    assert {name: points_of(name)[0] for name in read} == read


def test_no_further_medicine_has_points():
    # Isosorbide is one line of the scale and two medicines here; prednisone is in the scale and
    # was coded as prednisolone in the survey, where no one takes prednisone.
    read = {name for names in SURVEY.values() for name in names.split()}
    words = SAFETY.vocabulary
    named = {medicine_called(name).id for name in read}
    further = {"isosorbide_dinitrate", "isosorbide_mononitrate", "prednisone"}
    combined = {name for name, one in words.medicines.items() if one.concepts & named - {name}}
    with_points = {name for name in words.medicines if points_of(name)[0]}
    assert with_points - combined == named | further


@pytest.mark.parametrize(
    ("names", "points", "high"),
    [
        # Table 3: a low burden is 1 to 2 points, a high one 3 or more, with or without a medicine
        # of 3 points.
        (("furosemide", "metoprolol"), 2, False),
        (("furosemide", "metoprolol", "warfarin"), 3, True),
        (("quetiapine",), 3, True),
        (("paroxetine", "oxybutynin", "furosemide"), 7, True),
    ],
)
def test_points_are_summed_and_three_are_a_high_burden(
    names: tuple[str, ...], points: int, high: bool
):
    assert points_of(*names) == (points, high)
