"""Component effects with flat priors and tau given equal netmeta's netcomb and discomb (golden
file, DerSimonian-Laird tau of the additive model), to 1e-8."""

import numpy as np
import pytest
from nma_golden import golden, network_of

from assuage.errors import NetworkError
from assuage.evidence.observed import NormalContrasts, ObservedNetwork, observe
from assuage.synthesis.latent import fit_latent
from assuage.synthesis.models import ComponentEffects, Known, combination, component_effects

TRUTH = golden("components_linde2016")
INTERACTION = ("Face-to-face CBT", "SSRI")


def linde() -> ObservedNetwork:
    network = network_of(golden("nma_linde2016"))
    studies = [NormalContrasts.of(s) for s in network.studies]
    return observe(studies, reference="Placebo", link="logit")


def model(case: str, tau: float) -> ComponentEffects:
    return ComponentEffects(
        inactive="Placebo", component_sd=None, heterogeneity=Known(value=tau),
        interactions=(INTERACTION,) if case == "interaction" else (),
    )  # fmt: skip


@pytest.mark.parametrize("effects", ["common", "random"])
@pytest.mark.parametrize("case", ["additive", "interaction"])
def test_components_and_treatments(case: str, effects: str):
    truth = TRUTH[case]
    tau = truth["tau2"] ** 0.5 if effects == "random" else 0.0
    found = fit_latent(linde(), model(case, tau))
    parts = component_effects(found)
    order = [parts.names.index(name) for name in truth["components"]]
    np.testing.assert_allclose(parts.mean[order], truth[f"Comp_{effects}"], rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(parts.sd[order], truth[f"seComp_{effects}"], rtol=1e-8)
    for i, one in enumerate(truth["trts"]):
        for j, other in enumerate(truth["trts"]):
            if i < j:
                ours = found.effects.contrast(one, other)
                theirs = truth[f"TE_{effects}"][i][j], truth[f"seTE_{effects}"][i][j]
                assert (ours.mean, ours.sd) == pytest.approx(theirs, rel=1e-7, abs=1e-9)


def test_a_combination_that_no_trial_tested_is_the_sum():
    found = fit_latent(linde(), model("additive", 0.1))
    parts = component_effects(found)
    asked = combination(found, ("Hypericum", "Remote CBT"))
    pick = [float(n in {"Hypericum", "Remote CBT"}) for n in parts.names]
    assert asked.mean == pytest.approx(parts.mean @ pick)
    assert asked.sd**2 == pytest.approx(np.array(pick) @ parts.covariance @ pick)


def test_an_unknown_component_is_named():
    with pytest.raises(NetworkError, match="No component Hypnosis"):
        combination(fit_latent(linde(), model("additive", 0.1)), ("Hypnosis",))
