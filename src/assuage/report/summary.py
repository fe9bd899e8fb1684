"""Short sentences and cells that the terminal and the page say alike."""

import re
from collections import Counter
from dataclasses import dataclass

from assuage.options.appraisal import (
    Appraisal,
    Change,
    Option,
    Origin,
    Question,
    Reason,
    Verdict,
)
from assuage.report.burden_rows import burden_line, burden_rows
from assuage.report.numbers import percent
from assuage.report.presentation import Presentation
from assuage.report.rows import (
    DoseMatrix,
    OverviewRow,
    ReasonRow,
    estimate_of,
    in_reading_order,
    not_ranked_apart,
    shown_dose,
    top_options,
)
from assuage.report.wording import (
    FROM,
    NO_DATA,
    VERDICTS,
    bare,
    capitalised,
    certainty_word,
    effect_word,
    listed,
    one_line,
    uncapitalised,
)
from assuage.units import plain

IN_FULL = 6
"""How many questions are asked in full; the rest are named in a line."""

PROVISIONAL = "†"
VERY_LOW_AT_MOST = 0.95
"""The most that is printed of how often a drug is best on evidence of very low certainty."""

_UNRECORDED = re.compile(r"Not recorded: (.+?)\. (.+)", re.DOTALL)
_SHORT = {"moderate": "mod", "very low": "v.low"}


def counts(appraisal: Appraisal) -> str:
    """Say how many drugs have each verdict: 6 suitable, 4 to avoid and 1 contraindicated."""
    found = Counter(option.verdict for option in in_reading_order(appraisal))
    return listed([f"{n} {VERDICTS[verdict].counted}" for verdict, n in found.items()])


def provisional(appraisal: Appraisal) -> str:
    """Say once which names nobody could identify, and what that means for every verdict."""
    names = appraisal.not_settled
    if not names:
        return ""
    many = "1 name not settled" if len(names) == 1 else f"{len(names)} names not settled"
    which = ", ".join(one_line(name) for name in names)
    return f"{many}: {which}. All verdicts are provisional ({PROVISIONAL}) until that is checked."


def marked(row: OverviewRow) -> str:
    """Say what stands beside a drug's name: taken now, tried in vain."""
    return f"{capitalised('; '.join(row.option.marks))}." if row.option.marks else ""


def best_percent(option: Option, presentation: Presentation) -> str:
    """Write how often a drug is the best; never nearly sure on evidence of very low certainty."""
    chance = option.best_probability
    if chance is None:
        return ""
    benefit = estimate_of(shown_dose(option), presentation.headline.benefit)
    rated = None if benefit is None else benefit.certainty
    if chance > VERY_LOW_AT_MOST and rated is not None and rated.level == "very low":
        return f">{percent(VERY_LOW_AT_MOST)}"
    return percent(chance)


def named_with_dose(option: Option) -> str:
    dose = shown_dose(option)
    return option.drug if dose is None else f"{option.drug} {plain(dose.dose)} mg/day"


def leader(appraisal: Appraisal, presentation: Presentation) -> str:
    """Say which drug is most often best, and when that settles nothing."""
    top = [o for o in top_options(appraisal, 1) if o.best_probability is not None]
    if not top:
        return _none_ranked(appraisal)
    chance = best_percent(top[0], presentation)
    benefit = estimate_of(shown_dose(top[0]), presentation.headline.benefit)
    rated = certainty_word(benefit.certainty) if benefit is not None else NO_DATA
    compared = [o for o in appraisal.options if o.best_probability is not None]
    how = (
        f"best in {chance} of draws"
        if len(compared) > 1
        else "the only one left whose benefit has as much proof"
    )
    first = f"Ranked first: {named_with_dose(top[0])}, {how} (certainty of its benefit: {rated})"
    pair = not_ranked_apart(appraisal)
    if pair is None:
        return f"{first}."
    second = pair[1]
    return (
        f"{first}; second: {second.drug}, {percent(second.best_probability or 0)}. No drug is more "
        "likely than not to be the best: let the patient’s wishes decide."
    )


def origin_brief(origin: Origin) -> str:
    """Say where a number is from in a few words: 8 trials, n=2,540."""
    if origin.kind in {"none", "label"}:
        return FROM[origin.kind]
    trials = f"{origin.trials} trial" + ("" if origin.trials == 1 else "s")
    whose = "class: " if origin.kind == "class" else ""
    people = f", n={origin.participants:,}" if origin.participants else ""
    marks = (" (r)" if origin.reconstructed else "") + (" (d)" if origin.derived else "")
    return f"{whose}{trials}{people}{marks}"


MARKS = {
    "(r)": "some counts were reconstructed from other statistics the trials print",
    "(d)": "some results were converted from a risk difference, a risk ratio or an NNT",
}


def marks_used(options: tuple[Option, ...]) -> dict[str, str]:
    """Return the marks that `origin_brief` sets for these options, with what each means."""
    origins = [e.origin for o in options for dose in o.doses for e in dose.outcomes]
    used = {"(r)": any(o.reconstructed for o in origins), "(d)": any(o.derived for o in origins)}
    return {mark: MARKS[mark] for mark, found in used.items() if found}


def _none_ranked(appraisal: Appraisal) -> str:
    verdicts = {option.verdict for option in appraisal.options}
    if verdicts & {Verdict.SUITABLE, Verdict.CAUTION}:
        return "No drug on offer has data to rank it by."
    if Verdict.NOT_ENOUGH_INFORMATION in verdicts:
        return "No drug can be offered before the questions are answered."
    return "No drug can be offered."


