"""What could be added to a drug that helped partly, and every source of a decision."""

from collections.abc import Iterable
from dataclasses import dataclass

from assuage.options.combination import CombinationOption, CombinationTrial
from assuage.options.decision import Decision
from assuage.provenance import Citation
from assuage.report.numbers import signed
from assuage.report.summary import brief_reason
from assuage.report.wording import VERDICTS
from assuage.units import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A drug to add, as printed: its verdict, why, steps, certainty, and each trial's result."""

    title: str
    verdict: str
    reasons: tuple[str, ...]
    steps: str
    certainty: str
    trials: tuple[tuple[str, Citation], ...]
    citations: tuple[Citation, ...]


def added(decision: Decision) -> tuple[Added, ...]:
    """Return each drug that could be added, those on offer first."""
    return tuple(_added(option) for option in decision.combinations)


def _added(option: CombinationOption) -> Added:
    leading = option.screening.leading
    return Added(
        title=f"{option.added} added to {option.first}",
        verdict=VERDICTS[option.screening.verdict].word,
        reasons=tuple(brief_reason(reason) for reason in leading),
        steps=_steps(option),
        certainty=option.certainty,
        trials=tuple((trial_words(trial), trial.citation) for trial in option.trials),
        citations=(option.review.citation, *_dosing(option), *(r.citation for r in leading)),
    )


def _dosing(option: CombinationOption) -> tuple[Citation, ...]:
    dosing = option.dosing
    if dosing is None or not option.steps:
        return ()
    parts = (dosing.start, dosing.step, dosing.interval_days, dosing.maximum)
    return tuple(dict.fromkeys(part.citation for part in parts))


def _steps(option: CombinationOption) -> str:
    if not option.on_offer:
        return "No dose: it is not on offer."
    if not option.steps:
        return f"Its own plan: assuage plan --drug {option.added}."
    told = [f"{plain(step.dose)} mg/day from day {step.from_day}" for step in option.steps]
    return f"{', '.join(told)}."


def trial_words(trial: CombinationTrial) -> str:
    """Say one result as its trial printed it."""
    unit = " of 1,000" if trial.unit == "per_1000" else " points"
    number = ""
    if trial.estimate is not None:
        number = f": {signed(trial.estimate, trial.unit)}{unit}"
    if trial.low is not None and trial.high is not None:
        number += f" ({signed(trial.low, trial.unit)} to {signed(trial.high, trial.unit)})"
    people = f", {trial.people} people" if trial.people else ""
    outcome = trial.outcome.replace("_", " ")
    return (
        f"{trial.trial} ({trial.year}{people}), {trial.antidepressant} with "
        f"{trial.gabapentinoid} against {trial.compared_with}: {trial.finding}, {outcome}{number}"
    )


def goal_words(decision: Decision) -> tuple[tuple[str, Citation], ...]:
    """Say what is known of each compared drug for each goal, with its source."""
    return tuple(
        (
            f"{note.goal.replace('_', ' ')}: {note.drug} {note.effect} ({note.because})",
            note.citation,
        )
        for note in decision.goals
    )


def off_words(decision: Decision) -> tuple[tuple[str, Citation | None], ...]:
    """Say of each drug that is not on offer why, in a line, with the source of the reason."""
    told: list[tuple[str, Citation | None]] = []
    for drug, (verdict, reasons) in decision.off.items():
        why = brief_reason(reasons[0]) if reasons else "no dose can be given"
        cited = reasons[0].citation if reasons else None
        told.append((f"{drug}: {VERDICTS[verdict].word.lower()}; {why}", cited))
    return tuple(told)


def citations_of(decision: Decision) -> Iterable[Citation]:
    """Yield every citation of a decision, in the order of reading."""
    for weighed in decision.weighed:
        yield from (reason.citation for reason in weighed.leading)
    for _, reasons in decision.off.values():
        yield from (reason.citation for reason in reasons)
    yield from (citation for each in decision.before.attempts for citation in each.citations)
    yield from (shift.citation for shift in decision.before.shifts)
    yield from (note.citation for note in decision.goals)
    for option in decision.combinations:
        yield from (trial.citation for trial in option.trials)
        yield option.review.citation
        yield from _dosing(option)
        yield from (reason.citation for reason in option.screening.leading)
