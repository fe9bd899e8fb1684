"""Three worked patients, decided end to end, as values and as a command.

Truth: the swing-weight formula worked by hand; the appraisal of the same person, whose numbers are
those of the group; the shifts printed in docs/explanation/history-and-goals.md; the trials and
steps of docs/explanation/combination.md; the thresholds of docs/explanation/wishes.md.
"""

import gc
import json
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from math import exp
from pathlib import Path

import pytest
from rich.cells import cell_len

from assuage.cli.main import main
from assuage.consult.appraise import appraise
from assuage.consult.decide import decide
from assuage.consult.library import load_library
from assuage.consult.patient import patient_from_file
from assuage.options.appraisal import Interval
from assuage.options.decision import Decision
from assuage.options.goals import TieBreak
from assuage.report.decision_added import citations_of
from assuage.report.decision_html import decision_html
from assuage.report.decision_wishes import average_wishes, choosers

EXAMPLES = Path(__file__).parents[2] / "examples"
TODAY = date(2026, 6, 15)
LIBRARY = load_library()
WISHES, FAILED, PARTLY = (
    patient_from_file(EXAMPLES / name, LIBRARY, today=TODAY)
    for name in ("patient.yaml", "patient_duloxetine_failed.yaml", "patient_partial_relief.yaml")
)


def decided(record) -> Decision:
    return decide(record, LIBRARY, today=TODAY)


def relief(decision: Decision, drug: str) -> tuple[float, float]:
    """Of 1,000: half the pain gone with the drug, and with placebo."""
    weighed = next(each for each in decision.weighed if each.drug == drug)
    estimate = next(e for e in weighed.estimates if e.outcome == "pain_relief_50")
    assert estimate.with_drug is not None
    assert estimate.with_placebo is not None
    return estimate.with_drug.estimate, estimate.with_placebo.estimate


def of_group(record, drug: str) -> tuple[float, float]:
    option = next(o for o in appraise(record, LIBRARY, today=TODAY).options if o.drug == drug)
    estimate = next(e for e in option.doses[0].outcomes if e.outcome == "pain_relief_50")
    assert estimate.with_drug is not None
    assert estimate.with_placebo is not None
    return estimate.with_drug.estimate, estimate.with_placebo.estimate


def moved(per_1000: float, shift: float) -> float:
    odds = per_1000 / (1000 - per_1000) * exp(shift)
    return 1000 * odds / (1 + odds)


def test_judgements_become_weights_and_who_wants_relief_alone_gets_the_most_relief():
    # Twice the relief's swing of 200, for 200 people with nausea: 2 a person; none for sleepiness.
    judged = decided(replace(WISHES, weights={}, judgements={"nausea": 200, "somnolence": 0}))
    weight = {w.outcome: w.weight for w in judged.wishes.weights}
    assert (weight["pain_relief_50"], weight["nausea"], weight["somnolence"]) == (1, 2, 0)
    assert judged.wishes.whose == "the patient's own, and assuage's where nothing was said"
    assert [asked.id for asked in judged.wishes.skipped] == [
        *("withdrawal_adverse_event", "dizziness", "dry_mouth", "insomnia")
    ]
    alone = decided(replace(WISHES, weights={"pain_relief_50": 3}))
    by_relief = sorted(alone.choice.compared, key=lambda d: -relief(alone, d)[0])
    assert list(alone.choice.compared) == by_relief
    assert alone.wishes.acceptability is None


@pytest.mark.parametrize("record", [WISHES, FAILED, PARTLY])
def test_the_sentence_is_that_of_its_threshold_and_names_all_17_drugs_once(record):
    decision = decided(record)
    choice = decision.choice
    assert choice.probability is not None
    surest = min(choice.pairwise[choice.compared[0], other] for other in choice.compared[1:])
    expected = (
        "A coin toss: choose by what you would rather risk."
        if choice.probability <= 0.6
        else "A clear choice."
        if surest >= 0.9
        else "Two close options."
    )
    assert decision.sentence == expected
    assert sorted([w.drug for w in decision.weighed] + list(decision.off)) == sorted(LIBRARY.drugs)
    assert [w.rank for w in decision.weighed] == list(range(1, len(decision.weighed) + 1))


def test_a_german_reader_gets_the_sentence_and_the_questions_in_german():
    decision = decide(PARTLY, LIBRARY, today=TODAY, language="de")
    assert decision.sentence in {s["de"] for s in LIBRARY.elicitation.sentences.values()}
    assert decision.wishes.asked[0].text.startswith("150 von 1.000 müssen das Medikament")


def test_what_did_not_help_comes_last_and_lowers_itself_most_its_class_less_others_least():
    # The page: -0.31 for the drug, -0.20 for its class, -0.16 for others and for placebo.
    decision = decided(FAILED)
    assert decision.weighed[-1].drug == "duloxetine"
    assert decision.before.last == ("duloxetine",)
    for drug, shift in (("duloxetine", -0.31), ("venlafaxine", -0.20), ("nortriptyline", -0.16)):
        on_drug, on_placebo = of_group(FAILED, drug)
        expected = (moved(on_drug, shift), moved(on_placebo, -0.16))
        assert relief(decision, drug) == pytest.approx(expected, abs=4)
        estimate = next(w for w in decision.weighed if w.drug == drug).estimates[0]
        assert estimate.origin.statement.endswith(
            "moved by what this person tried before (assuage's model)"
        )


