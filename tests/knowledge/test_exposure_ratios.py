"""Exposure ratios are read as published, each with its place and what may be done with it.

Truth: PMC6709421 table 4 (dextromethorphan with paroxetine, activity score 2), the abstract of
Alderman 1997 (areas of 634 and 3305), and the traps known in the sources. The broken tables are
written here.
"""

from pathlib import Path

import pytest

from assuage.errors import InvalidInput
from assuage.exposure.observation import observations
from assuage.exposure.published import ExposureRatio
from assuage.knowledge.exposure_ratios import (
    CLASS_COLUMNS,
    MOIETY_COLUMNS,
    RATIO_COLUMNS,
    ROUTE_COLUMNS,
    load_exposure,
)
from assuage.knowledge.rules import load_safety

WORDS = load_safety().vocabulary
KNOWLEDGE = load_exposure(WORDS)
ROWS = {row.id: row for row in KNOWLEDGE.ratios}


def test_a_ratio_with_its_interval_is_as_the_table_prints_it():
    row = ROWS["A188"]
    assert row == ExposureRatio(
        id="A188",
        victim="dextromethorphan",
        analyte="dextromethorphan",
        kind="inhibitor",
        factor="paroxetine",
        factor_dose="see source",
        reference_group="alone",
        people="AS2",
        route="CYP2D6",
        level="paroxetine",
        activity=None,
        subjects_activity=1.0,
        ratio=14.6,
        low=10.0,
        high=21.4,
        n="16",
        measure="AUC ratio",
        basis="reported",
        use="score",
        study="Storelli 2018",
        citation=row.citation,
        primary_url="",
        flag="",
        row=row.row,
        note="",
    )
    assert row.citation.source.title == "PMC6709421 Table 4: drug-drug-gene interactions CYP2D6"


def test_what_we_computed_from_printed_areas_is_marked_as_derived():
    assert ROWS["A083"].basis == "derived"
    assert ROWS["A083"].ratio == pytest.approx(3305 / 634, abs=0.005)
    assert ROWS["A114"].ratio == pytest.approx(214.4 / 195.5, abs=0.001)


def test_known_traps_stand_in_the_table_and_teach_nothing():
    # An inverted ratio, the first day of an inhibitor, a short window, a metabolite, TDM in words.
    traps = {
        "A074": "exclude",
        "A006": "dynamic_only",
        "A068": "check_window",
        "A119": "metabolite",
        "A093": "qualitative",
    }
    assert {name: ROWS[name].use for name in traps} == traps
    learnt = {row.id for observed in observations(KNOWLEDGE.ratios) for row in observed.rows}
    assert not learnt & set(traps)


def test_a_null_control_makes_no_inhibitor():
    inhibitors = {(o.inhibitor, o.route) for o in observations(KNOWLEDGE.ratios)}
    assert ("paroxetine", "CYP2D6") in inhibitors
    assert ("paroxetine", "CYP3A4") not in inhibitors


def test_one_study_speaks_once_for_a_drug_and_a_factor():
    (found,) = (
        o
        for o in observations(KNOWLEDGE.ratios)
        if (o.drug, o.inhibitor, o.study) == ("desipramine", "paroxetine", "Aldermann 1997")
    )
    assert {row.id for row in found.rows} == {"A007", "A008", "A083"}
    assert found.ratio == pytest.approx((4.96 * 7.40 * 5.21) ** (1 / 3))


def test_each_source_is_cited_and_each_citation_has_its_source():
    cited = {row.citation.source for row in KNOWLEDGE.ratios}
    assert all(source.title for source in cited)


def write(folder: Path, *, ratios: str = "", routes: str = "", moieties: str = "", classes=""):
    (folder / "sources.csv").write_text("source_id,title,url\na,A paper,\n")
    for name, columns, rows in (
        ("exposure_ratios", RATIO_COLUMNS, ratios),
        ("routes", ROUTE_COLUMNS, routes),
        ("moieties", MOIETY_COLUMNS, moieties),
        ("inhibitor_classes", CLASS_COLUMNS, classes),
    ):
        (folder / f"{name}.csv").write_text(",".join(columns) + "\n" + rows)
    return folder


