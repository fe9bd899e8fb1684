"""The answers of a fit. Truth: netmeta 3.3-1 (golden files), and laws that tie answers together."""

import json
from dataclasses import asdict
from math import exp, log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from assuage import nma
from assuage.cli.main import app
from assuage.errors import NetworkError
from assuage.nma.consistency import split_rows
from assuage.nma.diagnostics import density_curves
from assuage.nma.fit import Fit
from assuage.nma.heterogeneity import trial_rows
from assuage.report.plots.forest import ForestRow
from assuage.synthesis.priors import HalfNormal, Prior
from assuage.synthesis.quadrature import fit_random_effects

GOLDEN = Path(__file__).parents[2] / "reference"
Z = 1.959963984540054


def golden(name: str) -> dict[str, Any]:
    main = json.loads((GOLDEN / "golden" / f"nma_{name}.json").read_text())
    plots = json.loads((GOLDEN / "golden_plots" / f"{name}.json").read_text())
    return {**main, "netmeta": {**main["netmeta"], **plots["netmeta"]}}


def fitted(file: dict[str, Any], **model: Any) -> Fit:
    choices = {"reference": file["reference_group"], "small_values": file["small_values"]}
    if "contrast" in file["data"]:
        names = {"study": "studlab", "treatment1": "treat1", "treatment2": "treat2"}
        names |= {"estimate": "TE", "se": "seTE"}
        data = file["data"]["contrast"]
        network = nma.from_contrasts(data, measure="MD", columns=names, **choices)
    else:
        network = nma.from_arms(file["data"]["arm"], columns={"events": "event"}, **choices)
    return network.fit(**model)


@pytest.fixture(scope="module", params=["smokingcessation", "senn2013"])
def file(request: pytest.FixtureRequest) -> dict[str, Any]:
    return golden(request.param)


@pytest.fixture(scope="module")
def dl(file: dict[str, Any]) -> Fit:
    return fitted(file, tau="DL")


def cell(frame: dict[str, Any], row: str, column: str) -> float:
    return frame["values"][frame["rows"].index(row)][frame["cols"].index(column)]


def test_relative_effects_and_predictions_equal_netmetas(file: dict[str, Any], dl: Fit):
    random = file["netmeta"]["random"]["DL"]
    for versus in file["netmeta"]["network"]["treatments"]:
        for row in dl.relative_effects(against=versus).rows:
            pair = (row.treatment1, versus)
            assert (row.estimate, row.se, row.low, row.high) == pytest.approx(
                tuple(cell(random[key], *pair) for key in ("TE", "seTE", "lower", "upper")),
                rel=1e-8, abs=1e-10,
            )  # fmt: skip


def test_best_come_first_and_scores_equal_netmetas(file: dict[str, Any], dl: Fit):
    truth = file["netmeta"]["netrank"]["pscore_random_DL"]
    ranks = dl.ranks()
    assert ranks.scores == pytest.approx(truth, rel=1e-8)
    assert [row["treatment"] for row in ranks.table().rows] == sorted(
        truth, key=lambda t: -truth[t]
    )


def test_rank_probabilities_imply_netmetas_p_scores(file: dict[str, Any], dl: Fit):
    """The area under the cumulative ranking curve is the mean probability of being better than
    another (Salanti, Ades, Ioannidis 2011), which for a joint normal is the P-score (Rücker and
    Schwarzer 2015). netmeta's own simulated rankogram is no truth here: its areas miss its
    P-scores by up to 0.004, several of its Monte Carlo errors."""
    truth = file["netmeta"]["netrank"]["pscore_random_DL"]
    found = dl.ranks().probabilities
    area = {name: sum(np.cumsum(own)[:-1]) / (len(own) - 1) for name, own in found.items()}
    assert area == pytest.approx(truth, abs=0.002)
    assert np.sum(list(found.values()), axis=0) == pytest.approx(np.ones(len(found)))


