"""The three versions that every output carries."""

from datetime import date
from functools import cache
from importlib.metadata import version

from assuage.knowledge.catalogues import knowledge_folder
from assuage.knowledge.releases import CURRENT
from assuage.provenance import Stamp


@cache
def versions() -> tuple[str, str, str]:
    """Return the versions of the software, the knowledge and the evidence release."""
    knowledge = knowledge_folder().joinpath("VERSION").read_text(encoding="utf-8").strip()
    return version("assuage"), knowledge, CURRENT


def stamp(today: date, *, variant: str = "all") -> Stamp:
    """Return what made an output. A variant of the release other than the whole one is named."""
    software, knowledge, release = versions()
    named = release if variant == "all" else f"{release} {variant.replace('_', ' ')}"
    return Stamp(software=software, knowledge=knowledge, release=named, today=today)
