"""Laws of weighing: the additive value model, whatever the numbers.

Truth: the model written a second time, by plain loops over draws; and what must hold of any
additive value: only ratios of weights count, a weight alone gives its outcome's order, nothing
worse on everything comes first, and the weight said to turn the order turns it.
"""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from made_up_options import expectations, offered

from assuage.evidence.network import Floats
from assuage.options.choice import Choice, weigh_up
from assuage.options.criteria import Criterion
from assuage.options.effect_draws import COUNT
from assuage.options.ordering import Weight, order

RELIEF, STOPPED, NAUSEA = "pain_relief_50", "withdrawal_adverse_event", "nausea"
GOOD = {RELIEF: 1, STOPPED: -1, NAUSEA: -1}
DRUGS = ("amine", "bimine", "cimine")
MadeUp = dict[str, dict[str, Floats | None]]

share = st.floats(-0.3, 0.5)
row = st.fixed_dictionaries(dict.fromkeys(GOOD, share))
rows = st.fixed_dictionaries(dict.fromkeys(DRUGS, row))
weight = st.floats(0.01, 10)
weights = st.fixed_dictionaries(dict.fromkeys(GOOD, weight))


def drawn(means: dict[str, dict[str, float]], seed: int = 0, sd: float = 0.05) -> MadeUp:
    source = np.random.default_rng(seed)
    return {
        drug: {name: mean + sd * source.standard_normal(COUNT) for name, mean in by_name.items()}
        for drug, by_name in means.items()
    }


def weighed(by_outcome: dict[str, float]) -> tuple[Weight, ...]:
    return tuple(Weight(outcome=o, weight=w, why="") for o, w in by_outcome.items())


def choice(table: MadeUp, by_outcome: dict[str, float], criterion: Criterion | None = None):
    return weigh_up(
        expectations(table),
        offered=offered(table),
        weights=weighed(by_outcome),
        criteria=() if criterion is None else (criterion,),
    )


def by_loops(
    table: MadeUp, by_outcome: dict[str, float], criterion: Criterion
) -> dict[str, list[float]]:
    """Value in each draw: 1,000 people, each outcome's difference, its sign and its weight."""
    lists = {
        drug: {name: list(map(float, x)) for name, x in found.items() if x is not None}
        for drug, found in table.items()
    }
    return {
        drug: [
            sum(1000 * GOOD[name] * by_outcome[name] * found[name][i] for name in GOOD)
            - criterion.weight * criterion.amounts[drug]
            for i in range(COUNT)
        ]
        for drug, found in lists.items()
    }


@pytest.mark.parametrize("batch", range(10))
def test_a_thousand_tables_agree_with_plain_loops(batch: int):
    source = np.random.default_rng(batch)
    for _ in range(100):
        means = {d: {o: float(source.uniform(-0.2, 0.3)) for o in GOOD} for d in DRUGS}
        table = drawn(means, int(source.integers(1 << 30)), float(source.uniform(0.001, 0.2)))
        by_outcome = {o: float(source.uniform(0, 3)) for o in GOOD}
        cost = Criterion(
            id="cost",
            label="",
            source="",
            amounts={d: float(source.uniform(0, 90)) for d in DRUGS},
            weight=float(source.uniform(0, 2)),
        )
        found = choice(table, by_outcome, cost)
        loops = by_loops(table, by_outcome, cost)
        mean = {drug: sum(values) / COUNT for drug, values in loops.items()}
        assert [s.drug for s in found.ordering.standings] == sorted(mean, key=lambda d: -mean[d])
        for s in found.ordering.standings:
            assert s.value == pytest.approx(mean[s.drug], rel=1e-9, abs=1e-9)
            ends = np.quantile(loops[s.drug], (0.025, 0.975))
            assert (s.value_low, s.value_high) == pytest.approx(tuple(ends), rel=1e-9, abs=1e-9)
            best = [max(loops, key=lambda d, i=i: loops[d][i]) for i in range(COUNT)]
            assert s.best_probability == pytest.approx(best.count(s.drug) / COUNT)
        for a, b in permutations(DRUGS, 2):
            wins = sum(x > y for x, y in zip(loops[a], loops[b], strict=True)) / COUNT
            assert found.pairwise[a, b] == pytest.approx(wins)
        assert sum(d.worth for d in found.differences) == pytest.approx(
            mean[str(found.first)] - mean[str(found.second)], abs=1e-9
        )


def told(found: Choice) -> tuple[object, ...]:
    return (
        [(s.drug, s.best_probability) for s in found.ordering.standings],
        found.kind,
        [d.column for d in found.differences],
        found.dominated,
        [flip.column for flip in found.flips],
    )