def test_partial_relief_offers_both_gabapentinoids_with_their_steps_and_moves_no_number():
    decision = decided(PARTLY)
    steps = {c.added: [(s.from_day, s.dose) for s in c.steps] for c in decision.combinations}
    assert steps == {
        "pregabalin": [(1, Decimal(150)), (8, Decimal(300))],
        "gabapentin": [(1 + 3 * i, Decimal(300 * (i + 1))) for i in range(6)],
    }
    assert {c.first for c in decision.combinations} == {"nortriptyline"}
    own = next(c for c in decision.combinations if c.added == "gabapentin")
    assert {(t.trial, t.finding) for t in own.trials} == {("Gilron 2009", "better")}
    assert own.certainty.startswith("Low")
    assert decision.before.shifts == ()
    assert relief(decision, "nortriptyline") == of_group(PARTLY, "nortriptyline")


def test_goals_speak_in_a_coin_toss_only():
    decision = decided(replace(PARTLY, goals=("depression", "sleep", "weight")))
    assert decision.goals
    within = decision.choice.kind == "coin_toss"
    assert isinstance(decision.tie_break, TieBreak) <= within


def test_a_good_response_is_gone_back_to_first():
    helped = replace(PARTLY.attempts[0], response="helped well", stopped_because="cost")
    decision = decided(replace(PARTLY, attempts=(helped,)))
    assert (decision.before.resume, decision.before.resume_barred) == (("nortriptyline",), ())
    assert decision.combinations == ()


def test_the_wishes_of_who_would_choose_average_to_all_wishes():
    decision = decided(FAILED)
    found = decision.wishes.acceptability
    assert found is not None
    mean = average_wishes(found)
    # Seven vertices, evenly: each question a seventh; relief and serious events share theirs.
    grouped = [
        mean["pain_relief_50"] + mean["serious_adverse_event"],
        mean["dry_mouth"] + mean["constipation"],
        *(mean[q] for q in ("withdrawal_adverse_event", "somnolence", "dizziness", "nausea")),
        mean["insomnia"],
    ]
    assert grouped == pytest.approx([1 / 7] * 7, abs=0.003)
    assert sum(each.ranks[0] for each in choosers(decision)) == pytest.approx(1)


def test_differences_are_those_of_joint_draws_and_their_numbers_have_sources():
    decision = decided(FAILED)
    apart = {d.column: d for d in decision.choice.differences}["pain_relief_50"].people
    first, second = (relief(decision, drug)[0] for drug in decision.choice.compared[:2])
    assert isinstance(apart, Interval)
    assert apart.estimate == pytest.approx(first - second, abs=4)
    assert {c.source.id for c in citations_of(decision)} >= {"dinat-2015-data"}
    for weighed in decision.weighed:
        for estimate in weighed.estimates:
            assert estimate.origin.statement
            assert (estimate.origin.kind == "none") == (estimate.difference is None)


@pytest.fixture
def run(monkeypatch, capsys):
    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["assuage", "decide", *words, "--today", "2026-06-15"])
        with pytest.raises(SystemExit) as left:
            main()
        gc.enable()
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


def test_the_command_answers_on_the_first_screen_within_any_width(run, monkeypatch):
    for columns in (60, 100):
        monkeypatch.setenv("COLUMNS", str(columns))
        code, out, err = run(str(EXAMPLES / "patient_duloxetine_failed.yaml"))
        lines = out.splitlines()
        assert (code, err) == (0, "")
        assert max(map(cell_len, lines)) <= columns
        first_screen = "\n".join(lines[:24])
        for said in (
            "Two close options.",
            "1 Nortriptyline 25 mg/day:",
            "2 Amitriptyline",
            "Weights:",
            "Duloxetine was tried in vain",
        ):
            assert said in first_screen


def test_json_and_page_say_the_same_choice(run, tmp_path):
    page = tmp_path / "page.html"
    patient = str(EXAMPLES / "patient_partial_relief.yaml")
    code, out, err = run(patient, "--json", "--html", str(page))
    said = json.loads(out)
    assert (code, err) == (0, f"Written: {page}\n")
    decision = decided(PARTLY)
    assert said["choice"]["first"] == decision.choice.first
    assert page.read_text() == decision_html(decision)
    assert f"<h1>{decision.sentence}</h1>" in page.read_text()
    assert "<script" not in page.read_text()


def test_out_of_scope_and_nothing_recorded_get_no_drug(run, tmp_path):
    bare = tmp_path / "bare.yaml"
    bare.write_text("age: 50\npain: {condition: painful diabetic neuropathy}\n")
    code, out, _ = run(str(bare), "--json")
    said = json.loads(out)
    assert (code, said["choice"]["kind"], said["choice"]["sentence"]) == (
        0,
        "none",
        "No drug can be offered.",
    )
    assert said["options"] == []
    assert len(said["not_on_offer"]) == 17
    assert said["questions"]
    assert run(str(bare))[0] == 0
    assert run(str(bare), "--html", str(tmp_path / "bare.html"))[0] == 0