def problems(folder: Path) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        load_exposure(WORDS, folder)
    return [str(problem).removeprefix("kinetics/") for problem in refused.value.problems]


def test_a_broken_table_of_ratios_is_refused_with_all_its_problems(tmp_path: Path):
    start = "desipramine,desipramine"
    end = "AUC ratio,reported,score,Study,a,,,"
    folder = write(
        tmp_path,
        ratios=f"1,{start},inhibitor,x,,,,CYP2D6,paroxetin,1,2.7,,,,{end}\n"
        f"2,{start},genotype,x,,,,CYP2D6,0,,2.7,3.0,4.0,,{end}\n"
        f"2,{start},kidney,x,,,,kidney,bad,,2.7,,,,{end}\n"
        f"4,{start},genotype,x,,,,CYP2D9,-1,,0,,,,{end}\n"
        f"5,{start},genotype,x,,,,CYP2D6,0,1,2.7,,,,{end}\n",
    )
    assert problems(folder) == [
        "exposure_ratios.csv, row 4: found 2 a second time (first in row 3); expected each id "
        "once. Keep one of the two.",
        "exposure_ratios.csv, row 2: found 'paroxetin' for level; expected an id in "
        "valuesets/medicines.csv (did you mean paroxetine?). Correct the id, or add it to "
        "valuesets/medicines.csv.",
        "exposure_ratios.csv, row 3: found '2.7' for ratio; expected a ratio within its interval. "
        "Correct one of the three.",
        "exposure_ratios.csv, row 4: found 'bad' for level; expected below_30, 30_to_60 or another "
        "range of mL/min. Correct it.",
        "exposure_ratios.csv, row 5: found '0' for ratio; expected a number above 0. Correct the "
        "number.",
        "exposure_ratios.csv, row 5: found 'CYP2D9' for route; expected one of CYP1A2, CYP2B6, "
        "CYP2C19, CYP2D6, CYP3A4, kidney, liver, . Correct it.",
        "exposure_ratios.csv, row 5: found '-1' for level; expected an activity of 0 or more. "
        "Correct it.",
        "exposure_ratios.csv, row 6: found '1' for subjects_activity; expected an empty cell, it "
        "belongs to tests of a medicine. Empty the cell.",
    ]


def test_broken_routes_metabolites_and_groups_are_refused(tmp_path: Path):
    folder = write(
        tmp_path,
        routes="desipramin,CYP2D6,main,none,no,a,,\ndesipramine,kidney,1.2,makes,maybe,b,,\n",
        moieties="imipramine,desipramine,desipramin,0,us,a,,\n",
        classes="cyp2d6_inhibitors,CYP2D6,mighty\n",
    )
    assert problems(folder) == [
        "routes.csv, row 2: found 'desipramin' for drug; expected an id in valuesets/medicines.csv "
        "(did you mean desipramine?). Correct the id, or add it to valuesets/medicines.csv.",
        "routes.csv, row 3: found '1.2' for share; expected a share above 0 and below 1. Correct "
        "it.",
        "routes.csv, row 3: found 'makes' for metabolite; expected one of none, forms, clears. "
        "Correct it.",
        "routes.csv, row 3: found 'maybe' for inhibits_itself; expected one of yes, no. Correct "
        "it.",
        "routes.csv, row 3: found 'b' for source_id; expected an id in kinetics/sources.csv. "
        "Correct the id, or add it to kinetics/sources.csv.",
        "moieties.csv, row 2: found 'desipramin' for metabolite_drug; expected an id in "
        "valuesets/medicines.csv (did you mean desipramine?). Correct the id, or add it to "
        "valuesets/medicines.csv.",
        "moieties.csv, row 2: found '0' for parent_share; expected a number above 0. Correct the "
        "number.",
        "moieties.csv, row 2: found 'us' for set_by; expected one of source, assuage. Correct it.",
        "inhibitor_classes.csv, row 2: found 'cyp2d6_inhibitors' for concept; expected an id in "
        "valuesets/concepts.yaml (did you mean cyp2d6_inhibitor?). Correct the id, or add it to "
        "valuesets/concepts.yaml.",
        "inhibitor_classes.csv, row 2: found 'mighty' for strength; expected one of strong, "
        "not_stated. Correct it.",
    ]
