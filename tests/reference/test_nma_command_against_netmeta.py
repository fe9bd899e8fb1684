"""`assuage nma` on each data set as a CSV file equals netmeta 3.3-1 (golden files)."""

import csv
import json
from pathlib import Path

import pytest
import typer
from nma_golden import NETWORKS, golden, matrix
from typer.testing import CliRunner

from assuage.cli.nma import nma

app = typer.Typer()
app.command()(nma)
COLUMNS = {
    "studlab": "study",
    "treat1": "treatment1",
    "treat2": "treatment2",
    "TE": "estimate",
    "seTE": "se",
    "event": "events",
}


def write(data: dict, path: Path) -> None:
    """One CSV file; what our four headers do not know (agent, dose) stays out."""
    ((_, table),) = data.items()
    table = {COLUMNS.get(k, k): v for k, v in table.items() if k not in {"agent", "dose"}}
    with path.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(table)
        writer.writerows(zip(*table.values(), strict=True))


# alog_pcfb gives means with standard errors, which is none of the four headers.
@pytest.mark.parametrize("name", [n for n in NETWORKS if n != "alog_pcfb"])
def test_the_command_equals_netmeta(name: str, tmp_path: Path):
    file = golden(f"nma_{name}")
    write(file["data"], tmp_path / "data.csv")
    options = ["--tau", "DL", "--reference", file["reference_group"], "--json"]
    options += ["--measure", file["effect_measure"], "--small-values", file["small_values"]]
    result = CliRunner().invoke(app, [str(tmp_path / "data.csv"), *options])
    out, truth = json.loads(result.stdout), file["netmeta"]
    assert (out["tau2"], out["Q"], out["df"]) == pytest.approx(
        (
            truth["random"]["DL"]["tau2"],
            truth["heterogeneity"]["Q"],
            truth["heterogeneity"]["df_Q"],
        ),
        rel=1e-8,
    )
    assert out["p_score"] == pytest.approx(
        truth["netrank"]["pscore_random_DL"], rel=1e-8, abs=1e-11
    )
    treatments = tuple(out["treatments"])
    effects, prediction = truth["random"]["DL"], truth["random"]["DL"]["prediction"]
    frames = {"estimate": effects["TE"], "se": effects["seTE"]}
    frames |= {"low": effects["lower"], "high": effects["upper"]}
    frames |= {"predict_low": prediction["lower"], "predict_high": prediction["upper"]}
    for key, frame in frames.items():
        expected = matrix(frame, treatments)
        for pair in out["relative_effects"]:
            i, j = (treatments.index(pair[t]) for t in ("treatment1", "treatment2"))
            assert pair[key] == pytest.approx(expected[i, j], rel=1e-8, abs=1e-11)
