"""What a network answers beyond its effects.

Truth: netmeta 3.3-1, metafor, meta, nmathresh and multinma (golden files, see their notes), or a
second way to the same number.
"""

import json
from math import inf, log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtr, stdtrit
from scipy.stats import nchypergeom_fisher

from assuage import nma
from assuage.errors import NetworkError
from assuage.nma.account import NetworkAccount
from assuage.nma.fit import Fit
from assuage.synthesis.latent import RandomEffects
from assuage.synthesis.models import ClassEffects, Covariate, MetaRegression
from assuage.synthesis.models.dose_curves import Linear
from assuage.synthesis.priors import HalfNormal, Prior

REFERENCE = Path(__file__).parents[2] / "reference"
SAME = {"rel": 1e-8, "abs": 1e-10}
WIDE = Prior(effect_sd=10.0, heterogeneity=HalfNormal(scale=2.0))


def truth(path: str) -> dict[str, Any]:
    return json.loads((REFERENCE / f"{path}.json").read_text())


MORE = truth("golden_consistency/consistency_smokingcessation")


@pytest.fixture(scope="module")
def smoking() -> NetworkAccount:
    data = truth("golden/nma_smokingcessation")["data"]["arm"]
    return nma.from_arms(
        data, reference="A", small_values="undesirable", columns={"events": "event"}
    )


@pytest.fixture(scope="module")
def dl(smoking: NetworkAccount) -> Fit:
    return smoking.fit(tau="DL")


@pytest.fixture(scope="module")
def binomial(smoking: NetworkAccount) -> Fit:
    return smoking.fit(engine="bayes", priors=WIDE)


def test_counts_have_their_own_likelihood_and_equal_multinmas_sampler(binomial: Fit):
    """Within four Monte Carlo errors of multinma's run (binomial arms, the same priors of effects
    and heterogeneity; studies' levels N(0, SD 100) there, SD 10 here: no difference that shows)."""
    model = truth("golden_mcmc/smokingcessation__multinma")["models"]["random"]
    posterior = {k: dict(zip(model["posterior"]["variable"], v, strict=True))
                 for k, v in model["posterior"].items()}  # fmt: skip
    assert binomial.choices()["likelihood"] == "binomial"
    for treatment in "BCD":
        name = f"d[{treatment}]"
        own = binomial.inference.joint.contrast(treatment, "A")
        error = posterior["sd"][name] / sqrt(posterior["ess_bulk"][name])
        assert own.mean == pytest.approx(posterior["mean"][name], abs=4 * error)
    shown = binomial.diagnostics()
    assert shown.fitted.deviance == pytest.approx(model["dic"]["resdev"], abs=0.3)
    assert shown.k_hat < 0.7
    assert f"DIC {shown.fitted.dic:.1f}" in str(shown.table())


def test_common_effects_by_bayes_equal_multinmas_sampler(smoking: NetworkAccount):
    model = truth("golden_mcmc/smokingcessation__multinma")["models"]["fixed"]
    values = model["posterior"]
    fit = smoking.fit(engine="bayes", effects="common", priors=WIDE)
    for name, mean, sd, ess in zip(
        *(values[k] for k in ("variable", "mean", "sd", "ess_bulk")), strict=True
    ):
        own = fit.inference.joint.contrast(name[2], "A")
        assert own.mean == pytest.approx(mean, abs=4 * sd / sqrt(ess))
    assert fit.heterogeneity().tau_interval is None
    with pytest.raises(NetworkError, match="needs random effects"):
        fit.predictions()


def test_unrelated_means_of_one_comparison_are_the_network():
    rows = [
        {"study": s, "treatment": t, "events": r, "n": 50}
        for s, counts in (("s1", (5, 9)), ("s2", (7, 8)), ("s3", (3, 9)))
        for t, r in zip("pd", counts, strict=True)
    ]
    fit = nma.from_arms(rows, reference="p").fit(engine="bayes")
    beside = fit.unrelated_means()
    (own,), network = beside.rows, fit.relative_effects().of("p", "d")
    assert (own.treatment1, own.treatment2) == ("p", "d")
    # two runs of the same integral by other coordinates
    found = (own.estimate, own.low, own.high)
    assert found == pytest.approx((network.estimate, network.low, network.high), abs=0.01)
    for point in beside.points:
        assert point.consistency == pytest.approx(point.inconsistency, abs=0.02)


