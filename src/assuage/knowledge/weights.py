"""Read how much outcomes matter where a person has not said so."""

from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from assuage.knowledge.catalogues import Folder, knowledge_folder, load_catalogues
from assuage.knowledge.parsed import read_knowledge_file
from assuage.knowledge.reading import Problems, check, nearest
from assuage.options.ordering import Weight


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Source(_Entry):
    title: str = Field(min_length=1)
    url: str = ""


class _Weight(_Entry):
    weight: float = Field(ge=0)
    why: str = Field(min_length=1)


class _Weights(_Entry):
    set_by: Literal["assuage", "source"]
    source: _Source
    weights: dict[str, _Weight]


def load_weights(folder: Folder | None = None) -> tuple[Weight, ...]:
    """Return the usual weights, in the file's order. InvalidInput with every problem of it."""
    return _own_weights() if folder is None else _read(folder)


@cache
def _own_weights() -> tuple[Weight, ...]:
    return _read(knowledge_folder())


def _read(folder: Folder) -> tuple[Weight, ...]:
    problems = Problems()
    located = read_knowledge_file(folder.joinpath("weights.yaml"), "weights.yaml")
    entry = check(TypeAdapter(_Weights), located, problems)
    outcomes = load_catalogues().outcomes
    for outcome in entry.weights if entry else ():
        if outcome not in outcomes:
            problems.add(
                located.where(("weights", outcome)),
                found=f"the outcome {outcome}",
                expected="an outcome of outcomes.yaml" + nearest(outcome, outcomes),
                do="Correct or remove it.",
            )
    problems.refuse_if_any()
    assert entry is not None  # else a problem was found
    return tuple(
        Weight(outcome=outcome, weight=item.weight, why=item.why)
        for outcome, item in entry.weights.items()
    )
