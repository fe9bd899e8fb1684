"""Our classical network meta-analysis equals netmeta 3.3-1 on its own examples (golden files).

Where netmeta deviates for a reason that the files state, the test says so.
"""

import numpy as np
import pytest
from nma_golden import NETWORKS, columns, golden, matrix, network_of

from assuage.synthesis.consistency import decompose
from assuage.synthesis.design import build_design
from assuage.synthesis.gls import NetworkFit, fit
from assuage.synthesis.splits import split

SAME = {"rtol": 1e-8, "atol": 1e-11}
ARMS_MEASURES = [
    (name, measure)
    for name in NETWORKS
    for measure in ("RR", "RD", "SMD")
    if f"netmeta_{measure}" in golden(f"nma_{name}")["netmeta"]
]
each_network = pytest.mark.parametrize("name", NETWORKS)


def load(name: str):
    file = golden(f"nma_{name}")
    return file, file["netmeta"], network_of(file)


def assert_same_effects(fitted: NetworkFit, frames: dict):
    treatments = fitted.treatments
    np.testing.assert_allclose(fitted.differences, matrix(frames["TE"], treatments), **SAME)
    np.testing.assert_allclose(fitted.standard_errors, matrix(frames["seTE"], treatments), **SAME)


def intervals(fitted: NetworkFit, lower: str, upper: str) -> list[tuple[str, str, float, float]]:
    return [
        (e.treatment1, e.treatment2, getattr(e, lower), getattr(e, upper))
        for e in fitted.relative_effects()
    ]


def assert_same_intervals(found: list[tuple[str, str, float, float]], frames: dict, treatments):
    low, high = matrix(frames["lower"], treatments), matrix(frames["upper"], treatments)
    for first, second, ours_low, ours_high in found:
        i, j = treatments.index(first), treatments.index(second)
        np.testing.assert_allclose((ours_low, ours_high), (low[i, j], high[i, j]), **SAME)


@each_network
def test_the_network_is_the_same(name: str):
    _, truth, network = load(name)
    designs = {frozenset(study.treatments) for study in network.studies}
    assert sorted(network.treatments) == sorted(truth["network"]["treatments"])
    assert designs == {frozenset(design.split(":")) for design in truth["network"]["designs"]}
    assert len(network.studies) == truth["network"]["k_studies"]


@each_network
def test_every_contrast_is_the_same(name: str):
    _, truth, network = load(name)
    ours = {study.study: study for study in network.studies}
    for row in columns(truth["pairwise_contrasts"]):
        study = ours[row["studlab"]]
        i, j = (study.treatments.index(row[t]) for t in ("treat1", "treat2"))
        values = np.concatenate([[0.0], study.estimates])
        covariance = np.pad(study.covariance, ((1, 0), (1, 0)))
        variance = covariance[i, i] + covariance[j, j] - 2 * covariance[i, j]
        assert values[i] - values[j] == pytest.approx(row["TE"], rel=1e-8, abs=1e-11)
        assert variance**0.5 == pytest.approx(row["seTE"], rel=1e-8)


@each_network
def test_common_effects(name: str):
    _, truth, network = load(name)
    fitted = fit(network, effects="common")
    assert_same_effects(fitted, truth["common"])
    assert_same_intervals(intervals(fitted, "low", "high"), truth["common"], fitted.treatments)


@each_network
def test_random_effects_with_tau_by_the_method_of_moments(name: str):
    _, truth, network = load(name)
    fitted, expected = fit(network, tau_method="DL"), truth["random"]["DL"]
    assert fitted.tau2 == pytest.approx(expected["tau2"], rel=1e-8)
    assert_same_effects(fitted, expected)
    assert_same_intervals(intervals(fitted, "low", "high"), expected, fitted.treatments)


@each_network
def test_prediction_intervals(name: str):
    _, truth, network = load(name)
    fitted, expected = fit(network, tau_method="DL"), truth["random"]["DL"]["prediction"]
    found = intervals(fitted, "predict_low", "predict_high")
    assert fitted.prediction_df == expected["df"]
    assert_same_intervals(found, expected, fitted.treatments)


@each_network
def test_heterogeneity_statistics(name: str):
    _, truth, network = load(name)
    fitted, expected = fit(network, effects="common"), truth["heterogeneity"]
    assert fitted.df == expected["df_Q"]
    found = (fitted.q, fitted.p_heterogeneity, fitted.i2, *fitted.i2_interval)
    keys = ("Q", "pval_Q", "I2", "lower_I2", "upper_I2")
    np.testing.assert_allclose(found, [expected[key] for key in keys], **SAME)


