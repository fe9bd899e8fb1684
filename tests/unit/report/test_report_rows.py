"""Rows of a report against values worked out by hand from the sample."""

from dataclasses import replace

import pytest
from report_sample import APPRAISAL, DRUGS, nothing
from report_sample_words import CYMBALTA, NETWORK, PRESENTATION

from assuage.errors import KnowledgeError
from assuage.options.appraisal import Interval, Question, Verdict
from assuage.report.chart import (
    People,
    Scale,
    common_scale,
    interval_mark,
    people,
)
from assuage.report.numbers import amount, difference, percent, rounded, signed
from assuage.report.rows import (
    NumberedSource,
    by_data,
    citations,
    dose_matrix,
    estimate_of,
    numbered_sources,
    overview,
    reason_rows,
    top_options,
)
from assuage.report.summary import Asked, asked, certainties, counts, leader, origin_brief
from assuage.units import mg_per_day

BY_DRUG = {option.drug: option for option in APPRAISAL.options}


def interval(low: float, mid: float, high: float) -> Interval:
    return Interval(estimate=mid, low=low, high=high)


READING_ORDER = {
    Verdict.SUITABLE: "duloxetine 60, venlafaxine 75, desvenlafaxine 100, milnacipran 100, "
    "mirtazapine 15, trazodone None",
    Verdict.CAUTION: "nortriptyline 75, amitriptyline 75, imipramine 75, desipramine 100",
    Verdict.NOT_ENOUGH_INFORMATION: "citalopram 20, escitalopram 10",
    Verdict.AVOID: "clomipramine 75, paroxetine 20, fluoxetine 20, sertraline 50",
    Verdict.CONTRAINDICATED: "bupropion 150",
}


def test_the_overview_holds_every_drug_once_most_permissive_first_then_by_rank():
    groups = overview(APPRAISAL, PRESENTATION)
    found = {g.verdict: ", ".join(f"{r.option.drug} {r.dose}" for r in g.rows) for g in groups}
    assert found == READING_ORDER
    assert list(found) == list(READING_ORDER)
    assert sorted(row.option.drug for group in groups for row in group.rows) == sorted(DRUGS)


def test_reasons_that_decide_come_first_and_the_rest_by_severity():
    sources = numbered_sources(citations(APPRAISAL))
    rows = reason_rows(BY_DRUG["citalopram"], sources)
    assert [(row.kind, row.decides) for row in rows] == [
        ("ask", True),
        ("reduce_dose", False),
        ("note", False),
    ]


def test_sources_are_numbered_as_they_are_first_cited():
    sources = numbered_sources(citations(APPRAISAL))
    assert sources[:2] == (
        NumberedSource(number=1, source=NETWORK),
        NumberedSource(number=2, source=CYMBALTA),
    )
    assert len({s.source.id for s in sources}) == len(sources) == 6


def test_the_top_options_follow_the_rank_not_the_verdict():
    top = [option.drug for option in top_options(APPRAISAL, 3)]
    assert top == ["duloxetine", "nortriptyline", "amitriptyline"]


def test_outcomes_without_data_are_kept_apart():
    assert by_data(BY_DRUG["duloxetine"], PRESENTATION) == (
        (
            "pain_relief_50",
            "pain_relief_30",
            "pain_change",
            "withdrawal_adverse_event",
            "serious_adverse_event",
            "somnolence",
            "nausea",
        ),
        ("dry_mouth", "headache"),
    )


def test_doses_that_the_trials_do_not_tell_apart_are_named_not_repeated():
    matrix = dose_matrix(BY_DRUG["amitriptyline"], PRESENTATION)
    assert matrix.doses == (mg_per_day(25), mg_per_day(75))
    assert [outcome for outcome, _ in matrix.rows] == ["pain_relief_50", "withdrawal_adverse_event"]
    assert matrix.alike == ("somnolence", "dry_mouth")


def test_the_summary_says_when_the_ranking_settles_nothing():
    assert counts(APPRAISAL) == (
        "6 suitable, 4 usable with caution, 2 waiting for an answer, 4 to avoid and "
        "1 contraindicated"
    )
    assert leader(APPRAISAL, PRESENTATION) == (
        "Ranked first: duloxetine 60 mg/day, best in 38% of draws (certainty of its benefit: "
        "moderate); second: nortriptyline, 30%. No drug is more likely than not to be the best: "
        "let the patient’s wishes decide."
    )


