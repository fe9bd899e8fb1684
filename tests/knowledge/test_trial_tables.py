"""The trial tables are what was extracted, to the byte.

Truth: the counts that the extraction reported (135 studies of which 96 with usable data, 292 arms,
507 results: 400 reported, 61 from percent, 12 from individual data, 34 reconstructed; 94 contrasts:
37 MD, 50 RD, 7 RR; 118 sources; 216 published estimates), and the sum of each table when it was
reviewed. Who changes a table changes its sum here, and says why in the knowledge changelog.
"""

import hashlib
from collections import Counter
from decimal import Decimal
from importlib.resources import files

import pytest

from assuage.evidence.coverage import not_used
from assuage.evidence.trial import Arm, ArmResult, Basis, ContrastResult, Study
from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.published import load_published
from assuage.knowledge.trials import load_trials

# As `sha256sum` prints them in the knowledge package.
PINS = """
a3a0b4951e92fce6511498f6f0c918dcdd02196ddf8ddbeb3b9f02890ef61c0b  trials/arms.csv
b9637e56930d1e595cd2721f8984a19b8b3dd80bc78326bc894c079a1891647d  trials/contrasts.csv
3459bc079dfa01b79c26fb9e67e811270ccd24ec6525c3e1ac6ee0f002e3e107  trials/doubts.csv
cbcece628da160bcb2f1fe50081fd7ef9c15eb53be5ca0aed3476f7453756aee  trials/means_without_sd.csv
59c2198b12bf4c79bf744f0b8fe96ffa0f4335291603d8cb7e108580ed1b713a  trials/outcomes.csv
8c0e669f1881ab00c76f7c0c85dabe5899a4085270ac44460800b886e1470ae4  trials/published_pooled.csv
270c470e6bfe96ca911e8a4c64ead0203b0fc9bbccb0269671dbd607586cded7  trials/sources.csv
db46f94ee199c4184026373c621ae915838421239cf96ff3bd9d32491e8b9a56  trials/studies.csv
ee02210c0308dae9e3064fc9c7dcbaf1f92bf1651d21136f9b1116cc50e2d1d7  effects/label_frequencies.csv
59c548ca50bfc542a1a99f6ef0742aa06b80a250bf79c94314e9682016f12e55  effects/sources.csv
5f4bd7e95f5bfc56dad446ac9715d466817f878c899840a210a6a00dcc66ff44  guidelines/sources.csv
819f73821c803b9e76712b27c1f675e78017bc222ddc7db416e848d0775a86b4  guidelines/statements.csv
"""
PIN_OF = {name: pin for pin, name in (line.split() for line in PINS.strip().splitlines())}


@pytest.mark.parametrize(("name", "pin"), PIN_OF.items())
def test_a_table_is_the_one_that_was_reviewed(name: str, pin: str):
    data = files("assuage_knowledge").joinpath(name).read_bytes()
    assert hashlib.sha256(data).hexdigest() == pin


def test_every_table_of_evidence_is_pinned():
    folder = files("assuage_knowledge")
    tables = {
        f"{part}/{table.name}"
        for part in ("trials", "effects", "guidelines")
        for table in folder.joinpath(part).iterdir()
        if table.name.endswith(".csv")
    }
    assert tables == set(PIN_OF)


def test_nothing_was_lost_in_extraction():
    tables = load_trials()
    with_data = {r.study for r in (*tables.arm_results, *tables.contrasts)}
    assert (len(tables.studies), len(with_data), len(tables.arms)) == (135, 96, 292)
    assert Counter(r.basis for r in tables.arm_results) == {
        Basis.REPORTED: 400,
        Basis.FROM_PERCENT: 61,
        Basis.FROM_IPD: 12,
        Basis.RECONSTRUCTED: 34,
    }
    assert Counter(c.measure for c in tables.contrasts) == {"MD": 37, "RD": 50, "RR": 7}
    assert (len(tables.sources), len(tables.unpooled_means)) == (118, 66)
    assert len(load_published()) == 216


def test_exactly_those_results_are_doubted_that_were_doubted_when_they_were_extracted():
    # The rule is older than any pooled result: a row's own note asks for caution or says that its
    # trial was inferred. Open trials are rated as bias, reconstructed rows by their basis.
    tables = load_trials()
    marked = {
        (r.study, r.outcome)
        for r in tables.arm_results
        if ("use with caution" in r.note or "inferred" in r.note)
        and "open label" not in r.note
        and r.basis is not Basis.RECONSTRUCTED
    }
    rebuilt = {(r.study, r.outcome) for r in tables.arm_results if r.basis is Basis.RECONSTRUCTED}
    doubted = {(d.study, d.outcome) for d in tables.doubts}
    assert marked - rebuilt <= doubted <= marked


