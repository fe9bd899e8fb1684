"""The note for the record as rows: what was considered, why this one, what was agreed."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from assuage.options.appraisal import Option, OutcomeEstimate, Reason, Verdict
from assuage.patient.finding import Finding
from assuage.report.papers.agreed import (
    WatchRow,
    days_said,
    plan_said,
    stopping_said,
    watch_said,
)
from assuage.report.papers.calendar import milligrams
from assuage.report.papers.consultation import BENEFIT, STOPPED, Consultation
from assuage.report.papers.estimates import Estimated
from assuage.report.papers.figure import (
    EstimatePath,
    Figure,
    OrderPath,
    OwnPath,
    RecordPath,
    Said,
)
from assuage.report.rows import (
    estimate_of,
    in_reading_order,
    not_ranked_apart,
    shown_dose,
    top_options,
)
from assuage.report.summary import VERY_LOW_AT_MOST
from assuage.report.wording import bare, one_line

MOST_ESTIMATES, MOST_RISKS = 9, 5
_ALWAYS = (BENEFIT, "pain_relief_30", STOPPED, "serious_adverse_event")
_HEEDED = frozenset({"contraindicated", "avoid", "caution", "reduce_dose"})


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow:
    """The drugs of one verdict, in order; those not on offer stand with what rules them out."""

    verdict: Verdict
    word: Said
    options: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateRow:
    """One outcome of the chosen drug at its dose. `with_placebo` is None where none is known."""

    outcome: str
    label: Said
    with_drug: Figure | None
    with_placebo: Figure | None
    difference: Said
    certainty: Said
    origin: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRows:
    """The note from top to bottom. `urgent` and `first` come before anything else."""

    title: Said
    patient: Said
    urgent: tuple[Said, ...]
    first: tuple[Said, ...]
    considered: tuple[VerdictRow, ...]
    why: tuple[Said, ...]
    estimates: tuple[EstimateRow, ...]
    legend: Said | None
    trials: Said | None
    weighed: Said
    risks: tuple[Said, ...]
    plan: tuple[Said, ...]
    days: tuple[Said, ...]
    watch: tuple[WatchRow, ...]
    stopping: tuple[Said, ...]
    standing: Said


def note_rows(case: Consultation) -> NoteRows:
    """Return the note, in the language of the messages; rules are quoted in English."""
    speak, plan = case.speaker, case.plan
    shown = _shown(case)
    drug = case.drug_name(plan.drug)
    days = days_said(case)
    return NoteRows(
        title=speak.say("note_title", drug=drug, dose=milligrams(case, plan.target, "target")),
        patient=_patient(case),
        urgent=tuple(_urgent(case)),
        first=tuple(_foreign(case, each.text) for each in plan.first),
        considered=tuple(_considered(case)),
        why=tuple(_why(case)),
        estimates=tuple(_estimate(Estimated(case, e)) for e in shown),
        legend=speak.say("legend_marked") if any(e.origin.reconstructed for e in shown) else None,
        trials=_trials(case),
        weighed=_weighed(case),
        risks=tuple(_risks(case)),
        plan=tuple(plan_said(case)),
        days=tuple(said for _, said in days),
        watch=tuple(watch_said(case, [day for day, _ in days])),
        stopping=tuple(stopping_said(case)),
        standing=_standing(case),
    )


def _urgent(case: Consultation) -> Iterator[Said]:
    """Yield what comes before anything else, and that names not identified leave all open."""
    yield from (_foreign(case, text) for text in case.appraisal.urgent)
    if case.appraisal.not_settled:
        names = [Said(text=one_line(name), quoted=True) for name in case.appraisal.not_settled]
        yield case.speaker.say("provisional", names=case.speaker.joined(names))


def _foreign(case: Consultation, text: str) -> Said:
    """Return words of the consultation that exist in English alone, marked as such."""
    english = case.messages.language == "en"
    return Said(text=one_line(text), quoted=True, language=None if english else "en")


def _patient(case: Consultation) -> Said:
    record, speak = case.record, case.speaker
    pain = case.messages.say(f"condition_{record.pain.condition}")
    age = speak.count(record.age, RecordPath(of="age"))
    who = case.messages.say(f"person_{record.sex or 'unknown'}")
    if record.pain.score is None:
        return speak.say("note_patient", who=who, age=age, pain=pain)
    return speak.say(
        "note_patient_score",
        who=who,
        age=age,
        pain=pain,
        score=speak.count(record.pain.score, RecordPath(of="pain.score")),
        top=speak.count(10, RecordPath(of="pain.score: on a scale from 0 to 10")),
    )


def _considered(case: Consultation) -> Iterator[VerdictRow]:
    options = in_reading_order(case.appraisal)
    for verdict, group in groupby(options, key=lambda option: option.verdict):
        members = tuple(group)
        yield VerdictRow(
            verdict=verdict,
            word=case.speaker.say(
                f"verdict_{verdict.value}",
                count=case.speaker.count(len(members), OwnPath(of=f"options: {verdict.value}")),
            ),
            options=_named(case, members),
        )


def _named(case: Consultation, options: tuple[Option, ...]) -> tuple[Said, ...]:
    """Name drugs with their place, or together with the gravest reason that rules them out."""
    on_offer = [_placed(case, option) for option in options if option.rank is not None]
    together: dict[Reason | None, list[str]] = {}
    grounds: dict[tuple[str, str], Reason] = {}
    for option in options:
        if option.rank is None:
            first = next(iter(option.leading), None)
            if first is not None:
                first = grounds.setdefault((first.sentence, first.because), first)
            together.setdefault(first, []).append(case.drug_name(option.drug))
    ruled_out = [
        Said(text=case.messages.listed(drugs))
        if reason is None
        else case.speaker.say(
            "ruled_out",
            drugs=case.messages.listed(drugs),
            reason=case.speaker.quote(bare(reason.sentence), reason.citation),
        )
        for reason, drugs in together.items()
    ]
    return (*on_offer, *ruled_out)


def _placed(case: Consultation, option: Option) -> Said:
    assert option.rank is not None
    rank = case.speaker.count(option.rank, _order(case, option.drug, "rank"))
    return case.speaker.say("placed", drug=case.drug_name(option.drug), rank=rank)


def _order(case: Consultation, drug: str, quantity: str) -> OrderPath:
    return OrderPath(drug=drug, quantity=quantity, weighed=tuple(case.weight))


def _best(case: Consultation, option: Option) -> Figure:
    """Say how often a drug is the best; never nearly sure on evidence of very low certainty."""
    chance = option.best_probability or 0.0
    path = _order(case, option.drug, "best_probability")
    benefit = estimate_of(shown_dose(option), BENEFIT)
    rated = None if benefit is None else benefit.certainty
    text = case.messages.percent(chance)
    if chance > VERY_LOW_AT_MOST and rated is not None and rated.level == "very low":
        text = f">{case.messages.percent(VERY_LOW_AT_MOST)}"
    return Figure(value=chance, text=text, path=path)


def _why(case: Consultation) -> Iterator[Said]:
    speak, option, appraisal = case.speaker, case.option, case.appraisal
    offered = [o for o in appraisal.options if o.rank is not None]
    if option.rank is not None:
        place = {
            "drug": case.drug_name(option.drug),
            "rank": speak.count(option.rank, _order(case, option.drug, "rank")),
            "count": speak.count(len(offered), OwnPath(of="options on offer")),
        }
        if option.best_probability is None:
            yield speak.say("why_placed", **place)
        elif sum(o.best_probability is not None for o in offered) == 1:
            yield speak.say("why_only", **place)
        else:
            yield speak.say("why_best", chance=_best(case, option), **place)
    others = [
        o
        for o in top_options(appraisal, 3)
        if o.drug != option.drug and o.best_probability is not None
    ]
    if others:
        named = [
            speak.say("other_best", drug=case.drug_name(o.drug), chance=_best(case, o))
            for o in others
        ]
        yield speak.say("why_others", others=speak.joined(named))
    if not_ranked_apart(appraisal) is not None:
        yield speak.say("why_close")
    yield from _studied_at(case)


def _studied_at(case: Consultation) -> Iterator[Said]:
    """Yield that the benefit was shown at other doses than the one of the plan, where so."""
    benefit, dose = case.estimate(BENEFIT), case.dose
    if benefit is None or dose is None or not benefit.origin.studied_at:
        return
    doses = benefit.origin.studied_at.removesuffix(" mg/day")
    path = EstimatePath(
        outcome=BENEFIT,
        drug=case.plan.drug,
        dose=dose.dose,
        quantity="origin.studied_at",
        trial_ids=benefit.origin.trial_ids,
    )
    text = doses.replace(" to ", f" {case.messages.say('to')} ")
    yield case.speaker.say("why_studied_at", doses=Figure(value=doses, text=text, path=path))


def _shown(case: Consultation) -> tuple[OutcomeEstimate, ...]:
    """Return the estimates to print: first the main ones, then what is weighed, as tables do."""
    wanted = [*_ALWAYS, *sorted(case.weight, key=lambda o: -case.weight[o])]
    found = [e for o in dict.fromkeys(wanted) if (e := case.estimate(o)) is not None]
    return tuple(sorted(found[:MOST_ESTIMATES], key=lambda e: case.outcomes[e.outcome].order))


def _estimate(estimated: Estimated) -> EstimateRow:
    case, estimate = estimated.case, estimated.estimate
    speak = case.speaker
    level = "not_rated" if estimate.certainty is None else estimate.certainty.level
    rated = f"certainty_{level.replace(' ', '_')}"
    return EstimateRow(
        outcome=estimate.outcome,
        label=case.outcome_name(estimate.outcome),
        with_drug=None if estimate.with_drug is None else estimated.level("with_drug.estimate"),
        with_placebo=None
        if estimate.with_placebo is None
        else estimated.level("with_placebo.estimate"),
        difference=speak.say(
            "interval",
            middle=estimated.change("difference.estimate"),
            low=estimated.change("difference.low"),
            high=estimated.change("difference.high"),
        ),
        certainty=speak.say("contradicted", certainty=case.messages.say(rated))
        if estimate.contradicts
        else speak.say(rated),
        origin=estimated.origin(),
    )


def _trials(case: Consultation) -> Said | None:
    """Name the studies behind the benefit; a label's counts are named by their source."""
    benefit = case.estimate(BENEFIT)
    if benefit is None or not benefit.origin.trial_ids:
        return None
    path = Estimated(case, benefit).path("origin.trial_ids")
    studies = [
        Figure(value=each, text=each.replace("_", " "), path=path)
        for each in benefit.origin.trial_ids
    ]
    return case.speaker.say("note_trials", trials=case.speaker.joined(studies))


