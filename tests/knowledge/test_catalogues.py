"""Outcomes, treatments and pain conditions name all that the tables and the patients name.

Truth: the 17 candidate drugs and their classes of the drug table; the pain conditions of the
twelve public vignettes; the patients that the intended use turns away.
"""

from pathlib import Path

import pytest

from assuage.errors import InvalidInput
from assuage.evidence.pain_condition import ConditionMatch, match_condition
from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.trials import load_trials

CANDIDATES = {
    "amitriptyline": "tca",
    "nortriptyline": "tca",
    "imipramine": "tca",
    "desipramine": "tca",
    "clomipramine": "tca",
    "duloxetine": "snri",
    "venlafaxine": "snri",
    "desvenlafaxine": "snri",
    "milnacipran": "snri",
    "paroxetine": "ssri",
    "citalopram": "ssri",
    "escitalopram": "ssri",
    "fluoxetine": "ssri",
    "sertraline": "ssri",
    "bupropion": "ndri",
    "mirtazapine": "nassa",
    "trazodone": "sari",
}
VIGNETTES = {
    "painful diabetic polyneuropathy": "painful_diabetic_neuropathy",
    "postherpetic neuralgia": "postherpetic_neuralgia",
    "lumbar radiculopathy": "radiculopathy",
    "painful alcoholic/diabetic polyneuropathy": "polyneuropathy_mixed",
    "chemotherapy-induced neuropathy": "chemotherapy_neuropathy",
    "painful diabetic neuropathy": "painful_diabetic_neuropathy",
    "post-surgical neuropathic pain": "postsurgical_or_traumatic",
    "lumbosacral radicular pain": "radiculopathy",
    "complex regional pain": "mixed_neuropathic",
}


def test_the_candidates_are_the_seventeen_drugs_in_their_classes():
    candidates = load_catalogues().treatments.candidates
    assert {drug.id: drug.drug_class for drug in candidates} == CANDIDATES


def test_every_name_in_the_catalogues_of_outcomes_and_conditions_is_used_or_refused():
    catalogues, tables = load_catalogues(), load_trials()
    reported = {r.outcome for r in (*tables.arm_results, *tables.contrasts)}
    assert reported == set(catalogues.outcomes)
    studied = {study.condition for study in tables.studies.values()}
    assert studied == {c.id for c in catalogues.conditions.values() if c.in_scope}


def test_every_treatment_is_given_in_a_trial_or_is_a_candidate_or_part_of_a_combination():
    treatments, tables = load_catalogues().treatments, load_trials()
    given = {arm.treatment for arm in tables.arms.values()}
    parts = {part for t in treatments.treatments.values() for part in t.components}
    assert set(treatments.treatments) == given | set(CANDIDATES) | parts


def test_combinations_name_their_drugs_and_what_is_no_drug_says_why_it_cannot_join():
    treatments = load_catalogues().treatments.treatments.values()
    assert {t.id for t in treatments if "+" in t.id and not t.components} == {"vitamin_b1+b6"}
    assert all(t.id == "+".join(t.components) for t in treatments if t.components)
    assert {t.id for t in treatments if t.not_in_network} == {
        "high_dose_monotherapy_pooled",
        "pathway_amitriptyline_then_pregabalin",
        "pathway_duloxetine_then_pregabalin",
        "pathway_pregabalin_then_amitriptyline",
    }


def test_the_primary_outcomes_are_half_the_pain_gone_and_stopping_for_a_side_effect():
    # The two that Finnerup 2015 (Lancet Neurol 14:162-73) rests its NNT and its NNH on.
    outcomes = load_catalogues().outcomes.values()
    assert [o.id for o in outcomes if o.primary] == ["pain_relief_50", "withdrawal_adverse_event"]


def test_only_relief_is_better_when_there_is_more_of_it():
    better = {o.id for o in load_catalogues().outcomes.values() if o.higher_is_better}
    assert better == {
        "pain_relief_50",
        "pain_relief_30",
        "pain_relief_moderate",
        "pain_relief_a_lot_or_complete",
    }


