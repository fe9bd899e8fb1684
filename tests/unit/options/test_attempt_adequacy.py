"""Earlier attempts beside the adequate trial of their own drug.

Truth: Jefferies 2010 (tricyclics 6 to 8 weeks, duloxetine 4 weeks at the highest dose), the doses
of NeuPSIG as BJA Education 2018 prints them (table 2: tricyclics 25 to 150, duloxetine 60 to 120,
venlafaxine 150 to 225, gabapentin 1200 to 3600, pregabalin 300 to 600 mg/day), worked by hand.
"""

from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from shutil import copytree

import pytest

from assuage.errors import InvalidInput
from assuage.knowledge.adequate_trials import load_adequate_trials
from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.rules import load_safety
from assuage.options.attempt_adequacy import AttemptAdequacy, judge_attempt, judge_attempts
from assuage.options.tried_before import FailedAttempt, vain_attempts
from assuage.patient.derivation import derive_facts
from assuage.patient.record import Attempt, Pain, PatientRecord

TRIALS = load_adequate_trials()
VOCABULARY = load_safety().vocabulary


def tried(drug: str, mg: int | None, weeks: float | None, response: str = "none") -> Attempt:
    dose = None if mg is None else Decimal(mg)
    return Attempt(
        drug=drug, as_written=drug, highest_mg_per_day=dose, weeks=weeks, response=response
    )


def facts_of(*attempts: Attempt):
    record = PatientRecord(
        name="patient.yaml",
        age=60,
        sex=None,
        pain=Pain(condition="-", label="pain", as_written="pain"),
        medications=(),
        attempts=attempts,
    )
    return derive_facts(record, VOCABULARY, today=date(2026, 6, 15))


@pytest.mark.parametrize(
    ("drug", "weeks", "least", "by"),
    [
        ("amitriptyline", 6, 25, "source"),
        ("nortriptyline", 6, 25, "source"),
        ("clomipramine", 6, 25, "assuage"),  # the source names the four others
        ("duloxetine", 4, 60, "source"),
        ("venlafaxine", 6, 150, "assuage"),
        ("gabapentin", 8, 1200, "source"),
        ("pregabalin", 4, 300, "assuage"),
    ],
)
def test_the_trials_that_the_sources_give(drug: str, weeks: int, least: int, by: str):
    trial = TRIALS[drug]
    assert trial.at_least is not None
    assert (trial.weeks.value, trial.at_least.value, trial.set_by) == (weeks, least, by)


def test_every_candidate_has_a_trial():
    assert {drug.id for drug in load_catalogues().treatments.candidates} <= TRIALS.keys()


@pytest.mark.parametrize(
    ("attempt", "finding", "words"),
    [
        (tried("duloxetine", 60, 4), "adequate", "4 of 4 weeks, 60 of at least 60 mg/day"),
        (tried("duloxetine", 30, 8), "too low", "8 of 4 weeks, 30 of at least 60 mg/day"),
        (tried("amitriptyline", 75, 4), "too short", "4 of 6 weeks, 75 of at least 25 mg/day"),
        (
            tried("nortriptyline", 10, 2.5),
            "too short and too low",
            "2.5 of 6 weeks, 10 of at least 25 mg/day",
        ),
        (
            tried("gabapentin", 900, None),
            "too low",
            "weeks not recorded, 8 needed, 900 of at least 1200 mg/day",
        ),
        (
            tried("pregabalin", None, 12),
            "not known",
            "12 of 4 weeks, dose not recorded, at least 300 mg/day needed",
        ),
        (
            tried("ibuprofen", 1200, 12),
            "not known",
            "how long and high an adequate trial of it is, is not known",
        ),
    ],
)
def test_an_attempt_says_what_it_reached_of_what_was_needed(
    attempt: Attempt, finding: str, words: str
):
    judged = judge_attempt(attempt, TRIALS.get(attempt.drug))
    assert (judged.finding, judged.words, judged.adequate) == (
        finding,
        words,
        finding == "adequate",
    )


def test_a_judged_attempt_carries_both_sources():
    (judged,) = judge_attempts(facts_of(tried("duloxetine", 60, 3)), TRIALS)
    trial = TRIALS["duloxetine"]
    assert trial.at_least is not None
    assert judged == AttemptAdequacy(
        drug="duloxetine",
        as_written="duloxetine",
        finding="too short",
        weeks=3,
        weeks_needed=4,
        dose=Decimal(60),
        dose_needed=trial.at_least.value,
        words="3 of 4 weeks, 60 of at least 60 mg/day",
        citations=(trial.weeks.citation, trial.at_least.citation),
        set_by="source",
    )


def test_of_two_attempts_in_vain_the_adequate_one_speaks():
    short, whole = tried("nortriptyline", 25, 2), tried("nortriptyline", 50, 8)
    told = FailedAttempt(drug="nortriptyline", adequate=True, words="tried, did not help")
    for order in ((short, whole), (whole, short)):
        assert vain_attempts(facts_of(*order), TRIALS) == {"nortriptyline": told}


def test_an_attempt_in_vain_that_was_too_little_says_so():
    found = vain_attempts(
        facts_of(
            tried("amitriptyline", 10, 4),
            tried("venlafaxine", None, None),
            tried("duloxetine", 60, 8, response="good"),
        ),
        TRIALS,
    )
    assert {drug: (failed.adequate, failed.words) for drug, failed in found.items()} == {
        "amitriptyline": (
            False,
            "tried without effect, too little to tell: 4 of 6 weeks, 10 of at least 25 mg/day",
        ),
        "venlafaxine": (
            False,
            "tried without effect, not known to be enough to tell: weeks not recorded, 6 needed, "
            "dose not recorded, at least 150 mg/day needed",
        ),
    }


@pytest.mark.parametrize("drug", sorted(TRIALS))
def test_a_longer_or_higher_attempt_is_never_less_adequate(drug: str):
    grid = [(mg, weeks) for mg in (1, 60, 4000) for weeks in (1, 5, 60)]
    adequate = {at: judge_attempt(tried(drug, *at), TRIALS[drug]).adequate for at in grid}
    assert [
        (less, more)
        for less in grid
        for more in grid
        if more[0] >= less[0] and more[1] >= less[1] and adequate[less] and not adequate[more]
    ] == []
    assert not judge_attempt(tried(drug, 4000, None), TRIALS[drug]).adequate


def test_a_trial_of_a_candidate_among_the_others_is_refused(tmp_path: Path):
    own = Path(str(files("assuage_knowledge")))
    for part in ("drugs", "plan"):
        copytree(own / part, tmp_path / part)
    path = tmp_path / "plan" / "adequate_trials.yaml"
    path.write_text(path.read_text().replace("pregabalin:", "duloxetine:"))
    with pytest.raises(InvalidInput) as refused:
        load_adequate_trials(tmp_path)
    assert str(refused.value) == (
        "plan/adequate_trials.yaml, line 7: found duloxetine, which is a candidate; expected "
        "drugs that have no file of their own. Write it in drugs/duloxetine.yaml."
    )
