"""Combinations are offered only after partial help, as printed, screened, and within kidney limits.

Truth: the abstracts of Gilron 2009, Tesfaye 2013 and Krishnaprasad 2023; the results summary of
OPTION-DM; Table 2 of the pregabalin label (2.7) and Table 1 of the gabapentin label (2.3); patients
and broken files written here.
"""

import shutil
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from assuage.consult.library import load_library
from assuage.consult.patient import patient_from_text
from assuage.errors import InvalidInput
from assuage.knowledge.combination import load_combinations
from assuage.options.appraisal import Verdict
from assuage.options.combination import CombinationOption, combination_options
from assuage.options.screening import screen
from assuage.patient.derivation import derive_facts

KNOWLEDGE = Path(__file__).parents[3] / "src" / "assuage_knowledge"
LIBRARY, DAY = load_library(), date(2026, 6, 15)
COMBINATIONS = load_combinations()


def options(
    drug: str,
    helped_partly: Collection[str],
    *,
    age: int = 50,
    crcl: float | None = 90,
    medications: str = "[]",
    more: str = "",
) -> dict[str, CombinationOption]:
    clearance = "" if crcl is None else f"crcl: {{value: {crcl}, unit: mL/min}}"
    text = (
        f"age: {age}\nsex: male\npain: painful diabetic neuropathy\nabsent: [all_others]\n"
        "alcohol: none\nsuicidality: none\nallergies: []\n"
        f"medications: {medications}\nmeasurements: {{{clearance}}}\n{more}"
    )
    record = patient_from_text(text, "here", LIBRARY, today=DAY)
    facts = derive_facts(record, LIBRARY.safety.vocabulary, today=DAY)
    screened = {each.drug: each for each in screen(facts, LIBRARY.rules)}
    found = combination_options(
        drug, facts, COMBINATIONS, helped_partly=helped_partly, screened=screened
    )
    return {each.added: each for each in found}


def steps(option: CombinationOption) -> list[tuple[int, int]]:
    return [(step.from_day, int(step.dose)) for step in option.steps]


def test_nothing_is_offered_unless_the_first_drug_helped_partly():
    assert options("duloxetine", []) == {}
    assert options("duloxetine", ["nortriptyline"]) == {}
    assert set(options("duloxetine", ["duloxetine"])) == {"pregabalin", "gabapentin"}


def test_classes_that_no_trial_put_together_are_not_offered():
    for drug in ("sertraline", "bupropion", "mirtazapine"):
        assert options(drug, [drug]) == {}


def test_an_antidepressant_is_added_to_a_gabapentinoid_with_its_own_verdict():
    (option,) = options("amitriptyline", ["pregabalin"], medications="[pregabalin]").values()
    assert (option.first, option.added) == ("pregabalin", "amitriptyline")
    assert option.screening.drug == "amitriptyline"
    assert option.screening.verdict is Verdict.CAUTION
    assert option.steps == ()


PRINTED = {  # trial, pair, compared with, outcome: estimate, low, high, finding
    ("Gilron 2009", "nortriptyline", "gabapentin", "nortriptyline alone"): (
        *(-0.6, -1.1, -0.1),
        "better",
    ),
    ("Gilron 2009", "nortriptyline", "gabapentin", "gabapentin alone"): (
        *(-0.9, -1.4, -0.3),
        "better",
    ),
    ("COMBO-DN", "duloxetine", "pregabalin", "the first drug at double dose"): (
        *(round(-2.35 - -2.16, 2), None, None),
        "no better",
    ),
    ("Krishnaprasad 2023", "duloxetine", "pregabalin", "pregabalin up to 300 mg"): (
        *(round(-4.49 - -4.66, 2), None, None),
        "no better",
    ),
    ("OPTION-DM", "amitriptyline", "pregabalin", "those who stayed on one drug"): (
        *(round(0.2 - 1.0, 1), None, None),
        "unclear",
    ),
    ("OPTION-DM", "duloxetine", "pregabalin", "those who stayed on one drug"): (
        *(round(0.2 - 1.0, 1), None, None),
        "unclear",
    ),
    ("Holbech 2015", "imipramine", "pregabalin", "either drug alone"): (
        *(None, None, None),
        "unclear",
    ),
}


