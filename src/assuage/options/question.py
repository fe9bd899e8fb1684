"""What to ask: the unrecorded facts that could change a verdict, each once."""

from collections import Counter
from collections.abc import Sequence

from assuage.options.appraisal import Question
from assuage.options.rule import EFFECTS
from assuage.options.screening import Screening, Unsettled
from assuage.patient.facts import ALLERGIES, MEDICATIONS

_LISTS = {MEDICATIONS: "the list of medications", ALLERGIES: "the list of allergies"}
_WOULD_BE = {
    "contraindicated": "is contraindicated",
    "avoid": "is to be avoided",
    "caution": "needs caution",
    "reduce_dose": "needs a lower dose",
    "monitor": "needs monitoring",
}


def questions(screenings: Sequence[Screening]) -> tuple[Question, ...]:
    """Return what to ask, each fact once, those first that hold back the most drugs.

    A drug waits for a fact only when the answer could make its verdict stricter or cut its dose.
    """
    by_key: dict[str, list[tuple[str, Unsettled]]] = {}
    for screening in screenings:
        for unsettled in screening.unsettled:
            by_key.setdefault(unsettled.key, []).append((screening.drug, unsettled))
    asked = [_question(key, waiting) for key, waiting in by_key.items()]
    return tuple(question for _, question in sorted(asked, key=lambda pair: pair[0]))


def _question(
    key: str, waiting: Sequence[tuple[str, Unsettled]]
) -> tuple[tuple[int, int, str], Question]:
    drugs = tuple(dict.fromkeys(drug for drug, _ in waiting))
    held = {drug for drug, unsettled in waiting if unsettled.rule.if_not_recorded == "ask"}
    many = Counter(unsettled.rule.id for _, unsettled in waiting)
    worst = min(
        waiting,
        key=lambda pair: (
            EFFECTS.index(pair[1].rule.effect),
            -many[pair[1].rule.id],
            pair[1].rule.id,
        ),
    )
    rule = worst[1].rule
    labels = dict.fromkeys(each.label for _, each in waiting)
    about = next(iter(labels)) if len(labels) == 1 else key.replace("_", " ")
    about = _LISTS.get(key, about)
    because = f" ({rule.because})" if rule.because else ""
    why = (
        f"Not recorded: {about}. "
        f"With {rule.when.sentence}, {worst[0]} {_WOULD_BE[rule.effect]}{because}."
    )
    return (-len(held), -len(drugs), key), Question(fact=key, why=why, drugs=drugs)
