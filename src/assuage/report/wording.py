"""The words that reports share: verdicts, effects, findings and outcomes, never colour alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from assuage.options.appraisal import Certainty, Verdict

NOT_A_DEVICE = (
    "For health professionals, in support of their own judgement: assuage advises and never "
    "orders. It is not a medical device, and no clinical study has evaluated it."
)
RATED_BY_RULE = (
    "Certainty is rated by a published set of rules applied by the software, not by a panel."
)
NO_DATA = "no data"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictWords:
    word: str
    symbol: str
    counted: str
    meaning: str


VERDICTS: Mapping[Verdict, VerdictWords] = {
    Verdict.SUITABLE: VerdictWords(
        word="Suitable",
        symbol="✓",
        counted="suitable",
        meaning="no recorded fact speaks against it",
    ),
    Verdict.CAUTION: VerdictWords(
        word="Caution",
        symbol="!",
        counted="usable with caution",
        meaning="usable, if the stated points are heeded",
    ),
    Verdict.NOT_ENOUGH_INFORMATION: VerdictWords(
        word="Not enough information",
        symbol="?",
        counted="waiting for an answer",
        meaning="an unrecorded fact could rule it out",
    ),
    Verdict.AVOID: VerdictWords(
        word="Avoid",
        symbol="–",
        counted="to avoid",
        meaning="the risk is likely to outweigh the benefit",
    ),
    Verdict.CONTRAINDICATED: VerdictWords(
        word="Contraindicated", symbol="×", counted="contraindicated", meaning="must not be used"
    ),
}

EFFECTS: Mapping[str, str] = {
    "contraindicated": "Contraindicated",
    "avoid": "Avoid",
    "caution": "Caution",
    "reduce_dose": "Reduce dose",
    "monitor": "Monitor",
    "note": "Note",
}

FROM: Mapping[str, str] = {
    "trials": "trials",
    "class": "class",
    "label": "label",
    "none": NO_DATA,
}


def effect_word(effect: str) -> str:
    return EFFECTS.get(effect, effect.replace("_", " ").capitalize())


def certainty_word(certainty: Certainty | None) -> str:
    return certainty.level if certainty is not None else "not rated"


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def printable(text: str) -> str:
    """Return text that cannot move a terminal's cursor, colour it, or turn its reading order."""
    return _CONTROL.sub(" ", text)


def one_line(text: str) -> str:
    """Return printable text on one line, with single spaces."""
    return " ".join(printable(text).split())


def day(on: date) -> str:
    """Write a date as no reader can misread it: 15 June 2026."""
    return f"{on.day} {on:%B %Y}"


def web(url: str) -> str:
    """Return a web address as it is, and anything else as nothing: no other scheme is linked."""
    return url if url.startswith(("https://", "http://")) else ""


def bare(sentence: str) -> str:
    """Return a sentence without its full stop, to build on."""
    return one_line(sentence).rstrip(".")


def slug(text: str) -> str:
    """Return a text as an id: lower-case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def uncapitalised(text: str) -> str:
    """Lower the first letter, unless it begins an abbreviation such as QTc or CYP2D6."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def listed(items: list[str] | tuple[str, ...]) -> str:
    """Join as a sentence does: a, b and c."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"
