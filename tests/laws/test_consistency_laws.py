"""Laws of what is asked of a network beyond its estimates, whatever the trials say."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_nma_laws import NAMES, networks

from assuage.errors import NetworkError
from assuage.evidence.assembly import assemble
from assuage.evidence.effect import Pair, contrasts_from_arms, contrasts_from_pairs
from assuage.evidence.network import Network
from assuage.synthesis.classical.contribution import contributions, hat_matrix
from assuage.synthesis.classical.funnel import asymmetry_test, comparison_adjusted_funnel
from assuage.synthesis.classical.interaction import design_interaction
from assuage.synthesis.classical.league import league_table
from assuage.synthesis.classical.measures import comparison_measures
from assuage.synthesis.classical.meta_regression import meta_regression
from assuage.synthesis.classical.net_heat import net_heat
from assuage.synthesis.classical.side import side
from assuage.synthesis.classical.threshold import thresholds
from assuage.synthesis.consistency import decompose
from assuage.synthesis.design import build_design
from assuage.synthesis.gls import fit
from assuage.synthesis.splits import split

laws = settings(max_examples=30, deadline=None)
heterogeneity = st.sampled_from([0.0, 0.05, 0.5])


@laws
@given(networks(), heterogeneity)
def test_direct_effects_through_the_hat_matrix_are_network_effects(network: Network, tau2):
    """Exact with two-arm trials, whose direct effects are all there is."""
    two_arm = [s for s in network.studies if len(s.treatments) == 2]
    try:
        model = fit(assemble(two_arm, measure="MD"), tau2=tau2)
    except NetworkError:
        return  # without the others nothing is connected
    hat = hat_matrix(model)
    direct = {(s.treatment1, s.treatment2): s.direct for s in split(model)}
    direct |= {(two, one): -value for (one, two), value in direct.items()}
    expected = [
        model.differences[model.treatments.index(a), model.treatments.index(b)]
        for a, b in hat.comparisons
    ]
    found = hat.values @ [direct[pair] for pair in hat.direct]
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-8)


@laws
@given(networks(), heterogeneity)
def test_contributions_share_out_one_unit(network: Network, tau2):
    model = fit(network, tau2=tau2)
    hat = np.abs(hat_matrix(model).values)
    for method in ("shortest path", "random walk"):
        found = contributions(model, method=method)
        np.testing.assert_allclose(found.values.sum(axis=1), 1, rtol=1e-9)
        np.testing.assert_allclose(found.by_study.sum(axis=1), 1, rtol=1e-9)
        assert found.values.min() >= 0
        # a step carries its share of at most what flows through it, and nothing where none flows
        assert (found.values <= hat + 1e-9).all()


def walk(flow: np.ndarray, path: list[int], sink: int, probability: float, found: np.ndarray):
    """Add up 1 / length of every path's probability, path by path."""
    if path[-1] == sink:
        for i, j in pairwise(path):
            found[i, j] += probability / (len(path) - 1)
        return
    out = flow[path[-1]]
    for nxt in np.flatnonzero(out > 1e-12):
        walk(flow, [*path, int(nxt)], sink, probability * out[nxt] / out.sum(), found)


@laws
@given(networks(), heterogeneity)
def test_the_random_walk_is_that_of_all_its_paths(network: Network, tau2):
    model = fit(network, tau2=tau2)
    hat, found = hat_matrix(model), contributions(model, method="random walk")
    place = {t: i for i, t in enumerate(model.treatments)}
    edges = [(place[a], place[b]) for a, b in hat.direct]
    for row, (source, sink) in enumerate(hat.comparisons):
        flow = np.zeros((len(place),) * 2)
        for (i, j), value in zip(edges, hat.values[row], strict=True):
            flow[(i, j) if value > 0 else (j, i)] = abs(value)
        steps = np.zeros_like(flow)
        walk(np.where(flow > 1e-12, flow, 0), [place[source]], place[sink], 1.0, steps)
        expected = [steps[i, j] + steps[j, i] for i, j in edges]
        np.testing.assert_allclose(found.values[row], expected, atol=1e-9)


@laws
@given(networks(), st.permutations(NAMES))
def test_names_do_not_matter(network: Network, new):
    renamed = dict(zip(NAMES, new, strict=True))
    studies = [
        replace(study, treatments=tuple(renamed[t] for t in study.treatments))
        for study in network.studies
    ]
    other = assemble(studies, measure="MD", reference=renamed[network.reference])
    one, two = fit(network, effects="common"), fit(other, effects="common")

    def by_pair(model, names):
        walk = contributions(model, method="random walk")
        measures = {
            frozenset((names[m.treatment1], names[m.treatment2])): m
            for m in comparison_measures(model)
        }
        return {
            frozenset((names[a], names[b])): [
                *np.sort(walk.values[row]),
                measures[frozenset((names[a], names[b]))].mean_path_length,
                measures[frozenset((names[a], names[b]))].parallelism_studies,
            ]
            for row, (a, b) in enumerate(walk.comparisons)
        }

    ours = by_pair(one, renamed)
    theirs = by_pair(two, {name: name for name in NAMES})
    assert set(ours) == set(theirs)
    for pair, values in ours.items():
        np.testing.assert_allclose(values, theirs[pair], rtol=1e-7, atol=1e-8)


