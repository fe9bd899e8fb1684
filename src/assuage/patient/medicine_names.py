"""What a recorded name of a medicine means: its ingredients, and how surely it was read.

A name is read by itself, without strength, salt or form; as several names that are joined; by a
spelling that is listed (an abbreviation, a common misspelling, another language); or else as the
only known name from which it is one slip. Whatever was not read to the letter says so.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assuage.evidence.pain_condition import plain_words
from assuage.patient.near_names import NearNames

SpellingKind = Literal["abbreviation", "misspelling", "name", "ambiguous", "other_medicine"]

# Words that name the salt of a medicine, not the medicine.
_SALT_WORDS = """
    hydrochloride hydrobromide hcl fumarate acetate citrate bromide lactate gluconate palmitate
    dihydrate monohydrate erbumine arginine etexilate medoxomil disodium maleate mesylate mesilate
    sulfate sulphate phosphate succinate tartrate besylate besilate calcium sodium potassium
"""
# Words that say in which form, how often and when it is taken.
_FORM_WORDS = """
    er xr xl sr mr pr cr la ir ec dr modified extended prolonged sustained slow immediate delayed
    retard ret forte chrono depot
    release tablet tablets tabs tab capsule capsules caps cap oral solution liquid syrup patch
    patches mg mcg g kg ml microgram micrograms milligram milligrams unit units iu percent
    daily nocte mane od bd bid tds tid qds qid qd qhs prn stat po once twice three four times
    a per day night morning evening bedtime at in the each every dose doses food meals
    hour hours hourly hr h week weekly as needed when required x
