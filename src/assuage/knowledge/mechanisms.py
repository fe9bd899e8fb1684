"""Read how medicines act on each other, and hold each rule on a medicine to saying so."""

from collections.abc import Mapping

from pydantic import Field, TypeAdapter

from assuage.knowledge.citing import CitationEntry, Entry, Folder, cite, read_part
from assuage.knowledge.reading import Problems, check, nearest
from assuage.options.mechanism import Mechanism
from assuage.options.rule import Rule
from assuage.patient.vocabulary import Vocabulary
from assuage.provenance import Source

FILE = "mechanisms.yaml"


class _Mechanism(Entry):
    id: str = Field(min_length=1)
    label: str = Field(min_length=1)
    explanation: str = Field(min_length=1)
    source: CitationEntry | None = None


_MECHANISMS = TypeAdapter(list[_Mechanism])


def read_mechanisms(
    folder: Folder, sources: Mapping[str, Source], problems: Problems
) -> dict[str, Mechanism]:
    """Return the mechanisms that rules may name, by id."""
    located = read_part(folder, FILE)
    found: dict[str, Mechanism] = {}
    for place, entry in enumerate(check(_MECHANISMS, located, problems) or []):
        where = located.where((place,))
        if entry.id in found:
            problems.add(
                where,
                found=f"the mechanism {entry.id} again",
                expected="each mechanism once",
                do="Remove one of the two.",
            )
        found[entry.id] = Mechanism(
            id=entry.id,
            label=entry.label,
            explanation=entry.explanation,
            citation=cite(entry.source, sources, where, problems) if entry.source else None,
        )
    return found


def check_interaction(
    rule: Rule, vocabulary: Vocabulary, mechanisms: Mapping[str, Mechanism]
) -> tuple[str, str] | None:
    """Return what was found and what was expected, or None for a rule that says what it must.

    A rule that reads a medicine states a mechanism, what to expect (`because`) and what to do.
    """
    if rule.mechanism and rule.mechanism not in mechanisms:
        hint = nearest(rule.mechanism, mechanisms)
        return f"the mechanism {rule.mechanism} of {rule.id}", f"one of {FILE}{hint}"
    if not rule.when.reads & vocabulary.takeable:
        return None
    stated = {"mechanism": rule.mechanism, "because": rule.because, "do": rule.do}
    missing = [key for key, words in stated.items() if not words.strip()]
    if not missing:
        return None
    found = f"{rule.id}, a rule on a medicine, without {' and '.join(missing)}"
    return found, f"a mechanism of {FILE} (not_stated where the source is silent), because and do"
