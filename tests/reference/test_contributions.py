"""What network estimates rest on: hat matrix, contributions and measures equal netmeta's."""

from functools import cache
from itertools import combinations, pairwise

import numpy as np
import pytest
from consistency_golden import NETWORKS, SAME, at_comparisons, golden, in_their_order

from assuage.synthesis.classical.contribution import contributions, hat_matrix
from assuage.synthesis.classical.flow import random_walk_streams
from assuage.synthesis.classical.measures import comparison_measures
from assuage.synthesis.classical.weights import trial_weights
from assuage.synthesis.gls import fit

each_network = pytest.mark.parametrize("name", NETWORKS)
each_model = pytest.mark.parametrize("effects", ["common", "random"])
KEYS = {"common": "common", "random": "random_DL"}


@cache
def fitted(name: str, effects):
    network, names = in_their_order(name)
    return fit(network, effects=effects, tau_method="DL"), names


@each_network
@each_model
def test_hat_matrix(name: str, effects):
    model, names = fitted(name, effects)
    hat = hat_matrix(model)
    frame = golden(f"consistency_{name}")["hatmatrix_davies"][KEYS[effects]]
    ours, theirs = at_comparisons(frame, hat.comparisons, hat.direct, hat.values, names)
    np.testing.assert_allclose(ours, theirs, **SAME)


@each_network
@each_model
@pytest.mark.parametrize("method", ["shortest path", "random walk"])
def test_contributions(name: str, effects, method):
    model, names = fitted(name, effects)
    found = contributions(model, method=method)
    np.testing.assert_allclose(found.values.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(found.by_study.sum(axis=1), 1, rtol=1e-12)
    block = golden(f"consistency_{name}")["netcontrib"][method.replace(" ", "")]
    if "error" in block:  # netmeta lists all paths of the 23 triptans' network and never ends
        return
    ours, theirs = at_comparisons(
        block[KEYS[effects]], found.comparisons, found.direct, found.values, names
    )
    np.testing.assert_allclose(ours, theirs, **SAME)


def study_shares(name: str):
    return golden(f"consistency_{name}")["netmeta_more"]["study_contributions"]


with_studies = pytest.mark.parametrize("name", ["senn2013", "smokingcessation", "dogliotti2014"])


@with_studies
def test_contributions_of_studies(name: str):
    model, names = fitted(name, "common")
    found = contributions(model)
    rows = {":".join(names[t] for t in pair): i for i, pair in enumerate(found.comparisons)}
    for comparison, by_study in study_shares(name)["common"].items():
        ours = dict(zip(found.studies, found.by_study[rows[comparison]], strict=True))
        assert ours == pytest.approx(by_study, rel=1e-8, abs=1e-10)


@with_studies
def test_contributions_of_studies_with_random_effects(name: str):
    # netmeta weighs the contrasts of a multi-arm trial by 1 / (s2 + tau2) with s2 adjusted for the
    # trial's arms under common effects, though its hat matrix adjusts s2 + tau2. We take the hat
    # matrix's weights. With netmeta's, computed here, its numbers follow from our contributions.
    model, names = fitted(name, "random")
    found = contributions(model)
    rows = {":".join(names[t] for t in pair): i for i, pair in enumerate(found.comparisons)}
    column = {frozenset(pair): i for i, pair in enumerate(found.direct)}
    weight = np.zeros((len(found.direct), len(found.studies)))
    for group in trial_weights(model.network, model.design, 0.0):
        for study, arms, own in zip(group.studies, group.arms, group.laplacians, strict=True):
            for i, j in combinations(range(len(arms)), 2):
                pair = frozenset((model.treatments[arms[i]], model.treatments[arms[j]]))
                adjusted = 1 / (-1 / own[i, j] + model.tau2)
                weight[column[pair], found.studies.index(study)] = adjusted
    by_study = found.values @ (weight / weight.sum(axis=1, keepdims=True))
    two_arms = [len(s.treatments) == 2 for s in model.network.studies]
    assert all(two_arms) or np.abs(by_study - found.by_study).max() > 1e-5
    for comparison, theirs in study_shares(name)["random"].items():
        ours = dict(zip(found.studies, by_study[rows[comparison]], strict=True))
        assert ours == pytest.approx(theirs, rel=1e-8, abs=1e-10)


@each_network
@each_model
def test_measures_of_comparisons(name: str, effects):
    model, names = fitted(name, effects)
    ours = {f"{names[m.treatment1]}:{names[m.treatment2]}": m for m in comparison_measures(model)}
    theirs = golden(f"consistency_{name}")[f"netmeasures_{KEYS[effects]}"]
    found = [
        (m.direct, m.mean_path_length, m.parallelism, m.parallelism_studies)
        for m in (ours[comparison] for comparison in theirs["comparison"])
    ]
    keys = ("proportion", "meanpath", "minpar", "minpar_study")
    np.testing.assert_allclose(np.array(found).T, [theirs[key] for key in keys], **SAME)


def test_a_random_walk_by_listing_its_paths():
    # 0 to 3: half by 1, half by 2, and 1 hands a third of its share on to 2
    flow = np.zeros((1, 4, 4))
    flow[0, 0, 1], flow[0, 0, 2] = 0.6, 0.4
    flow[0, 1, 2], flow[0, 1, 3] = 0.2, 0.4
    flow[0, 2, 3] = 0.6
    paths = {(0, 1, 3): 0.6 * 2 / 3, (0, 1, 2, 3): 0.6 / 3, (0, 2, 3): 0.4}
    expected = np.zeros((4, 4))
    for path, probability in paths.items():
        for i, j in pairwise(path):
            expected[i, j] += probability / (len(path) - 1)
    streams = random_walk_streams(flow, np.array([[3.0, 2.0, 1.0, 0.0]]), 0, np.array([3]))
    np.testing.assert_allclose(streams[0], expected, atol=1e-15)
