"""How a drug that was tried before was borne: read from the words why it was stopped."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from assuage.evidence.pain_condition import plain_words
from assuage.patient.record import Attempt

Borne = Literal["well", "reaction", "serious"]
_PARTS = re.compile(r"[;,.+&/()]|\band\b|\bbut\b|\bwith\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionWords:
    """Words by which a reaction is known. They are assuage's own.

    `serious` name reactions that keep a drug from being tried again; `no_reaction` name reasons
    that say nothing against it (it did not help, it was no longer needed). A serious reaction to
    one drug is told of the others of its group, for the groups in `shared_by`.
    """

    serious: tuple[str, ...] = ()
    no_reaction: tuple[str, ...] = ()
    shared_by: tuple[str, ...] = ()

    def of(self, attempt: Attempt) -> Borne:
        """Say how an attempt was borne.

        A reason that is not understood counts as a reaction: the reader must weigh it.
        """
        why, response = plain_words(attempt.stopped_because), plain_words(attempt.response)
        if _names(why, self.serious) or _names(response, self.serious):
            return "serious"
        if all(_names(part, self.no_reaction) for part in reasons_of(attempt)):
            return "well"
        return "reaction"


def reasons_of(attempt: Attempt) -> tuple[str, ...]:
    """Return the reasons why it was stopped, one by one, in plain words."""
    parts = (plain_words(part) for part in _PARTS.split(attempt.stopped_because))
    return tuple(part for part in parts if part)


def names_any(text: str, words: tuple[str, ...]) -> bool:
    """Say whether a text as written names one of the words; a star stands for any ending."""
    return _names(plain_words(text), words)


def _names(text: str, words: tuple[str, ...]) -> bool:
    return _pattern(words).search(text) is not None


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words only: rash is not in trashed. A star at the end stands for any ending."""
    forms = (re.escape(plain_words(word)) + ("" if word.endswith("*") else r"\b") for word in words)
    return re.compile("|".join(rf"\b{form}" for form in forms) or r"(?!)")
