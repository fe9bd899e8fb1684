"""Explain one verdict: every rule that was looked at, what it found, which facts it read."""

from collections.abc import Iterable
from datetime import date

from assuage.consult.library import Library
from assuage.consult.plan import candidate_named
from assuage.consult.versions import stamp
from assuage.options.disagreement import rules_set_aside
from assuage.options.screening import screen
from assuage.options.trace import Explanation, facts_read, trace
from assuage.patient.derivation import derive_facts
from assuage.patient.record import PatientRecord
from assuage.patient.summary import describe


def explain(
    record: PatientRecord,
    named: str,
    library: Library,
    *,
    today: date,
    jurisdictions: Iterable[str] | None = None,
) -> Explanation:
    """Explain the verdict on the candidate `named`, by generic or brand name.

    Raises InvalidInput for a name that is no candidate's.
    """
    drug = candidate_named(named, library)
    facts = derive_facts(record, library.safety.vocabulary, today=today)
    set_aside = rules_set_aside(library.disagreements, jurisdictions)
    screenings = screen(facts, library.rules, set_aside=set_aside)
    traced = trace(drug, facts, library.rules, set_aside)
    return Explanation(
        stamp=stamp(today, variant=library.release.variant),
        patient=describe(record),
        drug=drug,
        screening=next(each for each in screenings if each.drug == drug),
        traced=traced,
        facts=facts_read(traced),
        quantities=tuple(facts.quantities.values()),
    )
