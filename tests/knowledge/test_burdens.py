"""Burdens are read strictly, and say of each candidate drug by whose word it adds.

Truth: the schema of the file, errors put in on purpose, the safety rules (a drug whose rule warns
of a medicine because the same effect comes twice adds to that burden), and the labels.
"""

from pathlib import Path

import pytest

from assuage.errors import InvalidInput
from assuage.knowledge.burdens import load_burdens
from assuage.knowledge.drugs import load_drugs
from assuage.knowledge.rules import load_safety

SAFETY = load_safety()
DRUGS = tuple(load_drugs())
BOOK = load_burdens(SAFETY, DRUGS)
DO = "Correct the burden."
WRONG = """\
- id: qt
  label: QT
  meaning: torsade de pointes
  scale: count of medicines
  counts: medicines
  source: {id: citalopram-label}
  level: {at: 3, words: high, source: {id: citalopram-us-label}}
  adds:
    - {concept: qt_prolonging_drugs}
    - {medicines: [haloperidoll, codeine, citalopram], points: 2}
    - {concept: lithium, medicines: [codeine]}
    - {}
  candidates:
    - {about: [citalopram, tcas], source: {id: citalopram-us-label}}
    - {about: [ssri], points: 2, source: {id: citalopram-us-label}}
  conditions: [bradicardia]
- id: qt
  label: QT
  meaning: torsade de pointes
  scale: count of medicines
  counts: medicines
  source: {id: citalopram-us-label}
  adds: [{concept: tca}]
  candidates:
    - about: [nortriptyline, imipramine, desipramine, clomipramine]
      source: {id: citalopram-us-label}
"""


def test_every_problem_of_the_file_is_named_at_once(tmp_path: Path):
    (tmp_path / "burdens.yaml").write_text(WRONG, encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        load_burdens(SAFETY, DRUGS, tmp_path)
    assert str(refused.value).split("\n") == [
        "burdens.yaml, line 17: found the burden qt again; expected each burden once. " + DO,
        "burdens.yaml, line 6: found the source citalopram-label; expected an id of "
        "rules/sources.yaml (did you mean citalopram-us-label?). Correct the id, or add the "
        "source there.",
        "burdens.yaml, line 9: found the medication concept qt_prolonging_drugs; expected a "
        "medication concept that is listed (did you mean qt_prolonging_drug?). " + DO,
        "burdens.yaml, line 10: found the medicine haloperidoll; expected a medicine that is "
        "listed (did you mean haloperidol?). " + DO,
        "burdens.yaml, line 10: found the medicine citalopram again; expected each medicine once, "
        "a candidate among the candidates. " + DO,
        "burdens.yaml, line 10: found 2 points; expected no points where medicines are counted. "
        + DO,
        "burdens.yaml, line 11: found a part that adds; expected a concept or medicines, one of "
        "the two. " + DO,
        "burdens.yaml, line 11: found the medicine codeine again; expected each medicine once, a "
        "candidate among the candidates. " + DO,
        "burdens.yaml, line 12: found a part that adds; expected a concept or medicines, one of "
        "the two. " + DO,
        "burdens.yaml, line 14: found the candidate drug or class tcas; expected a candidate drug "
        "or class that is listed (did you mean tca?). " + DO,
        "burdens.yaml, line 15: found 2 points; expected no points where medicines are counted. "
        + DO,
        "burdens.yaml, line 15: found the candidate citalopram again; expected each candidate "
        "once. " + DO,
        "burdens.yaml, line 1: found the condition bradicardia; expected a condition that is "
        "listed (did you mean bradycardia?). " + DO,
        "burdens.yaml, line 17: found amitriptyline in tca; expected amitriptyline among the "
        "candidates, with source. " + DO,
    ]


@pytest.mark.parametrize(
    ("mechanism", "burden"),
    [
        ("serotonin_added", "serotonergic"),
        ("mao_inhibited", "serotonergic"),
        ("qt_added", "qt"),
        ("bleeding_added", "bleeding"),
        ("sodium_lowered", "sodium"),
        ("sedation_added", "sedation_and_falls"),
        ("pressure_lowered", "pressure_lowering"),
        ("pressure_raised", "pressure_raising"),
        ("seizure_threshold_lowered", "seizure_threshold"),
    ],
)
def test_a_drug_that_a_rule_warns_of_for_the_same_effect_twice_adds_to_it(
    mechanism: str, burden: str
):
    definition = next(each for each in BOOK.definitions if each.id == burden)
    of_rules = {
        drug
        for rule in SAFETY.rules
        if rule.mechanism == mechanism
        for drug in SAFETY.classes.get(rule.about, (rule.about,))
        if rule.about != "any"
    }
    # Bupropion and MAO inhibitors raise blood pressure, not serotonin; paroxetine's label forbids
    # pimozide and thioridazine, whose levels it raises, and does not lengthen QT by itself.
    apart = {("mao_inhibited", "bupropion"), ("qt_added", "paroxetine")}
    missing = of_rules - set(definition.candidates)
    assert {(mechanism, drug) for drug in missing} == {
        pair for pair in apart if pair[0] == mechanism
    }


def test_only_nine_candidates_have_points_on_the_anticholinergic_scale():
    # Score 3: the five tricyclics and paroxetine; score 1: venlafaxine, trazodone, bupropion.
    definition = BOOK.definitions[0]
    assert {drug: part.points for drug, part in definition.candidates.items()} == {
        **dict.fromkeys(SAFETY.classes["tca"], 3),
        "paroxetine": 3,
        **dict.fromkeys(["venlafaxine", "trazodone", "bupropion"], 1),
    }