def test_every_difference_in_pain_is_the_printed_one():
    told = {
        (t.trial, t.antidepressant, t.gabapentinoid, t.compared_with): (
            *(t.estimate, t.low, t.high),
            t.finding,
        )
        for t in COMBINATIONS.trials
        if t.unit == "points"
    }
    assert told == PRINTED


def test_every_share_of_people_is_the_printed_one():
    told = {
        (t.trial, t.outcome): (t.estimate, t.finding)
        for t in COMBINATIONS.trials
        if t.unit == "per_1000"
    }
    assert told == {
        ("COMBO-DN", "at least half the pain gone"): (521 - 393, "no better"),
        ("Tanenberg 2011", "stopped for a side effect"): (
            round(1000 * (18 / 135 - 27 / 138)),
            "unclear",
        ),
    }


def test_certainty_is_never_above_low_and_says_why():
    best = options("nortriptyline", ["nortriptyline"])
    assert best["gabapentin"].certainty.startswith("Low (this pair: better in Gilron 2009).")
    assert best["pregabalin"].certainty.startswith(
        "Very low (other pairs of these classes: better in Gilron 2009)."
    )
    assert options("duloxetine", ["duloxetine"])["pregabalin"].certainty == (
        "Very low (this pair: no better in COMBO-DN and Krishnaprasad 2023). A review of 40 "
        "trials: gabapentinoid and antidepressant together were not shown to be better than each "
        "of the two alone."
    )


@pytest.mark.parametrize(
    ("crcl", "pregabalin", "gabapentin"),
    [
        (90, [(1, 150), (8, 300)], [(1, 300), *((1 + 3 * k, 300 + 300 * k) for k in range(1, 6))]),
        (59.9, [(1, 75), (8, 150)], [(1, 200), (4, 400), (7, 600), (10, 800)]),
        (29.9, [(1, 25), (8, 50), (15, 75)], [(1, 200), (4, 400)]),
        (14, [(1, 25), (8, 50)], []),
    ],
)
def test_steps_stay_within_the_kidney_tables_of_the_labels(
    crcl: float, pregabalin: list[tuple[int, int]], gabapentin: list[tuple[int, int]]
):
    found = options("duloxetine", ["duloxetine"], crcl=crcl)
    assert (steps(found["pregabalin"]), steps(found["gabapentin"])) == (pregabalin, gabapentin)


def test_without_a_clearance_no_dose_is_told_and_it_is_asked_for():
    found = options("duloxetine", ["duloxetine"], crcl=None)
    for option in found.values():
        assert option.screening.verdict is Verdict.NOT_ENOUGH_INFORMATION
        assert option.steps == ()
        assert "crcl" in {each.key for each in option.screening.unsettled} or any(
            "learance" in reason.sentence for reason in option.screening.reasons
        )


def test_older_people_start_low():
    found = options("duloxetine", ["duloxetine"], age=70)
    assert steps(found["pregabalin"]) == [(1, 75), (8, 150), (15, 300)]
    assert steps(found["gabapentin"])[:3] == [(1, 100), (4, 300), (7, 600)]


@pytest.mark.parametrize(
    ("case", "verdict"),
    [
        ({"medications": "[morphine]"}, Verdict.CAUTION),
        ({"medications": "[morphine]", "age": 70}, Verdict.AVOID),
        ({"more": "conditions: [COPD]\n"}, Verdict.CAUTION),
        ({"more": "conditions: [falls]\n", "age": 70}, Verdict.AVOID),
        ({"more": "conditions: [opioid use disorder]\n"}, Verdict.AVOID),
        ({"medications": "[gabapentin]"}, Verdict.AVOID),
        ({"medications": "[pioglitazone]"}, Verdict.CAUTION),
    ],
)
def test_pregabalin_is_screened_by_rules_of_its_own(case: dict[str, object], verdict: Verdict):
    option = options("duloxetine", ["duloxetine"], **case)["pregabalin"]  # type: ignore[arg-type]
    assert option.screening.verdict is verdict
    assert bool(option.steps) is (verdict is Verdict.CAUTION)
    assert option.on_offer is (verdict is Verdict.CAUTION)


