"""Burdens in a report: the rows worth a line, the line itself, and everything as data.

Truth: counted by hand from the file of burdens. Methadone and ondansetron prolong QT, and so does
citalopram; oxybutynin has 3 points, codeine 1 and amitriptyline 3.
"""

from datetime import date

from assuage.knowledge.burdens import load_burdens
from assuage.knowledge.drugs import load_drugs
from assuage.knowledge.rules import load_safety
from assuage.options.burden import Burden, burdens
from assuage.patient.derivation import derive_facts
from assuage.patient.record import Pain, PatientRecord, RecordedCondition, RecordedMedicine
from assuage.provenance import Citation
from assuage.report.burden_rows import BurdenRow, burden_line, burden_rows, burdens_json

SAFETY = load_safety()
WORDS = SAFETY.vocabulary
BOOK = load_burdens(SAFETY, tuple(load_drugs()))


def entry(name: str) -> RecordedMedicine:
    medicine = WORDS.medicine_named(name)
    return RecordedMedicine(
        name=name,
        medicine=medicine.id if medicine else None,
        concepts=WORDS.concepts_of(medicine) if medicine else frozenset(),
        where=f"line {len(name)}",
    )


def burdens_of(
    drug: str, *names: str, has: tuple[str, ...] = (), listed: bool = True
) -> tuple[Burden, ...]:
    record = PatientRecord(
        name="",
        age=50,
        sex=None,
        pain=Pain(condition="fibromyalgia", label="", as_written=""),
        conditions=tuple(RecordedCondition(name=c, concepts=(c,), where="line 9") for c in has),
        medications=tuple(map(entry, names)) if listed else None,
    )
    return burdens(derive_facts(record, WORDS, today=date(2026, 6, 15)), BOOK)[drug]


def lines(drug: str, *names: str, has: tuple[str, ...] = ()) -> list[str]:
    return [burden_line(row, drug) for row in burden_rows(burdens_of(drug, *names, has=has))]


def test_a_count_names_who_adds():
    rows = burden_rows(burdens_of("citalopram", "ondansetron", "methadone"))
    assert rows[1] == BurdenRow(
        burden="QT", without=2, with_drug=3, who=("methadone", "ondansetron")
    )
    assert burden_line(rows[1], "citalopram") == "QT: methadone, ondansetron; with citalopram 3"


def test_points_of_a_scale_say_when_its_level_is_reached():
    assert lines("amitriptyline", "codeine", "oxybutynin")[0] == (
        "anticholinergic: oxybutynin 3, codeine 1; with amitriptyline 7 points, high burden"
    )
    assert lines("venlafaxine", "furosemide")[0] == (
        "anticholinergic: furosemide 1; with venlafaxine 2 points"
    )


def test_what_the_drug_does_not_raise_and_what_is_not_there_without_it_have_no_line():
    # Oxybutynin is in no other burden; duloxetine has no points; nothing but it acts on serotonin.
    assert lines("duloxetine", "oxybutynin") == []
    assert lines("duloxetine") == []


def test_what_the_person_has_is_named_once_and_not_counted():
    line = lines("sertraline", "ibuprofen", has=("peptic_ulcer", "gastrointestinal_bleeding"))
    assert line == [
        "bleeding: ibuprofen; with sertraline 2; and the person has "
        f"{WORDS.label('gastrointestinal_bleeding')} and {WORDS.label('peptic_ulcer')}"
    ]


def test_of_two_conditions_that_imply_each_other_the_narrower_is_named():
    assert lines("bupropion", "pseudoephedrine", has=("uncontrolled_hypertension",))[-1] == (
        "high blood pressure: pseudoephedrine; with bupropion 2; and the person has "
        + WORDS.label("uncontrolled_hypertension")
    )


def test_a_medicine_nobody_could_identify_makes_it_at_least():
    assert lines("sertraline", "ibuprofen", "grandmother's drops") == [
        "bleeding: ibuprofen; with sertraline at least 2"
    ]


def test_all_burdens_stand_in_the_data_also_where_nothing_is_recorded():
    def source(citation: Citation) -> dict[str, str]:
        return {"id": citation.source.id}

    data = burdens_json(burdens_of("sertraline", "ibuprofen"), source)
    assert [one["burden"] for one in data] == [one.id for one in BOOK.definitions]
    bleeding = next(one for one in data if one["burden"] == "bleeding")
    assert bleeding == {
        "burden": "bleeding",
        "label": "bleeding",
        "meaning": "bleeding of stomach, bowel and brain",
        "scale": "count of medicines",
        "counts": "medicines",
        "without": 1,
        "with": 2,
        "at_least": False,
        "contributors": [
            {"medicine": "ibuprofen", "name": "ibuprofen", "points": 1, "where": "line 9"}
        ],
        "drug_adds": 1,
        "drug_adds_source": {"id": "citalopram-us-label"},
        "person_has": [],
        "level": None,
        "source": {"id": "citalopram-us-label"},
    }
    anticholinergic = data[0]
    assert anticholinergic["level"] == {
        "at": 3,
        "words": "high burden",
        "reached": False,
        "source": {"id": "acb-levels-2017"},
    }
    unrecorded = burdens_json(burdens_of("sertraline", listed=False), source)
    assert {(one["without"], one["with"]) for one in unrecorded} == {(None, None)}
    assert burden_rows(burdens_of("sertraline", listed=False)) == ()
