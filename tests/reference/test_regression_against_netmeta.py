"""Meta-regression with flat priors and tau given equals netmeta's netmetareg (golden file; its
covariate is not centred, so that intercepts are extrapolated by two thousand years)."""

import pytest
from latent_golden import observed
from nma_golden import golden, network_of

from assuage.evidence.observed import NormalContrasts, observe
from assuage.synthesis.latent import fit_latent
from assuage.synthesis.models import (
    Covariate,
    IndependentEffects,
    Known,
    MetaRegression,
    effects_at,
    interactions,
)

TRUTH = golden("netmetareg_smokingcessation")


@pytest.mark.parametrize(("kind", "key"), [("shared", "common"), ("independent", "independent")])
def test_intercepts_and_slopes(kind, key: str):
    truth = TRUTH["models"][key]
    contrasts = network_of(golden("nma_smokingcessation"))
    network = observe(
        [NormalContrasts.of(s) for s in contrasts.studies],
        reference="A",
        link=observed("smokingcessation").link,
    )
    model = MetaRegression(
        treatments=IndependentEffects(
            effect_sd=None, heterogeneity=Known(value=truth["tau2"] ** 0.5)
        ),
        covariates=(Covariate(name="year", values=TRUTH["year"], centre=1985.0),),
        interactions=kind,
        interaction_sd=None,
    )
    posterior = fit_latent(network, model)
    theirs = {
        name.strip("`"): pair
        for name, *pair in zip(truth["names"], truth["b"], truth["se"], strict=True)
    }
    at_zero, slopes = effects_at(posterior, {"year": 0.0}), interactions(posterior)
    for treatment in "BCD":
        name = TRUTH["name_map"][treatment]
        intercept = at_zero.marginal(treatment)
        assert [intercept.mean, intercept.sd] == pytest.approx(theirs[name], rel=1e-6)
        slope = slopes.marginal(f"year x {treatment}")
        own = "nonref:year" if kind == "shared" else f"{name}:year"
        assert [slope.mean, slope.sd] == pytest.approx(theirs[own], rel=1e-6)
