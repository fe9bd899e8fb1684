"""What is typed for a medicine, and what it is read as.

Truth: names as clinicians write them, each with its ingredients by the WHO ATC index or the label
of the brand, worked out by hand; pairs of look-alike names of the FDA list with tall man letters.
"""

from datetime import date

import pytest

from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.patients import read_patient
from assuage.knowledge.rules import load_safety
from assuage.patient.derivation import derive_facts
from assuage.patient.finding import Finding
from assuage.patient.near_names import slips_between
from assuage.patient.record import medicine_lines, readings
from assuage.patient.summary import describe
from assuage.patient.vocabulary import Medicine

VOCABULARY = load_safety().vocabulary
TODAY = date(2026, 6, 15)
LOOK_ALIKES = """
    hydroxyzine/hydralazine bupropion/buspirone chlorpromazine/clomipramine celebrex/celexa
    celexa/cerebyx fluoxetine/fluvoxamine fluoxetine/duloxetine fluoxetine/paroxetine
    tramadol/trazodone clonazepam/clonidine prednisone/prednisolone carbamazepine/oxcarbazepine
    quinine/quinidine glipizide/glyburide vinblastine/vincristine daunorubicin/doxorubicin
    lamotrigine/lamivudine metformin/metronidazole olanzapine/quetiapine alprazolam/lorazepam
    amlodipine/amiloride
"""


def read(text: str):
    return VOCABULARY.read_medicine(text)


def record_of(**lists: list[str]):
    lines = [f"{key}: [{', '.join(names)}]" for key, names in lists.items()]
    return read_patient(
        "age: 60\nsex: male\npain: painful diabetic neuropathy\n" + "\n".join(lines),
        "patient.yaml",
        vocabulary=VOCABULARY,
        pain_conditions=load_catalogues().conditions.values(),
        today=TODAY,
    )


@pytest.mark.parametrize(
    ("typed", "ingredients"),
    [
        ("Cymbalta 60 mg capsules", "duloxetine"),
        ("amitriptyline 25mg nocte", "amitriptyline"),
        ("25 mg amitriptyline at night", "amitriptyline"),
        ("nortriptyline hydrochloride 10 mg po qhs", "nortriptyline"),
        ("metoprolol succinate ER 50 mg twice daily", "metoprolol"),
        ("fentanyl patch 12 mcg/h", "fentanyl"),
        ("morphine 10 mg/5 mL oral solution", "morphine"),
        ("aspirin 75 mg with food", "aspirin"),
        ("omega 3", "omega_3"),
        ("potassium chloride", "potassium_chloride"),
        ("Seroxat (paroxetine)", "paroxetine"),
        ("paroxetine (Seroxat 20 mg)", "paroxetine"),
        ("metformin (stopped)", "metformin"),
        ("frusemide", "furosemide"),
        ("acetaminophen", "paracetamol"),
        # by the sign, the word, the space or nothing between the parts
        ("tramadol/paracetamol 37.5/325", "tramadol paracetamol"),
        ("tramadol 37.5 mg/paracetamol 325 mg", "tramadol paracetamol"),
        ("perphenazine + amitriptyline", "amitriptyline perphenazine"),
        ("olanzapine and fluoxetine", "fluoxetine olanzapine"),
        ("lisinopril-hydrochlorothiazide 20/12.5", "lisinopril hydrochlorothiazide"),
        ("ramipril & amlodipine", "ramipril amlodipine"),
        ("levodopa carbidopa", "levodopa carbidopa"),
        ("aspirin 75 mg clopidogrel 75 mg", "aspirin clopidogrel"),
        ("Seroxat (sertraline)", "paroxetine sertraline"),  # which of the two? both are looked at
        # by the name of the combination
        ("co-codamol 30/500 mg tablets", "codeine paracetamol"),
        ("Tylenol #3", "codeine paracetamol"),
        ("Tylenol 500 mg", "paracetamol"),
        ("Symbyax", "fluoxetine olanzapine"),
        ("Contrave", "bupropion naltrexone"),
        ("Auvelity", "bupropion dextromethorphan"),
        ("Sinemet", "carbidopa levodopa"),
        ("Madopar", "benserazide levodopa"),
        ("Entresto 24/26", "sacubitril valsartan"),
    ],
)
def test_a_name_is_read_to_the_letter(typed: str, ingredients: str):
    found = read(typed)
    assert (set(found.medicines), found.exact, found.unknown) == (
        set(ingredients.split()),
        True,
        (),
    )


@pytest.mark.parametrize(
    ("typed", "medicine"),
    [
        ("amitrip", "amitriptyline"),
        ("nortrip 25 mg", "nortriptyline"),
        ("amitriptylin", "amitriptyline"),  # German, and a slip
        ("amitryptiline 10mg", "amitriptyline"),
        ("duloxetin", "duloxetine"),
        ("venlafaxin ret. 75", "venlafaxine"),
        ("sertralin", "sertraline"),
        ("citaloprim", "citalopram"),
        ("buproprion", "bupropion"),
        ("gabapentine", "gabapentin"),
        ("hydrochlorthiazide", "hydrochlorothiazide"),
        ("Allegra-like (nortriptyline)", "nortriptyline"),
    ],
)
def test_a_spelling_that_is_not_to_the_letter_is_read_and_says_so(typed: str, medicine: str):
    found = read(typed)
    assert (found.medicines, found.exact) == ((medicine,), False)