def test_every_study_is_used_or_named_with_the_reason():
    tables = load_trials()
    used = {r.study for r in (*tables.arm_results, *tables.contrasts)}
    named = {item.study for item in not_used(tables, load_catalogues().treatments)}
    assert set(tables.studies) - used <= named


def test_a_printed_count_keeps_its_row_and_its_source():
    # Skljarevski 2012 (doi 10.1155/2012/898347), Table 4, study 3: nausea on duloxetine 60 mg in
    # 27.6% of 116.
    tables = load_trials()
    (row,) = (
        r
        for r in tables.arm_results
        if r.arm == "Raskin2005__duloxetine_60" and r.outcome == "nausea"
    )
    assert row == ArmResult(
        study="Raskin2005",
        arm="Raskin2005__duloxetine_60",
        outcome="nausea",
        n=116,
        events=32,
        mean=None,
        sd=None,
        scale="",
        basis=Basis.REPORTED,
        source=row.source,
        row=row.row,
        note="",
    )
    assert (
        tables.sources[row.source].url == "https://www.hindawi.com/journals/prt/2012/898347/tab4/"
    )
    assert tables.arms[row.arm] == Arm(
        study="Raskin2005",
        id="Raskin2005__duloxetine_60",
        treatment="duloxetine",
        dose=Decimal(60),
        dose_is="fixed",
        n_randomised=116,
    )


def test_an_interval_worked_out_from_a_p_value_is_marked():
    # Guan 2011 (PMID 21444113), abstract: difference -0.6, P = 0.005, no interval printed.
    (row,) = (c for c in load_trials().contrasts if c.study == "Guan2011" and c.measure == "MD")
    assert row == ContrastResult(
        study="Guan2011",
        outcome="pain_change",
        treatment1="pregabalin",
        treatment2="placebo",
        dose1=Decimal(600),
        measure="MD",
        estimate=-0.6,
        low=-1.019,
        high=-0.181,
        scale="NRS_0_10",
        also_arm_level=False,
        basis=Basis.RECONSTRUCTED,
        source="S101",
        row=row.row,
        note="CI derived from P=0.005",
    )


def test_contrasts_are_marked_reconstructed_when_any_part_of_them_was_derived():
    marked = {c.study for c in load_trials().contrasts if c.basis is Basis.RECONSTRUCTED}
    assert marked == {
        "BLOSSOM2023",
        "Guan2011",
        "OPTION_DM2022",
        "Simpson2010",
        "Smith2013_CALGB170601",
        "Vollmer2014",
    }


def test_open_label_trials_and_people_counted_in_two_studies_are_known():
    tables = load_trials()
    assert {study.id for study in tables.studies.values() if study.open_label} == {
        "Dallocchio2000",
        "Daniel_IJAM1099",
        "Devi2012",
        "Hirayama2015",
        "JPMS_Rawalpindi2015",
        "Khasbage2021",
        "PHN_open_AMI25_vs_PGB150",
        "Shahid2019",
        "Tanenberg2011",
    }
    assert {s.id: s.same_people_as for s in tables.studies.values() if s.same_people_as} == {
        "Dinat2015_crossover": "Dinat2015_period1"
    }


def test_a_study_says_what_it_is_and_what_was_not_seen():
    assert load_trials().studies["Leijon1989"] == Study(
        id="Leijon1989",
        title="Leijon 1989",
        reference="10.1016/0304-3959(89)90108-5",
        year=1989,
        condition="central_poststroke_pain",
        design="crossover",
        weeks=4.0,
        risk_of_bias="not_judged",
        open_label=False,
        note="15 patients. Placebo count not in the abstract: reconstructed as 1/15, which "
        "reproduces Finnerup NNT 1.7 (1.2-3.0).",
        source="S008",
    )


def test_a_published_range_keeps_its_words_and_has_no_number():
    ranges = {p.printed for p in load_published() if p.estimate is None}
    assert ranges == {
        "57-68% vs 35-47%",
        "4.6 to 8.9",
        "13.9 to 26.2",
        "5.2; 2.7",
        "4.6-8.9",
        "4-6",
    }
