"""The manual is the rules, each where it belongs and nowhere else.

Truth: the rules, the classes and the files of rules, read afresh from their YAML; the words of a
row were written out by hand.
"""

import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest
import yaml

import assuage_knowledge
from assuage.consult.knowledge import manual, manual_page, rule_shown, rules_to_print
from assuage.errors import InvalidInput, KnowledgeError
from assuage.knowledge.rules import load_safety
from assuage.options.rule import EFFECTS
from assuage.provenance import Stamp
from assuage.report.manual import ManualPage, manual_pages
from assuage.report.manual_html import file_of, manual_files, manual_html
from assuage.report.manual_text import manual_text, rule_text
from assuage.report.text import render

OWN = Path(assuage_knowledge.__file__).parent
STAMP = Stamp(software="0.1.0", knowledge="2026.1", release="2026.1", today=date(2026, 6, 15))
PAGES = manual()
DRUGS = sorted(path.stem for path in (OWN / "drugs").glob("*.yaml") if path.stem != "sources")
CLASSES = yaml.safe_load((OWN / "valuesets" / "classes.yaml").read_text())
TOPICS = {
    path.stem: yaml.safe_load(path.read_text())
    for path in (OWN / "rules").glob("*.yaml")
    if path.stem != "sources"
}


def of_drug(drug: str) -> set[str]:
    about = {drug, "any", *(name for name, members in CLASSES.items() if drug in members)}
    return {rule["id"] for rules in TOPICS.values() for rule in rules if rule["about"] in about}


def ids(page: ManualPage) -> list[str]:
    return sorted(row.rule.id for row in page.rows)


def test_there_is_a_page_for_each_drug_and_each_topic_and_no_other():
    assert sorted(page.name for page in PAGES if page.kind == "drug") == DRUGS
    topics = {page.name for page in PAGES if page.kind == "topic"}
    assert topics >= set(TOPICS)
    assert len(PAGES) == len(DRUGS) + len(topics)


@pytest.mark.parametrize("drug", DRUGS)
def test_a_drug_page_has_every_rule_that_concerns_it_once_and_no_other(drug: str):
    page = next(p for p in PAGES if p.kind == "drug" and p.name == drug)
    assert set(ids(page)) >= of_drug(drug)
    assert len(ids(page)) == len(set(ids(page)))
    here = {row.rule.about for row in page.rows}
    assert here <= {drug, "any", *(name for name, members in CLASSES.items() if drug in members)}


def test_every_rule_is_on_one_topic_page():
    printed = [name for page in PAGES if page.kind == "topic" for name in ids(page)]
    assert len(printed) == len(set(printed))
    assert set(printed) == {rule.id for rule in load_safety().rules}
    for topic, rules in TOPICS.items():
        page = next(p for p in PAGES if p.kind == "topic" and p.name == topic)
        assert set(ids(page)) >= {rule["id"] for rule in rules}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_worst_comes_first_and_both_renderings_have_every_rule_once(page: ManualPage):
    places = [EFFECTS.index(group.effect) for group in page.groups]
    assert places == sorted(places)
    html = manual_html(page, STAMP)
    assert sorted(re.findall(r'<span class="rule-id" id="([\w-]+)">', html)) == ids(page)
    text = render(manual_text(page, STAMP), width=100)
    rules = text.split("Where sources disagree")[0]
    assert sorted(re.findall(r"^([A-Z]{2}[\w-]*\d\w*)(?=\s)", rules, re.MULTILINE)) == ids(page)


def test_a_row_says_all_that_its_rule_says():
    row, where, drugs = rule_shown("rc197")
    lines = (OWN / "rules" / "older_adults.yaml").read_text().splitlines()
    line = lines.index("- id: RC197") + 1
    assert (where, drugs) == (f"rules/older_adults.yaml, line {line}", ("citalopram",))
    assert (row.about, row.topic, row.when) == ("citalopram", "older_adults", "Age above 60 years")
    assert row.limits == ("at most 20 mg/day",)
    assert (row.by_whom, row.region) == ("graded by the source", "US")
    assert row.not_recorded == "asked; a caution until answered"
    assert row.reads == ("age",)


