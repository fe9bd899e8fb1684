"""Read the wording of pages by id: every language says the same things with the same numbers."""

import re
from functools import cache
from string import Formatter

from pydantic import TypeAdapter

from assuage.knowledge.catalogues import Folder, knowledge_folder
from assuage.knowledge.parsed import read_knowledge_file
from assuage.knowledge.reading import Located, Problems, check
from assuage.messages import LANGUAGES, Language, Messages

_ID = re.compile(r"[a-z][a-z0-9_]*")


def load_messages(language: Language, folder: Folder | None = None) -> Messages:
    """Return the messages of one language; all languages are read and held against each other.

    Raises InvalidInput with every id that a language lacks, every place that differs, and every
    digit: a number is a value with its path, never a word of a message.
    """
    found = _own_messages() if folder is None else _read(folder)
    return found[language]


@cache
def _own_messages() -> dict[Language, Messages]:
    return _read(knowledge_folder())


def _read(folder: Folder) -> dict[Language, Messages]:
    problems = Problems()
    files: dict[Language, Located] = {}
    texts: dict[Language, dict[str, str]] = {}
    for language in LANGUAGES:
        name = f"messages/{language}.yaml"
        files[language] = read_knowledge_file(folder.joinpath("messages", f"{language}.yaml"), name)
        texts[language] = check(TypeAdapter(dict[str, str]), files[language], problems) or {}
    problems.refuse_if_any()
    for language in LANGUAGES:
        for message, text in texts[language].items():
            _check_one(message, text, files[language], problems)
    problems.refuse_if_any()
    first = LANGUAGES[0]
    for language in LANGUAGES[1:]:
        _compare((files[first], texts[first]), (files[language], texts[language]), problems)
    problems.refuse_if_any()
    return {each: Messages(language=each, texts=texts[each]) for each in LANGUAGES}


def _check_one(message: str, text: str, located: Located, problems: Problems) -> None:
    where = located.where((message,))
    if not _ID.fullmatch(message):
        problems.add(
            where, found=f"the id {message}", expected="a-z, 0-9 and _", do="Rename it everywhere."
        )
    if not text.strip():
        problems.add(where, found="no words", expected="a text", do="Write it.")
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        problems.add(
            where,
            found="a brace without its partner",
            expected="{name} for each place to fill",
            do="Close or remove it.",
        )
        return
    if any(re.search(r"\d", literal) for literal, *_ in parts):
        problems.add(
            where,
            found=f"a digit in {text!r}",
            expected="no number of its own: {name} for each, or the word",
            do="Let the page fill the number in, with its path.",
        )


def places(text: str) -> frozenset[str]:
    """Return the places of a message that a page fills."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def _compare(
    one: tuple[Located, dict[str, str]], other: tuple[Located, dict[str, str]], problems: Problems
) -> None:
    for (here, texts), (there, others) in ((one, other), (other, one)):
        for message in texts.keys() - others.keys():
            problems.add(
                there.name,
                found=f"no message {message}",
                expected=f"every id of {here.name}",
                do="Translate it, or remove it there.",
            )
    (first, texts), (second, others) = one, other
    for message in sorted(texts.keys() & others.keys()):
        if places(texts[message]) != places(others[message]):
            problems.add(
                second.where((message,)),
                found=f"the places {', '.join(sorted(places(others[message]))) or 'none'}",
                expected=f"{', '.join(sorted(places(texts[message]))) or 'none'}, as {first.name}",
                do="Fill the same places in every language.",
            )