def test_the_funnel_is_netmetas(file: dict[str, Any], dl: Fit):
    truth = file["netmeta"]["funnel_comparison_adjusted"]
    reference = file["reference_group"]
    names = [t for t in sorted(file["netmeta"]["network"]["treatments"]) if t != reference]
    keys = ("studlab", "treat1", "treat2", "TE_adj", "seTE")
    expected = {
        (s, a, b): (e, se) for s, a, b, e, se in zip(*(truth[k] for k in keys), strict=True)
    }
    rows = dl.funnel(order=[*names, reference]).rows
    found = {(r.study, r.treatment1, r.treatment2): (r.centred, r.se) for r in rows}
    assert set(found) == set(expected)
    for key, value in expected.items():
        assert found[key] == pytest.approx(value, rel=1e-7, abs=1e-9)


def test_deviance_adds_up_to_q(file: dict[str, Any]):
    """Under common effects the deviance of all trials is Q, and Q within designs where each design
    is on its own (Krahn, Binder, König 2013): netmeta's decomposition."""
    points = fitted(file, effects="common").diagnostics().points
    total, within, _ = file["netmeta"]["decomp_design"]["Q_decomp"]["Q"]
    assert sum(p.consistency for p in points) == pytest.approx(total, rel=1e-8)
    assert sum(p.inconsistency for p in points) == pytest.approx(within, rel=1e-8)


def test_the_league_holds_each_pair_from_the_network_and_from_its_trials(
    file: dict[str, Any], dl: Fit
):
    random, league = file["netmeta"]["random"]["DL"], dl.league()
    split = file["netmeta"]["netsplit_back_calculation"]["random"]
    direct: dict[tuple[str, str], float] = {}
    for pair, value in zip(split["comparison"], split["direct"], strict=True):
        a, b = pair.split(":")
        if value is not None:
            direct[a, b], direct[b, a] = value, -value
    n = len(league.order)
    assert len(league.cells) == n * (n - 1)
    for c in league.cells:
        pair = (c.treatment1, c.treatment2)
        assert pair == (league.order[min(c.row, c.column)], league.order[max(c.row, c.column)])
        if c.part == "network":
            assert c.row > c.column
            assert (c.estimate, c.low, c.high) == pytest.approx(
                tuple(cell(random[k], *pair) for k in ("TE", "lower", "upper")), rel=1e-7, abs=1e-9
            )
        else:
            assert c.estimate == (pytest.approx(direct[pair]) if pair in direct else None)


def test_splits_are_drawn_as_direct_indirect_and_network(dl: Fit):
    effects = dl.relative_effects()
    rows = split_rows(dl.splits().tested)
    assert len(rows) == 4 * len(dl.splits().tested)
    for head, straight, around, network in zip(*[iter(rows)] * 4, strict=True):
        assert [r.kind for r in (head, straight, around, network)] == [
            "heading", "direct", "indirect", "network"
        ]  # fmt: skip
        first, second = head.label.split(", p ")[0].split(" vs ")
        truth = effects.of(first, second)
        assert (network.estimate, network.low, network.high) == pytest.approx(
            (truth.estimate, truth.low, truth.high), rel=1e-8
        )


def test_absolute_risks_follow_from_the_baseline():
    fit = fitted(golden("smokingcessation"), tau="DL")
    effect = fit.relative_effects().of("C", "A")
    rows = {r.treatment: r for r in fit.absolute(baseline=0.2, baseline_se=0.3).rows}

    def risk(x: float) -> float:
        odds = 0.25 * exp(x)
        return odds / (1 + odds)

    reach = Z * sqrt(effect.se**2 + 0.3**2)
    assert (rows["C"].estimate, rows["C"].low, rows["C"].high) == pytest.approx(
        (risk(effect.estimate), risk(effect.estimate - reach), risk(effect.estimate + reach))
    )
    assert (rows["A"].estimate, rows["A"].low, rows["A"].high) == pytest.approx(
        (0.2, risk(-Z * 0.3), risk(Z * 0.3))
    )
    with pytest.raises(NetworkError, match="between 0 and 1"):
        fit.absolute(baseline=20)


