"""The page of a decision: well-formed, whole, and safe with whatever a patient file holds.

Truth: what the decision itself says; nothing of it may be missing, and nothing else may be markup.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from test_report_html import HOSTILE, Page

from assuage.consult.decide import decide
from assuage.consult.library import load_library
from assuage.consult.patient import patient_from_file, patient_from_text
from assuage.options.decision import Decision
from assuage.report.decision_added import citations_of
from assuage.report.decision_html import decision_html
from assuage.report.decision_text import DecisionText
from assuage.report.text import render

EXAMPLES = Path(__file__).parents[3] / "examples"
LIBRARY = load_library()
TODAY = date(2026, 6, 15)
BARE = "age: 50\npain: {condition: painful diabetic neuropathy}\n"


def decided(name: str) -> Decision:
    record = patient_from_file(EXAMPLES / name, LIBRARY, today=TODAY)
    return decide(record, LIBRARY, today=TODAY)


DECISIONS = [decided(path.name) for path in sorted(EXAMPLES.glob("*.yaml"))]


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda d: d.patient[:12])
def test_page_and_text_hold_the_whole_decision(decision: Decision):
    page = Page(decision_html(decision)).text
    printed = " ".join(render(DecisionText(decision), width=200).split())
    for said in (page, printed):
        assert decision.sentence in said
        assert all(weighed.drug in said for weighed in decision.weighed)
        assert all(f"{drug}:" in said for drug in decision.off)
        assert all(asked.text in said for asked in decision.wishes.skipped)
        assert all(citation.source.title in said for citation in citations_of(decision))


def test_the_picture_stands_beside_its_table():
    decision = DECISIONS[0]
    page = Page(decision_html(decision))
    rows = [row for row in page.rows if len(row) == 4 and row[3]]
    counted = [d for d in decision.choice.differences if d.label in {row[0] for row in rows}]
    assert len(counted) == len(decision.choice.differences) > 1
    strips = [attrs for tag, attrs in page.tags if tag == "svg" and attrs.get("class") == "strip"]
    assert len(strips) == len(counted)


def test_where_all_wait_the_page_says_so_and_what_to_record():
    decision = decide(
        patient_from_text(BARE, "bare.yaml", LIBRARY, today=TODAY), LIBRARY, today=TODAY
    )
    page = Page(decision_html(decision)).text
    assert "17 drugs wait for what is not recorded and may be offered once it is." in page
    assert "Record first: the list of allergies" in page


def test_hostile_names_stay_text():
    decision = replace(DECISIONS[0], patient=HOSTILE, not_settled=(HOSTILE,), urgent=(HOSTILE,))
    text = decision_html(decision)
    assert "<script" not in text
    assert text.count("&lt;script&gt;") == 3
    Page(text)
