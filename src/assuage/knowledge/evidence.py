"""Read everything that makes up the evidence, at once: the trials and what stands beside them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from assuage.errors import InvalidInput
from assuage.evidence.guideline import GuidelineStatement
from assuage.evidence.label import LabelFrequency
from assuage.evidence.published import PublishedEstimate
from assuage.evidence.trial import TrialTables
from assuage.knowledge.catalogues import Catalogues, Folder, load_catalogues
from assuage.knowledge.effects import load_label_frequencies
from assuage.knowledge.guidelines import load_guidelines
from assuage.knowledge.published import load_published
from assuage.knowledge.reading import Problems
from assuage.knowledge.trials import load_trials

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The trial tables with their catalogues. The rest is empty for a folder of someone's own."""

    catalogues: Catalogues
    tables: TrialTables
    labels: tuple[LabelFrequency, ...] = ()
    guidelines: tuple[GuidelineStatement, ...] = ()
    published: tuple[PublishedEstimate, ...] = ()


def load_evidence(folder: Folder | None = None) -> Evidence:
    """Read a folder of trial tables, which may hold catalogues of its own (None: all of ours).

    Raises InvalidInput with every problem of every file.
    """
    catalogues = load_catalogues(folder)
    if folder is not None:
        return Evidence(catalogues=catalogues, tables=load_trials(folder, catalogues))
    problems = Problems()
    tables = _or_problems(lambda: load_trials(None, catalogues), problems)
    labels = _or_problems(lambda: load_label_frequencies(None, catalogues), problems)
    guidelines = _or_problems(lambda: load_guidelines(None, catalogues), problems)
    published = _or_problems(load_published, problems)
    problems.refuse_if_any()
    assert tables is not None  # else a problem was found
    return Evidence(
        catalogues=catalogues,
        tables=tables,
        labels=labels or (),
        guidelines=guidelines or (),
        published=published or (),
    )


def _or_problems(load: Callable[[], T], problems: Problems) -> T | None:
    try:
        return load()
    except InvalidInput as error:
        problems.found.extend(error.problems)
        return None
