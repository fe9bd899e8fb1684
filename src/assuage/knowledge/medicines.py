"""Read the medicines: what each is called, and the groups (medication concepts) it belongs to."""

from collections.abc import Collection, Iterable, Mapping
from typing import cast

from assuage.evidence.pain_condition import plain_words
from assuage.knowledge.catalogues import Folder
from assuage.knowledge.reading import Problems, Row, nearest, read_csv, read_text
from assuage.patient.medicine_names import Spelling, SpellingKind
from assuage.patient.vocabulary import Concept, Medicine

TABLE, SPELLINGS = "valuesets/medicines.csv", "valuesets/spellings.csv"
_COLUMNS = ("medicine", "names", "groups", "source")
_MEANINGS: Mapping[SpellingKind, tuple[str, range]] = {
    "abbreviation": ("one medicine, or the parts of a combination", range(1, 9)),
    "misspelling": ("one medicine", range(1, 2)),
    "name": ("one medicine, or the parts of a combination", range(1, 9)),
    "ambiguous": ("the medicines it may mean, two or more", range(2, 9)),
    "other_medicine": ("nothing: it is a medicine that is not listed", range(1)),
}


def read_medicines(
    folder: Folder,
    concepts: Mapping[str, Concept],
    classes: Mapping[str, Iterable[str]],
    problems: Problems,
) -> dict[str, Medicine]:
    """Return every listed medicine, and every drug of a class: those are medicines too."""
    rows = read_csv(read_text(folder.joinpath(*TABLE.split("/"))), TABLE, _COLUMNS, problems)
    groups = {name for name, concept in concepts.items() if concept.kind == "medication"}
    in_class: dict[str, set[str]] = {}
    for group, drugs in classes.items():
        for drug in drugs:
            in_class.setdefault(drug, set()).add(group)
    listed = [row.cells["medicine"] for row in rows]
    _add_members(in_class, concepts, listed, problems)
    known = {*groups, *classes, *listed, *in_class}
    medicines: dict[str, Medicine] = {}
    for row in rows:
        name = row.cells["medicine"]
        _check(row, seen=medicines, known=known, problems=problems)
        medicines[name] = _medicine(
            name, _words(row, "names"), _words(row, "groups"), in_class.get(name, set()) & groups
        )
    for name in in_class.keys() - medicines.keys():
        medicines[name] = _medicine(name, (), (), in_class[name] & groups)
    own = groups & medicines.keys()
    return {name: _with_own(medicine, own) for name, medicine in medicines.items()}


def _add_members(
    in_class: dict[str, set[str]],
    concepts: Mapping[str, Concept],
    listed: Collection[str],
    problems: Problems,
) -> None:
    """Put the members that a concept names by itself beside those of the classes."""
    for concept in concepts.values():
        for name in concept.members:
            if concept.kind == "medication" and name in listed:
                in_class.setdefault(name, set()).add(concept.id)
                continue
            problems.add(
                "valuesets/concepts.yaml",
                found=f"the member {name} of {concept.id}",
                expected=f"a medicine of {TABLE}, in a medication concept{nearest(name, listed)}",
                do="Correct it, or list the medicine there.",
            )


def _medicine(
    name: str, names: tuple[str, ...], groups: tuple[str, ...], of_class: Iterable[str]
) -> Medicine:
    return Medicine(id=name, names=names, concepts=frozenset({*groups, *of_class}))


def _with_own(medicine: Medicine, own: Collection[str]) -> Medicine:
    """A medicine that rules name by itself belongs to the concept of its own name."""
    if medicine.id not in own:
        return medicine
    return Medicine(
        id=medicine.id, names=medicine.names, concepts=medicine.concepts | {medicine.id}
    )


def _words(row: Row, column: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in row.cells[column].split(";") if word.strip())


def _check(row: Row, *, seen: Collection[str], known: set[str], problems: Problems) -> None:
    name = row.cells["medicine"]
    if not name or name in seen:
        problems.add(
            row.where,
            found=f"the medicine {name} a second time" if name else "no medicine",
            expected="each medicine once",
            do="Remove the row, or name the medicine.",
        )
    for group in _words(row, "groups"):
        if group not in known:
            problems.add(
                row.where,
                found=f"the medication concept {group}",
                expected=f"a medication concept that is listed{nearest(group, known)}",
                do="Correct it, or list it.",
            )


def read_spellings(
    folder: Folder, medicines: Mapping[str, Medicine], problems: Problems
) -> tuple[Spelling, ...]:
    """Return the listed ways to write a medicine that are not its names."""
    columns = ("written", "means", "kind", "source")
    text = read_text(folder.joinpath(*SPELLINGS.split("/")))
    names = {
        plain_words(name): medicine.id
        for medicine in medicines.values()
        for name in (medicine.id, *medicine.names)
    }
    found: dict[str, Spelling] = {}
    for row in read_csv(text, SPELLINGS, columns, problems):
        written, means = plain_words(row.cells["written"]), _words(row, "means")
        kind = cast("SpellingKind", row.cells["kind"])
        if kind not in _MEANINGS:
            _refuse(row, f"the kind {kind}", "one of " + ", ".join(_MEANINGS), problems)
            continue
        expected, number = _MEANINGS[kind]
        if len(means) not in number:
            _refuse(row, f"{len(means)} medicines for {written}", expected, problems)
        if written in found or written in names:
            held = found[written].means if written in found else (names[written],)
            meaning = ", ".join(held) or "a medicine that is not listed"
            words = f"{written} again, which is {meaning}"
            _refuse(row, words, "each spelling once, and no name of medicines.csv", problems)
        for name in means:
            if name not in medicines:
                hint = nearest(name, medicines)
                _refuse(row, f"the medicine {name}", f"one of medicines.csv{hint}", problems)
        found[written] = Spelling(written=row.cells["written"], means=means, kind=kind)
    return tuple(found.values())


def _refuse(row: Row, found: str, expected: str, problems: Problems) -> None:
    problems.add(row.where, found=found, expected=expected, do="Correct the row.")