def test_mantel_haenszel_equals_netmetabins(smoking: NetworkAccount):
    file = truth("golden/rare_events")["networks"]["smokingcessation"]["MH"]
    found = smoking.mantel_haenszel()
    rows, estimates, errors = file["TE"]["rows"], file["TE"]["values"], file["seTE"]["values"]
    for i, one in enumerate(rows):
        for j, two in enumerate(rows):
            if i != j:
                own = found.relative_effects(against=two).of(one, two)
                assert (own.estimate, own.se) == pytest.approx(
                    (estimates[i][j], errors[i][j]), abs=1e-11
                )
    assert "no event, or nothing else" in str(found.table())


def test_two_treatments_by_the_hypergeometric_likelihood():
    """One trial: at the maximum the mean of the non-central hypergeometric distribution (scipy's)
    is the number of events seen."""
    rows = [{"study": "s", "treatment": t, "events": r, "n": 10} for t, r in (("d", 3), ("p", 1))]
    found = nma.from_arms(rows, reference="p").hypergeometric().relative_effects().of("d", "p")
    mean = nchypergeom_fisher.mean(20, 4, 10, np.exp(found.estimate))
    assert mean == pytest.approx(3, abs=1e-8)


def test_node_splits_by_other_designs_equal_netmetas(dl: Fit):
    file = MORE["netsplit_SIDDE"]["random"]
    found = {frozenset((r.treatment1, r.treatment2)): r for r in dl.node_splits("SIDDE").rows}
    for i, pair in enumerate(file["comparison"]):
        row = found[frozenset(pair.split(":"))]
        sign = 1 if row.treatment1 == pair[0] else -1
        assert (row.studies, sign * row.direct[0], sign * row.indirect[0], row.p) == pytest.approx(
            (file["k"][i], file["direct"][i], file["indirect"][i], file["p"][i]), **SAME
        )


def test_bayesian_node_splits_come_from_the_fits_priors(smoking: NetworkAccount):
    """With a flat effect and τ all but fixed at zero the split is that of common effects."""
    tight = Prior(effect_sd=None, heterogeneity=HalfNormal(scale=1e-4))
    bayes = smoking.fit(engine="bayes", likelihood="normal", priors=tight).node_splits().rows
    plain = smoking.fit(effects="common").node_splits("SIDE").rows
    for own, other in zip(bayes, plain, strict=True):
        assert (own.difference, own.p) == (
            pytest.approx(other.difference, abs=1e-3), pytest.approx(other.p, abs=1e-3)
        )  # fmt: skip


def test_bayesian_splits_need_priors(dl: Fit):
    with pytest.raises(NetworkError, match="engine='bayes'"):
        dl.node_splits("Bayes")


@pytest.mark.parametrize("method", ["shortest path", "random walk"])
def test_contributions_equal_netmetas(dl: Fit, method):
    frame = MORE["netcontrib"][method.replace(" ", "")]["random_DL"]
    found = {
        (frozenset(c.row.split(" vs ")), frozenset(c.column.split(" vs "))): c.share
        for c in dl.contributions(method).rows
    }
    for row, shares in zip(frame["rows"], frame["values"], strict=True):
        for column, share in zip(frame["cols"], shares, strict=True):
            key = (frozenset(row.split(":")), frozenset(column.split(":")))
            assert found[key] == pytest.approx(share, **SAME)
    table = dl.contributions(method).studies().rows
    assert sum(float(r["share"]) for r in table) == pytest.approx(len(frame["rows"]))


