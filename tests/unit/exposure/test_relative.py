"""A person's exposure: what counts, what does not, and what is said where nothing is published.

Truth: rows of the table taken by hand, the static formula, and what each situation must mean.
"""

from datetime import date
from decimal import Decimal
from math import exp, log, sqrt

import numpy as np
import pytest
from people import exposure, medicine, model

from assuage.exposure.change import UNPUBLISHED_SD
from assuage.exposure.dose import ExposureStart, equivalent_dose, start_for_exposure
from assuage.exposure.model import NEW_STUDY_SPREAD
from assuage.exposure.relative import RelativeExposure
from assuage.units import mg_per_day

POOR = {"CYP2D6": "poor"}
SPREAD2 = NEW_STUDY_SPREAD**2


def said(found):
    return [(factor.what, factor.basis) for factor in found.factors]


def test_without_factors_the_ratio_is_exactly_one():
    assert exposure("nortriptyline", genotypes={"CYP2D6": "normal", "CYP2C19": "normal"}) == (
        RelativeExposure(
            drug="nortriptyline",
            analyte="nortriptyline",
            log_mean=0.0,
            log_sd=0.0,
            median=1.0,
            low=1.0,
            high=1.0,
            parent_median=1.0,
            factors=(),
            not_recorded=(),
            statement="Nothing recorded is known to change the exposure to nortriptyline.",
        )
    )


def test_what_was_not_recorded_is_named_and_not_filled_in():
    found = exposure("amitriptyline", listed=False)
    assert (found.median, found.not_recorded) == (1.0, ("CYP2D6", "CYP2C19", "medications"))
    assert exposure("milnacipran", listed=False).not_recorded == ()


def test_a_single_published_row_is_pooled_with_the_spread_of_one_study():
    # Paroxetine label: about twice at 30-60 mL/min.
    found = exposure("paroxetine", crcl=45)
    (factor,) = found.factors
    assert found.median == pytest.approx(2.0)
    assert found.log_sd == pytest.approx(sqrt(2 * SPREAD2))
    assert (factor.low, factor.high) == (pytest.approx(found.low), pytest.approx(found.high))
    assert factor.published
    assert [str(c) for c in factor.citation] == [
        "Paroxetine US label text (medlibrary), Paxil label"
    ]
    assert found.high == pytest.approx(2 * exp(1.959964 * found.log_sd))


@pytest.mark.parametrize(
    ("clearance", "median"), [(100, 1.0), (60, 1.0), (59, 2.0), (30, 2.0), (29, 4.0), (5, 4.0)]
)
def test_the_kidneys_count_by_the_range_of_the_source(clearance, median):
    assert exposure("paroxetine", crcl=clearance).median == pytest.approx(median)


def test_a_recorded_grade_worse_than_the_number_decides():
    severe = ("severe_renal_impairment",)
    assert exposure("paroxetine", crcl=45, conditions=severe).median == pytest.approx(4.0)
    assert exposure("paroxetine", conditions=severe).median == pytest.approx(4.0)
    assert said(exposure("paroxetine", crcl=10)) == [("kidney function 10 mL/min", "published")]


def test_a_share_excreted_unchanged_predicts_what_failing_kidneys_do():
    # Milnacipran: 55% unchanged; at 20 of 100 mL/min 1 / (1 - 0.55 x 0.8).
    found = exposure("milnacipran", crcl=20)
    assert found.median == pytest.approx(1 / (1 - 0.55 * 0.8))
    assert said(found) == [("kidney function 20 mL/min", "predicted")]


def test_where_nothing_is_published_the_ratio_is_one_and_wide_and_said():
    found = exposure("nortriptyline", crcl=20)
    assert (found.median, found.log_sd) == (1.0, pytest.approx(UNPUBLISHED_SD))
    assert (found.low, found.high) == (pytest.approx(0.5), pytest.approx(2.0))
    assert not found.factors[0].published
    assert found.statement == (
        "The exposure to nortriptyline is judged at 1.0 times the usual one (95% interval 0.50 to "
        "2.0). No ratio is published for nortriptyline; taken as 1, widely: kidney function 20 "
        "mL/min."
    )


def test_a_ratio_of_the_old_holds_their_kidneys():
    assert exposure("paroxetine", age=80).median == pytest.approx(1.75)
    assert exposure("paroxetine", age=80, crcl=45).median == pytest.approx(2.0)


def test_each_sex_differs_by_half_from_people_of_both():
    # Duloxetine, two models: women have 1.333 and 1.667 times the exposure of men.
    both = sqrt(1.333 * 1.667)
    woman, man = exposure("duloxetine", sex="female"), exposure("duloxetine", sex="male")
    assert woman.median == pytest.approx(sqrt(both))
    assert man.median == pytest.approx(1 / sqrt(both))
    assert exposure("sertraline", sex="male", age=30).median == pytest.approx(0.625)
    assert exposure("sertraline", sex="male", age=50).factors == ()


