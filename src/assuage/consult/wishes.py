"""What the patient wants, as weights of outcomes and of what is counted beside them."""

from collections.abc import Mapping

from assuage.consult.library import Library
from assuage.options.criteria import Criterion, monthly_cost
from assuage.options.preference import Judgement, Weights, judged_criterion, weights_from
from assuage.patient.record import PatientRecord
from assuage.plan.pill_burden import pill_burden
from assuage.units import MgPerDay


def wishes_of(record: PatientRecord, library: Library) -> Weights:
    """Return the weights: the patient's own where given, else the usual ones of the library."""
    judged = [Judgement(outcome=o, answer=points) for o, points in record.judgements.items()]
    own = record.weights or None
    return weights_from(judged, library.elicitation, usual=library.weights, own=own)


def criteria_of(
    record: PatientRecord, library: Library, offered: Mapping[str, MgPerDay], wishes: Weights
) -> tuple[Criterion, ...]:
    """Return what else is weighed, if the patient asked for it: tablets a day, cost a month."""
    judged = [Judgement(outcome=o, answer=points) for o, points in record.judgements.items()]
    asked = {judgement.outcome for judgement in judged}
    counted = (pill_burden(library.drugs, offered),) if "tablets" in asked else ()
    paid = (monthly_cost(record.cost_per_month, offered),) if "cost" in asked else ()
    return tuple(judged_criterion(each, judged, wishes) for each in (*counted, *paid))


def whose_weights(record: PatientRecord, wishes: Weights) -> str:
    """Say whose the weights are: the patient's own, assuage's, or both where some was skipped."""
    said = record.weights or record.judgements
    if said and wishes.skipped:
        return "the patient's own, and assuage's where nothing was said"
    return "the patient's own" if said else "assuage's, for want of the patient's own"