def test_certainty_and_origin_are_said_in_few_words():
    rows = {r.option.drug: r for g in overview(APPRAISAL, PRESENTATION) for r in g.rows}
    assert certainties(rows["duloxetine"]) == "moderate"
    assert certainties(rows["trazodone"]) == ""
    estimate = rows["duloxetine"].benefit
    assert estimate is not None
    assert origin_brief(estimate.origin) == "8 trials, n=2,540 (r)"


def test_100_people_add_up_and_follow_the_rounded_risks():
    # 262.4 per 1,000 with placebo, 414.4 with 60 mg: 26 and 41 of 100.
    benefit = estimate_of(BY_DRUG["duloxetine"].doses[0], "pain_relief_50")
    assert people(benefit) == People(anyway=26, because=15, instead=0, neither=59, low=9, high=22)
    assert people(nothing("pain_relief_50")) is None
    assert people(estimate_of(BY_DRUG["duloxetine"].doses[0], "pain_change")) is None


def test_zero_is_on_the_common_scale_and_so_is_every_interval():
    scale = common_scale([interval(31.6, 152, 216), interval(-9, 0, 14)])
    assert scale == Scale(low=-50, high=250, step=50)
    assert scale.ticks == (-50, 0, 50, 100, 150, 200, 250)
    assert scale.place(100) == 50
    assert common_scale([interval(-39, 60, 766)]) == Scale(low=-50, high=150, step=50)
    assert common_scale([]) == Scale(low=0, high=5, step=5)
    assert common_scale([interval(-300, -200, -100)]) == Scale(low=-300, high=0, step=50)


def test_no_data_is_not_drawn():
    assert interval_mark(nothing("nausea"), wanted=False) is None
    assert interval_mark(None, wanted=True) is None


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (151.6, "per_1000", "+152"),
        (-0.4, "per_1000", "0"),
        (-30.2, "per_1000", "−30"),
        (-0.94, "points", "−0.9"),
        (-0.04, "points", "0.0"),
    ],
)
def test_differences_carry_their_sign_and_zero_has_none(value: float, unit: str, shown: str):
    assert signed(value, unit) == shown  # pyright: ignore[reportArgumentType]


def test_numbers_are_rounded_to_what_they_can_bear():
    assert difference(interval(90.6, 152.2, 214.4), "per_1000") == "+152 (+91 to +214)"
    assert difference(None, "per_1000") == "no data"
    assert amount(1000, "per_1000") == "1,000"
    assert rounded(-0.2, "per_1000") == 0
    assert [percent(p) for p in (0.001, 0.376, 0.999)] == ["<1%", "38%", ">99%"]


def test_an_outcome_without_a_name_is_refused():
    with pytest.raises(KnowledgeError, match="The outcome palpitations has no name for readers"):
        PRESENTATION.outcome("palpitations")


def test_questions_beyond_the_first_six_are_named_in_a_line():
    def question(label: str, drugs: tuple[str, ...]) -> Question:
        why = f"Not recorded: {label}. With {label}, imipramine is to be avoided."
        return Question(fact=label.replace(" ", "_"), why=why, drugs=drugs)

    labels = [
        "sodium",
        "QTc",
        "alcohol",
        "recent fall",
        "glaucoma",
        "dementia",
        "gout",
        "QT family",
    ]
    many = replace(APPRAISAL, questions=tuple(question(label, ("imipramine",)) for label in labels))
    in_full, short = asked(many)
    assert in_full[0] == Asked(
        fact="Sodium",
        why="With sodium, imipramine is to be avoided.",
        waiting="Waiting: imipramine.",
    )
    assert [one.fact for one in in_full[1:]] == [
        "QTc",
        "Alcohol",
        "Recent fall",
        "Glaucoma",
        "Dementia",
    ]
    assert short == ("gout (1)", "QT family (1)")
    everyone = replace(APPRAISAL, questions=(question("sodium", tuple(DRUGS)),))
    assert asked(everyone)[0][0].waiting == "Waiting: all 17 drugs."


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict.CAUTION, "No drug on offer has data to rank it by."),
        (
            Verdict.NOT_ENOUGH_INFORMATION,
            "No drug can be offered before the questions are answered.",
        ),
        (Verdict.AVOID, "No drug can be offered."),
    ],
)
def test_when_nothing_is_ranked_the_summary_says_why(verdict: Verdict, words: str):
    options = tuple(replace(o, verdict=verdict, rank=None) for o in APPRAISAL.options)
    assert leader(replace(APPRAISAL, options=options), PRESENTATION) == words
