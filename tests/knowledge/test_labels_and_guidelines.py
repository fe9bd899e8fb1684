"""Label percentages and guideline statements are read as printed, each with its place.

Truth: duloxetine US label (Cymbalta, 2023-08-18), section 6.1, Table 4, pain trials; the AAN 2022
pocket guide, page 1. The broken tables are written here.
"""

from pathlib import Path

import pytest

from assuage.errors import InvalidInput
from assuage.evidence.guideline import GuidelineStatement
from assuage.evidence.label import LabelFrequency
from assuage.knowledge.effects import load_label_frequencies
from assuage.knowledge.guidelines import load_guidelines


def test_nausea_on_duloxetine_in_pain_trials_is_as_the_label_prints_it():
    (row,) = (
        r
        for r in load_label_frequencies()
        if r.drug == "duloxetine" and r.outcome == "nausea" and r.citation.locator == "6.1 Table 4"
    )
    assert row == LabelFrequency(
        drug="duloxetine",
        adverse_event="nausea",
        outcome="nausea",
        percent_drug=23.0,
        percent_placebo=7.0,
        placebo_is_below=False,
        n_drug=3303,
        n_placebo=2352,
        people="adults",
        setting="pain",
        population="adults, DPNP + fibromyalgia + OA + low back pain trials",
        source_type="label",
        citation=row.citation,
        row=row.row,
        note="",
    )
    assert row.citation.source.title.startswith("Cymbalta (duloxetine) US label (FDA)")


def test_less_than_one_percent_is_kept_as_less_than():
    rows = load_label_frequencies()
    assert {(r.drug, r.adverse_event, r.percent_placebo) for r in rows if r.placebo_is_below} == {
        ("duloxetine", "erectile_dysfunction", 1.0),
        ("duloxetine", "ejaculation_disorder", 1.0),
        ("duloxetine", "tremor", 1.0),
        ("duloxetine", "orgasm_abnormal", 1.0),
        ("desvenlafaxine", "ejaculation_delayed", 1.0),
        ("citalopram", "libido_decreased", 1.0),
    }


def test_a_dash_for_placebo_is_not_zero():
    dashes = [r for r in load_label_frequencies() if r.percent_placebo is None]
    assert {(r.drug, r.adverse_event, r.note) for r in dashes} == {
        ("clomipramine", event, "the table prints a dash for placebo")
        for event in ("decreased_appetite", "postural_hypotension", "urinary_retention")
    }


def test_stopping_for_a_side_effect_is_our_outcome_in_every_label():
    found = {
        (r.drug, r.setting)
        for r in load_label_frequencies()
        if r.outcome == "withdrawal_adverse_event"
    }
    assert found == {
        ("amitriptyline", "pain"),
        ("duloxetine", "pain"),
        ("duloxetine", "psychiatric"),
        ("venlafaxine", "mixed"),
    }


def test_a_guideline_statement_names_what_it_is_about():
    (row,) = (s for s in load_guidelines() if s.line == "not_recommended")
    assert row == GuidelineStatement(
        guideline="AAN",
        year=2022,
        about=("opioid",),
        subject="Opioids (and tramadol/tapentadol)",
        statement="Do not use for painful diabetic polyneuropathy",
        strength="Level B",
        line="not_recommended",
        superseded=False,
        kind="guideline",
        citation=row.citation,
        row=row.row,
        note="",
    )
    assert row.citation.source.title == "AAN 2022 PDN pocket guide page 1 (Guideline Central)"


def test_a_broken_table_of_labels_is_refused_with_all_its_problems(tmp_path: Path):
    (tmp_path / "sources.csv").write_text("source_id,title,url\nlabel,A label,\n")
    (tmp_path / "label_frequencies.csv").write_text(
        "drug,adverse_event,outcome,percent_drug,percent_placebo,n_drug,n_placebo,people,setting,"
        "population,source_id,section,source_type,note\n"
        "duloxetine,nausea,,23,7,100,100,adults,pain,trials,label,6.1,label,\n"
        "duloxetine,tremor,,<1,107,100,100,adults,pane,trials,lable,6.1,label,\n"
        "duloxetine,tremor,,2,1,100,100,adults,pain,trials,label,6.1,label,\n"
    )
    with pytest.raises(InvalidInput) as refused:
        load_label_frequencies(tmp_path)
    assert [str(problem) for problem in refused.value.problems] == [
        "effects/label_frequencies.csv, row 2: found no outcome; expected the outcome of that "
        "name. Fill the cell.",
        "effects/label_frequencies.csv, row 3: found 'lable' for source_id; expected an id in "
        "effects/sources.csv (did you mean label?). Correct the id, or add it to "
        "effects/sources.csv.",
        "effects/label_frequencies.csv, row 3: found '<1' for percent_drug; expected a percentage "
        "from 0 to 100. Correct it.",
        "effects/label_frequencies.csv, row 3: found '107' for percent_placebo; expected a "
        "percentage from 0 to 100, or one such as <1. Correct it.",
        "effects/label_frequencies.csv, row 3: found 'pane' for setting; expected one of pain, "
        "psychiatric, mixed (did you mean pain?). Correct it.",
        "effects/label_frequencies.csv, row 4: found duloxetine, tremor, adults, trials a second "
        "time (first in row 3); expected each drug + adverse_event + people + population once. "
        "Keep one of the two.",
    ]


def test_a_broken_table_of_guidelines_is_refused_with_all_its_problems(tmp_path: Path):
    (tmp_path / "sources.csv").write_text("source_id,title,url\ng,A guideline,\n")
    (tmp_path / "statements.csv").write_text(
        "guideline,year,about,subject,statement,strength,line,superseded,kind,source_id,note\n"
        "AAN,22,tca;snris,drugs,Offer,Level B,zeroth,no,guideline,g,\n"
    )
    with pytest.raises(InvalidInput) as refused:
        load_guidelines(tmp_path)
    assert [str(problem) for problem in refused.value.problems] == [
        "guidelines/statements.csv, row 2: found '22' for year; expected a whole number of 1990 "
        "or more. Correct the number.",
        "guidelines/statements.csv, row 2: found 'tca;snris' for about; expected treatments or "
        "classes of treatments.yaml (did you mean snri?). Correct snris.",
        "guidelines/statements.csv, row 2: found 'zeroth' for line; expected one of , first, "
        "second, third, fourth, specialist_only, not_recommended. Correct it.",
    ]
