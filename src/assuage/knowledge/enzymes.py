"""Read which medicines inhibit or induce the enzymes that break antidepressants down."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import Field, TypeAdapter

from assuage.knowledge.citing import CitationEntry, Entry, Folder, cite, read_part
from assuage.knowledge.reading import Problems, check, nearest
from assuage.patient.vocabulary import Medicine
from assuage.provenance import Citation, Source

FILE = "kinetics/inhibitors.yaml"
Enzyme = Literal["CYP2D6", "CYP2C19", "CYP1A2"]
Strength = Literal["strong", "moderate", "weak"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnzymeEffect:
    """What a medicine does to an enzyme, by a source.

    `days_after_stop` is how long it goes on after the medicine was stopped; 0 where no source
    says so.
    """

    medicine: str
    enzyme: Enzyme
    induces: bool
    strength: Strength
    days_after_stop: int
    citation: Citation

    @property
    def group(self) -> str:
        """The medication concept it belongs to; empty for a weak effect, which changes nothing."""
        if self.strength == "weak":
            return ""
        enzyme = self.enzyme.lower()
        return f"{enzyme}_inducer" if self.induces else f"{enzyme}_{self.strength}_inhibitor"


class _Effect(Entry):
    enzyme: Enzyme
    inhibits: Strength | None = None
    induces: Strength | None = None
    days_after_stop: int = Field(default=0, ge=0)
    source: CitationEntry
    note: str = ""


_FILE = TypeAdapter(dict[str, list[_Effect]])


def read_enzymes(
    folder: Folder,
    medicines: Mapping[str, Medicine],
    concepts: Container[str],
    sources: Mapping[str, Source],
    problems: Problems,
) -> tuple[EnzymeEffect, ...]:
    """Return the effects on enzymes, by medicine; none where the folder has no such file."""
    if not folder.joinpath(*FILE.split("/")).is_file():
        return ()
    located = read_part(folder, FILE)
    read: list[EnzymeEffect] = []
    for name, entries in (check(_FILE, located, problems) or {}).items():
        if name not in medicines:
            problems.add(
                located.where((name,)),
                found=f"the medicine {name}",
                expected="a medicine of valuesets/medicines.csv" + nearest(name, medicines),
                do="Correct it, or list it.",
            )
        for place, entry in enumerate(entries):
            where = located.where((name, place))
            effect = _effect(name, entry, cite(entry.source, sources, where, problems))
            if effect is None:
                problems.add(
                    where,
                    found="not one of inhibits and induces",
                    expected="one of inhibits and induces, with a strength",
                    do="Write what the medicine does to the enzyme.",
                )
                continue
            if effect.group and effect.group not in concepts:
                does = "induces" if effect.induces else "inhibits"
                problems.add(
                    where,
                    found=f"{entry.enzyme} {does}: {effect.strength}, in the group {effect.group}",
                    expected="a medication concept that is listed",
                    do="List it in valuesets/concepts.yaml.",
                )
            read.append(effect)
    return tuple(read)


def _effect(medicine: str, entry: _Effect, citation: Citation) -> EnzymeEffect | None:
    strength = entry.inhibits or entry.induces
    if strength is None or (entry.inhibits and entry.induces):
        return None
    return EnzymeEffect(
        medicine=medicine,
        enzyme=entry.enzyme,
        induces=entry.induces is not None,
        strength=strength,
        days_after_stop=entry.days_after_stop,
        citation=citation,
    )


def with_enzymes(
    medicines: Mapping[str, Medicine], effects: Iterable[EnzymeEffect]
) -> dict[str, Medicine]:
    """Return the medicines, each in the groups of its strong and moderate effects as well."""
    found = dict(medicines)
    for effect in effects:
        medicine = found.get(effect.medicine)
        if medicine is not None and effect.group:
            found[effect.medicine] = replace(medicine, concepts=medicine.concepts | {effect.group})
    return found


def acting_after_stop(
    effects: Iterable[EnzymeEffect],
) -> dict[str, tuple[tuple[str, int], ...]]:
    """Return, by group, the medicines whose effect outlasts them, and for how many days."""
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for effect in effects:
        if effect.group and effect.days_after_stop:
            lasting = (effect.medicine, effect.days_after_stop)
            found[effect.group] = (*found.get(effect.group, ()), lasting)
    return found
