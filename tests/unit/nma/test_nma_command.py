"""`assuage nma` on tables. Its numbers are netmeta 3.3-1's (golden files)."""

import csv
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from assuage.cli.nma import nma
from assuage.errors import InvalidInput, NetworkError

GOLDEN = Path(__file__).parents[2] / "reference" / "golden"
app = typer.Typer()
app.command()(nma)


def run(*arguments: object):
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def table(folder: Path, text: str) -> Path:
    path = folder / "data.csv"
    path.write_text(text)
    return path


@pytest.fixture
def senn(tmp_path: Path):
    file = json.loads((GOLDEN / "nma_senn2013.json").read_text())
    path = tmp_path / "senn.csv"
    with path.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["study", "treatment1", "treatment2", "estimate", "se"])
        rows = file["data"]["contrast"]
        writer.writerows(
            zip(*(rows[k] for k in ("studlab", "treat1", "treat2", "TE", "seTE")), strict=True)
        )
    return path, file["netmeta"]


def test_json_has_the_agreed_keys_and_netmetas_numbers(senn):
    path, truth = senn
    out = json.loads(run(path, "--tau", "DL", "--reference", "plac", "--json").stdout)
    agreed = "treatments tau2 tau Q df I2 relative_effects p_score design_decomposition splits"
    assert set(agreed.split()) <= set(out)
    assert (out["tau2"], out["Q"]) == pytest.approx(
        (truth["random"]["DL"]["tau2"], truth["heterogeneity"]["Q"]), rel=1e-8
    )
    assert out["p_score"] == pytest.approx(truth["netrank"]["pscore_random_DL"], rel=1e-8)
    pairs = out["relative_effects"]
    assert len(pairs) == 45
    assert set(pairs[0]) == {
        "treatment1", "treatment2", "estimate", "se", "low", "high", "predict_low", "predict_high",
    }  # fmt: skip
    assert all(pair["treatment1"] != "plac" for pair in pairs)
    wanted = {"treatment1", "treatment2", "direct", "se_direct", "indirect", "se_indirect"}
    assert wanted | {"difference", "p"} <= set(out["splits"][0])
    total, within, between = truth["decomp_design"]["Q_decomp"]["Q"]
    found = out["design_decomposition"]
    assert (found["within"]["Q"], found["between"]["Q"]) == pytest.approx((within, between))
    assert total == pytest.approx(out["Q"])


def test_choices_that_nobody_made_are_printed(senn):
    path, _ = senn
    out = json.loads(run(path, "--json").stdout)
    assert out["choices"] == {
        "measure": "MD",
        "effects": "random",
        "engine": "gls",
        "reference": "plac",
        "small values": "desirable",
        "tau": "REML",
    }
    text = " ".join(run(path, "--engine", "bayes").stdout.split())
    assert "Prior: effect of each treatment against the reference" in text
    assert "prior as above" in text


def test_both_engines_tell_the_same_story(senn):
    path, _ = senn
    classical = json.loads(run(path, "--json").stdout)
    bayes = json.loads(run(path, "--engine", "bayes", "--json").stdout)
    assert set(bayes) == set(classical)
    for ours, other in zip(classical["relative_effects"], bayes["relative_effects"], strict=True):
        assert (ours["treatment1"], ours["treatment2"]) == (
            other["treatment1"],
            other["treatment2"],
        )
        assert other["estimate"] == pytest.approx(ours["estimate"], abs=0.05)
        assert other["predict_low"] < other["low"] < other["high"] < other["predict_high"]


def test_the_page_keeps_within_its_width(senn):
    path, _ = senn
    lines = run(path).stdout.splitlines()
    assert max(len(line) for line in lines) <= 100
    assert any(line.startswith("rosi") and "−1.23" in line for line in lines)


def test_a_trial_without_events_is_listed_with_its_reason(tmp_path: Path):
    text = "study,treatment,events,n\nA,x,1,10\nA,y,4,10\nB,x,0,9\nB,y,0,9\n"
    out = json.loads(run(table(tmp_path, text), "--json").stdout)
    reason = "no event in any arm: no information on the OR"
    assert out["left_out"] == [{"study": "B", "reason": reason}]
    assert (out["studies"], out["df"], out["I2"]) == (1, 0, None)


def problems(path: Path, *options: str) -> list[str]:
    with pytest.raises(InvalidInput) as refusal:
        run(path, *options)
    return [str(problem) for problem in refusal.value.problems]


