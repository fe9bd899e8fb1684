"""Read the catalogues: outcomes, treatments and pain conditions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from assuage.errors import InvalidInput
from assuage.evidence.outcome import OutcomeDefinition, OutcomeFamily, OutcomeKind
from assuage.evidence.pain_condition import PainCondition, plain_words
from assuage.evidence.treatment import Treatment, TreatmentCatalogue, TreatmentClass
from assuage.knowledge.parsed import read_knowledge_file
from assuage.knowledge.reading import Located, Problems, check, nearest

T = TypeVar("T")
Folder = Traversable | Path


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Outcome(_Entry):
    id: str = Field(min_length=1)
    label: str = Field(min_length=1)
    patient_label: str = Field(min_length=1)
    definition: str = ""
    kind: OutcomeKind
    direction: Literal["benefit", "harm"]
    family: OutcomeFamily
    primary: bool = False
    part_of: tuple[str, ...] = ()


class _Class(_Entry):
    label: str = Field(min_length=1)
    is_drug: bool = True
    exchangeable: bool = False


class _Treatment(_Entry):
    label: str = Field(min_length=1)
    drug_class: str = Field(alias="class")
    candidate: bool = False
    components: tuple[str, ...] = ()
    not_in_network: str = ""


class _Treatments(_Entry):
    reference: str
    classes: dict[str, _Class]
    treatments: dict[str, _Treatment]


class _Condition(_Entry):
    id: str = Field(min_length=1)
    label: str = Field(min_length=1)
    patient_label: str = Field(min_length=1)
    words: tuple[str, ...]
    nearest: dict[str, str] = {}
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogues:
    """The outcomes, treatments and pain conditions that the trial tables may name."""

    outcomes: Mapping[str, OutcomeDefinition]
    treatments: TreatmentCatalogue
    conditions: Mapping[str, PainCondition]


def knowledge_folder() -> Traversable:
    """Return the folder of the knowledge that comes with assuage."""
    return files("assuage_knowledge")


def load_catalogues(folder: Folder | None = None) -> Catalogues:
    """Read the three catalogues of a folder; what the folder lacks is taken from assuage's own.

    Raises InvalidInput with every problem of all three files.
    """
    if folder is None:
        return _own_catalogues()
    problems = Problems()
    outcomes = _outcomes(_located("outcomes.yaml", folder, problems), problems)
    treatments = _treatments(_located("treatments.yaml", folder, problems), problems)
    conditions = _conditions(_located("conditions.yaml", folder, problems), problems)
    problems.refuse_if_any()
    assert treatments is not None  # else a problem was found
    return Catalogues(outcomes=outcomes, treatments=treatments, conditions=conditions)


@cache
def _own_catalogues() -> Catalogues:
    return load_catalogues(knowledge_folder())


def _located(name: str, folder: Folder, problems: Problems) -> Located:
    own = folder.joinpath(name)
    path = own if own.is_file() else knowledge_folder().joinpath(name)
    try:
        return read_knowledge_file(path, name)
    except InvalidInput as error:
        problems.found.extend(error.problems)
        return Located(name=name, data=None, lines={})


def _checked(adapter: TypeAdapter[T], located: Located, problems: Problems) -> T | None:
    """Check the data, unless reading it has failed already."""
    return check(adapter, located, problems) if located.lines else None


def _unique(ids: Iterable[str], located: Located, problems: Problems) -> None:
    seen: set[str] = set()
    for index, name in enumerate(ids):
        if name in seen:
            problems.add(
                located.where((index,)),
                found=f"the id {name} a second time",
                expected="each id once",
                do="Keep one of the two.",
            )
        seen.add(name)


def _outcomes(located: Located, problems: Problems) -> Mapping[str, OutcomeDefinition]:
    entries = _checked(TypeAdapter(list[_Outcome]), located, problems) or []
    _unique((entry.id for entry in entries), located, problems)
    _nested(entries, located, problems)
    return {
        entry.id: OutcomeDefinition(
            **entry.model_dump(),
            higher_is_better=entry.kind == "binary" and entry.direction == "benefit",
            unit="per_1000" if entry.kind == "binary" else "points",
            order=order,
        )
        for order, entry in enumerate(entries, start=1)
    }


def _nested(entries: Sequence[_Outcome], located: Located, problems: Problems) -> None:
    """People are counted in a part and in the whole: both must be outcomes that count people."""
    counted = {entry.id for entry in entries if entry.kind == "binary"}
    for index, entry in enumerate(entries):
        for whole in entry.part_of:
            if whole not in counted or entry.id not in counted or whole == entry.id:
                problems.add(
                    located.where((index, "part_of")),
                    found=f"{entry.id} as a part of {whole}",
                    expected="two binary outcomes of this file" + nearest(whole, counted),
                    do="Correct or remove it.",
                )


def _treatments(located: Located, problems: Problems) -> TreatmentCatalogue | None:
    entry = _checked(TypeAdapter(_Treatments), located, problems)
    if entry is None:
        return None
    for name, treatment in entry.treatments.items():
        where = located.where(("treatments", name))
        _known(treatment.drug_class, entry.classes, "class", where, problems)
        for component in treatment.components:
            _known(component, entry.treatments, "component", where, problems)
        if treatment.drug_class == "not_a_drug" and not treatment.not_in_network:
            problems.add(
                where,
                found=f"{name}, which is not a drug, without not_in_network",
                expected="the reason why it cannot stand in a network",
                do="Add not_in_network.",
            )
    _known(entry.reference, entry.treatments, "reference", located.where(("reference",)), problems)
    return TreatmentCatalogue(
        reference=entry.reference,
        classes={
            name: TreatmentClass(
                id=name,
                label=group.label,
                is_drug=group.is_drug,
                exchangeable=group.exchangeable,
            )
            for name, group in entry.classes.items()
        },
        treatments={
            name: Treatment(
                id=name,
                label=treatment.label,
                drug_class=treatment.drug_class,
                is_candidate=treatment.candidate,
                components=treatment.components,
                not_in_network=treatment.not_in_network,
            )
            for name, treatment in entry.treatments.items()
        },
    )


def _known(name: str, known: Mapping[str, Any], what: str, where: str, problems: Problems) -> None:
    if name not in known:
        problems.add(
            where,
            found=f"the unknown {what} {name}",
            expected=f"a {what} listed in this file" + nearest(name, known),
            do="Correct it, or add it to this file.",
        )


def _conditions(located: Located, problems: Problems) -> Mapping[str, PainCondition]:
    entries = _checked(TypeAdapter(list[_Condition]), located, problems) or []
    _unique((entry.id for entry in entries), located, problems)
    meaning: dict[str, str] = {}
    for index, entry in enumerate(entries):
        own = {plain_words(w) for w in (entry.id, entry.label, *entry.words)}
        for words in sorted(own | {plain_words(w) for w in entry.nearest}):
            if meaning.setdefault(words, entry.id) != entry.id:
                problems.add(
                    located.where((index,)),
                    found=f"{words!r} for {entry.id}",
                    expected=f"words that mean one condition; these already mean {meaning[words]}",
                    do="Keep them under one of the two.",
                )
    return {
        entry.id: PainCondition(
            id=entry.id,
            label=entry.label,
            patient_label=entry.patient_label,
            words=entry.words,
            nearest=tuple(entry.nearest.items()),
            refusal=entry.refusal,
        )
        for entry in entries
    }
