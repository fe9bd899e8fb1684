"""Gene guidance and the table of inhibitors are read strictly: every problem at once, by line.

Truth: docs/reference/knowledge-files.md, and errors put in on purpose.
"""

from pathlib import Path

import pytest

from assuage.errors import InvalidInput
from assuage.knowledge.rules import load_safety
from assuage.options.gene_condition import ByInhibitor, Genotype

EFFECTS = """\
guidelines:
  CPIC 2016: {short: CPIC, region: INT}
effects:
  - {action: reduce, drugs: amines, effect: caution, graded_by: assuage, do: "{guideline}: {says}"}
  - {action: standard, effect: note, graded_by: source, do: "{guideline}: {says}"}
"""
GENES = """\
drug: examplamine
tables:
  - guideline: CPIC 2016
    source: guideline
    entries:
      - {phenotypes: {CYP2D6: poor}, action: reduce, strength: Strong, says: less., record: PA1}
"""
INHIBITORS = """\
quinidine: [{enzyme: CYP2D6, inhibits: strong, source: {id: guideline}}]
"""
CONCEPTS = """\
cyp2d6_poor_metaboliser: {kind: genotype, label: CYP2D6 poor metaboliser}
cyp2d6_strong_inhibitor: {kind: medication, label: CYP2D6 strong inhibitor}
cyp2d6_moderate_inhibitor: {kind: medication, label: CYP2D6 moderate inhibitor}
"""
RULE = """\
- id: R1
  about: examplamine
  when: {by_inhibitor: {CYP2D6: poor}}
  effect: caution
  because: higher level
  do: Start low.
  mechanism: inhibited
  region: INT
  graded_by: assuage
  source: {id: label}
"""
MECHANISM = """\
- {id: inhibited, label: inhibition, explanation: It is broken down more slowly.}
"""


def folder_with(root: Path, **different: str) -> Path:
    parts = {
        "rules/sources.yaml": "label: {title: Label}\n",
        "rules/eye.yaml": RULE,
        "mechanisms.yaml": MECHANISM,
        "genes/sources.yaml": "guideline: {title: Guideline}\n",
        "genes/effects.yaml": EFFECTS,
        "genes/examplamine.yaml": GENES,
        "kinetics/inhibitors.yaml": INHIBITORS,
        "valuesets/concepts.yaml": CONCEPTS,
        "valuesets/measurements.yaml": "{}\n",
        "valuesets/medicines.csv": "medicine,names,groups,source\nquinidine,,,test\n",
        "valuesets/spellings.csv": "written,means,kind,source\n",
        "valuesets/classes.yaml": "amines: [examplamine]\n",
        "valuesets/reactions.yaml": "serious: []\n",
    }
    for name, text in {**parts, **different}.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_a_folder_without_faults_gives_rules_groups_and_sources(tmp_path: Path):
    safety = load_safety(folder_with(tmp_path))
    inhibitor, gene = safety.rules
    assert inhibitor.when == ByInhibitor(gene="CYP2D6", phenotype="poor")
    assert (gene.id, gene.effect, gene.do) == ("PA1", "caution", "CPIC: less.")
    assert gene.when == Genotype(genes=(("CYP2D6", ("poor",)),))
    assert gene.citation.locator == "CPIC 2016: CYP2D6 poor (PA1); Strong"
    quinidine = safety.vocabulary.medicines["quinidine"]
    assert quinidine.concepts == {"cyp2d6_strong_inhibitor"}
    assert set(safety.sources) == {"label", "guideline"}


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        (
            "genes/examplamine.yaml",
            "drug: examplamine",
            "drug: examplamin",
            "genes/examplamine.yaml, line 1: found the drug examplamin; expected a drug of a class "
            "(did you mean examplamine?). Correct it.",
        ),
        (
            "genes/examplamine.yaml",
            "CPIC 2016",
            "CPIC 2061",
            "genes/examplamine.yaml, line 3: found the guideline CPIC 2061; expected one of "
            "genes/effects.yaml: CPIC 2016. Correct it.",
        ),
        (
            "genes/examplamine.yaml",
            "action: reduce",
            "action: redcue",
            "genes/examplamine.yaml, line 6: found the action redcue; expected an action of "
            "genes/effects.yaml. Correct it.",
        ),
        (
            "genes/examplamine.yaml",
            "record: PA1",
            "record: R1",
            "genes/examplamine.yaml, line 6: found the rule R1 again; expected a rule of its own, "
            "or the same genes and effect. Correct the id of the rule.",
        ),
        (
            "genes/examplamine.yaml",
            "source: guideline",
            "source: guidelin",
            "genes/examplamine.yaml, line 6: found the source guidelin; expected an id of "
            "rules/sources.yaml (did you mean guideline?). Correct the id, or add the source "
            "there.",
        ),
        (
            "valuesets/concepts.yaml",
            "cyp2d6_strong_inhibitor:",
            "cyp2d6_strong:",
            "kinetics/inhibitors.yaml, line 1: found CYP2D6 inhibits: strong, in the group "
            "cyp2d6_strong_inhibitor; expected a medication concept that is listed. List it in "
            "valuesets/concepts.yaml.",
        ),
        (
            "genes/sources.yaml",
            "guideline: {title: Guideline}",
            "guideline: {title: Guideline}\nlabel: {title: Label}",
            "genes/sources.yaml, line 2: found the source label again; expected each source in one "
            "list. Remove one of the two.",
        ),
        (
            "kinetics/inhibitors.yaml",
            "quinidine:",
            "quinidin:",
            "kinetics/inhibitors.yaml, line 1: found the medicine quinidin; expected a medicine of "
            "valuesets/medicines.csv (did you mean quinidine?). Correct it, or list it.",
        ),
        (
            "kinetics/inhibitors.yaml",
            "inhibits: strong",
            "inhibits: strong, induces: weak",
            "kinetics/inhibitors.yaml, line 1: found not one of inhibits and induces; expected one "
            "of inhibits and induces, with a strength. Write what the medicine does to the enzyme.",
        ),
        (
            "rules/eye.yaml",
            "{CYP2D6: poor}",
            "{CYP2D6: normal}",
            "rules/eye.yaml, line 3: found by_inhibitor: {'CYP2D6': 'normal'}; expected CYP2D6 or "
            "CYP2C19, with poor or intermediate. Correct the rule.",
        ),
    ],
)
def test_a_fault_is_named_with_its_line(
    tmp_path: Path, name: str, old: str, new: str, problem: str
):
    path = folder_with(tmp_path) / name
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        load_safety(tmp_path)
    assert str(refused.value) == problem
