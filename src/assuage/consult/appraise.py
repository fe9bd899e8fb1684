"""Appraise all candidate drugs for one patient: is it safe, what would it do, which comes first.

Nothing is read from the clock or sampled: the same record, day and library give the same answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assuage.consult.choices import choices_of
from assuage.consult.disagreements import disagreements_shown
from assuage.consult.grounds import Doses, grounds_of
from assuage.consult.library import Library
from assuage.consult.versions import stamp
from assuage.options.appraisal import Appraisal, Disagreement, Option, Reason
from assuage.options.attempt_adequacy import judge_attempts
from assuage.options.benefit import Expectations, expect
from assuage.options.burden import Burden, burdens
from assuage.options.ordering import Ordering, order
from assuage.options.own_reason import OWN_RULE
from assuage.options.question import questions
from assuage.options.screening import Screening
from assuage.options.tried_before import FailedAttempt
from assuage.options.unjudged import unjudged
from assuage.options.urgent import urgent_now
from assuage.patient.facts import Facts
from assuage.patient.phenoconversion import phenotypes_now
from assuage.patient.record import PatientRecord, readings
from assuage.patient.summary import describe
from assuage.units import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What is said beside each drug, by drug."""

    marks: Mapping[str, tuple[str, ...]]
    burdens: Mapping[str, tuple[Burden, ...]]
    disagreements: Mapping[str, tuple[Disagreement, ...]]


def appraise(
    record: PatientRecord,
    library: Library,
    *,
    today: date,
    jurisdictions: Iterable[str] | None = None,
) -> Appraisal:
    """Return every candidate drug with its verdict, reasons, benefits, harms and place.

    `jurisdictions` (US, UK, EU) choose between sources that disagree; all other rules stay. With
    None the strictest source decides.
    """
    regions = None if jurisdictions is None else tuple(jurisdictions)
    grounds = grounds_of(record, library, today=today, regions=regions)
    facts, screenings = grounds.facts, grounds.screenings
    expected = expect(
        library.release,
        condition=record.pain.condition,
        candidates=grounds.candidates,
        outcomes=tuple(library.outcomes.values()),
    )
    silent = unjudged(facts, library.rules, None if grounds.set_aside else screenings)
    ordering = order(
        expected,
        offered=grounds.offered,
        weights=grounds.wishes.weights,
        failed=grounds.failed_surely,
        criteria=grounds.criteria,
    )
    told = _Told(
        marks=_marks(facts, grounds.failed),
        burdens=burdens(facts, library.burdens),
        disagreements=disagreements_shown(facts, screenings, library, regions),
    )
    return Appraisal(
        stamp=stamp(today, variant=library.release.variant),
        patient=f"{describe(record)}; {silent.check.sentence}",
        condition=library.catalogues.conditions[record.pain.condition].label,
        questions=questions(screenings),
        options=_in_order(screenings, grounds.doses, expected, ordering, library, told),
        choices=choices_of(facts, library, grounds.wishes, ordering, regions),
        not_checked=silent.not_checked,
        urgent=urgent_now(facts, screenings),
        not_settled=tuple(part.name for part in facts.unread if part.holds_back),
        read_as=readings(record),
        checked=silent.check.sentence,
        attempts=judge_attempts(facts, library.adequate_trials),
        converted=phenotypes_now(facts),
    )


def _marks(facts: Facts, failed: Mapping[str, FailedAttempt]) -> dict[str, tuple[str, ...]]:
    """Say beside a drug's name that it is taken now, or that it was tried in vain."""
    marks: dict[str, list[str]] = {}
    for entry in facts.record.medications or ():
        if entry.medicine is not None and entry.is_taken(facts.today):
            dose = entry.mg_per_day
            known = "dose not recorded" if dose is None else f"{plain(dose)} mg/day"
            said = marks.setdefault(entry.medicine, [])
            said += [words for words in (f"taken now, {known}",) if words not in said]
    for drug, attempt in failed.items():
        marks.setdefault(drug, []).append(attempt.words)
    return {drug: tuple(words) for drug, words in marks.items()}


def _in_order(
    screenings: Sequence[Screening],
    doses: Mapping[str, Doses],
    expected: Expectations,
    ordering: Ordering,
    library: Library,
    told: _Told,
) -> tuple[Option, ...]:
    """Return one option a drug: those on offer by rank, then the others by what they permit."""
    standing = {s.drug: s for s in ordering.standings}
    options: list[Option] = []
    for screening in screenings:
        drug, place = screening.drug, standing.get(screening.drug)
        problem = doses[drug].problem
        options.append(
            Option(
                drug=drug,
                drug_class=library.catalogues.treatments.class_of(drug).label,
                verdict=screening.verdict,
                reasons=(*screening.reasons, *([_no_dose(problem)] if problem else [])),
                doses=expected.options[drug],
                rank=None if place is None else place.rank,
                best_probability=None if place is None else place.best_probability,
                leading=screening.leading,
                marks=told.marks.get(drug, ()),
                burdens=told.burdens.get(drug, ()),
                disagreements=told.disagreements.get(drug, ()),
            )
        )
    last = len(options) + 1
    return tuple(sorted(options, key=lambda o: (o.rank or last, -o.verdict.rank, o.drug)))


def _no_dose(problem: str) -> Reason:
    return Reason(
        rule="no-dose",
        effect="note",
        sentence=problem,
        finding="present",
        because="",
        do="",
        citation=OWN_RULE,
        graded_by="assuage",
    )
