"""Laws of relative exposure, for any adult and any of the 17 drugs.

Truth: what losing an enzyme must mean for a drug that leaves by it, and that what nobody knows can
only widen what is said.
"""

from dataclasses import replace
from functools import cache

import pytest
from any_patient import TODAY, drugs, entry, item, quick, records, words
from hypothesis import assume, given
from hypothesis import strategies as st

from assuage.exposure.dose import start_for_exposure
from assuage.exposure.model import fit_exposure
from assuage.exposure.relative import relative_exposure
from assuage.knowledge.drugs import load_drugs
from assuage.knowledge.exposure_ratios import load_exposure
from assuage.patient.derivation import derive_facts
from assuage.plan.tablets import makeable_doses
from assuage.units import mg_per_day

STRONG = tuple(
    name for name, m in sorted(words().medicines.items()) if "cyp2d6_strong_inhibitor" in m.concepts
)
LIVER_PUBLISHED = {"paroxetine", "mirtazapine", "milnacipran"}
SLOWER = ("ultrarapid", "normal", "intermediate", "poor")
genes = st.fixed_dictionaries(
    {}, optional={gene: st.sampled_from(SLOWER) for gene in ("CYP2D6", "CYP2C19")}
)
some_drug = st.sampled_from(drugs())


@cache
def model():
    return fit_exposure(load_exposure(words()))


def exposure(drug, record):
    return relative_exposure(drug, derive_facts(record, words(), today=TODAY), model())


@quick
@given(records(), genes, some_drug, st.sampled_from(["CYP2D6", "CYP2C19"]))
def test_a_slower_gene_never_lowers_the_drug_itself(record, genotypes, drug, gene):
    found = [
        exposure(drug, replace(record, genotypes={**genotypes, gene: phenotype})).parent_median
        for phenotype in SLOWER
    ]
    assert found == sorted(found)


@quick
@given(records(), genes, some_drug, st.sampled_from(STRONG))
def test_a_strong_inhibitor_never_lowers_the_drug_itself(record, genotypes, drug, inhibitor):
    before = replace(record, genotypes=genotypes, medications=record.medications or ())
    after = replace(before, medications=(*before.medications, entry(inhibitor)))
    assert exposure(drug, after).parent_median >= exposure(drug, before).parent_median * (1 - 1e-12)


@quick
@given(records(), genes, some_drug)
def test_an_unpublished_factor_only_widens(record, genotypes, drug):
    assume(drug not in LIVER_PUBLISHED)
    before = replace(record, genotypes=genotypes, conditions=(), absent=())
    one = exposure(drug, before)
    other = exposure(drug, replace(before, conditions=(item("hepatic_impairment"),)))
    assert other.log_mean == pytest.approx(one.log_mean, abs=1e-12)
    assert other.log_sd > one.log_sd
    assert other.low < one.low <= one.high < other.high
    assert "No ratio is published" in other.statement


@quick
@given(records(), genes, some_drug)
def test_the_numbers_agree_with_each_other(record, genotypes, drug):
    found = exposure(drug, replace(record, genotypes=genotypes))
    assert found.low <= found.median <= found.high
    product = 1.0
    for factor in found.factors:
        product *= factor.ratio
        assert factor.low < factor.ratio < factor.high
        assert factor.published == (factor.basis == "published")
        assert bool(factor.citation) == (factor.basis != "not published")
    assert found.median == pytest.approx(product)
    assert (found.log_sd == 0) == (not found.factors)
    for factor in found.factors:
        assert factor.what in found.statement


@quick
@given(records(), genes, some_drug)
def test_a_start_is_never_raised(record, genotypes, drug):
    start, doses = usual_start(drug)
    found = start_for_exposure(start, doses, exposure(drug, replace(record, genotypes=genotypes)))
    assert found.dose <= start
    assert 0 < found.cut <= 1


@cache
def usual_start(drug):
    doses = makeable_doses(load_drugs()[drug].products, up_to=mg_per_day(300))
    return doses[len(doses) // 2], doses
