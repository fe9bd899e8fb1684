"""A decision as plain data for `decide --json`; docs/reference/decide-json.md says each key.

Probabilities and shares have three decimals, people per 1,000 are whole, weights and values are as
they were computed.
"""

from assuage.options.appraisal import Interval
from assuage.options.choice import Difference, Dominated, WeightFlip
from assuage.options.combination import CombinationOption, CombinationTrial
from assuage.options.decision import Before, Decision, Weighed, Wishes
from assuage.options.goals import GoalNote
from assuage.options.history import HistoryShift
from assuage.report.appraisal_json import (
    Json,
    citation_json,
    dose_json,
    outcome_json,
    reason_json,
    stamp_json,
)
from assuage.report.decision_rows import OWN_NUMBERS, is_criterion, worth
from assuage.report.decision_wishes import choosers


def decision_json(decision: Decision) -> Json:
    """Return the decision as dictionaries, lists, text and numbers; None means no data."""
    choice = decision.choice
    return {
        "stamp": stamp_json(decision.stamp),
        "in_scope": True,
        "urgent": list(decision.urgent),
        "not_settled": list(decision.not_settled),
        "patient": decision.patient,
        "condition": decision.condition,
        "questions": [
            {"fact": q.fact, "why": q.why, "drugs": list(q.drugs)} for q in decision.questions
        ],
        "language": decision.language,
        "choice": {
            "kind": choice.kind,
            "sentence": decision.sentence,
            "first": choice.first,
            "second": choice.second,
            "probability": _share(choice.probability),
            "compared": list(choice.compared),
        },
        **_weighing(decision),
        "wishes": _wishes(decision, decision.wishes),
        "before": _before(decision.before),
        "goals": [_goal(note) for note in decision.goals],
        "tie_break": None
        if decision.tie_break is None
        else {"drug": decision.tie_break.drug, "sentence": decision.tie_break.sentence},
        "combinations": [_combination(option) for option in decision.combinations],
        "choices": dict(decision.choices),
        "computed_by": OWN_NUMBERS,
    }


def _weighing(decision: Decision) -> Json:
    """Return the options, how far apart the first two are, and what would turn the order."""
    choice = decision.choice
    return {
        "options": [_weighed(decision, each) for each in decision.weighed],
        "not_on_offer": [
            {"drug": drug, "verdict": verdict.value, "leading": [reason_json(r) for r in reasons]}
            for drug, (verdict, reasons) in decision.off.items()
        ],
        "differences": [_difference(decision, each) for each in choice.differences],
        "flips": [_flip(flip) for flip in choice.flips],
        "facts": [
            {"fact": f.key, "label": f.label, "drug": f.drug, "effect": f.effect}
            for f in decision.facts
        ],
        "dominated": [_dominated(each) for each in choice.dominated],
    }


def _share(probability: float | None) -> float | None:
    return None if probability is None else round(probability, 3)


def _weighed(decision: Decision, weighed: Weighed) -> Json:
    return {
        "drug": weighed.drug,
        "mg_per_day": dose_json(weighed.dose),
        "rank": weighed.rank,
        "verdict": weighed.verdict.value,
        "leading": [reason_json(reason) for reason in weighed.leading],
        "value": weighed.value,
        "value_in_relief": worth(decision, weighed),
        "best_probability": _share(weighed.best_probability),
        "assumed": list(weighed.assumed),
        "outcomes": [outcome_json(estimate) for estimate in weighed.estimates],
    }


def _difference(decision: Decision, each: Difference) -> Json:
    return {
        "column": each.column,
        "label": each.label,
        "unit": "own" if is_criterion(each.column) else "per_1000",
        **_people(each.people, whole=not is_criterion(each.column)),
        "worth": each.worth,
        "speaks_for": None
        if not each.speaks
        else decision.choice.first
        if each.worth > 0
        else decision.choice.second,
        "traded": each in decision.choice.traded,
    }


def _people(people: Interval, *, whole: bool) -> Json:
    bounds = {"estimate": people.estimate, "low": people.low, "high": people.high}
    return {name: round(value) if whole else value for name, value in bounds.items()}


