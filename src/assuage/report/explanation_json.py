"""The full trace of one verdict as plain data, for `explain --json`."""

from typing import Any

from assuage.options.leading import what_would_change
from assuage.options.trace import Explanation, Traced
from assuage.patient.finding import Fact, Quantity
from assuage.report.appraisal_json import change_json, citation_json, reason_json, stamp_json

Json = dict[str, Any]


def explanation_json(explanation: Explanation) -> Json:
    """Return the explanation as dictionaries, lists, text and numbers."""
    screening = explanation.screening
    changes = what_would_change(screening.reasons, screening.verdict)
    return {
        "stamp": stamp_json(explanation.stamp),
        "patient": explanation.patient,
        "drug": explanation.drug,
        "verdict": screening.verdict.value,
        "leading": [reason.rule for reason in screening.leading],
        "reasons": [reason_json(reason) for reason in screening.reasons],
        "changes": [change_json(change) for change in changes],
        "rules": [_traced(each) for each in explanation.traced],
        "facts": [_fact(fact) for fact in explanation.facts],
        "quantities": [_quantity(quantity) for quantity in explanation.quantities],
    }


def _traced(each: Traced) -> Json:
    rule = each.rule
    return {
        "rule": rule.id,
        "about": rule.about,
        "effect": rule.effect,
        "when": rule.when.sentence,
        "finding": each.finding.value,
        "found": each.found,
        "holds_back": each.holds_back,
        "set_aside": each.set_aside,
        "facts": [fact.concept for fact in each.facts],
        "because": rule.because,
        "do": rule.do,
        "region": rule.region,
        "graded_by": rule.graded_by,
        "source": citation_json(rule.citation),
    }


def _fact(fact: Fact) -> Json:
    return {
        "fact": fact.concept,
        "label": fact.label,
        "finding": fact.finding.value,
        "because": fact.because,
        "on": None if fact.on is None else fact.on.isoformat(),
    }


def _quantity(quantity: Quantity) -> Json:
    return {
        "fact": quantity.name,
        "label": quantity.label,
        "value": quantity.value,
        "unit": quantity.unit,
        "because": quantity.because,
        "on": None if quantity.on is None else quantity.on.isoformat(),
        "computed": quantity.computed,
    }