@settings(max_examples=60, deadline=None)
@given(rows, weights, st.integers(-10, 10))
def test_scaling_all_weights_changes_nothing(
    means: dict[str, dict[str, float]], by_outcome: dict[str, float], power: int
):
    scaled = {name: w * 2.0**power for name, w in by_outcome.items()}  # exact in binary
    assert told(choice(drawn(means), scaled)) == told(choice(drawn(means), by_outcome))


@settings(max_examples=60, deadline=None)
@given(rows, st.sampled_from(sorted(GOOD)), weight)
def test_all_weight_on_one_outcome_gives_its_order(
    means: dict[str, dict[str, float]], name: str, w: float
):
    table = drawn(means, sd=0.0)
    shares = {drug: round(means[drug][name], 4) for drug in DRUGS}
    assume(len(set(shares.values())) == len(DRUGS))
    found = choice(table, {name: w}).ordering.standings
    assert [s.drug for s in found] == sorted(DRUGS, key=lambda d: -GOOD[name] * shares[d])


@settings(max_examples=100, deadline=None)
@given(rows, weights, st.fixed_dictionaries(dict.fromkeys(GOOD, st.floats(0.001, 0.2))))
def test_a_drug_worse_on_everything_never_ranks_above_and_is_named(
    means: dict[str, dict[str, float]], by_outcome: dict[str, float], less: dict[str, float]
):
    means = {**means, "worse": {o: means["amine"][o] - GOOD[o] * less[o] for o in GOOD}}
    found = choice(drawn(means, sd=0.0), by_outcome)
    ranks = {s.drug: s.rank for s in found.ordering.standings}
    assert ranks["amine"] < ranks["worse"]
    named = next(d for d in found.dominated if d.drug == "worse")
    better = {
        d for d in DRUGS if all(GOOD[o] * (means[d][o] - means["worse"][o]) >= 0 for o in GOOD)
    }
    assert named.by in better
    assert (named.surely, named.on_everything, named.unknown) == (1.0, 1.0, ())


@settings(max_examples=150, deadline=None)
@given(rows, weights)
def test_the_weight_that_is_said_to_turn_the_order_does(
    means: dict[str, dict[str, float]], by_outcome: dict[str, float]
):
    table = drawn(means)
    found = choice(table, by_outcome)
    pair = {str(found.first): table[str(found.first)], str(found.second): table[str(found.second)]}
    values = [s.value for s in choice(pair, by_outcome).ordering.standings]
    assume(values[0] - values[1] > 0.01)  # clearer than the order itself tells apart

    def first(name: str, w: float) -> str:
        found = order(
            expectations(pair), offered=offered(pair), weights=weighed({**by_outcome, name: w})
        )
        return found.standings[0].drug

    assert {flip.column for flip in found.flips} == set(GOOD)
    for flip in found.flips:
        if flip.at is None:
            assert first(flip.column, 0.0) == found.first
            assert first(flip.column, 1e6) == found.first
        else:
            over = flip.at + (flip.at - flip.weight) * 1e-2
            under = flip.at - (flip.at - flip.weight) * 1e-2
            assert first(flip.column, under) == found.first
            if over >= 0:
                assert first(flip.column, over) == found.second


def test_a_trade_names_what_speaks_for_each():
    # 300 more with relief against 200 more with nausea, which weighs half: 300 to 100
    table = drawn(
        {
            "amine": {RELIEF: 0.3, STOPPED: 0.1, NAUSEA: 0.2},
            "bimine": {RELIEF: 0.0, STOPPED: 0.1, NAUSEA: 0.0},
        },
        sd=0.0,
    )
    found = choice(table, {RELIEF: 1.0, STOPPED: 1.0, NAUSEA: 0.5})
    assert (found.kind, found.first, found.second, found.probability) == (
        "clear",
        "amine",
        "bimine",
        1.0,
    )
    assert [(d.words, round(d.people.estimate), round(d.worth)) for d in found.traded] == [
        ("more: At least half the pain gone", 300, 300),
        ("more: Nausea", 200, -100),
    ]
    # 300 w = 100 at one third; 300 = 200 w at 1.5; stopping differs by nothing
    assert {flip.column: flip.at for flip in found.flips} == {
        RELIEF: pytest.approx(1 / 3),
        NAUSEA: pytest.approx(1.5),
        STOPPED: None,
    }


