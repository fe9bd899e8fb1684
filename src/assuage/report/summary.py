"""Short sentences and cells that the terminal and the page say alike."""

from collections import Counter

from assuage.options.appraisal import Appraisal, Option, Origin
from assuage.report.numbers import percent
from assuage.report.presentation import Presentation
from assuage.report.rows import (
    OverviewRow,
    in_reading_order,
    not_ranked_apart,
    shown_dose,
    top_options,
)
from assuage.report.wording import FROM, VERDICTS, listed
from assuage.units import plain

_SHORT = {"moderate": "mod", "very low": "v.low"}


def counts(appraisal: Appraisal) -> str:
    """Say how many drugs have each verdict: 6 suitable, 4 to avoid and 1 contraindicated."""
    found = Counter(option.verdict for option in in_reading_order(appraisal))
    return listed([f"{n} {VERDICTS[verdict].counted}" for verdict, n in found.items()])


def named_with_dose(option: Option, presentation: Presentation) -> str:
    dose = shown_dose(option, presentation)
    return option.drug if dose is None else f"{option.drug} {plain(dose.dose)} mg/day"


def leader(appraisal: Appraisal, presentation: Presentation) -> str:
    """Say which drug is most often best, and when that settles nothing."""
    top = [o for o in top_options(appraisal, 1) if o.best_probability is not None]
    if not top:
        return "No drug on offer has data to rank it by."
    chance = percent(top[0].best_probability or 0)
    first = f"Ranked first: {named_with_dose(top[0], presentation)}, best in {chance} of draws"
    pair = not_ranked_apart(appraisal)
    if pair is None:
        return f"{first}."
    second = pair[1]
    return (
        f"{first}, then {second.drug} in {percent(second.best_probability or 0)}. No drug is more "
        "likely than not to be the best: let the patient’s wishes decide."
    )


def origin_brief(origin: Origin) -> str:
    """Say where a number is from in a few words: 8 trials, n=2,540."""
    if origin.kind in {"none", "label"}:
        return FROM[origin.kind]
    trials = f"{origin.trials} trial" + ("" if origin.trials == 1 else "s")
    whose = "class: " if origin.kind == "class" else ""
    marks = (" (r)" if origin.reconstructed else "") + (" (d)" if origin.derived else "")
    return f"{whose}{trials}, n={origin.participants:,}{marks}"


MARKS = {
    "(r)": "some counts were reconstructed from other statistics the trials print",
    "(d)": "some results were converted from a risk difference, a risk ratio or an NNT",
}


def marks_used(options: tuple[Option, ...]) -> dict[str, str]:
    """Return the marks that `origin_brief` sets for these options, with what each means."""
    origins = [e.origin for o in options for dose in o.doses for e in dose.outcomes]
    used = {"(r)": any(o.reconstructed for o in origins), "(d)": any(o.derived for o in origins)}
    return {mark: MARKS[mark] for mark, found in used.items() if found}


def certainties(row: OverviewRow) -> str:
    """Write the certainty of benefit and harm: moderate, or mod/low where they differ."""
    levels = [e.certainty.level if e and e.certainty else "–" for e in (row.benefit, row.harm)]
    if levels[0] == levels[1]:
        return levels[0].strip("–")
    return "/".join(_SHORT.get(level, level) for level in levels)