def _weighed(case: Consultation) -> Said:
    speak = case.speaker
    parts = [
        speak.say(
            "weight",
            outcome=case.outcome_name(outcome),
            weight=speak.count(weight, _weight_path(case, outcome)),
        )
        for outcome, weight in case.weight.items()
    ]
    whose = "own" if case.own_weights else "usual"
    return speak.say(f"weighed_{whose}", weights=speak.joined(parts, by="; "))


def _weight_path(case: Consultation, outcome: str) -> RecordPath | OwnPath:
    if case.own_weights:
        return RecordPath(of=f"preferences.weights.{outcome}")
    return OwnPath(of=f"weights.yaml: {outcome}")


def _risks(case: Consultation) -> Iterator[Said]:
    option, speak = case.option, case.speaker
    heeded = [
        reason
        for reason in (*option.leading, *option.reasons)
        if reason.finding == Finding.PRESENT.value and reason.effect in _HEEDED
    ]
    distinct = tuple(dict.fromkeys(heeded))
    for reason in distinct[:MOST_RISKS]:
        because = f" – {bare(reason.because)}" if reason.because else ""
        do = f". {bare(reason.do)}" if reason.do else ""
        yield speak.quote(f"{bare(reason.sentence)}{because}{do}.", reason.citation)
    if len(distinct) > MOST_RISKS:
        left = len(distinct) - MOST_RISKS
        yield speak.say("more_risks", count=speak.count(left, OwnPath(of="reasons not printed")))
    if not distinct:
        yield speak.say("no_risks")


def _standing(case: Consultation) -> Said:
    speak, stamp = case.speaker, case.appraisal.stamp
    versions = {
        name: Figure(value=text, text=text, path=OwnPath(of=f"stamp.{name}"))
        for name, text in (
            ("software", stamp.software),
            ("knowledge", stamp.knowledge),
            ("release", stamp.release),
        )
    }
    day = speak.on(stamp.today, OwnPath(of="stamp.today"))
    return speak.say("note_standing", day=day, **versions)