def test_parts_of_q_by_design_equal_netmetas(dl: Fit):
    """A design of three arms has its two parts in another split here; their sum is the same."""
    file: dict[str, float] = {}
    for name, value in zip(*(MORE["Q_inc_design"][k] for k in ("names", "values")), strict=True):
        file[name] = file.get(name, 0.0) + value
    heat = dl.net_heat().heat
    found: dict[str, float] = {}
    for row, q in zip(heat.rows, heat.q.tolist(), strict=True):
        name = ":".join(sorted(row.design))
        found[name] = found.get(name, 0.0) + q
    assert found == pytest.approx(file, **SAME)
    held = dl.net_heat(random=True).heat.tau2
    assert held == pytest.approx(dl.heterogeneity().tau ** 2)


def test_measures_equal_netmetas(dl: Fit):
    file = MORE["netmeasures_random_DL"]
    found = {f"{r['comparison']}".replace(" vs ", ":"): r for r in dl.measures().table().rows}
    keys = ("direct", "mean_path_length", "parallelism", "parallelism_studies")
    for row in zip(*(file[k] for k in ("comparison", "proportion", "meanpath", "minpar",
                                       "minpar_study")), strict=True):  # fmt: skip
        own = found.get(row[0]) or found[row[0][::-1]]
        assert tuple(own[k] for k in keys) == pytest.approx(row[1:], **SAME)


def test_tests_of_the_funnel_equal_metas(dl: Fit):
    file = MORE["tests_of_the_funnel"]
    found = {row["test"]: row for row in dl.funnel(order="BCDA").tests().rows}
    for ours, theirs in (("Egger", "Egger"), ("Thompson-Sharp", "Thompson")):
        keys = zip(("bias", "se", "statistic", "p"), ("estimate", "se", "statistic", "pval"),
                   strict=True)  # fmt: skip
        for own, other in keys:
            assert found[ours][own] == pytest.approx(file[theirs][other], **SAME)
    assert found["Begg-Mazumdar"]["bias"] == pytest.approx(file["Begg"]["estimate"])


def test_interaction_and_random_inconsistency_equal_metafors(smoking: NetworkAccount):
    file = MORE["within_and_between"]
    fit = smoking.fit()
    found = fit.interaction().model
    assert (found.wald.q, found.wald.df) == (
        pytest.approx(file["interaction_REML"]["wald"], rel=5e-6), 7
    )  # fmt: skip
    rows = {r["quantity"]: r for r in fit.random_inconsistency().table().rows}
    for name, d, se in zip(*(file["jackson"][k] for k in ("names", "d", "se")), strict=True):
        own = rows[f"{name} vs A"]
        assert (own["estimate"], own["se"]) == pytest.approx((d, se), rel=1e-5)


def test_thresholds_equal_nmathreshs(smoking: NetworkAccount):
    model = truth("golden_consistency/threshold_smokingcessation")["models"]["common"]
    theirs = model["thresholds"]
    found = smoking.fit(effects="common").thresholds()
    ours = {(r.study, r.treatment, r.baseline): (r.low, r.high) for r in found.rows}
    assert found.found.best == model["optimal_treatment"]
    for key, low, high in zip(
        zip(theirs["study"], theirs["treat"], theirs["base"], strict=True),
        map(float, theirs["lo"]), map(float, theirs["hi"]), strict=True,
    ):  # fmt: skip
        # nmathresh divides by rounding errors where a result has no influence
        expected = (low if low > -1e12 else -inf, high if high < 1e12 else inf)
        assert ours[key] == pytest.approx(expected, rel=1e-8)


def test_meta_regression_equals_netmetaregs():
    file = truth("golden_consistency/metareg_hasselblad1998")
    account = nma.from_arms(
        file["data"], reference=file["reference"], columns={"events": "event"}, measure="OR"
    )
    theirs = file["models"]["common"]
    found = account.fit().meta_regression(file["covariate"], covariate="year", centre=0.0)
    (slope,) = found.table().rows
    assert (slope["estimate"], slope["se"], slope["p"]) == pytest.approx(
        (theirs["b"][3], theirs["se"][3], theirs["pval"][3]), rel=5e-6
    )
    at = {row["treatment"]: log(float(row["estimate"])) for row in found.at(1990).rows}
    expected = [b + 1990 * theirs["b"][3] for b in theirs["b"][:3]]
    names = ("grp_counseling", "ind_counseling", "self_help")
    assert [at[n] for n in names] == pytest.approx(expected, rel=1e-4)