def test_the_drug_it_is_added_to_counts_among_the_medicines_taken():
    """From 65, two CNS-active medicines of the Beers list are one too many beside a third."""
    for medications in ("[diazepam]", "[diazepam, duloxetine]"):
        found = options("duloxetine", ["duloxetine"], age=70, medications=medications)
        assert found["pregabalin"].screening.verdict is Verdict.AVOID
    (alone,) = {
        each.screening.verdict
        for each in options("duloxetine", ["duloxetine"], age=70, medications="[]").values()
    }
    assert alone is Verdict.CAUTION


def test_an_opioid_brings_the_danger_that_may_kill():
    option = options("duloxetine", ["duloxetine"], medications="[tramadol]")["pregabalin"]
    assert "respiratory depression" in {reason.catastrophe for reason in option.screening.reasons}


def test_no_step_passes_a_limit_for_any_clearance():
    for crcl in range(5, 121, 5):
        for option in options("duloxetine", ["duloxetine"], crcl=crcl).values():
            doses = [step.dose for step in option.steps]
            limits = [limit.dose for limit in option.screening.limits]
            assert option.dosing is not None
            ceiling = min([option.dosing.maximum.value, *limits])
            assert all(dose <= ceiling for dose in doses)
            assert doses == sorted(set(doses))
            assert all(dose % option.dosing.smallest.value == Decimal(0) for dose in doses)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("trials.csv", "gilron-2009", "gilron-2010", "did you mean gilron-2009?"),
        ("trials.csv", "-1.1,-0.1,better", "-1.1,0.1,better", "better only with an interval"),
        ("trials.csv", "-0.6,-1.1,-0.1", "-0.6,-0.5,-0.1", "an estimate within its limits"),
        ("trials.csv", ",nortriptyline,", ",nortryptiline,", "did you mean nortriptyline?"),
        ("dosing.yaml", "value: 25,", "value: 200,", "from 200 to 300 mg"),
        ("dosing.yaml", "pregabalin-us-label", "pregabalin-label", "combination/sources.yaml"),
        ("rules.yaml", "about: pregabalin", "about: pregabaline", "did you mean pregabalin?"),
        ("review.yaml", "trials: 40", "trials: many", "a whole number"),
    ],
)
def test_broken_knowledge_is_refused_with_what_to_do(
    tmp_path: Path, file: str, old: str, new: str, said: str
):
    folder = tmp_path / "combination"
    shutil.copytree(KNOWLEDGE / "combination", folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidInput) as error:
        load_combinations(tmp_path)
    assert said in str(error.value)


def test_every_source_of_combinations_is_used():
    cited = {t.citation.source.id for t in COMBINATIONS.trials}
    cited |= {each.rule.citation.source.id for each in COMBINATIONS.rules.rules}
    cited |= {COMBINATIONS.review.citation.source.id}
    for dosing in COMBINATIONS.doses.values():
        cited |= {dosing.start.source, dosing.interval_days.source, dosing.stop.source}
    text = (KNOWLEDGE / "combination" / "sources.yaml").read_text(encoding="utf-8")
    listed = {line[:-1] for line in text.splitlines() if line.endswith(":") and line[0].isalpha()}
    assert listed == cited


def test_rules_of_combinations_are_numbered_without_gaps_and_cite_a_place_and_a_grade():
    rules = [each.rule for each in COMBINATIONS.rules.rules]
    assert sorted(r.id for r in rules) == [f"GP{n:03}" for n in range(1, len(rules) + 1)]
    assert [r.id for r in rules if not r.citation.locator or r.citation.grade not in "AB"] == []
