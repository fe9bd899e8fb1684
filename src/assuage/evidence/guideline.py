"""What guidelines say of these drugs, to be shown beside the evidence and never in its place."""

from dataclasses import dataclass
from typing import Literal

from assuage.provenance import Citation

GuidelineLine = Literal[
    "", "first", "second", "third", "fourth", "specialist_only", "not_recommended"
]
GuidelineKind = Literal["guideline", "guideline_summary", "formulary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelineStatement:
    """One statement. `about` lists treatment and class ids; empty when it is about every drug.

    `line` is the place the guideline gives the treatment, empty when the statement gives none.
    `kind` says whether the guideline itself or a summary of it was read.
    """

    guideline: str
    year: int | None
    about: tuple[str, ...]
    subject: str
    statement: str
    strength: str
    line: GuidelineLine
    superseded: bool
    kind: GuidelineKind
    citation: Citation
    row: int
    note: str