def not_told_apart(matrix: DoseMatrix, presentation: Presentation) -> str:
    """Say for which outcomes the trials do not tell a drug's doses apart."""
    doses = f"{listed([plain(dose) for dose in matrix.doses])} mg/day"
    if not matrix.rows:
        return f"The trials do not tell {doses} apart."
    names = "; ".join(presentation.outcome(o).label.lower() for o in matrix.alike)
    return f"The trials do not tell {doses} apart for: {names}."


def certainties(row: OverviewRow) -> str:
    """Write the certainty of benefit and harm: moderate, or mod/low where they differ."""
    levels = [e.certainty.level if e and e.certainty else "–" for e in (row.benefit, row.harm)]
    if levels[0] == levels[1]:
        return levels[0].strip("–")
    return "/".join(_SHORT.get(level, level) for level in levels)


def brief_reason(reason: Reason) -> str:
    """Say in one breath what was found and what it risks: Stable angina: recorded – arrhythmia."""
    risk = f" – {bare(reason.because)}" if reason.because else ""
    return bare(reason.sentence) + risk


def adding_up(option: Option) -> tuple[str, ...]:
    """Say which burdens the drug would add to that are there without it."""
    return tuple(
        f"Adds up, {burden_line(row, option.drug)}." for row in burden_rows(option.burdens)
    )


def disagreeing(option: Option) -> tuple[str, ...]:
    """Say where sources disagree on the drug in this person, side by side."""
    return tuple(
        f"Sources disagree. {each.question} "
        + "; ".join(f"{voice.who} ({voice.region}): {bare(voice.says)}" for voice in each.voices)
        + f". {each.choice}"
        for each in option.disagreements
    )


def told_first(appraisal: Appraisal) -> tuple[str, ...]:
    """Say what was read otherwise than written, and how medicines change what the genes say."""
    read = [f"{capitalised(one_line(words))}." for words in appraisal.read_as]
    return (*read, *(f"{capitalised(bare(fact.because))}." for fact in appraisal.converted))


def tried(appraisal: Appraisal) -> tuple[str, ...]:
    """Say of each earlier attempt whether it was long and high enough to tell."""
    return tuple(
        f"{capitalised(one_line(each.as_written))}: {each.finding}"
        + (f" ({each.words})" if each.words else "")
        for each in appraisal.attempts
    )


def change_words(change: Change) -> str:
    """Say what a drug would be, and if what were otherwise or known."""
    would = f"Would be {VERDICTS[change.verdict].word.lower()}"
    if change.verdict is Verdict.CAUTION:
        would = "Would be usable with caution"
    given = [h.words for h in change.hinges if h.recorded]
    open_ones = [h.words for h in change.hinges if not h.recorded]
    parts = [f"without {listed([f'‘{one_line(w)}’' for w in given])}"] if given else []
    if open_ones:
        parts.append(f"once recorded and nothing to fear: {listed(open_ones)}")
    return f"{would} {', and '.join(parts)}."


def reason_lead(row: ReasonRow) -> str:
    """Name what a reason does; for an unrecorded fact, what the answer could mean."""
    word = effect_word(row.reason.effect)
    return f"Not recorded, could mean {word.lower()}" if row.kind == "ask" else word


def reason_body(reason: Reason) -> str:
    """Write what was found, what it risks and what to do, as sentences."""
    found = bare(reason.sentence).removeprefix("Not recorded: ")
    risk = f" – {bare(reason.because)}" if reason.because else ""
    do = f" {capitalised(bare(reason.do))}." if reason.do else ""
    return f"{capitalised(found)}{risk}.{do}"


def reason_place(reason: Reason) -> str:
    """Say where in the source, for which region, and by whom it was graded."""
    graded = "graded by assuage" if reason.graded_by == "assuage" else ""
    parts = (reason.citation.locator, reason.region, graded)
    return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as printed: its fact in words, why it matters and who waits for it."""

    fact: str
    why: str
    waiting: str


def asked(appraisal: Appraisal) -> tuple[tuple[Asked, ...], tuple[str, ...]]:
    """Return the first questions in full, and the rest as facts with how many drugs wait."""
    return asked_of(appraisal.questions, len(appraisal.options))


def asked_of(
    questions: tuple[Question, ...], everyone: int
) -> tuple[tuple[Asked, ...], tuple[str, ...]]:
    """Return the first questions in full, and the rest in short; `everyone` counts all drugs."""
    said = [_asked(question, everyone) for question in questions]
    short = [
        f"{uncapitalised(one.fact)} ({len(question.drugs)})"
        for one, question in zip(said[IN_FULL:], questions[IN_FULL:], strict=True)
    ]
    return tuple(said[:IN_FULL]), tuple(short)


def _asked(question: Question, everyone: int) -> Asked:
    """Name the fact by its label where the reason for asking begins with it, else by its key."""
    named = _UNRECORDED.match(question.why)
    fact, why = named.groups() if named else (question.fact.replace("_", " "), question.why)
    return Asked(
        fact=capitalised(fact),
        why=f"{capitalised(bare(why))}.",
        waiting=_waiting(question, everyone),
    )


def _waiting(question: Question, everyone: int) -> str:
    if len(question.drugs) == everyone:
        return f"Waiting: all {everyone} drugs."
    return f"Waiting: {listed(question.drugs)}."