@pytest.mark.parametrize(
    "typed",
    [
        "fluvoxetine",  # fluoxetine or fluvoxamine?
        "prednisoone",  # prednisone or prednisolone?
        "tramadone",  # tramadol or methadone?
        "clomiphene",  # a medicine of its own, not clomipramine
        "dapoxetine",  # a medicine of its own, not duloxetine or paroxetine
        "chlorpropamide",
        "tylenol3",  # with codeine, or 3 of them?
        "Nerve Calm Plus",
        "black seed and honey",
        "Prozx",  # too short a name to be read with a slip
        "10 mg",
        "",
    ],
)
def test_what_may_mean_another_medicine_or_none_is_not_read(typed: str):
    assert read(typed).medicines == ()


def test_an_ambiguous_abbreviation_is_not_read_but_asked():
    record = record_of(medications=["ami 10mg"])
    assert record.medications is not None
    (entry,) = record.medications
    assert (entry.medicine, entry.hint) == (
        None,
        " (it may be amitriptyline or amiodarone: write it out)",
    )


# Pairs of the FDA list that are both known here, and pairs that differ by class or harm.
@pytest.mark.parametrize("pair", LOOK_ALIKES.split())
def test_look_alikes_are_each_themselves(pair: str):
    one, other = (read(name) for name in pair.split("/"))
    assert one.exact
    assert other.exact
    assert len(one.medicines) == len(other.medicines) == 1
    assert one.medicines != other.medicines


def test_of_a_combination_the_unknown_part_is_named_and_the_known_one_counts():
    record = record_of(medications=["tramadol/xyzzyx 50"])
    facts = derive_facts(record, VOCABULARY, today=TODAY)
    assert [(part.name, part.holds_back) for part in facts.unread] == [("xyzzyx 50", True)]
    assert facts.takes("tramadol").finding is Finding.PRESENT
    assert facts.takes("tramadol").because == "takes tramadol/xyzzyx 50 (line 4)"


def test_a_part_of_a_combination_is_taken_as_itself():
    record = record_of(medications=["perphenazine/amitriptyline 4/25"])
    facts = derive_facts(record, VOCABULARY, today=TODAY)
    (entry,) = facts.entries_of("amitriptyline")
    assert (entry.name, entry.mg_per_day) == ("perphenazine/amitriptyline 4/25", None)
    besides = facts.besides("amitriptyline")
    assert besides.takes("tca").finding is Finding.ABSENT
    assert besides.takes("cyp2d6_inhibitor").finding is Finding.PRESENT  # perphenazine


def test_a_combination_is_one_line_of_the_list():
    record = record_of(medications=["co-codamol 30/500", "tramadol/xyzzyx"], allergies=["Symbyax"])
    assert describe(record).endswith(
        "recorded: no conditions, 2 medicines, no measurements, 1 allergy"
    )
    assert [
        [entry.name for entry in line] for line in medicine_lines(record.medications or ())
    ] == [
        ["co-codamol 30/500", "co-codamol 30/500"],
        ["tramadol/xyzzyx", "xyzzyx"],
    ]


def test_every_reading_is_told_once():
    record = record_of(
        medications=["amitrip", "Cymbalta 60 mg", "tramadol/paracetmol", "amitrip"],
        allergies=["nortryptiline"],
    )
    assert readings(record) == (
        "'amitrip' read as amitriptyline",
        "'tramadol/paracetmol' read as tramadol and paracetamol",
        "'nortryptiline' read as nortriptyline",
    )


def combinations():
    return [m for m in VOCABULARY.medicines.values() if VOCABULARY.parts_of(m) != (m,)]


@pytest.mark.parametrize("medicine", combinations(), ids=lambda medicine: medicine.id)
def test_every_combination_is_its_ingredients_by_each_name(medicine: Medicine):
    parts = {part.id for part in VOCABULARY.parts_of(medicine)}
    assert len(parts) > 1
    labels = [VOCABULARY.label(part) for part in sorted(parts)]
    joined = [sign.join(labels) for sign in ("/", " + ", " and ", " with ", ", ")]
    for name in (*medicine.names, *joined):
        assert set(read(name).medicines) == parts, name
    each = (VOCABULARY.concepts_of(VOCABULARY.medicines[part]) for part in parts)
    groups = frozenset[str]().union(*each)
    assert VOCABULARY.concepts_of(medicine) - {medicine.id} <= groups | read(medicine.id).groups


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("sertraline", "sertraline", 0),
        ("sertraline", "setraline", 1),
        ("sertraline", "sertarline", 1),  # a swap is one slip
        ("ca", "abc", 3),  # optimal string alignment, not the unrestricted distance, which is 2
        ("kitten", "sitting", 3),
        ("amitriptyline", "nortriptyline", 3),
    ],
)
def test_slips_are_counted(one: str, other: str, slips: int):
    assert slips_between(one, other, limit=5) == slips_between(other, one, limit=5) == slips
