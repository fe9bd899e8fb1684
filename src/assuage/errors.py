"""What can go wrong, said so that the reader can mend it.

Every problem names where it is, what stands there, what should stand there and what to do.
An input is read to its end before it is refused, so that all its problems are shown at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_QUOTE = 400
"""Characters of what was found that are quoted whole."""


class AssuageError(Exception):
    """Base of all errors that assuage raises on purpose. `exit_code` is what the CLI returns."""

    exit_code = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with one place of an input."""

    where: str
    found: str
    expected: str
    do: str

    def __str__(self) -> str:
        found = self.found if len(self.found) <= LONGEST_QUOTE else f"{self.found[:200]}..."
        return f"{self.where}: found {found}; expected {self.expected}. {self.do}"


class InvalidInput(AssuageError):  # noqa: N818 - names the input, as the CLI says it
    """An input that cannot be used, with every problem found in it."""

    def __init__(self, problems: Sequence[Problem]):
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class KnowledgeError(AssuageError):
    """Knowledge that contradicts itself or cannot be true."""


class NetworkError(AssuageError):
    """A set of trials that cannot be analysed as asked."""


class PlanError(AssuageError):
    """A dose plan that cannot be made as asked."""


class OutOfScope(AssuageError):  # noqa: N818 - not a fault but an answer
    """A patient whom assuage must not advise on; the message says why."""

    exit_code = 4


class PlotError(AssuageError):
    """A plot that cannot be drawn or saved as asked."""


class MissingSoftware(AssuageError):  # noqa: N818 - says what is missing
    """An optional package that is needed for what was asked; the message says how to install it."""
