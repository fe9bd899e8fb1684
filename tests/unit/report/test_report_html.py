"""Pages: well-formed, self-contained, complete, and safe with whatever a patient file holds."""

from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from report_plan_sample import PLAN
from report_sample import APPRAISAL, DRUGS, STAMP
from report_sample_words import PRESENTATION

from assuage.options.appraisal import Appraisal
from assuage.provenance import Citation, Source
from assuage.report.appraisal_html import appraisal_html, range_words
from assuage.report.chart import People
from assuage.report.plan_html import plan_html

VOID = {"meta", "br", "hr", "img", "input", "link", "col"}
HOSTILE = "<script>alert('x')</script> & \"quoted\" {{ 7*7 }} </style>"


class Page(HTMLParser):
    """Check nesting while reading, and collect what a test asks about."""

    def __init__(self, text: str):
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        self.rows = [[" ".join(cell.split()) for cell in row] for row in self.rows]
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]):
        assert len({name for name, _ in attrs}) == len(attrs), (tag, attrs)
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in {"th", "td"}:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str):
        assert self.open.pop() == tag, f"</{tag}> closes something else at {self.getpos()}"

    def handle_data(self, data: str):
        if not {"style", "title", "desc"} & set(self.open):
            self.words.append(data)
            if {"th", "td"} & set(self.open):
                self.rows[-1][-1] += data

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def attributes(self, name: str) -> list[str]:
        return [str(attrs[name]) for _, attrs in self.tags if name in attrs]


def pages() -> list[tuple[str, str]]:
    return [
        ("appraisal", appraisal_html(APPRAISAL, PRESENTATION)),
        ("plan", plan_html(PLAN, STAMP, patient=APPRAISAL.patient)),
    ]


@pytest.fixture(params=pages(), ids=lambda page: page[0])
def html(request: pytest.FixtureRequest) -> str:
    return request.param[1]


def test_pages_are_well_formed_and_say_their_language(html: str):
    page = Page(html)
    assert html.startswith("<!doctype html>")
    assert ("html", {"lang": "en"}) in page.tags
    tags = Counter(tag for tag, _ in page.tags)
    assert [tags[t] for t in ("main", "header", "footer", "h1", "title")][:4] == [1, 1, 1, 1]


def test_ids_are_unique_and_every_reference_leads_to_one(html: str):
    page = Page(html)
    ids = Counter(page.attributes("id"))
    assert [name for name, n in ids.items() if n > 1] == []
    wanted = {name for value in page.attributes("aria-labelledby") for name in value.split()}
    wanted |= {href[1:] for href in page.attributes("href") if href.startswith("#")}
    assert wanted - set(ids) == set()


def test_pages_load_nothing_and_run_nothing(html: str):
    page = Page(html)
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "video", "audio"}
    assert page.attributes("src") == []
    assert "url(" not in html
    assert "@import" not in html
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    links = [attrs for tag, attrs in page.tags if tag == "a"]
    assert all(str(a["href"]).startswith(("#", "https://", "http://")) for a in links)


def test_pictures_have_a_title_and_tables_name_their_heads(html: str):
    page = Page(html)
    pictures = [attrs for tag, attrs in page.tags if tag == "svg"]
    assert pictures
    images = sum(attrs.get("role") == "img" for attrs in pictures)
    titles = html.count("<title") - 1
    assert titles == images
    assert all("scope" in attrs for tag, attrs in page.tags if tag == "th")


def test_every_drug_is_in_the_overview_and_among_the_reasons():
    page = Page(appraisal_html(APPRAISAL, PRESENTATION))
    heads = [row[0].split() for row in page.rows if row and row[0]]
    for drug in DRUGS:
        assert any(drug in head for head in heads), drug
        assert f"reasons-{drug}" in page.attributes("id")


def test_a_row_of_the_overview_reads_as_the_numbers_are():
    page = Page(appraisal_html(APPRAISAL, PRESENTATION))
    assert next(row for row in page.rows if row[0] == "1. duloxetine 60") == [
        "1. duloxetine 60",
        "414",
        "+152 (+91 to +216)",
        "",  # drawn
        "110",
        "+62 (+32 to +103)",
        "",
        "moderate",
        "trials",
        "38%",
    ]


def test_versions_and_intended_use_are_on_top():
    for html in (appraisal_html(APPRAISAL, PRESENTATION), plan_html(PLAN, STAMP, patient="x")):
        top = html.split("<main")[0]
        assert "advises and never orders. It is not a medical device" in top
        assert "assuage 0.1.0, knowledge 2026.1, evidence release 2026.1" in top


def test_no_data_is_said_and_no_zero_is_put_in_its_place():
    page = Page(appraisal_html(APPRAISAL, PRESENTATION))
    rows = [row for row in page.rows if row and row[0].startswith(("mirtazapine", "trazodone"))]
    assert [row[1:] for row in rows] == [["", "no data", "", "", "no data", *[""] * 4]] * 2
    assert "No data at any dose: dry mouth; headache." in page.text


def test_words_of_the_patient_file_stay_words():
    first = APPRAISAL.options[0].reasons[0]
    source = Source(id="evil", title=HOSTILE, url="javascript:alert(1)")
    reason = replace(
        first, sentence=HOSTILE, because=HOSTILE, do=HOSTILE, citation=Citation(source=source)
    )
    option = replace(APPRAISAL.options[0], drug="ami<b>", reasons=(reason,))
    hostile: Appraisal = replace(
        APPRAISAL,
        patient=HOSTILE,
        condition=HOSTILE,
        options=(option, *APPRAISAL.options[1:]),
        choices={HOSTILE: HOSTILE},
        not_checked=(HOSTILE,),
    )
    for html in (
        appraisal_html(hostile, PRESENTATION),
        plan_html(PLAN, STAMP, patient=HOSTILE),
    ):
        page = Page(html)
        assert "script" not in {tag for tag, _ in page.tags}
        assert HOSTILE in page.text
        assert "javascript:" not in "".join(page.attributes("href"))


def test_versions_and_intended_use_are_in_the_foot(html: str):
    text = Page(html).text
    assert "assuage 0.1.0, knowledge 2026.1, evidence release 2026.1" in text
    assert "It is not a medical device" in text
    assert "not by a panel" in text


def test_the_plan_can_be_ticked_and_read_by_the_patient():
    page = Page(plan_html(PLAN, STAMP, patient="someone"))
    assert [row for row in page.rows if row and "Blood pressure" in row[0]] == [
        ["Blood pressure* It can rise [1, section 2.4]", "due", "due", ""]
    ]
    handout = page.text.split("For you: your duloxetine plan")[1]
    for words in (
        "15 June 2026 to 21 June 2026: 1 × 30 mg capsule in the morning.",
        "From 22 June 2026 on: 2 × 30 mg capsule in the morning; 1½ × 7.5 mg tablet",
        "29 June 2026: how you get on with it.",
        "Get help the same day Thoughts of harm.",
    ):
        assert words in handout


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (9, 22, "The drug’s own share could be anything from 9 to 22 of 100."),
        (-7, -2, "With the drug it could be from 2 to 7 of 100 fewer."),
        (-3, 8, "It could also be 3 fewer, or up to 8 more, of 100: the trials leave it open."),
    ],
)
def test_the_range_is_said_in_words(low: int, high: int, words: str):
    assert range_words(People(anyway=0, because=0, instead=0, neither=100, low=low, high=high)) == (
        words
    )