@laws
@given(networks(), heterogeneity)
def test_inconsistency_parts_add_up(network: Network, tau2):
    heat = net_heat(network, tau2=tau2)
    found = design_interaction(network, tau2=tau2)
    assert heat.q.sum() == pytest.approx(found.wald.q, rel=1e-6, abs=1e-7)
    if tau2 == 0:
        between = decompose(build_design(network)).between
        assert (found.wald.df, found.wald.q) == (
            between.df,
            pytest.approx(between.q, rel=1e-6, abs=1e-7),
        )


@laws
@given(networks(), heterogeneity, st.randoms(use_true_random=False))
def test_the_order_of_studies_and_the_reference_do_not_matter(network: Network, tau2, random):
    studies = list(network.studies)
    random.shuffle(studies)
    other = replace(network, studies=tuple(studies), reference=random.choice(network.treatments))
    one, two = (design_interaction(n, tau2=tau2).wald for n in (network, other))
    assert (one.df, one.q) == (two.df, pytest.approx(two.q, rel=1e-6, abs=1e-7))


@laws
@given(networks())
def test_a_split_leaves_the_network_estimate_between_its_parts(network: Network):
    """With one trial split off or several: the network estimate is the precision-weighted mean of
    a fitted split's two parts when no multi-arm trial ties them together."""
    studies = tuple(s for s in network.studies if len(s.treatments) == 2)
    try:
        network = assemble(studies, measure="MD")
    except NetworkError:
        return
    model = fit(network, effects="common")
    for s in side(network, effects="common"):
        i, j = (model.treatments.index(t) for t in (s.treatment1, s.treatment2))
        weights = np.array([s.se_direct, s.se_indirect]) ** -2.0
        expected = weights @ [s.direct, s.indirect] / weights.sum()
        assert model.differences[i, j] == pytest.approx(expected, rel=1e-6, abs=1e-8)
        assert model.standard_errors[i, j] ** -2 == pytest.approx(weights.sum(), rel=1e-6)


@laws
@given(networks(), st.permutations(NAMES))
def test_turning_the_order_round_turns_the_funnel(network: Network, order):
    model = fit(network, effects="common")
    order = [t for t in order if t in network.treatments]
    there = comparison_adjusted_funnel(model, order)
    back = comparison_adjusted_funnel(model, order[::-1])
    assert len(there) == len(back)
    total = sum(row.centred / row.se**2 for row in there)
    assert total == pytest.approx(0, abs=1e-6)  # centred at each comparison's own mean
    for method in ("Egger", "Begg-Mazumdar", "Thompson-Sharp"):
        try:
            one, two = asymmetry_test(there, method), asymmetry_test(back, method)
        except NetworkError:
            return  # too few contrasts, or all of the same precision
        if one.statistic == one.statistic:
            # a residual of nothing but rounding has no sign to turn
            assert one.bias == pytest.approx(-two.bias, rel=1e-5, abs=1e-7)


@laws
@given(networks(), heterogeneity)
def test_a_league_table_speaks_of_every_pair_once_on_each_side(network: Network, tau2):
    table = league_table(fit(network, tau2=tau2), "desirable")
    n = len(table.order)
    assert len(table.lower) == n * (n - 1) // 2
    rank = {name: i for i, name in enumerate(table.order)}
    for cell in (*table.lower, *table.upper):
        below = rank[cell.row] > rank[cell.column]
        assert below == (cell in table.lower)
        assert rank[cell.treatment1] < rank[cell.treatment2]


@laws
@given(networks(), heterogeneity)
def test_no_result_moves_the_best_within_its_thresholds(network: Network, tau2):
    found = thresholds(fit(network, tau2=tau2), "undesirable")
    for contrast in found.contrasts:
        assert contrast.low <= 0 <= contrast.high
        assert (contrast.best_below is None) == (contrast.low == -np.inf)


@laws
@given(networks())
def test_a_covariate_that_explains_everything_leaves_nothing(network: Network):
    """Effects that follow the covariate exactly: slope 2 against the reference, no residual."""
    values = {s.study: float(i) for i, s in enumerate(network.studies)}

    def exact(study):
        effect = [0.0 if t == network.reference else 1 + 2 * values[study.study]
                  for t in study.treatments]  # fmt: skip
        return replace(study, estimates=np.array(effect[1:]) - effect[0])

    made = replace(network, studies=tuple(exact(s) for s in network.studies))
    try:
        found = meta_regression(made, values, tau_method=None)
    except NetworkError:
        return  # the covariate cannot be told from the effects
    assert found.slopes[0].estimate == pytest.approx(2, abs=1e-6)
    assert found.residual.q == pytest.approx(0, abs=1e-6)


def test_a_negative_weight_is_refused_with_the_trials_name():
    pairs = [("A", "B", 1.0), ("A", "C", 1.0), ("B", "C", 3.5**0.5)]
    odd = contrasts_from_pairs(
        "Odd 1999", [Pair(treatment1=a, treatment2=b, estimate=0.0, se=se) for a, b, se in pairs]
    )
    plain = contrasts_from_arms("Plain 2001", ["A", "B"], [0.0, 1.0], [0.5, 0.5])
    model = fit(assemble([odd, plain], measure="MD"), effects="common")
    for method in ("shortest path", "random walk"):
        with pytest.raises(NetworkError, match="errors of Odd 1999 give the comparison of B with"):
            contributions(model, method=method)