def _flip(flip: WeightFlip) -> Json:
    return {
        "column": flip.column,
        "label": flip.label,
        "weight": flip.weight,
        "at": flip.at,
        "assumed": flip.assumed,
    }


def _dominated(each: Dominated) -> Json:
    return {
        "drug": each.drug,
        "by": each.by,
        "surely": _share(each.surely),
        "on_everything": _share(each.on_everything),
        "unknown": list(each.unknown),
    }


def _wishes(decision: Decision, wishes: Wishes) -> Json:
    language, found = decision.language, wishes.acceptability
    return {
        "whose": wishes.whose,
        "anchor": wishes.anchor,
        "weights": [
            {"outcome": w.outcome, "weight": w.weight, "why": w.why} for w in wishes.weights
        ],
        "introduction": wishes.introduction,
        "questions": [
            {"id": q.id, "text": q.text, "points": q.points, "points_taken": q.usual_points}
            for q in wishes.asked
        ],
        "answers": [
            {"id": a.id, "points": a.points, "text": a.text[language]} for a in wishes.answers
        ],
        "who_would_choose": [
            {
                "drug": each.drug,
                "ranks": [_share(share) for share in each.ranks],
                "confidence": _share(each.confidence),
                "central_weights": dict(found.central.get(each.drug, {})) if found else {},
                "words": each.words,
            }
            for each in choosers(decision)
        ],
    }


def _before(before: Before) -> Json:
    return {
        "attempts": [
            {
                "drug": each.drug or None,
                "as_written": each.as_written,
                "finding": each.finding,
                "words": each.words,
                "sources": [citation_json(citation) for citation in each.citations],
            }
            for each in before.attempts
        ],
        "shifts": [_shift(shift) for shift in before.shifts],
        "resume": list(before.resume),
        "resume_barred": list(before.resume_barred),
        "last": list(before.last),
    }


def _shift(shift: HistoryShift) -> Json:
    return {
        "drug": shift.drug,
        "outcome": shift.outcome,
        "log_odds_mean": shift.log_odds_mean,
        "log_odds_sd": shift.log_odds_sd,
        "shared_mean": shift.shared_mean,
        "shared_sd": shift.shared_sd,
        "because": shift.because,
        "basis": shift.basis,
        "graded_by": shift.graded_by,
        "source": citation_json(shift.citation),
    }


def _goal(note: GoalNote) -> Json:
    return {
        "drug": note.drug,
        "goal": note.goal,
        "effect": note.effect,
        "because": note.because,
        "evidence": note.evidence,
        "graded_by": note.graded_by,
        "source": citation_json(note.citation),
    }


def _combination(option: CombinationOption) -> Json:
    return {
        "first": option.first,
        "added": option.added,
        "verdict": option.screening.verdict.value,
        "reasons": [reason_json(reason) for reason in option.screening.reasons],
        "tried": option.tried,
        "certainty": option.certainty,
        "steps": [
            {"from_day": step.from_day, "mg_per_day": dose_json(step.dose)} for step in option.steps
        ],
        "steps_sources": [] if option.dosing is None else _dosing_sources(option),
        "trials": [_trial(trial) for trial in option.trials],
        "review": {
            "finding": option.review.finding,
            "trials": option.review.trials,
            "people": option.review.people,
            "source": citation_json(option.review.citation),
        },
    }


def _dosing_sources(option: CombinationOption) -> list[Json]:
    assert option.dosing is not None
    dosing = option.dosing
    parts = (dosing.start, dosing.step, dosing.interval_days, dosing.maximum, dosing.smallest)
    return [citation_json(citation) for citation in dict.fromkeys(p.citation for p in parts)]


def _trial(trial: CombinationTrial) -> Json:
    return {
        "trial": trial.trial,
        "year": trial.year,
        "people": trial.people,
        "antidepressant": trial.antidepressant,
        "gabapentinoid": trial.gabapentinoid,
        "design": trial.design,
        "who": trial.who,
        "compared_with": trial.compared_with,
        "outcome": trial.outcome,
        "unit": trial.unit,
        "finding": trial.finding,
        "estimate": trial.estimate,
        "low": trial.low,
        "high": trial.high,
        "note": trial.note,
        "source": citation_json(trial.citation),
    }