def test_hartung_knapp_and_tau_intervals_equal_metafors():
    file = truth("golden/pairwise_bcg")["effects"]["RR"]
    rows = [
        {"study": str(i), "treatment1": "bcg", "treatment2": "none", "estimate": y, "se": v**0.5}
        for i, (y, v) in enumerate(zip(file["yi"], file["vi"], strict=True))
    ]
    fit = nma.from_contrasts(rows, measure="RR", reference="none").fit()
    theirs = file["models"]["REML_knha"]
    (own,) = fit.hartung_knapp().rows
    expected = [theirs["b"]["intrcpt"], *theirs["se"], *theirs["ci_lb"], *theirs["ci_ub"]]
    assert (own.estimate, own.se, own.low, own.high) == pytest.approx(expected, rel=1e-6)
    rows = {row["quantity"]: row for row in fit.heterogeneity().table().rows}
    for name, key in (("profile likelihood (REML)", "PL"), ("Q-profile", "QP")):
        found = [float(str(rows[f"τ, {name}"][k])) ** 2 for k in ("value", "low", "high")]
        # metafor's search for the ends of the profile stops at 1e-4
        assert found == pytest.approx(file[f"tau2_ci_{key}_REML"], rel=1e-4, abs=5e-5)
    left = {row["study"]: row for row in fit.leave_one_out("bcg").table().rows}
    alone = [log(float(left[str(i)]["estimate"])) for i in range(len(left))]
    assert alone == pytest.approx(file["leave1out_REML"]["estimate"], rel=2e-6)


def test_a_rule_sets_the_degrees_of_freedom_of_predictions(dl: Fit):
    effects = dl.relative_effects()
    for rule, t in (("k-1", stdtrit(23, 0.975)), ("k-2", stdtrit(22, 0.975)), ("normal", 1.959964)):
        for row in dl.predictions(rule=rule).rows:
            own = effects.of(row.treatment1, row.treatment2)
            reach = t * sqrt(own.se**2 + dl.heterogeneity().tau ** 2)
            assert row.predict_high == pytest.approx(own.estimate + reach, rel=1e-6)


def test_an_important_difference_asks_more_of_the_better_treatment(dl: Fit):
    """The score is the mean over the others of the normal probability beyond the difference."""
    effects = dl.relative_effects()
    found = dl.ranks(important_difference=0.2).scores
    for one in "ABCD":
        pairs = [effects.of(one, two) for two in "ABCD" if two != one]
        mean = np.mean([ndtr((p.estimate - 0.2) / p.se) for p in pairs])
        assert found[one] == pytest.approx(mean, rel=1e-8)
    with pytest.raises(NetworkError, match="zero or above"):
        dl.ranks(important_difference=-1)


def test_leave_one_out_and_cumulative_equal_fits_of_the_rest(smoking: NetworkAccount):
    fit = smoking.fit()
    names = [s.study for s in smoking.studies]
    for row in fit.leave_one_out("C").table().rows[:3]:
        alone = smoking.without(str(row["study"])).fit().relative_effects().of("C", "A")
        assert log(float(row["estimate"])) == pytest.approx(alone.estimate, abs=1e-7)
    steps = fit.cumulative({name: float(i) for i, name in enumerate(names)}, "C").table().rows
    early = smoking.without(*names[12:]).fit()
    assert log(float(steps[11]["estimate"])) == pytest.approx(
        early.relative_effects().of("C", "A").estimate, abs=1e-7
    )
    assert (steps[11]["studies"], steps[11]["tau"]) == (
        12, pytest.approx(early.heterogeneity().tau, abs=1e-7)
    )  # fmt: skip


