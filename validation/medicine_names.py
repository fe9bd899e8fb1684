"""How misspelt medicines are read: every known name, with every single slip in it.

Earns the rule of `patient/near_names.py`: one slip, in a name of seven letters or more, and no name
of another meaning within two. For each name each letter is left out, changed to any other, swapped
with the next, and any letter is put in at any place. Counts how many of the words so made are read
as the medicine they were made from, left unread, and read as another. Of a combination a part may
be read and the other named as not known. What is itself a known name is counted apart.

    python validation/medicine_names.py

Takes about ten minutes on one core.
"""

from collections import Counter
from collections.abc import Iterator
from string import ascii_lowercase

from assuage.knowledge.rules import load_safety
from assuage.patient.vocabulary import Vocabulary


def slips_in(name: str) -> Iterator[str]:
    """Yield every word that is one slip from the name, none of them the name itself."""
    made: set[str] = set()
    for i in range(len(name) + 1):
        head, tail = name[:i], name[i:]
        made |= {head + letter + tail for letter in ascii_lowercase}
        if tail:
            made.add(head + tail[1:])
            made |= {head + letter + tail[1:] for letter in ascii_lowercase}
        if len(tail) > 1:
            made.add(head + tail[1] + tail[0] + tail[2:])
    yield from sorted(made - {name})


def fates(vocabulary: Vocabulary) -> tuple[Counter[str], list[str]]:
    """Return what became of the words, and those that were read as another medicine."""
    written = {spelling.written.casefold() for spelling in vocabulary.spellings}
    known = {*vocabulary.medicine_names, *written}
    counted: Counter[str] = Counter()
    wrong: list[str] = []
    for name in vocabulary.medicine_names:
        meant = set(vocabulary.read_medicine(name).medicines)
        for word in slips_in(name):
            if " ".join(word.split()) in known:
                counted["a name of its own"] += 1
                continue
            read = vocabulary.read_medicine(word)
            fate = fate_of(set(read.medicines), meant, named=bool(read.unknown))
            counted[fate] += 1
            if fate == "wrongly":
                wrong.append(f"{name} as {word}: {', '.join(read.medicines)}")
    return counted, wrong


def fate_of(read: set[str], meant: set[str], *, named: bool) -> str:
    if read == meant:
        return "rightly"
    if not read:
        return "unread"
    return "in part, rest named" if read < meant and named else "wrongly"


def main() -> None:
    counted, wrong = fates(load_safety().vocabulary)
    total = counted.total()
    for fate, number in counted.most_common():
        print(f"{fate:20} {number:9,} ({number / total:.2%})")
    print("\n".join(wrong[:100]))


if __name__ == "__main__":
    main()
