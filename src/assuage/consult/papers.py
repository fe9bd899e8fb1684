"""Two papers of one consultation: the appraisal and the plan that both are made of."""

from collections.abc import Iterable
from datetime import date

from assuage.consult.appraise import appraise
from assuage.consult.library import Library
from assuage.consult.plan import plan_for
from assuage.consult.wishes import wishes_of
from assuage.knowledge.messages import load_messages
from assuage.messages import Language
from assuage.patient.record import PatientRecord
from assuage.report.papers.consultation import Consultation


def consultation(
    record: PatientRecord,
    drug: str,
    library: Library,
    *,
    today: date,
    language: Language = "en",
    jurisdictions: Iterable[str] | None = None,
) -> Consultation:
    """Return what both papers are made of, for a drug named as in a patient file.

    Raises PlanError for a drug that the rules speak against or that waits for an answer: no paper
    must look like a permission.
    """
    regions = None if jurisdictions is None else tuple(jurisdictions)
    plan, _ = plan_for(record, drug, library, today=today, jurisdictions=regions)
    return Consultation(
        appraisal=appraise(record, library, today=today, jurisdictions=regions),
        plan=plan,
        drug=library.drugs[plan.drug],
        record=record,
        weights=wishes_of(record, library).weights,
        outcomes=library.outcomes,
        messages=load_messages(language),
    )
