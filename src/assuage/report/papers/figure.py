"""Numbers that carry where they are from, and sentences that carry their numbers.

A page is built of these values alone, so that a test can walk them and find no orphan: every
digit of a sentence belongs to one of its figures, or to words quoted from a source that it cites.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assuage.messages import Language, Messages
from assuage.provenance import Citation
from assuage.units import MgPerDay


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatePath:
    """An estimate of the appraisal: `quantity` of this outcome of a drug at a dose.

    `quantity` is with_drug, difference, because (100 people: more with the drug than without),
    with `.low` or `.high` for a limit, or trials or participants. `trial_ids` are the studies
    behind it; where a product label counted instead, `label` is its source.
    """

    outcome: str
    drug: str
    dose: MgPerDay
    quantity: str
    trial_ids: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselinePath:
    """What happened on placebo in the patient's condition, drawn from every placebo arm."""

    outcome: str
    condition: str
    quantity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPath:
    """A drug's place among those on offer, or how often it is best: from all weighed outcomes."""

    drug: str
    quantity: str
    weighed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedPath:
    """A number of a rule or of a drug or plan file, with the place where it was read."""

    of: str
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPath:
    """A number of the patient's own record, or worked out from it as `of` says."""

    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPath:
    """A number that assuage sets or counts itself: a usual weight, a version, of 100 people."""

    of: str


Path = EstimatePath | BaselinePath | OrderPath | CitedPath | RecordPath | OwnPath


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number or a day, as it is and as it is printed, with its path."""

    value: Decimal | float | int | str | date
    text: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A sentence with its figures. `language` is set where it is not that of the page.

    Words that quote a source, in figures of speech or in numbers, carry their `citations`;
    `quoted` says that they are the source's row as it stands, numbers and all.
    """

    text: str
    figures: tuple[Figure, ...] = ()
    citations: tuple[Citation, ...] = ()
    quoted: bool = False
    language: Language | None = None


Part = str | Figure | Said


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says messages with their figures, in one language."""

    messages: Messages

    def say(self, message: str, *cited: Citation, **parts: Part) -> Said:
        """Return a message; figures of its parts, and of sentences among them, are kept."""
        text = self.messages.say(message, **{name: text_of(part) for name, part in parts.items()})
        return Said(
            text=text,
            figures=tuple(f for part in parts.values() for f in figures_of(part)),
            citations=(*cited, *(c for part in parts.values() for c in citations_of(part))),
            quoted=any(isinstance(part, Said) and part.quoted for part in parts.values()),
        )

    def joined(self, parts: Iterable[Part], *, by: str = ", ") -> Said:
        """Return parts in one sentence, set apart by `by`."""
        each = tuple(parts)
        return Said(
            text=by.join(text_of(part) for part in each),
            figures=tuple(f for part in each for f in figures_of(part)),
            citations=tuple(c for part in each for c in citations_of(part)),
            quoted=any(isinstance(part, Said) and part.quoted for part in each),
        )

    def quote(self, text: str, citation: Citation) -> Said:
        """Return words of the knowledge as they stand, in English, with their source."""
        foreign: Language | None = None if self.messages.language == "en" else "en"
        return Said(text=text, citations=(citation,), quoted=True, language=foreign)

    def on(self, day: date, path: Path) -> Figure:
        return Figure(value=day, text=self.messages.day(day), path=path)

    def count(self, value: Decimal | float, path: Path, *, decimals: int | None = None) -> Figure:
        text = self.messages.number(value, decimals=decimals)
        return Figure(value=value, text=text, path=path)

    def signed(self, value: Decimal | float, path: Path, *, decimals: int = 0) -> Figure:
        return Figure(value=value, text=self.messages.signed(value, decimals=decimals), path=path)


def text_of(part: Part) -> str:
    return part if isinstance(part, str) else part.text


def figures_of(part: Part) -> tuple[Figure, ...]:
    if isinstance(part, Figure):
        return (part,)
    return part.figures if isinstance(part, Said) else ()


def citations_of(part: Part) -> tuple[Citation, ...]:
    if isinstance(part, Said):
        return part.citations
    path = part.path if isinstance(part, Figure) else None
    return (path.citation,) if isinstance(path, CitedPath) else ()
