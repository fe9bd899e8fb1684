"""The patient's page can be read at 12 years, and what must be seen stands out in grey.

Truth: textstat's Flesch-Kincaid and Coleman-Liau grades, by syllables and by letters, which are
school years (the sixth is 11 to 12 years old), and for German the first Wiener Sachtextformel
(Bamberger and Vanecek), a school year too; contrast as WCAG 2.2 defines it.
"""

import re
from importlib.resources import files

import pytest
import textstat
from papers_sample import example
from test_report_contrast import contrast

from assuage.messages import Language
from assuage.report.papers.patient import patient_rows

CSS = (files("assuage.report") / "templates" / "paper.css").read_text()
COLOURS = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", CSS))
DRUGS = ["duloxetine", "amitriptyline", "venlafaxine", "citalopram", "bupropion", "mirtazapine"]


def words(drug: str, language: Language) -> str:
    """Return the prose of the page; legends of pictures are so short that they would flatter it."""
    page = patient_rows(example(drug, language))
    said = (page.purpose, *page.relief, *page.effects, *page.habits, *page.meetings)
    said = (*said, *page.deal, *page.never, *page.urgent)
    return " ".join(f"{each.text.rstrip('.?')}." for each in said).replace("\u00a0", " ")


@pytest.mark.parametrize("drug", DRUGS)
def test_english_is_read_in_the_sixth_school_year(drug: str):
    textstat.set_lang("en")
    assert textstat.flesch_kincaid_grade(words(drug, "en")) <= 6
    assert textstat.coleman_liau_index(words(drug, "en")) <= 6


@pytest.mark.parametrize("drug", DRUGS)
def test_german_is_read_in_the_sixth_school_year(drug: str):
    textstat.set_lang("de")
    assert textstat.wiener_sachtextformel(words(drug, "de"), 1) <= 6.5
    assert textstat.flesch_reading_ease(words(drug, "de")) >= 60


def test_a_label_would_not_pass():
    textstat.set_lang("en")
    said = (
        "Hyponatraemia has been reported following administration of serotonergic antidepressants, "
        "predominantly in elderly individuals receiving concomitant diuretic medication."
    )
    assert textstat.flesch_kincaid_grade(said) > 12


def test_words_and_marks_stand_out_from_the_paper():
    for colour in ("ink", "soft", "accent", "harm", "stop"):
        assert contrast(COLOURS[colour], COLOURS["paper"]) >= 4.5
    assert contrast(COLOURS["rest"], COLOURS["paper"]) >= 3


@pytest.mark.parametrize("dark", ["accent", "harm"])
def test_figures_differ_in_grey_where_the_colour_is_lost(dark: str):
    # Filled dark, filled light, outlined: in luminance, not in hue alone.
    assert contrast(COLOURS[dark], COLOURS["rest"]) >= 1.5
