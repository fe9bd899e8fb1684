"""How loud the screening is: a healthy adult hears little, and few reasons lead for anybody.

Truth: what was asked of it before it was built. A healthy adult with diabetic neuropathy gets
nothing above caution for the three first choices; the median of leading reasons is at most two.
"""

from statistics import median

import pytest
from validation.quietness import DRUGS, screened
from validation.realistic_patients import (
    COUNT,
    healthy_with_diabetic_neuropathy,
    realistic_patients,
)

from assuage.consult.library import load_library
from assuage.options.appraisal import Verdict


@pytest.mark.parametrize("sex", ["female", "male"])
@pytest.mark.parametrize("age", [20, 35, 50, 64])
def test_a_healthy_adult_gets_nothing_above_caution(age: int, sex: str):
    healthy = healthy_with_diabetic_neuropathy(age=age, sex=sex)
    found = {s.drug: s.verdict for s in screened(healthy, load_library())}
    assert {found[drug] for drug in DRUGS} <= {Verdict.SUITABLE, Verdict.CAUTION}


def test_the_median_of_leading_reasons_is_at_most_two():
    library = load_library()
    people = realistic_patients()
    assert len(people) == COUNT
    assert len({str(person) for person in people}) == COUNT, "no two are alike"
    few = [len(s.leading) for person in people for s in screened(person, library)]
    assert median(few) <= 2
