"""Doses from strengths. Truth: counted by hand, and a brute-force search over all counts."""

from decimal import Decimal
from itertools import product as every

from hypothesis import given
from hypothesis import strategies as st

from assuage.plan.dosing import Intakes, Product
from assuage.plan.tablets import make_up, makeable_doses, share_over_day
from assuage.provenance import Citation, Cited, Source
from assuage.units import mg_per_day

HERE = Citation(source=Source(id="test", title="a test"))


def tablet(mg: str, *, halves: bool = False) -> Product:
    return Product(form="tablet", strength=Decimal(mg), citation=HERE, may_be_halved=halves)


def test_the_fewest_pieces_are_not_the_greedy_ones():
    # Greedy from 50: 50 + 10 + 10 + 10 (four); best: 40 + 40 (two).
    made = make_up(Decimal(80), (tablet("10"), tablet("40"), tablet("50")))
    assert [str(count) for count in made or ()] == ["2 x 40 mg tablet"]


def test_halves_only_where_they_are_allowed():
    assert make_up(Decimal("7.5"), (tablet("15"),)) is None
    made = make_up(Decimal("7.5"), (tablet("15", halves=True),))
    assert [str(count) for count in made or ()] == ["half a 15 mg tablet"]


def test_a_whole_tablet_goes_before_a_half_of_the_same_dose():
    made = make_up(Decimal(10), (tablet("20", halves=True), tablet("10")))
    assert [str(count) for count in made or ()] == ["1 x 10 mg tablet"]


def test_liquids_are_not_counted():
    liquid = Product(form="oral_solution", strength=Decimal(2), citation=HERE)
    assert makeable_doses((liquid,), up_to=Decimal(10)) == ()


def test_a_divided_dose_that_cannot_be_even_is_larger_later():
    intakes = Intakes(
        times=("bedtime",),
        citation=HERE,
        split_above=Cited(value=mg_per_day(50), citation=HERE),
        divided=("morning", "bedtime"),
    )
    shared = share_over_day(mg_per_day(75), (tablet("25"), tablet("50")), intakes)
    assert [str(intake) for intake in shared or ()] == [
        "1 x 25 mg tablet in the morning",
        "1 x 50 mg tablet at bedtime",
    ]


@given(
    st.sets(st.sampled_from([5, 10, 20, 25, 30, 40]), min_size=1, max_size=3),
    st.integers(1, 24).map(lambda n: 5 * n),
)
def test_no_search_finds_fewer_pieces(strengths: set[int], dose: int):
    made = make_up(Decimal(dose), tuple(tablet(str(mg)) for mg in sorted(strengths)))
    totals = [
        sum(counts)
        for counts in every(*(range(dose // mg + 1) for mg in strengths))
        if sum(n * mg for n, mg in zip(counts, strengths, strict=True)) == dose
    ]
    assert (made is None) == (not totals)
    if made is not None:
        assert sum(count.number for count in made) == min(totals)
        assert sum(count.number * count.product.strength for count in made) == dose
