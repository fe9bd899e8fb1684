"""Why a concept is taken as present or absent."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Because:
    """The words that say why, and the latest day that goes with it.

    `computed` says that a number which nobody measured shows it. `lines` are all that show it,
    where there are several: it holds as long as one of them does.
    """

    words: str
    on: date | None = None
    computed: bool = False
    lines: tuple[str, ...] = ()


Known = dict[str, Because]
"""What is known of concepts, by their ids."""
