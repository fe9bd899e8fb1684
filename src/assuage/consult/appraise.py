"""Appraise all candidate drugs for one patient: is it safe, what would it do, which comes first.

Nothing is read from the clock or sampled: the same record, day and library give the same answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assuage.consult.choices import choices_of
from assuage.consult.exposure import exposures_of
from assuage.consult.library import Library
from assuage.consult.versions import stamp
from assuage.errors import PlanError
from assuage.options.appraisal import Appraisal, Disagreement, Option, Reason, Verdict, Voice
from assuage.options.attempt_adequacy import judge_attempts
from assuage.options.benefit import Expectations, expect
from assuage.options.burden import Burden, burdens
from assuage.options.criteria import Criterion, monthly_cost
from assuage.options.disagreement import SourcesDisagree, relevant, rules_set_aside
from assuage.options.evidence_choice import Candidate
from assuage.options.exposed import tell_exposures
from assuage.options.ordering import Ordering, order
from assuage.options.own_reason import OWN_RULE
from assuage.options.preference import Judgement, Weights, judged_criterion, weights_from
from assuage.options.question import questions
from assuage.options.screening import Screening, screen
from assuage.options.tried_before import FailedAttempt, vain_attempts
from assuage.options.unjudged import unjudged
from assuage.options.urgent import urgent_now
from assuage.patient.derivation import derive_facts
from assuage.patient.facts import Facts
from assuage.patient.phenoconversion import phenotypes_now
from assuage.patient.record import PatientRecord, readings
from assuage.patient.summary import describe
from assuage.plan.pill_burden import pill_burden
from assuage.plan.screened import limits_found
from assuage.plan.targets import target_doses
from assuage.units import MgPerDay, plain

ON_OFFER = frozenset({Verdict.SUITABLE, Verdict.CAUTION})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What is said beside each drug, by drug."""

    marks: Mapping[str, tuple[str, ...]]
    burdens: Mapping[str, tuple[Burden, ...]]
    disagreements: Mapping[str, tuple[Disagreement, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Doses:
    """The doses at which a drug is appraised; the first is the one it would be given at.

    `problem` says why there are none.
    """

    doses: tuple[MgPerDay, ...] = ()
    problem: str = ""


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
    facts = derive_facts(record, library.safety.vocabulary, today=today)
    set_aside = rules_set_aside(library.disagreements, regions)
    screenings = screen(facts, library.rules, set_aside=set_aside)
    doses = {s.drug: _doses(s, record, library) for s in screenings}
    expected = _expected(facts, screenings, doses, library)
    silent = unjudged(facts, library.rules, None if set_aside else screenings)
    failed = vain_attempts(facts, library.adequate_trials)
    wishes = wishes_of(record, library)
    offered = _offered(screenings, doses)
    ordering = order(
        expected,
        offered=offered,
        weights=wishes.weights,
        failed={drug for drug, attempt in failed.items() if attempt.adequate},
        criteria=criteria_of(record, library, offered, wishes),
    )
    told = _Told(
        marks=_marks(facts, failed),
        burdens=burdens(facts, library.burdens),
        disagreements=disagreements_shown(facts, screenings, library, regions),
    )
    return Appraisal(
        stamp=stamp(today, variant=library.release.variant),
        patient=f"{describe(record)}; {silent.check.sentence}",
        condition=library.catalogues.conditions[record.pain.condition].label,
        questions=questions(screenings),
        options=_in_order(screenings, doses, expected, ordering, library, told),
        choices=choices_of(facts, library, wishes, ordering, regions),
        not_checked=silent.not_checked,
        urgent=urgent_now(facts, screenings),
        not_settled=tuple(part.name for part in facts.unread if part.holds_back),
        read_as=readings(record),
        checked=silent.check.sentence,
        attempts=judge_attempts(facts, library.adequate_trials),
        converted=phenotypes_now(facts),
    )


def _expected(
    facts: Facts, screenings: Sequence[Screening], doses: Mapping[str, _Doses], library: Library
) -> Expectations:
    """Return benefit and harm of every drug, with a word where this person's exposure differs."""
    expected = expect(
        library.release,
        condition=facts.record.pain.condition,
        candidates=[_candidate(s.drug, doses[s.drug].doses, library) for s in screenings],
        outcomes=tuple(library.outcomes.values()),
    )
    return tell_exposures(expected, exposures_of(facts, library))


def wishes_of(record: PatientRecord, library: Library) -> Weights:
    """Return the weights: the patient's own where given, else the usual ones of the library."""
    judged = [Judgement(outcome=o, answer=points) for o, points in record.judgements.items()]
    own = record.weights or None
    return weights_from(judged, library.elicitation, usual=library.weights, own=own)


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


def _offered(screenings: Sequence[Screening], doses: Mapping[str, _Doses]) -> dict[str, MgPerDay]:
    """Return the dose that each drug on offer would be given at."""
    return {
        s.drug: doses[s.drug].doses[0]
        for s in screenings
        if s.verdict in ON_OFFER and doses[s.drug].doses
    }


def criteria_of(
    record: PatientRecord, library: Library, offered: Mapping[str, MgPerDay], wishes: Weights
) -> tuple[Criterion, ...]:
    """Return what else is weighed, if the patient asked for it: tablets a day, cost a month."""
    judged = [Judgement(outcome=o, answer=points) for o, points in record.judgements.items()]
    asked = {judgement.outcome for judgement in judged}
    counted = (pill_burden(library.drugs, offered),) if "tablets" in asked else ()
    paid = (monthly_cost(record.cost_per_month, offered),) if "cost" in asked else ()
    return tuple(judged_criterion(each, judged, wishes) for each in (*counted, *paid))


def disagreements_shown(
    facts: Facts,
    screenings: Sequence[Screening],
    library: Library,
    regions: Sequence[str] | None,
) -> dict[str, tuple[Disagreement, ...]]:
    """Return, by drug, the questions that sources answer differently and that matter here."""
    aside = rules_set_aside(library.disagreements, regions)
    rules = {p.rule.id: p.rule for p in library.rules.rules if p.rule.id in aside} if aside else {}
    shown: dict[str, tuple[Disagreement, ...]] = {}
    for screening in screenings:
        found = relevant(
            library.disagreements_about[screening.drug],
            screening.drug,
            facts,
            rules,
            on_offer=screening.verdict in ON_OFFER,
            spoken=frozenset(reason.rule for reason in screening.reasons),
        )
        shown[screening.drug] = tuple(_disagreement(each, regions) for each in found)
    return shown


def _disagreement(each: SourcesDisagree, regions: Sequence[str] | None) -> Disagreement:
    return Disagreement(
        question=each.question,
        voices=tuple(
            Voice(who=p.who, region=p.region, says=p.says, citations=p.citations)
            for p in each.positions
        ),
        choice=each.choice(regions),
        general=each.always,
    )


def _doses(screening: Screening, record: PatientRecord, library: Library) -> _Doses:
    """Return the doses to weigh; they follow from the numbers of the limits, so they are kept."""
    caps = tuple(limit.dose for limit in screening.limits)
    shares = tuple(share.factor for share in screening.shares)
    key = (screening.drug, record.age, caps, shares)
    if key not in library.targets:
        drug, limits = library.drugs[screening.drug], limits_found(screening)
        try:
            library.targets[key] = target_doses(drug, limits=limits, age=record.age)
        except PlanError as error:
            return _Doses(problem=str(error))
    return _Doses(doses=library.targets[key])


def _candidate(drug: str, doses: tuple[MgPerDay, ...], library: Library) -> Candidate:
    treatments = library.catalogues.treatments
    its_class = treatments.class_of(drug)
    return Candidate(
        drug=drug,
        label=treatments.treatments[drug].label,
        drug_class=its_class.id,
        class_label=its_class.label,
        doses=doses,
    )


def _in_order(
    screenings: Sequence[Screening],
    doses: Mapping[str, _Doses],
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