def test_organs_and_medicines_multiply_as_published():
    # Mirtazapine: liver 1.43; carbamazepine 0.40; smoking says nothing of it.
    found = exposure(
        "mirtazapine", "carbamazepine", conditions=("hepatic_impairment",), smoker=True
    )
    assert found.median == pytest.approx(1.43 * 0.40)
    # Each mean has the spread of its one study; then a further study, and a product not studied.
    assert found.log_sd == pytest.approx(sqrt(4 * SPREAD2))
    assert exposure("duloxetine", smoker=True).median == pytest.approx(0.7)


def test_a_medicine_printed_as_a_whole_is_not_predicted_again_enzyme_by_enzyme():
    assert said(exposure("mirtazapine", "cimetidine")) == [("cimetidine", "published")]
    assert exposure("mirtazapine", "cimetidine").median == pytest.approx(1.5)


def test_a_gene_that_was_studied_is_published_and_one_that_was_not_is_predicted():
    assert said(exposure("desipramine", genotypes=POOR)) == [
        ("CYP2D6 poor metaboliser", "published")
    ]
    found = exposure("nortriptyline", genotypes=POOR)
    assert said(found) == [("CYP2D6 poor metaboliser", "predicted")]
    assert found.median == pytest.approx(4.0)  # a main route by its prior: 1 / (1 - 0.75)
    assert "No ratio is published for nortriptyline" in found.statement
    assert exposure("desvenlafaxine", genotypes=POOR).factors == ()


def test_a_studied_gene_lies_near_its_studies():
    # Desipramine in poor metabolisers: 4.45 (Brosen 1988) and 4.64, a lower bound (Spina 1987).
    found = exposure("desipramine", genotypes=POOR)
    assert 3.5 < found.median < 6.5
    assert found.low < 4.45 < found.high


def test_a_drug_that_inhibits_itself_is_judged_between_one_and_its_single_doses():
    # Paroxetine, 5.9 times in poor metabolisers after one dose (Yoon 2000); CPIC halves its dose.
    found = exposure("paroxetine", genotypes=POOR)
    single = 1 / (1 - model().static.share("paroxetine", "CYP2D6"))
    assert found.median == pytest.approx(sqrt(single))
    assert found.low < 2 < found.high
    assert found.low < 1
    assert found.high > single


def test_without_the_enzyme_an_inhibitor_changes_nothing_more():
    alone = exposure("desipramine", genotypes=POOR)
    beside = exposure("desipramine", "paroxetine", genotypes=POOR)
    assert (beside.log_mean, beside.log_sd) == (alone.log_mean, alone.log_sd)
    assert "changes nothing more" in beside.factors[0].because


def test_a_strong_inhibitor_makes_the_gene_nearly_moot():
    # Activity left: 0.04 of usual, or 0.04 x 1.5; without paroxetine the gene takes off a quarter.
    normal = exposure("desipramine", "paroxetine")
    fast = exposure("desipramine", "paroxetine", genotypes={"CYP2D6": "ultrarapid"})
    left = model().static.residual("paroxetine", "CYP2D6")
    share = model().static.share("desipramine", "CYP2D6")
    assert fast.median == pytest.approx(1 / (1 - share * (1 - 1.5 * left)))
    assert 0.85 < fast.median / normal.median < 1
    assert fast.log_sd > normal.log_sd


def test_of_two_inhibitors_the_stronger_counts():
    both = exposure("desipramine", "paroxetine", "sertraline")
    assert both.log_mean == exposure("desipramine", "paroxetine").log_mean
    assert said(both) == [("paroxetine (inhibits CYP2D6)", "published")]


def test_fluoxetine_acts_for_five_weeks_after_the_last_dose_and_others_do_not():
    def stopped(name, day):
        return exposure("desipramine", medicine(name, stopped=date(2026, 5, day))).factors

    assert stopped("fluoxetine", 11)  # 35 days ago
    assert not stopped("fluoxetine", 10)
    assert not stopped("paroxetine", 31)
    planned = medicine("paroxetine", started=date(2026, 7, 1))
    assert exposure("desipramine", planned).factors == ()


def test_a_drug_does_not_inhibit_itself():
    assert exposure("paroxetine", "paroxetine").factors == ()


def test_the_sum_with_the_metabolite_moves_otherwise_than_the_drug():
    # CYP2D6 makes O-desmethylvenlafaxine: the sum hardly moves (Eur J Clin Pharmacol 2008). It
    # clears amitriptyline and nortriptyline: both rise. CYP2C19 turns one into the other.
    venlafaxine = exposure("venlafaxine", genotypes=POOR)
    assert venlafaxine.analyte == "venlafaxine with O-desmethylvenlafaxine"
    assert venlafaxine.parent_median > 3
    assert 1 < venlafaxine.median < 2
    amitriptyline = exposure("amitriptyline", genotypes=POOR)
    assert amitriptyline.median > amitriptyline.parent_median > 1
    demethylated = exposure("amitriptyline", genotypes={"CYP2C19": "poor"})
    assert 1 < demethylated.median < demethylated.parent_median
    assert "Venlafaxine itself" in venlafaxine.statement


