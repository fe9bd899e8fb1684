"""The pages on history and combination show what the program computes.

Truth: the model and the steps themselves, printed to the places that the pages show.
"""

import re
from pathlib import Path

import numpy as np
import pytest

from assuage.knowledge.combination import load_combinations
from assuage.knowledge.history import load_history
from assuage.options.history import PastAttempt, benefit_shifts

PAGES = Path(__file__).parents[2] / "docs" / "explanation"
RELATIONS = {
    "the same drug": "amitriptyline",
    "another of its class": "nortriptyline",
    "any other": "duloxetine",
}
CLASSES = {"amitriptyline": "tca", "nortriptyline": "tca", "duloxetine": "snri"}


def test_the_shifts_on_the_page_are_those_of_the_model():
    page = (PAGES / "history-and-goals.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z ]+) \| (-[\d.]+) \(([\d.]+)\) \| (\d+)% \|$", page, re.MULTILINE)
    past = [PastAttempt(drug="amitriptyline", drug_class="tca", went="failed")]
    shift = {
        s.drug: s
        for s in benefit_shifts(past, CLASSES, load_history())
        if s.outcome == "pain_relief_50"
    }
    usual = load_history().usual["pain_relief_50"]
    odds = {d: np.exp(s.log_odds_mean) * usual / (1 - usual) for d, s in shift.items()}
    assert rows == [
        (
            relation,
            f"{shift[drug].log_odds_mean:.2f}",
            f"{shift[drug].log_odds_sd:.2f}",
            f"{100 * odds[drug] / (1 + odds[drug]):.0f}",
        )
        for relation, drug in RELATIONS.items()
    ]


@pytest.mark.parametrize("drug", ["pregabalin", "gabapentin"])
def test_limits_by_kidney_function_on_the_page_are_those_of_the_rules(drug: str):
    page = (PAGES / "combination.md").read_text(encoding="utf-8")
    table = page[page.index(f"| {drug}, clearance") :].split("\n")[1:4]
    on_page = {
        tuple(int(cell.replace(",", "").split()[0]) for cell in row.split("|")[2:5:2])
        for row in table
        if " mg |" in row
    }
    rules = [each.rule for each in load_combinations().rules.rules if each.rule.about == drug]
    held = {(int(r.start_cap), int(r.cap)) for r in rules if r.cap and r.start_cap}
    assert on_page == held
