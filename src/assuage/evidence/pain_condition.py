"""The kinds of neuropathic pain that the trials studied, and those assuage must not advise on."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PainCondition:
    """A pain condition with the other words for it.

    Words in `nearest` name conditions that the trials did not study by themselves and that are
    read as this one, each with the note that tells the reader so. `refusal` is the sentence that
    turns a patient away; empty for conditions in scope.
    """

    id: str
    label: str
    patient_label: str
    words: tuple[str, ...]
    nearest: tuple[tuple[str, str], ...] = ()
    refusal: str = ""

    @property
    def in_scope(self) -> bool:
        return not self.refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionMatch:
    """A recorded condition as understood. `note` is not empty when it is only the nearest one."""

    condition: PainCondition
    note: str = ""


def plain_words(text: str) -> str:
    """Reduce a name to lower-case words, so that hyphens, case and underscores do not matter."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def match_condition(text: str, conditions: Iterable[PainCondition]) -> ConditionMatch | None:
    """Return the condition a recorded name means, or None when no name is the same.

    Only whole names count: half an understood diagnosis is not one.
    """
    wanted = plain_words(text)
    for condition in conditions:
        if wanted in {plain_words(w) for w in (condition.id, condition.label, *condition.words)}:
            return ConditionMatch(condition=condition)
        for words, note in condition.nearest:
            if wanted == plain_words(words):
                return ConditionMatch(condition=condition, note=note)
    return None
