"""Worked examples of the Cockcroft-Gault formula.

Truth: the examples on superglobalcalculator.com/formulas/pharmacology/creatinine-clearance and
.../formulas/health/creatinine-clearance, printed to one decimal (creatinine in mg/dL).
"""

import pytest

from assuage.patient.quantities import MICROMOL_PER_MG_DL, cockcroft_gault


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