def test_every_problem_of_a_table_is_listed_with_its_row(tmp_path: Path):
    path = table(
        tmp_path,
        "study,treatment,events,n\nA,x,5,10\nA,x,6,10\nB,x,11,10\nB,y,q,10\nC,y,2,10\nD,,2,10\nD,x,3,0\n",
    )
    assert problems(path) == [
        "data.csv, row 3: found the arm x of A a second time; expected each treatment once in a "
        "study (first in row 2). Join the two arms, or name them apart.",
        "data.csv, row 4: found '11' for events; expected at most n (10). Correct events or n.",
        "data.csv, row 5: found 'q' for events; expected a whole number of 0 or more. "
        "Correct the number.",
        "data.csv, row 6: found one arm of C; expected two arms or more. "
        "Add the other arms, or remove the study.",
        "data.csv, row 7: found no treatment; expected a value for treatment. Fill the cell.",
        "data.csv, row 8: found '0' for n; expected a whole number of 1 or more. "
        "Correct the number.",
    ]


def test_contrasts_must_be_complete_and_standard_errors_above_zero(tmp_path: Path):
    text = "study,treatment1,treatment2,estimate,se\nA,x,y,1,.1\nA,y,z,1,.1\nB,x,y,1,-1\n"
    first, second = problems(table(tmp_path, text))
    assert first.startswith("data.csv, rows 2, 3: found A: a trial with 3 arms needs all")
    assert second.startswith("data.csv, row 4: found '-1' for se; expected a number above 0")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("study,treatment,mean,stdev,n\nA,x,1,2,3\n", "found the column 'stdev'"),
        ("study,treatment,mean,sd,n\nA,x,1,-2,9\nA,y,1,2,9\n", "found '-2' for sd"),
        ("study,treatment,events,time\nA,x,1,0\nA,y,1,5\n", "found '0' for time"),
        ("study,treatment,events,n\n", "found no rows"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(tmp_path: Path, text: str, expected: str):
    assert any(expected in problem for problem in problems(table(tmp_path, text)))


def test_a_measure_the_table_cannot_give_is_refused(tmp_path: Path):
    text = "study,treatment,events,n\nA,x,1,10\nA,y,4,10\n"
    (problem,) = problems(table(tmp_path, text), "--measure", "SMD")
    assert "Ask for one of OR, RR, RD" in problem


def test_a_network_in_parts_is_refused_with_their_treatments(tmp_path: Path):
    text = "study,treatment,events,n\nA,x,1,9\nA,y,1,9\nB,u,3,9\nB,v,4,9\nC,y,3,9\nC,z,4,9\n"
    with pytest.raises(NetworkError, match=r"\(1\) x, y, z; \(2\) u, v"):
        run(table(tmp_path, text))


def test_options_that_contradict_each_other_are_wrong_usage(senn):
    path, _ = senn
    assert run(path, "--engine", "bayes", "--tau", "DL").exit_code == 2
    assert run(path, "--effects", "common", "--tau", "DL").exit_code == 2
    assert run(path, "--measure", "HR").exit_code == 2


def test_plots_go_where_they_are_asked_to_and_leave_the_json_alone(senn, tmp_path: Path):
    path, _ = senn
    plain = run(path, "--reference", "plac", "--json").stdout
    done = run(
        path, "--reference", "plac", "--json",
        "--plot", "forest", "--out", tmp_path / "f.png", "--plots", tmp_path / "all",
    )  # fmt: skip
    assert done.stdout == plain
    assert (tmp_path / "f.png").read_bytes().startswith(b"\x89PNG")
    assert sorted(p.name for p in (tmp_path / "all").iterdir()) == [
        "contribution.svg", "deviance.svg", "forest.svg", "league.svg", "netheat.svg",
        "network.svg", "ranks.svg", "splits.svg", "trials.svg",
    ]  # fmt: skip


def test_a_funnel_is_drawn_in_the_order_given(senn, tmp_path: Path):
    path, _ = senn
    done = run(path, "--plot", "funnel", "--out", tmp_path / "f.json")
    assert "needs --order" in " ".join(done.stderr.split())
    names = sorted(
        {cell for line in path.read_text().splitlines()[1:] for cell in line.split(",")[1:3]}
    )
    run(path, "--plot", "funnel", "--out", tmp_path / "f.json", "--order", ", ".join(names))
    layers = json.loads((tmp_path / "f.json").read_text())["layer"]
    rows = layers[-1]["data"]["values"]
    assert all(row["treatment1"] < row["treatment2"] for row in rows)
    assert len(rows) == 28  # 25 trials of two arms, one of three


def test_bayes_draws_prior_and_posterior_of_tau_too(senn, tmp_path: Path):
    run(senn[0], "--engine", "bayes", "--plot", "tau", "--out", tmp_path / "tau.json")
    data = json.loads((tmp_path / "tau.json").read_text())["data"]["values"]
    assert {row["of"] for row in data} == {"prior", "posterior"}


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (("--plot", "forest"), "each plot needs a file"),
        (("--plot", "tau", "--out", "t.svg"), "it needs --engine bayes"),
        (("--plot", "pie", "--out", "t.svg"), "pie"),
    ],
)
def test_a_plot_that_cannot_be_is_refused(senn, asked: tuple[str, ...], message: str):
    done = run(senn[0], *asked)
    assert done.exit_code == 2
    assert message in " ".join(done.output.replace("│", " ").split())