"""
_SALTS, _FORMS = frozenset(_SALT_WORDS.split()), frozenset(_FORM_WORDS.split())
_NUMBER = re.compile(r"\d+(?:mg|mcg|g|kg|ml|iu|units?|h|x)?")
_SIGNS = re.compile(r"\s*[/+&;,]\s*")
_JOINING_WORDS = re.compile(r"\s+(?:and|with|plus)\s+", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_DECIMALS = re.compile(r"(?<=\d)[.,](?=\d)")
_PER = re.compile(
    r"(?<=\d)\s*(?:mg|mcg|g|ml)?\s*/\s*(?=\d|(?:ml|day|week|h|hr|hour)\b)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """A way to write a medicine that is not its name. `means` is several for a combination.

    An ambiguous one means any of several and is not read; another medicine (`means` empty) is a
    real one that is not listed, so that it is never taken for a slip of one that is.
    """

    written: str
    means: tuple[str, ...]
    kind: SpellingKind


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineReading:
    """The ids of the medicines that a recorded name means; empty for a name that is not known.

    `groups` are those of a combination beside its ingredients'. `unknown` is what else was written
    that means no known medicine. `exact` says that every part was read to the letter. `may_be` are
    the meanings of an ambiguous name.
    """

    medicines: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()
    exact: bool = True
    may_be: tuple[str, ...] = ()


UNREAD = MedicineReading()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MedicineNames:
    """Names and spellings of medicines, to be read from free text."""

    known: Mapping[str, str]
    spellings: Mapping[str, Spelling]
    _near: NearNames[tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        meanings: dict[str, tuple[str, ...]] = {
            name: (medicine,) for name, medicine in self.known.items()
        }
        for name, spelling in self.spellings.items():
            if spelling.kind in {"name", "other_medicine"}:  # a misspelling is no neighbour
                meanings.setdefault(name, spelling.means or (name,))
        object.__setattr__(self, "_near", NearNames(meanings))

    def read(self, text: str) -> MedicineReading:
        """Return what a recorded name means. An unknown part of a combination is named.

        What follows a dose, or stands in brackets, is a note unless it names a known medicine.
        """
        outside, inside = _BRACKETS.sub(" ", text), _BRACKETS.findall(text)
        whole = self._joined(outside)
        for note in inside:
            found = self._joined(note)
            if not found.medicines:
                continue  # a note such as (stopped, old brand), or a brand of the known name
            if not whole.medicines:
                # "Allegron (nortriptyline)": the bracket says what the unknown name is
                whole = MedicineReading(medicines=found.medicines, exact=False)
            else:
                whole = _together((whole, found))
        return whole

    def _joined(self, text: str) -> MedicineReading:
        """Read one name, or several joined by a sign or a word."""
        plain = _DECIMALS.sub("", text)
        whole = " ".join(plain_words(plain).split())
        for name in _shortened(whole.split()):
            if (exact := self.known.get(name)) is not None:
                doubted = self._may_be_another(whole, name, (exact,))
                return UNREAD if doubted else MedicineReading(medicines=(exact,))
        pieces = self._pieces(_PER.sub(" ", plain))
        if len(pieces) < 2:
            return self._piece(" ".join(pieces))
        words = _without_leading_dose(plain_words(plain).split())
        if (near := self._near.meant_by(" ".join(words))) is not None:
            return self._meaning(near)  # a slip in the name of a combination
        found = [self._piece(piece) for piece in pieces]
        if not any(each.medicines for each in found):
            return max(found, key=lambda each: len(each.may_be))
        unread = (
            piece.strip() for piece, each in zip(pieces, found, strict=True) if not each.medicines
        )
        whole = _together(found)
        return MedicineReading(
            medicines=whole.medicines,
            unknown=(*whole.unknown, *unread),
            exact=whole.exact,
        )

    def _pieces(self, text: str) -> list[str]:
        """Part a text at the signs, and at the words where no name holds them (vitamin B and C)."""
        found: list[str] = []
        for part in _SIGNS.split(text):
            whole = any(name in self.known for name in _shortened(plain_words(part).split()))
            found += [part] if whole else _JOINING_WORDS.split(part)
        return [piece for piece in found if not _says_only_how(plain_words(piece).split())]

    def _piece(self, text: str) -> MedicineReading:
        words = plain_words(text).split()
        for name in _shortened(words):
            if (found := self._named(name)) is not None:
                doubted = self._may_be_another(" ".join(words), name, found.medicines)
                return UNREAD if doubted else found
        if (several := self._side_by_side(words)) is not None:
            return several
        return self._with_a_slip(_without_leading_dose(words))

    def _with_a_slip(self, words: Sequence[str]) -> MedicineReading:
        head, whole = _before_number(words), " ".join(words)
        for name in dict.fromkeys((whole, *_shortened(head))):
            found = self._named(name)
            if found is None and (near := self._near.meant_by(name)) is not None:
                found = self._meaning(near)
            if found is not None:
                if self._near.meanings_near(whole) - {found.medicines}:
                    return UNREAD
                return _together((found, *self._also_in(words[len(head) :])))
        return UNREAD

    def _may_be_another(self, whole: str, name: str, means: tuple[str, ...]) -> bool:
        """Say whether a letter or digit left out as a form may belong to another name.

        Tylenol 3 holds codeine, and tylenol 2g is a slip from another of its kind.
        """
        if name == whole or len(whole) - len(name) > len(" 2g"):
            return False
        return bool(self._near.meanings_near(whole) - {means})

    def _named(self, name: str) -> MedicineReading | None:
        """Read a name to the letter, or by a spelling that is listed."""
        if (medicine := self.known.get(name)) is not None:
            return MedicineReading(medicines=(medicine,))
        spelling = self.spellings.get(name)
        if spelling is None:
            return None
        if spelling.kind == "ambiguous":
            return MedicineReading(may_be=spelling.means)
        return MedicineReading(medicines=spelling.means, exact=False)

    def _meaning(self, name: str) -> MedicineReading:
        means = (self.known[name],) if name in self.known else self.spellings[name].means
        return MedicineReading(medicines=means, exact=False)

    def _side_by_side(self, words: Sequence[str]) -> MedicineReading | None:
        """Read known names without a sign between them, such as levodopa-carbidopa; all or none."""
        found: list[str] = []
        place = 0
        while place < len(words):
            for end in range(len(words), place, -1):
                if (medicine := self.known.get(" ".join(words[place:end]))) is not None:
                    found.append(medicine)
                    place = end
                    break
            else:
                if not _says_only_how(words[place : place + 1]):
                    return None
                place += 1
        return MedicineReading(medicines=tuple(dict.fromkeys(found))) if found else None

    def _also_in(self, words: Iterable[str]) -> Iterable[MedicineReading]:
        """Find further medicines after a dose: "aspirin 75 mg clopidogrel 75 mg"."""
        for word in words:
            if (medicine := self.known.get(word)) is not None:
                yield MedicineReading(medicines=(medicine,))


def _together(readings: Iterable[MedicineReading]) -> MedicineReading:
    parts = tuple(readings)
    return MedicineReading(
        medicines=tuple(dict.fromkeys(m for part in parts for m in part.medicines)),
        unknown=tuple(dict.fromkeys(u for part in parts for u in part.unknown)),
        exact=all(part.exact for part in parts),
    )


def _says_only_how(words: Sequence[str]) -> bool:
    return all(word in _FORMS or _NUMBER.fullmatch(word) for word in words)


def _without_leading_dose(words: Sequence[str]) -> list[str]:
    kept = list(words)
    while len(kept) > 1 and _says_only_how(kept[:1]):
        kept.pop(0)
    return kept


def _shortened(words: Sequence[str]) -> Iterable[str]:
    """Yield the name as written, then with ever less of its form, strength and salt.

    As written comes first: the number belongs to the name of omega 3.
    """
    for start in dict.fromkeys((tuple(words), tuple(_without_leading_dose(words)))):
        kept = list(start)
        while kept:
            yield " ".join(kept)
            if kept[-1] not in _SALTS and not _says_only_how(kept[-1:]):
                break
            kept.pop()


def _before_number(words: Sequence[str]) -> list[str]:
    """The words up to the first strength."""
    for place, word in enumerate(words):
        if place and word[0].isdigit():
            return list(words[:place])
    return list(words)
