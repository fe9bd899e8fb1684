"""`assuage knowledge check` finds what is wrong with rules, each thing in its file and line.

Truth: our own knowledge is free of errors by every check; a copy of it, broken by hand one way at
a time, has the one error that was put in.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

import assuage_knowledge
from assuage.errors import InvalidInput
from assuage.knowledge.check_rules import check_rules
from assuage.knowledge.patient_file import Gene
from assuage.knowledge.rules import load_safety
from assuage.options.gene_condition import Genotype
from assuage.options.satisfiable import World, why_never

Genes = tuple[tuple[str, tuple[str, ...]], ...]
OWN = Path(assuage_knowledge.__file__).parent
TAIL = """
  effect: {effect}
  because: a test
  mechanism: not_stated
  do: A test.
  region: US
  graded_by: source
  source: {{id: duloxetine-us-label, locator: "2.7", grade: A}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ignore = shutil.ignore_patterns("releases", "__pycache__", "trials", "effects")
    shutil.copytree(OWN, tmp_path / "knowledge", ignore=ignore)
    return tmp_path / "knowledge"


def with_rule(folder: Path, about: str, when: str, *more: str, effect: str = "avoid") -> str:
    """Add a rule X01 at the end of kidney.yaml; return its file and line."""
    path = folder / "rules" / "kidney.yaml"
    text = path.read_text().rstrip("\n") + "\n"
    line = text.count("\n") + 2
    lines = "".join(f"\n  {one}" for one in more)
    rule = f"\n- id: X01\n  about: {about}\n  when: {when}{lines}{TAIL.format(effect=effect)}"
    path.write_text(text + rule)
    return f"rules/kidney.yaml, line {line}"


def found(folder: Path | None, severity: str = "error") -> list[tuple[str, str, str]]:
    return [
        (result.name, each.where, each.says)
        for result in check_rules(folder)
        for each in result.findings
        if each.severity == severity
    ]


def test_our_own_knowledge_has_no_error():
    assert found(None) == []


def test_an_untouched_copy_is_found_the_same(folder: Path):
    assert check_rules(folder) == check_rules()


NEVER = [
    pytest.param(
        "{all: [{below: {fact: crcl, limit: 30, unit: mL/min}},"
        " {at_least: {fact: crcl, limit: 50, unit: mL/min}}]}",
        "no plausible creatinine clearance lies in its range",
        id="two thresholds that exclude each other",
    ),
    pytest.param(
        "{between: {fact: crcl, low: 50, high: 30, unit: mL/min}}",
        "no plausible creatinine clearance lies in its range",
        id="an empty range",
    ),
    pytest.param(
        "{above: {fact: crcl, limit: 300, unit: mL/min}}",
        "no plausible creatinine clearance lies in its range",
        id="beyond what a person can have",
    ),
    pytest.param(
        "{all: [{below: {fact: sodium, limit: 125, unit: mmol/L}},"
        " {not: {below: {fact: sodium, limit: 130, unit: mmol/L}}}]}",
        "no plausible sodium lies in its range",
        id="a range and its complement",
    ),
    pytest.param(
        "{all: [{has: dementia}, {not: {has: dementia}}]}",
        "it asks for dementia and excludes dementia",
        id="a condition and its absence",
    ),
    pytest.param(
        "{all: [{has: alzheimer_disease}, {not: {has: dementia}}]}",
        "it asks for Alzheimer disease and excludes dementia",
        id="a condition without what it implies",
    ),
    pytest.param(
        "{all: [{has: cyp2d6_poor_metaboliser}, {has: cyp2d6_ultrarapid_metaboliser}]}",
        "CYP2D6 poor metaboliser and CYP2D6 ultrarapid metaboliser exclude each other",
        id="two phenotypes of one gene",
    ),
    pytest.param(
        "{all: [{takes: maoi}, {not: {takes: maoi, within_days: 14}}]}",
        "it asks for monoamine oxidase inhibitor and excludes monoamine oxidase inhibitor",
        id="a medicine taken now and not in two weeks",
    ),
    pytest.param(
        "{takes: duloxetine}",
        "duloxetine alone is in duloxetine, and a drug never meets itself",
        id="a drug that meets only itself",
    ),
    pytest.param("{not: {always: true}}", "it excludes what holds for every patient", id="never"),
    pytest.param("{has: hba1c}", "nothing in a record can show HbA1c", id="out of reach"),
]


@pytest.mark.parametrize(("when", "why"), NEVER)
def test_a_rule_that_no_patient_can_meet_is_found(folder: Path, when: str, why: str):
    where = with_rule(folder, "duloxetine", when)
    assert found(folder) == [("never fires", where, f"X01 can never fire: {why}.")]


@pytest.mark.parametrize(
    "when",
    [
        "{any: [{not: {always: true}}, {has: dementia}]}",
        "{all: [{has: cyp2d6_poor_metaboliser}, {has: cyp2c19_poor_metaboliser}]}",
        "{all: [{takes: maoi, within_days: 14}, {not: {takes: maoi}}]}",
        "{all: [{at_least: {fact: crcl, limit: 30, unit: mL/min}},"
        " {below: {fact: crcl, limit: 31, unit: mL/min}}]}",
        "{all: [{has: dementia}, {not: {has: alzheimer_disease}}]}",
    ],
)
def test_a_rule_that_some_patient_can_meet_is_left_alone(folder: Path, when: str):
    with_rule(folder, "duloxetine", when)
    assert found(folder) == []


@pytest.mark.parametrize(
    ("genes", "why"),
    [
        ((("CYP2D6", ("sluggish",)),), "no record can hold CYP2D6 sluggish"),
        ((("CYP9Z9", ("poor",)),), "no record can hold CYP9Z9 poor"),
        ((("CYP2D6", ("sluggish", "poor")),), ""),
        ((("CYP2D6", ("poor",)), ("CYP2C19", ("not_tested",))), ""),
    ],
)
def test_a_gene_row_whose_results_no_record_can_have_is_found(genes: Genes, why: str):
    world = World.of(load_safety().vocabulary, get_args(Gene))
    assert why_never(Genotype(genes=genes), world) == why


def test_a_class_rule_dead_for_one_of_its_drugs_is_a_note(folder: Path):
    where = with_rule(folder, "snri", "{takes: duloxetine}", effect="caution")
    says = (
        "X01 can never fire for duloxetine: duloxetine alone is in duloxetine, and a drug never "
        "meets itself."
    )
    assert ("never fires", where, says) in found(folder, "note")
    assert found(folder) == []


def test_rules_that_contradict_are_found(folder: Path):
    where = with_rule(
        folder, "duloxetine", "{below: {fact: crcl, limit: 30, unit: mL/min}}", effect="caution"
    )
    says = (
        "With creatinine clearance below 30 mL/min, RC175 says avoid (duloxetine) and X01 says "
        "caution (duloxetine), both US."
    )
    assert found(folder) == [("contradicts", where, says)]


def test_a_different_cap_is_a_contradiction(folder: Path):
    where = with_rule(
        folder,
        "citalopram",
        "{above: {fact: age, limit: 60, unit: years}}",
        "cap_mg_per_day: 30",
        effect="reduce_dose",
    )
    says = (
        "With age above 60 years, X01 says reduce dose, at most 30 mg/day (citalopram) and RC197 "
        "says reduce dose, at most 20 mg/day (citalopram), both US."
    )
    assert where == "rules/kidney.yaml, line 224"  # read before the other
    other = (folder / "rules" / "older_adults.yaml").read_text().splitlines().index("- id: RC197")
    assert found(folder) == [("contradicts", f"rules/older_adults.yaml, line {other + 1}", says)]


def test_a_recorded_disagreement_is_no_contradiction_and_an_unrecorded_one_is(folder: Path):
    path = folder / "disagreements.yaml"
    text = path.read_text()
    start = text.index("  - id: paroxetine-older-adults")
    path.write_text(text[:start] + text[text.index("  - id: amitriptyline-heart-disease") :])
    assert [says.split(", ")[1][:16] for _, _, says in found(folder)] == ["RC201 says reduc"]


def test_the_same_statement_twice_is_found(folder: Path):
    where = with_rule(folder, "duloxetine", "{below: {fact: crcl, limit: 30, unit: mL/min}}")
    says = (
        "X01 (duloxetine) says what RC175 (duloxetine) says, by the same source: avoid with "
        "creatinine clearance below 30 mL/min."
    )
    assert found(folder) == [("duplicate", where, says)]


def test_a_rule_that_another_outdoes_is_a_note(folder: Path):
    when = "{below: {fact: crcl, limit: 20, unit: mL/min}}"
    where = with_rule(folder, "duloxetine", when, effect="caution")
    says = (
        "X01 (caution with creatinine clearance below 20 mL/min) never decides: RC175 (avoid with "
        "creatinine clearance below 30 mL/min) fires whenever it does."
    )
    assert ("redundant", where, says) in found(folder, "note")
    assert found(folder) == []


def test_a_cap_above_the_maximum_and_a_start_above_the_cap_are_found(folder: Path):
    where = with_rule(
        folder,
        "duloxetine",
        "{has: dementia}",
        "cap_mg_per_day: 130",
        "start_at_most_mg_per_day: 140",
        effect="reduce_dose",
    )
    assert found(folder) == [
        (
            "doses",
            where,
            "X01 allows a first dose of 140 mg/day and no more than 130 mg/day at all.",
        ),
        (
            *("doses", where),
            "X01: a cap of 130 mg/day of duloxetine, above its highest maximum of 120 mg/day.",
        ),
        (
            *("doses", where),
            "X01: a first dose of 140 mg/day of duloxetine, above its highest maximum of "
            "120 mg/day.",
        ),
    ]


def change(name: str, old: str, new: str) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        path = folder / name
        text = path.read_text()
        assert text.count(old) >= 1
        path.write_text(text.replace(old, new, 1))

    return apply


SOURCE = "aha-qtc-2009:\n"
ELSEWHERE = [
    pytest.param(
        change("rules/sources.yaml", SOURCE, f"a-book:\n  title: A book\n{SOURCE}"),
        [
            ("sources", "The source a-book is cited by nobody."),
            ("sources", "The source a-book has no address: nobody can read it again."),
        ],
        id="a source without address, cited by nobody",
    ),
    pytest.param(
        change("rules/kidney.yaml", 'locator: "2.7; 5.14", grade: A', "grade: A"),
        [("sources", "RC175 cites duloxetine-us-label without a place.")],
        id="no place",
    ),
    pytest.param(
        change("rules/kidney.yaml", 'locator: "2.7; 5.14", grade: A', 'locator: "2.7"'),
        [("sources", "RC175 cites duloxetine-us-label without a grade.")],
        id="no grade",
    ),
    pytest.param(
        change("valuesets/classes.yaml", "ndri: [bupropion]", "ndri: [bupropion]\nempty: []"),
        [("drugs", "The class empty is empty: its rules are about no drug.")],
        id="an empty class",
    ),
    pytest.param(
        change("valuesets/classes.yaml", "ndri: [bupropion]", "ndri: [bupropion, esketamine]"),
        [("drugs", "The class ndri names esketamine, which no drug file describes.")],
        id="a class with a drug that is none of ours",
    ),
    pytest.param(
        change(
            "valuesets/concepts.yaml",
            "\nadhd:\n",
            "\nelixirs:\n  kind: medication\n  label: elixirs\n  atc: [N06]\n\nadhd:\n",
        ),
        [("concepts", "No medicine is in elixirs (elixirs).")],
        id="a group without medicines",
    ),
    pytest.param(
        change(
            "valuesets/concepts.yaml",
            "\nadhd:\n",
            "\nhla_b_carrier:\n  kind: genotype\n  label: HLA-B carrier\n\nadhd:\n",
        ),
        [("concepts", "Nothing in a record can show hla_b_carrier (HLA-B carrier).")],
        id="a genotype that no key can state",
    ),
]


@pytest.mark.parametrize(("breaking", "expected"), ELSEWHERE)
def test_what_rules_rest_on_is_checked(
    folder: Path, breaking: Callable[[Path], None], expected: list[tuple[str, str]]
):
    breaking(folder)
    assert [(name, says) for name, _, says in found(folder)] == expected


def test_a_concept_without_code_or_other_name_is_a_note(folder: Path):
    new = "\nodd_state:\n  kind: condition\n  label: odd state\n\nadhd:\n"
    change("valuesets/concepts.yaml", "\nadhd:\n", new)(folder)
    says = "odd_state (odd state) has no ICD-10-CM code and no other name."
    assert says in [said for _, _, said in found(folder, "note")]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("rules/kidney.yaml", "about: duloxetine", "about: duloxetin", "a rule about duloxetin"),
        ("rules/kidney.yaml", "id: duloxetine-us-label", "id: a-label", "the source a-label"),
        ("rules/heart.yaml", "has: cardiovascular_disease", "has: bad_heart", "has: bad_heart"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(
    folder: Path, name: str, old: str, new: str, said: str
):
    change(name, old, new)(folder)
    with pytest.raises(InvalidInput) as refused:
        check_rules(folder)
    assert [(p.where.split(",")[0], p.found) for p in refused.value.problems] == [(name, said)]


def test_a_folder_that_is_no_knowledge_is_refused(tmp_path: Path):
    with pytest.raises(InvalidInput, match="no folder rules in it"):
        check_rules(tmp_path)
