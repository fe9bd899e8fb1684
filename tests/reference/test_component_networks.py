"""Component networks equal netmeta's netcomb and discomb (golden file), to 1e-8."""

from dataclasses import replace

import numpy as np
import pytest
from nma_golden import golden, network_of

from assuage.errors import NetworkError
from assuage.evidence.assembly import assemble
from assuage.evidence.effect import contrasts_from_arms
from assuage.evidence.network import Network
from assuage.synthesis.classical.component_network import (
    ComponentFit,
    compare,
    component_model,
    fit_components,
)

TRUTH = golden("components_linde2016")
INTERACTION = (("Face-to-face CBT", "SSRI"),)


def linde(case: str) -> Network:
    network = network_of(golden("nma_linde2016"))
    if case != "disconnected":
        return network
    studies = [s for s in network.studies if s.study in TRUTH[case]["studies"]]
    return assemble(studies, measure="OR", reference="SSRI", connected=False)


def fitted(case: str, effects) -> ComponentFit:
    network = linde(case)
    model = component_model(
        network.treatments,
        inactive=None if case == "disconnected" else "Placebo",
        interactions=INTERACTION if case == "interaction" else (),
    )
    return fit_components(network, model, effects=effects, tau_method="DL")


@pytest.mark.parametrize("effects", ["common", "random"])
@pytest.mark.parametrize("case", ["additive", "interaction", "disconnected"])
def test_components_and_treatments(case: str, effects):
    truth, ours = TRUTH[case], fitted(case, effects)
    found = {e.name: (e.estimate, e.se) for e in ours.component_effects()}
    theirs = zip(truth[f"Comp_{effects}"], truth[f"seComp_{effects}"], strict=True)
    assert set(found) == set(truth["components"])
    for name, (estimate, se) in zip(truth["components"], theirs, strict=True):
        assert found[name] == pytest.approx((estimate, se), rel=1e-8, abs=1e-10)
    order = [ours.effects.treatments.index(t) for t in truth["trts"]]
    at = np.ix_(order, order)
    for mine, key in ((ours.effects.differences, "TE"), (ours.effects.standard_errors, "seTE")):
        theirs = np.array(truth[f"{key}_{effects}"], dtype=float)
        np.testing.assert_allclose(mine[at], theirs, rtol=1e-8, atol=1e-10)
    if effects == "random":
        assert ours.tau2 == pytest.approx(truth["tau2"], rel=1e-8)


@pytest.mark.parametrize("case", ["additive", "interaction", "disconnected"])
def test_heterogeneity_and_additivity(case: str):
    truth, ours = TRUTH[case], fitted(case, "common")
    assert ours.heterogeneity.q == pytest.approx(truth["Q"], rel=1e-10)
    assert ours.heterogeneity.df == truth["df"]
    if case == "disconnected":
        assert ours.additivity is None
    else:
        assert ours.additivity is not None
        assert ours.additivity.q == pytest.approx(truth["Q_diff"], rel=1e-8)
        assert ours.additivity.df == truth["df_diff"]


def test_combinations():
    truth, ours = TRUTH["additive"], fitted("additive", "random")
    found = {e.name: e.estimate for e in ours.combination_effects()}
    others = truth["trts"]
    assert [found[t] for t in others] == pytest.approx(truth["Comb_random"], rel=1e-8)
    both = ours.combination(["Face-to-face CBT", "SSRI"])
    i = others.index("Face-to-face CBT + SSRI")
    assert both.estimate == pytest.approx(truth["Comb_random"][i], rel=1e-8)
    assert both.se == pytest.approx(truth["seComb_random"][i], rel=1e-8)


def test_an_interaction_is_tested_by_the_difference_of_q():
    found = compare(fitted("additive", "common"), fitted("interaction", "common"))
    expected = TRUTH["additive"]["Q"] - TRUTH["interaction"]["Q"]
    assert (found.q, found.df) == (pytest.approx(expected, rel=1e-8), 1)


def test_a_combination_with_its_interaction():
    ours = fitted("interaction", "common")
    e = {c.name: c.estimate for c in ours.component_effects()}
    expected = e["Face-to-face CBT"] + e["SSRI"] + e["Face-to-face CBT * SSRI"]
    found = ours.combination(["Face-to-face CBT", "SSRI"]).estimate
    assert found == pytest.approx(expected, rel=1e-12)


def test_what_trials_do_not_identify_is_nan():
    # A v B and C v D: with nothing in common, A against C is unknown, and so is each alone
    studies = [contrasts_from_arms("1", ["A", "B"], [0, 1], [0.1, 0.1]),
               contrasts_from_arms("2", ["C", "D"], [0, 2], [0.1, 0.1])]  # fmt: skip
    network = assemble(studies, measure="MD", reference="A", connected=False)
    ours = fit_components(network, component_model(network.treatments), effects="common")
    np.testing.assert_allclose(ours.effects.estimates, [0, 1, np.nan, np.nan])
    assert all(np.isnan(e.estimate) for e in ours.component_effects())


def test_one_component_a_treatment_is_the_network_itself():
    network = linde("additive")
    model = component_model(network.treatments, inactive=network.reference, separator="&")
    ours = fit_components(network, model)
    assert ours.additivity is not None
    assert (ours.additivity.q, ours.additivity.df) == (0.0, 0)
    other = replace(network, reference="SSRI")
    again = fit_components(other, model)
    np.testing.assert_allclose(again.effects.differences, ours.effects.differences, atol=1e-9)


def test_an_interaction_that_no_treatment_shows_is_refused():
    with pytest.raises(NetworkError, match=r"No treatment shows the interaction A \* B"):
        component_model(["A", "B", "placebo"], inactive="placebo", interactions=[("A", "B")])