def test_the_sum_is_worked_out_between_its_bounds():
    # Venlafaxine in poor metabolisers: part 0.215 of the sum is venlafaxine, which rises R times;
    # its metabolite falls to nothing, or stays.
    found = exposure("venlafaxine", genotypes=POOR)
    rise = found.parent_median
    low, high = 0.215 * rise, 0.215 * rise + 0.785
    assert found.median == pytest.approx(sqrt(low * high))


def test_a_ratio_of_the_drug_itself_holds_all_that_the_medicine_does():
    # Fluvoxamine inhibits CYP2D6 as well; fluoxetine CYP2C19: the published ratios hold both.
    assert said(exposure("duloxetine", "fluvoxamine")) == [
        ("fluvoxamine (inhibits CYP1A2)", "published")
    ]
    assert said(exposure("imipramine", "fluoxetine")) == [
        ("fluoxetine (inhibits CYP2D6)", "published")
    ]


def test_two_enzymes_whose_studies_contradict_each_other_are_said():
    found = exposure("duloxetine", "fluvoxamine", "paroxetine")
    assert "contradict each other" in found.statement
    assert "contradict" not in exposure("duloxetine", "fluvoxamine").statement
    ratios = [factor.ratio for factor in found.factors]
    assert found.median == pytest.approx(ratios[0] * ratios[1])


def test_a_dose_means_its_ratio_draw_by_draw():
    found = exposure("paroxetine", crcl=45)
    normals = np.array([-1.0, 0.0, 1.0])
    assert equivalent_dose(mg_per_day(20), found, normals) == pytest.approx(
        [20 * exp(log(2) - found.log_sd), 40.0, 20 * exp(log(2) + found.log_sd)]
    )
    unchanged = exposure("paroxetine")
    assert equivalent_dose(mg_per_day(20), unchanged, normals).tolist() == [20.0, 20.0, 20.0]


def made(*doses):
    return tuple(mg_per_day(dose) for dose in doses)


def test_a_start_is_divided_by_the_rise_and_cut_to_what_strengths_make():
    halved = exposure("paroxetine", crcl=45)
    assert start_for_exposure(mg_per_day(25), made(5, 10, 20, 25), halved) == ExposureStart(
        dose=mg_per_day(10),
        cut=pytest.approx(0.5),
        reached=True,
        because="paroxetine at 2.0 times the usual exposure",
    )


def test_a_start_that_strengths_cannot_make_is_the_lowest_there_is_and_says_so():
    found = start_for_exposure(mg_per_day(20), made(20, 40), exposure("paroxetine", crcl=20))
    assert (found.dose, found.reached) == (Decimal(20), False)
    assert found.because.endswith("no strength makes as little as 5 mg")


def test_a_lower_exposure_raises_no_start():
    found = start_for_exposure(
        mg_per_day(10), made(5, 10, 20), exposure("trazodone", "carbamazepine")
    )
    assert found == ExposureStart(dose=mg_per_day(10), cut=1.0, reached=True, because="")


@pytest.mark.parametrize(
    ("drug", "medicines", "genotypes"),
    [
        *(
            (drug, (), POOR)
            for drug in (
                *("amitriptyline", "nortriptyline", "imipramine", "desipramine", "clomipramine"),
                *("venlafaxine", "paroxetine"),
            )
        ),
        *(
            (drug, ("paroxetine",), {})
            for drug in (
                *("amitriptyline", "nortriptyline", "imipramine", "desipramine", "clomipramine"),
                *("venlafaxine", "duloxetine"),
            )
        ),
        ("escitalopram", (), {"CYP2C19": "poor"}),
        ("citalopram", (), {"CYP2C19": "poor"}),
        ("sertraline", (), {"CYP2C19": "poor"}),
        ("duloxetine", ("fluvoxamine",), {}),
    ],
)
def test_starts_are_lower_where_guidelines_and_labels_lower_them(drug, medicines, genotypes):
    found = exposure(drug, *medicines, genotypes=genotypes)
    start = start_for_exposure(mg_per_day(100), made(*range(1, 200)), found)
    assert 10 <= start.dose <= 80


def test_the_drug_itself_can_lower_a_start_where_the_sum_does_not():
    found = exposure("venlafaxine", genotypes=POOR)
    assert start_for_exposure(
        mg_per_day(75), made("12.5", "18.75", "37.5", 75), found
    ).dose == mg_per_day("12.5")