def test_components_equal_netcombs():
    file = truth("golden/components_linde2016")["additive"]
    data = truth("golden/nma_linde2016")
    names = {"study": "studlab", "treatment1": "treat1", "treatment2": "treat2",
             "estimate": "TE", "se": "seTE"}  # fmt: skip
    account = nma.from_contrasts(data["data"]["contrast"], measure="OR", columns=names)
    rows = account.components("Placebo", effects="common").rows
    found = {row.name: (row.estimate, row.se) for row in rows}
    for name, estimate, se in zip(
        *(file[k] for k in ("components", "Comp_common", "seComp_common")), strict=True
    ):
        assert found[name] == pytest.approx((estimate, se), **SAME)


def test_a_second_outcome_stands_above_the_diagonal(smoking: NetworkAccount, dl: Fit):
    other = smoking.fit(effects="common")
    league = dl.league(second=other)
    for cell in league.cells:
        fit = dl if cell.row > cell.column else other
        own = fit.relative_effects().of(cell.treatment1, cell.treatment2)
        assert (cell.estimate, cell.low, cell.high) == pytest.approx(
            (own.estimate, own.low, own.high)
        )


def test_the_shape_of_the_network(smoking: NetworkAccount):
    shape = {r["quantity"]: r["value"] for r in smoking.geometry().table().rows}
    assert (shape["Studies"], shape["Arms"], shape["Designs"], shape["Density"]) == (24, 50, 8, 1.0)
    assert {r["treatment"]: r["trials"] for r in smoking.geometry().treatments().rows} == {
        "A": 19, "B": 6, "C": 19, "D": 6
    }  # fmt: skip


def test_a_crossover_trial_joins_the_network():
    rows = [
        {"study": "p", "treatment": t, "mean": m, "sd": 2.0, "n": 30}
        for t, m in (("a", 1.0), ("b", 2.0))
    ]
    account = nma.from_arms(rows, reference="a")
    trial = nma.crossover_from_means("x", ["a", "b"], [1.0, 2.5], [2.0, 2.0], 20, correlation=0.5)
    both = account.adding(trial)
    assert [s.study for s in both.studies] == ["p", "x"]
    # paired: variance (4 + 4 - 2 x 0.5 x 4) / 20; parallel: (4 + 4) / 30
    weights = np.array([30 / 8, 20 / 4])
    (row,) = both.fit(effects="common").relative_effects().rows
    assert row.estimate == pytest.approx(np.average([1.0, 1.5], weights=weights))
    assert row.se == pytest.approx(weights.sum() ** -0.5)
    with pytest.raises(NetworkError, match="already"):
        both.adding(trial)


def test_classes_and_comparison_of_models():
    """Drugs of one class without spread about it are one drug."""
    rows = [
        {"study": f"s{i}", "treatment1": t, "treatment2": "p", "estimate": y, "se": 0.5}
        for i, (t, y) in enumerate([("d1", -1.0), ("d1", -1.4), ("d2", -0.8), ("d2", -1.1)])
    ]
    account = nma.from_contrasts(rows, measure="MD", reference="p")
    prior = Prior(effect_sd=10.0, heterogeneity=HalfNormal(scale=0.5))
    same = ClassEffects.of(prior, {"d1": "k", "d2": "k"}, class_spread=HalfNormal(scale=1e-4))
    fit = account.fit(model=same)
    (mean,) = fit.class_means().rows
    merged = nma.from_contrasts([{**r, "treatment1": "d"} for r in rows], measure="MD",
                                reference="p").fit(engine="bayes", priors=prior)  # fmt: skip
    one = merged.relative_effects().of("d", "p")
    assert (mean.estimate, mean.low, mean.high) == pytest.approx(
        (one.estimate, one.low, one.high), abs=2e-3
    )
    assert fit.relative_effects().of("d1", "p").estimate == pytest.approx(one.estimate, abs=2e-3)
    free = account.fit(engine="bayes", priors=prior)
    found = nma.compare({"class": fit, "free": free})
    scores = {row["model"]: row for row in found.table().rows}
    for name, own in (("class", fit), ("free", free)):
        latent = own.inference.latent
        assert latent is not None
        assert scores[name]["log_marginal_likelihood"] == pytest.approx(
            latent(False).log_marginal_likelihood
        )
    assert sum(float(row["probability"]) for row in scores.values()) == pytest.approx(1)
    with pytest.raises(NetworkError, match="least squares"):
        nma.compare({"a": account.fit(), "b": free})


