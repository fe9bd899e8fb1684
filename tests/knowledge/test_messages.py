"""The wording of both papers is whole in both languages, and bad files are refused.

Truth: the ids of the knowledge that the papers speak of; the labels of outcomes.yaml.
"""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from assuage.errors import InvalidInput, KnowledgeError
from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.messages import load_messages, places
from assuage.messages import LANGUAGES, Language

KNOWLEDGE = Path(__file__).parents[2] / "src" / "assuage_knowledge"
EN, DE = load_messages("en"), load_messages("de")


def ids(name: str) -> set[str]:
    return set(yaml.safe_load((KNOWLEDGE / name).read_text()))


def test_both_languages_have_the_same_ids_and_places():
    assert set(EN.texts) == set(DE.texts)
    assert all(places(EN.texts[m]) == places(DE.texts[m]) for m in EN.texts)


def test_everything_that_a_paper_names_has_its_words():
    catalogues = load_catalogues()
    needed = {f"advice_{each}" for each in ids("plan/advice.yaml")}
    needed |= {f"watch_{each}" for each in ids("plan/monitoring.yaml")}
    common = yaml.safe_load((KNOWLEDGE / "plan" / "common.yaml").read_text())
    needed |= {f"stopping_{each}" for each in common["stopping"]}
    drugs = [p.stem for p in (KNOWLEDGE / "drugs").glob("*.yaml") if p.stem != "sources"]
    needed |= {f"drug_{each}" for each in drugs}
    needed |= {f"outcome_{each}" for each in catalogues.outcomes}
    needed |= {
        f"picture_{each.id}"
        for each in catalogues.outcomes.values()
        if each.direction == "harm"
        and each.family == "side effects"
        and "any" not in each.id
        and "serious" not in each.id
    }
    conditions = yaml.safe_load((KNOWLEDGE / "conditions.yaml").read_text())
    in_scope = [each for each in conditions if "refusal" not in each]
    for each in in_scope:
        needed |= {f"condition_{each['id']}", f"patient_condition_{each['id']}"}
    assert needed - set(EN.texts) == set()


def test_english_names_are_those_of_the_catalogues():
    conditions = {c["id"]: c for c in yaml.safe_load((KNOWLEDGE / "conditions.yaml").read_text())}
    for message, text in EN.texts.items():
        if message.startswith("condition_"):
            assert text == conditions[message.removeprefix("condition_")]["label"]
        if message.startswith("patient_condition_"):
            assert text == conditions[message.removeprefix("patient_condition_")]["patient_label"]
    for outcome in load_catalogues().outcomes.values():
        filled = EN.texts[f"outcome_{outcome.id}"].format(share="30%", bottom="0", top="10")
        assert filled == outcome.label


def copied(folder: Path) -> Path:
    shutil.copytree(KNOWLEDGE / "messages", folder / "messages")
    return folder


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("and: ", "und: "), "no message and"),
        (('dose: "{dose} mg"', 'dose: "{amount} mg"'), "the places amount"),
        (('dose: "{dose} mg"', 'dose: "{dose} mg, 3 mal"'), "a digit in"),
        (('dose: "{dose} mg"', 'dose: "{dose mg"'), "a brace without its partner"),
        (('dose: "{dose} mg"', 'dose: " "'), "no words"),
    ],
)
def test_a_language_that_says_something_else_is_refused(
    tmp_path: Path, change: tuple[str, str], said: str
):
    folder = copied(tmp_path)
    file = folder / "messages" / "de.yaml"
    text = file.read_text()
    assert change[0] in text
    file.write_text(text.replace(*change, 1))
    with pytest.raises(InvalidInput, match=said):
        load_messages("de", folder)


def test_an_unknown_message_is_named():
    with pytest.raises(KnowledgeError, match="no message nothing_here"):
        EN.say("nothing_here")


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", ["2,049", "4.9", "−12.5", "+161", "0", "60%", "<1%", "1 July 2026"]),
        ("de", ["2.049", "4,9", "−12,5", "+161", "0", "60 %", "< 1 %", "1. Juli 2026"]),
    ],
)
def test_numbers_and_days_are_written_as_the_language_writes_them(
    language: Language, written: list[str]
):
    # German: DIN 5008 (comma, space before %), and the point between thousands.
    m = load_messages(language)
    said = [
        m.number(2049),
        m.number(Decimal("4.90")),
        m.number(-12.5),
        m.signed(160.7),
        m.signed(-0.3),
        m.percent(0.6),
        m.percent(0.001),
        m.day(date(2026, 7, 1)),
    ]
    assert [text.replace("\u00a0", " ") for text in said] == written
    assert set(LANGUAGES) == {"en", "de"}
