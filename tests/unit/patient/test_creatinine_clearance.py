"""Worked examples of the Cockcroft-Gault formula.

Truth: the examples on superglobalcalculator.com/formulas/pharmacology/creatinine-clearance and
.../formulas/health/creatinine-clearance, printed to one decimal (creatinine in mg/dL).
"""

import pytest

from assuage.patient.quantities import (
    MICROMOL_PER_MG_DL,
    ckd_epi_2021,
    cockcroft_gault,
    ideal_weight,
    weight_for_clearance,
)


@pytest.mark.parametrize(
    ("sex", "age", "weight", "creatinine_mg_dl", "printed"),
    [
        ("male", 65, 70, 1.4, 52.1),
        ("female", 45, 60, 0.9, 74.8),
        ("male", 60, 80, 1.2, 74.1),
        ("female", 45, 65, 0.9, 81.0),  # the page cuts 80.99 to 80.9
    ],
)
def test_the_printed_examples(sex, age, weight, creatinine_mg_dl, printed):
    clearance = cockcroft_gault(
        age=age,
        weight_kg=weight,
        creatinine_umol_l=creatinine_mg_dl * MICROMOL_PER_MG_DL,
        sex=sex,
    )
    assert clearance == pytest.approx(printed, abs=0.06)


@pytest.mark.parametrize(
    ("sex", "age", "creatinine_mg_dl", "printed"),
    [
        # creatinineclearancecalculator.net/equations/ckd-epi: "about 76", its powers rounded
        ("female", 55, 0.9, 76),
        # the National Kidney Foundation's calculator
        ("male", 55, 1.2, 71),
    ],
)
def test_printed_examples_of_ckd_epi_2021(sex, age, creatinine_mg_dl, printed):
    rate = ckd_epi_2021(age=age, creatinine_umol_l=creatinine_mg_dl * MICROMOL_PER_MG_DL, sex=sex)
    assert rate == pytest.approx(printed, abs=0.6)


def test_ckd_epi_2021_at_its_own_knots():
    """At κ both powers are one, and at age 0 only the constants of the paper are left."""
    at_knot = {"female": 0.7 * MICROMOL_PER_MG_DL, "male": 0.9 * MICROMOL_PER_MG_DL}
    rates = {
        sex: ckd_epi_2021(age=0, creatinine_umol_l=creatinine, sex=sex)
        for sex, creatinine in at_knot.items()
    }
    assert rates == pytest.approx({"female": 142 * 1.012, "male": 142})


def test_obesity_adjusts_the_weight():
    """Adjusted weight: ideal and 0.4 of the excess.

    Worked: 70 kg ideal and 120 kg actual give 90 kg (creatinineclearancecalculator.net,
    adjusted-body-weight). A man is 70 kg by Devine at 60 + 20/2.3 inches.
    """
    height = (60 + 20 / 2.3) * 2.54
    assert ideal_weight(height_cm=height, sex="male") == pytest.approx(70)
    used = weight_for_clearance(weight_kg=120, height_cm=height, sex="male")
    assert used == pytest.approx(90)
    assert weight_for_clearance(weight_kg=120, height_cm=None, sex="male") == 120
    slim = 29.9 * (height / 100) ** 2
    assert weight_for_clearance(weight_kg=slim, height_cm=height, sex="male") == slim