def test_a_table_shows_ratios_and_gives_every_digit(file: dict[str, Any], dl: Fit):
    row = dl.relative_effects().rows[0]
    out = dl.relative_effects().table()
    first = out.to_dicts()[0]
    back = log if file["effect_measure"] == "OR" else float
    numbers = [back(float(first[k])) for k in ("estimate", "low", "high", "predict_low")]  # type: ignore[arg-type]
    assert numbers == pytest.approx([row.estimate, row.low, row.high, row.predict_low])
    line = out.to_csv().splitlines()[1].split(",")
    assert line[0] == row.treatment1
    assert float(line[3]) == first["estimate"]
    assert str(out).splitlines()[0].endswith(f"against {file['reference_group']}, best first")


def test_bayes_says_its_prior_and_summarises_as_the_command_does(file: dict[str, Any]):
    prior = Prior(effect_sd=10.0, heterogeneity=HalfNormal(scale=1.0), reason="as agreed")
    fit = fitted(file, engine="bayes", likelihood="normal", priors=prior)
    said = f"Bayesian random effects. Prior: {prior.statement} (as agreed)."
    assert fit.inference.statement == said
    posterior = fit_random_effects(fit.account.network, prior=prior)
    for row in fit.relative_effects().rows:
        own = posterior.effects.contrast(row.treatment1, row.treatment2)
        assert (row.estimate, (row.low, row.high)) == (
            pytest.approx(own.quantile(0.5)), pytest.approx(own.interval()),
        )  # fmt: skip
    assert fit.ranks().scores == pytest.approx(
        posterior.sucra(small_values=file["small_values"]), rel=1e-12
    )


def test_the_posterior_of_tau_is_a_density_with_its_quantiles(file: dict[str, Any]):
    posterior = fitted(file, engine="bayes", likelihood="normal").inference.posterior
    assert posterior is not None
    curves = density_curves("τ", posterior.tau.quantile, posterior.prior.heterogeneity)
    curve = [p for p in curves if p.of == "posterior"]
    x, y = np.array([p.value for p in curve]), np.array([p.density for p in curve])
    assert np.trapezoid(y, x) == pytest.approx(1, abs=0.005)
    assert np.trapezoid(y * x, x) == pytest.approx(posterior.tau.mean, rel=0.005)


def test_a_prediction_needs_random_effects(file: dict[str, Any]):
    with pytest.raises(NetworkError, match="needs random effects"):
        fitted(file, effects="common").predictions()


def test_an_order_must_name_every_treatment(dl: Fit):
    with pytest.raises(NetworkError, match="each treatment once"):
        dl.funnel(order=["A"])
    with pytest.raises(NetworkError, match="each treatment once"):
        dl.league(order=["A", "A"])


def test_trials_stand_under_their_comparison():
    rows = [
        {"study": s, "treatment1": "a", "treatment2": "b", "estimate": d, "se": 1.0}
        for s, d in (("s1", 1.0), ("s2", 3.0))
    ]
    fit = nma.from_contrasts(rows, measure="MD", reference="b").fit(effects="common")
    assert trial_rows(fit.heterogeneity().trials) == (
        ForestRow(label="a vs b", kind="heading"),
        ForestRow(label="s1", kind="trial", estimate=1.0, low=1 - Z, high=1 + Z),
        ForestRow(label="s2", kind="trial", estimate=3.0, low=3 - Z, high=3 + Z),
        ForestRow(
            label="network",
            kind="network",
            estimate=pytest.approx(2.0),
            low=pytest.approx(2 - Z / sqrt(2)),
            high=pytest.approx(2 + Z / sqrt(2)),
        ),
    )


