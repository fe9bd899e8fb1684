"""How misspelt medicines are read: every known name, with every single slip in it.

Earns the rule of `patient/near_names.py`: one slip, in a name of seven letters or more, and no name
of another meaning within two. For each name each letter is left out, changed to any other, swapped
with the next, and any letter is put in at any place. Counts how many of the words so made are read
as the medicine they were made from, left unread, and read as another; those that are themselves a
known name or a listed spelling are counted apart.

    python validation/medicine_names.py

Takes about two minutes on one core.
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
        meant = vocabulary.read_medicine(name).medicines
        for word in slips_in(name):
            if word in known or " ".join(word.split()) in known:
                counted["a name of its own"] += 1
                continue
            read = vocabulary.read_medicine(word).medicines
            fate = "rightly" if read == meant else "wrongly" if read else "unread"
            counted[fate] += 1
            if fate == "wrongly":
                wrong.append(f"{name} as {word}: {', '.join(read)}")
    return counted, wrong


def main() -> None:
    counted, wrong = fates(load_safety().vocabulary)
    total = counted.total()
    for fate, number in counted.most_common():
        print(f"{fate:18} {number:9,} ({number / total:.2%})")
    print("\n".join(wrong))


if __name__ == "__main__":
    main()
