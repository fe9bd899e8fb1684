"""What must be said before any drug is: a danger of today."""

from assuage.patient.facts import SUICIDAL_NOW, Facts
from assuage.patient.finding import Finding

SUICIDAL = (
    "Suicidal thoughts now: before any antidepressant for pain, assess the risk today: intent, "
    "plan, means, who is with them.",
    "Do not leave the person alone while the danger is acute; call the mental health crisis team "
    "or emergency services; agree who is called and how, and make means safe, hoarded tablets too.",
    "If a drug is started all the same: with those who treat the crisis, in small quantities, seen "
    "within a week and after each step. Tricyclics are the most dangerous in overdose.",
)
"""Assuage's own words (decision 0008); no guideline on self-harm was read for them."""


def urgent_now(facts: Facts) -> tuple[str, ...]:
    """Return what to do first; nothing where no such danger is recorded."""
    return SUICIDAL if facts.has(SUICIDAL_NOW).finding is Finding.PRESENT else ()
