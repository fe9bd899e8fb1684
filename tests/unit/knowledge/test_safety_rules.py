"""Rules and value sets are read strictly; those that come with assuage are whole.

Truth: the schema of the rule and value-set files, and errors put in on purpose.
"""

from pathlib import Path

import pytest

from assuage.errors import InvalidInput
from assuage.knowledge.rules import load_safety
from assuage.options.condition import VOCABULARY, AtLeast, Below, Between, Takes

CONCEPTS = """\
maoi: {kind: medication, label: MAO inhibitor, members: [phenelzine, fenelzine]}
glaucoma: {kind: condition, label: glaucoma, implies: [eye_disease]}
hyponatraemia:
  kind: condition
  label: hyponatraemia
  shown_by: [{below: {fact: sodium, limit: 135, unit: mEq/L}, source: {id: guideline}}]
  otherwise: absent
"""
MEDICINES = "medicine,names,groups,source\nphenelzine,Nardil,maoi; mao,test\n"
SPELLINGS = """\
written,means,kind,source
Nardil,phenelzine,misspelling,test
fenelzin,phenelzin,misspelling,test
phen,phenelzine,ambiguous,test
nardl,phenelzine,slip,test
"""
MEASUREMENTS = """\
sodium: {label: sodium, unit: mmol/L, units: {mEq/L: 1}, plausible: [95, 185], counts_for_days: 90}
chloride:
  label: chloride
  unit: mmol/L
  units: {}
  plausible: [60, 150]
  counts_for_days: for_ever
  graded_by: source
"""
RULES = """\
- id: R1
  about: amines
  when: {takes: maoi, within_days: 14}
  effect: contraindicated
  because: serotonin syndrome
  do: Wait.
  mechanism: mao_inhibited
  region: US
  graded_by: source
  source: {id: label}
- id: R1
  about: nonamine
  when: {takes: glaucoma}
  effect: avoid
  if_not_recorded: caution
  region: US
  graded_by: source
  source: {id: lable}
- id: R3
  about: examplamine
  when: {all: [{below: {fact: sodium, limit: 130, unit: mg}}, {hass: glaucoma}]}
  effect: caution
  if_not_recorded: pass
  region: US
  graded_by: source
  source: {id: label}
- id: R4
  about: examplamine
  when: {has: glaucoma}
  effect: avoid
  if_not_recorded: caution
  region: US
  graded_by: source
  source: {id: label}
- id: R5
  about: examplamine
  when: {has: glaucoma}
  effect: caution
  if_not_recorded: pass
  region: US
  graded_by: source
  source: {id: label}
- id: R6
  about: examplamine
  when: {any: [{has: glaucoma}, {not: {plans: maoi}}]}
  effect: caution
  do: Wait.
  region: US
  graded_by: source
  source: {id: label}
- id: R7
  about: examplamine
  when: {takes_at_least: {concept: maoi, medicines: 2}}
  effect: caution
  because: serotonin syndrome
  do: Wait.
  mechanism: mao_inhibition
  region: US
  graded_by: source
  source: {id: label}
- id: R8
  about: examplamine
  when: {takes_at_least: {concept: glaucoma, medicines: 2}}
  effect: caution
  region: US
  graded_by: source
  source: {id: label}
- id: R9
  about: examplamine
  when: {takes_at_least: {concept: maoi, medicines: 1}}
  effect: caution
  region: US
  graded_by: source
  source: {id: label}
"""
MECHANISMS = """\
- {id: mao_inhibited, label: MAO inhibition, explanation: What is raised is not removed.}
- {id: not_stated, label: not stated, explanation: The source is silent., source: {id: lable}}
- {id: not_stated, label: not stated, explanation: The source is silent.}
"""
PROBLEMS = [
    "valuesets/measurements.yaml, line 2: found graded_by: source for chloride, without a "
    "source; expected the source that says how long it counts. Add the source, or leave "
    "graded_by out: then the number is assuage's own.",
    "valuesets/concepts.yaml: found the member fenelzine of maoi; expected a medicine of "
    "valuesets/medicines.csv, in a medication concept (did you mean phenelzine?). Correct it, "
    "or list the medicine there.",
    "valuesets/medicines.csv, row 2: found the medication concept mao; expected a "
    "medication concept that is listed (did you mean maoi?). Correct it, or list it.",
    "valuesets/concepts.yaml, line 2: found the concept eye_disease; expected a concept that "
    "is listed. Correct it, or list it.",
    "valuesets/spellings.csv, row 2: found nardil again, which is phenelzine; expected each "
    "spelling once, and no name of medicines.csv. Correct the row.",
    "valuesets/spellings.csv, row 3: found the medicine phenelzin; expected one of "
    "medicines.csv (did you mean phenelzine?). Correct the row.",
    "valuesets/spellings.csv, row 4: found 1 medicines for phen; expected the medicines it may "
    "mean, two or more. Correct the row.",
    "valuesets/spellings.csv, row 5: found the kind slip; expected one of abbreviation, "
    "misspelling, name, ambiguous, other_medicine. Correct the row.",
    "mechanisms.yaml, line 2: found the source lable; expected an id of rules/sources.yaml "
    "(did you mean label?). Correct the id, or add the source there.",
    "mechanisms.yaml, line 3: found the mechanism not_stated again; expected each mechanism "
    "once. Remove one of the two.",
    "rules/eye.yaml, line 11: found the rule R1 again; expected the one at rules/eye.yaml, "
    "line 1. Correct the rule.",
    "rules/eye.yaml, line 11: found a rule about nonamine; expected a class or a drug. "
    "Correct the rule.",
    "rules/eye.yaml, line 11: found the source lable; expected an id of rules/sources.yaml "
    "(did you mean label?). Correct the id, or add the source there.",
    "rules/eye.yaml, line 13: found takes: glaucoma; expected a medication concept of the "
    "value sets. Correct the rule.",
    "rules/eye.yaml, line 21: found sodium in mg; expected sodium in mmol/L or mEq/L. "
    "Write the limit in one of these units.",
    "rules/eye.yaml, line 21: found {'hass': 'glaucoma'}; expected one of takes, "
    "takes_at_least, plans, has, by_inhibitor, below, above, at_least, between, all, any, not, "
    "always (did you mean has?). Correct the rule.",
    "rules/eye.yaml, line 27: found R4: an unrecorded fact would permit more (caution) than "
    "the fact itself (avoid). Use if_not_recorded: ask.; expected a rule that keeps the law "
    "of unrecorded facts. Correct the rule.",
    "rules/eye.yaml, line 35: found if_not_recorded: pass on R5; expected pass only on "
    "monitor and note rules, and on rules that read genotypes alone. Correct the rule.",
    "rules/eye.yaml, line 43: found R6, a rule on a medicine, without mechanism and because; "
    "expected a mechanism of mechanisms.yaml (not_stated where the source is silent), because "
    "and do. Correct the rule.",
    "rules/eye.yaml, line 51: found the mechanism mao_inhibition of R7; expected one of "
    "mechanisms.yaml (did you mean mao_inhibited?). Correct the rule.",
    "rules/eye.yaml, line 63: found takes: glaucoma; expected a medication concept of the "
    "value sets. Correct the rule.",
    "rules/eye.yaml, line 70: found 1 for medicines; expected greater than or equal to 2. "
    "Correct it.",
]


