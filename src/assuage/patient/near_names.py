"""Names that one slip of the hand apart: which known name a misspelt one must be, if any.

A slip is a letter left out, added, changed, or swapped with the next: the optimal string alignment
distance (Damerau, Commun ACM 1964;7:171-176, who found four in five misspellings to be one slip).
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Meaning = TypeVar("Meaning", bound=Hashable)

SHORTEST = 7
"""Letters from which a name is read with a slip: shorter ones lie too close together."""
SLIP, CLEAR = 1, 2
"""A misspelt name is one slip from a name, and more than two from every name of another meaning."""


def slips_between(one: str, other: str, *, limit: int = CLEAR) -> int:
    """Return the least number of slips that turn one word into the other; limit + 1 if more."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        above, row = row, [i]
        for j, facing in enumerate(other, start=1):
            least = min(above[j] + 1, row[-1] + 1, above[j - 1] + (letter != facing))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == facing:
                least = min(least, before[j - 2] + 1)
            row.append(least)
        before = above
    return min(row[-1], limit + 1)


@dataclass(frozen=True, slots=True, eq=False)
class NearNames(Generic[Meaning]):
    """Known names, each with its meaning, found by what is left of them without up to two letters.

    Two words that are n slips apart have a common remainder after leaving out at most n letters of
    each (Garbe's symmetric deletion), so only names that share one need to be compared.
    """

    meanings: Mapping[str, Meaning]
    _by_remainder: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def _near(self, word: str) -> Iterator[tuple[int, str]]:
        if not self._by_remainder:  # made when the first misspelt name is met
            for name in self.meanings:
                for rest in _remainders(name):
                    self._by_remainder.setdefault(rest, []).append(name)
        if len(word) > CLEAR + max(map(len, self.meanings), default=0):
            return  # a long text is near no name, and its remainders would be many
        found = {name for rest in _remainders(word) for name in self._by_remainder.get(rest, ())}
        for name in found:
            slips = slips_between(word, name)
            if slips <= CLEAR:
                yield slips, name

    def meanings_near(self, word: str) -> frozenset[Meaning]:
        """Return the meanings of all names within two slips."""
        return frozenset(self.meanings[name] for _, name in self._near(word))

    def meant_by(self, word: str) -> str | None:
        """Return the only name that this word can be a slip for; None where two meanings are near.

        Law: one slip in a known name is never read as a name of another meaning, as the name it
        was made from is always one slip away.
        """
        near = sorted(self._near(word))
        if not near:
            return None
        slips, name = near[0]
        alone = {self.meanings[other] for _, other in near} == {self.meanings[name]}
        return name if alone and slips <= SLIP and _letters(name) >= SHORTEST else None


def _remainders(word: str) -> Iterable[str]:
    found = {word}
    fresh = found
    for _ in range(CLEAR):
        fresh = {each[:i] + each[i + 1 :] for each in fresh for i in range(len(each))}
        found = found | fresh
    return found


def _letters(name: str) -> int:
    return sum(letter.isalpha() for letter in name)
