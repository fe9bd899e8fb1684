"""A dose plan as plain data for `plan --json`; docs/reference/plan-json.md says each key."""

from collections.abc import Iterable

from assuage.plan.dosing import Advice, DoseLimit, StoppingRule
from assuage.plan.regimen import Caveat, Ceiling, Check, Intake, Onward, Plan, Review
from assuage.provenance import Stamp
from assuage.report.appraisal_json import Json, citation_json, dose_json, stamp_json
from assuage.report.exposure_json import exposure_json
from assuage.report.plan_rows import how_to_take


def plan_json(plan: Plan, stamp: Stamp, *, patient: str) -> Json:
    """Return the plan as dictionaries, lists, text and numbers. Dates are ISO 8601."""
    return {
        "stamp": stamp_json(stamp),
        "in_scope": True,
        "patient": patient,
        "drug": plan.drug,
        "label": plan.label,
        "indication": plan.indication,
        "for_pain": plan.for_pain,
        "target": _target(plan),
        "maximum": _ceiling(plan.ceiling),
        "other_maxima": [_ceiling(ceiling) for ceiling in plan.other_ceilings],
        "limits": [_limit(limit) for limit in plan.limits],
        "exposure": None if plan.exposure is None else exposure_json(plan.exposure),
        "first": [_caveat(caveat) for caveat in plan.first],
        "steps": [
            {
                "from_day": step.from_day,
                "from_date": step.from_date.isoformat() if plan.dated else None,
                "mg_per_day": dose_json(step.dose),
                **_how(step.intakes),
            }
            for step in plan.steps
        ],
        "onward": None if plan.onward is None else _onward(plan.onward),
        "reviews": [_review(review, dated=plan.dated) for review in plan.reviews],
        "monitoring": [_check(check, dated=plan.dated) for check in plan.monitoring],
        "stopping": [_stopping(rule) for rule in plan.stopping],
        "taper": [
            {"from_day": step.from_day, "mg_per_day": dose_json(step.dose), **_how(step.intakes)}
            for step in plan.taper
        ],
        "taper_guidance": [
            {"text": guidance.value, "source": citation_json(guidance.citation)}
            for guidance in plan.taper_guidance
        ],
        "advice": [_advice(advice) for advice in plan.advice],
        "caveats": [_caveat(caveat) for caveat in plan.caveats],
    }


def _target(plan: Plan) -> Json:
    return {
        "mg_per_day": dose_json(plan.target),
        "given": plan.target_given,
        "source": citation_json(plan.target_citation),
    }


def _how(intakes: Iterable[Intake]) -> Json:
    taken = tuple(intakes)
    return {
        "how": how_to_take(taken),
        "intakes": [
            {
                "time": intake.time,
                "counts": [
                    {
                        "number": dose_json(count.number),
                        "form": count.product.form,
                        "mg": dose_json(count.product.strength),
                        "source": citation_json(count.product.citation),
                    }
                    for count in intake.counts
                ],
            }
            for intake in taken
        ],
    }


def _ceiling(ceiling: Ceiling) -> Json:
    return {
        "mg_per_day": dose_json(ceiling.dose),
        "because": ceiling.because,
        "source": citation_json(ceiling.citation),
    }


def _limit(limit: DoseLimit) -> Json:
    return {
        "rule": limit.rule,
        "sentence": limit.sentence,
        "because": limit.because,
        "region": limit.region,
        "at_most": None if limit.at_most is None else dose_json(limit.at_most),
        "start_at_most": None if limit.start_at_most is None else dose_json(limit.start_at_most),
        "factor": None if limit.factor is None else float(limit.factor),
        "source": citation_json(limit.citation),
    }


def _onward(onward: Onward) -> Json:
    return {
        "step_mg": dose_json(onward.step),
        "interval_days": onward.interval_days,
        "up_to_mg_per_day": dose_json(onward.up_to),
        "weeks": onward.weeks,
        "weeks_at_dose": onward.weeks_at_dose,
        "source": citation_json(onward.citation),
    }


def _review(review: Review, *, dated: bool) -> Json:
    return {
        "on": review.on.isoformat() if dated else None,
        "week": review.week,
        "purpose": review.purpose,
        "ask": review.ask,
        "timed_by": review.timed_by,
        "source": citation_json(review.citation),
    }


def _check(check: Check, *, dated: bool) -> Json:
    return {
        "on": check.on.isoformat() if dated else None,
        "week": check.week,
        "what": check.what,
        "why": check.why,
        "timed_by": check.timed_by,
        "source": citation_json(check.citation),
    }


def _stopping(rule: StoppingRule) -> Json:
    return {
        "rule": rule.id,
        "when": rule.when,
        "do": rule.do,
        "set_by": rule.set_by,
        "source": citation_json(rule.citation),
    }


def _advice(advice: Advice) -> Json:
    return {
        "id": advice.id,
        "topic": advice.topic,
        "text": advice.text,
        "urgent": advice.urgent,
        "source": citation_json(advice.citation),
    }


def _caveat(caveat: Caveat) -> Json:
    cited = caveat.citation
    return {"text": caveat.text, "source": None if cited is None else citation_json(cited)}