def test_a_bayesian_regression_without_slopes_is_the_network(smoking: NetworkAccount):
    years = {s.study: 1980.0 + i for i, s in enumerate(smoking.studies)}
    random = RandomEffects(effect_sd=10.0, heterogeneity=HalfNormal(scale=2.0))
    model = MetaRegression(
        treatments=random,
        covariates=(Covariate(name="year", values=years),),
        interactions="shared",
        interaction_sd=1e-6,
    )
    fit = smoking.fit(model=model)
    plain = smoking.fit(engine="bayes", priors=WIDE).relative_effects()
    for row in fit.effects_at({"year": 2000}).rows:
        own = plain.of(row.name, "A")
        assert (row.estimate, row.se) == pytest.approx((own.estimate, own.se), abs=0.02)
    assert {row.name for row in fit.interactions().rows} == {f"year x {t}" for t in "BCD"}


def test_a_line_of_dose_is_a_slope():
    """One agent, a linear curve, a common effect: weighted least squares through the origin."""
    rows = [
        {"study": f"s{d}", "treatment": t, "mean": m, "sd": 1.0, "n": 50}
        for d, m1 in ((10, 1.2), (20, 1.9), (40, 4.1))
        for t, m in (("placebo", 0.0), (f"drug {d}", m1))
    ]
    account = nma.from_arms(rows, reference="placebo", small_values="undesirable")
    flat = Prior(effect_sd=None, heterogeneity=HalfNormal(scale=1.0))
    found = account.dose_response(curves=[Linear()], effects="common", priors=flat)
    dose, y = np.array([10, 20, 40.0]), np.array([1.2, 1.9, 4.1])
    slope, se = (dose @ y) / (dose @ dose), sqrt(2 / 50 / (dose @ dose))
    shown = {row["dose"]: row for row in found.table().rows}
    for d in dose:
        assert (shown[d]["estimate"], shown[d]["low"], shown[d]["high"]) == pytest.approx(
            (slope * d, (slope - 1.959964 * se) * d, (slope + 1.959964 * se) * d), rel=1e-6
        )
    assert {(p.study, p.dose, p.estimate) for p in found.points} == {
        ("s10", 10.0, 1.2), ("s20", 20.0, 1.9), ("s40", 40.0, 4.1)
    }  # fmt: skip
    with pytest.raises(NetworkError, match="names no dose"):
        nma.from_arms([{**r, "treatment": r["treatment"].split()[0]} for r in rows],
                      reference="placebo").dose_response()  # fmt: skip


def test_every_answer_prints_and_is_drawn(smoking: NetworkAccount, dl: Fit, binomial: Fit):
    order = {s.study: float(i) for i, s in enumerate(smoking.studies)}
    answers = [
        dl.hartung_knapp(), dl.node_splits(), dl.interaction(), dl.random_inconsistency(),
        dl.net_heat(), dl.contributions(), dl.measures(), dl.leave_one_out(), dl.cumulative(order),
        dl.meta_regression(order), dl.thresholds(), smoking.mantel_haenszel(), smoking.geometry(),
        smoking.hypergeometric(), smoking.components("A"), binomial.diagnostics(),
        binomial.unrelated_means(), binomial.coefficients(),
    ]  # fmt: skip
    for answer in answers:
        assert str(answer.table())
        assert answer.plot().svg().startswith("<svg")
