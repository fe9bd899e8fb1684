"""Decide for one patient: what comes first, how clearly, what is traded, and what would turn it.

What only a decision reads (history, goals, combinations) is read here, once in a process, so that
an appraisal starts without it. The numbers are those of an appraisal, moved by what this person
tried before. Nothing is sampled: the same record, day and library give the same decision.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assuage.consult.choices import choices_of
from assuage.consult.grounds import Grounds, grounds_of
from assuage.consult.library import Library
from assuage.consult.versions import stamp
from assuage.consult.wishes import whose_weights
from assuage.knowledge.combination import load_combinations
from assuage.knowledge.goals import load_goals
from assuage.knowledge.history import load_history
from assuage.options.appraisal import Reason, Verdict
from assuage.options.attempt_adequacy import judge_attempts
from assuage.options.benefit import Expectations, expect
from assuage.options.choice import Choice, facts_that_could_flip, weigh_up, who_would_choose
from assuage.options.combination import CombinationOption, combination_options
from assuage.options.decision import Asked, Before, Decision, Weighed, Wishes
from assuage.options.goals import GoalNote, TieBreak, break_tie, goal_notes
from assuage.options.history import (
    HistoryShift,
    PastAttempt,
    Risk,
    benefit_shifts,
    helped_partly,
    past_attempts,
    resume_first,
    side_effect_shifts,
)
from assuage.options.preference import Language, points_of
from assuage.options.question import questions
from assuage.options.unjudged import unjudged
from assuage.options.urgent import urgent_now
from assuage.patient.record import PatientRecord
from assuage.patient.summary import describe
from assuage.units import MgPerDay


@dataclass(frozen=True, slots=True, kw_only=True)
class _History:
    """What was tried, and the shifts that follow, by drug and outcome."""

    past: tuple[PastAttempt, ...]
    shifts: Mapping[tuple[str, str], HistoryShift]


def decide(
    record: PatientRecord,
    library: Library,
    *,
    today: date,
    jurisdictions: Iterable[str] | None = None,
    language: Language = "en",
) -> Decision:
    """Return the choice for one patient, with all that it hangs on.

    `jurisdictions` (US, UK, EU) choose between sources that disagree. `language` is that of the
    sentence, the questions about wishes and their answers.
    """
    regions = None if jurisdictions is None else tuple(jurisdictions)
    grounds = grounds_of(record, library, today=today, regions=regions)
    history, expected = _expected(record, library, grounds)
    choice = weigh_up(
        expected,
        offered=grounds.offered,
        weights=grounds.wishes.weights,
        failed=grounds.failed_surely,
        criteria=grounds.criteria,
        held_back=_held_back(grounds),
    )
    notes = goal_notes(
        record.goals, _compared_classes(choice, library), load_goals(), grounds.offered
    )
    silent = unjudged(
        grounds.facts, library.rules, None if grounds.set_aside else grounds.screenings
    )
    return Decision(
        stamp=stamp(today, variant=library.release.variant),
        patient=f"{describe(record)}; {silent.check.sentence}",
        condition=library.catalogues.conditions[record.pain.condition].label,
        language=language,
        sentence=library.elicitation.sentences[choice.kind][language],
        choice=choice,
        weighed=_weighed(choice, expected, grounds),
        off=_off(grounds),
        facts=facts_that_could_flip(choice, grounds.screenings),
        questions=questions(grounds.screenings),
        wishes=_wishes(record, library, grounds, choice, expected, language),
        before=_before(grounds, library, history),
        goals=notes,
        tie_break=_tie_break(choice, notes),
        combinations=_combinations(choice, grounds, history.past),
        labels={o.id: o.label for o in library.outcomes.values()}
        | {c.id: c.label for c in grounds.criteria},
        choices=choices_of(grounds.facts, library, grounds.wishes, choice.ordering, regions),
        urgent=urgent_now(grounds.facts, grounds.screenings),
        not_settled=tuple(part.name for part in grounds.facts.unread if part.holds_back),
    )


def _expected(
    record: PatientRecord, library: Library, grounds: Grounds
) -> tuple[_History, Expectations]:
    """Expect of each drug what the group may, then move it by what was tried before.

    Risks of side effects come from the group: they say which drugs share one.
    """

    def of_group(shifts: Mapping[tuple[str, str], HistoryShift] | None) -> Expectations:
        return expect(
            library.release,
            condition=record.pain.condition,
            candidates=grounds.candidates,
            outcomes=tuple(library.outcomes.values()),
            shifts=shifts,
        )

    group = of_group(None)
    if not record.attempts:
        return _History(past=(), shifts={}), group
    classes = {c.drug: c.drug_class for c in grounds.candidates}
    past = past_attempts(
        grounds.facts,
        grounds.failed,
        {**load_combinations().classes, **classes},
        _usual_targets(library),
        load_history(),
    )
    found = (
        *benefit_shifts(past, classes, load_history()),
        *side_effect_shifts(past, _risks(group), tuple(classes), load_history()),
    )
    shifts = {(shift.drug, shift.outcome): shift for shift in found}
    return _History(past=past, shifts=shifts), of_group(shifts)


def _usual_targets(library: Library) -> dict[str, MgPerDay]:
    """Return the lowest usual target dose of each drug that has one."""
    lows = {drug: known.dosing.target_low for drug, known in library.drugs.items()}
    return {drug: low.value for drug, low in lows.items() if low is not None}


def _risks(expected: Expectations) -> dict[str, dict[str, Risk]]:
    """Return the risk of each outcome, with each drug at the first of its doses."""
    found: dict[str, dict[str, Risk]] = {}
    for drug, options in expected.options.items():
        for estimate in options[0].outcomes if options else ():
            if estimate.unit == "per_1000" and estimate.with_drug and estimate.with_placebo:
                found.setdefault(estimate.outcome, {})[drug] = Risk(
                    with_drug=estimate.with_drug.estimate / 1000,
                    with_placebo=estimate.with_placebo.estimate / 1000,
                )
    return found


def _held_back(grounds: Grounds) -> dict[str, MgPerDay]:
    """Return the drugs that only wait for an answer, each at the dose it would be given at."""
    return {
        s.drug: grounds.doses[s.drug].doses[0]
        for s in grounds.screenings
        if s.verdict is Verdict.NOT_ENOUGH_INFORMATION and grounds.doses[s.drug].doses
    }


def _weighed(choice: Choice, expected: Expectations, grounds: Grounds) -> tuple[Weighed, ...]:
    screened = {s.drug: s for s in grounds.screenings}
    worth = {w.outcome for w in grounds.wishes.weights if w.weight}
    return tuple(
        Weighed(
            drug=s.drug,
            dose=s.dose,
            rank=s.rank,
            value=s.value,
            best_probability=s.best_probability,
            verdict=screened[s.drug].verdict,
            leading=screened[s.drug].leading,
            estimates=tuple(
                e.estimate for e in expected.by_dose[s.drug, s.dose] if e.estimate.outcome in worth
            ),
            assumed=s.assumed,
        )
        for s in choice.ordering.standings
    )


def _off(grounds: Grounds) -> dict[str, tuple[Verdict, tuple[Reason, ...]]]:
    """Return the drugs that are not on offer, with the reasons that lead to it."""
    screenings = (s for s in grounds.screenings if s.drug not in grounds.offered)
    return {s.drug: (s.verdict, s.leading) for s in screenings}


def _wishes(
    record: PatientRecord,
    library: Library,
    grounds: Grounds,
    choice: Choice,
    expected: Expectations,
    language: Language,
) -> Wishes:
    """Say whose weights were taken; where something was skipped, who would choose what."""
    asked, weights = library.elicitation, grounds.wishes
    now = points_of(weights, asked)
    return Wishes(
        whose=whose_weights(record, weights),
        anchor=asked.anchor,
        weights=weights.weights,
        introduction=asked.introduction[language],
        asked=tuple(
            Asked(
                id=question.id,
                text=question.text[language],
                points=None if question in weights.skipped else now[question.id],
                usual_points=now[question.id],
            )
            for question in asked.questions
        ),
        answers=asked.answers,
        acceptability=who_would_choose(
            expected,
            choice,
            offered=grounds.offered,
            weights=weights,
            elicitation=asked,
            criteria=grounds.criteria,
        )
        if weights.skipped and choice.second
        else None,
    )


def _before(grounds: Grounds, library: Library, history: _History) -> Before:
    helped = resume_first(history.past)
    return Before(
        attempts=judge_attempts(grounds.facts, library.adequate_trials),
        shifts=tuple(s for s in history.shifts.values() if s.drug in grounds.offered),
        resume=tuple(drug for drug in helped if drug in grounds.offered),
        resume_barred=tuple(drug for drug in helped if drug not in grounds.offered),
        last=tuple(drug for drug in grounds.offered if drug in grounds.failed_surely),
    )


def _compared_classes(choice: Choice, library: Library) -> dict[str, str]:
    """Return the classes of the drugs that goals may speak of: those that are compared."""
    treatments = library.catalogues.treatments
    return {drug: treatments.class_of(drug).id for drug in choice.compared}


def _tie_break(choice: Choice, notes: Sequence[GoalNote]) -> TieBreak | None:
    """Let goals speak within a coin toss only."""
    if choice.first is None or choice.second is None or choice.probability is None:
        return None
    return break_tie(choice.first, choice.second, choice.probability, notes)


def _combinations(
    choice: Choice, grounds: Grounds, past: Sequence[PastAttempt]
) -> tuple[CombinationOption, ...]:
    """Return what could be added to a drug that helped partly, what is on offer first.

    To a gabapentinoid any antidepressant on offer may be added, in the order of the choice.
    """
    partly = helped_partly(past)
    screened = {s.drug: s for s in grounds.screenings}
    places = [s.drug for s in choice.ordering.standings]
    places += [drug for drug in sorted(partly) if drug in screened and drug not in places]
    found = (
        [
            option
            for drug in places
            for option in combination_options(
                drug, grounds.facts, load_combinations(), helped_partly=partly, screened=screened
            )
        ]
        if partly
        else []
    )
    return tuple(sorted(found, key=lambda option: not option.on_offer))