def folder_with(root: Path) -> Path:
    parts = {
        "rules/sources.yaml": "label: {title: Label}\nguideline: {title: Guideline}\n",
        "rules/eye.yaml": RULES,
        "mechanisms.yaml": MECHANISMS,
        "valuesets/concepts.yaml": CONCEPTS,
        "valuesets/measurements.yaml": MEASUREMENTS,
        "valuesets/medicines.csv": MEDICINES,
        "valuesets/spellings.csv": SPELLINGS,
        "valuesets/classes.yaml": "amines: [examplamine]\n",
        "valuesets/reactions.yaml": "serious: [anaphyla*]\n",
    }
    for name, text in parts.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_every_problem_of_all_files_is_named_at_once(tmp_path):
    with pytest.raises(InvalidInput) as refused:
        load_safety(folder_with(tmp_path))
    assert str(refused.value).split("\n") == PROBLEMS


@pytest.fixture(scope="module")
def safety():
    return load_safety()


def rule(safety, name):
    return next(rule for rule in safety.rules if rule.id == name)


def test_the_rules_that_come_with_assuage_say_what_their_labels_say(safety):
    # Cymbalta 2.7 (CrCl below 30), Effexor XR 2.6 (30-89), label section 4 (MAOI within 14 days),
    # Celexa 2.3 (20 mg over 60 years): read in the labels' own words.
    assert rule(safety, "RC175").when == Below(
        fact="crcl", label="creatinine clearance", limit=30, unit="mL/min"
    )
    assert rule(safety, "RC177").when == Between(
        fact="crcl", label="creatinine clearance", low=30, high=89, unit="mL/min"
    )
    assert rule(safety, "RC001").when == Takes(
        concept="maoi", label=safety.vocabulary.label("maoi"), within_days=14
    )
    assert rule(safety, "RC126").when == AtLeast(fact="age", label="age", limit=65, unit="years")
    assert rule(safety, "RC197").cap == 20


def test_every_rule_and_every_node_can_be_read_by_a_person(safety):
    for each in safety.rules:
        assert each.sentence.strip()
        assert each.citation.source.title
        assert "_" not in each.when.sentence
    assert all(node.manual.startswith("`{") for node in VOCABULARY)


def test_every_fact_a_rule_reads_can_be_recorded(safety):
    words = safety.vocabulary
    for each in safety.rules:
        known = words.takeable | words.stateable | set(words.measures)
        assert each.when.reads <= known, each.id


def test_candidate_drugs_are_medicines_of_their_class(safety):
    for group in ("tca", "snri", "ssri"):
        for drug in safety.classes[group]:
            medicine = safety.vocabulary.medicines[drug]
            assert group in safety.vocabulary.concepts_of(medicine) or group == "snri"
