"""Laws of network meta-analysis that hold whatever the trials say."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assuage.evidence.assembly import assemble
from assuage.evidence.effect import Pair, contrasts_from_arms, contrasts_from_pairs
from assuage.evidence.network import Network, components
from assuage.evidence.pair_batches import contrasts_from_studies
from assuage.synthesis.classical.geometry import geometry
from assuage.synthesis.classical.hartung_knapp import hartung_knapp
from assuage.synthesis.classical.profile import profile_interval, q_profile_interval
from assuage.synthesis.classical.sensitivity import cumulative, leave_one_out
from assuage.synthesis.consistency import decompose
from assuage.synthesis.gls import fit
from assuage.synthesis.splits import split

NAMES = ("A", "B", "C", "D", "E")
TIGHT = {"rtol": 1e-7, "atol": 1e-8}
values = st.floats(-2, 2).map(lambda x: round(x, 3))
variances = st.floats(0.01, 1).map(lambda x: round(x, 3))
laws = settings(max_examples=60, deadline=None)


@st.composite
def trials(draw: st.DrawFn):
    arms = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=4, unique=True))
    return arms, [draw(values) for _ in arms], [draw(variances) for _ in arms]


@st.composite
def networks(draw: st.DrawFn) -> Network:
    drawn = draw(st.lists(trials(), min_size=3, max_size=10))
    studies = [contrasts_from_arms(f"s{i}", *trial) for i, trial in enumerate(drawn)]
    assume(len(components(studies)) == 1)
    return assemble(studies, measure="MD")


methods = st.sampled_from(["DL", "REML", "ML", "PM"])


@laws
@given(networks(), methods, st.randoms(use_true_random=False))
def test_the_order_of_studies_does_not_matter(network: Network, method, random):
    studies = list(network.studies)
    random.shuffle(studies)
    first = fit(network, tau_method=method)
    second = fit(replace(network, studies=tuple(studies)), tau_method=method)
    assert second.tau2 == pytest.approx(first.tau2, rel=1e-6, abs=1e-9)
    np.testing.assert_allclose(second.estimates, first.estimates, **TIGHT)
    np.testing.assert_allclose(second.covariance, first.covariance, **TIGHT)


@laws
@given(networks(), st.permutations(NAMES))
def test_the_names_of_treatments_do_not_matter(network: Network, new):
    renamed = dict(zip(NAMES, new, strict=True))
    studies = [
        replace(study, treatments=tuple(renamed[t] for t in study.treatments))
        for study in network.studies
    ]
    other = fit(assemble(studies, measure="MD", reference=renamed[network.reference]))
    ours = fit(network)
    order = [other.treatments.index(renamed[t]) for t in ours.treatments]
    np.testing.assert_allclose(other.estimates[order], ours.estimates, **TIGHT)
    scores = {renamed[t]: score for t, score in ours.p_scores("desirable").items()}
    assert other.p_scores("desirable") == pytest.approx(scores, rel=1e-7, abs=1e-9)


@laws
@given(networks(), st.data())
def test_another_reference_tells_the_same_differences(network: Network, data):
    other = data.draw(st.sampled_from(network.treatments))
    first, second = fit(network), fit(replace(network, reference=other))
    np.testing.assert_allclose(second.differences, first.differences, **TIGHT)
    i, j = (network.treatments.index(t) for t in (network.reference, other))
    assert second.estimates[i] == pytest.approx(-first.estimates[j], rel=1e-7, abs=1e-9)


@laws
@given(networks())
def test_the_consistency_equations_hold(network: Network):
    d = fit(network).differences
    np.testing.assert_allclose(d[:, :, None] + d[None, :, :], d[:, None, :] + 0 * d, atol=1e-9)


@laws
@given(networks(), st.randoms(use_true_random=False))
def test_the_baseline_of_a_trial_does_not_matter(network: Network, random):
    studies = []
    for study in network.studies:
        full = np.pad(study.covariance, ((1, 0), (1, 0)))
        value = np.concatenate([[0.0], study.estimates])
        pairs = [
            Pair(
                treatment1=study.treatments[i],
                treatment2=study.treatments[j],
                estimate=value[i] - value[j],
                se=(full[i, i] + full[j, j] - 2 * full[i, j]) ** 0.5,
            )
            for i in range(len(value))
            for j in range(i)
        ]
        random.shuffle(pairs)
        studies.append(contrasts_from_pairs(study.study, pairs))
    ours = fit(network)
    other = fit(assemble(studies, measure="MD", reference=network.reference))
    assert other.tau2 == pytest.approx(ours.tau2, rel=1e-5, abs=1e-7)
    np.testing.assert_allclose(other.estimates, ours.estimates, rtol=1e-5, atol=1e-6)


@laws
@given(networks())
def test_heterogeneity_is_what_lies_within_and_between_designs(network: Network):
    ours, parts = fit(network, effects="common"), decompose(fit(network).design)
    assert parts.total.q == pytest.approx(ours.q)
    assert parts.within.q + parts.between.q == pytest.approx(ours.q, abs=1e-8)
    assert parts.within.df + parts.between.df == ours.df
    assert sum(part.within.q for part in parts.designs) == pytest.approx(parts.within.q)


@laws
@given(networks())
def test_the_network_is_the_weighted_mean_of_direct_and_indirect(network: Network):
    ours = fit(network)
    differences = {(e.treatment1, e.treatment2): e.estimate for e in ours.relative_effects()}
    for part in split(ours):
        if part.indirect is not None:
            mean = part.share * part.direct + (1 - part.share) * part.indirect
            expected = differences[part.treatment1, part.treatment2]
            assert mean == pytest.approx(expected, rel=1e-7, abs=1e-8)


@laws
@given(networks())
def test_a_result_that_repeats_the_network_adds_no_heterogeneity(network: Network):
    fitted = fit(network, effects="common")
    assume(len(network.treatments) > 1)
    i, j = 0, 1
    echo = contrasts_from_pairs(
        "echo",
        [
            Pair(
                treatment1=network.treatments[i],
                treatment2=network.treatments[j],
                estimate=fitted.differences[i, j],
                se=0.3,
            )
        ],
    )
    more = fit(replace(network, studies=(*network.studies, echo)), effects="common")
    assert more.q == pytest.approx(fitted.q, abs=1e-8)
    np.testing.assert_allclose(more.estimates, fitted.estimates, **TIGHT)


@laws
@given(networks())
def test_p_scores_average_one_half(network: Network):
    scores = fit(network).p_scores("undesirable")
    assert sum(scores.values()) == pytest.approx(len(scores) / 2)


@laws
@given(networks())
def test_a_trial_that_knows_nothing_changes_nothing(network: Network):
    """The limit of an infinite variance, as far as floating point reaches it."""
    i, j = 0, len(network.treatments) - 1
    assume(i != j)
    pair = Pair(
        treatment1=network.treatments[i], treatment2=network.treatments[j], estimate=1, se=1e8
    )
    more = replace(network, studies=(*network.studies, contrasts_from_pairs("vague", [pair])))
    for effects in ("common", "random"):
        ours, other = fit(network, effects=effects, tau2=0.1), fit(more, effects=effects, tau2=0.1)
        np.testing.assert_allclose(other.estimates, ours.estimates, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(other.covariance, ours.covariance, rtol=1e-10, atol=1e-12)
    assert other.q == pytest.approx(ours.q, abs=1e-10)
    assert other.df == ours.df + 1


def all_pairs(study) -> list[Pair]:
    """Every contrast of a trial, redundant ones too."""
    full = np.pad(study.covariance, ((1, 0), (1, 0)))
    value = np.concatenate([[0.0], study.estimates])
    return [
        Pair(
            treatment1=study.treatments[i],
            treatment2=study.treatments[j],
            estimate=value[i] - value[j],
            se=(full[i, i] + full[j, j] - 2 * full[i, j]) ** 0.5,
        )
        for i in range(len(value))
        for j in range(i)
    ]


@laws
@given(networks(), methods)
def test_arms_and_all_their_redundant_contrasts_say_the_same(network: Network, method):
    pairs = {study.study: all_pairs(study) for study in network.studies}
    studies = contrasts_from_studies(pairs)
    ours = fit(network, tau_method=method)
    other = fit(assemble(studies, measure="MD", reference=network.reference), tau_method=method)
    assert other.tau2 == pytest.approx(ours.tau2, rel=1e-5, abs=1e-7)
    np.testing.assert_allclose(other.estimates, ours.estimates, rtol=1e-5, atol=1e-6)
    assert (other.q, other.df) == (pytest.approx(ours.q, rel=1e-6, abs=1e-9), ours.df)


@laws
@given(networks())
def test_many_trials_at_once_are_the_same_trials(network: Network):
    pairs = {study.study: all_pairs(study) for study in network.studies}
    for study, many in zip(network.studies, contrasts_from_studies(pairs), strict=True):
        one = contrasts_from_pairs(study.study, pairs[study.study])
        assert (many.study, many.treatments) == (one.study, one.treatments)
        np.testing.assert_allclose(many.estimates, one.estimates, rtol=1e-9, atol=1e-11)
        np.testing.assert_allclose(many.covariance, one.covariance, rtol=1e-9, atol=1e-12)


@laws
@given(networks(), st.integers(0, 3))
def test_a_network_without_a_study_is_the_network_of_the_others(network: Network, which: int):
    assume(which < len(network.studies))
    whole = fit(network, tau2=0.2)
    left = [s for i, s in enumerate(network.studies) if i != which]
    found = leave_one_out(whole)[which]
    tied = next((p for p in components(left) if network.reference in p), None)
    if tied is None:
        assert found.fit is None
        return
    studies = tuple(s for s in left if set(s.treatments) <= set(tied))
    alone = fit(replace(network, treatments=tied, studies=studies), tau2=0.2)
    assert found.fit is not None
    assert found.fit.treatments == alone.treatments
    np.testing.assert_allclose(found.fit.estimates, alone.estimates, **TIGHT)
    assert set(found.lost) == set(network.treatments) - set(tied)


@laws
@given(networks())
def test_the_last_step_of_a_cumulative_analysis_is_the_network(network: Network):
    order = {s.study: float(2000 + i % 3) for i, s in enumerate(network.studies)}
    steps = cumulative(network, order, tau_method="DL")
    assert [step.value for step in steps] == sorted(set(order.values()))
    assert [s for step in steps for s in step.added] == sorted(
        order, key=lambda s: (order[s], int(s[1:]))
    )
    last, whole = steps[-1].fit, fit(network, tau_method="DL")
    assert last is not None
    np.testing.assert_allclose(last.estimates, whole.estimates, **TIGHT)


@laws
@given(networks())
def test_hartung_knapp_scales_every_variance_alike(network: Network):
    ours = fit(network, tau_method="PM")
    assume(ours.df > 0)
    adjusted = hartung_knapp(ours)
    np.testing.assert_allclose(adjusted.effects.covariance, ours.covariance * adjusted.factor)
    # Paule and Mandel set Q to its degrees of freedom, where they can
    assert adjusted.factor <= 1 + 1e-9
    if ours.tau2 > 0:
        assert adjusted.factor == pytest.approx(1)
    assert hartung_knapp(ours, never_narrower=True).factor == pytest.approx(1)


@laws
@given(networks())
def test_intervals_of_the_heterogeneity_hold_their_estimate(network: Network):
    design = fit(network).design
    assume(design.df > 0)
    found = profile_interval(design)
    assert found.low <= found.tau2 <= found.high
    wider = profile_interval(design, level=0.99)
    assert wider.low <= found.low + 1e-12
    assert found.high <= wider.high + 1e-12
    by_q = q_profile_interval(design)
    assert by_q.low <= by_q.high


@laws
@given(networks(), st.permutations(NAMES))
def test_geometry_does_not_depend_on_names(network: Network, new):
    renamed = dict(zip(NAMES, new, strict=True))
    studies = tuple(
        replace(s, treatments=tuple(renamed[t] for t in s.treatments)) for s in network.studies
    )
    ours = geometry(network)
    other = geometry(
        replace(
            network,
            studies=studies,
            treatments=tuple(sorted(renamed[t] for t in network.treatments)),
            reference=renamed[network.reference],
        )
    )
    for measure in ("comparisons", "loops", "diameter", "mean_distance", "pie", "c_score"):
        assert getattr(other, measure) == pytest.approx(getattr(ours, measure), nan_ok=True)
    assert len(other.bridges) == len(ours.bridges)
    assert {renamed[t] for t in ours.cut_treatments} == set(other.cut_treatments)