def test_a_formula_in_a_name_is_inert_in_a_spreadsheet():
    rows = [
        {"study": "s", "treatment1": '=HYPERLINK("x")', "treatment2": "b", "estimate": 1, "se": 1}
    ]
    table = nma.from_contrasts(rows, measure="MD", reference="b").fit().relative_effects().table()
    assert table.to_csv().splitlines()[1].startswith("\"'=HYPERLINK")


def test_a_name_cannot_become_markup_in_a_notebook():
    rows = [{"study": "s", "treatment1": "<b>x", "treatment2": "b", "estimate": 1, "se": 1}]
    table = nma.from_contrasts(rows, measure="MD", reference="b").fit().relative_effects().table()
    assert "<b>" not in table._repr_html_()
    assert "&lt;b&gt;x" in table._repr_html_()


FORMS = {
    "events": """study,treatment,events,n
a,p,5,50
a,d,9,48
b,p,7,60
b,d,8,61
b,e,15,59
c,d,3,40
c,e,9,41
""",
    "rates": """study,treatment,events,time
a,p,5,50
a,d,9,48
b,p,7,60
b,e,15,59
c,d,3,40
c,e,9,41
""",
    "means": """study,treatment,mean,sd,n
a,p,5,2,50
a,d,4,2.5,48
b,p,6,2,60
b,e,3,2,59
c,d,4,2,40
c,e,3,3,41
""",
    "contrasts": """study,treatment1,treatment2,estimate,se
a,d,p,-1,0.5
b,e,p,-2,0.6
c,e,d,-0.5,0.4
""",
}


@pytest.mark.parametrize("engine", ["gls", "bayes"])
@pytest.mark.parametrize("form", FORMS)
def test_the_command_and_the_api_say_the_same(form: str, engine: str, tmp_path: Path):
    """Two ways to the same engines: `assuage nma --json`, and this API."""
    path = tmp_path / "t.csv"
    path.write_text(FORMS[form])
    done = CliRunner().invoke(app, ["nma", str(path), "--engine", engine, "--json"])
    said = json.loads(done.stdout)
    # the command takes contrasts as normal; the API takes counts as they are unless told
    fit = nma.read(path).fit(engine=engine, likelihood="normal")
    pairs = fit.relative_effects().pairs
    assert [asdict(pair) for pair in pairs] == said["relative_effects"]
    assert fit.ranks().scores == said["p_score"]
    assert (fit.heterogeneity().tau, fit.heterogeneity().q) == (said["tau"], said["Q"])


@pytest.mark.parametrize(("form", "likelihood"), [("events", "binomial"), ("rates", "poisson")])
def test_the_command_takes_counts_as_they_are_when_told(form: str, likelihood: str, tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text(FORMS[form])
    asked = ["nma", str(path), "--engine", "bayes", "--likelihood", likelihood, "--json"]
    said = json.loads(CliRunner().invoke(app, asked).stdout)
    fit = nma.read(path).fit(engine="bayes")
    assert [asdict(pair) for pair in fit.relative_effects().pairs] == said["relative_effects"]
    assert fit.heterogeneity().tau == said["tau"]
    refused = CliRunner().invoke(app, ["nma", str(path), "--likelihood", likelihood])
    assert (refused.exit_code, "--engine bayes" in refused.output) == (2, True)


@pytest.mark.parametrize("engine", ["gls", "bayes"])
def test_a_single_trial_answers_what_it_can(engine: str):
    rows = [{"study": "s", "treatment1": "a", "treatment2": "b", "estimate": 1, "se": 0.5}]
    fit = nma.from_contrasts(rows, measure="OR", reference="b").fit(engine=engine)
    answers = [fit.relative_effects(), fit.ranks(), fit.consistency(), fit.splits(), fit.league()]
    answers += [fit.heterogeneity(), fit.diagnostics(), fit.funnel(order=["a", "b"])]
    for answer in answers:
        assert str(answer.table())
        assert answer.plot().svg().startswith("<svg")
    assert "No result is repeated" in str(fit.heterogeneity().table())
    assert "No comparison has both" in fit.splits().plot().svg()
