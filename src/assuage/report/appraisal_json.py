"""An appraisal as plain data for `appraise --json`; docs/reference/appraisal-json.md says each key.

Numbers are rounded as in the other reports: whole people per 1,000, tenths of a pain point,
chances to three decimals.
"""

from decimal import Decimal
from typing import Any

from assuage.options.appraisal import (
    Appraisal,
    Change,
    Disagreement,
    DoseOption,
    Interval,
    Option,
    OutcomeEstimate,
    Question,
    Reason,
)
from assuage.options.attempt_adequacy import AttemptAdequacy
from assuage.options.leading import what_would_change
from assuage.provenance import Citation, Stamp
from assuage.report.burden_rows import burdens_json
from assuage.report.numbers import Unit, rounded

Json = dict[str, Any]


def appraisal_json(appraisal: Appraisal) -> Json:
    """Return the appraisal as dictionaries, lists, text and numbers; None means no data."""
    return {
        "stamp": stamp_json(appraisal.stamp),
        "in_scope": True,
        "urgent": list(appraisal.urgent),
        "not_settled": list(appraisal.not_settled),
        "read_as": list(appraisal.read_as),
        "checked": appraisal.checked,
        "converted": [fact.because for fact in appraisal.converted],
        "attempts": [_attempt(each) for each in appraisal.attempts],
        "patient": appraisal.patient,
        "condition": appraisal.condition,
        "questions": [_question(question) for question in appraisal.questions],
        "options": [_option(option) for option in appraisal.options],
        "choices": dict(appraisal.choices),
        "not_checked": list(appraisal.not_checked),
    }


def out_of_scope_json(stamp: Stamp, why: str) -> Json:
    """Return the answer for a patient whom assuage must not advise on: no option, and why."""
    return {
        "stamp": stamp_json(stamp),
        "in_scope": False,
        "why": why,
        "questions": [],
        "options": [],
    }


def stamp_json(stamp: Stamp) -> Json:
    return {
        "software": stamp.software,
        "knowledge": stamp.knowledge,
        "release": stamp.release,
        "today": stamp.today.isoformat(),
    }


def citation_json(citation: Citation) -> Json:
    return {
        "id": citation.source.id,
        "title": citation.source.title,
        "locator": citation.locator,
        "url": citation.source.url,
        "grade": citation.grade,
    }


def dose_json(dose: Decimal) -> int | float:
    """Return a dose as the shortest number: 60, 37.5."""
    return int(dose) if dose == dose.to_integral_value() else float(dose)


def _question(question: Question) -> Json:
    return {"fact": question.fact, "why": question.why, "drugs": list(question.drugs)}


def _option(option: Option) -> Json:
    chance = option.best_probability
    return {
        "drug": option.drug,
        "drug_class": option.drug_class,
        "verdict": option.verdict.value,
        "marks": list(option.marks),
        "leading": [reason.rule for reason in option.leading],
        "reasons": [reason_json(reason) for reason in option.reasons],
        "changes": [
            change_json(change) for change in what_would_change(option.reasons, option.verdict)
        ],
        "burdens": burdens_json(option.burdens, citation_json),
        "disagreements": [_disagreement(each) for each in option.disagreements],
        "doses": [_dose(dose) for dose in option.doses],
        "rank": option.rank,
        "best_probability": None if chance is None else round(chance, 3),
    }


def _disagreement(each: Disagreement) -> Json:
    return {
        "question": each.question,
        "positions": [
            {
                "who": voice.who,
                "region": voice.region,
                "says": voice.says,
                "sources": [citation_json(citation) for citation in voice.citations],
            }
            for voice in each.voices
        ],
        "choice": each.choice,
        "general": each.general,
    }


def _attempt(each: AttemptAdequacy) -> Json:
    return {
        "drug": each.drug or None,
        "as_written": each.as_written,
        "finding": each.finding,
        "words": each.words,
        "sources": [citation_json(citation) for citation in each.citations],
        "set_by": each.set_by,
    }


def change_json(change: Change) -> Json:
    hinges = [{"what": hinge.words, "recorded": hinge.recorded} for hinge in change.hinges]
    return {"if_otherwise": hinges, "verdict": change.verdict.value}


def reason_json(reason: Reason) -> Json:
    return {
        "rule": reason.rule,
        "effect": reason.effect,
        "sentence": reason.sentence,
        "finding": reason.finding,
        "because": reason.because,
        "do": reason.do,
        "mechanism": reason.mechanism or None,
        "catastrophe": reason.catastrophe or None,
        "region": reason.region,
        "graded_by": reason.graded_by,
        "source": citation_json(reason.citation),
    }


def _dose(dose: DoseOption) -> Json:
    return {
        "mg_per_day": dose_json(dose.dose),
        "outcomes": [outcome_json(estimate) for estimate in dose.outcomes],
    }


def outcome_json(estimate: OutcomeEstimate) -> Json:
    """Return one outcome at one dose, with its certainty and where it comes from."""
    origin, certainty = estimate.origin, estimate.certainty
    return {
        "outcome": estimate.outcome,
        "unit": estimate.unit,
        **_interval(estimate.with_drug, estimate.unit),
        "with_placebo": _interval(estimate.with_placebo, estimate.unit),
        "versus_placebo": _interval(estimate.difference, estimate.unit),
        "certainty": None if certainty is None else certainty.level,
        "certainty_reasons": [] if certainty is None else list(certainty.reasons),
        "from": origin.kind,
        "origin": {
            "statement": origin.statement,
            "trials": origin.trials,
            "participants": origin.participants,
            "reconstructed": origin.reconstructed,
            "derived": origin.derived,
            "doubted": origin.doubted,
            "against_placebo": origin.against_placebo,
            "studied_at": origin.studied_at or None,
        },
        "contradicts": list(estimate.contradicts),
        "contradiction": estimate.contradiction or None,
    }


def _interval(interval: Interval | None, unit: Unit) -> Json:
    """Return per_1000 (and points, for points), low and high; None where there is no data."""
    empty: Json = {"per_1000": None} if unit == "per_1000" else {"per_1000": None, unit: None}
    if interval is None:
        return {**empty, "low": None, "high": None}
    return {
        **empty,
        unit: rounded(interval.estimate, unit),
        "low": rounded(interval.low, unit),
        "high": rounded(interval.high, unit),
    }