@pytest.mark.parametrize("name", ["PC01", "pc01"])
def test_a_rule_on_a_medicine_says_by_its_label_how_it_acts(name: str):
    written = yaml.safe_load((OWN / "mechanisms.yaml").read_text())
    meant = next(each for each in written if each["id"] == "cyp2d6_inhibited")
    row, where, drugs = rule_shown(name)
    lines = (OWN / "rules" / "phenoconversion.yaml").read_text().splitlines()
    line = lines.index("- id: PC01") + 1
    assert (where, drugs) == (f"rules/phenoconversion.yaml, line {line}", ("venlafaxine",))
    shown = " ".join(render(rule_text(row, where, drugs), width=100).split())
    assert f"mechanism {meant['label']}: {meant['explanation']}" in shown
    html = unescape(manual_html(manual_page("phenoconversion"), STAMP))
    cells = html[html.index('id="PC01"') :].split("</tr>")[0]
    assert f"Mechanism: {meant['label']}." in cells
    assert html.count(meant["explanation"].rstrip(".")) == 1  # once a page, below the rules


def test_a_rule_of_the_gene_guidance_is_shown_by_its_id_in_any_case():
    row, where, drugs = rule_shown("pa-duloxetine-cyp2d6")
    assert (row.rule.id, row.topic, row.mechanism) == ("PA-duloxetine-CYP2D6", "genes", None)
    assert where.startswith("genes/duloxetine.yaml, line ")
    assert drugs == ("duloxetine",)


def test_a_class_rule_says_for_whom_and_a_grade_of_ours_is_marked():
    row = next(row for row in manual_page("Pamelor").rows if row.rule.id == "AS043")
    assert (row.about, row.by_whom) == ("for all tricyclics", "graded by assuage")
    html = manual_html(manual_page("nortriptyline"), STAMP)
    cells = html[html.index('id="AS043"') :].split("</tr>")[0]
    assert "for all tricyclics" in cells
    assert "◆ graded by assuage" in cells
    assert cells.count('class="box"') == 2
    assert cells.count('class="line"') == 2


def test_a_choice_of_facts_stands_without_brackets_around_it():
    row = rule_shown("AS043")[0]
    assert row.when == "Suicidal thoughts now or overdose or self-poisoning before"
    inner = rule_shown("AS130")[0]
    assert inner.when.count("(") == inner.when.count(")")


def test_the_blanks_of_a_drug_are_the_topics_without_a_rule_of_it():
    page = manual_page("trazodone")
    blank = {
        t for t, rules in TOPICS.items() if not {r["id"] for r in rules} & of_drug("trazodone")
    }
    assert {words.replace(" ", "_") for words in page.blanks} >= blank
    assert "seizure" in page.blanks


def test_what_sources_disagree_about_stands_on_the_drugs_page():
    html = unescape(manual_html(manual_page("citalopram"), STAMP))
    for words in ("From which age is 20 mg the highest dose?", "over 60", "over 65", "RC197"):
        assert words in html


def test_the_files_are_whole_pages_that_fetch_nothing_and_the_index_leads_to_each():
    files = manual_files(PAGES, STAMP)
    assert set(files) == {"index.html", *map(file_of, PAGES)}
    assert set(re.findall(r'href="([a-z-]+\.html)"', files["index.html"])) == {*map(file_of, PAGES)}
    for name, html in files.items():
        assert not re.search(r"<script|<link|<img|@import|url\(", html), name
        assert "assuage 0.1.0, knowledge 2026.1, 2026-06-15" in html
        assert "size: A4 landscape" in html
        assert "counter(page)" in html


@pytest.mark.parametrize(
    ("name", "meant"),
    [("kidney", "kidney"), ("Older adults", "older_adults"), ("Cymbalta", "duloxetine")],
)
def test_a_page_is_found_by_the_name_a_reader_uses(name: str, meant: str):
    assert manual_page(name).name == meant


def test_a_rule_in_no_topic_is_refused_rather_than_left_out():
    whole = rules_to_print()
    topics = {name: ids for name, ids in whole.topics.items() if name != "kidney"}
    with pytest.raises(KnowledgeError, match="RC175 is in no topic"):
        manual_pages(replace(whole, topics=topics))


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(InvalidInput, match=r"did you mean kidney\?"):
        manual_page("kidny")
    with pytest.raises(InvalidInput, match=r"did you mean rc"):
        rule_shown("RC1988")
