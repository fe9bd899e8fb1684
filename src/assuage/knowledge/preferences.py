"""Read how wishes are asked for: questions and answers in two languages, ranges of outcomes."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from assuage.knowledge.catalogues import Folder, knowledge_folder, load_catalogues
from assuage.knowledge.parsed import read_knowledge_file
from assuage.knowledge.reading import Located, Problems, check, nearest
from assuage.options.preference import (
    MOST_JUDGEMENTS,
    Answer,
    Elicitation,
    Language,
    OptionalQuestion,
    Range,
    SwingQuestion,
)

_NAMED = re.compile(r"\{(\w*)\}")


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Text(_Entry):
    en: str = Field(min_length=1)
    de: str = Field(min_length=1)

    @property
    def by_language(self) -> dict[Language, str]:
        return {"en": self.en, "de": self.de}


class _Source(_Entry):
    title: str = Field(min_length=1)
    url: str = ""


class _Range(_Entry):
    worst: float = Field(ge=-1000, le=1000)
    best: float = Field(ge=-1000, le=1000)


class _Question(_Text):
    outcomes: tuple[str, ...] = Field(min_length=1)


class _Answer(_Text):
    id: str = Field(pattern=r"^[a-z_]+$")
    points: float = Field(ge=0, le=1000)


class _Optional(_Text):
    id: Literal["cost", "tablets"]
    label: str = Field(min_length=1)


class _Preferences(_Entry):
    set_by: Literal["assuage", "source"]
    source: _Source
    anchor: str
    ranges: dict[str, _Range]
    introduction: _Text
    answers: tuple[_Answer, ...] = Field(min_length=2)
    questions: tuple[_Question, ...] = Field(min_length=1, max_length=MOST_JUDGEMENTS)
    optional: tuple[_Optional, ...]
    sentences: dict[Literal["clear", "close", "coin_toss", "alone", "none"], _Text]


def load_preferences(folder: Folder | None = None) -> Elicitation:
    """Return how wishes are asked for. InvalidInput with every problem of the file."""
    return _own() if folder is None else _read(folder)


@cache
def _own() -> Elicitation:
    return _read(knowledge_folder())


def _read(folder: Folder) -> Elicitation:
    problems = Problems()
    located = read_knowledge_file(folder.joinpath("preferences.yaml"), "preferences.yaml")
    entry = check(TypeAdapter(_Preferences), located, problems)
    if entry is not None:
        _check_outcomes(entry, located, problems)
        _check_texts(entry, located, problems)
    problems.refuse_if_any()
    assert entry is not None  # else a problem was found
    swings = {name: f"{abs(each.best - each.worst):g}" for name, each in entry.ranges.items()}
    return Elicitation(
        anchor=entry.anchor,
        ranges={
            name: Range(outcome=name, worst=each.worst, best=each.best)
            for name, each in entry.ranges.items()
        },
        introduction=_filled(entry.introduction, swings),
        questions=tuple(
            SwingQuestion(outcomes=q.outcomes, text=_filled(q, swings)) for q in entry.questions
        ),
        answers=tuple(Answer(id=a.id, points=a.points, text=a.by_language) for a in entry.answers),
        optional=tuple(
            OptionalQuestion(id=o.id, label=o.label, text=o.by_language) for o in entry.optional
        ),
        sentences={kind: text.by_language for kind, text in entry.sentences.items()},
    )


def _filled(text: _Text, swings: Mapping[str, str]) -> dict[Language, str]:
    return {language: words.format_map(swings) for language, words in text.by_language.items()}


def _check_outcomes(entry: _Preferences, located: Located, problems: Problems) -> None:
    """Each outcome is one that counts people, has a range that is no point, and is asked once."""
    outcomes = load_catalogues().outcomes
    for name, each in entry.ranges.items():
        place = located.where(("ranges", name))
        if name not in outcomes or outcomes[name].kind != "binary":
            expected = "an outcome of outcomes.yaml that counts people" + nearest(name, outcomes)
            problems.add(
                place, found=f"the outcome {name}", expected=expected, do="Correct or remove it."
            )
        elif each.best == each.worst or outcomes[name].higher_is_better != (each.best > each.worst):
            more = "above" if outcomes[name].higher_is_better else "below"
            problems.add(
                place,
                found=f"worst {each.worst:g} and best {each.best:g} for {name}",
                expected=f"a best end {more} the worst",
                do="Correct the range.",
            )
    asked: list[str] = []
    for index, question in enumerate(entry.questions):
        for name in question.outcomes:
            if name not in entry.ranges or name in (entry.anchor, *asked):
                problems.add(
                    located.where(("questions", index)),
                    found=f"a question about {name}",
                    expected="an outcome with a range, not the anchor, asked about once",
                    do="Correct it, or add its range.",
                )
            asked.append(name)
    if entry.anchor not in entry.ranges:
        problems.add(
            located.where(("anchor",)),
            found=f"the anchor {entry.anchor}",
            expected="an outcome with a range" + nearest(entry.anchor, entry.ranges),
            do="Correct it, or add its range.",
        )


def _check_texts(entry: _Preferences, located: Located, problems: Problems) -> None:
    """A text names just the swings that it is about, so that nobody judges a number unseen."""
    texts: list[tuple[_Text, str, set[str]]] = [
        (entry.introduction, located.where(("introduction",)), {entry.anchor})
    ]
    texts += [
        (question, located.where(("questions", index)), set(question.outcomes))
        for index, question in enumerate(entry.questions)
    ]
    texts += [
        (each, located.where(("optional", index)), {"worst", "best"})
        for index, each in enumerate(entry.optional)
    ]
    for text, where, named in texts:
        for language, words in text.by_language.items():
            if set(_NAMED.findall(words)) != named:
                problems.add(
                    where,
                    found=f"a text ({language}) with {_NAMED.findall(words) or 'no number'}",
                    expected="the numbers " + ", ".join(f"{{{name}}}" for name in sorted(named)),
                    do="Name each swing that is judged in the text, and no other.",
                )