@each_network
@pytest.mark.parametrize("method", ["REML", "ML"])
def test_tau_by_exact_likelihood(name: str, method):
    # netmeta's own REML and ML are no truth here: given contrasts it ignores the covariance
    # within multi-arm trials (REML_note in the files). `exact` does not.
    _, truth, network = load(name)
    fitted, expected = fit(network, tau_method=method), truth["exact"][method]
    assert fitted.tau2 == pytest.approx(expected["tau2"], rel=1e-6, abs=1e-12)
    others = [t for t in fitted.treatments if t != fitted.reference]
    for key, ours in (("d", fitted.differences), ("se", fitted.standard_errors)):
        column = fitted.treatments.index(fitted.reference)
        found = [ours[fitted.treatments.index(t), column] for t in others]
        np.testing.assert_allclose(found, [expected[key][t] for t in others], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    "name", [n for n in NETWORKS if n not in {"senn2013", "linde2016", "alog_pcfb"}]
)
@pytest.mark.parametrize("method", ["REML", "ML"])
def test_tau_by_likelihood_equals_netmeta_given_arms(name: str, method):
    # With arm data netmeta does use the multi-arm covariance; its optimiser stops at about 1e-6.
    _, truth, network = load(name)
    expected = truth["random"][method]["tau2"]
    assert fit(network, tau_method=method).tau2 == pytest.approx(expected, rel=1e-5, abs=1e-6)


@each_network
def test_p_scores(name: str):
    file, truth, network = load(name)
    for fitted, key in (
        (fit(network, effects="common"), "pscore_common"),
        (fit(network, tau_method="DL"), "pscore_random_DL"),
    ):
        expected = truth["netrank"][key]
        assert fitted.p_scores(file["small_values"]) == pytest.approx(expected, rel=1e-8, abs=1e-11)


@each_network
def test_design_decomposition(name: str):
    _, truth, network = load(name)
    ours, expected = decompose(build_design(network)), truth["decomp_design"]
    total, within, between = columns(expected["Q_decomp"])
    for found, row in ((ours.total, total), (ours.within, within), (ours.between, between)):
        assert (found.df, found.q) == (row["df"], pytest.approx(row["Q"], rel=1e-8, abs=1e-11))
    by_design = {frozenset(part.treatments): part for part in ours.designs}
    for row in columns(expected["Q_het_design"]):
        found = by_design[frozenset(row["design"].split(":"))].within
        assert (found.df, found.q) == (row["df"], pytest.approx(row["Q"], rel=1e-8, abs=1e-11))


@each_network
def test_designs_detached(name: str):
    # netmeta lists a design only if the other trials cover all its treatments; we list it if they
    # cover any of its comparisons.
    _, truth, network = load(name)
    parts = decompose(build_design(network)).designs
    ours = {frozenset(part.treatments): part.detached for part in parts if part.detached}
    for row in columns(truth["decomp_design"]["Q_inc_detach"]):
        found = ours[frozenset(row["design"].split(":"))]
        assert (found.df, found.q) == (row["df"], pytest.approx(row["Q"], rel=1e-8, abs=1e-10))


@each_network
def test_full_design_by_treatment_interaction(name: str):
    _, truth, network = load(name)
    ours = decompose(build_design(network))
    (expected,) = columns(truth["decomp_design"]["Q_inc_random"])
    assert ours.between_random.df == expected["df"]
    found = (ours.between_random.q, ours.between_random.p, ours.tau_within)
    truths = [expected[key] for key in ("Q", "pval", "tau.within")]
    np.testing.assert_allclose(found, truths, **SAME)


@each_network
@pytest.mark.parametrize("effects", ["common", "random"])
def test_direct_and_indirect_evidence(name: str, effects):
    _, truth, network = load(name)
    splits = split(fit(network, effects=effects, tau_method="DL"))
    ours = {(s.treatment1, s.treatment2): s for s in splits}
    rows = columns(truth["netsplit_back_calculation"][effects])
    assert len(ours) == len(rows)
    for row in rows:
        first, second = row.pop("comparison").split(":")
        sign = 1 if (first, second) in ours else -1
        found = ours[(first, second) if sign == 1 else (second, first)]
        ours_row = {
            "k": found.studies,
            "prop_direct": found.share,
            "direct": sign * found.direct,
            "se_direct": found.se_direct,
            "indirect": None if found.indirect is None else sign * found.indirect,
            "se_indirect": found.se_indirect,
            "diff": None if found.difference is None else sign * found.difference,
            "se_diff": found.se_difference,
            "p": found.p,
        }
        known = {key: value for key, value in row.items() if value is not None}
        assert {key for key, value in ours_row.items() if value is not None} == set(known)
        assert {k: ours_row[k] for k in known} == pytest.approx(known, rel=1e-8, abs=1e-10)


@pytest.mark.parametrize(("name", "measure"), ARMS_MEASURES)
def test_other_measures_from_the_same_arms(name: str, measure: str):
    file = golden(f"nma_{name}")
    truth, network = file["netmeta"][f"netmeta_{measure}"], network_of(file, measure)
    common, random = fit(network, effects="common"), fit(network, tau_method="DL")
    assert common.df == truth["df_Q"]
    assert (common.q, random.tau2) == pytest.approx(
        (truth["Q"], truth["random_DL"]["tau2"]), rel=1e-8
    )
    assert_same_effects(common, truth["common"])
    assert_same_effects(random, truth["random_DL"])