@pytest.mark.parametrize(("words", "condition"), VIGNETTES.items())
def test_the_pain_of_each_vignette_is_understood(words: str, condition: str):
    match = match_condition(words, load_catalogues().conditions.values())
    assert match is not None
    assert match.condition.id == condition
    assert match.condition.in_scope


def test_a_condition_without_trials_of_its_own_is_read_as_the_nearest_and_says_so():
    conditions = load_catalogues().conditions
    assert match_condition("CRPS", conditions.values()) == ConditionMatch(
        condition=conditions["mixed_neuropathic"],
        note="Trials of complex regional pain by itself are lacking here; Serpell 2002, where 28% "
        "had it, is one of the mixed trials.",
    )


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ("Trigeminal neuralgia", "does not advise on trigeminal neuralgia"),
        ("cancer pain", "does not advise on pain caused by a cancer itself"),
        ("osteoarthritis", "advises only on neuropathic pain"),
        ("no neuropathic pain", "advises only on neuropathic pain"),
    ],
)
def test_pain_out_of_scope_is_refused_in_a_sentence(words: str, refusal: str):
    match = match_condition(words, load_catalogues().conditions.values())
    assert match is not None
    assert refusal in match.condition.refusal


def test_half_a_name_is_not_understood():
    assert match_condition("neuropathy of", load_catalogues().conditions.values()) is None


def test_every_problem_of_every_catalogue_is_said_at_once(tmp_path: Path):
    (tmp_path / "outcomes.yaml").write_text(
        "- {id: a, label: A, patient_label: A, kind: binary, direction: harm, family: stopping}\n"
        "- {id: a, label: A, patient_label: A, kind: binary, direction: harm, family: stopping}\n"
    )
    (tmp_path / "treatments.yaml").write_text(
        "reference: plazebo\n"
        "classes: {placebo: {label: placebo}, not_a_drug: {label: none}}\n"
        "treatments:\n"
        "  placebo: {label: placebo, class: placbo}\n"
        "  a_then_b: {label: a then b, class: not_a_drug, components: [a]}\n"
    )
    (tmp_path / "conditions.yaml").write_text(
        "- {id: x, label: X pain, patient_label: X, words: [nerve pain]}\n"
        "- {id: y, label: Y pain, patient_label: Y, words: [Nerve-pain], colour: red}\n"
    )
    with pytest.raises(InvalidInput) as refused:
        load_catalogues(tmp_path)
    assert [str(problem) for problem in refused.value.problems] == [
        "outcomes.yaml, line 2: found the id a a second time; expected each id once. "
        "Keep one of the two.",
        "treatments.yaml, line 4: found the unknown class placbo; expected a class listed in this "
        "file (did you mean placebo?). Correct it, or add it to this file.",
        "treatments.yaml, line 5: found the unknown component a; expected a component listed in "
        "this file. Correct it, or add it to this file.",
        "treatments.yaml, line 5: found a_then_b, which is not a drug, without not_in_network; "
        "expected the reason why it cannot stand in a network. Add not_in_network.",
        "treatments.yaml, line 1: found the unknown reference plazebo; expected a reference "
        "listed in this file (did you mean placebo?). Correct it, or add it to this file.",
        "conditions.yaml, line 2: found the unknown key 1.colour; expected a key that assuage "
        "knows. Correct or remove it.",
    ]


def test_words_that_mean_two_conditions_are_refused(tmp_path: Path):
    (tmp_path / "conditions.yaml").write_text(
        "- {id: x, label: X pain, patient_label: X, words: [nerve pain]}\n"
        "- {id: y, label: Y pain, patient_label: Y, words: [Nerve-pain]}\n"
    )
    with pytest.raises(InvalidInput) as refused:
        load_catalogues(tmp_path)
    assert str(refused.value) == (
        "conditions.yaml, line 2: found 'nerve pain' for y; expected words that mean one "
        "condition; these already mean x. Keep them under one of the two."
    )
