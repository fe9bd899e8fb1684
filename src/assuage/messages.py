"""Wording by id in one language, and numbers and days as that language writes them.

The words of a page stand apart from what it says, so that a clinician and a translator can read
them in one place. No message holds a digit: every number of a page is a value with its path.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from assuage.errors import KnowledgeError

Language = Literal["en", "de"]
LANGUAGES: tuple[Language, ...] = ("en", "de")
MINUS, NO_BREAK = "−", "\u00a0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """How a language writes numbers and days: its marks and the names of its months."""

    decimal: str
    thousands: str
    before_percent: str
    day: str
    months: tuple[str, ...]


_ENGLISH = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_GERMAN = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
CONVENTIONS: Mapping[Language, Conventions] = {
    "en": Conventions(
        decimal=".", thousands=",", before_percent="", day="{day} {month} {year}", months=_ENGLISH
    ),
    "de": Conventions(
        decimal=",",
        thousands=".",
        before_percent=NO_BREAK,
        day="{day}. {month} {year}",
        months=_GERMAN,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """The texts of one language by id."""

    language: Language
    texts: Mapping[str, str]

    def knows(self, message: str) -> bool:
        return message in self.texts

    def say(self, message: str, **values: str) -> str:
        """Return a message with its places filled. Raises KnowledgeError for an unknown id."""
        if message not in self.texts:
            raise KnowledgeError(
                f"There is no message {message} in {self.language}. Add it to every file of "
                "messages."
            )
        return self.texts[message].format_map(values)

    def number(self, value: Decimal | float, *, decimals: int | None = None) -> str:
        """Write a number, rounded half up to `decimals`; without them, as exactly as it is."""
        exact = value if isinstance(value, Decimal) else Decimal(str(value))
        if decimals is not None:
            exact = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
        else:
            exact = exact.normalize()
        marks = CONVENTIONS[self.language]
        written = f"{abs(exact):,f}".translate(
            str.maketrans({",": marks.thousands, ".": marks.decimal})
        )
        return MINUS + written if exact < 0 else written

    def signed(self, value: Decimal | float, *, decimals: int = 0) -> str:
        """Write a number with its sign, as a difference needs it; zero has none."""
        written = self.number(value, decimals=decimals)
        bare = written.strip("0" + CONVENTIONS[self.language].decimal)
        if not bare.removeprefix(MINUS):
            return written.removeprefix(MINUS)
        return written if written.startswith(MINUS) else f"+{written}"

    def percent(self, probability: float) -> str:
        """Write a probability in whole percent, without claiming never or always."""
        sign = f"{CONVENTIONS[self.language].before_percent}%"
        if probability < 0.005:
            return f"<{NO_BREAK if sign != '%' else ''}1{sign}"
        if probability > 0.995:
            return f">{NO_BREAK if sign != '%' else ''}99{sign}"
        return f"{self.number(100 * probability, decimals=0)}{sign}"

    def day(self, on: date) -> str:
        """Write a date as no reader can misread it: 15 June 2026, 15. Juni 2026."""
        marks = CONVENTIONS[self.language]
        return marks.day.format(day=on.day, month=marks.months[on.month - 1], year=on.year).replace(
            " ", NO_BREAK
        )

    def listed(self, items: tuple[str, ...] | list[str]) -> str:
        """Join as a sentence does: a, b and c."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self.say('and')} {items[-1]}"
