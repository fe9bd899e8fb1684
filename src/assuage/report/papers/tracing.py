"""Walk the values of a page: every sentence, figure and citation in it, in order."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import cast

from assuage.provenance import Citation
from assuage.report.papers.figure import Figure, Said
from assuage.report.rows import NumberedSource, numbered_sources


def sentences(page: object) -> Iterator[Said]:
    """Yield every sentence of a page."""
    yield from (each for each in _walk(page) if isinstance(each, Said))


def figures(page: object) -> Iterator[Figure]:
    """Yield every figure of a page: those of its sentences and those that stand alone."""
    yield from (each for each in _walk(page) if isinstance(each, Figure))


def sources(page: object) -> tuple[NumberedSource, ...]:
    """Number the sources that a page's sentences cite, as they first come up."""
    return numbered_sources(cited(page))


def cited(page: object) -> Iterator[Citation]:
    for said in sentences(page):
        yield from said.citations


def _walk(value: object) -> Iterator[object]:
    if isinstance(value, Said | Figure):
        yield value
    if isinstance(value, tuple):
        for each in cast("tuple[object, ...]", value):
            yield from _walk(each)
    elif is_dataclass(value):
        for part in fields(value):
            yield from _walk(getattr(value, part.name))