@pytest.mark.parametrize(
    ("lead_in_sd", "kind"),
    # a difference of two normals of SD 0.1: P = Phi(lead / sqrt(2)), 0.6 at 0.36 and 0.9 at 1.81
    [(0.1, "coin_toss"), (0.3, "coin_toss"), (0.45, "close"), (1.6, "close"), (2.1, "clear")],
)
def test_how_clear_a_choice_is(lead_in_sd: float, kind: str):
    table = drawn({"amine": {RELIEF: 0.1}, "bimine": {RELIEF: 0.1}}, seed=3, sd=1.0)
    standard = {drug: found[RELIEF] for drug, found in table.items()}
    made: MadeUp = {}
    for drug, mean in (("amine", 0.1 * lead_in_sd), ("bimine", 0.0)):
        z = standard[drug]
        assert z is not None
        made[drug] = {RELIEF: mean + 0.1 * (z - z.mean()) / z.std()}
    assert choice(made, {RELIEF: 1.0}).kind == kind


def test_a_choice_is_clear_only_against_every_other():
    # amine beats bimine for sure; cimine is expected to be the worst, and may be anything
    table = drawn({"amine": {RELIEF: 0.1}, "bimine": {RELIEF: 0.0}}, sd=0.0)
    assert choice(table, {RELIEF: 1.0}).kind == "clear"
    wide = np.linspace(-1.0, 0.9, COUNT)  # above 0.1 in 8 of 19
    found = choice({**table, "cimine": {RELIEF: wide}}, {RELIEF: 1.0})
    assert (found.first, found.second, found.kind) == ("amine", "bimine", "close")
    assert found.pairwise["cimine", "amine"] == pytest.approx(8 / 19, abs=1e-3)


def test_an_untried_drug_is_neither_compared_nor_overrules_a_tried_one():
    # cimine does better on everything, by its class alone
    means = {"amine": (0.1, 0.1), "bimine": (0.05, 0.05), "cimine": (0.3, 0.0)}
    table = drawn({d: {RELIEF: r, NAUSEA: n} for d, (r, n) in means.items()}, sd=0.0)
    found = weigh_up(
        expectations(table, untried=["cimine"]),
        offered=offered(table),
        weights=weighed({RELIEF: 1.0, NAUSEA: 1.0}),
    )
    assert found.compared == ("amine", "bimine")
    assert [s.drug for s in found.ordering.standings] == ["amine", "bimine", "cimine"]
    assert found.dominated == ()
    assert set(found.pairwise) == {("amine", "bimine"), ("bimine", "amine")}


def test_one_or_none_is_no_choice():
    alone = choice(drawn({"amine": {RELIEF: 0.1}}), {RELIEF: 1.0})
    assert (alone.kind, alone.first, alone.second, alone.traded) == ("alone", "amine", None, ())
    empty = weigh_up(
        expectations(drawn({"amine": {RELIEF: 0.1}})), offered={}, weights=weighed({RELIEF: 1.0})
    )
    assert (empty.kind, empty.first, empty.flips) == ("none", None, ())


def test_missing_data_dominate_nothing():
    # bimine's unknown nausea is assumed as amine's own: level, and more relief; yet it is assumed
    table = drawn({"amine": {RELIEF: 0.1, NAUSEA: 0.1}, "bimine": {RELIEF: 0.2, NAUSEA: 0.1}}, sd=0)
    assert [d.drug for d in choice(table, {RELIEF: 1.0, NAUSEA: 1.0}).dominated] == ["amine"]
    table["bimine"][NAUSEA] = None
    found = choice(table, {RELIEF: 1.0, NAUSEA: 1.0})
    assert (found.first, found.dominated) == ("bimine", ())
    assert [d.column for d in found.traded] == [RELIEF]
    assert {flip.column: flip.assumed for flip in found.flips} == {RELIEF: False, NAUSEA: True}


def test_an_amount_that_was_not_given_counts_as_the_largest():
    table = drawn({d: {RELIEF: 0.1} for d in DRUGS}, sd=0.0)
    cost = Criterion(
        id="cost", label="cost", source="", amounts={"amine": 5, "bimine": 2}, weight=3.0
    )
    found = choice(table, {RELIEF: 1.0}, cost)
    assert [(s.drug, round(s.value), s.assumed) for s in found.ordering.standings] == [
        ("bimine", 94, ()),
        ("amine", 85, ()),
        ("cimine", 85, ("cost",)),
    ]


def test_a_drug_held_back_that_would_lead_is_said():
    table = drawn({d: {RELIEF: mean} for d, mean in zip(DRUGS, (0.1, 0.2, 0.05), strict=True)})
    waiting = {"bimine": offered(table)["bimine"], "cimine": offered(table)["cimine"]}
    found = weigh_up(
        expectations(table),
        offered={"amine": waiting["bimine"]},
        weights=weighed({RELIEF: 1.0}),
        held_back=waiting,
    )
    assert (found.first, found.would_lead) == ("amine", ("bimine",))
