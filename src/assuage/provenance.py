"""Where a number comes from, and which versions made an output."""

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document that was read. `id` is unique in the knowledge package."""

    id: str
    title: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A place in a source: the document, and the section, table or row in it."""

    source: Source
    locator: str = ""
    grade: str = ""

    def __str__(self) -> str:
        return f"{self.source.title}, {self.locator}" if self.locator else self.source.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited(Generic[T]):
    """A value that carries the place it was read from."""

    value: T
    citation: Citation

    @property
    def source(self) -> str:
        return self.citation.source.id

    @property
    def locator(self) -> str:
        return self.citation.locator


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """The versions that made an output, and the day it speaks of."""

    software: str
    knowledge: str
    release: str
    today: date
